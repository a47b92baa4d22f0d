//! The postmortem as a tree: what it says, in the order in which it is read, and nothing of how that looks.
//!
//! It is built once, by [`postmortem`]; the page, Markdown and HTML are written from it, and so is every format to come.

mod build;
mod claims;
mod confirmations;
mod findings;
mod head;
mod inline;
mod records;
mod severity;
mod timeline;
mod verdict;
mod withheld;

use serde::Serialize;

use crate::casefile::Noun;
use crate::time::Zone;
use crate::timeline::EvidenceLink;
use crate::vocabulary::PrincipalKind;
use crate::words::words;
use crate::{Id, Instant, TimeRange};

pub use build::{Origin, Telling, postmortem};
pub use inline::{Flag, FlagKind, Inline, Line, Place};
pub use withheld::Withheld;

words! {
    /// For whose eyes a document is.
    Profile is "a profile" { Internal "internal" "internal", Public "public" "public" }
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

/// A postmortem.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// What it is called: the incident's key and title.
    pub title: String,
    /// For whose eyes it is.
    pub profile: Profile,
    /// The zone in which it tells times, and by whose days it orders them.
    pub zone: Zone,
    /// Where the postmortem stands, with its last revision.
    pub standing: String,
    /// As of when the case file stands so, where it is handed on.
    pub as_of: Option<Instant>,
    /// What stands above the first section.
    pub head: Vec<Block>,
    /// Its parts.
    pub sections: Vec<Section>,
    /// The sources it cites, by number from 1.
    pub sources: Vec<Source>,
}

/// Blocks under a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// What it can be found by; of a part its word.
    pub anchor: String,
    /// What it is called.
    pub heading: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// What stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A section inside a section.
    Section(Section),
    /// A paragraph.
    Paragraph {
        /// Its words.
        words: Line,
    },
    /// Something said aside or aloud.
    Notice {
        /// How loud.
        level: Level,
        /// Its words.
        words: Line,
    },
    /// A list.
    List {
        /// One line each.
        items: Vec<Line>,
    },
    /// Factors, in the order of their numbers in a drawing.
    Factors {
        /// One line each.
        items: Vec<Line>,
    },
    /// Names with what each is.
    Facts {
        /// In their order.
        facts: Vec<Fact>,
    },
    /// The same where few words are said of each, so that all fit on a line.
    Across {
        /// In their order.
        facts: Vec<Fact>,
    },
    /// A table.
    Table(Table),
    /// What somebody wrote, in Markdown.
    Written(Written),
    /// The sentence a verdict allows.
    Statement {
        /// The verdict.
        verdict: crate::verdict::Verdict,
        /// The sentence.
        words: Line,
    },
    /// Conditions, each met or not.
    Checks {
        /// In their order.
        checks: Vec<Check>,
    },
    /// Claims side by side that disagree.
    Sides {
        /// One for each claim.
        sides: Vec<Side>,
    },
    /// Events of one day.
    Acts {
        /// In their order.
        acts: Vec<Act>,
    },
}

words! {
    /// How loud something is said.
    Level is "a level" {
        Aside "aside" "said aside: that there is nothing, or what a document leaves out", Warning "warning" "something is missing",
        Stop "stop" "what was published is no longer so",
    }
}

/// A name with what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// What is said of it.
    pub words: Line,
}

/// A table; without rows it would not be there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// What it lists.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Line>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Whether it says more of what the first column names, so that it can stand there in small where room is short.
    pub is_detail: bool,
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Written {
    /// The text, in Markdown, read by [`crate::markdown`] alone.
    pub text: String,
    /// What stands there where nobody wrote anything.
    pub nothing: String,
    /// The section of the postmortem that it is, where it is one: people write it in its place.
    pub section: Option<crate::postmortem::Section>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Whether it is met.
    pub passes: bool,
    /// Its number.
    pub mark: String,
    /// What it asks for.
    pub name: String,
    /// Why it is met or not.
    pub detail: Line,
}

/// A claim beside another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// Its value in few words.
    pub value: Line,
    /// Who says so.
    pub source: Line,
    /// The claim.
    pub statement: Line,
    /// Why it is the one that was adopted.
    pub adopted: Option<Line>,
    /// Whether it is refuted.
    pub is_refuted: bool,
}

/// An event of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Act {
    /// The event.
    pub event: Id,
    /// When.
    pub time: TimeRange,
    /// What kind of principal acted.
    pub by: PrincipalKind,
    /// Who did what to what, for whom.
    pub words: Line,
    /// What is to be known of it.
    pub flags: Vec<Flag>,
    /// Who confirmed it.
    pub confirmed: Line,
    /// What shows it, by the number of the source.
    pub sources: Vec<usize>,
    /// What somebody wrote about it, in Markdown.
    pub text: String,
}

/// A source that is cited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Source {
    /// Where it is.
    pub link: EvidenceLink,
    /// The evidence with its lines or its record.
    pub words: Line,
}

impl Section {
    fn block(anchor: impl Into<String>, heading: impl Into<String>, blocks: Vec<Block>) -> Block {
        Block::Section(Self { anchor: anchor.into(), heading: heading.into(), blocks })
    }
}

impl Table {
    /// A table of these columns, of which the last ones named are details; nothing where there is no row.
    fn block(name: &str, columns: &[&str], details: &[&str], rows: Vec<Vec<Line>>) -> Option<Block> {
        let column = |name: &&str| Column { name: name.to_string(), is_detail: details.contains(name) };
        let columns = columns.iter().map(column).collect();
        (!rows.is_empty()).then(|| Block::Table(Self { name: name.into(), columns, rows }))
    }
}

impl Block {
    fn paragraph(words: Line) -> Self {
        Self::Paragraph { words }
    }

    fn aside(words: impl Into<String>) -> Self {
        Self::Notice { level: Level::Aside, words: vec![inline::words(words)] }
    }

    /// A list; nothing where it has no item.
    fn list(items: Vec<Line>) -> Option<Self> {
        (!items.is_empty()).then_some(Self::List { items })
    }
}

impl Document {
    /// What it says is no longer so of what was published.
    pub fn stale(&self) -> Option<&Line> {
        self.head.iter().find_map(|block| match block {
            Block::Notice { level: Level::Stop, words } => Some(words),
            _ => None,
        })
    }
}

/// A record as a place.
fn record(noun: Noun, id: &Id) -> Place {
    Place::Record { noun, id: id.clone() }
}
