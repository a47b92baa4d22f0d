//! A span in parts: a change of logging splits it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Source, changes, holes};
use crate::Instant;
use crate::evidence::{Hole, is_effective};
use crate::interval::{Intervals, Span};
use crate::vocabulary::Completeness;

/// So many parts are proposed; with more changes the whole span is one that proves nothing.
const PARTS_MAX: usize = 20;

/// A part of the span of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedPart {
    /// From when.
    pub from: Instant,
    /// Until when, not included.
    pub to: Instant,
    /// How it is known that nothing is missing in it.
    pub completeness: Completeness,
    /// Why, in sentences.
    pub reason: String,
    /// Whether it follows a change of logging that nobody has explained.
    pub is_broken: bool,
}

/// The parts of a span that changes of logging split; none where nothing is left of it, or no change meets it.
pub(super) fn parts(
    source: &Source<'_>,
    span: Option<Span>,
    gaps: &[Hole],
    apart: Option<(Completeness, String)>,
) -> Vec<ProposedPart> {
    let Some(span) = span else { return Vec::new() };
    let breaks = changes::broken(source, Some(span));
    let whole = Intervals::one(span.0, span.1);
    let broken = breaks.iter().map(|one| one.span).collect::<Intervals>().intersect(&whole);
    let kept = whole.subtract(&broken);
    let count = kept.spans().len() + broken.spans().len();
    if kept.is_empty() || broken.is_empty() || count > PARTS_MAX {
        return Vec::new();
    }
    let (proof, reason) = apart.unwrap_or((Completeness::None, "Nothing shows that no record is missing.".into()));
    let part = |span: &Span, completeness, reason: String, is_broken| ProposedPart {
        from: Instant::from_micros(span.0),
        to: Instant::from_micros(span.1),
        completeness,
        reason,
        is_broken,
    };
    let whole_part = |span: &Span| {
        let is_empty = holes::fill(gaps, *span);
        let proof = if is_empty { Completeness::None } else { proof };
        part(span, proof, reason.clone(), false)
    };
    let broken_part = |span: &Span| {
        let act = breaks.iter().filter(|one| is_effective(one.change)).find(|one| one.meets(*span));
        let act = act.map(|one| changes::act(one.change)).unwrap_or_default();
        let reason = format!(
            "It follows a change of logging: {act}. It is not known to be whole until somebody explains the change with evidence, and a second person accepts that."
        );
        part(span, Completeness::None, reason, true)
    };
    let mut parts: Vec<ProposedPart> =
        kept.spans().iter().map(whole_part).chain(broken.spans().iter().map(broken_part)).collect();
    parts.sort_by_key(|part| part.from);
    parts
}
