//! Exports: the case file as a document to hand on.
//!
//! An export is a function of the case file and its options: the same ones
//! give the same bytes, whoever asks and whenever.

mod chain;
mod csv;
mod docx;
pub mod html;
mod json;
mod mark;
mod markdown;

#[cfg(test)]
mod structure;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod tree;

use std::borrow::Cow;

use crate::Instant;
use crate::casefile::{Dossier, redact};
use crate::document::{self, Document, Origin, Telling, Withheld};
use crate::time::Zone;
use crate::verdict::Evaluation;
use crate::words::words;

pub use chain::{ChainHead, Chained};
pub use csv::timeline_csv;

pub use crate::document::Profile;
pub use json::case_json;

words! {
    /// How an export is written down.
    Format is "a format of exports" { Markdown "md" "Markdown", Html "html" "HTML", Docx "docx" "Word", Json "json" "JSON", Csv "csv" "CSV" }
}

impl Format {
    /// The media type of a file in it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Writes the case file down. The same case file and options give the same bytes.
pub fn write(dossier: &Dossier, format: Format, options: &ExportOptions) -> Vec<u8> {
    let evaluation = dossier.evaluation();
    let document = || postmortem(dossier, &evaluation, options);
    match format {
        Format::Markdown => markdown::write(&document()).into_bytes(),
        Format::Html => html::write(&document()).into_bytes(),
        Format::Docx => docx::write(&document()),
        Format::Json => case_json(dossier, &evaluation, options).into_bytes(),
        Format::Csv => timeline_csv(dossier, options).into_bytes(),
    }
}

/// The postmortem for the readers of a profile.
pub fn postmortem(dossier: &Dossier, evaluation: &Evaluation, options: &ExportOptions) -> Document {
    let (shown, withheld, evaluation) = match options.profile {
        Profile::Internal => (Cow::Borrowed(dossier), None, Cow::Borrowed(evaluation)),
        Profile::Public => {
            let (shown, removed, people) = redact::with_names(dossier);
            let told = redact::evaluation(evaluation, &shown, &people);
            let redact::Removed { principals, people, notes, texts } = removed;
            (Cow::Owned(shown), Some(Withheld { principals, people, notes, texts }), Cow::Owned(told))
        }
    };
    document::postmortem(dossier, &shown, &evaluation, withheld.as_ref(), &options.telling(dossier))
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

    fn telling(&self, dossier: &Dossier) -> Telling {
        let head = self.chain_head(dossier).to_string();
        Telling { zone: self.zone.clone(), profile: self.profile, origin: Some(Origin { as_of: self.as_of, head }) }
    }
}
