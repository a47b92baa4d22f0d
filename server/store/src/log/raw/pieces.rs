//! The last pieces of a file, until the records in them become whole.

use std::collections::VecDeque;

use domain::reader::log::{LogRecord, Raw};

/// So many pieces and so many bytes are kept; what is older than that belongs to a record that waited too long.
const PIECES_MAX: usize = 4_096;
const BYTES_MAX: usize = 4 << 20;

struct Piece {
    offset: u64,
    bytes: Vec<u8>,
}

/// The pieces of a file in their order.
#[derive(Default)]
pub(crate) struct Pieces {
    kept: VecDeque<Piece>,
    bytes: usize,
    /// Buffers to be used again.
    spare: Vec<Vec<u8>>,
}

impl Pieces {
    pub(crate) fn push(&mut self, raw: Raw, bytes: &[u8]) {
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.clear();
        buffer.extend_from_slice(bytes);
        self.bytes += bytes.len();
        self.kept.push_back(Piece { offset: raw.offset, bytes: buffer });
        while self.kept.len() > PIECES_MAX || (self.bytes > BYTES_MAX && self.kept.len() > 1) {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.bytes.len();
            self.spare.push(oldest.bytes);
        }
    }

    /// Takes the last back: it was looked at as one piece and turned out to be several.
    pub(crate) fn forget(&mut self) {
        if let Some(last) = self.kept.pop_back() {
            self.bytes -= last.bytes.len();
        }
    }

    /// The pieces of a record, and whether they are all there. Of one that came in several, those between belong to
    /// others; where they bear a serial, they are told apart by it.
    pub(crate) fn of(&self, record: &LogRecord) -> (Vec<&[u8]>, bool) {
        let (from, to) = (record.raw.offset, record.raw.offset + record.raw.length);
        let first = self.kept.partition_point(|piece| piece.offset + (piece.bytes.len() as u64) <= from);
        let serial = (record.hints.pieces > 1).then_some(record.hints.serial).flatten();
        let mark = serial.map(|serial| format!(":{serial})"));
        let own =
            |bytes: &&[u8]| mark.as_ref().is_none_or(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some());
        let pieces: Vec<&[u8]> = self
            .kept
            .iter()
            .skip(first)
            .take_while(|piece| piece.offset < to)
            .map(|piece| piece.bytes.as_slice())
            .filter(own)
            .collect();
        let whole = self.kept.get(first).is_some_and(|piece| piece.offset <= from);
        (pieces, whole)
    }
}
