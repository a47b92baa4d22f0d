//! Readers of logs. Bytes go in, in chunks cut anywhere; records and parse errors come out.
//!
//! Three layers, each with one seam. A *splitter* finds where a line, a row or an
//! element begins and ends, and never looks at what it means. An *adapter* per
//! format turns one such piece into records; its wire structs say honestly what the
//! source writes. The *reader* between them counts, places and complains.
//!
//! A reader never fails and holds a bounded amount of memory, however large the
//! file: one piece, the windows of the adapters, and the lists of the summary.
//! Every byte that is not blank ends in a record, a parse error, a skipped record or
//! the frame around records; the sink is told which.

mod act;
mod adapter;
mod asked;
mod change;
mod claims;
mod command;
mod definition;
mod detect;
mod filter;
mod format;
mod found;
mod group;
mod logging;
mod many;
mod mapping;
pub mod mark;
mod mode;
mod pairs;
mod party;
mod pulse;
mod reader;
mod record;
mod searched;
mod seen;
mod sign;
mod source;
mod split;
mod stamp;
mod summary;
mod tally;
mod terms;
#[cfg(test)]
pub(crate) mod tests;
mod trail_digest;
mod trail_signature;
mod unread;
mod watch;
mod wire;
mod wrapper;

pub use act::is_renaming;
pub(crate) use act::words;
pub use asked::FilterDraft;
pub use change::LoggingChange;
pub use claims::{claims_acts, is_picture};
pub(crate) use definition::Digests;
pub use detect::detect;
pub use filter::{Filter, Suggestion};
pub use format::Format;
pub use found::{Facets, FoundRecord, Histogram, RecordPage};
pub use group::resource_group;
pub use logging::{Turn, touches, turn};
pub use mapping::{ColumnRole, Mapping, first_rows, propose_mapping};
pub use pulse::{Pulse, SILENT_PERIODS, Silence};
pub use reader::{Fate, LogReader, Options, Sink};
pub use record::{Hints, LogActor, LogRecord, MissingRecords, Ours, Proof, Raw, TimeFlag};
pub use searched::{folded, searchable};
pub use seen::{Shown, parts};
pub use summary::{Member, Outcomes, Summary};
pub use terms::{DateOrder, Terms};
pub use trail_digest::{DigestedFile, TrailDigest, trail_digest};
pub use trail_signature::{TrailKey, TrailSignature, check_trail_signatures};
pub use unread::UnreadSpan;

use crate::reader::ParseError;

/// All that was read of a file that fits into memory.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeLog {
    /// The format.
    pub format: Format,
    /// The records, in the order in which they became whole.
    pub records: Vec<LogRecord>,
    /// What could not be read.
    pub parse_errors: Vec<ParseError>,
    /// What is missing, as the log itself shows.
    pub gaps: Vec<MissingRecords>,
    /// What became of which bytes.
    pub spans: Vec<(Raw, Fate)>,
    /// The numbers.
    pub summary: Summary,
}

impl Sink for WholeLog {
    fn record(&mut self, record: LogRecord) {
        self.records.push(record);
    }

    fn parse_error(&mut self, parse_error: ParseError) {
        self.parse_errors.push(parse_error);
    }

    fn gap(&mut self, gap: MissingRecords) {
        self.gaps.push(gap);
    }

    fn account(&mut self, span: Raw, fate: Fate) {
        self.spans.push((span, fate));
    }
}

impl WholeLog {
    /// Nothing yet, of a file in this format.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            records: Vec::new(),
            parse_errors: Vec::new(),
            gaps: Vec::new(),
            spans: Vec::new(),
            summary: Summary::new(format),
        }
    }
}

/// Reads a whole file; its format is detected.
pub fn read_all(bytes: &[u8], name: &str) -> WholeLog {
    read_as(bytes, detect(bytes, name), &Options::default())
}

/// Reads a whole file in a given format.
pub fn read_as(bytes: &[u8], format: Format, options: &Options) -> WholeLog {
    let mut reading = WholeLog::new(format);
    let mut reader = LogReader::new(format, options);
    reader.feed(bytes, &mut reading);
    reading.summary = reader.finish(&mut reading);
    reading
}
