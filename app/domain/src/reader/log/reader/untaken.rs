//! What becomes of a piece that its format does not take.

use super::{Fate, LogReader, Sink, counting};
use crate::reader::log::adapter::{Out, Piece};
use crate::reader::log::record::{MissingRecords, Raw};
use crate::reader::log::tally::COMPLAINT_CHARS_MAX;
use crate::reader::log::wrapper::unwrapped;

/// So much of what stands around a list is looked at.
const FRAME_BYTES_MAX: usize = 16 << 10;

/// Names of what an interface gives with a page of records, where more follow.
const TOKENS: &[&str] = &[
    "nextPageToken",
    "next_page_token",
    "NextToken",
    "nextToken",
    "next_cursor",
    "nextCursor",
    "next_page",
    "nextLink",
    "@odata.nextLink",
    "odata.nextLink",
    "nextPageUri",
    "nextRecordsUrl",
];

/// Names that are true where a page is not all.
const FLAGS: &[&str] =
    &["has_more", "hasMore", "preview", "timed_out", "is_truncated", "IsTruncated", "truncated", "isPartial"];

/// Names that say how many records there are in all, in whatever pages.
const TOTALS: &[&str] =
    &["ResultCount", "total_count", "totalCount", "total_results", "totalResults", "totalRecords", "total_records"];

/// What stands behind a name in the words around a list of records, which may be no whole JSON.
fn value_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, behind) = text.split_once(&format!("\"{name}\""))?;
    Some(behind.trim_start().strip_prefix(':')?.trim_start())
}

/// How many records there are in all, by the words around a list of them; 0 where nothing says so.
fn total(frame: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(frame);
    let number = |text: &str| {
        let digits: String = text.trim_start_matches('"').chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    // A search says it as a number, or as an object with its value.
    let hits = value_of(&text, "hits").and_then(|hits| value_of(hits, "total"));
    let hits = hits.and_then(|total| if total.starts_with('{') { value_of(total, "value") } else { Some(total) });
    TOTALS.iter().filter_map(|name| value_of(&text, name)).chain(hits).filter_map(number).max().unwrap_or(0)
}

/// The name of what says that more follow, in the words around a list of records.
fn goes_on(frame: &[u8]) -> Option<&'static str> {
    if !frame.contains(&b'"') {
        return None;
    }
    let text = String::from_utf8_lossy(frame);
    let is_token =
        |name: &&&str| value_of(&text, name).is_some_and(|value| value.starts_with('"') && !value.starts_with("\"\""));
    let is_true = |name: &&&str| value_of(&text, name).is_some_and(|value| value.starts_with("true"));
    TOKENS.iter().find(is_token).or_else(|| FLAGS.iter().find(is_true)).copied()
}

impl LogReader {
    /// An object without one field of the format is still a record of something: it is read by the names of its fields.
    pub(super) fn foreign(&mut self, bytes: &[u8], raw: Raw, sink: &mut dyn Sink) -> Fate {
        if let Some(inner) = unwrapped(bytes, self.format)
            && let Ok(taken) = {
                let piece = Piece { bytes: &inner, raw, header: None };
                self.adapter.take(&piece, &mut counting(sink, &mut self.tally, &mut self.parts, self.format))
            }
        {
            return self.fate(taken);
        }
        let piece = Piece { bytes, raw, header: None };
        let taken =
            self.generic.stray(&piece, self.format, &mut counting(sink, &mut self.tally, &mut self.parts, self.format));
        match taken {
            Ok(taken) => self.fate(taken),
            Err(reason) => self.report(bytes, &reason, sink),
        }
    }

    /// Says why a piece could not be read.
    pub(super) fn report(&mut self, bytes: &[u8], reason: &str, sink: &mut dyn Sink) -> Fate {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(COMPLAINT_CHARS_MAX * 4)]);
        let (raw, before) = (self.raw(bytes), self.tally.summary.records);
        self.tally.watch.look(self.format, raw, bytes);
        counting(sink, &mut self.tally, &mut self.parts, self.format).parse_error(raw, reason, text.trim_end());
        if self.tally.summary.records > before { Fate::Record } else { Fate::ParseError }
    }

    /// Takes the head of a table. A table without one begins with a row that looks like it: what that tells of logging is
    /// kept.
    pub(super) fn head(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Fate {
        let (raw, before) = (self.raw(bytes), self.tally.summary.records);
        self.tally.watch.look(self.format, raw, bytes);
        counting(sink, &mut self.tally, &mut self.parts, self.format).unread(raw);
        if self.tally.summary.records > before { Fate::Record } else { Fate::Frame }
    }

    /// Takes what stands around a list of records, which may come in parts.
    pub(super) fn frame(&mut self, bytes: &[u8]) {
        let room = FRAME_BYTES_MAX.saturating_sub(self.around.len());
        self.around.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Sees whether what stood around a list says that more follow, once it is whole.
    pub(super) fn end_frame(&mut self, sink: &mut dyn Sink) {
        let around = std::mem::take(&mut self.around);
        self.promised = self.promised.max(total(&around));
        if let Some(sign) = goes_on(&around) {
            let reason = format!("The file says that more records follow that are not in it ({sign}): fetch them all.");
            let gap = MissingRecords { from: None, to: None, missing: None, reason };
            counting(sink, &mut self.tally, &mut self.parts, self.format).gap(gap);
        }
    }

    /// Sees whether the file has as many records as it says there are, once all of it is read.
    pub(super) fn end_pages(&mut self, sink: &mut dyn Sink) {
        self.end_frame(sink);
        let summary = &self.tally.summary;
        let given = summary.records + summary.merged + summary.skipped + summary.unreadable;
        if self.promised > given {
            let reason =
                format!("The file says that there are {} records, and has {given}: fetch them all.", self.promised);
            let gap = MissingRecords { from: None, to: None, missing: Some(self.promised - given), reason };
            counting(sink, &mut self.tally, &mut self.parts, self.format).gap(gap);
        }
    }
}
