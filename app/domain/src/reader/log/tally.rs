//! What is counted while a file is read, and what goes by on its way to the sink.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::adapter::Out;
use super::definition::Digests;
use super::format::Format;
use super::pulse::Pulses;
use super::reader::Sink;
use super::record::TimeFlag;
use super::record::{LogRecord, MissingRecords, Raw, clip};
use super::seen::Seen;
use super::summary::Summary;
use super::terms::{Terms, is_open, place};
use super::trail_digest::TrailDigest;
use super::unread::Unread;
use super::watch::Watch;
use crate::canonical::hex;
use crate::reader::ParseError;
use crate::time::Zone;

/// How much of an unreadable piece its parse error repeats.
pub(super) const COMPLAINT_CHARS_MAX: usize = 200;

/// So many records of one file are read. In the database ten million take some 1 GB, and a filter 0.3 s.
pub const RECORDS_MAX: u64 = 10_000_000;

/// So many lines that give a zone are listed.
const LISTED_MAX: usize = 100;

/// So many changes of the zone are known at a time: what is held back meanwhile is not longer than that.
const ZONES_MAX: usize = 1_000;

/// Why a person should look at what gives a thing another name.
const RENAMED: &str = "Something may have got another name here: what was done later is under that one.";

/// The counts of one file.
#[derive(Clone)]
pub(super) struct Tally {
    /// The numbers so far; what only the whole file tells is filled in at its end.
    pub summary: Summary,
    unread: Unread,
    pulses: Pulses,
    seen: Seen,
    terms: Terms,
    /// Looks for commands on logging that the adapters pass over.
    pub watch: Watch,
    /// From which line on which zone is that of times without one, as the file itself says.
    zones: VecDeque<(u64, Option<Zone>)>,
    /// Runs along where a digest may name the file.
    hasher: Option<Sha256>,
    /// The same of the file of an archive at hand, and its last byte so far: whoever takes an archive apart puts a line
    /// end behind each file, which is not its own.
    member_hasher: Option<(Sha256, Option<u8>)>,
    records_max: u64,
    /// Whether there are more records than are read.
    is_beyond: bool,
}

impl Tally {
    /// Of a file that was not read yet.
    pub fn new(format: Format, records_max: u64, terms: Terms) -> Self {
        let hashed = format.digests() != Digests::None;
        Self {
            summary: Summary::new(format),
            unread: Unread::default(),
            pulses: Pulses::default(),
            seen: Seen::default(),
            terms,
            watch: Watch::default(),
            zones: VecDeque::new(),
            hasher: hashed.then(Sha256::new),
            member_hasher: None,
            records_max,
            is_beyond: false,
        }
    }

    /// Whether nothing was counted yet.
    pub fn is_empty(&self) -> bool {
        self.summary.records == 0 && self.summary.unreadable == 0 && self.summary.skipped == 0
    }

    /// The counts of one format among several: nothing yet.
    pub fn part(&self, format: Format) -> Self {
        Self { hasher: None, ..Self::new(format, self.records_max, self.terms.clone()) }
    }

    /// Takes the next bytes of the file, whatever they hold.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        if let (Some((hasher, last)), Some((end, head))) = (&mut self.member_hasher, bytes.split_last()) {
            hasher.update(last.replace(*end).as_slice());
            hasher.update(head);
        }
    }

    /// What could not be read goes on.
    pub fn goes_on(&mut self, raw: Raw) {
        self.unread.goes_on(raw);
    }

    /// Fills in what only the whole file tells.
    pub fn finish(&mut self) {
        self.member_ends();
        self.summary.unread_spans = self.unread.finish();
        self.summary.pulses = self.pulses.finish();
        (self.summary.shown, self.summary.shown_elsewhere) = self.seen.finish();
        self.summary.content_sha256 = self.hasher.take().map(|hasher| hex(&hasher.finalize()));
    }

    /// Takes a line by which the file gives the zone of what is below it; answers what is wrong with it.
    pub fn zone_line(&mut self, line: u64, zone: Zone) -> Option<String> {
        let clash = self.terms.zone.as_ref().filter(|told| **told != zone).map(|told| {
            format!(
                "This line says that the times below it are in {}, and {} was told for the whole log, and is used: leave the zone open when the log is read, if the line is right.",
                zone.name(),
                told.name()
            )
        });
        if self.summary.zone_lines.len() < LISTED_MAX {
            self.summary.zone_lines.push((line, zone.name().to_string()));
        }
        if self.zones.len() >= ZONES_MAX {
            self.zones.pop_front();
        }
        self.zones.push_back((line, Some(zone)));
        clash
    }

    /// Notes what the file of an archive at hand hashes to.
    fn member_ends(&mut self) {
        let sha256 = self.member_hasher.take().map(|(mut hasher, last)| {
            hasher.update(last.filter(|last| *last != b'\n').as_slice());
            hex(&hasher.finalize())
        });
        if let Some(member) = self.summary.current_member().filter(|_| sha256.is_some()) {
            member.sha256 = sha256;
        }
    }

    /// What one file of an archive says of its zone says nothing of the next, which begins at this line.
    pub fn member(&mut self, name: &str, format: Format, line: u64) {
        self.member_ends();
        self.summary.member(name, format, line);
        self.member_hasher = (format.digests() == Digests::List).then(|| (Sha256::new(), None));
        if !self.zones.is_empty() {
            self.zones.push_back((line.saturating_sub(1), None));
        }
    }

    /// Puts a record whose time bears no zone into the one that holds for it: a person's word goes before the file's.
    fn in_zone(&self, record: &mut LogRecord) {
        self.terms.apply(record);
        if self.terms.zone.is_some() || self.zones.is_empty() || !is_open(record) {
            return;
        }
        let line = record.raw.first_line;
        if let Some((line, Some(zone))) = self.zones.iter().rev().find(|(from, _)| *from < line) {
            place(record, zone, TimeFlag::HeaderZone);
            record.hints.zone_line = Some(*line);
        }
    }

    fn record(&mut self, record: &LogRecord) {
        self.summary.record(record);
        self.seen.see(record);
        let Some(time) = record.time else {
            // What bears no time may be of any, and no search in a span finds it.
            if !record.is_remark() {
                self.unread.parse_error(record.raw, "it bears no time that can be read.");
            }
            return;
        };
        self.unread.record(record.raw, time, record.time_latest.unwrap_or(time));
        if record.time_latest.is_none() {
            self.pulses.see(&record.actor.name, &record.action, time);
        }
    }
}

/// Counts what goes by on its way to the sink.
pub(super) struct Counting<'a> {
    /// Where it goes.
    pub sink: &'a mut dyn Sink,
    /// Where it is counted.
    pub tally: &'a mut Tally,
    /// Where it is counted by its format, where a file holds several.
    pub part: Option<&'a mut Tally>,
}

impl Counting<'_> {
    /// What comes after as many records as are read is one piece that was not read, up to the end of the file: it
    /// proves nothing about its time.
    fn beyond(&mut self, raw: Raw) {
        if self.tally.is_beyond {
            return self.tally.goes_on(raw);
        }
        self.tally.is_beyond = true;
        let count = self.tally.records_max;
        let reason = format!(
            "Of one file the first {count} records are read, and this one has more: split it, and upload the parts."
        );
        self.parse_error(raw, &reason, "");
    }
}

impl Counting<'_> {
    /// Gives out what no record told of: the commands that are still open at the end of the file, or too many before.
    pub fn untold(&mut self, at_end: bool) {
        while let Some(record) = self.tally.watch.untold(at_end) {
            self.keep(record);
        }
    }

    /// Gives out what a piece tells of logging that no record was made of.
    pub fn unread(&mut self, raw: Raw) {
        if let Some(record) = self.tally.watch.unread(raw) {
            self.keep(record);
        }
    }

    fn keep(&mut self, mut record: LogRecord) {
        if self.tally.summary.records >= self.tally.records_max {
            return self.beyond(record.raw);
        }
        self.tally.in_zone(&mut record);
        if record.needs_review.is_none() && record.renames() {
            record.needs_review = Some(RENAMED.into());
        }
        self.tally.record(&record);
        if let Some(member) = self.tally.summary.current_member() {
            member.records += 1;
        }
        if let Some(part) = &mut self.part {
            part.record(&record);
        }
        self.sink.record(record);
    }
}

impl Out for Counting<'_> {
    fn record(&mut self, mut record: LogRecord) {
        let format = self.part.as_ref().map_or(self.tally.summary.format, |part| part.summary.format);
        self.tally.watch.mark(format, &mut record);
        self.keep(record);
        self.untold(false);
    }

    fn gap(&mut self, gap: MissingRecords) {
        self.tally.summary.gap(&gap);
        if let Some(part) = &mut self.part {
            part.summary.gap(&gap);
        }
        self.sink.gap(gap);
    }

    fn digest(&mut self, digest: TrailDigest) {
        self.tally.summary.digest(digest);
    }

    fn mark(&mut self, mark: &str) {
        self.tally.summary.mark(mark);
        if let Some(part) = &mut self.part {
            part.summary.mark(mark);
        }
    }

    fn stranger(&mut self, kind: &str) {
        self.tally.summary.stranger(kind);
        if let Some(part) = &mut self.part {
            part.summary.stranger(kind);
        }
    }

    fn parse_error(&mut self, raw: Raw, reason: &str, text: &str) {
        self.tally.summary.unreadable += 1;
        self.tally.unread.parse_error(raw, reason);
        if let Some(member) = self.tally.summary.current_member() {
            member.unreadable += 1;
        }
        if let Some(part) = &mut self.part {
            part.summary.unreadable += 1;
            part.unread.parse_error(raw, reason);
        }
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let text = clip(text, COMPLAINT_CHARS_MAX);
        self.sink.parse_error(ParseError {
            line: count(raw.first_line),
            offset: count(raw.offset),
            reason: reason.into(),
            text,
        });
        // What could not be read may tell of an act on logging all the same.
        self.unread(raw);
    }
}
