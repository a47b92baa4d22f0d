//! The zip of a bundle: one layout and no other, so that the same files always give the same bytes, and every byte that
//! is not as it was written is seen.
//!
//! Files stand in the order of their names, stored as they are, with one date; every length is told in 64 bits. The list
//! of contents follows from what stands before it.

use std::io::{Error, ErrorKind, Read, Result, Write};

use domain::bundle::is_name;
use flate2::Crc;
use sha2::{Digest, Sha256};

use crate::digest::hex;

/// So many files a bundle has: more than an incident can have pieces of evidence and revisions.
pub(super) const FILES_MAX: usize = 50_000;
/// A name has at most 74 characters; beyond this nothing is read of one.
const NAME_BYTES_MAX: usize = 100;
/// Stored by the zip specification 4.5, which is the first with lengths of 64 bits.
const NEEDS: u16 = 45;
/// 1 January 1980, midnight: the first day that a zip can tell.
const DATE: u16 = 0x21;
/// Stands where a length does not: it is told in 64 bits.
const BEYOND: u32 = u32::MAX;
const LOCAL: u32 = 0x0403_4b50;
const LISTED: u32 = 0x0201_4b50;
const WIDE_END: u32 = 0x0606_4b50;
const WIDE_END_PLACE: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;
const LOCAL_BYTES: u64 = 30 + 20;

/// A file in a zip.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) crc: u32,
    pub(super) sha256: String,
    at: u64,
}

impl Place {
    /// A file of these bytes.
    pub(super) fn of(name: impl Into<String>, body: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(body);
        let sha256 = hex(&Sha256::digest(body));
        Self { name: name.into(), bytes: body.len() as u64, crc: crc.sum(), sha256, at: 0 }
    }

    pub(super) fn known(name: String, bytes: u64, crc: u32, sha256: String) -> Self {
        Self { name, bytes, crc, sha256, at: 0 }
    }

    /// What stands before the file.
    pub(super) fn local_header(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        put32(&mut out, LOCAL);
        // Version, flags, method, time, date.
        [NEEDS, 0, 0, 0, DATE].iter().for_each(|number| put16(&mut out, *number));
        [self.crc, BEYOND, BEYOND].iter().for_each(|number| put32(&mut out, *number));
        put16(&mut out, u16::try_from(self.name.len()).unwrap_or(u16::MAX));
        put16(&mut out, 20);
        out.extend(self.name.as_bytes());
        [1, 16].iter().for_each(|number| put16(&mut out, *number));
        [self.bytes, self.bytes].iter().for_each(|number| put64(&mut out, *number));
        out
    }

    fn listed(&self, out: &mut Vec<u8>) {
        put32(out, LISTED);
        [NEEDS, NEEDS, 0, 0, 0, DATE].iter().for_each(|number| put16(out, *number));
        [self.crc, BEYOND, BEYOND].iter().for_each(|number| put32(out, *number));
        // Name, extra field, comment, disk, attributes.
        let name = u16::try_from(self.name.len()).unwrap_or(u16::MAX);
        [name, 28, 0, 0, 0].iter().for_each(|number| put16(out, *number));
        [0, BEYOND].iter().for_each(|number| put32(out, *number));
        out.extend(self.name.as_bytes());
        [1, 24].iter().for_each(|number| put16(out, *number));
        [self.bytes, self.bytes, self.at].iter().for_each(|number| put64(out, *number));
    }

    /// Where its bytes begin.
    pub(super) fn body_at(&self) -> u64 {
        self.at + LOCAL_BYTES + self.name.len() as u64
    }

    fn space(&self) -> u64 {
        LOCAL_BYTES + self.name.len() as u64 + self.bytes
    }
}

/// Brings files into their order, and says where each begins.
pub(super) fn arrange(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by(|one, other| one.name.cmp(&other.name));
    let mut at = 0;
    for place in &mut places {
        place.at = at;
        at += place.space();
    }
    places
}

/// The list of contents at the end.
pub(super) fn contents(places: &[Place]) -> Vec<u8> {
    let at = places.last().map_or(0, |last| last.at + last.space());
    let mut out = Vec::new();
    places.iter().for_each(|place| place.listed(&mut out));
    let (length, count) = (out.len() as u64, places.len() as u64);
    put32(&mut out, WIDE_END);
    put64(&mut out, 44);
    [NEEDS, NEEDS].iter().for_each(|number| put16(&mut out, *number));
    [0, 0].iter().for_each(|number| put32(&mut out, *number));
    [count, count, length, at].iter().for_each(|number| put64(&mut out, *number));
    put32(&mut out, WIDE_END_PLACE);
    put32(&mut out, 0);
    put64(&mut out, at + length);
    put32(&mut out, 1);
    put32(&mut out, END);
    [0, 0, u16::MAX, u16::MAX].iter().for_each(|number| put16(&mut out, *number));
    [BEYOND, BEYOND].iter().for_each(|number| put32(&mut out, *number));
    put16(&mut out, 0);
    out
}

/// How many bytes a zip has.
pub(super) fn length(places: &[Place]) -> u64 {
    places.iter().map(Place::space).sum::<u64>() + contents(places).len() as u64
}

/// Reads a zip from its beginning to its end. Each file is handed to `take`, which says where its bytes go; the error
/// names the first thing that is not as a bundle is written.
pub(super) fn read<W: Write>(
    mut from: impl Read,
    mut take: impl FnMut(&str, u64) -> Result<W>,
    mut taken: impl FnMut(&Place, W) -> Result<()>,
) -> Result<Vec<Place>> {
    let (mut places, mut at): (Vec<Place>, u64) = (Vec::new(), 0);
    loop {
        let mut signature = [0; 4];
        fill(&mut from, &mut signature, "the list of contents")?;
        if u32::from_le_bytes(signature) != LOCAL {
            check_contents(&mut from, &signature, &places)?;
            return Ok(places);
        }
        let (name, bytes, crc) = header(&mut from, at)?;
        if let Some(before) = places.last().filter(|before| before.name >= name) {
            let sentence = if before.name == name {
                format!("The bundle has {name} twice.")
            } else {
                format!("{name} stands behind {}: the files of a bundle are in the order of their names.", before.name)
            };
            return Err(broken(sentence));
        }
        if places.len() == FILES_MAX {
            return Err(broken(format!("The bundle has more than {FILES_MAX} files: a bundle never has so many.")));
        }
        let mut sink = take(&name, bytes)?;
        let sha256 = copy(&mut from, &mut sink, &name, (bytes, crc))?;
        let place = Place { name, bytes, crc, sha256, at };
        at += place.space();
        taken(&place, sink)?;
        places.push(place);
    }
}

/// Reads what stands before a file; all of it has one right value, but for name, length and check sum.
fn header(from: &mut impl Read, at: u64) -> Result<(String, u64, u32)> {
    let mut fixed = [0; 26];
    fill(from, &mut fixed, "what stands before a file")?;
    let crc = u32::from_le_bytes([fixed[10], fixed[11], fixed[12], fixed[13]]);
    let length = usize::from(u16::from_le_bytes([fixed[22], fixed[23]]));
    if length == 0 || length > NAME_BYTES_MAX {
        return Err(broken(format!("What stands before the file at byte {at} was altered: no file has such a name.")));
    }
    let mut rest = vec![0; length + 20];
    fill(from, &mut rest, "what stands before a file")?;
    let name = String::from_utf8_lossy(&rest[..length]).into_owned();
    if !is_name(&name) {
        return Err(broken(format!(
            "The bundle has a file “{}”, which no bundle has: it was altered, or put there.",
            name.escape_default()
        )));
    }
    let bytes = rest[length + 4..length + 12].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let place = Place { name, bytes, crc, sha256: String::new(), at };
    let read: Vec<u8> = LOCAL.to_le_bytes().into_iter().chain(fixed).chain(rest).collect();
    if place.local_header() != read {
        return Err(broken(format!("What stands before {} in the zip was altered.", place.name)));
    }
    Ok((place.name, bytes, crc))
}

/// Copies the bytes of a file; answers their SHA-256. They may be others than they were: that is for the manifest to
/// say, and for the check sum where it was altered itself.
fn copy(from: &mut impl Read, to: &mut impl Write, name: &str, (bytes, crc): (u64, u32)) -> Result<String> {
    let (mut hasher, mut sum, mut left) = (Sha256::new(), Crc::new(), bytes);
    let mut buffer = vec![0; 64 << 10];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let length = from.read(&mut buffer[..most])?;
        if length == 0 {
            return Err(ended(name));
        }
        hasher.update(&buffer[..length]);
        sum.update(&buffer[..length]);
        to.write_all(&buffer[..length])?;
        left -= length as u64;
    }
    if sum.sum() != crc {
        return Err(broken(format!("{name} does not match its check sum in the zip: its bytes were altered.")));
    }
    Ok(hex(&hasher.finalize()))
}

fn check_contents(from: &mut impl Read, begun: &[u8], places: &[Place]) -> Result<()> {
    let due = contents(places);
    let mut found = begun.to_vec();
    from.take(due.len() as u64 - begun.len() as u64 + 1).read_to_end(&mut found)?;
    if found == due {
        return Ok(());
    }
    let differs = found.iter().zip(&due).position(|(found, due)| found != due);
    let at = places.last().map_or(0, |last| last.at + last.space());
    Err(match differs {
        Some(place) => broken(format!(
            "The list of contents at the end of the zip was altered, or a file is gone: byte {} is another one than follows from the files.",
            at + place as u64
        )),
        None if found.len() > due.len() => broken("There is something behind the end of the zip.".into()),
        None => ended("the list of contents"),
    })
}

fn fill(from: &mut impl Read, buffer: &mut [u8], what: &str) -> Result<()> {
    from.read_exact(buffer).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => ended(what),
        _ => error,
    })
}

fn ended(what: &str) -> Error {
    broken(format!("The file ends in the middle of {what}: a part of it is missing."))
}

fn broken(sentence: String) -> Error {
    Error::new(ErrorKind::InvalidData, sentence)
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend(number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}
