//! What a log that was read can prove, proposed for a person to confirm or to correct.
//!
//! A proposal is worked out from the numbers of the reader alone, without a look at the
//! file. It claims no more than they show: where two readings are possible it takes the
//! weaker one and says why, so that whoever knows better corrects it with a reason of
//! their own. A quiet span alone is not a hole, and successes alone do not mean that
//! failures were left out.

mod accept;
mod cells;
mod changes;
mod completeness;
mod delivered;
mod digests;
mod heartbeat;
mod holes;
mod mixed;
mod mode;
mod parts;
mod shown;
mod span;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use accept::AcceptDraft;
pub use cells::ProposedCell;
pub use changes::{LoggingActs, ToldElsewhere};
pub use heartbeat::{in_question, with_heartbeat};
pub use mixed::FormatPart;
pub use parts::ProposedPart;
pub use shown::PathMode;

use crate::evidence::{Evidence, Hole};
use crate::exposure::Exposure;
use crate::reader::log::{Pulse, Summary, TrailDigest};
use crate::verdict::catalogue::blind_spots;
use crate::vocabulary::{Completeness, CoverageMode};
use crate::{Id, Instant};

/// What a proposal rests on.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The evidence item.
    pub evidence: &'a Evidence,
    /// What was read of it.
    pub summary: &'a Summary,
    /// What lay open, and when.
    pub exposure: &'a Exposure,
    /// Every evidence item of the incident: an act on logging in any of them counts.
    pub incident: &'a [&'a Evidence],
    /// The digest files of CloudTrail in the incident.
    pub digests: &'a [TrailDigest],
    /// SHA-256 in hex of every evidence file of the incident: of the file itself, and of what is
    /// inside it where it is packed (`Summary::content_sha256`), for digests name the latter.
    pub hashes: &'a BTreeSet<String>,
    /// The names of those whose acts are in question, by [`in_question`].
    pub in_question: &'a [String],
}

/// What an evidence item can be said to cover, as far as the file itself shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// The evidence item.
    pub evidence: Id,
    /// What of the acts is recorded: the weakest of the paths below.
    pub mode: CoverageMode,
    /// Why, in sentences.
    pub mode_reason: String,
    /// What of the acts on each open path is recorded, as far as the records show it.
    #[serde(default)]
    pub modes: Vec<PathMode>,
    /// How it is known that nothing is missing.
    pub completeness: Completeness,
    /// Why, in sentences.
    pub completeness_reason: String,
    /// Why no proof of completeness can count, whichever is chosen.
    #[serde(default)]
    pub objection: Option<String>,
    /// From when the log speaks; absent where it speaks of no time in the window.
    pub from: Option<Instant>,
    /// Until when, not included.
    pub to: Option<Instant>,
    /// Why this span, in sentences.
    pub span_reason: String,
    /// Spans in which something is missing, inside the span, in order and apart, each with its reason.
    pub gaps: Vec<Hole>,
    /// The span in parts, where a change of logging splits it: what comes after is not known to be whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ProposedPart>,
    /// What the files of each format show by themselves, where an archive holds several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_format: Vec<FormatPart>,
    /// What was done to logging in the span.
    pub logging_changes: LoggingActs,
    /// What such a source does not see.
    pub blind: Vec<Cow<'static, str>>,
    /// What recurs so regularly that a person may choose it as a heartbeat.
    pub pulses: Vec<Pulse>,
    /// The open paths that such a log plausibly records; a person chooses.
    pub cells: Vec<ProposedCell>,
    /// Why these, in a sentence.
    pub cells_reason: String,
}

/// Proposes what a log can prove.
pub fn propose(source: &Source<'_>) -> Proposal {
    if let Some(trail) = source.summary.of_trail() {
        return of_one(&Source { summary: &trail, ..*source });
    }
    if source.summary.parts.len() > 1 { mixed::mixed(source) } else { of_one(source) }
}

/// The same of a log in one format.
fn of_one(source: &Source<'_>) -> Proposal {
    let summary = source.summary;
    let extent = span::extent(source);
    let acts = changes::inside(source, extent.span);
    let (cells, cells_reason) = cells::cells(summary.format, source.exposure);
    let modes = shown::modes(summary, source.exposure, &cells);
    let (mode, mode_reason) = shown::weakest(summary, &modes, &cells);
    let mut holes = extent.span.map(|span| holes::of_reader(summary, span)).unwrap_or_default();
    let proof = completeness::proof(source, extent.span, &acts);
    holes.extend(proof.holes);
    let gaps = extent.span.map(|span| holes::merged(holes, span)).unwrap_or_default();
    let proposal = Proposal {
        evidence: source.evidence.id.clone(),
        mode,
        mode_reason,
        modes,
        completeness: proof.completeness,
        completeness_reason: proof.reason,
        objection: proof.objection,
        from: extent.span.map(|(from, _)| Instant::from_micros(from)),
        to: extent.span.map(|(_, to)| Instant::from_micros(to)),
        span_reason: extent.reason,
        parts: parts::parts(source, extent.span, &gaps, proof.apart),
        gaps,
        by_format: Vec::new(),
        logging_changes: acts,
        blind: blind_spots(summary.format.word()).map(|spot| Cow::Borrowed(spot.blind)).collect(),
        pulses: heartbeat::offered(source, extent.span),
        cells,
        cells_reason,
    };
    proposal.without_empty_proof()
}

impl Proposal {
    /// What is recorded of the acts on a path.
    pub fn mode_of(&self, resource: &Id, path: &Id) -> CoverageMode {
        let known = self.modes.iter().find(|known| (&known.resource, &known.path) == (resource, path));
        known.map_or(CoverageMode::Sampled, |known| known.mode)
    }

    /// Why just this is said of a path, in sentences.
    fn reason_of(&self, resource: &Id, path: &Id) -> String {
        let known = self.modes.iter().find(|known| (&known.resource, &known.path) == (resource, path));
        let mode = known.map_or(&self.mode_reason, |known| &known.reason);
        [mode, &self.completeness_reason, &self.span_reason].map(|reason| reason.trim().to_string()).join(" ")
    }

    /// Proves nothing where its gaps leave nothing.
    fn without_empty_proof(mut self) -> Self {
        let (Some(from), Some(to)) = (self.from, self.to) else { return self };
        if self.completeness != Completeness::None && holes::fill(&self.gaps, (from.micros(), to.micros())) {
            self.completeness = Completeness::None;
            self.completeness_reason = format!("Its gaps leave nothing of the span. {}", self.completeness_reason);
        }
        self
    }
}

/// A moment in words, as short as it is exact.
fn told(micros: i64) -> String {
    let time = Instant::from_micros(micros).utc();
    let form = if micros % 60_000_000 == 0 {
        "%Y-%m-%d %H:%M UTC"
    } else if micros % 1_000_000 == 0 {
        "%Y-%m-%d %H:%M:%S UTC"
    } else {
        "%Y-%m-%d %H:%M:%S%.f UTC"
    };
    time.format(form).to_string()
}
