//! What batches say: the same readers as for uploads, with some of what came before, so that an act whose parts came in
//! two batches is one.

use domain::Instant;
use domain::reader::Complaint;
use domain::reader::log::{Format, LogRecord, Options, Reader, Sink, detect};
use domain::watch::{Act, Place, Source};

/// An act of which more may come is judged as it stands once it waited for so long.
pub(super) const PATIENCE_MICROS: i64 = 1_000_000;

/// A batch, unpacked.
pub(super) struct Opened {
    pub(super) seq: i64,
    pub(super) at: Instant,
    pub(super) bytes: Vec<u8>,
}

/// What is to be judged.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) acts: Vec<Act>,
    /// Everything up to this batch is judged then.
    pub(super) judged_seq: i64,
}

/// Takes what comes out of a reader.
#[derive(Default)]
struct Records(Vec<LogRecord>);

impl Sink for Records {
    fn record(&mut self, record: LogRecord) {
        self.0.push(record);
    }

    fn complaint(&mut self, _: Complaint) {}
}

/// Reads batches that follow each other: of those up to `read_seq` everything that was whole was judged before.
pub(super) fn read(source: &Source, context: &[u8], batches: &[Opened], read_seq: i64, now: Instant) -> Read {
    let format = source.format.unwrap_or_else(|| format_of(context, batches));
    let mut reader = Reader::new(format, &Options { collected_at: Some(now), ..Options::default() });
    let (mut before, mut fresh, mut held) = (Records::default(), Records::default(), Records::default());
    reader.feed(context, &mut before);
    for batch in batches {
        let sink = if batch.seq <= read_seq { &mut before } else { &mut fresh };
        reader.feed(&batch.bytes, sink);
    }
    reader.finish(&mut held);
    let places = Places::of(context, batches);
    let mut read = Read { acts: Vec::new(), judged_seq: batches.last().map_or(0, |batch| batch.seq) };
    read.acts.extend(fresh.0.into_iter().filter_map(|record| places.act(source, record)));
    let held: Vec<Act> = held.0.into_iter().filter_map(|record| places.act(source, record)).collect();
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

    /// A record with its place in its own batch; nothing for one that stands before all of them.
    fn act(&self, source: &Source, mut record: LogRecord) -> Option<Act> {
        let after = self.begins.partition_point(|(_, byte, _)| *byte <= record.raw.offset);
        let (seq, byte, line) = *self.begins.get(after.checked_sub(1)?)?;
        record.raw.offset -= byte;
        record.raw.first_line = record.raw.first_line.saturating_sub(line);
        record.raw.last_line = record.raw.last_line.saturating_sub(line);
        Some(Act { agent: None, place: Place { source: source.id.clone(), batch: Some(seq), segment: None }, record })
    }
}
#[cfg(test)]
mod tests;
