//! gzip, zstd and zip unpacked as they stream, with a limit on what comes out.

use std::io::{BufReader, Cursor, Error, ErrorKind, Read, Result};

/// A packed file may always unpack to this much.
const UNPACKED_BYTES_MIN: u64 = 1 << 30;

/// Beyond that, to so many times its packed size: logs shrink to a tenth or a fiftieth, bombs to a thousandth.
const RATIO_MAX: u64 = 200;

/// The largest zip that is read: it is held whole, for its list of contents is at its end.
const ZIP_BYTES_MAX: u64 = 256 << 20;

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    pub(crate) fn of(first_bytes: &[u8]) -> Self {
        match first_bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ => Self::Plain,
        }
    }
}

/// The unpacked bytes of a file.
pub(crate) fn unpack(mut packed: impl Read + Send + 'static) -> Result<Box<dyn Read + Send>> {
    let mut first = [0; 4];
    let mut known = 0;
    while known < first.len() {
        match packed.read(&mut first[known..])? {
            0 => break,
            length => known += length,
        }
    }
    let whole = Cursor::new(first).take(known as u64).chain(packed);
    Ok(match Packing::of(&first[..known]) {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => limited(whole, |packed| Ok(flate2::bufread::MultiGzDecoder::new(BufReader::new(packed))))?,
        Packing::Zstd => limited(whole, zstd::stream::read::Decoder::new)?,
        Packing::Zip => unzip(whole)?,
    })
}

/// Counts what goes in and what comes out.
fn limited<P, U>(packed: P, unpack: impl FnOnce(Counted<P>) -> Result<U>) -> Result<Box<dyn Read + Send>>
where
    P: Read + Send + 'static,
    U: Read + Send + 'static,
{
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let unpacked = unpack(Counted { inner: packed, taken: taken.clone() })?;
    Ok(Box::new(Limited { inner: unpacked, taken, given: 0 }))
}

struct Counted<R> {
    inner: R,
    taken: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        self.taken.fetch_add(length as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(length)
    }
}

struct Limited<R> {
    inner: R,
    taken: std::sync::Arc<std::sync::atomic::AtomicU64>,
    given: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        self.given += length as u64;
        let taken = self.taken.load(std::sync::atomic::Ordering::Relaxed);
        if self.given > UNPACKED_BYTES_MIN.max(taken.saturating_mul(RATIO_MAX)) {
            return Err(too_large());
        }
        Ok(length)
    }
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

/// The text members of a zip, one after another in the order of their names: days and channels in their order.
fn unzip(packed: impl Read) -> Result<Box<dyn Read + Send>> {
    let mut bytes = Vec::new();
    packed.take(ZIP_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > ZIP_BYTES_MAX {
        return Err(Error::new(
            ErrorKind::QuotaExceeded,
            "This zip is larger than 256 MB: upload what is in it as files of their own.",
        ));
    }
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let named = |name: zip::result::ZipResult<std::borrow::Cow<'_, str>>| name.ok().map(std::borrow::Cow::into_owned);
    let mut names: Vec<String> = archive.file_names().filter_map(named).filter(|name| is_text(name)).collect();
    names.sort();
    names.reverse();
    Ok(Box::new(Members { archive, names, member: Cursor::new(Vec::new()), given: 0 }))
}

fn broken(error: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the zip is broken: {error}"))
}

fn is_text(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".json", ".jsonl", ".ndjson", ".csv", ".log", ".txt"].iter().any(|ending| name.ends_with(ending))
        // Lists of channels and people in a Slack export are no messages.
        && !["channels.json", "users.json", "dms.json", "groups.json", "mpims.json", "integration_logs.json"].contains(&name.as_str())
}

/// The members of a zip, one at a time.
struct Members {
    archive: zip::ZipArchive<Cursor<Vec<u8>>>,
    /// The next one last.
    names: Vec<String>,
    member: Cursor<Vec<u8>>,
    given: u64,
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let length = self.member.read(buffer)?;
            if length > 0 {
                return Ok(length);
            }
            let Some(name) = self.names.pop() else { return Ok(0) };
            let left = UNPACKED_BYTES_MIN.saturating_sub(self.given);
            let mut bytes = Vec::new();
            self.archive.by_name(&name).map_err(broken)?.take(left + 1).read_to_end(&mut bytes)?;
            self.given += bytes.len() as u64;
            if self.given > UNPACKED_BYTES_MIN {
                return Err(too_large());
            }
            bytes.push(b'\n');
            self.member = Cursor::new(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: Vec<u8>) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        unpack(Cursor::new(bytes))?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn every_packing_gives_the_same_bytes() {
        let text = b"{\"a\":1}\n{\"a\":2}\n".repeat(1000);
        assert_eq!(read(text.clone()).unwrap(), text);
        assert_eq!(read(gzip(&text)).unwrap(), text);
        assert_eq!(read([gzip(&text), gzip(&text)].concat()).unwrap(), [text.clone(), text.clone()].concat());
        assert_eq!(read(zstd::bulk::compress(&text, 1).unwrap()).unwrap(), text);
        assert_eq!(read(b"ab".to_vec()).unwrap(), b"ab");
        assert_eq!(read(Vec::new()).unwrap(), b"");
    }

    #[test]
    fn a_zip_is_read_in_the_order_of_its_names() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [("b/2.json", "[2]"), ("a/1.json", "[1]"), ("users.json", "[9]"), ("cat.png", "x")] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(read(zip.finish().unwrap().into_inner()).unwrap(), b"[1]\n[2]\n");
    }

    #[test]
    fn what_is_cut_off_is_an_error_and_what_came_before_is_kept() {
        let packed = gzip(&b"line\n".repeat(100_000));
        let mut unpacked = unpack(Cursor::new(packed[..packed.len() / 2].to_vec())).unwrap();
        let (mut buffer, mut total) = ([0; 4096], 0);
        let error = loop {
            match unpacked.read(&mut buffer) {
                Ok(0) => panic!("a cut file ended as if it were whole"),
                Ok(length) => total += length,
                Err(error) => break error,
            }
        };
        assert!(total > 0, "{error}");
    }

    #[test]
    fn a_bomb_is_stopped() {
        // 1.2 GB of zeros, packed a layer at a time so that the test holds none of it.
        let layer = gzip(&vec![0; 64 << 20]);
        let bomb: Vec<u8> = layer.repeat(19);
        let mut unpacked = unpack(Cursor::new(bomb)).unwrap();
        let mut buffer = vec![0; 1 << 20];
        let error = loop {
            match unpacked.read(&mut buffer) {
                Ok(0) => panic!("the bomb was unpacked whole"),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::QuotaExceeded);
    }
}
