//! The map of confirmations that somebody chose to show.

use crate::agent::{KeptMap, way_of_confirming};
use crate::counted::counted;
use crate::vocabulary::Confirmation;

use super::Doc;
use crate::export::mark::esc;

impl Doc<'_> {
    pub(super) fn confirmations(&mut self) {
        let Some(map) = self.shown.postmortem().map else { return };
        self.page.heading(3, "What people confirmed");
        let told = self.what_was_counted(&map);
        self.page.block(&told);
        let heads = ["What", "Effect", "Declared rule"];
        let ways = Confirmation::ALL.iter().map(|way| way_of_confirming(*way));
        let heads: Vec<&str> = heads.into_iter().chain(ways).chain(["In all"]).collect();
        let rows = map.rows.iter().map(|row| {
            let open = if row.is_open { " **without the yes it needs**" } else { "" };
            let words = [esc(&row.name()), row.effect.label().into(), format!("{}{open}", esc(&row.declared))];
            let counts = Confirmation::ALL.iter().map(|way| row.count(*way).to_string());
            words.into_iter().chain(counts).chain([row.total().to_string()]).collect()
        });
        self.page.table(&heads, rows.collect());
        if map.left_out > 0 {
            self.page.block(&format!("{} more rows are not shown.", map.left_out));
        }
        let dark: Vec<&str> = map.dark.iter().map(|verb| verb.label()).collect();
        if !dark.is_empty() {
            let verbs = dark.join(", ");
            self.page.block(&format!("**Dark:** no source shows {verbs} by anybody. That is not zero."));
        }
    }

    /// What was counted, of whom, from which sources and in which time.
    fn what_was_counted(&self, map: &KeptMap) -> String {
        let acts = counted(map.total, "act");
        let whose = match map.scope.actor.as_str() {
            "" => "of agents".to_string(),
            name => format!("of {}", esc(name)),
        };
        let sources: Vec<String> = map.sources.iter().map(|id| self.evidence_name(id)).collect();
        let sources = if sources.is_empty() { "logs".to_string() } else { sources.join(", ") };
        let time = match (map.scope.from, map.scope.to) {
            (None, None) => String::new(),
            (from, to) => format!(", {}", self.span(from, to)),
        };
        let at = self.instant(map.kept.at);
        format!(
            "{acts} {whose}, counted on {at} from {sources}{time}. Only a person’s yes to the act itself, before it, is a confirmation."
        )
    }
}
