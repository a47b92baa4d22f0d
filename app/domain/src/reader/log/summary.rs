//! What a file holds, in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::format::Format;
use super::record::{Gap, LogRecord, TimeFlag};
use crate::time::Instant;
use crate::timeline::Outcome;

/// So many different actors are counted by name.
const ACTORS_MAX: usize = 1_000;

/// So many gaps, and so many acts on logging, are listed.
const LISTED_MAX: usize = 1_000;

/// An act that changes what is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggingChange {
    /// When.
    pub at: Option<Instant>,
    /// What, in the words of the source.
    pub action: String,
    /// Who.
    pub actor: String,
    /// What it was done to.
    pub resource: String,
    /// How it ended: only a success changed anything.
    pub outcome: Outcome,
    /// The line of the record.
    pub line: u64,
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The format.
    pub format: Format,
    /// How many bytes.
    pub bytes: u64,
    /// How many of them are in a record, a complaint, a skipped record or the frame around them; the others are blank.
    pub accounted: u64,
    /// How many records.
    pub records: u64,
    /// How many pieces could not be read.
    pub unreadable: u64,
    /// How many pieces of known but idle kinds were passed over.
    pub skipped: u64,
    /// How many pieces became part of an earlier record.
    pub merged: u64,
    /// The earliest time.
    pub first_at: Option<Instant>,
    /// The latest time.
    pub last_at: Option<Instant>,
    /// How many records have no time, or none that could be read.
    pub without_time: u64,
    /// How many records have a time whose zone or year was assumed.
    pub assumed_time: u64,
    /// How many records each actor has, for as many as are counted.
    pub actors: BTreeMap<String, u64>,
    /// How many records are of actors beyond those.
    pub other_actors: u64,
    /// How many gaps the log shows.
    pub gap_count: u64,
    /// The first of them.
    pub gaps: Vec<Gap>,
    /// How many acts on logging.
    pub logging_change_count: u64,
    /// The first of them.
    pub logging_changes: Vec<LoggingChange>,
}

impl Summary {
    /// Of a file that was not read yet.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            bytes: 0,
            accounted: 0,
            records: 0,
            unreadable: 0,
            skipped: 0,
            merged: 0,
            first_at: None,
            last_at: None,
            without_time: 0,
            assumed_time: 0,
            actors: BTreeMap::new(),
            other_actors: 0,
            gap_count: 0,
            gaps: Vec::new(),
            logging_change_count: 0,
            logging_changes: Vec::new(),
        }
    }

    pub(super) fn record(&mut self, record: &LogRecord) {
        self.records += 1;
        match record.time_flag {
            TimeFlag::Unreadable(_) | TimeFlag::Absent => self.without_time += 1,
            TimeFlag::AssumedUtc | TimeFlag::AssumedYear => self.assumed_time += 1,
            TimeFlag::Exact | TimeFlag::Range => {}
        }
        if let Some(time) = record.time {
            let latest = record.time_latest.unwrap_or(time);
            self.first_at = Some(self.first_at.map_or(time, |first| first.min(time)));
            self.last_at = Some(self.last_at.map_or(latest, |last| last.max(latest)));
        }
        self.count(&record.actor.name);
        if record.hints.logging_control {
            self.logging_change_count += 1;
            if self.logging_changes.len() < LISTED_MAX {
                self.logging_changes.push(LoggingChange {
                    at: record.time,
                    action: record.action.clone(),
                    actor: record.actor.name.clone(),
                    resource: record.resource.clone(),
                    outcome: record.outcome,
                    line: record.raw.first_line,
                });
            }
        }
    }

    fn count(&mut self, actor: &str) {
        if let Some(count) = self.actors.get_mut(actor) {
            *count += 1;
        } else if self.actors.len() < ACTORS_MAX {
            self.actors.insert(actor.to_string(), 1);
        } else {
            self.other_actors += 1;
        }
    }

    pub(super) fn gap(&mut self, gap: &Gap) {
        self.gap_count += 1;
        if self.gaps.len() < LISTED_MAX {
            self.gaps.push(gap.clone());
        }
    }
}
