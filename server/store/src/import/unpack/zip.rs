//! The files of a zip, in the order of their names: days and channels of an export in their order.

use std::io::{BufReader, Error, ErrorKind, Read, Result, Seek, SeekFrom};

use zip::ZipArchive;

use super::spool::Spool;
use super::{Shared, broken, given_max, member, too_large};

/// The largest zip that is read: it is kept on disk, for its list of contents is at its end.
const ZIP_BYTES_MAX: u64 = 2 << 30;

/// The longest list of contents that is read: some hundred thousand files.
const LIST_BYTES_MAX: u64 = 16 << 20;

/// So far from the end the list may be told.
const TAIL_BYTES: u64 = (64 << 10) + 128;

/// The files of a zip, one at a time.
pub(super) struct Members {
    archive: ZipArchive<BufReader<Spool>>,
    /// The next one last.
    places: Vec<usize>,
    member: Box<dyn Read + Send>,
    depth: usize,
    shared: Shared,
}

impl Members {
    /// Keeps a zip on disk and reads its list.
    pub(super) fn open(packed: Box<dyn Read + Send>, depth: usize, shared: Shared) -> Result<Self> {
        let mut spool = Spool::new()?;
        if spool.fill(&mut packed.take(ZIP_BYTES_MAX + 1))? > ZIP_BYTES_MAX {
            return Err(refused("This zip is larger than 2 GB: upload what is in it as files of their own."));
        }
        check_list(&mut spool)?;
        let archive =
            ZipArchive::new(BufReader::new(spool)).map_err(|error| broken(&format!("the zip is broken: {error}")))?;
        let name = |place: usize| {
            archive.name_for_index(place).and_then(std::result::Result::ok).map(std::borrow::Cow::into_owned)
        };
        let mut places: Vec<(String, usize)> =
            (0..archive.len()).filter_map(|place| Some((name(place)?, place))).collect();
        places.sort();
        let places = places.into_iter().rev().map(|(_, place)| place).collect();
        Ok(Self { archive, places, member: Box::new(std::io::empty()), depth, shared })
    }

    /// Unpacks one file to the disk: what is read of it may itself have to be unpacked.
    fn next(&mut self, place: usize) -> Result<Box<dyn Read + Send>> {
        let mut file = self.archive.by_index(place).map_err(|error| broken(&format!("the zip is broken: {error}")))?;
        if file.is_dir() {
            return Ok(Box::new(std::io::empty()));
        }
        let name = file.name().map_err(|error| broken(&format!("the zip is broken: {error}")))?.into_owned();
        let mut spool = Spool::new()?;
        let most = given_max(&self.shared.taken);
        if spool.fill(&mut (&mut file).take(most + 1))? > most {
            return Err(too_large());
        }
        drop(file);
        member(&name, Box::new(BufReader::new(spool)), self.depth, &self.shared)
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let length = self.member.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            let Some(place) = self.places.pop() else { return Ok(0) };
            self.member = self.next(place)?;
        }
    }
}

fn refused(sentence: &str) -> Error {
    Error::new(ErrorKind::QuotaExceeded, sentence.to_string())
}

/// Refuses a zip whose list of contents alone would fill the memory: the list is read whole.
fn check_list(spool: &mut Spool) -> Result<()> {
    let size = spool.seek(SeekFrom::End(0))?;
    spool.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    (&mut *spool).take(TAIL_BYTES).read_to_end(&mut tail)?;
    spool.seek(SeekFrom::Start(0))?;
    let number = |at: usize, length: usize| {
        let bytes = tail.get(at..at + length).unwrap_or_default();
        bytes.iter().rev().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte))
    };
    for at in 0..tail.len().saturating_sub(3) {
        // The end of the list, and the same of large zips.
        let told = match &tail[at..at + 4] {
            b"PK\x05\x06" => number(at + 12, 4),
            b"PK\x06\x06" => number(at + 40, 8),
            _ => continue,
        };
        if told > LIST_BYTES_MAX && told != u64::from(u32::MAX) {
            return Err(refused(
                "This zip has too many files in it: upload what is in it as files of their own, or in parts.",
            ));
        }
    }
    Ok(())
}
