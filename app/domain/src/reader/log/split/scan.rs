//! Finds the end of a JSON value without reading it.

/// The longest name of a list of records.
const KEY_BYTES_MAX: usize = 16;

/// A search engine answers with an object of this name, and in it a list of this name.
pub const HITS: &str = "hits";

/// What a scan came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The end of the bytes.
    Nothing,
    /// The end of the value; the position is behind it.
    End(usize),
    /// The list of records inside the value; the position is behind its bracket.
    List(usize),
    /// What cannot be inside a value; the position is where the next thing begins.
    Broken(usize),
}

/// A scan that can stop and go on anywhere.
#[derive(Debug, Clone)]
pub struct Scan {
    depth: u32,
    /// One bit per level, set for objects; deeper levels than it holds are not told apart.
    objects: u128,
    in_string: bool,
    escaped: bool,
    /// The byte before is a newline.
    fresh_line: bool,
    /// Nothing but the first bracket was seen yet.
    opening: bool,
    /// The value goes on in the line it began in, as one record a line does.
    inline: bool,
    /// The value is an element of a list: it may be laid out in any way.
    element: bool,
    /// So many objects around the one at hand hold nothing else of interest, as that of the hits of a search does.
    nested: u32,
    /// The last byte that was neither blank nor inside a string.
    last: u8,
    /// A string at the first level, as far as it can be the name of a list.
    key: [u8; KEY_BYTES_MAX],
    key_length: usize,
}

/// How many bytes of a string come before one that means something. Many are compared at once.
fn plain(bytes: &[u8]) -> usize {
    let means = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n');
    let parts = bytes.chunks_exact(16).take_while(|part| !part.iter().fold(false, |any, byte| any | means(byte)));
    let at = parts.count() * 16;
    at + bytes[at..].iter().position(means).unwrap_or(bytes.len() - at)
}

impl Scan {
    /// At the opening bracket of a value.
    pub fn value() -> Self {
        Self {
            depth: 0,
            objects: 0,
            in_string: false,
            escaped: false,
            fresh_line: false,
            opening: false,
            inline: false,
            element: false,
            nested: 0,
            last: b' ',
            key: [0; KEY_BYTES_MAX],
            key_length: 0,
        }
    }

    /// At the opening bracket of an element of a list.
    pub fn element() -> Self {
        Self { element: true, ..Self::value() }
    }

    /// Inside an object, behind a list, with so many objects around it.
    pub fn rest_of_object(nested: u32) -> Self {
        Self { element: true, nested, depth: 1, objects: 1, last: b']', ..Self::value() }
    }

    /// How many objects are around the one in which a list was found.
    pub fn nested(&self) -> u32 {
        self.nested
    }

    /// Goes on from `from`, with `lists` as the names of lists to stop at.
    pub fn advance(&mut self, bytes: &[u8], from: usize, lists: &[&str]) -> Found {
        let mut at = from;
        while at < bytes.len() {
            let byte = bytes[at];
            if self.in_string {
                if let Some(found) = self.string(byte, at) {
                    return found;
                }
                at += 1;
                if self.in_string && !self.escaped && self.depth > 1 {
                    at += plain(&bytes[at..]);
                }
                continue;
            }
            if let Some(found) = self.structure(byte, at, lists) {
                return found;
            }
            at += 1;
        }
        Found::Nothing
    }

    fn string(&mut self, byte: u8, at: usize) -> Option<Found> {
        match byte {
            // JSON has no line ends inside strings: the value broke off here.
            b'\n' => return Some(Found::Broken(at)),
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => {
                self.in_string = false;
                self.last = b'"';
            }
            _ => {}
        }
        if self.depth == 1 && self.in_string {
            if let Some(place) = self.key.get_mut(self.key_length) {
                *place = byte;
            }
            self.key_length += 1;
        }
        None
    }

    fn structure(&mut self, byte: u8, at: usize, lists: &[&str]) -> Option<Found> {
        if byte == b'\n' {
            self.fresh_line = true;
            self.opening = false;
            return None;
        }
        if super::is_blank(byte) {
            self.fresh_line = false;
            return None;
        }
        let fresh_line = std::mem::take(&mut self.fresh_line);
        if std::mem::take(&mut self.opening) {
            self.inline = true;
        }
        match byte {
            b'{' if fresh_line && self.depth > 0 && !(self.may_open() && (self.element || !self.inline)) => {
                return Some(Found::Broken(at));
            }
            b'[' if self.depth == 1 && self.objects & 1 == 1 && self.last == b':' && self.names(lists) => {
                self.last = b']';
                return Some(Found::List(at + 1));
            }
            b'{' if self.depth == 1
                && self.objects & 1 == 1
                && self.last == b':'
                && !lists.is_empty()
                && self.is(HITS) =>
            {
                self.nested += 1;
            }
            b'}' if self.depth == 1 && self.nested > 0 => self.nested -= 1,
            b'{' | b'[' => {
                self.depth += 1;
                self.objects = self.objects << 1 | u128::from(byte == b'{');
                self.opening = self.depth == 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.objects >>= 1;
                if self.depth == 0 {
                    return Some(Found::End(at + 1));
                }
            }
            b'"' => {
                self.in_string = true;
                self.key_length = 0;
            }
            _ => {}
        }
        self.last = byte;
        None
    }

    /// Whether an object may begin here.
    fn may_open(&self) -> bool {
        match self.last {
            b':' | b'[' => true,
            b',' => self.depth <= 128 && self.objects & 1 == 0,
            _ => false,
        }
    }

    fn names(&self, lists: &[&str]) -> bool {
        lists.iter().any(|list| self.is(list)) || (self.nested > 0 && self.is(HITS))
    }

    fn is(&self, name: &str) -> bool {
        self.key.get(..self.key_length).unwrap_or_default().eq_ignore_ascii_case(name.as_bytes())
    }
}
