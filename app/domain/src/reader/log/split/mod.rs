//! From bytes to pieces: where a line, a row or an element begins and ends.
//!
//! A splitter is asked again and again what stands at the beginning of the bytes that
//! are left. Its answer depends on the bytes alone, never on how they were cut into
//! chunks: where more bytes could change the answer, it asks for them.

mod blocks;
mod csv;
mod json;
mod lines;
mod scan;

pub(super) use blocks::{BlockSplit, ElementSplit};
pub(super) use csv::{CsvSplit, Header, cells, is_torn};
pub(super) use json::JsonSplit;
pub(super) use lines::LineSplit;
pub(super) use scan::HITS;

/// How many lines end in these bytes. Counted in parts whose count fits into a byte, so that many bytes are compared at once.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    let of_part = |part: &[u8]| part.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(255).map(|part| u64::from(of_part(part))).sum()
}

/// What stands at the beginning of the bytes that are left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Not to be told without more bytes; at the end of the file: nothing.
    More,
    /// Blank bytes.
    Blank(usize),
    /// Bytes that only hold records together: brackets, commas, the other fields of the document, a CSV header.
    Frame(usize),
    /// More of what the last parse error was about.
    Worse(usize),
    /// A line that looks like one record. If it is none, say so with `reject` and ask again.
    Try(usize),
    /// One record.
    Piece(usize),
    /// No record, and why; may be empty at the end of the file.
    Bad(usize, &'static str),
}

/// Finds the pieces of one file.
pub(super) trait Split {
    /// What stands at the beginning of `bytes`; `end` says that no more will come.
    fn step(&mut self, bytes: &[u8], end: bool) -> Step;

    /// The piece offered with [`Step::Try`] was none: look closer.
    fn reject(&mut self) {}

    /// The header, where the file has one.
    fn header(&self) -> Option<&Header> {
        None
    }
}

/// Finds the pieces of a file whose kind of pieces its format and its first bytes tell.
pub(super) type Splitter = Box<dyn Split + Send>;

/// Whether a file begins as JSON does.
pub(super) fn is_json(first: &[u8]) -> bool {
    matches!(first.first(), Some(b'{' | b'['))
}

/// The first line.
pub(super) fn first_line(first: &[u8]) -> &[u8] {
    first.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// The names that a first line gives to columns.
pub(super) fn columns(line: &[u8]) -> Option<Vec<String>> {
    let count = |sign: &&u8| line.iter().filter(|byte| byte == sign).count();
    let delimiter = *[b'\t', b';', b'|', b','].iter().max_by_key(count)?;
    Some(cells(line.trim_ascii(), delimiter).iter().map(|name| name.trim().to_string()).collect())
}

/// The rows of a table, or the records of JSON.
pub(super) fn rows_or_json(first: &[u8], lists: &'static [&'static str], limit: usize) -> Splitter {
    if is_json(first) { Box::new(JsonSplit::new(lists, limit)) } else { Box::new(CsvSplit::new(limit)) }
}

/// Whether a byte is blank between records.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// How many blank bytes lead.
pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_blank(**byte)).count()
}

/// The length without blank bytes at the end.
pub(super) fn trimmed(bytes: &[u8]) -> usize {
    bytes.len() - bytes.iter().rev().take_while(|byte| is_blank(**byte)).count()
}

/// Where the first newline from `from` on is.
pub(super) fn newline(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| *byte == b'\n').map(|at| from + at)
}

/// Whether the lines of a text end with something else than a newline, by its beginning; `None` while more bytes could
/// tell. Old programs of the Macintosh write CR alone, and some exports the separators of Unicode.
pub(super) fn has_other_ends(bytes: &[u8], end: bool) -> Option<bool> {
    let looked_at = &bytes[..bytes.len().min(ENDS_LOOKED_FOR)];
    // The last byte may be the first of two, and the last bytes the first of a separator.
    match looked_at {
        _ if looked_at.contains(&b'\n') => Some(false),
        _ if !end && looked_at.len() < ENDS_LOOKED_FOR => None,
        _ => Some(other_end(looked_at).is_some()),
    }
}

/// So far a newline is looked for.
const ENDS_LOOKED_FOR: usize = 64 << 10;

/// Where the first other end of a line is, and how long.
fn other_end(bytes: &[u8]) -> Option<(usize, usize)> {
    (0..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\r', ..] => Some((at, 1)),
        [0xc2, 0x85, ..] => Some((at, 2)),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Some((at, 3)),
        _ => None,
    })
}

/// Writes a newline for every other end of a line. What is longer is filled with blanks, so that every byte stays where
/// it stands in the file.
pub(super) fn write_ends(bytes: &mut [u8]) {
    let mut from = 0;
    while let Some((at, length)) = other_end(&bytes[from..]) {
        let end = from + at + length;
        bytes[from + at..end].fill(b' ');
        bytes[end - 1] = b'\n';
        from = end;
    }
}

/// How many of the last bytes may be the beginning of such an end.
pub(super) fn held_ends(bytes: &[u8]) -> usize {
    match bytes {
        [.., 0xe2, 0x80] => 2,
        [.., 0xc2 | 0xe2] => 1,
        _ => 0,
    }
}

/// Why a piece was not read.
pub(super) const TOO_LONG: &str = "This is longer than the longest record that is read: it was passed over.";
/// Why the end of a file was not read.
pub(super) const CUT_OFF: &str = "The file ends in the middle of this record: it was cut off.";
