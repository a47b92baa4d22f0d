//! What stands within a line.

use serde::Serialize;

use crate::casefile::Noun;
use crate::severity::Sev;
use crate::spelling::shown_text;
use crate::timeline::EvidenceLink;
use crate::verdict::Verdict;
use crate::words::words as vocabulary;
use crate::{Id, TimeRange};

/// The words of a line.
pub type Line = Vec<Inline>;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "is", rename_all = "snake_case")]
pub enum Inline {
    /// Plain text on one line. Nothing in it is a mark of any format.
    Text(String),
    /// What weighs more.
    Strong(Line),
    /// What is said in another voice.
    Emphasis(Line),
    /// A digest, or another text for programs.
    Code(String),
    /// A time, told in the zone of the document or of whoever reads.
    Time(TimeRange),
    /// A severity.
    Severity(Sev),
    /// A verdict.
    Verdict(Verdict),
    /// A word that has to be seen.
    Flag(Flag),
    /// Words with the way to what they speak of, for readers who can go there.
    Link {
        /// Where it leads.
        to: Place,
        /// The words.
        words: Line,
    },
}

/// Somewhere in the incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A record of the case file.
    Record {
        /// Its noun.
        noun: Noun,
        /// Its id.
        id: Id,
    },
    /// A place in an evidence item.
    Evidence(EvidenceLink),
    /// The records read from logs that a query finds.
    Records(Vec<(String, String)>),
}

/// A word that has to be seen, with what it means for the reader.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flag {
    /// What it means.
    pub kind: FlagKind,
    /// The word, or a few.
    pub words: Line,
}

vocabulary! {
    /// What a flag means.
    FlagKind is "a kind of flag" {
        Plain "plain" "good to know", Yes "yes" "as it should be", No "no" "not as it should be", Unknown "un" "not known",
        Mark "mark" "a mark of the clock", Alarm "alarm" "something is open",
    }
}

/// Words of the program; they may begin or end with a blank.
pub(super) fn words(words: impl Into<String>) -> Inline {
    Inline::Text(words.into())
}

/// What somebody wrote on one line.
pub(super) fn said(text: &str) -> Inline {
    Inline::Text(shown_text(text).split_whitespace().collect::<Vec<_>>().join(" "))
}

pub(super) fn strong(text: impl Into<String>) -> Inline {
    Inline::Strong(vec![words(text)])
}

pub(super) fn flag(kind: FlagKind, word: impl Into<String>) -> Flag {
    Flag { kind, words: vec![words(word)] }
}

/// Several with words between them.
pub(super) fn joined(lines: impl IntoIterator<Item = Line>, between: &str) -> Line {
    let mut all = Line::new();
    for line in lines {
        if !all.is_empty() {
            all.push(words(between));
        }
        all.extend(line);
    }
    all
}
