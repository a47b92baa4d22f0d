//! Where the pieces of a file begin and end, by its format and its first bytes.

use super::LogReader;
use crate::reader::log::split::{CsvSplit, LineSplit, Splitter, columns, first_line, is_json};
use crate::reader::log::wrapper::{has_column, in_line};

impl LogReader {
    pub(super) fn splitter(&self, first: &[u8]) -> Splitter {
        let wrapped = if self.format.is_json() && !is_json(first) { self.wrapped(first) } else { None };
        wrapped.unwrap_or_else(|| self.format.split(first, self.limit))
    }

    /// Lines or rows with the records inside, which the first line tells.
    fn wrapped(&self, first: &[u8]) -> Option<Splitter> {
        let line = first_line(first);
        if in_line(line.trim_ascii()).is_some() {
            return Some(Box::new(LineSplit::new(self.limit)));
        }
        let names = columns(line)?;
        (!line.contains(&b'{') && has_column(&names)).then(|| Box::new(CsvSplit::new(self.limit)) as Splitter)
    }
}
