//! JSON lines, arrays, documents with a list of records inside, objects one after
//! another: all the same to the reader, and mixed in one file if need be.

use super::scan::{Found, HITS, Scan};
use super::{CUT_OFF, Split, Step, TOO_LONG, blanks, newline, trimmed};

/// Why a value was not read.
const BROKEN: &str = "This breaks off in the middle: it is not whole JSON.";
const NO_OBJECT: &str = "This is not a JSON object: a record is one.";
const LIST_OPEN: &str = "The file ends before its list is closed: it was cut off.";

enum State {
    /// Between values.
    Between,
    /// At a brace, looking for the end of the line; so many bytes were looked at.
    Line(usize),
    /// In a value; so many bytes were looked at.
    Value(Scan, usize),
    /// In a value that is too long.
    Passing(Scan),
    /// In a value that broke off, until a line begins with a brace.
    Lost { line_begins: bool },
    /// In the object around a list, behind the list.
    Around(Scan),
    /// With a parse error about what was passed.
    Tell(&'static str),
    /// In something that is no object; so many bytes were looked at.
    Junk(usize),
    /// In something that is no object and too long.
    PassingJunk,
}

/// Splits JSON into the objects that are records.
pub struct JsonSplit {
    lists: &'static [&'static str],
    limit: usize,
    state: State,
    /// Inside a list of records, and whether the list is inside an object.
    list: Option<bool>,
    /// How many objects are around the one with the list.
    nested: u32,
    /// An object that begins with a list of records is never a record itself.
    batches: bool,
}

impl JsonSplit {
    /// Records of up to `limit` bytes, also in a list under one of these names.
    pub fn new(lists: &'static [&'static str], limit: usize) -> Self {
        let lists = if lists.is_empty() { &[HITS] } else { lists };
        Self { lists, limit, state: State::Between, list: None, nested: 0, batches: false }
    }

    /// The same, where an object that begins with the name of a list is never a record itself: it is not tried as one.
    pub fn of_batches(lists: &'static [&'static str], limit: usize) -> Self {
        Self { batches: true, ..Self::new(lists, limit) }
    }

    fn between(&mut self, bytes: &[u8], end: bool) -> Step {
        let blank = blanks(bytes);
        if blank > 0 {
            return Step::Blank(blank);
        }
        match (bytes.first(), self.list) {
            (None, Some(_)) if end => {
                self.list = None;
                Step::Bad(0, LIST_OPEN)
            }
            (None, _) => Step::More,
            (Some(b','), _) => Step::Frame(1),
            (Some(b']'), Some(in_object)) => {
                self.list = None;
                if in_object {
                    self.state = State::Around(Scan::rest_of_object(self.nested));
                }
                Step::Frame(1)
            }
            (Some(b'['), None) => {
                self.list = Some(false);
                Step::Frame(1)
            }
            (Some(b'{'), None) => {
                self.state = State::Line(0);
                self.step(bytes, end)
            }
            (Some(b'{' | b'['), Some(_)) => {
                self.state = State::Value(Scan::element(), 0);
                self.step(bytes, end)
            }
            (Some(_), _) => {
                self.state = State::Junk(0);
                self.step(bytes, end)
            }
        }
    }

    /// Most files have one record a line, and most lines are sound: those are not scanned.
    fn line(&mut self, bytes: &[u8], searched: usize, end: bool) -> Step {
        let within = &bytes[..bytes.len().min(self.limit + 1)];
        let length = match newline(within, searched) {
            Some(length) => length,
            None if within.len() > self.limit => 0,
            None if end => bytes.len(),
            None => {
                self.state = State::Line(within.len());
                return Step::More;
            }
        };
        let length = trimmed(&bytes[..length]);
        self.state = State::Between;
        if length > 0 && bytes[length - 1] == b'}' && !self.is_batch(&bytes[..length]) {
            return Step::Try(length);
        }
        self.reject();
        self.step(bytes, end)
    }

    fn is_batch(&self, line: &[u8]) -> bool {
        let name = line.strip_prefix(b"{").map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b"\""));
        let is_list =
            |name: &[u8], list: &&str| name.strip_prefix(list.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""));
        self.batches && name.is_some_and(|name| self.lists.iter().any(|list| is_list(name, list)))
    }

    fn value(&mut self, bytes: &[u8], mut scan: Scan, searched: usize, end: bool) -> Step {
        let within = &bytes[..bytes.len().min(self.limit)];
        let lists = if self.list.is_none() { self.lists } else { &[] };
        match scan.advance(within, searched, lists) {
            Found::End(length) => {
                self.state = State::Between;
                Step::Piece(length)
            }
            Found::List(length) => {
                (self.state, self.list, self.nested) = (State::Between, Some(true), scan.nested());
                Step::Frame(length)
            }
            Found::Broken(length) => {
                self.lose();
                Step::Bad(length, BROKEN)
            }
            Found::Nothing if within.len() == self.limit => {
                self.state = State::Passing(scan);
                Step::Bad(self.limit, TOO_LONG)
            }
            Found::Nothing if end => {
                (self.state, self.list) = (State::Between, None);
                Step::Bad(bytes.len(), CUT_OFF)
            }
            Found::Nothing => {
                self.state = State::Value(scan, within.len());
                Step::More
            }
        }
    }

    /// After a value that broke off. Outside lists the next line is a new chance;
    /// inside, the rest of the broken element may follow on lines of its own.
    fn lose(&mut self) {
        self.state = if self.list.is_some() { State::Lost { line_begins: true } } else { State::Between };
    }

    fn passing(&mut self, bytes: &[u8], mut scan: Scan, end: bool) -> Step {
        if bytes.is_empty() {
            if end {
                (self.state, self.list) = (State::Between, None);
            } else {
                self.state = State::Passing(scan);
            }
            return Step::More;
        }
        let lists = if self.list.is_none() { self.lists } else { &[] };
        let length = match scan.advance(bytes, 0, lists) {
            Found::End(length) => {
                self.state = State::Between;
                length
            }
            Found::List(length) => {
                (self.state, self.list, self.nested) = (State::Between, Some(true), scan.nested());
                length
            }
            Found::Broken(length) => {
                self.lose();
                length
            }
            Found::Nothing => {
                self.state = State::Passing(scan);
                bytes.len()
            }
        };
        if length == 0 { self.step(bytes, end) } else { Step::Worse(length) }
    }

    fn around(&mut self, bytes: &[u8], mut scan: Scan, end: bool) -> Step {
        if bytes.is_empty() {
            if end {
                self.state = State::Between;
                return Step::Bad(0, LIST_OPEN);
            }
            self.state = State::Around(scan);
            return Step::More;
        }
        let length = match scan.advance(bytes, 0, self.lists) {
            Found::End(length) => {
                self.state = State::Between;
                length
            }
            Found::List(length) => {
                (self.state, self.list, self.nested) = (State::Between, Some(true), scan.nested());
                length
            }
            Found::Broken(length) => {
                self.state = State::Tell(BROKEN);
                length
            }
            Found::Nothing => {
                self.state = State::Around(scan);
                bytes.len()
            }
        };
        if length == 0 { self.step(bytes, end) } else { Step::Frame(length) }
    }

    fn lost(&mut self, bytes: &[u8], line_begins: bool, end: bool) -> Step {
        let mut begins = line_begins;
        for (at, byte) in bytes.iter().enumerate() {
            if begins && *byte == b'{' {
                self.state = State::Between;
                return if at == 0 { self.step(bytes, end) } else { Step::Worse(at) };
            }
            begins = *byte == b'\n' || (begins && super::is_blank(*byte));
        }
        self.state = State::Lost { line_begins: begins };
        if bytes.is_empty() { Step::More } else { Step::Worse(bytes.len()) }
    }

    /// What is no object goes on to the end of its line, or inside a list to the next element.
    fn junk(&mut self, bytes: &[u8], searched: usize, end: bool) -> Step {
        let within = &bytes[..bytes.len().min(self.limit)];
        let stops = |byte: &u8| *byte == b'\n' || (self.list.is_some() && matches!(byte, b'{' | b']'));
        // The first byte is what makes it junk.
        let from = searched.max(1);
        let stop = within.get(from..).and_then(|rest| rest.iter().position(stops)).map(|at| from + at);
        match stop {
            Some(length) => {
                self.state = State::Between;
                Step::Bad(trimmed(&bytes[..length]).max(1), NO_OBJECT)
            }
            None if within.len() == self.limit => {
                self.state = State::PassingJunk;
                Step::Bad(self.limit, NO_OBJECT)
            }
            None if end => {
                self.state = State::Between;
                Step::Bad(bytes.len(), NO_OBJECT)
            }
            None => {
                self.state = State::Junk(within.len());
                Step::More
            }
        }
    }

    fn passing_junk(&mut self, bytes: &[u8], end: bool) -> Step {
        let stops = |byte: &u8| *byte == b'\n' || (self.list.is_some() && matches!(byte, b'{' | b']'));
        let stop = bytes.iter().position(stops);
        self.state = if stop.is_some() || (end && bytes.is_empty()) { State::Between } else { State::PassingJunk };
        match stop {
            Some(0) => self.step(bytes, end),
            Some(length) => Step::Worse(length),
            None if bytes.is_empty() => Step::More,
            None => Step::Worse(bytes.len()),
        }
    }
}

impl Split for JsonSplit {
    fn step(&mut self, bytes: &[u8], end: bool) -> Step {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => self.between(bytes, end),
            State::Line(searched) => self.line(bytes, searched, end),
            State::Value(scan, searched) => self.value(bytes, scan, searched, end),
            State::Passing(scan) => self.passing(bytes, scan, end),
            State::Lost { line_begins } => self.lost(bytes, line_begins, end),
            State::Tell(reason) => Step::Bad(0, reason),
            State::Around(scan) => self.around(bytes, scan, end),
            State::Junk(searched) => self.junk(bytes, searched, end),
            State::PassingJunk => self.passing_junk(bytes, end),
        }
    }

    fn reject(&mut self) {
        self.state = State::Value(Scan::value(), 0);
    }
}
