//! Text: a timeline that people wrote, or the lines of a program.

use std::collections::VecDeque;

use super::{Adapter, Out, Piece, Taken, Wrong, program};
use crate::reader::log::Options;
use crate::reader::log::act::act;
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, Raw, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::split::{LineSplit, Splitter};
use crate::reader::log::stamp::{LogTime, is_clock, is_near, read_stamp};
use crate::reader::{TextLine, ZoneBy, read_text_timeline_of};
use crate::time::{Instant, Zone, show_time};
use crate::vocabulary::{Effect, Verb};

/// A written timeline is read as a whole, for its lines refer to each other; a longer text is no timeline.
const TIMELINE_BYTES_MAX: usize = 256 << 10;

/// A time is told by so many leading words.
const STAMP_WORDS_MAX: usize = 4;

/// So many lines without a time go on with the one above.
const LINES_ON_MAX: u32 = 1_000;

const DAY_MICROS: i64 = 86_400_000_000;

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
    /// When the incident occurred: the day of clock times that have no date above them.
    occurred: Option<Instant>,
    /// The time of the last record that has one, as it is written.
    above: Option<Instant>,
    /// How far the clock that its line shows is before UTC, in microseconds.
    behind: i64,
    /// Times are written without seconds.
    in_minutes: bool,
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
        Self {
            collected_at: options.collected_at,
            occurred: options.terms.occurred,
            above: None,
            behind: 0,
            in_minutes: false,
            kind: Kind::Open,
            held: VecDeque::new(),
            held_bytes: 0,
            last: None,
        }
    }
}

/// What ends a line of pasted text.
const ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

impl LogFormat for Text {
    const IS_JSON: bool = false;
    const IS_GUESSED: bool = true;
    const NAMES_ITS_SOURCE: bool = false;
    const FAMILY: Option<Family> = Some(Family::Any);
    const TELLS: Tells = Tells::Prose;

    fn adapter(options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self::new(options))
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(LineSplit::new(limit))
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
                    out.parse_error(raw, &reason, &text);
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
            let dated = leading(text, self.collected_at);
            if let Some((told, rest)) = &dated {
                self.note_clock(text, told, rest);
            }
            let (told, rest) = dated.or_else(|| self.clock(text))?;
            let mut record = LogRecord::at(raw);
            record.set_time(told);
            program::statement(&mut record, rest);
            record.message = clip(rest, TEXT_CHARS_MAX);
            if let Some(who) = speaker(text, rest) {
                record.actor = party::person(who);
                record.action = "message".into();
                (record.verb, record.effect) = (Verb::Post, Effect::None);
            }
            Some(record)
        });
        if let Some(record) = read {
            self.above = record.time.or(self.above);
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

    /// Notes in which zone and how finely a line with a date tells its time: the clock times below it are told alike.
    fn note_clock(&mut self, text: &str, told: &LogTime, rest: &str) {
        let stamp = text.strip_suffix(rest).unwrap_or_default();
        let Some((shown, seconds)) = shown(stamp) else { return };
        self.in_minutes = !seconds;
        let shown = read_stamp(&shown, None).time;
        self.behind = told.time.zip(shown).map_or(0, |(time, shown)| time.micros() - shown.micros());
    }

    /// A clock time that a line begins with, on the day and in the zone of the lines above, or on the day of the incident.
    fn clock<'a>(&self, text: &'a str) -> Option<(LogTime, &'a str)> {
        let (clock, rest) = leading_clock(text, self.in_minutes)?;
        // It may name a zone of its own.
        let (zone, own) =
            rest.split_once(char::is_whitespace).map_or((rest, ""), |(zone, own)| (zone, own.trim_start()));
        let zoned = |zone: &str| {
            let told = read_stamp(format!("2026-01-02 {clock} {zone}").trim_end(), None);
            told.is_known() && told.flag == TimeFlag::Exact
        };
        let is_word =
            zone.len() > 1 && zone.starts_with(|first: char| first.is_ascii_uppercase() || "+-".contains(first));
        let (zone, rest, has_zone) = match () {
            () if zoned("") => ("", rest, true),
            () if is_word && zoned(zone) => (zone, own, true),
            () => ("", rest, false),
        };
        let behind = if self.above.is_some() && !has_zone { self.behind } else { 0 };
        let day = self.above.or(self.occurred).or(self.collected_at)?.plus_micros(-behind);
        let on = |day: Instant| {
            let told = read_stamp(format!("{} {clock} {zone}", day.utc().format("%Y-%m-%d")).trim_end(), None);
            told.time.filter(|_| told.latest.is_none())
        };
        let mut time = on(day)?.plus_micros(behind);
        match self.above {
            // Much earlier than the line above: past midnight.
            Some(above) if above.micros() - time.micros() > DAY_MICROS / 2 => time = time.plus_micros(DAY_MICROS),
            // Without a day of the incident it is the last such time before the file was collected.
            None if self.occurred.is_none() && time > day => time = time.plus_micros(-DAY_MICROS),
            _ => {}
        }
        Some((LogTime { time: Some(time), latest: None, flag: TimeFlag::AssumedDay }, rest))
    }

    fn timeline(&mut self, out: &mut dyn Out) {
        // Without a now, a clock time without a date has no day: what falls to the beginning of the epoch is none.
        let now = self.collected_at.unwrap_or(Instant::from_micros(0));
        let held = std::mem::take(&mut self.held);
        let joined: Vec<&str> = held.iter().map(|(text, _)| text.as_str()).collect();
        // A piece is one line of the file, whatever else a line of pasted text may end with.
        let joined: Vec<String> = joined.iter().map(|line| line.replace(ENDS, " ")).collect();
        let found = read_text_timeline_of(&joined.join("\n"), self.occurred, now, &Zone::utc());
        let place = |line: usize| held.get(line.saturating_sub(1)).map(|(_, raw)| *raw).unwrap_or_default();
        // Before the records, so that these find their places beside what could not be read.
        for parse_error in found.parse_errors {
            out.parse_error(place(parse_error.line), &parse_error.reason, &parse_error.text);
        }
        for line in &found.lines {
            let mut record = record(line, place(line.line).join(place(line.line_last)));
            if let ZoneBy::LineAbove(above) = line.zone_by {
                record.hints.zone_line = Some(place(above).first_line);
            }
            if self.collected_at.is_none() && line.time.earliest.is_some_and(|time| time.micros() < DATED_FROM_MICROS) {
                record.set_time(LogTime::absent());
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
        (earliest, latest) if earliest != latest => TimeFlag::Range,
        _ if line.day_assumed => TimeFlag::AssumedDay,
        _ => match line.zone_by {
            ZoneBy::Line => TimeFlag::Exact,
            ZoneBy::LineAbove(_) => TimeFlag::HeaderZone,
            ZoneBy::Reader => TimeFlag::AssumedUtc,
        },
    };
    record.hints.zone_assumed = record.time_flag == TimeFlag::Range && line.zone_by == ZoneBy::Reader;
    if record.time == record.time_latest {
        record.time_latest = None;
    }
    let ends = [record.time, record.time_latest];
    if !ends.into_iter().flatten().all(is_near) {
        record.set_time(LogTime {
            time: None,
            latest: None,
            flag: TimeFlag::Unreadable(show_time(&line.time, &Zone::utc())),
        });
    }
    record.actor = LogActor::new(line.actor_kind_guess, &line.actor);
    record.verb = line.verb_guess.and_then(|verb| Verb::parse(verb).ok()).unwrap_or(Verb::Other);
    record.effect = match record.verb {
        Verb::Other | Verb::Login => Effect::None,
        verb => act(verb.word()).effect,
    };
    record.action = line.verb_guess.unwrap_or(line.kind_guess).to_string();
    record.message = clip(&line.body, TEXT_CHARS_MAX);
    record.needs_review = Some(match &line.time_note {
        Some(note) => format!("Everything but its time and text is a guess. {note}").into(),
        None => "Everything but its time and text is a guess.".into(),
    });
    if record.actor.name.is_empty() {
        record.actor = party::named("");
    }
    record
}

/// The time a line begins with, in brackets or not, and the rest.
fn leading(text: &str, before: Option<Instant>) -> Option<(LogTime, &str)> {
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

/// Who says something in a chat as people export it: `[18/03/2026, 17:00:30] Ada: stop`.
fn speaker<'a>(text: &str, rest: &'a str) -> Option<&'a str> {
    const CHARS_MAX: usize = 60;
    let stamp = text.strip_prefix('[')?.split_once(']')?.0;
    let (who, _) = rest.split_once(": ")?;
    let is_name = who.len() <= CHARS_MAX
        && who.split_whitespace().count() <= 4
        && who.starts_with(|first: char| first.is_uppercase() || "~+".contains(first))
        && who.chars().any(char::is_lowercase);
    (stamp.contains(", ") && is_name).then(|| who.trim_start_matches('~').trim())
}

/// A time with its date as its line shows it, without the zone behind it, and whether it has seconds.
fn shown(stamp: &str) -> Option<(String, bool)> {
    let stamp = stamp.trim().trim_start_matches('[');
    let colon = stamp.find(':').filter(|at| *at > 0)?;
    let bytes = stamp.as_bytes();
    let digits = |from: usize| bytes.get(from..from + 2).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
    if !digits(colon + 1) {
        return None;
    }
    let seconds = bytes.get(colon + 3) == Some(&b':') && digits(colon + 4);
    let mut end = colon + if seconds { 6 } else { 3 };
    if seconds && matches!(bytes.get(end), Some(b'.' | b',')) {
        end += 1 + bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    Some((stamp.get(..end)?.to_string(), seconds))
}

/// The clock time a line begins with, and the rest: `17:05:01.5 text`, `[17:05] text`, `5:05:01 PM text`. Minutes alone
/// mean something else as often as not, unless they stand in brackets, with half a day, or below others of that kind.
fn leading_clock(text: &str, in_minutes: bool) -> Option<(&str, &str)> {
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return is_clock(inside).then(|| (inside.trim(), rest.trim_start()));
    }
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let bare = |head: &str| head.trim_end_matches([',', ';', '|', '-', ':']).len();
    let mut spaces = text.char_indices().filter(|(_, letter)| letter.is_whitespace()).map(|(at, _)| at);
    let first = spaces.next().unwrap_or(text.len());
    let second = spaces.next().unwrap_or(text.len());
    [second, first].into_iter().find_map(|end| {
        let head = &text[..bare(&text[..end])];
        let has_half = head.trim_end_matches('.').ends_with(['m', 'M']);
        (is_clock(head) && (has_half || in_minutes || head.matches(':').count() == 2))
            .then(|| (head, text[end..].trim_start()))
    })
}

fn readable(text: &str, before: Option<Instant>) -> Option<LogTime> {
    // A number alone at the beginning of a line is a time only if it is long enough for an epoch.
    if text.len() < 9 || !text.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let told = read_stamp(text, before);
    told.time.is_some().then_some(told)
}
