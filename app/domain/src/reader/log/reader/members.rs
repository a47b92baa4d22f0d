//! The files of an archive, one after the other, each in its own format.

use super::{LogReader, PIECE_BYTES_MIN, Sink, counting};
use crate::reader::log::format::Format;

impl LogReader {
    /// Says that what comes next is another file of an archive, in this format; `doubt` says why it may be in another.
    /// Behind its bytes comes a line end that is not its own, so that its last line is not that of the next file.
    pub fn member(&mut self, name: &str, format: Format, doubt: Option<&str>, sink: &mut dyn Sink) {
        self.run(true, sink);
        self.end_frame(sink);
        (self.split, self.fresh, self.other_ends, self.ended) = (None, true, None, 0);
        if format != self.format || format.is_guessed() {
            self.change(format, sink);
        }
        self.tally.member(name, format, self.line);
        if let Some(doubt) = doubt {
            self.report(&[], doubt, sink);
        }
    }

    /// Goes on in another format, or with another file in one whose files have nothing to do with each other.
    fn change(&mut self, format: Format, sink: &mut dyn Sink) {
        self.adapter.pause(&mut counting(sink, &mut self.tally, &mut self.parts, self.format));
        if self.format != format && !self.tally.is_empty() && self.parts.is_empty() {
            self.parts.push(self.tally.clone());
        }
        let before = std::mem::replace(&mut self.format, format);
        let known = self.parked.iter().position(|(parked, _)| *parked == format);
        let next = match known {
            Some(place) => self.parked.swap_remove(place).1,
            None => format.adapter(&self.options),
        };
        let last = std::mem::replace(&mut self.adapter, next);
        if last.goes_on() {
            self.parked.push((before, last));
        }
        self.limit =
            self.options.piece_bytes_max.unwrap_or(usize::MAX).clamp(PIECE_BYTES_MIN, format.piece_bytes_max());
        if self.tally.is_empty() {
            self.tally.summary.format = format;
        } else if !self.parts.is_empty() && !self.parts.iter().any(|part| part.summary.format == format) {
            self.parts.push(self.tally.part(format));
        }
    }
}
