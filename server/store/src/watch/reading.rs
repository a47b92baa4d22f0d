//! What batches say: the same readers as for uploads, with some of what came before, so that an act whose parts came in
//! two batches is one.

use domain::Instant;
use domain::reader::ParseError;
use domain::reader::log::{Format, LogReader, LogRecord, Options, Sink, detect};
use domain::watch::{Act, Place, Source};

/// An act of which more may come is judged as it stands once it waited for so long.
pub(super) const PATIENCE_MICROS: i64 = 1_000_000;

/// Hardly any record is shorter.
const RECORD_BYTES_MIN: usize = 64;
/// Room is made for no more acts before they are there.
const ACTS_MAX: usize = 16_000;

/// A batch, unpacked.
pub(super) struct Opened {
    pub(super) seq: i64,
    pub(super) at: Instant,
    pub(super) bytes: Vec<u8>,
}

/// What is to be judged.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What was judged before, for whoever remembers nothing of it; empty where nobody asked.
    pub(super) before: Vec<Act>,
    pub(super) acts: Vec<Act>,
    /// Everything up to this batch is judged then.
    pub(super) judged_seq: i64,
}

/// Takes what comes out of a reader, as acts with their places.
struct Acts<'a> {
    places: &'a Places,
    source: &'a Source,
    /// Where they go; nowhere where nobody wants them.
    into: Option<&'a mut Vec<Act>>,
}

impl Sink for Acts<'_> {
    fn record(&mut self, record: LogRecord) {
        if let Some(acts) = &mut self.into {
            acts.push(self.places.act(self.source, record));
        }
    }

    fn parse_error(&mut self, _: ParseError) {}
}

/// What is to be read.
pub(super) struct ToRead<'a> {
    pub(super) source: &'a Source,
    /// What came before.
    pub(super) context: &'a [u8],
    /// Batches that follow each other.
    pub(super) batches: &'a [Opened],
    /// Of those up to this one everything that was whole was judged before.
    pub(super) read_seq: i64,
    /// Whether what was judged before is wanted too.
    pub(super) primes: bool,
}

/// Reads batches that follow each other.
pub(super) fn read(what: &ToRead<'_>, now: Instant) -> Read {
    let ToRead { source, context, batches, read_seq, primes } = *what;
    let format = source.format.unwrap_or_else(|| format_of(context, batches));
    let mut reader = LogReader::new(format, &Options { collected_at: Some(now), ..Options::default() });
    let places = &Places::of(context, batches);
    // A list that grows moves every act in it.
    let acts_max = batches.iter().map(|batch| batch.bytes.len() / RECORD_BYTES_MIN).sum::<usize>().min(ACTS_MAX);
    let (mut before, mut acts, mut held) = (Vec::new(), Vec::with_capacity(acts_max), Vec::new());
    reader.feed(context, &mut Acts { places, source, into: primes.then_some(&mut before) });
    for batch in batches {
        let into = if batch.seq > read_seq { Some(&mut acts) } else { primes.then_some(&mut before) };
        reader.feed(&batch.bytes, &mut Acts { places, source, into });
    }
    reader.finish(&mut Acts { places, source, into: Some(&mut held) });
    let mut read = Read { before, acts, judged_seq: batches.last().map_or(0, |batch| batch.seq) };
    // What stands before all batches was judged.
    read.acts.retain(|act| act.place.batch.is_some());
    if let Some(first) = held.iter().filter_map(|act| act.place.batch).min() {
        let waited = batches.iter().take_while(|batch| batch.at.micros() <= now.micros() - PATIENCE_MICROS);
        let waited = waited.last().map_or(0, |batch| batch.seq);
        read.judged_seq = waited.max(first - 1);
        read.acts.extend(held.into_iter().filter(|act| act.place.batch.is_some_and(|seq| seq <= read.judged_seq)));
    }
    read
}

fn format_of(context: &[u8], batches: &[Opened]) -> Format {
    let first = batches.first().map_or(&[][..], |batch| &batch.bytes);
    detect(if context.is_empty() { first } else { context }, "")
}

/// Where batches begin among all that was read.
struct Places {
    /// Sequence, first byte and first line of each.
    begins: Vec<(i64, u64, u64)>,
}

impl Places {
    fn of(context: &[u8], batches: &[Opened]) -> Self {
        let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count() as u64;
        let (mut byte, mut line) = (context.len() as u64, lines(context));
        let begins = batches.iter().map(|batch| {
            let begin = (batch.seq, byte, line);
            byte += batch.bytes.len() as u64;
            line += lines(&batch.bytes);
            begin
        });
        Self { begins: begins.collect() }
    }

    /// A record with its place in its own batch; in none where it stands before all of them.
    fn act(&self, source: &Source, mut record: LogRecord) -> Act {
        let after = self.begins.partition_point(|(_, byte, _)| *byte <= record.raw.offset);
        let begin = after.checked_sub(1).and_then(|place| self.begins.get(place)).copied();
        if let Some((_, byte, line)) = begin {
            record.raw.offset -= byte;
            record.raw.first_line = record.raw.first_line.saturating_sub(line);
            record.raw.last_line = record.raw.last_line.saturating_sub(line);
        }
        let batch = begin.map(|(seq, ..)| seq);
        Act { agent: None, place: Place { source: source.id.clone(), batch, segment: None }, record }
    }
}
#[cfg(test)]
mod tests;
