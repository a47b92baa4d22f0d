//! The files of a tar, in its order. The format is small enough to be read here: heads of 512 bytes, each before its file.

use std::io::{Error, ErrorKind, Read, Result};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Shared, broken, member};

const HEAD_BYTES: usize = 512;

/// The longest name that is read.
const NAME_BYTES_MAX: u64 = 64 << 10;

/// The tar, and how much of the file at hand and of what fills it up is left.
struct Body {
    bytes: Box<dyn Read + Send>,
    left: u64,
    fill: u64,
}

/// The files of a tar, one at a time.
pub(super) struct Members {
    body: Arc<Mutex<Body>>,
    member: Box<dyn Read + Send>,
    depth: usize,
    shared: Shared,
    ended: bool,
}

/// The bytes of the file at hand.
struct Inside(Arc<Mutex<Body>>);

impl Read for Inside {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = usize::try_from(body.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let length = body.bytes.read(&mut buffer[..most])?;
        if length == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the tar is cut off"));
        }
        body.left -= length as u64;
        Ok(length)
    }
}

impl Members {
    /// Of these bytes.
    pub(super) fn new(bytes: Box<dyn Read + Send>, depth: usize, shared: Shared) -> Self {
        let body = Arc::new(Mutex::new(Body { bytes, left: 0, fill: 0 }));
        Self { body, member: Box::new(std::io::empty()), depth, shared, ended: false }
    }

    /// The next file, or nothing at the end.
    fn next(&mut self) -> Result<Option<Box<dyn Read + Send>>> {
        let mut long: Option<String> = None;
        let mut size: Option<u64> = None;
        loop {
            let Some(head) = self.body.lock().unwrap_or_else(PoisonError::into_inner).head()? else { return Ok(None) };
            let kind = head[156];
            let told = size.take().map_or_else(|| number(&head[124..136]), Ok)?;
            {
                let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
                (body.left, body.fill) = (told, told.next_multiple_of(HEAD_BYTES as u64) - told);
            }
            match kind {
                b'L' => long = Some(text(&self.small()?)),
                b'x' => {
                    let fields = self.small()?;
                    if let Some(path) = field(&fields, "path") {
                        long = Some(path);
                    }
                    size = field(&fields, "size").and_then(|size| size.parse().ok()).filter(|size| *size < 1 << 62);
                }
                b'0' | 0 | b'7' => {
                    let name = long.take().unwrap_or_else(|| name(&head));
                    return member(&name, Box::new(Inside(self.body.clone())), self.depth, &self.shared).map(Some);
                }
                // A file with holes is written in a way of its own.
                b'S' => {
                    self.shared.passed_over.note(&long.take().unwrap_or_else(|| name(&head)));
                }
                // Folders, links, and words about the whole tar.
                _ => long = None,
            }
        }
    }

    /// What stands behind a head that is about the next one.
    fn small(&self) -> Result<Vec<u8>> {
        let mut inside = Inside(self.body.clone()).take(NAME_BYTES_MAX);
        let mut found = Vec::new();
        inside.read_to_end(&mut found)?;
        Ok(found)
    }
}

impl Body {
    /// The next head; what is left of the file before it is passed over.
    fn head(&mut self) -> Result<Option<[u8; HEAD_BYTES]>> {
        let rest = self.left.saturating_add(self.fill);
        let passed = std::io::copy(&mut (&mut self.bytes).take(rest), &mut std::io::sink())?;
        if passed < rest {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the tar is cut off"));
        }
        (self.left, self.fill) = (0, 0);
        let mut head = [0; HEAD_BYTES];
        let mut known = 0;
        while known < HEAD_BYTES {
            match self.bytes.read(&mut head[known..])? {
                // Some leave out the empty heads at the end.
                0 if known == 0 => return Ok(None),
                0 => return Err(Error::new(ErrorKind::UnexpectedEof, "the tar is cut off")),
                length => known += length,
            }
        }
        if head.iter().all(|byte| *byte == 0) {
            // What follows fills up the last block; it is taken so that what packed it is read to its end.
            std::io::copy(&mut self.bytes, &mut std::io::sink())?;
            return Ok(None);
        }
        let sum: u64 = head
            .iter()
            .enumerate()
            .map(|(at, byte)| u64::from(if (148..156).contains(&at) { b' ' } else { *byte }))
            .sum();
        if number(&head[148..156])? != sum {
            return Err(broken("the tar is broken: a head in it does not have the sum that it tells"));
        }
        Ok(Some(head))
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let length = self.member.read(buffer)?;
            if length > 0 || buffer.is_empty() || self.ended {
                return Ok(length);
            }
            match self.next()? {
                Some(member) => self.member = member,
                None => self.ended = true,
            }
        }
    }
}

/// A number in octal digits, or in bytes where its first bit says so.
fn number(field: &[u8]) -> Result<u64> {
    let wrong = || broken("the tar is broken: a head in it tells no length");
    if let [first, rest @ ..] = field
        && *first & 0x80 != 0
    {
        let beyond = rest.len().saturating_sub(8);
        let is_small = *first == 0x80 && rest[..beyond].iter().all(|byte| *byte == 0);
        let value = rest[beyond..].iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        return if is_small && value < 1 << 62 { Ok(value) } else { Err(wrong()) };
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() { Ok(0) } else { u64::from_str_radix(digits, 8).map_err(|_| wrong()) }
}

/// Up to the first zero.
fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned()
}

fn name(head: &[u8; HEAD_BYTES]) -> String {
    let (name, before) = (text(&head[..100]), text(&head[345..500]));
    if before.is_empty() || &head[257..263] != b"ustar\0" { name } else { format!("{before}/{name}") }
}

/// A field of the lines `17 path=logs/1.json`.
fn field(lines: &[u8], wanted: &str) -> Option<String> {
    let text = String::from_utf8_lossy(lines);
    let value = |line: &str| line.split_once(' ')?.1.strip_prefix(wanted)?.strip_prefix('=').map(str::to_string);
    text.lines().rev().find_map(value)
}

/// The head of a file, for tests.
#[cfg(test)]
pub(super) fn head(name: &str, size: u64, kind: u8) -> Vec<u8> {
    let mut head = vec![0; HEAD_BYTES];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    head[156] = kind;
    head[257..263].copy_from_slice(b"ustar\0");
    head[263..265].copy_from_slice(b"00");
    seal(&mut head);
    head
}

/// Sets the sum of a head, for tests.
#[cfg(test)]
pub(super) fn seal(head: &mut [u8]) {
    head[148..156].fill(b' ');
    let sum: u64 = head.iter().map(|byte| u64::from(*byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
}
