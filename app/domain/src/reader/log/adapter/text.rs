//! Text: a timeline that people wrote, or the lines of a program.

use std::collections::VecDeque;

use super::{Adapter, Out, Piece, Taken, Wrong, program};
use crate::reader::log::Options;
use crate::reader::log::act::act;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, Raw, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::stamp::{Told, read_stamp};
use crate::reader::{TextLine, read_text_timeline};
use crate::time::{Instant, Zone};
use crate::timeline::{Effect, Verb};

/// A written timeline is read as a whole, for its lines refer to each other; a longer text is no timeline.
const TIMELINE_BYTES_MAX: usize = 256 << 10;

/// A time is told by so many leading words.
const STAMP_WORDS_MAX: usize = 4;

/// So many lines without a time go on with the one above.
const LINES_ON_MAX: u32 = 1_000;

/// The second day of the epoch; no agent acted before.
const DATED_FROM_MICROS: i64 = 2 * 86_400_000_000;

enum Kind {
    /// Nothing was read yet.
    Open,
    /// Lines of a program: each begins with a time.
    Log,
    /// A timeline, held until it is whole.
    Timeline,
}

/// Reads text. The first line decides which of the two it is.
pub struct Text {
    collected_at: Option<Instant>,
    kind: Kind,
    /// The lines of the timeline, and their places.
    held: VecDeque<(String, Raw)>,
    held_bytes: usize,
    /// The line of the log that others may go on from.
    last: Option<LogRecord>,
}

impl Text {
    /// With the time of collection as the now of the text.
    pub fn new(options: &Options) -> Self {
        Self { collected_at: options.collected_at, kind: Kind::Open, held: VecDeque::new(), held_bytes: 0, last: None }
    }
}

impl Adapter for Text {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let text = String::from_utf8_lossy(piece.bytes);
        if matches!(self.kind, Kind::Open) {
            self.kind = if program::read(&text, piece.raw, self.collected_at).is_some()
                || leading(&text, self.collected_at).is_some_and(|(told, _)| told.flag != TimeFlag::Range)
            {
                Kind::Log
            } else {
                Kind::Timeline
            };
        }
        if matches!(self.kind, Kind::Log) {
            return self.line(&text, piece.raw, out);
        }
        self.held_bytes += text.len();
        self.held.push_back((text.into_owned(), piece.raw));
        if self.held_bytes > TIMELINE_BYTES_MAX {
            self.kind = Kind::Log;
            for (text, raw) in std::mem::take(&mut self.held) {
                if let Err(Wrong::Unreadable(reason)) = self.line(&text, raw, out) {
                    out.complaint(raw, &reason, &text);
                }
            }
        }
        Ok(Taken::Read)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        if let Some(last) = self.last.take() {
            out.record(last);
        }
        self.timeline(out);
    }
}

impl Text {
    fn line(&mut self, text: &str, raw: Raw, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let read = program::read(text, raw, self.collected_at).or_else(|| {
            let (told, rest) = leading(text, self.collected_at)?;
            let mut record = LogRecord::at(raw);
            record.set_time(told);
            program::statement(&mut record, rest);
            record.message = clip(rest, TEXT_CHARS_MAX);
            Some(record)
        });
        if let Some(record) = read {
            if let Some(last) = self.last.replace(record) {
                out.record(last);
            }
            return Ok(Taken::Read);
        }
        match &mut self.last {
            Some(last) if last.hints.pieces <= LINES_ON_MAX => {
                last.raw = last.raw.join(raw);
                last.hints.pieces += 1;
                if last.message.len() < TEXT_CHARS_MAX {
                    last.message = clip(&format!("{}\n{text}", last.message), TEXT_CHARS_MAX);
                }
                Ok(Taken::Merged)
            }
            _ => Err(Wrong::Unreadable(
                "This line does not begin with a time, and there is none above that it goes on from.".into(),
            )),
        }
    }

    fn timeline(&mut self, out: &mut dyn Out) {
        // Without a now, a clock time without a date has no day: what falls to the beginning of the epoch is none.
        let now = self.collected_at.unwrap_or(Instant::from_micros(0));
        let held = std::mem::take(&mut self.held);
        let joined: Vec<&str> = held.iter().map(|(text, _)| text.as_str()).collect();
        let found = read_text_timeline(&joined.join("\n"), now, &Zone::utc());
        let place = |line: usize| held.get(line.saturating_sub(1)).map(|(_, raw)| *raw).unwrap_or_default();
        // Before the records, so that these find their places beside what could not be read.
        for complaint in found.complaints {
            out.complaint(place(complaint.line), &complaint.reason, &complaint.text);
        }
        for line in &found.lines {
            let mut record = record(line, place(line.line).join(place(line.line_last)));
            if self.collected_at.is_none() && record.time.is_some_and(|time| time.micros() < DATED_FROM_MICROS) {
                record.set_time(Told::absent());
            }
            out.record(record);
        }
    }
}

fn record(line: &TextLine, raw: Raw) -> LogRecord {
    let mut record = LogRecord::at(raw);
    (record.time, record.time_latest) = (line.time.earliest, line.time.latest);
    record.time_flag = match (record.time, record.time_latest) {
        (None, None) => TimeFlag::Absent,
        (earliest, latest) if earliest == latest => TimeFlag::Exact,
        _ => TimeFlag::Range,
    };
    if record.time_flag == TimeFlag::Exact {
        record.time_latest = None;
    }
    record.actor = LogActor::new(line.actor_kind_guess, &line.actor);
    record.verb = line.verb_guess.and_then(|verb| Verb::parse(verb).ok()).unwrap_or(Verb::Other);
    record.effect = match record.verb {
        Verb::Other | Verb::Login => Effect::None,
        verb => act(verb.word()).effect,
    };
    record.action = line.verb_guess.unwrap_or(line.kind_guess).to_string();
    record.message = clip(&line.body, TEXT_CHARS_MAX);
    record.needs_review = Some("Everything but its time and text is a guess.".into());
    if record.actor.name.is_empty() {
        record.actor = party::named("");
    }
    record
}

/// The time a line begins with, in brackets or not, and the rest.
fn leading(text: &str, before: Option<Instant>) -> Option<(Told, &str)> {
    let text = text.trim_start();
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return readable(inside, before).map(|told| (told, rest.trim_start()));
    }
    // The longest beginning that is a time: a date and a clock time are more than a date.
    let mut ends: Vec<usize> = text
        .char_indices()
        .filter(|(_, letter)| letter.is_whitespace())
        .map(|(at, _)| at)
        .take(STAMP_WORDS_MAX)
        .collect();
    if ends.len() < STAMP_WORDS_MAX {
        ends.push(text.len());
    }
    ends.into_iter().rev().find_map(|end| {
        readable(text[..end].trim_end_matches([':', ',', ';', '|', '-']), before)
            .map(|told| (told, text[end..].trim_start()))
    })
}

fn readable(text: &str, before: Option<Instant>) -> Option<Told> {
    // A number alone at the beginning of a line is a time only if it is long enough for an epoch.
    if text.len() < 9 || !text.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let told = read_stamp(text, before);
    told.time.is_some().then_some(told)
}
