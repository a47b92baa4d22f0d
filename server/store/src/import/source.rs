//! Bytes on their way from an upload or the evidence store to the thread that reads them.

use std::io::{Error, ErrorKind, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Pieces under way: with pieces of 256 KB or less, 8 MB.
const PIECES_MAX: usize = 32;

/// What comes through.
pub(crate) enum Piece {
    /// Bytes of the file.
    Bytes(Bytes),
    /// The file is whole. A source that goes away without this broke off.
    End,
}

/// The import end.
pub(crate) struct Source {
    pieces: Receiver<Piece>,
    rest: Bytes,
    ended: bool,
    taken: Arc<AtomicU64>,
}

/// A pair of ends, and how many bytes were taken out.
pub(crate) fn pipe() -> (Sender<Piece>, Source, Arc<AtomicU64>) {
    let (sender, pieces) = channel(PIECES_MAX);
    let taken = Arc::new(AtomicU64::new(0));
    (sender, Source { pieces, rest: Bytes::new(), ended: false, taken: taken.clone() }, taken)
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.rest.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.rest = bytes,
                Some(Piece::End) => self.ended = true,
                None => return Err(Error::new(ErrorKind::ConnectionAborted, "the bytes stopped coming")),
            }
        }
        let length = self.rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest.split_to(length));
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
