//! What the records show of which place: the positive controls of a log.
//!
//! That one thing was recorded somewhere says nothing of another thing or of another place. So
//! it is counted for each place which acts on what it holds were recorded there, and the first
//! of each is remembered by its line. The table is bounded: where there are more places than it
//! holds, names are shortened, and what still finds no room counts as not shown.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::Format;
use super::mark;
use super::record::LogRecord;
use crate::vocabulary::{Outcome, Verb};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// The service the place is of, where that is not the one whose places are usually named without it; of a Linux
    /// audit log `path`, where the place is the path of a file and not the name of a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// The service of a place that is a path of a machine.
const PATH: &str = "path";

/// Words in names of places before the name of a place that holds others.
const HOLDERS: &[&str] = &[
    "sites",
    "drives",
    "namespaces",
    "repos",
    "repositories",
    "databases",
    "schemas",
    "vaults",
    "users",
    "groups",
    "channels",
    "teams",
    "buckets",
    "storageaccounts",
    "containers",
    "accounts",
    "servers",
    "workspaces",
    "personal",
    "mailboxes",
];

impl Shown {
    /// Whether the place is that of a name, or lies inside of it, by the way in which this format names places. That a
    /// thing somewhere else has the same name, or a part of it, says nothing.
    pub fn is_of(&self, name: &str, format: Format) -> bool {
        format.is_of(self, name)
    }

    /// How a thing is named that stands in this place under the last part of a name: `dynamodb:table:orders` of `orders`.
    pub fn named(&self, name: &str, format: Format) -> Option<String> {
        let wanted = parts(name);
        let last = wanted.last()?;
        let at = self.place.iter().rposition(|part| part == last)?;
        let service = self.service.iter().filter(|service| !service.is_empty() && *service != PATH);
        let full = service.chain(&self.place[..=at]).cloned().collect::<Vec<_>>().join(":");
        (self.is_of(&full, format) && !self.is_of(name, format)).then_some(full)
    }

    /// A path is the place of what lies on it; anything else is named in full.
    pub(super) fn is_of_machine(&self, name: &str) -> bool {
        if name.starts_with('/') {
            return self.service.as_deref() == Some(PATH) && self.begins(&parts(name));
        }
        self.service.is_none() && self.place == parts(name)
    }

    fn begins(&self, name: &[String]) -> bool {
        !name.is_empty() && self.place.starts_with(name)
    }

    /// `south`, `s3://south/x`, `arn:aws:s3:::south`, `dynamodb:table/orders`, `arn:aws:dynamodb:eu-west-1:1:table/orders`:
    /// a name alone is that of a bucket.
    pub(super) fn is_of_amazon(&self, name: &str) -> bool {
        let (service, rest) = of_arn(name);
        let service = service.or_else(|| name.starts_with("s3://").then_some("s3"));
        let rest = parts(rest.strip_prefix("s3://").unwrap_or(rest));
        match (service, self.service.as_deref()) {
            (Some("s3") | None, None) => self.begins(&rest),
            (Some(service), Some(own)) => service.eq_ignore_ascii_case(own) && self.begins(&rest),
            (None, Some(own)) => rest.split_first().is_some_and(|(first, rest)| first == own && self.begins(rest)),
            (Some(_), None) => false,
        }
    }

    /// `plans` and `gs://plans` are a bucket; all else is named with its collection, as in `secrets/key`.
    pub(super) fn is_of_google(&self, name: &str) -> bool {
        let name = parts(name.strip_prefix("gs://").unwrap_or(name));
        if self.begins(&name) {
            return true;
        }
        let end = self.place.iter().position(|part| part == "objects").unwrap_or(self.place.len());
        let holders = (0..end).filter(|at| at % 2 == 0 || self.place.first().is_some_and(|first| first.contains('.')));
        holders.into_iter().any(|at| {
            let from_id = self.place[at] == "buckets" && self.place[at + 1..].starts_with(&name);
            !name.is_empty() && (from_id || (name.len() > 1 && self.place[at..].starts_with(&name)))
        })
    }

    /// At the beginning of the place, in the second part of it, or behind a word for what holds others.
    pub(super) fn is_held(&self, name: &[String]) -> bool {
        let is_scheme = |part: &String| matches!(part.as_str(), "http" | "https" | "file" | "gs" | "s3" | "abfss");
        let first = usize::from(self.place.first().is_some_and(is_scheme));
        let name = if name.first().is_some_and(is_scheme) { &name[1..] } else { name };
        let is_place = |at: usize| at <= first + 1 || HOLDERS.contains(&self.place[at - 1].as_str());
        !name.is_empty() && (first..self.place.len()).any(|at| is_place(at) && self.place[at..].starts_with(name))
    }
}

/// The service and the rest of a name of AWS: `arn:aws:secretsmanager:eu-west-1:1:secret:key` is `secret:key`.
fn of_arn(name: &str) -> (Option<&str>, &str) {
    let mut fields = name.splitn(6, ':');
    if !fields.next().is_some_and(|first| first.eq_ignore_ascii_case("arn")) {
        return (None, name);
    }
    let service = fields.nth(1);
    (service, fields.nth(2).unwrap_or_default())
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
    acts: HashMap<(String, Verb, Option<String>), Shown>,
    parts_max: usize,
    /// Acts of which a record is without its body: the log does not keep all of them with it.
    bare: HashSet<(String, Verb, Option<String>)>,
    /// Records whose place found no room.
    left_out: u64,
}

impl Seen {
    /// Notes a record, if it shows that acts of its kind on what its place holds are recorded.
    pub fn see(&mut self, record: &LogRecord) {
        if is_bare(record) {
            self.note_bare(record);
            return;
        }
        if !shows(record) {
            return;
        }
        if record.hints.serial.is_none() {
            let (of_name, rest) = of_arn(&record.resource);
            let service = record.hints.service.as_deref().or(of_name.filter(|service| *service != "s3"));
            return self.note(rest, service, record);
        }
        let is_path = record.resource.starts_with('/');
        self.note(&record.resource, is_path.then_some(PATH).or(Some("")), record);
        // A rule of Linux audit names what it watches by its key: that it was met somewhere else shows nothing.
        if let Some(key) = &record.trace
            && (record.resource.is_empty() || parts(&record.resource).contains(&key.to_lowercase()))
        {
            self.note(key, None, record);
        }
    }

    /// Of one act both with its body and without it, the log proves what the lesser says.
    fn note_bare(&mut self, record: &LogRecord) {
        let (of_name, rest) = of_arn(&record.resource);
        let service = record.hints.service.as_deref().or(of_name.filter(|service| *service != "s3"));
        if self.bare.len() < PLACES_MAX {
            self.bare.insert((parts(rest).join("/"), record.verb, service.map(str::to_string)));
        } else {
            self.left_out += 1;
        }
    }

    fn note(&mut self, name: &str, service: Option<&str>, record: &LogRecord) {
        if name.is_empty() {
            return;
        }
        let service = service.map(str::to_string);
        let key = (self.key(name), record.verb, service.clone());
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
        let key = (self.key(name), record.verb, service.clone());
        let shown = Shown {
            place: key.0.split('/').map(str::to_string).collect(),
            verb: record.verb,
            count: 0,
            action: record.action.clone(),
            line: record.raw.first_line,
            service,
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
            let key = (shown.place.join("/"), shown.verb, shown.service.clone());
            match self.acts.get_mut(&key) {
                Some(known) => known.count += shown.count,
                None => drop(self.acts.insert(key, shown)),
            }
        }
    }

    /// What was shown, the most frequent first as far as it is kept, and how many records found no room.
    pub fn finish(&mut self) -> (Vec<Shown>, u64) {
        let bare = std::mem::take(&mut self.bare).into_iter();
        let bare: HashSet<_> = bare.map(|(name, verb, service)| (self.key(&name), verb, service)).collect();
        self.acts.retain(|key, _| !bare.contains(key));
        let mut all: Vec<Shown> = std::mem::take(&mut self.acts).into_values().collect();
        all.sort_by(|one, other| {
            (other.count, &one.place, one.verb, &one.service).cmp(&(
                one.count,
                &other.place,
                other.verb,
                &other.service,
            ))
        });
        let beyond: u64 = all.iter().skip(KEPT_MAX).map(|shown| shown.count).sum();
        all.truncate(KEPT_MAX);
        all.sort_by(|one, other| (&one.place, one.verb, &one.service).cmp(&(&other.place, other.verb, &other.service)));
        (all, self.left_out + beyond)
    }
}

/// A denied act shows that refusals are recorded, not that successes are; an act on how a place is set up shows
/// nothing of acts on what it holds; and one without a body not what was done.
fn shows(record: &LogRecord) -> bool {
    let plain = matches!(record.verb, Verb::Other | Verb::Login | Verb::LoggingControl | Verb::Config);
    let settings = record.hints.settings && !matches!(record.verb, Verb::Grant | Verb::Revoke);
    matches!(record.outcome, Outcome::Success | Outcome::Unknown) && !plain && !settings && !is_bare(record)
}

fn is_bare(record: &LogRecord) -> bool {
    record.hints.class.as_deref() == Some(mark::METADATA)
}
