//! Pieces of several lines: blocks between empty lines, as the journal exports them, and elements of XML.

use super::{CUT_OFF, Split, Step, TOO_LONG, newline, trimmed};
use crate::reader::log::adapter::journald::is_name as is_journal_name;

/// Splits text into blocks between empty lines. A line without `=` names a field whose length and bytes follow.
pub struct BlockSplit {
    limit: usize,
    passing: bool,
    /// The lines up to here are whole, and none of them is empty.
    searched: usize,
}

impl BlockSplit {
    /// Blocks of up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, passing: false, searched: 0 }
    }
}

/// Where a block ends: at an empty line. `None` where it is not all there; `searched` is then where to go on from.
fn block_end(bytes: &[u8], searched: &mut usize, end: bool) -> Option<usize> {
    let mut at = std::mem::take(searched);
    while at < bytes.len() {
        *searched = at;
        let Some(line_end) = newline(bytes, at) else { return end.then_some(bytes.len()) };
        let line = &bytes[at..line_end];
        if line.is_empty() || line == b"\r" {
            return Some(at);
        }
        at = line_end + 1;
        // A name alone: eight bytes of length, so many bytes, and a line end.
        if !line.contains(&b'=') && is_journal_name(line) {
            let Some(length) = bytes.get(at..at + 8).and_then(|length| length.try_into().ok()).map(u64::from_le_bytes)
            else {
                return end.then_some(bytes.len());
            };
            let next = usize::try_from(length).ok().and_then(|length| (at + 9).checked_add(length));
            match next.filter(|next| *next <= bytes.len()) {
                Some(next) => at = next,
                None => return end.then_some(bytes.len()),
            }
        }
    }
    end.then_some(bytes.len())
}

impl Split for BlockSplit {
    fn step(&mut self, bytes: &[u8], end: bool) -> Step {
        if self.passing {
            // To the next empty line; the last byte may be the first half of what marks it.
            let empty = bytes.windows(2).position(|pair| pair == b"\n\n").map(|at| at + 1);
            let length = empty.unwrap_or(if end { bytes.len() } else { bytes.len().saturating_sub(1) });
            self.passing = empty.is_none();
            return if length == 0 { Step::More } else { Step::Worse(length) };
        }
        let blank = if self.searched == 0 { super::blanks(bytes) } else { 0 };
        if blank > 0 {
            return Step::Blank(blank);
        }
        if bytes.is_empty() {
            return Step::More;
        }
        let within = &bytes[..bytes.len().min(self.limit + 1)];
        match block_end(within, &mut self.searched, end && within.len() == bytes.len()) {
            Some(length) if length <= self.limit => {
                self.searched = 0;
                Step::Piece(length)
            }
            _ if within.len() > self.limit => {
                (self.searched, self.passing) = (0, true);
                Step::Bad(self.limit, TOO_LONG)
            }
            _ => Step::More,
        }
    }
}

/// Splits XML into the elements of one name.
pub struct ElementSplit {
    limit: usize,
    open: &'static [u8],
    close: &'static [u8],
    /// How far an element was searched for its end.
    searched: usize,
    /// How far what stands between elements was looked through.
    looked: usize,
    /// In an element that is too long.
    passing: bool,
}

/// What comes first.
enum Next {
    /// An element begins here.
    Element(usize),
    /// A line ends here.
    Line(usize),
    /// It is not there yet.
    Unknown,
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

impl ElementSplit {
    /// Elements that begin and end with these, of up to `limit` bytes.
    pub fn new(open: &'static str, close: &'static str, limit: usize) -> Self {
        Self { limit, open: open.as_bytes(), close: close.as_bytes(), searched: 0, looked: 0, passing: false }
    }

    /// The first beginning of an element or end of a line.
    fn next(&self, bytes: &[u8], from: usize, end: bool) -> Next {
        for at in from..bytes.len() {
            let rest = &bytes[at..];
            if rest[0] == b'\n' {
                return Next::Line(at);
            }
            if rest[0] != b'<' {
                continue;
            }
            if rest.starts_with(self.open) {
                match rest.get(self.open.len()) {
                    Some(b' ' | b'>' | b'\r' | b'\n' | b'\t' | b'/') => return Next::Element(at),
                    Some(_) => {}
                    None if end => return Next::Element(at),
                    None => return Next::Unknown,
                }
            } else if self.open.starts_with(rest) && !end {
                return Next::Unknown;
            }
        }
        if end { Next::Line(bytes.len()) } else { Next::Unknown }
    }

    fn element(&mut self, bytes: &[u8], end: bool) -> Step {
        let within = &bytes[..bytes.len().min(self.limit)];
        let from = self.searched.saturating_sub(self.close.len());
        if let Some(length) = find(&within[from..], self.close).map(|at| from + at + self.close.len()) {
            self.searched = 0;
            // One in which another begins was cut off.
            let mut at = 1;
            return loop {
                match self.next(&bytes[at..length], 0, true) {
                    Next::Element(next) => break Step::Bad(trimmed(&bytes[..at + next]), CUT_OFF),
                    Next::Line(next) if at + next < length => at += next + 1,
                    _ => break Step::Piece(length),
                }
            };
        }
        if within.len() == self.limit {
            (self.searched, self.passing) = (0, true);
            return Step::Bad(self.limit, TOO_LONG);
        }
        if end {
            self.searched = 0;
            return Step::Bad(trimmed(bytes), CUT_OFF);
        }
        self.searched = within.len();
        Step::More
    }
}

impl Split for ElementSplit {
    fn step(&mut self, bytes: &[u8], end: bool) -> Step {
        if self.passing {
            let closed = find(bytes, self.close).map(|at| at + self.close.len());
            let kept = if end { 0 } else { self.close.len() - 1 };
            let length = closed.unwrap_or(bytes.len().saturating_sub(kept));
            self.passing = closed.is_none();
            return if length == 0 { Step::More } else { Step::Worse(length) };
        }
        if self.searched > 0 {
            return self.element(bytes, end);
        }
        let blank = if self.looked == 0 { super::blanks(bytes) } else { 0 };
        if blank > 0 {
            return Step::Blank(blank);
        }
        let within = &bytes[..bytes.len().min(self.limit)];
        // A beginning may be cut off by the end of what is there.
        let from = std::mem::take(&mut self.looked).saturating_sub(self.open.len());
        match self.next(within, from, end && within.len() == bytes.len()) {
            _ if bytes.is_empty() => Step::More,
            Next::Element(0) => self.element(bytes, end),
            Next::Element(length) | Next::Line(length) => between(&bytes[..trimmed(&bytes[..length]).max(1)]),
            Next::Unknown if within.len() == self.limit => Step::Bad(self.limit, TOO_LONG),
            Next::Unknown => {
                self.looked = within.len();
                Step::More
            }
        }
    }
}

const NO_ELEMENT: &str = "This is no event: it stands between the events.";

/// Tags between elements hold them together; anything else is reported.
fn between(bytes: &[u8]) -> Step {
    if bytes.first() == Some(&b'<') && bytes.last() == Some(&b'>') {
        Step::Frame(bytes.len())
    } else {
        Step::Bad(bytes.len(), NO_ELEMENT)
    }
}
