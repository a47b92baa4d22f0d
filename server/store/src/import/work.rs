//! The part of an import that computes: bytes in, packed segments out, on a thread of its own.

use std::io::{ErrorKind, Read};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant as Moment};

use domain::import::ImportPreview;
use domain::reader::ParseError;
use domain::reader::log::{
    Format, LogReader, LogRecord, MissingRecords, Options, Sink, Summary, UnreadSpan, claims_acts,
};
use tokio::sync::mpsc::Sender;

use super::belt::{Belt, belt};
use super::decode::{decoded, named};
use super::members::Feed;
use super::packer::Packer;
use super::source::Source;
use super::tally::Tally;
use super::unpack::{Unpacked, unpack_noting};
use crate::log::{Packed, RawPacked, SEGMENT_RECORDS};

/// So much is looked at to tell the format.
const LOOKED_AT_BYTES: usize = 1 << 16;

/// So much is read at once.
const CHUNK_BYTES: usize = 1 << 18;

/// How often progress is told where nothing is full.
const PROGRESS: Duration = Duration::from_millis(700);

/// What has to be known to read a file.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    /// The format; detected from the bytes if it is not named.
    pub(crate) format: Option<Format>,
    /// The file's name, which may tell the format.
    pub(crate) name: String,
    /// How to read it.
    pub(crate) options: Options,
    /// What an earlier reading of the same bytes has written already.
    pub(crate) written: Written,
}

/// How much is in the database. A reader gives the same for the same bytes, so what is there is passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) segments: u64,
    pub(crate) blocks: u64,
    pub(crate) parse_errors: u64,
    pub(crate) raws: u64,
}

/// What is written in one transaction.
#[derive(Default)]
pub(crate) struct Batch {
    /// By number.
    pub(crate) segments: Vec<(u64, Packed)>,
    /// By number.
    pub(crate) blocks: Vec<(u64, Vec<u8>)>,
    /// By number.
    pub(crate) raws: Vec<(u64, RawPacked)>,
    /// Rows of parse errors as JSON, by number.
    pub(crate) parse_errors: Vec<(u64, String)>,
    /// How many bytes of the file were taken.
    pub(crate) bytes_read: u64,
    /// What was read so far.
    pub(crate) summary: Option<Summary>,
}

/// How an import ended.
pub(crate) enum End {
    /// The whole file was read.
    Read(Box<Summary>, Box<Tally>),
    /// It is no log: nothing is kept. Whether it claims to hold acts all the same.
    NoLog(bool),
    /// Nobody wants it any more, or its bytes stopped coming.
    Dropped,
    /// It cannot be read, in a sentence.
    Failed(String),
}

/// Reads a file to its end. `taken` counts the bytes that went in.
pub(crate) fn read(source: Source, taken: &AtomicU64, work: &Work, out: &Sender<Batch>) -> End {
    let wanted = work.options.terms.encoding.as_deref().and_then(named);
    let Unpacked { bytes, passed_over, members } = match unpack_noting(source, wanted) {
        Ok(unpacked) => unpacked,
        Err(error) => return failed(&error),
    };
    let (mut bytes, encoding) = decoded(bytes, wanted);
    let mut chunk = vec![0; CHUNK_BYTES];
    let (first, broke) = read_first(&mut bytes, &mut chunk);
    if let Some(error) = broke.as_ref().filter(|error| first.is_empty() || is_final(error)) {
        return failed(error);
    }
    let mut files = Feed::new((encoding.name() == "UTF-8").then_some(members), work.format);
    let Some(format) = files.first_format(&first, &work.name) else {
        return End::NoLog(claims_acts(&first, &work.name));
    };
    let mut reader = LogReader::new(format, &work.options);
    reader.set_encoding(encoding.name());
    let (mut belt, packed) = belt();
    std::thread::scope(|scope| {
        let packer = Packer::new(work.written, out);
        let packer = scope.spawn(move || packed.pack(packer, taken));
        files.push(&first, &mut reader, &mut belt);
        drop(first);
        let fed = match broke {
            None => feed(&mut files, &mut reader, &mut bytes, &mut chunk, &mut belt),
            broke => Ok(broke),
        };
        let read = fed.map(|broke| {
            files.end(&mut reader, &mut belt);
            let mut summary = reader.finish(&mut belt);
            if let Some(error) = broke {
                note_cut(&mut summary, &mut belt, &error.to_string());
            }
            if let Some((count, sentence)) = passed_over.told() {
                note_passed_over(&mut summary, &mut belt, count, sentence);
            }
            belt.end(summary.clone());
            summary
        });
        let packer = packer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match read {
            Err(end) => end,
            Ok(_) if packer.dropped => End::Dropped,
            Ok(summary) => packer.trouble.map_or(End::Read(Box::new(summary), Box::new(packer.tally)), End::Failed),
        }
    })
}

/// Reads to the end of the bytes, or to where they break off, which is told.
fn feed(
    files: &mut Feed,
    reader: &mut LogReader,
    bytes: &mut impl Read,
    chunk: &mut [u8],
    belt: &mut Belt,
) -> Result<Option<std::io::Error>, End> {
    let mut told = Moment::now();
    loop {
        if belt.dropped {
            return Err(End::Dropped);
        }
        if belt.is_summary_wanted() || told.elapsed() > PROGRESS {
            told = Moment::now();
            belt.tell(reader.summary().clone());
        }
        match bytes.read(chunk) {
            Ok(0) => return Ok(None),
            Ok(length) => files.push(&chunk[..length], reader, belt),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_final(&error) => return Err(failed(&error)),
            Err(error) => return Ok(Some(error)),
        }
    }
}

/// The beginning of a file, by which its format is told; and what broke it off, if something did.
fn read_first(bytes: &mut impl Read, chunk: &mut [u8]) -> (Vec<u8>, Option<std::io::Error>) {
    let mut first = Vec::new();
    while first.len() < LOOKED_AT_BYTES {
        match bytes.read(chunk) {
            Ok(0) => break,
            Ok(length) => first.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (first, Some(error)),
        }
    }
    (first, None)
}

/// Packed bytes that break off hold what came before; a source that broke off, or one that is too large, does not.
fn is_final(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::QuotaExceeded)
}

fn failed(error: &std::io::Error) -> End {
    match error.kind() {
        ErrorKind::ConnectionAborted => End::Dropped,
        ErrorKind::QuotaExceeded => End::Failed(error.to_string()),
        _ => End::Failed(format!("This file cannot be unpacked: {error}.")),
    }
}

/// A packed file that breaks off is as if its last records were torn out.
fn note_cut(summary: &mut Summary, sink: &mut impl Sink, reason: &str) {
    let reason = format!("The packed file breaks off or is damaged: {reason}. What follows is missing.");
    summary.unreadable += 1;
    summary.gap_count += 1;
    summary.gaps.push(MissingRecords { from: summary.last_at, to: None, missing: None, reason: reason.clone() });
    let offset = usize::try_from(summary.bytes).unwrap_or(usize::MAX);
    sink.parse_error(ParseError { line: 0, offset, reason, text: String::new() });
}

/// Files of an archive that were not read are as if so many pieces of it, of whatever time, were unreadable.
fn note_passed_over(summary: &mut Summary, sink: &mut impl Sink, count: u64, reason: String) {
    summary.unreadable += count;
    let span = UnreadSpan { from: None, to: None, first_line: 0, last_line: 0, pieces: count, reason: reason.clone() };
    summary.unread_spans.push(span);
    let offset = usize::try_from(summary.bytes).unwrap_or(usize::MAX);
    sink.parse_error(ParseError { line: 0, offset, reason, text: String::new() });
}

/// The number of the first record of a segment, counted from 1.
pub(super) fn first_record(segment: u64) -> u64 {
    segment * SEGMENT_RECORDS as u64 + 1
}

/// So many records and parse errors a trial shows.
const SHOWN_MAX: usize = 20;

/// Reads a file, or its first `bytes_max` bytes, to see what it holds.
pub(crate) fn try_read(
    source: impl Read + Send + 'static,
    work: &Work,
    bytes_max: u64,
) -> Result<ImportPreview, String> {
    let told = |error: std::io::Error| format!("This file cannot be unpacked: {error}.");
    let wanted = work.options.terms.encoding.as_deref().and_then(named);
    let unpacked = unpack_noting(source, wanted).map_err(told)?;
    let (mut bytes, encoding) = decoded(unpacked.bytes, wanted);
    let mut chunk = vec![0; CHUNK_BYTES];
    let (first, mut broke) = read_first(&mut bytes, &mut chunk);
    if let Some(error) = broke.take_if(|error| first.is_empty() || is_final(error)) {
        return Err(told(error));
    }
    let mut feed = Feed::new((encoding.name() == "UTF-8").then_some(unpacked.members), work.format);
    let mut trial = ImportPreview {
        format: feed.first_format(&first, &work.name),
        summary: None,
        parse_errors: Vec::new(),
        records: Vec::new(),
        columns: Vec::new(),
        mapping: work.options.mapping.clone(),
        partial: false,
    };
    let Some(format) = trial.format else { return Ok(trial) };
    if format.is_mapped() {
        let (columns, rows) = domain::reader::log::first_rows(&first, format);
        trial.mapping.get_or_insert_with(|| domain::reader::log::propose_mapping(&columns, &rows));
        trial.columns = columns;
    }
    let mut reader = LogReader::new(format, &work.options);
    reader.set_encoding(encoding.name());
    feed.push(&first, &mut reader, &mut Shown(&mut trial));
    let mut total = first.len() as u64;
    while broke.is_none() {
        if total >= bytes_max {
            trial.partial = true;
            break;
        }
        match bytes.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => {
                feed.push(&chunk[..length], &mut reader, &mut Shown(&mut trial));
                total += length as u64;
            }
            Err(error) => broke = Some(error),
        }
    }
    if let Some(error) = broke {
        let reason = format!("The packed file breaks off or is damaged: {error}.");
        trial.parse_errors.push(ParseError { line: 0, offset: 0, reason, text: String::new() });
    }
    feed.end(&mut reader, &mut Shown(&mut trial));
    let summary = if trial.partial { reader.summary().clone() } else { reader.finish(&mut Shown(&mut trial)) };
    trial.summary = Some(summary);
    Ok(trial)
}

/// Keeps the first of what is read.
struct Shown<'a>(&'a mut ImportPreview);

impl Sink for Shown<'_> {
    fn record(&mut self, record: LogRecord) {
        if self.0.records.len() < SHOWN_MAX {
            self.0.records.push(record);
        }
    }

    fn parse_error(&mut self, parse_error: ParseError) {
        if self.0.parse_errors.len() < SHOWN_MAX {
            self.0.parse_errors.push(parse_error);
        }
    }
}
