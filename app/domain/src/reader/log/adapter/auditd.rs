//! Linux audit: the lines of one serial are one record.

mod told;

use std::collections::{BTreeMap, VecDeque};

use super::audit_line::{Line, read};
use super::row::Row;
use super::serials::{self, Serials};
use super::{Adapter, Out, Piece, Taken, Wrong, syscall};
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::mark;
use crate::reader::log::mode::Mode;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, Raw, clip};
use crate::reader::log::seen::Shown;
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{CsvSplit, LineSplit, Splitter, columns, first_line, is_json};
use crate::reader::log::summary::Summary;
use crate::reader::log::wrapper::has_column;
use crate::vocabulary::{Completeness, CoverageMode};
use told::record;

/// So many serials may be mixed before the smallest is taken to be whole.
const WINDOW: usize = 64;

/// So much of one serial is kept; what is beyond is in the file.
const LINES_MAX: usize = 128;
const EVENT_BYTES_MAX: usize = 64 << 10;

/// The serials of so many machines are followed.
const NODES_MAX: usize = 256;

/// The user id of a process nobody logged in for.
const UNSET: &[&str] = &["4294967295", "-1", "unset"];

/// The lines of one serial so far.
struct Event {
    node: String,
    serial: u32,
    stamp: String,
    lines: Vec<Line>,
    raw: Raw,
    bytes: usize,
    pieces: u32,
}

/// Reads audit lines. Lines of up to `WINDOW` serials may be mixed.
#[derive(Default)]
pub struct Auditd {
    open: VecDeque<Event>,
    serials: BTreeMap<String, Serials>,
}

impl LogFormat for Auditd {
    const SIGNS: &'static [Sign] = &[Sign::Lines(95, |lines| lines.all().take(5).any(is_audit))];
    const IS_JSON: bool = false;
    const SOURCE: SourceKind = SourceKind::Machine;
    const PROOF: Completeness = Completeness::Sequence;
    const FAMILY: Option<Family> = Some(Family::Host);
    const WATCHED: Watched = Watched::Records;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Auditd::default())
    }

    // Lines, or a table of a store of logs with a column for the line.
    fn split(first: &[u8], limit: usize) -> Splitter {
        let line = first_line(first);
        let is_table = !is_json(first)
            && !is_audit(&String::from_utf8_lossy(line))
            && columns(line).is_some_and(|names| names.len() > 1 && has_column(&names));
        if is_table { Box::new(CsvSplit::new(limit)) } else { Box::new(LineSplit::new(limit)) }
    }

    fn mode(_summary: &Summary) -> Mode {
        let reason = "It records every act that its rules name: check that the rules name the paths you choose.";
        (CoverageMode::All, reason.into())
    }

    fn is_of(place: &Shown, name: &str) -> bool {
        place.is_of_machine(name)
    }
}

/// Whether a line is one of Linux audit, or holds one.
fn is_audit(line: &str) -> bool {
    let stamp = line.split_once("audit(").and_then(|(_, rest)| rest.split_once(')')).map(|(stamp, _)| stamp);
    stamp
        .and_then(|stamp| stamp.rsplit_once(':'))
        .is_some_and(|(_, serial)| !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Adapter for Auditd {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let Some(row) = Row::of(piece).transpose()? else {
            return self.line(&String::from_utf8_lossy(piece.bytes), "", piece.raw, out);
        };
        self.row(&row, piece.raw, out)
    }

    fn pause(&mut self, out: &mut dyn Out) {
        while !self.open.is_empty() {
            self.close(out);
        }
    }

    // The serials of a machine run on through the files of its log.
    fn goes_on(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.pause(out);
        let gaps: Vec<_> = self.serials.values_mut().flat_map(Serials::finish).collect();
        gaps.into_iter().for_each(|gap| out.gap(gap));
        serials::apart(self.serials.values()).into_iter().for_each(|gap| out.gap(gap));
        self.serials.values().filter(|serials| serials.is_mixed()).for_each(|_| out.mark(mark::MIXED));
    }
}

/// What one line tells by itself, where it stands alone in another log.
pub fn told_by(text: &str, raw: Raw) -> Option<LogRecord> {
    let (head, serial, line) = read(text)?;
    let (node, stamp) = (head.node.into(), head.stamp.into());
    Some(record(&Event { node, serial, stamp, lines: vec![line], raw, bytes: text.len(), pieces: 1 }))
}

impl Auditd {
    /// A row of a table that a store of logs exports: one cell holds the lines of an event, another may name the machine.
    fn row(&mut self, row: &Row<'_>, raw: Raw, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let node = row.get(&["host", "hostname", "node", "computer", "dvc", "_HOSTNAME"]);
        let Some(cell) = row.cells.iter().find(|cell| read(cell.lines().next().unwrap_or_default()).is_some()) else {
            return Err(Wrong::Unreadable("No field of this row is a line of Linux audit.".into()));
        };
        if cell.lines().any(|line| !line.trim().is_empty() && read(line).is_none()) {
            return Err(Wrong::Unreadable("A part of this row is not a line of Linux audit.".into()));
        }
        let mut taken = Taken::Merged;
        for line in cell.lines().filter(|line| !line.trim().is_empty()) {
            if self.line(line.trim(), node.or_empty(), raw, out)? == Taken::Read {
                taken = Taken::Read;
            }
        }
        Ok(taken)
    }

    /// One line; `host` is the machine where the line does not name one.
    fn line(&mut self, text: &str, host: &str, raw: Raw, out: &mut dyn Out) -> Result<Taken, Wrong> {
        // What `ausearch` puts between its records.
        if text.trim_matches('-').is_empty() || text.starts_with("time->") {
            return Ok(Taken::Skipped);
        }
        let Some((head, serial, line)) = read(text) else {
            return Err(Wrong::Unreadable(
                "This is not a line of Linux audit: there is no whole “audit(time:serial):” in it.".into(),
            ));
        };
        let node = if head.node.is_empty() { host } else { head.node };
        let known = self
            .open
            .iter_mut()
            .find(|event| event.serial == serial && event.stamp == head.stamp && event.node == node);
        if let Some(event) = known {
            event.raw = event.raw.join(raw);
            event.pieces += 1;
            event.bytes += text.len();
            if event.lines.len() < LINES_MAX && event.bytes <= EVENT_BYTES_MAX {
                event.lines.push(line);
            }
            return Ok(Taken::Merged);
        }
        self.open.push_back(Event {
            node: node.into(),
            serial,
            stamp: head.stamp.into(),
            lines: vec![line],
            raw,
            bytes: text.len(),
            pieces: 1,
        });
        if self.open.len() > WINDOW {
            self.close(out);
        }
        Ok(Taken::Read)
    }

    /// Gives out the first serial of the machine that was heard first.
    fn close(&mut self, out: &mut dyn Out) {
        let Some(oldest) = self.open.front() else { return };
        let behind = |event: &Event| event.serial.wrapping_sub(oldest.serial) >= 1 << 31;
        let mut place = 0;
        for (at, event) in self.open.iter().enumerate() {
            let best = self.open.get(place).map_or(0, |best| best.serial);
            // Serials close in time come in any order; those of another day are not earlier, they began anew.
            let near = seconds(&event.stamp).abs_diff(seconds(&oldest.stamp)) <= 1;
            if near && event.node == oldest.node && behind(event) && event.serial.wrapping_sub(best) >= 1 << 31 {
                place = at;
            }
        }
        let Some(event) = self.open.remove(place) else { return };
        let mut record = record(&event);
        count_unknown(&event, &mut record, out);
        // The daemon numbers its own lines; they have no place among the kernel's.
        let daemon = event.lines.iter().any(|line| line.kind.starts_with("DAEMON_"));
        let followed = self.serials.contains_key(&event.node) || self.serials.len() < NODES_MAX;
        record.hints.class = (!daemon).then(|| if followed { mark::NUMBERED } else { mark::UNFOLLOWED }.into());
        if !daemon && followed {
            let serials = self.serials.entry(event.node.clone()).or_insert_with(|| Serials::of(&event.node));
            serials.see(event.serial, record.time);
        }
        out.record(record);
    }
}

/// Counts the types that are not known. An event of nothing but such types may have been any act.
fn count_unknown(event: &Event, record: &mut LogRecord, out: &mut dyn Out) {
    let unknown = || event.lines.iter().map(|line| line.kind.as_str()).filter(|kind| !syscall::is_known(kind));
    unknown().for_each(|kind| out.stranger(&clip(kind, NAME_CHARS_MAX)));
    let is_told = event.lines.iter().any(|line| syscall::is_known(&line.kind) && !syscall::is_beside(&line.kind));
    if !is_told && let Some(kind) = unknown().next() {
        record.action = clip(kind, NAME_CHARS_MAX);
        record.needs_review = Some("This type of record is not understood: see what it says in the file.".into());
        out.mark(mark::UNKNOWN);
    }
}

fn seconds(stamp: &str) -> u64 {
    stamp.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or_default()
}
