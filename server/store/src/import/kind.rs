//! Whether a file is a log, and of which format.

use domain::reader::ParseError;
use domain::reader::log::{DateOrder, Format, LogReader, LogRecord, Options, Sink, Terms, detect};

/// The format of a log; nothing for a file in which hardly a line has a time, such as a letter or an image.
pub(crate) fn log_format(first_bytes: &[u8], name: &str) -> Option<Format> {
    if first_bytes.is_empty() || is_binary(first_bytes) {
        return None;
    }
    let format = detect(first_bytes, name);
    if format.is_own() {
        return Some(format);
    }
    // Dates whose order of day and month nobody has told are still dates, and so are times without a year.
    let terms = Terms { dates: Some(DateOrder::DayFirst), ..Terms::default() };
    let collected_at = domain::Instant::parse("2026-01-01T00:00:00Z").ok();
    let mut reader = LogReader::new(format, &Options { collected_at, terms, ..Options::default() });
    let mut nothing = Nothing;
    reader.feed(first_bytes, &mut nothing);
    let summary = reader.finish(&mut nothing);
    let timely = summary.without_time * 2 < summary.records && summary.unreadable <= summary.records;
    // What tells that logging was changed is read whatever its times are: nobody can say that it tells of nothing.
    let tells = summary.logging_change_count > 0;
    (summary.records > 0 && (timely || tells)).then_some(format)
}

/// Whether bytes are no text: more than a few of them are signs that no text has. Some zeros are in a log that was cut
/// while it was written.
fn is_binary(bytes: &[u8]) -> bool {
    let text = bytes.iter().filter(|byte| **byte != 0).count();
    let strange = bytes.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
    text * 2 < bytes.len() || strange * 50 > text
}

struct Nothing;

impl Sink for Nothing {
    fn record(&mut self, _record: LogRecord) {}
    fn parse_error(&mut self, _parse_error: ParseError) {}
}
