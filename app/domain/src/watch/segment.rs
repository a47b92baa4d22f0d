//! A part of what a source sent, sealed: its bytes never change, and each names the one before.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Id, Instant};

/// What the first segment of a source names as the one before it.
pub const FIRST_LINK: &str = "";

/// A sealed part of what a source sent.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Segment {
    /// The source.
    pub source: Id,
    /// Which one, counted from 1 without a hole.
    pub number: i64,
    /// The link of the one before; empty for the first.
    pub previous: String,
    /// Its own link: the SHA-256 of the link before and its bytes.
    pub hash: String,
    /// The SHA-256 of its bytes, which is where evidence is found.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: i64,
    /// How many records the senders counted in it.
    pub records: i64,
    /// The first of the batches in it.
    pub first_seq: i64,
    /// The last of them.
    pub last_seq: i64,
    /// When the first of them came.
    pub first_at: Instant,
    /// When the last of them came.
    pub last_at: Instant,
    /// When it was sealed.
    pub sealed_at: Instant,
    /// When its bytes were removed because they were older than the source keeps them.
    pub removed_at: Option<Instant>,
}

impl Segment {
    /// What it is called where it is evidence.
    pub fn name(&self, source: &str) -> String {
        let link: String = self.hash.chars().take(16).collect();
        format!("{source}, segment {} ({link})", self.number)
    }
}

/// The link of a segment: SHA-256 over the link before, as it is written, and the bytes.
pub fn link_hash<'a>(previous: &str, bytes: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    bytes.into_iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_covers_the_link_before_and_every_byte() {
        let first = link_hash(FIRST_LINK, [b"a\n".as_slice(), b"b\n"]);
        assert_eq!(first, link_hash(FIRST_LINK, [b"a\nb\n".as_slice()]), "however the bytes are cut");
        assert_ne!(first, link_hash("0", [b"a\nb\n".as_slice()]));
        assert_ne!(first, link_hash(FIRST_LINK, [b"a\nc\n".as_slice()]));
        assert_eq!(first.len(), 64);
    }
}
