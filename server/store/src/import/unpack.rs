//! Packed files unpacked as they stream: gzip, zstd, bzip2, xz, tar and zip, also inside of each other, with limits on what
//! comes out. However large a file is, no more than a few megabytes of it are in memory: a zip, whose list of contents is
//! at its end, is kept on disk while it is read.

mod spool;
mod tar;
#[cfg(test)]
pub(super) mod tests;
mod zip;

use std::collections::VecDeque;
use std::io::{BufReader, Cursor, Error, ErrorKind, Read, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::Charset;

/// A packed file may always unpack to this much.
const UNPACKED_BYTES_MIN: u64 = 1 << 30;

/// Beyond that, to so many times its packed size: logs shrink to a tenth or a fiftieth, bombs to a thousandth.
const RATIO_MAX: u64 = 200;

/// So many packings may be inside of each other: a day of logs is a zip of tars of gzips at most.
const DEPTH_MAX: usize = 4;

/// By so many bytes a packing is told: a tar by what stands at the end of its first name.
const TOLD_BYTES: usize = 512;

/// The memory that xz may ask for, in KiB: its strongest usual setting asks for 65 MB.
const XZ_MEMORY_KIB_MAX: u32 = 96 << 10;

/// The most that zstd may look back, as a power of two: 64 MB.
const ZSTD_WINDOW_LOG_MAX: u32 = 26;

/// The longest name of a file that is kept.
const NAME_CHARS_MAX: usize = 200;

/// So many names of files that were passed over are kept.
const NAMES_MAX: usize = 20;

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    Tar,
    Zip,
}

impl Packing {
    pub(crate) fn of(first_bytes: &[u8]) -> Self {
        match first_bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // The block's own mark stands behind the level, so that no text is taken for it.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            bytes if bytes.get(257..262) == Some(b"ustar") => Self::Tar,
            _ => Self::Plain,
        }
    }
}

/// Files of an archive that were not read, and are no pictures or the like: how many, and the names of the first.
#[derive(Debug, Clone, Default)]
pub(crate) struct PassedOver(Arc<Mutex<(u64, Vec<String>)>>);

impl PassedOver {
    fn note(&self, name: &str) {
        let mut noted = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        noted.0 += 1;
        if noted.1.len() < NAMES_MAX {
            noted.1.push(name.chars().take(200).collect());
        }
    }

    /// How many, and a sentence about them; `None` where there are none.
    pub(crate) fn told(&self) -> Option<(u64, String)> {
        let noted = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (noted.0 > 0).then(|| {
            let more = if noted.0 > noted.1.len() as u64 { " and others" } else { "" };
            let sentence = format!(
                "The archive holds files that are no text and were not read: {}{more}. Upload what they hold as text.",
                noted.1.join(", ")
            );
            (noted.0, sentence)
        })
    }
}

/// A file of an archive whose bytes have begun to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Where its first byte is among the unpacked bytes.
    pub(crate) at: u64,
    /// Its name, behind those of the archives it is in.
    pub(crate) name: String,
}

/// The files of an archive, each as it begins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members {
    begun: Arc<Mutex<VecDeque<Begun>>>,
    /// How many bytes came out of all of them.
    given: Arc<AtomicU64>,
}

impl Members {
    /// Those that begin before so many bytes; they can be asked for again.
    pub(crate) fn begun_before(&self, end: u64) -> Vec<Begun> {
        let begun = self.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        begun.iter().filter(|next| next.at < end).cloned().collect()
    }

    /// The first that was not asked for yet, if it begins before so many bytes.
    pub(crate) fn before(&self, end: u64) -> Option<Begun> {
        let mut begun = self.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        begun.pop_front_if(|next| next.at < end)
    }
}

/// What all layers of one file share: how many packed bytes were taken, what was passed over, and which files there are.
#[derive(Clone, Default)]
struct Shared {
    taken: Arc<AtomicU64>,
    passed_over: PassedOver,
    members: Members,
    /// The names of the archives around, each with a slash behind it.
    path: String,
    /// Whether each file is in an encoding of its own, and comes out in UTF-8.
    decodes: bool,
}

/// The unpacked bytes of a file.
pub(crate) fn unpack(packed: impl Read + Send + 'static, wanted: Option<Charset>) -> Result<Box<dyn Read + Send>> {
    unpack_noting(packed, wanted).map(|unpacked| unpacked.bytes)
}

/// The unpacked bytes of a file, and what is noted while they come.
pub(crate) struct Unpacked {
    pub(crate) bytes: Box<dyn Read + Send>,
    pub(crate) passed_over: PassedOver,
    pub(crate) members: Members,
}

/// The same, and where it is noted which files an archive has, and which were passed over. Where no other encoding is named
/// for all of them, each file of an archive comes out in UTF-8, whatever it is in.
pub(crate) fn unpack_noting(packed: impl Read + Send + 'static, wanted: Option<Charset>) -> Result<Unpacked> {
    let shared = Shared { decodes: wanted.is_none_or(|wanted| wanted == Charset::UTF_8), ..Shared::default() };
    let counted = Counted { inner: packed, taken: shared.taken.clone() };
    let (bytes, _) = layer(Box::new(counted), DEPTH_MAX, &shared)?;
    Ok(Unpacked { bytes, passed_over: shared.passed_over, members: shared.members })
}

/// What is inside of one packing, and of those inside of it; and whether an archive is among them.
fn layer(packed: Box<dyn Read + Send>, depth: usize, shared: &Shared) -> Result<(Box<dyn Read + Send>, bool)> {
    let (first, whole) = peeked(packed);
    let packing = Packing::of(&first);
    if packing == Packing::Plain {
        return Ok((whole, false));
    }
    let Some(depth) = depth.checked_sub(1) else { return Err(too_deep()) };
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(whole))),
        Packing::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(whole)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
        Packing::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(whole)),
        Packing::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(whole, true, XZ_MEMORY_KIB_MAX)),
        Packing::Tar => return Ok((Box::new(limited(tar::Members::new(whole, depth, shared.clone()), shared)), true)),
        Packing::Zip => {
            return Ok((Box::new(limited(zip::Members::open(whole, depth, shared.clone())?, shared)), true));
        }
        Packing::Plain => whole,
    };
    layer(Box::new(limited(unpacked, shared)), depth, shared)
}

/// The first bytes, and all of them. What broke while they were looked at is told where it belongs.
fn peeked(mut bytes: Box<dyn Read + Send>) -> (Vec<u8>, Box<dyn Read + Send>) {
    let mut first = vec![0; TOLD_BYTES];
    let mut known = 0;
    let broke = loop {
        match bytes.read(&mut first[known..]) {
            Ok(0) => break None,
            Ok(length) => known += length,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
        if known == first.len() {
            break None;
        }
    };
    first.truncate(known);
    let whole = Cursor::new(first.clone()).chain(super::decode::Broken(broke)).chain(bytes);
    (first, Box::new(whole))
}

fn too_deep() -> Error {
    Error::new(
        ErrorKind::QuotaExceeded,
        format!("More than {DEPTH_MAX} packings are inside of each other: unpack the file, and upload what is in it."),
    )
}

/// The bytes of one file of an archive, noted as they begin to come.
struct Leaf<R> {
    inner: R,
    /// What it is called, until it is noted.
    name: Option<String>,
    /// The bytes of an archive are counted file by file.
    counts: bool,
    members: Members,
}

impl<R: Read> Read for Leaf<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        if length == 0 || !self.counts {
            return Ok(length);
        }
        let at = self.members.given.fetch_add(length as u64, Ordering::Relaxed);
        if let Some(name) = self.name.take() {
            let mut begun = self.members.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            begun.push_back(Begun { at, name: name.chars().take(NAME_CHARS_MAX).collect() });
        }
        Ok(length)
    }
}

struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Counts what comes out of one layer against what went into the outermost.
fn limited<R: Read>(inner: R, shared: &Shared) -> Limited<R> {
    Limited { inner, taken: shared.taken.clone(), given: 0 }
}

struct Limited<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    given: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        self.given += length as u64;
        if self.given > given_max(&self.taken) {
            return Err(too_large());
        }
        Ok(length)
    }
}

/// How much may come out of a layer by now.
fn given_max(taken: &AtomicU64) -> u64 {
    UNPACKED_BYTES_MIN.max(taken.load(Ordering::Relaxed).saturating_mul(RATIO_MAX))
}

/// The refusal of a file that unpacks to too much.
pub(crate) fn too_large() -> Error {
    Error::new(
        ErrorKind::QuotaExceeded,
        format!(
            "This file unpacks to more than a gigabyte and {RATIO_MAX} times its size: upload it unpacked, or in parts."
        ),
    )
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_string())
}

/// What becomes of a file of an archive.
#[derive(Debug, PartialEq, Eq)]
enum Worth {
    /// It is read.
    Read,
    /// It is no log: a picture, a font, a list of channels.
    Idle,
    /// It is no text, and may be a log all the same.
    Strange,
}

/// Endings of files in which nobody keeps a log.
const IDLE: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "svg", "ico", "bmp", "heic", "mp3", "mp4", "m4a", "mov", "avi", "webm", "wav",
    "pdf", "woff", "woff2", "ttf", "css", "pyc", "class", "ds_store",
];

/// Lists of channels and people in a Slack export are no messages.
const LISTS: &[&str] =
    &["channels.json", "users.json", "dms.json", "groups.json", "mpims.json", "integration_logs.json"];

impl Worth {
    /// By its name and its first bytes.
    fn of(name: &str, first: &[u8]) -> Self {
        let name = name.to_ascii_lowercase();
        let file = name.rsplit('/').next().unwrap_or_default();
        let ending = file.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        if IDLE.contains(&ending) || LISTS.contains(&name.as_str()) || name.starts_with("__macosx/") || first.is_empty()
        {
            return Self::Idle;
        }
        let strange = first.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
        let is_text = strange * 50 <= first.len()
            || ["UTF-16", "UTF-32"].iter().any(|wide| super::decode::detect(first).name().starts_with(wide));
        if Packing::of(first) != Packing::Plain || is_text { Self::Read } else { Self::Strange }
    }
}

/// The bytes of one file of an archive, with a line end behind them; nothing of one that is no log.
fn member(name: &str, bytes: Box<dyn Read + Send>, depth: usize, shared: &Shared) -> Result<Box<dyn Read + Send>> {
    let (first, whole) = peeked(bytes);
    match Worth::of(name, &first) {
        Worth::Read => {
            let inside = Shared { path: format!("{}{name}/", shared.path), ..shared.clone() };
            let (mut bytes, is_archive) = layer(whole, depth, &inside)?;
            if shared.decodes && !is_archive {
                bytes = super::decode::decoded(bytes, None).0;
            }
            let name = format!("{}{name}", shared.path);
            let leaf = Leaf {
                inner: bytes,
                name: (!is_archive).then_some(name),
                counts: !is_archive,
                members: shared.members.clone(),
            };
            let end = Leaf { inner: Cursor::new(b"\n"), name: None, counts: true, members: shared.members.clone() };
            Ok(Box::new(leaf.chain(end)))
        }
        Worth::Idle => Ok(Box::new(std::io::empty())),
        Worth::Strange => {
            shared.passed_over.note(name);
            Ok(Box::new(std::io::empty()))
        }
    }
}
