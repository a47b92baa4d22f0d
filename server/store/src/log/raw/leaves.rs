//! The values of a JSON text and the ways to them, found without reading it into memory.

use memchr::{memchr2, memchr3};

/// So deep it is looked into; what is below is one value.
const DEPTH_MAX: usize = 64;

/// A way to a value, told by a number: the same keys one after the other give the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way(pub(super) u64);

const ROOT: u64 = 0x51_7c_c1_b7_27_22_0a_95;

fn step(way: u64, key: &[u8]) -> u64 {
    hash(key) ^ way.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A number for bytes. Two texts may have the same: whoever relies on it compares them.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut mixed = bytes.len() as u64 ^ ROOT;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        mixed = (mixed ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25).rotate_left(29);
    }
    let mut last = [0; 8];
    let rest = chunks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    mixed = (mixed ^ u64::from_le_bytes(last)).wrapping_mul(0x9fb2_1c65_1e98_df25);
    mixed ^ (mixed >> 32)
}

/// What takes the values.
pub(super) trait Leaves {
    /// A value, as it is written: of a string what is between its quotes. `keys` are those on the way to it.
    fn leaf(&mut self, way: Way, keys: &[&[u8]], value: &[u8]);
}

/// Gives every value of a JSON text; answers whether it is one as far as this can be seen. What was given before it was
/// seen to be none is given again by whoever takes the text as a whole.
pub(super) fn leaves(text: &[u8], out: &mut impl Leaves) -> bool {
    let mut scan = Scan { text, at: 0, keys: Vec::new() };
    scan.blanks();
    if !matches!(scan.peek(), Some(b'{' | b'[')) || scan.value(ROOT, 0, out).is_none() {
        return false;
    }
    scan.blanks();
    scan.at == text.len()
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    keys: Vec<&'a [u8]>,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// What is between two quotes, as it is written.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let from = self.at;
        loop {
            let next = memchr2(b'"', b'\\', self.text.get(self.at..)?)?;
            self.at += next;
            if self.text[self.at] == b'"' {
                self.at += 1;
                return self.text.get(from..self.at - 1);
            }
            self.at += 2;
        }
    }

    fn value(&mut self, way: u64, depth: usize, out: &mut impl Leaves) -> Option<()> {
        self.blanks();
        match self.peek()? {
            b'"' => {
                let value = self.string()?;
                out.leaf(Way(way), &self.keys, value);
            }
            open @ (b'{' | b'[') if depth == DEPTH_MAX => {
                let from = self.at;
                self.pass(open)?;
                out.leaf(Way(way), &self.keys, self.text.get(from..self.at)?);
            }
            b'{' => self.object(way, depth, out)?,
            b'[' => self.list(way, depth, out)?,
            _ => {
                let from = self.at;
                let rest = self.text.get(from..)?;
                let length = memchr3(b',', b'}', b']', rest).unwrap_or(rest.len());
                self.at += length;
                out.leaf(Way(way), &self.keys, rest[..length].trim_ascii_end());
            }
        }
        Some(())
    }

    fn object(&mut self, way: u64, depth: usize, out: &mut impl Leaves) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            out.leaf(Way(way), &self.keys, b"{}");
            return Some(());
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.take(b':')?;
            self.keys.push(key);
            self.value(step(way, key), depth + 1, out)?;
            self.keys.pop();
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn list(&mut self, way: u64, depth: usize, out: &mut impl Leaves) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            out.leaf(Way(way), &self.keys, b"[]");
            return Some(());
        }
        loop {
            // The members of a list lie on the same way.
            self.value(way, depth + 1, out)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// Passes over what is between brackets.
    fn pass(&mut self, open: u8) -> Option<()> {
        let mut depth = 0_usize;
        let _ = open;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}
