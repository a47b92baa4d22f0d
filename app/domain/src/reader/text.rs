//! A timeline pasted as text: one line, one event.

mod guess;
mod line;
mod moment;
mod stamp;
#[cfg(test)]
mod tests;
mod unread;

use std::borrow::Cow;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use self::guess::guess;
use self::line::{bare, zone_alone, zone_told};
use self::stamp::{Stamp, TimeForm, leading_stamp};
use super::ParseError;
use crate::time::{Granularity, Instant, TimeRange, Zone};
use crate::vocabulary::PrincipalKind;

/// The longest line read as an event. A longer one is prose or a log record, not a timeline entry.
const LINE_BYTES_MAX: usize = 4_000;

/// How much of such a line its parse error repeats.
const COMPLAINT_CHARS_MAX: usize = 200;

/// A clock this much earlier than the line above is on the next day.
const NIGHTFALL_MICROS: i64 = 12 * 3_600_000_000;

/// A date without a year is not further than this behind the lines above.
const HALF_YEAR_DAYS: u64 = 183;

const ARROWS: &[&str] = &["→", "⇒", "➜", "➔", "↳", "└", "->", "=>", "-->"];

/// What says the zone of a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneBy {
    /// The line itself, or it needs none.
    Line,
    /// A line above, by its number.
    LineAbove(usize),
    /// Nothing: it is read in the zone of the reader.
    #[default]
    Reader,
}

/// One event read from a pasted timeline. Everything but time and body is a guess, to be checked by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextLine {
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// The last line it runs on to; the same unless wrapped lines follow.
    pub line_last: usize,
    /// When it happened.
    pub time: TimeRange,
    /// How the time was come by, where the line does not say it in full.
    pub time_note: Option<String>,
    /// Whose zone its time is told in.
    pub zone_by: ZoneBy,
    /// Whether its day is that of the lines above, of the incident, or the last that there was.
    pub day_assumed: bool,
    /// What sort of actor it seems to be.
    pub actor_kind_guess: PrincipalKind,
    /// Who acted, as written; empty when the line does not begin with an actor.
    pub actor: String,
    /// The text after the time.
    pub body: String,
    /// A word of the vocabulary of verbs, when one can be told.
    pub verb_guess: Option<&'static str>,
    /// A word of the vocabulary of event kinds; `note` when none can be told.
    pub kind_guess: &'static str,
    /// The index in `lines` of the event that this one is an effect of.
    pub follows: Option<usize>,
}

/// What was read. Every line that is neither blank nor a code fence is in one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextTimeline {
    /// The events, in the order of the text.
    pub lines: Vec<TextLine>,
    /// The lines that are none.
    pub parse_errors: Vec<ParseError>,
}

/// Reads lines such as `[2026-03-18] Engineer asks …`, `- 17:05: text`, `2026-03-18 17:05 - text`.
///
/// `[+2 hours]` counts from the last line that has a time of its own, `T+15 min` from the first.
/// `→ text` is an event of its own that follows the line it hangs from and takes over its time;
/// so is an indented bullet. Other indented lines without a time run on from the line above.
/// A line with a date alone sets the day for the clock times below it.
pub fn read_text_timeline(text: &str, now: Instant, zone: &Zone) -> TextTimeline {
    read_text_timeline_of(text, None, now, zone)
}

/// The same of an incident that occurred on `occurred`: a clock time without a date above it is on that day.
pub fn read_text_timeline_of(text: &str, occurred: Option<Instant>, now: Instant, zone: &Zone) -> TextTimeline {
    let mut reading = TextReader {
        now,
        zone_line: None,
        zone: zone.clone(),
        occurred: occurred.map(|at| zone.local(at).date()),
        waiting: None,
        found: TextTimeline::default(),
        first: None,
        anchor: None,
        day: None,
        parent: None,
        open: false,
    };
    let ended = with_newlines(text);
    let mut offset = 0;
    for (index, raw) in ended.split_inclusive('\n').enumerate() {
        let input = Input { line: index + 1, offset, raw: raw.trim_end_matches(['\n', '\r']) };
        offset += raw.len();
        match input.raw.trim() {
            "" => reading.close(),
            fence if is_fence(fence) => reading.close(),
            _ => reading.take(&input),
        }
    }
    reading.no_body_came();
    reading.found
}

/// A text whose lines all end with a newline, and whose bytes all stand where they stood.
fn with_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(text);
    }
    let mut ended = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() != Some(&'\n') => ended.push('\n'),
            '\u{85}' => ended.push_str(" \n"),
            '\u{2028}' | '\u{2029}' => ended.push_str("  \n"),
            letter => ended.push(letter),
        }
    }
    Cow::Owned(ended)
}

fn is_fence(trimmed: &str) -> bool {
    trimmed.starts_with("```") || trimmed.starts_with("~~~")
}

struct Input<'a> {
    line: usize,
    offset: usize,
    raw: &'a str,
}

/// What a time leaves open, and by what it was closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct By {
    zone: ZoneBy,
    day: bool,
}

/// The time of a line that has one of its own, and the line.
#[derive(Clone)]
struct Anchor {
    line: usize,
    time: TimeRange,
    by: By,
}

/// A line with a time alone, and where a body may follow for it.
struct Waiting {
    line: usize,
    offset: usize,
    raw: String,
    time: TimeRange,
    by: By,
    note: Option<String>,
    follows: Option<usize>,
}

struct TextReader {
    now: Instant,
    /// The line that gave the zone, where one did.
    zone_line: Option<usize>,
    /// In which times are told that name no zone: the reader's own, or the one of a line above.
    zone: Zone,
    /// The day of the incident.
    occurred: Option<NaiveDate>,
    waiting: Option<Waiting>,
    found: TextTimeline,
    first: Option<Anchor>,
    anchor: Option<Anchor>,
    day: Option<NaiveDate>,
    /// The event that arrows hang from.
    parent: Option<usize>,
    /// Whether the line above belongs to an event, so that this one may run on from it.
    open: bool,
}

impl TextReader {
    fn take(&mut self, input: &Input) {
        if self.waiting.is_some() && self.body_of_waiting(input) {
            return;
        }
        self.no_body_came();
        if input.raw.len() > LINE_BYTES_MAX {
            return self
                .report(input, "This line is too long for a timeline entry: break it up, or add it as evidence.");
        }
        let (text, bullet) = bare(input.raw);
        let arrow = ARROWS.iter().find_map(|arrow| text.strip_prefix(arrow)).map(str::trim_start);
        let indented = input.raw.starts_with([' ', '\t']);
        let told = arrow.unwrap_or(&text);
        match (leading_stamp(told), arrow, self.parent) {
            (Ok(Some(stamp)), _, parent) => self.timed(input, &stamp, parent.filter(|_| arrow.is_some())),
            (Err(sentence), _, _) => self.report(input, &sentence),
            (Ok(None), Some(""), _) => self.report(input, "Nothing follows the arrow: write what happened after it."),
            (Ok(None), Some(effect), Some(parent)) => self.effect(input, effect, parent),
            (Ok(None), Some(_), None) => self.report(
                input,
                "There is no event above for this arrow to hang from: begin the line with a time, such as 17:05.",
            ),
            (Ok(None), None, Some(parent)) if indented && bullet && self.open => self.effect(input, &text, parent),
            (Ok(None), None, Some(_)) if indented && self.open => self.run_on(input, &text),
            (Ok(None), None, _) if let Some(told) = zone_told(&text) => self.zone_told(input, told),
            (Ok(None), None, _) => self.report(
                input,
                "This line does not begin with a time: write one before it, such as 17:05, [2026-03-18] or [unknown].",
            ),
        }
    }

    /// A line that gives the zone of the times below, or means to.
    fn zone_told(&mut self, input: &Input, told: Result<Zone, String>) {
        let reason = match told {
            Ok(zone) => {
                (self.zone, self.zone_line) = (zone, Some(input.line));
                format!("This line gives the zone: the times below are read in {}.", self.zone.name())
            }
            Err(why) => format!("{why} Until then the times below are read in {}.", self.zone.name()),
        };
        self.report(input, &reason);
    }

    fn timed(&mut self, input: &Input, stamp: &Stamp, follows: Option<usize>) {
        let (time, note, by) = match self.time(stamp) {
            Ok(found) => found,
            Err(sentence) => return self.report(input, &sentence),
        };
        if !matches!(stamp.told, TimeForm::Later { .. }) {
            let zone = Zone::parse(&time.zone).unwrap_or_else(|_| self.zone.clone());
            self.day = time.sort_key().map(|at| zone.local(at).date()).or(self.day);
            let anchor = Anchor { line: input.line, time: time.clone(), by };
            if time.sort_key().is_some() {
                self.first.get_or_insert_with(|| anchor.clone());
                self.anchor = Some(anchor);
            }
        }
        // A day with a zone behind it is that of the lines below, and so is the zone.
        let zone = match (time.granularity == Granularity::Date, stamp.body.is_empty()) {
            (true, true) if by.zone == ZoneBy::Line => Zone::parse(&time.zone).ok(),
            (true, false) => zone_alone(stamp.body),
            _ => None,
        };
        if let Some(zone) = zone.filter(|zone| *zone != self.zone) {
            return self.zone_told(input, Ok(zone));
        }
        if stamp.body.is_empty() {
            let raw = input.raw.to_string();
            self.waiting = Some(Waiting { line: input.line, offset: input.offset, raw, time, by, note, follows });
            return;
        }
        if follows.is_none() {
            self.parent = Some(self.found.lines.len());
        }
        self.push(input, (time, by), note, stamp.body, follows);
    }

    /// The body of an event may stand, indented, below its time; answers whether this line is one.
    fn body_of_waiting(&mut self, input: &Input) -> bool {
        let (text, bullet) = bare(input.raw);
        let indented = input.raw.starts_with([' ', '\t']);
        if !indented || bullet || text.is_empty() || !matches!(leading_stamp(&text), Ok(None)) {
            return false;
        }
        let Some(waiting) = self.waiting.take() else { return false };
        if waiting.time.granularity >= Granularity::Date {
            self.waiting = Some(waiting);
            return false;
        }
        if waiting.follows.is_none() {
            self.parent = Some(self.found.lines.len());
        }
        let place = Input { line: waiting.line, offset: waiting.offset, raw: &waiting.raw };
        self.push(&place, (waiting.time, waiting.by), waiting.note, &text, waiting.follows);
        if let Some(last) = self.found.lines.last_mut() {
            last.line_last = input.line;
        }
        true
    }

    fn close(&mut self) {
        self.no_body_came();
        self.open = false;
    }

    /// A time alone is the day of the lines below.
    fn no_body_came(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            let input = Input { line: waiting.line, offset: waiting.offset, raw: &waiting.raw };
            self.report(
                &input,
                "There is no text after the time: it is taken as the day of the lines below, not as an event.",
            );
        }
    }

    fn effect(&mut self, input: &Input, body: &str, parent: usize) {
        let Some(above) = self.found.lines.get(parent) else { return };
        let note = format!("No time of its own: taken from line {}.", above.line);
        let by = By { zone: above.zone_by, day: above.day_assumed };
        self.push(input, (above.time.clone(), by), Some(note), body, Some(parent));
    }

    fn run_on(&mut self, input: &Input, text: &str) {
        if let Some(last) = self.found.lines.last_mut() {
            last.body = format!("{} {text}", last.body);
            last.line_last = input.line;
        }
    }

    fn push(
        &mut self,
        input: &Input,
        (time, by): (TimeRange, By),
        time_note: Option<String>,
        body: &str,
        follows: Option<usize>,
    ) {
        let guess = guess(body);
        self.open = true;
        self.found.lines.push(TextLine {
            line: input.line,
            line_last: input.line,
            time,
            time_note,
            zone_by: by.zone,
            day_assumed: by.day,
            actor_kind_guess: guess.actor_kind,
            actor: guess.actor,
            body: body.into(),
            verb_guess: guess.verb,
            kind_guess: guess.kind,
            follows,
        });
    }

    fn report(&mut self, input: &Input, reason: &str) {
        self.open = false;
        let text = input.raw.chars().take(COMPLAINT_CHARS_MAX).collect();
        self.found.parse_errors.push(ParseError {
            line: input.line,
            offset: input.offset,
            reason: reason.into(),
            text,
        });
    }
}
