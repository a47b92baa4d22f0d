//! Exports: the case file as a document to hand on.
//!
//! An export is a function of the case file and its options: the same ones
//! give the same bytes, whoever asks and whenever.

mod chain;
mod csv;
mod html;
mod json;
mod mark;
mod markdown;
mod redact;

#[cfg(test)]
mod structure;
#[cfg(test)]
pub(crate) mod tests;

use crate::Instant;
use crate::casefile::Dossier;
use crate::time::Zone;
use crate::words::words;

pub use chain::{ChainHead, Chained};
pub(crate) use csv::quoted;
pub use csv::timeline_csv;
pub(crate) use csv::untamed;
pub use html::{document_html, text_html};
pub use json::case_json;
pub use markdown::postmortem;
pub(crate) use redact::private_texts;

words! {
    /// For whose eyes an export is.
    Profile is "a profile" { Internal "internal" "internal", Public "public" "public" }
}

words! {
    /// How an export is written down.
    Format is "a format of exports" { Markdown "md" "Markdown", Html "html" "HTML", Json "json" "JSON", Csv "csv" "CSV" }
}

impl Format {
    /// The media type of a file in it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Writes the case file down. The same case file and options give the same bytes.
pub fn write(dossier: &Dossier, format: Format, options: &ExportOptions) -> String {
    match format {
        Format::Markdown => postmortem(dossier, &dossier.evaluation(), options),
        Format::Html => document_html(&postmortem(dossier, &dossier.evaluation(), options)),
        Format::Json => case_json(dossier, &dossier.evaluation(), options),
        Format::Csv => timeline_csv(dossier, options),
    }
}

words! {
    /// The parts of a postmortem, in the order in which it is read.
    Part is "a part of the postmortem" {
        Summary "summary" "Summary", Impact "impact" "Impact", Timeline "timeline" "Timeline", WhatHappened "what_happened" "What happened",
        Factors "factors" "Contributing factors", Severity "severity" "Severity", Verdict "verdict" "Verdict", Gaps "gaps" "Control gaps",
        Luck "luck" "Luck ledger", Claims "claims" "Claims and conflicts", Unknowns "unknowns" "Unknowns",
        Remediation "remediation" "Remediation", Evidence "evidence" "Evidence register", Revisions "revisions" "Revision history",
    }
}

/// How an export is written.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// The zone in which times are told.
    pub zone: Zone,
    /// For whose eyes.
    pub profile: Profile,
    /// As of when the case file stands so: the time of its last change, not of the export.
    pub as_of: Instant,
    /// The hash of that change: the head of the chain.
    pub head: String,
}

impl ExportOptions {
    /// What ties the document to the log it was written from.
    fn chain_head(&self, dossier: &Dossier) -> ChainHead {
        ChainHead::of_incident(dossier.key(), dossier.version, &self.head)
    }
}
