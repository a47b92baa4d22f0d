//! One line, one piece.

use super::{Split, Step, TOO_LONG, blanks, newline, trimmed};

/// Splits text into lines that are not blank.
pub struct LineSplit {
    limit: usize,
    /// How far the line was searched for its end.
    searched: usize,
    /// Inside a line that is too long.
    passing: bool,
}

impl LineSplit {
    /// Lines of up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, searched: 0, passing: false }
    }
}

impl Split for LineSplit {
    fn step(&mut self, bytes: &[u8], end: bool) -> Step {
        if self.passing {
            let length = newline(bytes, 0).unwrap_or(bytes.len());
            self.passing = length == bytes.len();
            return if length > 0 {
                Step::Worse(length)
            } else if bytes.is_empty() {
                Step::More
            } else {
                self.step(bytes, end)
            };
        }
        let blank = if self.searched == 0 { blanks(bytes) } else { 0 };
        if blank > 0 {
            return Step::Blank(blank);
        }
        let within = &bytes[..bytes.len().min(self.limit + 1)];
        let length = match newline(within, self.searched) {
            Some(length) => length,
            None if within.len() > self.limit => {
                (self.searched, self.passing) = (0, true);
                return Step::Bad(self.limit, TOO_LONG);
            }
            None if end && !bytes.is_empty() => bytes.len(),
            None => {
                self.searched = bytes.len();
                return Step::More;
            }
        };
        self.searched = 0;
        Step::Piece(trimmed(&bytes[..length]))
    }
}
