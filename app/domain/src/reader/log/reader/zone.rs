//! Lines by which a log gives the zone of what is below them.

use super::{FIRST_LINE_BYTES, Fate, LogReader, Sink};
use crate::reader::log::split::trimmed;
use crate::reader::zone_line;

/// A longer line gives no zone.
const ZONE_LINE_BYTES: usize = 200;

impl LogReader {
    /// Whether a line says the zone of the times below it. Some formats have fields that look alike.
    pub(super) fn gives_zone(&self, line: &[u8]) -> bool {
        line.len() <= ZONE_LINE_BYTES
            && !matches!(line.first(), None | Some(b'{' | b'<'))
            && !self.format.holds_bytes()
            && std::str::from_utf8(line).is_ok_and(|line| zone_line(line).is_some())
    }

    /// Takes such a line.
    pub(super) fn zone(&mut self, line: &[u8], sink: &mut dyn Sink) -> Fate {
        let wrong = match std::str::from_utf8(line).ok().and_then(zone_line) {
            Some(Ok(zone)) => self.tally.zone_line(self.line, zone),
            Some(Err(why)) => Some(format!("{why} Until then the times below that bear no zone are read as UTC.")),
            None => None,
        };
        match wrong {
            Some(reason) => self.report(line, &reason, sink),
            None => Fate::Frame,
        }
    }
}

/// How long the first line is, without its end; nothing where it is not whole yet.
pub(super) fn first_line(bytes: &[u8], end: bool) -> usize {
    match bytes.iter().take(FIRST_LINE_BYTES).position(|byte| *byte == b'\n') {
        Some(at) => trimmed(&bytes[..at]),
        None if end => trimmed(bytes),
        None => 0,
    }
}
