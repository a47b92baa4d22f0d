//! Claims with their conflicts, and what is not known.

use super::build::Build;
use super::inline::{Inline, Line, said, words};
use super::{Block, Section, Side, Table, Written};
use crate::claim::{Claim, ClaimStatus, Conflict};
use crate::decision::Decision;
use crate::postmortem;
use crate::severity::Dimension;

impl Build<'_> {
    pub fn claims(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.shown.conflicts.iter().map(|kept| self.conflict(&kept.record)).collect();
        let row = |claim: &Claim| {
            let as_of = claim.as_of.iter().map(|time| Inline::Time(time.clone())).collect();
            let [statement, field, value, scope] =
                [&claim.statement, &claim.field, &claim.value, &claim.scope].map(|text| vec![said(text)]);
            vec![statement, field, value, source(claim), scope, as_of, vec![words(claim.status.label())]]
        };
        let rows: Vec<_> = self.shown.claims.iter().map(|claim| row(&claim.record)).collect();
        let mut all = Vec::new();
        if rows.is_empty() {
            all.push(self.nothing("claim", self.whole.claims.is_empty()));
        }
        let columns = ["Claim", "Matter", "Value", "Source", "Scope", "As of", "Status"];
        all.extend(Table::block("Claims", &columns, &["Scope", "As of"], rows));
        blocks.push(Section::block("all-claims", "All claims", all));
        blocks
    }

    fn conflict(&self, conflict: &Conflict) -> Block {
        let standing = match (&conflict.adopted, self.shown.is_open(conflict)) {
            (Some(_), _) => "one claim is adopted",
            (None, true) => "open",
            (None, false) => "the claims no longer disagree",
        };
        let side = |claim: &Claim| {
            let adopted = conflict.adopted.as_ref().filter(|adoption| adoption.claim == claim.id);
            let adopted = adopted.map(|it| vec![words(" by "), said(&it.stamp.by.name), words(": "), said(&it.reason)]);
            Side {
                value: vec![said(&claim.value)],
                source: source(claim),
                statement: vec![said(&claim.statement)],
                adopted,
                is_refuted: claim.status == ClaimStatus::Refuted,
            }
        };
        let sides: Vec<Side> = self.shown.claims_in(conflict).map(side).collect();
        let heading = format!("Conflict on “{}”: {standing}", conflict.field);
        let sides = (!sides.is_empty()).then_some(Block::Sides { sides });
        Section::block(format!("of-conflict-{}", conflict.id), heading, sides.into_iter().collect())
    }

    /// What was decided while it happened, in the order of time; nothing where no decision is recorded.
    pub fn decisions(&self) -> Option<Block> {
        let told = |decision: &Decision| {
            let by = vec![words(", decided by "), said(&decision.decided_by)];
            let line = vec![Inline::Time(decision.time.clone()), words(": "), said(&decision.statement)];
            let grounds = Written { text: decision.grounds.clone(), nothing: String::new(), section: None };
            let grounds = (!decision.grounds.trim().is_empty()).then_some(Block::Written(grounds));
            Block::list(vec![line.into_iter().chain(by).collect()]).into_iter().chain(grounds).collect::<Vec<_>>()
        };
        let blocks: Vec<Block> =
            self.shown.decisions_in_order().into_iter().flat_map(|kept| told(&kept.record)).collect();
        (!blocks.is_empty()).then(|| Section::block("decisions", "Decisions", blocks))
    }

    pub fn unknowns(&self) -> Vec<Block> {
        let factors = self.shown.factors.iter().filter(|factor| factor.unspecified);
        let factors = factors.map(|factor| vec![words("Not said what: "), said(&factor.statement)]);
        let conflicts = self.shown.conflicts.iter().filter(|kept| self.shown.is_open(&kept.record));
        let conflicts = conflicts.map(|kept| vec![words("Sources disagree on “"), said(&kept.field), words("”")]);
        let unknown = self.shown.latest_rating().into_iter().flat_map(|rating| {
            let is_unknown = |dimension: &&Dimension| rating.facts.known(**dimension).is_none();
            Dimension::ALL
                .iter()
                .filter(is_unknown)
                .map(|dimension| vec![words(format!("The level of {} is unknown", dimension.label().to_lowercase()))])
        });
        let lines: Vec<Line> = factors.chain(conflicts).chain(unknown).collect();
        let mut blocks = vec![self.narrative(postmortem::Section::Unknowns)];
        blocks.extend(Block::list(lines));
        blocks.push(self.subsection(postmortem::Section::Lessons));
        blocks
    }
}

fn source(claim: &Claim) -> Line {
    vec![said(&claim.source), words(format!(", {}", claim.source_kind))]
}
