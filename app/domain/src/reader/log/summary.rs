//! What a file holds, in numbers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::LoggingChange;
use super::definition::Digests;
use super::format::Format;
use super::pulse::Pulse;
use super::record::{LogRecord, MissingRecords, TimeFlag};
use super::seen::Shown;
use super::trail_digest::TrailDigest;
use super::unread::UnreadSpan;
use crate::time::Instant;
use crate::vocabulary::Outcome;

/// So many different actors are counted by name.
const ACTORS_MAX: usize = 1_000;

/// So many gaps, and so many acts on logging, are listed.
const LISTED_MAX: usize = 1_000;

/// So many files of an archive are listed.
const MEMBERS_MAX: usize = 1_000;

/// So many digests of an archive are kept, and so many files that they list.
const DIGESTS_MAX: usize = 1_000;
const DIGESTED_FILES_MAX: usize = 20_000;

/// So many types that were not understood are counted by name.
const STRANGE_MAX: usize = 200;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The format it was read in.
    pub format: Format,
    /// Its first line among those of the whole archive.
    pub line: u64,
    /// How many records it gave.
    pub records: u64,
    /// How many of its pieces could not be read.
    pub unreadable: u64,
    /// SHA-256 of it, unpacked, in hex; only for CloudTrail, whose digests name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// How many records ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Outcomes {
    /// Successfully.
    pub success: u64,
    /// Denied.
    pub denied: u64,
    /// With an error.
    pub error: u64,
    /// The log does not say.
    pub unknown: u64,
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// The format.
    pub format: Format,
    /// How many bytes.
    pub bytes: u64,
    /// How many of them are in a record, a parse error, a skipped record or the frame around them; the others are blank.
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
    /// How many of these bear no zone, and nobody told one for the log.
    #[serde(default)]
    pub assumed_zone: u64,
    /// How many records each actor has, for as many as are counted.
    pub actors: BTreeMap<String, u64>,
    /// How many records are of actors beyond those.
    pub other_actors: u64,
    /// How many gaps the log shows.
    pub gap_count: u64,
    /// The first of them.
    pub gaps: Vec<MissingRecords>,
    /// All beyond those, as one.
    #[serde(default)]
    pub further_gaps: Option<MissingRecords>,
    /// How many acts on logging.
    pub logging_change_count: u64,
    /// The first of them.
    pub logging_changes: Vec<LoggingChange>,
    /// How many records carry which [`mark`](super::mark).
    #[serde(default)]
    pub marks: BTreeMap<String, u64>,
    /// Which acts are shown to be recorded where; known at the end of the file.
    #[serde(default)]
    pub shown: Vec<Shown>,
    /// How many records show something of places that are not listed.
    #[serde(default)]
    pub shown_elsewhere: u64,
    /// Records and parts of records that were not understood, by the type that the source gives them.
    #[serde(default)]
    pub strange: BTreeMap<String, u64>,
    /// How many of further types.
    #[serde(default)]
    pub other_strange: u64,
    /// How many ended how.
    #[serde(default)]
    pub outcomes: Outcomes,
    /// When the pieces may belong that could not be read; known at the end of the file.
    #[serde(default)]
    pub unread_spans: Vec<UnreadSpan>,
    /// What recurs at a regular interval; known at the end of the file.
    #[serde(default)]
    pub pulses: Vec<Pulse>,
    /// SHA-256 of what was read, which is inside gzip or zstd where the file is packed; only for CloudTrail, whose
    /// digests name it, and known at the end of the file.
    #[serde(default)]
    pub content_sha256: Option<String>,
    /// The lines by which the file itself gives the zone of the times below them: the line, and the zone's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zone_lines: Vec<(u64, String)>,
    /// The files of the archive that was read, in their order, as far as they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The digests of CloudTrail among them, by which the other files are proved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<TrailDigest>,
    /// How many files it has beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_members: u64,
    /// The numbers of each format, where the archive holds files of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Summary>,
    /// The encoding of the file's text; `None` where nobody looked.
    #[serde(default)]
    pub encoding: Option<String>,
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
            assumed_zone: 0,
            actors: BTreeMap::new(),
            other_actors: 0,
            gap_count: 0,
            gaps: Vec::new(),
            further_gaps: None,
            logging_change_count: 0,
            logging_changes: Vec::new(),
            marks: BTreeMap::new(),
            shown: Vec::new(),
            shown_elsewhere: 0,
            strange: BTreeMap::new(),
            other_strange: 0,
            outcomes: Outcomes::default(),
            unread_spans: Vec::new(),
            pulses: Vec::new(),
            content_sha256: None,
            zone_lines: Vec::new(),
            members: Vec::new(),
            digests: Vec::new(),
            other_members: 0,
            parts: Vec::new(),
            encoding: None,
        }
    }

    pub(super) fn record(&mut self, record: &LogRecord) {
        self.records += 1;
        match record.time_flag {
            TimeFlag::Unreadable(_) | TimeFlag::Absent => self.without_time += 1,
            TimeFlag::AssumedUtc
            | TimeFlag::AssumedYear
            | TimeFlag::AssumedDay
            | TimeFlag::ToldZone
            | TimeFlag::HeaderZone => self.assumed_time += 1,
            TimeFlag::Range if record.hints.zone_assumed || record.hints.zone_line.is_some() => self.assumed_time += 1,
            TimeFlag::Exact | TimeFlag::Range => {}
        }
        if record.time_flag == TimeFlag::AssumedUtc || record.hints.zone_assumed {
            self.assumed_zone += 1;
        }
        if let Some(time) = record.time {
            let latest = record.time_latest.unwrap_or(time);
            self.first_at = Some(self.first_at.map_or(time, |first| first.min(time)));
            self.last_at = Some(self.last_at.map_or(latest, |last| last.max(latest)));
        }
        self.count(&record.actor.name);
        *self.outcomes.of(record.outcome) += 1;
        if let Some(class) = &record.hints.class {
            self.mark(class);
        }
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
                    command: record.hints.command.clone(),
                    place: record.hints.place.clone().or_else(|| record.hints.node.clone()),
                });
            }
        }
    }

    /// How many records carry this mark.
    pub fn marked(&self, mark: &str) -> u64 {
        self.marks.get(mark).copied().unwrap_or_default()
    }

    /// Whether as good as nothing of the file was read: more of it is reported as unreadable than read, or what was read is empty.
    pub fn is_unread(&self) -> bool {
        let is_empty = self.records > 0 && self.without_time == self.records && self.strangers().0 >= self.records;
        self.unreadable > self.records || is_empty
    }

    /// How many records and parts of records were not understood, and of how many types.
    pub fn strangers(&self) -> (u64, usize) {
        let listed: u64 = self.strange.values().sum();
        (listed + self.other_strange, self.strange.len() + usize::from(self.other_strange > 0))
    }

    /// Notes that a file of the archive begins.
    pub(super) fn member(&mut self, name: &str, format: Format, line: u64) {
        if self.members.len() < MEMBERS_MAX {
            self.members.push(Member { name: name.into(), format, line, records: 0, unreadable: 0, sha256: None });
        } else {
            self.other_members += 1;
        }
    }

    /// Keeps a digest that stands in an archive; one that is a file by itself is read from its bytes.
    pub(super) fn digest(&mut self, digest: TrailDigest) {
        let listed = self.digests.iter().map(|known| known.log_files.len()).sum::<usize>();
        if !self.members.is_empty() && self.digests.len() < DIGESTS_MAX && listed <= DIGESTED_FILES_MAX {
            self.digests.push(digest);
        }
    }

    /// What an archive of CloudTrail's log files with their digests holds beside the digests: the log of a trail. `None`
    /// where it holds anything else.
    pub fn of_trail(&self) -> Option<Self> {
        let is_of_trail = |part: &Self| part.format.digests() != Digests::None;
        if self.digests.is_empty() || !self.parts.iter().all(is_of_trail) {
            return None;
        }
        let trail = self.parts.iter().find(|part| part.format.digests() == Digests::List)?;
        // What was not read may be a part of either.
        Some(Self {
            bytes: self.bytes,
            unreadable: self.unreadable,
            without_time: self.without_time,
            unread_spans: self.unread_spans.clone(),
            gap_count: self.gap_count,
            gaps: self.gaps.clone(),
            further_gaps: self.further_gaps.clone(),
            logging_change_count: self.logging_change_count,
            logging_changes: self.logging_changes.clone(),
            members: self.members.clone(),
            other_members: self.other_members,
            digests: self.digests.clone(),
            ..trail.clone()
        })
    }

    /// The file at hand, if it is listed.
    pub(super) fn current_member(&mut self) -> Option<&mut Member> {
        if self.other_members > 0 { None } else { self.members.last_mut() }
    }

    pub(super) fn stranger(&mut self, kind: &str) {
        if let Some(count) = self.strange.get_mut(kind) {
            *count += 1;
        } else if self.strange.len() < STRANGE_MAX {
            self.strange.insert(kind.to_string(), 1);
        } else {
            self.other_strange += 1;
        }
    }

    pub(super) fn mark(&mut self, mark: &str) {
        if let Some(count) = self.marks.get_mut(mark) {
            *count += 1;
        } else {
            self.marks.insert(mark.to_string(), 1);
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

    pub(super) fn gap(&mut self, gap: &MissingRecords) {
        self.gap_count += 1;
        if self.gaps.len() < LISTED_MAX {
            self.gaps.push(gap.clone());
            return;
        }
        let further = self.further_gaps.take();
        let both = |one: Option<Instant>, other: Option<Instant>| one.zip(other);
        let (from, to, missing) = match &further {
            Some(known) => (
                both(known.from, gap.from).map(|(known, from)| known.min(from)),
                both(known.to, gap.to).map(|(known, to)| known.max(to)),
                known.missing.zip(gap.missing).map(|(known, missing)| known.saturating_add(missing)),
            ),
            None => (gap.from, gap.to, gap.missing),
        };
        let count = self.gap_count - LISTED_MAX as u64;
        let reason = format!("The log shows {count} more gaps than are listed: they are told as one.");
        self.further_gaps = Some(MissingRecords { from, to, missing, reason });
    }
}

impl Outcomes {
    fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Success => &mut self.success,
            Outcome::Denied => &mut self.denied,
            Outcome::Error => &mut self.error,
            Outcome::Unknown => &mut self.unknown,
        }
    }
}
