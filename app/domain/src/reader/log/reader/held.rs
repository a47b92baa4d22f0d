//! What a piece holds: a record behind something else, or bytes beside its text.

use super::LogReader;
use crate::reader::log::split::Header;
use crate::reader::log::wrapper::{in_line, in_row};

impl LogReader {
    /// The record inside a line or row that begins with something else.
    pub(super) fn held(&self, piece: &[u8], header: Option<&Header>) -> Option<Vec<u8>> {
        if !self.format.is_json() || piece.starts_with(b"{") {
            return None;
        }
        match header {
            Some(header) => in_row(piece, header),
            None => in_line(piece).map(<[u8]>::to_vec),
        }
    }

    /// Whether the format puts bytes that are no text beside the text.
    pub(super) fn holds_bytes(&self, piece: &[u8]) -> bool {
        self.format.holds_bytes() && !piece.starts_with(b"{")
    }
}
