//! The streaming reader: bytes in, records and parse errors out, in constant memory.

mod garbled;
mod held;
mod members;
mod splitter;
mod untaken;
mod zone;

use super::adapter::{Adapter, Generic, Piece, Taken, Wrong};
use super::format::Format;
use super::mapping::Mapping;
use super::record::{LogRecord, MissingRecords, Raw};
use super::split::{Split, Splitter, Step, blanks, count_lines, has_other_ends, held_ends, trimmed, write_ends};
use super::summary::Summary;
use super::tally::{Counting, RECORDS_MAX, Tally};
use super::terms::Terms;
use crate::reader::ParseError;
use crate::time::Instant;

use garbled::garbled;

/// So much of a chunk is looked at in one go; the reader holds no more than this beside one piece.
const CHUNK_BYTES: usize = 1 << 18;

/// The least limit that can be set on a piece.
const PIECE_BYTES_MIN: usize = 64;

/// Of a first line so much is looked at.
const FIRST_LINE_BYTES: usize = 64 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the reader cannot know from the bytes.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// When the file was collected: gives a year to times that have none.
    pub collected_at: Option<Instant>,
    /// Which columns or fields mean what, for `csv` and `jsonl`; proposed from their names if absent.
    pub mapping: Option<Mapping>,
    /// What a person says of the whole log.
    pub terms: Terms,
    /// The longest piece to be read, if less than the format's own limit.
    pub piece_bytes_max: Option<usize>,
    /// How many records are read, if fewer than of any file.
    pub records_max: Option<u64>,
}

/// What became of a span of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in a record.
    Record,
    /// It is in a parse error.
    ParseError,
    /// It is a record of a kind that says nothing about what happened.
    Skipped,
    /// It only holds records together: brackets, commas, a header.
    Frame,
}

/// Receives what is read.
pub trait Sink {
    /// A record.
    fn record(&mut self, record: LogRecord);
    /// What could not be read.
    fn parse_error(&mut self, parse_error: ParseError);
    /// A piece that is looked at now: the records in it come then or later, and say by their place that it is theirs.
    fn piece(&mut self, _raw: Raw, _bytes: &[u8]) {}
    /// The last piece turned out to be several, which come next.
    fn forget(&mut self) {}
    /// Records that are missing, as the log itself shows.
    fn gap(&mut self, _gap: MissingRecords) {}
    /// What became of a span of the file. The spans come in order and do not overlap; what they leave out is blank.
    fn account(&mut self, _span: Raw, _fate: Fate) {}
}

/// Reads one file.
pub struct LogReader {
    split: Option<Splitter>,
    /// The format of what is read now: that of the file of the archive at hand.
    format: Format,
    adapter: Box<dyn Adapter + Send>,
    /// Those of other files of the archive whose streams may go on.
    parked: Vec<(Format, Box<dyn Adapter + Send>)>,
    /// The counts by format, where there are several.
    parts: Vec<Tally>,
    options: Options,
    /// Whether nothing of the file at hand was read yet.
    fresh: bool,
    /// Whether the lines of the file at hand end with something else than a newline; `None` while that is not known.
    other_ends: Option<bool>,
    /// So many bytes of what waits have their newlines already.
    ended: usize,
    /// Reads what is whole but foreign to the format.
    generic: Generic,
    limit: usize,
    rest: Vec<u8>,
    /// What stood around the list of records since the last of them.
    around: Vec<u8>,
    /// How many records the file says there are.
    promised: u64,
    offset: u64,
    line: u64,
    tally: Tally,
}

impl LogReader {
    /// A reader of one file in this format.
    pub fn new(format: Format, options: &Options) -> Self {
        let limit = options.piece_bytes_max.unwrap_or(usize::MAX).clamp(PIECE_BYTES_MIN, format.piece_bytes_max());
        Self {
            split: None,
            format,
            parked: Vec::new(),
            parts: Vec::new(),
            options: options.clone(),
            fresh: true,
            other_ends: None,
            ended: 0,
            adapter: format.adapter(options),
            generic: Generic::new(options),
            limit,
            rest: Vec::new(),
            around: Vec::new(),
            promised: 0,
            offset: 0,
            line: 1,
            tally: Tally::new(format, options.records_max.unwrap_or(u64::MAX).min(RECORDS_MAX), options.terms.clone()),
        }
    }

    /// Takes the next bytes of the file, cut anywhere.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut dyn Sink) {
        self.tally.bytes(chunk);
        for part in chunk.chunks(CHUNK_BYTES) {
            self.rest.extend_from_slice(part);
            self.run(false, sink);
        }
    }

    /// Says that no more bytes come, and gives out what was held back.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> Summary {
        self.run(true, sink);
        self.end_pages(sink);
        let last = self.format;
        for (format, mut adapter) in std::mem::take(&mut self.parked) {
            self.format = format;
            adapter.finish(&mut counting(sink, &mut self.tally, &mut self.parts, format));
        }
        self.format = last;
        let mut counting = counting(sink, &mut self.tally, &mut self.parts, self.format);
        self.adapter.finish(&mut counting);
        counting.untold(true);
        self.tally.finish();
        self.parts.iter_mut().for_each(Tally::finish);
        let mut parts: Vec<Summary> = self.parts.iter().map(|part| part.summary.clone()).collect();
        if let Some(main) = parts.iter().max_by_key(|part| (part.records, part.unreadable)) {
            self.tally.summary.format = main.format;
        }
        parts.iter_mut().for_each(|part| part.members.clear());
        self.tally.summary.parts = parts;
        self.tally.summary.bytes = self.offset;
        self.tally.summary.clone()
    }

    /// Notes the encoding that the bytes of the file had before they were fed.
    pub fn set_encoding(&mut self, name: &str) {
        self.tally.summary.encoding = Some(name.to_string());
    }

    /// What was read so far.
    pub fn summary(&self) -> &Summary {
        &self.tally.summary
    }

    /// How many bytes wait for the rest of their piece.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        self.rest.len()
    }

    fn run(&mut self, end: bool, sink: &mut dyn Sink) {
        if self.other_ends.is_none() {
            self.other_ends = if self.is_text() { has_other_ends(&self.rest, end) } else { Some(false) };
        }
        match self.other_ends {
            None => return,
            Some(true) => {
                let whole = self.rest.len() - if end { 0 } else { held_ends(&self.rest) };
                if whole > self.ended {
                    write_ends(&mut self.rest[self.ended..whole]);
                    self.ended = whole;
                }
            }
            Some(false) => {}
        }
        let mut rest = std::mem::take(&mut self.rest);
        // What may be half of such an end waits for the other half.
        let held = if self.other_ends == Some(true) { rest.split_off(self.ended) } else { Vec::new() };
        let mut at = 0;
        if self.split.is_none() {
            at = self.begin(&rest, end, sink);
        }
        // Taken out so that pieces can be read while it offers them.
        if let Some(mut split) = self.split.take() {
            loop {
                let bytes = &rest[at..];
                match split.step(bytes, end) {
                    Step::More => break,
                    step => at += self.follow(split.as_mut(), step, bytes, sink),
                }
            }
            self.split = Some(split);
        }
        self.rest = rest;
        self.rest.drain(..at);
        self.ended = self.ended.saturating_sub(at);
        self.rest.extend_from_slice(&held);
    }

    /// Whether what is read is text in lines. JSON is none: its records end by themselves.
    fn is_text(&self) -> bool {
        let first = self.rest.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.rest).trim_ascii_start().first().copied();
        !self.format.holds_bytes() && !matches!(first, Some(b'{' | b'<'))
    }

    /// Passes the byte order mark and chooses how to split, once the first byte is there.
    fn begin(&mut self, bytes: &[u8], end: bool, sink: &mut dyn Sink) -> usize {
        let mut at = 0;
        if self.fresh {
            if bytes.len() < BYTE_ORDER_MARK.len() && BYTE_ORDER_MARK.starts_with(bytes) && !end {
                return 0;
            }
            if bytes.starts_with(BYTE_ORDER_MARK) {
                at = BYTE_ORDER_MARK.len();
                self.account(sink, &bytes[..at], Fate::Frame);
                self.pass(&bytes[..at]);
            }
            self.fresh = false;
        }
        // Lines before the first record may say the zone of its times.
        loop {
            let blank = blanks(&bytes[at..]);
            self.pass(&bytes[at..at + blank]);
            at += blank;
            let line = zone::first_line(&bytes[at..], end);
            if !self.gives_zone(&bytes[at..at + line]) {
                break;
            }
            let fate = self.zone(&bytes[at..at + line], sink);
            self.account(sink, &bytes[at..at + line], fate);
            self.pass(&bytes[at..at + line]);
            at += line;
        }
        let rest = &bytes[at..];
        // A line that is not whole may be one.
        if !end && !rest.contains(&b'\n') && rest.len() < FIRST_LINE_BYTES && !matches!(rest.first(), Some(b'{' | b'['))
        {
            return at;
        }
        // Whether a log of this kind is CSV is told by its first line.
        let is_told = !self.format.is_told_by_first_line()
            || end
            || rest.starts_with(b"{")
            || rest.iter().take(FIRST_LINE_BYTES).any(|byte| *byte == b'\n')
            || rest.len() >= FIRST_LINE_BYTES;
        if !rest.is_empty() && is_told {
            self.split = Some(self.splitter(&rest[..rest.len().min(FIRST_LINE_BYTES)]));
        }
        at
    }

    /// Does what a step says; answers how many bytes are done with.
    fn follow(&mut self, split: &mut dyn Split, step: Step, bytes: &[u8], sink: &mut dyn Sink) -> usize {
        if !matches!(step, Step::More | Step::Blank(_) | Step::Frame(_)) {
            self.end_frame(sink);
        }
        let (length, fate) = match step {
            Step::More => return 0,
            Step::Blank(length) => {
                self.pass(&bytes[..length]);
                return length;
            }
            Step::Frame(length) if split.header().is_some() => (length, self.head(&bytes[..length], sink)),
            Step::Frame(length) => {
                self.frame(&bytes[..length]);
                (length, Fate::Frame)
            }
            Step::Worse(length) => {
                if trimmed(&bytes[..length]) > 0 {
                    let raw = self.raw(&bytes[..length]);
                    self.tally.goes_on(raw);
                    if let Some(part) = self.parts.iter_mut().find(|part| part.summary.format == self.format) {
                        part.goes_on(raw);
                    }
                }
                (length, Fate::ParseError)
            }
            Step::Try(length) => match self.tried(&bytes[..length], sink) {
                Ok(fate) => (length, fate),
                Err(_) => {
                    sink.forget();
                    let raw = self.raw(&bytes[..length]);
                    self.tally.watch.forget(raw);
                    split.reject();
                    return 0;
                }
            },
            Step::Piece(length) | Step::Bad(length, _) if self.gives_zone(&bytes[..length]) => {
                (length, self.zone(&bytes[..length], sink))
            }
            Step::Piece(length) if !self.holds_bytes(&bytes[..length]) && garbled(&bytes[..length]).is_some() => {
                let reason = garbled(&bytes[..length]).unwrap_or_default();
                (length, self.report(&bytes[..length], reason, sink))
            }
            Step::Piece(length) => {
                let piece = &bytes[..length];
                let raw = self.raw(piece);
                sink.piece(raw, piece);
                let held = self.held(piece, split.header());
                let (inner, header) = held.as_deref().map_or((piece, split.header()), |inner| (inner, None));
                self.tally.watch.look(self.format, raw, inner);
                let fate = match self.take(inner, raw, header, sink) {
                    Ok(fate) => fate,
                    Err(Wrong::Foreign) => self.foreign(inner, raw, sink),
                    Err(Wrong::Unreadable(reason)) => self.report(piece, &reason, sink),
                };
                (length, fate)
            }
            Step::Bad(length, reason) => (length, self.report(&bytes[..length], reason, sink)),
        };
        self.account(sink, &bytes[..length], fate);
        self.pass(&bytes[..length]);
        length
    }

    /// Looks at what may be one piece or several.
    fn tried(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<Fate, Wrong> {
        sink.piece(self.raw(bytes), bytes);
        self.tally.watch.look(self.format, self.raw(bytes), bytes);
        self.take(bytes, self.raw(bytes), None, sink)
    }

    fn take(
        &mut self,
        bytes: &[u8],
        raw: Raw,
        header: Option<&super::split::Header>,
        sink: &mut dyn Sink,
    ) -> Result<Fate, Wrong> {
        let piece = Piece { bytes, raw, header };
        let taken = self.adapter.take(&piece, &mut counting(sink, &mut self.tally, &mut self.parts, self.format))?;
        Ok(self.fate(taken))
    }

    fn fate(&mut self, taken: Taken) -> Fate {
        match taken {
            Taken::Read => Fate::Record,
            Taken::Merged => {
                self.tally.summary.merged += 1;
                Fate::Record
            }
            Taken::Skipped => {
                self.tally.summary.skipped += 1;
                Fate::Skipped
            }
        }
    }

    fn raw(&self, bytes: &[u8]) -> Raw {
        let inside = count_lines(&bytes[..trimmed(bytes)]);
        Raw { first_line: self.line, last_line: self.line + inside, offset: self.offset, length: bytes.len() as u64 }
    }

    fn account(&mut self, sink: &mut dyn Sink, bytes: &[u8], fate: Fate) {
        self.tally.summary.accounted += bytes.len() as u64;
        if !bytes.is_empty() {
            sink.account(self.raw(bytes), fate);
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.line += count_lines(bytes);
    }
}

/// Where what is read goes, counted as a whole and by its format.
fn counting<'a>(sink: &'a mut dyn Sink, tally: &'a mut Tally, parts: &'a mut [Tally], format: Format) -> Counting<'a> {
    let part = parts.iter_mut().find(|part| part.summary.format == format);
    Counting { sink, tally, part }
}
