//! The map of confirmations that somebody chose to show.

use super::build::Build;
use super::inline::{FlagKind, Inline, Line, Place, flag, joined, said, strong, words};
use super::{Block, Section, Table};
use crate::confirmations::{GateRow, KeptMap, way_of_confirming};
use crate::counted::counted;
use crate::reader::log::Filter;
use crate::vocabulary::{Confirmation, PrincipalKind};

impl Build<'_> {
    pub fn confirmations(&self) -> Option<Block> {
        let map = self.shown.postmortem().map?;
        let mut blocks = vec![Block::paragraph(self.what_was_counted(&map))];
        let ways = Confirmation::ALL.iter().map(|way| way_of_confirming(*way));
        let columns: Vec<&str> =
            ["What", "Effect", "Declared rule"].into_iter().chain(ways).chain(["In all"]).collect();
        let rows = map.rows.iter().map(|row| cells(&map, row)).collect();
        blocks.extend(Table::block("Acts by how they were confirmed", &columns, &["Effect"], rows));
        if map.left_out > 0 {
            blocks.push(Block::paragraph(vec![words(format!("{} more rows are not shown.", map.left_out))]));
        }
        let dark: Vec<&str> = map.dark.iter().map(|verb| verb.label()).collect();
        if !dark.is_empty() {
            let told = format!(" no source shows {} by anybody. That is not zero.", dark.join(", "));
            blocks.push(Block::paragraph(vec![strong("Dark:"), words(told)]));
        }
        Some(Section::block("confirmations", "What people confirmed", blocks))
    }

    /// What was counted, of whom, from which sources and in which time.
    fn what_was_counted(&self, map: &KeptMap) -> Line {
        let acts = counted(map.total, "act");
        let mut told = match map.scope.actor.as_str() {
            "" => vec![words(format!("{acts} of agents"))],
            name => vec![words(format!("{acts} of ")), said(name)],
        };
        told.extend([words(", counted on "), self.instant(map.kept.at), words(" from ")]);
        let sources = joined(map.sources.iter().map(|id| vec![self.evidence_name(id)]), ", ");
        told.extend(if sources.is_empty() { vec![words("logs")] } else { sources });
        if (map.scope.from, map.scope.to) != (None, None) {
            told.push(words(", "));
            told.extend(self.span(map.scope.from, map.scope.to));
        }
        told.push(words(". Only a person’s yes to the act itself, before it, is a confirmation."));
        told
    }
}

/// A row of the map; its numbers lead to the records they count.
fn cells(map: &KeptMap, row: &GateRow) -> Vec<Line> {
    let (scope, actor) = (&map.scope, if row.actor.is_empty() { &map.scope.actor } else { &row.actor });
    let narrowed = Filter {
        from: scope.from,
        to: scope.to,
        kind: Some(PrincipalKind::Agent),
        actor: (!actor.is_empty()).then(|| actor.clone()),
        verb: Some(row.verb),
        effect: Some(row.effect),
        group: (!row.group.is_empty()).then(|| row.group.clone()),
        ..Filter::default()
    };
    let evidence = map.scope.evidence.as_ref().map(|id| ("evidence".to_string(), id.to_string()));
    let count = |count: u64, filter: Filter| {
        let pairs = filter.pairs().into_iter().map(|(name, value)| (name.to_string(), value));
        let number = vec![words(count.to_string())];
        let to = Place::Records(pairs.chain(evidence.clone()).collect());
        if count == 0 { number } else { vec![Inline::Link { to, words: number }] }
    };
    let mut declared = vec![said(&row.declared)];
    if row.is_open {
        declared.extend([words(" "), Inline::Flag(flag(FlagKind::Alarm, "without the yes it needs"))]);
    }
    let ways = Confirmation::ALL
        .iter()
        .map(|way| count(row.count(*way), Filter { confirmation: Some(*way), ..narrowed.clone() }));
    [vec![said(&row.name())], vec![words(row.effect.label())], declared]
        .into_iter()
        .chain(ways)
        .chain([count(row.total(), narrowed.clone())])
        .collect()
}
