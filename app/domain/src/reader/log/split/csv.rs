//! CSV: a header, then rows, whose quoted fields may run over several lines.

use std::borrow::Cow;

use super::{CUT_OFF, Split, Step, TOO_LONG, newline, trimmed};
use crate::reader::log::stamp::read_stamp;

/// A quoted field runs over so many lines, or its quote is a mistake.
const ROW_LINES_MAX: usize = 10_000;

/// The same in a file in which so many quotes were mistakes: looking far for the end of each would take too long.
const WARY_LINES_MAX: usize = 200;
const MISTAKES_MAX: usize = 16;

/// The most columns that are read.
const COLUMNS_MAX: usize = 512;

const OPEN_QUOTE: &str = "A quote in this line is never closed.";

const NO_HEADER: &str = "The first line is a record, and not the names of the columns: what the other columns mean cannot be told. Put a line with their names above it, and add the file again; this line is not read.";

/// Whether a field is a time, as none is that names a column.
fn is_time(cell: &str) -> bool {
    cell.len() >= 8 && cell.contains(['-', ':', '/']) && read_stamp(cell, None).is_known()
}

/// The names of the columns.
#[derive(Debug, Clone)]
pub struct Header {
    /// The delimiter: a comma, semicolon, tab or bar.
    pub delimiter: u8,
    /// The names, without blanks around them.
    pub names: Vec<String>,
}

/// Whether a quoted field of a row goes on behind the quote that closes it: a quote in it is not doubled, so that
/// nobody can tell where it ends.
pub fn is_torn(row: &[u8], delimiter: u8) -> bool {
    let (mut begins, mut inside, mut at) = (true, false, 0);
    while let Some(byte) = row.get(at) {
        at += 1;
        if !inside {
            (inside, begins) = (begins && *byte == b'"', *byte == delimiter);
        } else if *byte == b'"' {
            match row.get(at) {
                Some(b'"') => at += 1,
                Some(next) if *next != delimiter && !row[at..].trim_ascii().is_empty() => return true,
                _ => inside = false,
            }
        }
    }
    false
}

/// The fields of a row, without quotes.
pub fn cells(row: &[u8], delimiter: u8) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    let mut rest = row;
    while found.len() < COLUMNS_MAX {
        let (cell, length) = cell(rest, delimiter);
        found.push(cell);
        if length >= rest.len() {
            break;
        }
        rest = &rest[length + 1..];
    }
    found
}

/// The first field, and how many bytes it takes.
fn cell(bytes: &[u8], delimiter: u8) -> (Cow<'_, str>, usize) {
    let plain = || bytes.iter().position(|byte| *byte == delimiter).unwrap_or(bytes.len());
    if bytes.first() != Some(&b'"') {
        let length = plain();
        return (String::from_utf8_lossy(&bytes[..length]), length);
    }
    let (mut at, mut doubled) = (1, false);
    while let Some(quote) = bytes[at..].iter().position(|byte| *byte == b'"').map(|place| at + place) {
        if bytes.get(quote + 1) != Some(&b'"') {
            let inner = String::from_utf8_lossy(&bytes[1..quote]);
            let behind =
                bytes[quote + 1..].iter().position(|byte| *byte == delimiter).unwrap_or(bytes.len() - quote - 1);
            let inner = if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { inner };
            return (inner, quote + 1 + behind);
        }
        (at, doubled) = (quote + 2, true);
    }
    let length = plain();
    (String::from_utf8_lossy(&bytes[..length]), length)
}

/// Where a byte stands to quotes. Only a quote that begins a field opens one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    FieldBegins,
    Outside,
    Inside,
    /// Behind a quote that closes the field, unless another one follows.
    Behind,
}

impl Quote {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::FieldBegins | Self::Behind, b'"') => Self::Inside,
            (Self::Inside, b'"') => Self::Behind,
            (Self::Inside, _) => Self::Inside,
            (_, b',' | b';' | b'\t' | b'|') => Self::FieldBegins,
            _ => Self::Outside,
        }
    }
}

/// Splits CSV into rows; the first is the header.
pub struct CsvSplit {
    limit: usize,
    header: Option<Header>,
    /// How far the row was searched for its end, and what was found.
    searched: usize,
    quote: Quote,
    lines: usize,
    /// Inside a line that is passed over.
    passing: bool,
    /// How many quotes were mistakes.
    mistakes: usize,
    /// What stands between the fields, where the file says so.
    sign: Option<u8>,
}

impl CsvSplit {
    /// Rows of up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            header: None,
            searched: 0,
            quote: Quote::FieldBegins,
            lines: 0,
            passing: false,
            mistakes: 0,
            sign: None,
        }
    }

    /// Rows of a file without a header, with commas between their fields.
    pub fn without_header(limit: usize) -> Self {
        Self { header: Some(Header { delimiter: b',', names: Vec::new() }), ..Self::new(limit) }
    }

    fn forget(&mut self) {
        (self.searched, self.quote, self.lines) = (0, Quote::FieldBegins, 0);
    }

    /// Gives up on a quote: its line alone is bad, and the next one is a new chance.
    fn give_up(&mut self, bytes: &[u8], reason: &'static str) -> Step {
        self.forget();
        self.mistakes += 1;
        match newline(&bytes[..bytes.len().min(self.limit)], 0) {
            Some(length) => Step::Bad(trimmed(&bytes[..length]).max(1), reason),
            None => {
                self.passing = true;
                Step::Bad(bytes.len().min(self.limit), reason)
            }
        }
    }

    fn take(&mut self, row: &[u8]) -> Step {
        self.forget();
        // A tab at the end is an empty field.
        let length = row.len() - row.iter().rev().take_while(|byte| matches!(byte, b'\r' | b' ')).count();
        if self.header.is_some() {
            return Step::Piece(length);
        }
        let count = |delimiter: u8| row.iter().filter(|byte| **byte == delimiter).count();
        // The first of equals is the comma.
        let delimiter = [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
        // Spreadsheets say in a line of its own what stands between the fields.
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', sign @ (b',' | b';' | b'\t' | b'|')] = &row[..length]
            && self.sign.is_none()
        {
            self.sign = Some(*sign);
            return Step::Frame(length);
        }
        let delimiter = self.sign.unwrap_or(delimiter);
        let names: Vec<String> =
            cells(&row[..length], delimiter).into_iter().map(|name| name.trim().to_string()).collect();
        if !names.iter().any(|name| is_time(name)) {
            self.header = Some(Header { delimiter, names });
            return Step::Frame(length);
        }
        let mut is_first = true;
        let name = |(place, cell): (usize, &String)| {
            let is_time = is_time(cell) && std::mem::take(&mut is_first);
            if is_time { "time".to_string() } else { format!("column {}", place + 1) }
        };
        let names = names.iter().enumerate().map(name).collect();
        self.header = Some(Header { delimiter, names });
        Step::Bad(length, NO_HEADER)
    }
}

impl Split for CsvSplit {
    fn step(&mut self, bytes: &[u8], end: bool) -> Step {
        if self.passing {
            let length = newline(bytes, 0).unwrap_or(bytes.len());
            self.passing = length == bytes.len() && !(end && bytes.is_empty());
            return if length > 0 {
                Step::Worse(length)
            } else if bytes.is_empty() {
                Step::More
            } else {
                self.step(bytes, end)
            };
        }
        if self.searched == 0 {
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ')).count();
            if blank > 0 {
                return Step::Blank(blank);
            }
        }
        let within = &bytes[..bytes.len().min(self.limit)];
        while let Some(byte) = within.get(self.searched) {
            self.quote = self.quote.after(*byte);
            match byte {
                b'\n' if self.quote != Quote::Inside => return self.take(&bytes[..self.searched]),
                b'\n' => self.lines += 1,
                _ => {}
            }
            if self.lines >= if self.mistakes < MISTAKES_MAX { ROW_LINES_MAX } else { WARY_LINES_MAX } {
                return self.give_up(bytes, OPEN_QUOTE);
            }
            self.searched += 1;
        }
        match () {
            () if within.len() == self.limit => self.give_up(bytes, if self.lines > 0 { OPEN_QUOTE } else { TOO_LONG }),
            () if !end || bytes.is_empty() => Step::More,
            () if self.quote != Quote::Inside => self.take(bytes),
            () if self.lines > 0 => self.give_up(bytes, OPEN_QUOTE),
            () => {
                self.forget();
                Step::Bad(bytes.len(), CUT_OFF)
            }
        }
    }

    fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }
}
