//! Evidence as numbered lines, a page of them at a time.

use app::page::evidence::{LINE_BYTES_MAX, LINES_ON_PAGE_MAX};
use domain::reader::log::Raw;
use futures::StreamExt;
use store::{Result, Store};

/// A piece of an evidence item as lines.
pub struct EvidenceView {
    /// The lines.
    pub lines: Vec<String>,
    /// The number of the first.
    pub first: u64,
    /// Whether more follow.
    pub truncated: bool,
}

/// A record that begins before this byte is reached by counting lines from the beginning of the file.
const COUNTED_BYTES_MAX: u64 = 4 << 20;
/// So much is fetched at once where lines are read from the middle of a file.
const CHUNK_BYTES: u64 = 1 << 20;
/// So much is read for a page from the middle of a file, however long its lines are.
const PAGE_BYTES_MAX: u64 = 16 << 20;

/// Reads a page of lines, passing over those before it without keeping them.
pub async fn read_lines(store: &Store, sha256: &str, encoding: Option<&str>, from: u64) -> Result<EvidenceView> {
    let mut bytes = store.read_unpacked(sha256, encoding).await?;
    let mut lines = Lines::new(1, from);
    while let Some(chunk) = bytes.next().await {
        if lines.take(&chunk?) {
            return Ok(lines.finish(true));
        }
    }
    Ok(lines.finish(false))
}

/// Reads the page of lines that begins with a record far behind in the file, without reading what comes before;
/// `None` where the lines have to be counted.
pub async fn read_lines_at(
    store: &Store,
    sha256: &str,
    encoding: Option<&str>,
    raw: Raw,
) -> Result<Option<EvidenceView>> {
    if raw.offset < COUNTED_BYTES_MAX || !store.is_plain(sha256, encoding).await? {
        return Ok(None);
    }
    let before = store.read_blob_range(sha256, raw.offset - 1..raw.offset).await?;
    let mut lines = Lines::new(raw.first_line, raw.first_line);
    // A record may begin in the middle of a line: what is before it on the line is left out, and that is said.
    if before.first() != Some(&b'\n') {
        lines.line.extend_from_slice("… ".as_bytes());
    }
    let mut at = raw.offset;
    loop {
        let chunk = store.read_blob_range(sha256, at..at + CHUNK_BYTES).await?;
        if chunk.is_empty() {
            return Ok(Some(lines.finish(false)));
        }
        at += chunk.len() as u64;
        if lines.take(&chunk) || at - raw.offset >= PAGE_BYTES_MAX {
            return Ok(Some(lines.finish(true)));
        }
    }
}

/// Lines as they are cut from chunks.
struct Lines {
    from: u64,
    number: u64,
    line: Vec<u8>,
    lines: Vec<String>,
}

impl Lines {
    /// `number` is that of the line at hand, `from` that of the first to keep.
    fn new(number: u64, from: u64) -> Self {
        Self { from, number, line: Vec::new(), lines: Vec::new() }
    }

    /// Takes the next bytes; `true` once the page is full.
    fn take(&mut self, chunk: &[u8]) -> bool {
        for byte in chunk {
            if *byte == b'\n' {
                if self.number >= self.from {
                    self.lines.push(String::from_utf8_lossy(&self.line).trim_end_matches('\r').to_string());
                }
                self.line.clear();
                self.number += 1;
                if self.number >= self.from + LINES_ON_PAGE_MAX {
                    return true;
                }
            } else if self.number >= self.from && self.line.len() < LINE_BYTES_MAX {
                self.line.push(*byte);
            }
        }
        false
    }

    fn finish(mut self, truncated: bool) -> EvidenceView {
        if self.number >= self.from && !self.line.is_empty() {
            self.lines.push(String::from_utf8_lossy(&self.line).into_owned());
        }
        EvidenceView { lines: self.lines, first: self.from, truncated }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_alike_however_the_chunks_fall() {
        let text = b"one\r\ntwo\nthree";
        for cut in 0..text.len() {
            let mut lines = Lines::new(1, 2);
            assert!(!lines.take(&text[..cut]) && !lines.take(&text[cut..]));
            let view = lines.finish(false);
            assert_eq!((view.first, view.lines), (2, vec!["two".to_string(), "three".to_string()]));
        }
    }
}
