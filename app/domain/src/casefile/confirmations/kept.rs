//! The confirmation-gate map as a postmortem keeps it: what was counted when somebody chose it, with its sources and
//! its time, so that the same revision says the same for ever.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GateMap, GateRow};
use crate::casefile::{CaseItem, Entry};
use crate::evidence::Evidence;
use crate::timeline::Verb;
use crate::{Id, Instant, Refusal, Ruled, Stamp};

/// So many rows are kept in a postmortem: people read it. The others are counted.
const ROWS_KEPT_MAX: usize = 50;

/// What a map counts: which sources, what time, whose acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateScope {
    /// The only evidence item that was counted; of all that were read where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Id>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Until when, exclusively.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// The only agent whose acts were counted; blank where all were.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// Whether each agent has rows of its own.
    #[serde(default)]
    pub is_by_agent: bool,
}

/// A map that the postmortem shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptMap {
    /// What was counted.
    pub scope: GateScope,
    /// The evidence items that were counted.
    pub sources: Vec<Id>,
    /// What was used, in the order of the map.
    pub rows: Vec<GateRow>,
    /// How many rows more there were.
    pub left_out: usize,
    /// Verbs of which no source shows a record by anybody.
    pub dark: Vec<Verb>,
    /// How many records were counted.
    pub total: u64,
    /// Who chose it and when.
    pub kept: Stamp,
}

impl Entry {
    /// Puts a map into the postmortem; it replaces the one that is there.
    pub fn keep_map(&mut self, scope: GateScope, map: GateMap) -> Ruled<()> {
        if map.rows.is_empty() {
            return Err(Refusal::state(
                "There is nothing to put into the postmortem: these logs show no act of an agent.",
            ));
        }
        let is_counted =
            |item: &&CaseItem<Evidence>| scope.evidence.as_ref().map_or(item.records.is_some(), |id| *id == item.id);
        let sources = self.dossier().evidence.iter().filter(is_counted).map(|item| item.id.clone()).collect();
        let mut rows = map.rows;
        let left_out = map.left_out + rows.len().saturating_sub(ROWS_KEPT_MAX);
        rows.truncate(ROWS_KEPT_MAX);
        let mut postmortem = self.dossier().postmortem();
        let kept = self.stamp();
        postmortem.map = Some(KeptMap { scope, sources, rows, left_out, dark: map.dark, total: map.total, kept });
        self.put(postmortem);
        Ok(())
    }

    /// Takes the map out of the postmortem.
    pub fn drop_map(&mut self) -> Ruled<()> {
        let mut postmortem = self.dossier().postmortem();
        if postmortem.map.take().is_none() {
            return Err(Refusal::state("The postmortem shows no map of confirmations."));
        }
        self.put(postmortem);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casefile::Dossier;
    use crate::cast::Story;
    use crate::export::tests::text;
    use crate::export::{ExportOptions, Format, Profile};
    use crate::timeline::Effect;

    fn map() -> GateMap {
        let counts = vec![
            (("forum-agent".into(), "forum".into(), Verb::Post, Effect::Mutating), [0, 0, 0, 0, 3, 0]),
            (("Zoltán Ŭrnav".into(), "drafts".into(), Verb::Delete, Effect::Destructive), [1, 0, 0, 0, 0, 0]),
        ];
        GateMap::of(&Story::new().dossier, counts, &[Verb::Post, Verb::Delete], true)
    }

    fn written(dossier: &Dossier, profile: Profile) -> String {
        let zone = crate::time::Zone::parse("UTC").unwrap();
        let as_of = crate::cast::at("2026-03-20T12:00:00Z");
        text(dossier, Format::Markdown, &ExportOptions { zone, profile, as_of, head: String::new() })
    }

    #[test]
    fn a_map_is_shown_in_the_postmortem_until_it_is_removed() {
        let mut story = Story::new();
        assert!(!written(&story.dossier, Profile::Internal).contains("What people confirmed"));
        let scope = GateScope { is_by_agent: true, ..GateScope::default() };
        story.enter("Ada", |entry| entry.keep_map(scope, map())).unwrap();
        let text = written(&story.dossier, Profile::Internal);
        assert!(text.contains("### What people confirmed"), "{text}");
        assert!(text.contains("4 acts of agents, counted on"), "{text}");
        assert!(
            text.contains("| forum-agent: post, forum | changes data | not known | 0 | 0 | 0 | 0 | 3 | 0 | 3 |"),
            "{text}"
        );
        assert!(text.contains("**Dark:** no source shows read,"), "{text}");
        story.enter("Ada", Entry::drop_map).unwrap();
        assert!(!written(&story.dossier, Profile::Internal).contains("What people confirmed"));
        assert!(story.enter("Ada", Entry::drop_map).is_err());
    }

    #[test]
    fn a_map_without_acts_is_refused() {
        let empty = GateMap { rows: Vec::new(), ..map() };
        let refused = Story::new().enter("Ada", |entry| entry.keep_map(GateScope::default(), empty));
        assert!(refused.is_err_and(|refusal| refusal.to_string().contains("nothing to put into the postmortem")));
    }

    #[test]
    fn a_private_name_stands_nowhere_in_the_map_that_everybody_reads() {
        let mut story = Story::new();
        let draft = serde_json::json!({ "kind": "agent", "name": "Zoltán Ŭrnav", "private": true });
        story.add::<crate::principal::PrincipalDraft>("Ada", draft);
        story.enter("Ada", |entry| entry.keep_map(GateScope::default(), map())).unwrap();
        let text = written(&story.dossier, Profile::Public);
        assert!(!text.contains("Ŭrnav"), "{text}");
        assert!(text.contains("delete, drafts | destroys data"), "{text}");
    }
}
