//! Severity with its vector.

use super::build::{Build, fact};
use super::inline::{FlagKind, Inline, Line, flag, said, words};
use super::{Block, Table};
use crate::rating::{Rating, Severities};
use crate::severity::{Dimension, Sev, Severity};

impl Build<'_> {
    pub fn severity(&self) -> Vec<Block> {
        let severities = self.whole.severities(self.evaluation.verdict.verdict);
        let mut blocks = vec![readings(&severities)];
        let (Some(severity), Some(rating)) = (severities.computed.as_ref(), self.shown.latest_rating()) else {
            blocks.push(Block::aside("Nobody has rated the severity yet."));
            return blocks;
        };
        blocks.push(Block::paragraph(self.working(severity, rating)));
        let rows = Dimension::ALL.iter().map(|dimension| level(rating, *dimension)).collect();
        blocks.extend(Table::block("Severity by dimension", &["Dimension", "Level", "Meaning", "Why"], &[], rows));
        blocks.extend(Block::list(severity.reasons.iter().map(|reason| vec![said(reason)]).collect()));
        let overrides = self.shown.overrides.iter().map(|wish| {
            let mut told = vec![words(format!("Override to {} asked by ", wish.to.label())), said(&wish.asked.by.name)];
            match &wish.approved {
                Some(stamp) => told.extend([words(", approved by "), said(&stamp.by.name)]),
                None => told.push(words(", not approved")),
            }
            told.extend([words(": "), said(&wish.reason)]);
            told
        });
        blocks.extend(Block::list(overrides.collect()));
        blocks
    }

    /// Who rated when, by what, and what that comes to.
    fn working(&self, severity: &Severity, rating: &Rating) -> Line {
        let range = severity.between().map(|between| format!(" {between}")).unwrap_or_default();
        vec![
            words("Rated by "),
            said(&rating.rated.by.name),
            words(" on "),
            self.instant(rating.rated.at),
            words(" with rubric "),
            said(rating.facts.rubric_name()),
            words(format!(": {}.{range}", severity.figures())),
        ]
    }
}

/// Declared, computed, final and peak: kept apart.
fn readings(severities: &Severities) -> Block {
    let computed = severities.computed.as_ref().map(|severity| severity.sev);
    let told = |sev: Option<Sev>, none: &str| vec![sev.map_or_else(|| words(none), Inline::Severity)];
    let facts = vec![
        fact("Declared", told(severities.declared, "not declared")),
        fact("Computed", told(computed, "not rated")),
        fact("Final", told(severities.final_sev, "not rated")),
        fact("Peak", told(severities.peak, "not rated")),
    ];
    Block::Facts { facts }
}

/// The level of a dimension with its meaning and its reason.
fn level(rating: &Rating, dimension: Dimension) -> Vec<Line> {
    let told = rating.facts.level_words(dimension);
    let is_known = rating.facts.known(dimension).is_some();
    let told = if is_known { words(told) } else { Inline::Flag(flag(FlagKind::Unknown, told)) };
    let why = rating.rationale.get(&dimension).map_or("", String::as_str);
    vec![vec![words(dimension.label())], vec![told], vec![said(rating.facts.meaning(dimension))], vec![said(why)]]
}
