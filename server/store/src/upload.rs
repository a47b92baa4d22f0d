//! Receiving evidence: hashed and counted while it streams, in constant memory.

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use std::sync::Arc;

use crate::blob::{Blobs, address};
use crate::digest::hex;
use crate::incoming::INCOMING;
use crate::{Result, Store};

/// Parts under way at once, beside the one that is gathered: an upload takes 1.5 MiB of memory in a folder, and 15 MiB
/// in a bucket.
const PARTS_MAX: usize = 2;

/// Bytes on their way in. Dropped before `finish`, they leave nothing behind.
pub struct Upload {
    objects: Arc<dyn ObjectStore>,
    incoming: Path,
    parts: WriteMultipart,
    hasher: Sha256,
    bytes: u64,
    text: TextWatch,
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// SHA-256 of the bytes, in hex; also their address.
    pub sha256: String,
    /// How many.
    pub bytes: u64,
    /// How many lines, where they are text.
    pub lines: Option<u64>,
    /// Whether they are text: UTF-8 without a zero byte.
    pub looks_text: bool,
}

impl Received {
    /// The form in which the domain registers it.
    pub fn named(self, name: impl Into<String>, format: impl Into<String>) -> domain::evidence::Upload {
        let Self { sha256, bytes, lines, .. } = self;
        domain::evidence::Upload {
            id: None,
            name: name.into(),
            sha256,
            bytes,
            format: format.into(),
            lines,
            source: None,
            collector: None,
        }
    }
}

impl Store {
    /// Begins to receive evidence.
    pub async fn begin_upload(&self) -> Result<Upload> {
        Upload::begin(self.blobs(), self.clock().secret()?).await
    }
}

impl Upload {
    /// Begins under a name that nobody else has.
    pub(crate) async fn begin(blobs: &Blobs, name: String) -> Result<Self> {
        let objects = blobs.0.clone();
        let incoming = Path::from(format!("{INCOMING}/{name}"));
        let parts = WriteMultipart::new_with_chunk_size(objects.put_multipart(&incoming).await?, blobs.part_bytes());
        Ok(Self { objects, incoming, parts, hasher: Sha256::new(), bytes: 0, text: TextWatch::default() })
    }

    /// Takes the next bytes; waits while the disk is behind.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.parts.wait_for_capacity(PARTS_MAX).await?;
        self.hasher.update(chunk);
        self.bytes += chunk.len() as u64;
        self.text.see(chunk);
        self.parts.write(chunk);
        Ok(())
    }

    /// How many bytes came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts the bytes under their digest. Bytes that are there already are kept once.
    pub async fn finish(self) -> Result<Received> {
        let Self { objects, incoming, parts, hasher, bytes, text } = self;
        let sha256 = hex(&hasher.finalize());
        if bytes == 0 {
            // An upload in parts has at least one; an empty log says something, too.
            parts.abort().await?;
            objects.put(&address(&sha256)?, object_store::PutPayload::new()).await?;
            return Ok(Received { sha256, bytes, lines: Some(0), looks_text: true });
        }
        parts.finish().await?;
        // Bytes whose digest was just computed also mend those that were tampered with.
        objects.rename(&incoming, &address(&sha256)?).await?;
        let lines = text.lines(bytes);
        Ok(Received { sha256, bytes, lines, looks_text: lines.is_some() })
    }

    /// Gives the upload up.
    pub async fn abort(self) -> Result<()> {
        Ok(self.parts.abort().await?)
    }
}

/// Whether bytes that come in pieces are text, and how many lines they have.
#[derive(Default)]
struct TextWatch {
    binary: bool,
    breaks: u64,
    last: Option<u8>,
    /// The beginning of a character whose rest is still to come: at most three bytes.
    open: Vec<u8>,
}

impl TextWatch {
    fn see(&mut self, chunk: &[u8]) {
        let Some(last) = chunk.last().filter(|_| !self.binary) else { return };
        self.last = Some(*last);
        self.breaks += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut chunk = chunk;
        let joined;
        if !self.open.is_empty() {
            joined = [std::mem::take(&mut self.open).as_slice(), chunk].concat();
            chunk = &joined;
        }
        match std::str::from_utf8(chunk) {
            Ok(_) => {}
            Err(error) if error.error_len().is_none() => self.open = chunk[error.valid_up_to()..].to_vec(),
            Err(_) => self.binary = true,
        }
        self.binary |= chunk.contains(&0);
    }

    fn lines(&self, bytes: u64) -> Option<u64> {
        if self.binary || !self.open.is_empty() {
            return None;
        }
        let unfinished = bytes > 0 && self.last != Some(b'\n');
        Some(self.breaks + u64::from(unfinished))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Option<u64> {
        let mut watch = TextWatch::default();
        chunks.iter().for_each(|chunk| watch.see(chunk));
        watch.lines(chunks.iter().map(|chunk| chunk.len() as u64).sum())
    }

    #[test]
    fn lines_are_counted_over_pieces() {
        assert_eq!(lines(&[b"a\nb", b"\nc"]), Some(3));
        assert_eq!(lines(&[b"a\n"]), Some(1));
        assert_eq!(lines(&[]), Some(0));
    }

    #[test]
    fn a_character_may_be_cut_in_two() {
        assert_eq!(lines(&[b"\xe2\x82", b"\xac", b"\n"]), Some(1));
        assert_eq!(lines(&[b"\xe2\x82"]), None);
        assert_eq!(lines(&[b"\xff\n"]), None);
        assert_eq!(lines(&[b"a\0b"]), None);
    }
}
