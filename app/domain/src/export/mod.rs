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

use serde_json::Value;

use crate::Instant;
use crate::casefile::{Dossier, redact};
use crate::document::{self, Document, Origin, Telling, Withheld};
use crate::interchange::{self, Told};
use crate::time::Zone;
use crate::verdict::Evaluation;
use crate::words::words;

pub use chain::{ChainHead, Chained};
pub use csv::timeline_csv;

pub use crate::document::Profile;
pub use json::case_json;

words! {
    /// How an export is written down.
    Format is "a format of exports" {
        Markdown "md" "Markdown", Html "html" "HTML", Docx "docx" "Word", Json "json" "JSON", Csv "csv" "CSV",
        Safe "safe" "SAFE", Ocsf "ocsf" "OCSF", Veris "veris" "VERIS", Stix "stix" "STIX", Aiid "aiid" "AIID and OECD",
    }
}

impl Format {
    /// The media type of a file in it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Json | Self::Safe | Self::Ocsf | Self::Veris | Self::Stix | Self::Aiid => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// How the name of a file in it ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown | Self::Html | Self::Docx | Self::Json | Self::Csv => self.word(),
            Self::Safe => "safe.json",
            Self::Ocsf => "ocsf.json",
            Self::Veris => "veris.json",
            Self::Stix => "stix.json",
            Self::Aiid => "aiid.json",
        }
    }

    /// Whether it is a format of others, to whom such a document is sent.
    pub const fn is_for_others(self) -> bool {
        matches!(self, Self::Safe | Self::Ocsf | Self::Veris | Self::Stix | Self::Aiid)
    }

    /// For whose eyes it is unless somebody says otherwise: what is sent away is for the public.
    pub const fn usual_profile(self) -> Profile {
        if self.is_for_others() { Profile::Public } else { Profile::Internal }
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
        Format::Safe => for_others(dossier, &evaluation, options, interchange::safe).into_bytes(),
        Format::Ocsf => for_others(dossier, &evaluation, options, interchange::ocsf).into_bytes(),
        Format::Veris => for_others(dossier, &evaluation, options, interchange::veris).into_bytes(),
        Format::Stix => for_others(dossier, &evaluation, options, interchange::stix).into_bytes(),
        Format::Aiid => for_others(dossier, &evaluation, options, interchange::aiid).into_bytes(),
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

/// The case in a format of others: first what is private is taken out, then the rest is told in their words.
fn for_others(
    dossier: &Dossier,
    evaluation: &Evaluation,
    options: &ExportOptions,
    tell: fn(&Told<'_>) -> Value,
) -> String {
    let (shown, judged) = match options.profile {
        Profile::Internal => (Cow::Borrowed(dossier), Cow::Borrowed(evaluation)),
        Profile::Public => {
            let (shown, _, people) = redact::with_names(dossier);
            let judged = redact::evaluation(evaluation, &shown, &people);
            (Cow::Owned(shown), Cow::Owned(judged))
        }
    };
    let told = Told::new(&shown, &judged, options.profile, options.as_of, &options.head);
    interchange::text(&told.map_or(Value::Null, |told| tell(&told)))
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
