//! An archive that holds logs of several formats: what each shows by itself, and that together they prove nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Proposal, Source, of_one};
use crate::Instant;
use crate::counted::counted;
use crate::reader::log::Format;
use crate::vocabulary::{Completeness, CoverageMode};

/// What the files of one format in an archive show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FormatPart {
    /// The format.
    pub format: Format,
    /// How many records.
    pub records: u64,
    /// What of the acts they would be said to record.
    pub mode: CoverageMode,
    /// Why, in sentences.
    pub mode_reason: String,
    /// How it would be known that nothing is missing among them.
    pub completeness: Completeness,
    /// Why, in sentences.
    pub completeness_reason: String,
    /// From when they speak.
    pub from: Option<Instant>,
    /// Until when, not included.
    pub to: Option<Instant>,
}

/// The proposal for such an archive. What is whole in one log says nothing of another, and one statement of coverage
/// speaks for all of the item: so nothing is claimed of it, and each log is to be an item of its own.
pub(super) fn mixed(source: &Source<'_>) -> Proposal {
    let summary = source.summary;
    let formats: Vec<String> = summary
        .parts
        .iter()
        .map(|part| format!("{} ({})", part.format.label(), counted(part.records, "record")))
        .collect();
    let reason = format!(
        "This archive holds logs of several formats: {}. What one of them records or keeps whole says nothing of the others, so that nothing is proposed of all of them together: upload the files of each format as an item of their own.",
        formats.join(", ")
    );
    let mut proposal = of_one(source);
    proposal.mode = CoverageMode::Sampled;
    proposal.mode_reason.clone_from(&reason);
    for path in &mut proposal.modes {
        (path.mode, path.reason) = (CoverageMode::Sampled, reason.clone());
    }
    proposal.completeness = Completeness::None;
    proposal.completeness_reason.clone_from(&reason);
    proposal.objection.get_or_insert(reason);
    proposal.parts.clear();
    proposal.pulses.clear();
    proposal.by_format = summary.parts.iter().map(|part| by_itself(&Source { summary: part, ..*source })).collect();
    proposal
}

fn by_itself(source: &Source<'_>) -> FormatPart {
    let proposal = of_one(source);
    FormatPart {
        format: source.summary.format,
        records: source.summary.records,
        mode: proposal.mode,
        mode_reason: proposal.mode_reason,
        completeness: proposal.completeness,
        completeness_reason: proposal.completeness_reason,
        from: proposal.from,
        to: proposal.to,
    }
}
