//! What the records show of which place: the positive controls of a log.
//!
//! That one thing was recorded somewhere says nothing of another thing or of another place. So
//! it is counted for each place which acts on what it holds were recorded there, and the first
//! of each is remembered by its line. The table is bounded: where there are more places than it
//! holds, names are shortened, and what still finds no room counts as not shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::mark;
use super::record::LogRecord;
use crate::timeline::{Outcome, Verb};

/// So many places are told apart while a file is read.
const PLACES_MAX: usize = 4_096;

/// So many are kept with its numbers.
const KEPT_MAX: usize = 1_000;

/// A place is told by so many parts of its name.
const PARTS_MAX: usize = 12;

/// The same, where there are too many places.
const SHORT_PARTS_MAX: usize = 3;

/// So much of a place's name is kept, in bytes.
const PLACE_BYTES_MAX: usize = 300;

/// Acts of one kind on what one place holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The parts of the place's name in small letters, from the outermost on.
    pub place: Vec<String>,
    /// What was done.
    pub verb: Verb,
    /// How often.
    pub count: u64,
    /// The first of them in the words of the source.
    pub action: String,
    /// Its line.
    pub line: u64,
}

impl Shown {
    /// Whether the place is that of a name, or lies inside of it.
    pub fn is_of(&self, name: &str) -> bool {
        let name = parts(name);
        !name.is_empty() && self.place.windows(name.len()).any(|parts| parts == name)
    }
}

/// The parts of a name: `arn:aws:s3:::bucket-b/x` is a thing called `x` in `bucket-b`.
pub fn parts(name: &str) -> Vec<String> {
    let bounded: String = name.chars().take(PLACE_BYTES_MAX).collect();
    let found = bounded.split(['/', ':', '\\', '(', ')']).map(str::trim).filter(|part| !part.is_empty());
    found.take(PARTS_MAX).map(str::to_lowercase).collect()
}

/// The table while a file is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    acts: HashMap<(String, Verb), Shown>,
    parts_max: usize,
    /// Records whose place found no room.
    left_out: u64,
}

impl Seen {
    /// Notes a record, if it shows that acts of its kind on what its place holds are recorded.
    pub fn see(&mut self, record: &LogRecord) {
        if !shows(record) {
            return;
        }
        self.note(&record.resource, record);
        // A rule of Linux audit names what it watches by its key.
        if record.hints.serial.is_some()
            && let Some(key) = &record.trace
        {
            self.note(key, record);
        }
    }

    fn note(&mut self, name: &str, record: &LogRecord) {
        if name.is_empty() {
            return;
        }
        let key = (self.key(name), record.verb);
        if let Some(known) = self.acts.get_mut(&key) {
            known.count += 1;
            return;
        }
        if self.acts.len() >= PLACES_MAX {
            self.shorten();
        }
        if self.acts.len() >= PLACES_MAX {
            self.left_out += 1;
            return;
        }
        let key = (self.key(name), record.verb);
        let shown = Shown {
            place: key.0.split('/').map(str::to_string).collect(),
            verb: record.verb,
            count: 0,
            action: record.action.clone(),
            line: record.raw.first_line,
        };
        self.acts.entry(key).or_insert(shown).count += 1;
    }

    fn key(&self, name: &str) -> String {
        let mut parts = parts(name);
        if self.parts_max > 0 {
            parts.truncate(self.parts_max);
        }
        parts.join("/")
    }

    /// Tells places apart by fewer parts of their names, once.
    fn shorten(&mut self) {
        if self.parts_max > 0 {
            return;
        }
        self.parts_max = SHORT_PARTS_MAX;
        let mut all: Vec<Shown> = std::mem::take(&mut self.acts).into_values().collect();
        all.sort_by(|one, other| (one.line, &one.place).cmp(&(other.line, &other.place)));
        for mut shown in all {
            shown.place.truncate(SHORT_PARTS_MAX);
            let key = (shown.place.join("/"), shown.verb);
            match self.acts.get_mut(&key) {
                Some(known) => known.count += shown.count,
                None => drop(self.acts.insert(key, shown)),
            }
        }
    }

    /// What was shown, the most frequent first as far as it is kept, and how many records found no room.
    pub fn finish(&mut self) -> (Vec<Shown>, u64) {
        let mut all: Vec<Shown> = std::mem::take(&mut self.acts).into_values().collect();
        all.sort_by(|one, other| (other.count, &one.place, one.verb).cmp(&(one.count, &other.place, other.verb)));
        let beyond: u64 = all.iter().skip(KEPT_MAX).map(|shown| shown.count).sum();
        all.truncate(KEPT_MAX);
        all.sort_by(|one, other| (&one.place, one.verb).cmp(&(&other.place, other.verb)));
        (all, self.left_out + beyond)
    }
}

/// A denied act shows that refusals are recorded, not that successes are; an act on how a place is set up shows
/// nothing of acts on what it holds; and one without a body not what was done.
fn shows(record: &LogRecord) -> bool {
    let plain = matches!(record.verb, Verb::Other | Verb::Login | Verb::LoggingControl | Verb::Config);
    let settings = record.hints.settings && !matches!(record.verb, Verb::Grant | Verb::Revoke);
    let bare = record.hints.class.as_deref() == Some(mark::METADATA);
    matches!(record.outcome, Outcome::Success | Outcome::Unknown) && !plain && !settings && !bare
}
