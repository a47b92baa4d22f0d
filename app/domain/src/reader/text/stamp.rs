//! The time a line begins with.

use super::unread::{unread_clock, unread_start, unread_zone};
use crate::time::{DurationRange, Granularity, Instant, Zone, read_duration, read_time};

/// The longest time in words: `between 18 March 2026 17:00 CET and 18 March 2026 19:00 CET`.
const WORDS_MAX: usize = 12;

/// The longest time in brackets, in bytes.
const BRACKET_BYTES_MAX: usize = 100;

/// Marks between a time and its text.
const MARKS: &[char] = &[' ', '\t', '-', '–', '—', ':', '|', ',', '·', '→', ']', ')', '\u{a0}'];

/// Zones that are words of English, French or German when they are written small: `11:20 est Dana` is no time in EST.
const ZONES_THAT_ARE_WORDS: &[&str] = &["est", "ist", "art", "cat", "eat", "pet", "wit", "wet", "west", "wat", "z"];

/// What a line begins with.
pub struct Stamp<'a> {
    pub told: TimeForm,
    /// The time as written.
    pub text: &'a str,
    /// What follows it.
    pub body: &'a str,
}

/// How a time is told.
pub enum TimeForm {
    /// By itself.
    Time,
    /// By its distance from another line: the first, or the last that has a time of its own.
    Later { after: DurationRange, from_first: bool },
}

/// The time a line begins with, if it does; an error is a sentence about a bracket that holds none.
pub fn leading_stamp(text: &str) -> Result<Option<Stamp<'_>>, String> {
    if let Some(inside) = text.strip_prefix('[') {
        return match inside.split_once(']') {
            Some((inner, rest)) if inner.len() <= BRACKET_BYTES_MAX => bracketed(inner.trim(), rest).map(Some),
            _ => Err("The bracket is not closed after a time: write it like [2026-03-18 17:05].".into()),
        };
    }
    if let Some((inner, rest)) = text.strip_prefix('(').and_then(|inside| inside.split_once(')'))
        && let Ok(stamp) = bracketed(inner.trim(), rest)
    {
        return Ok(Some(stamp));
    }
    match worded(text) {
        // The day of the week stands before a day of the month: `Wed 18 Mar`.
        Ok(None) => without_weekday(text).map_or(Ok(None), worded),
        found => found,
    }
}

/// What follows the day of the week that a text begins with.
fn without_weekday(text: &str) -> Option<&str> {
    const DAYS: &[&str] = &[
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let is_day = DAYS.iter().any(|day| day.eq_ignore_ascii_case(&text[..end]));
    let rest = text[end..].trim_start_matches(['.', ',', ' ']);
    (is_day && rest.len() < text.len() - end).then_some(rest)
}

fn worded(text: &str) -> Result<Option<Stamp<'_>>, String> {
    let ends: Vec<usize> = word_ends(text).take(WORDS_MAX).collect();
    let found = ends.iter().rev().find_map(|end| unbracketed(&text[..*end], &text[*end..]));
    let unread = match &found {
        Some(stamp) => {
            let between = &text[stamp.text.len()..text.len() - stamp.body.len()];
            let is_marked = between.contains(|c: char| !c.is_whitespace());
            unread_zone(stamp.text, stamp.body, is_marked).or_else(|| unread_clock(stamp.text, stamp.body))
        }
        None => unread_start(text),
    };
    unread.map_or(Ok(found), Err)
}

fn bracketed<'a>(inner: &'a str, rest: &'a str) -> Result<Stamp<'a>, String> {
    let body = rest.trim_start_matches(MARKS).trim();
    let told = match later(inner) {
        Some(told) => told,
        None => absolute(inner).map(|_| TimeForm::Time)?,
    };
    Ok(Stamp { told, text: inner, body })
}

/// A time that no bracket marks must look like one: prose begins with numbers and months, too.
fn unbracketed<'a>(text: &'a str, rest: &'a str) -> Option<Stamp<'a>> {
    let marked = text.ends_with(':') || rest.trim_start().starts_with(['-', '–', '—', '|', ':']);
    let text = text.trim_end_matches([':', ',', '-', '–', '—', ' ']);
    let body = rest.trim_start_matches(MARKS).trim();
    let last = text.rsplit(char::is_whitespace).next()?;
    if (text.starts_with(['+', 'T', 't']) || last.eq_ignore_ascii_case("later"))
        && let Some(told) = later(text)
    {
        return Some(Stamp { told, text, body });
    }
    let granularity = absolute(text).ok()?;
    let small_zone = ZONES_THAT_ARE_WORDS.contains(&last);
    if small_zone || ["at", "on", "the", "of", "in"].contains(&last.to_lowercase().as_str()) {
        return None;
    }
    let plain = text.contains(|letter: char| letter.is_ascii_digit()) && granularity != Granularity::Year;
    (plain || marked).then_some(Stamp { told: TimeForm::Time, text, body })
}

/// Whether it reads as a time, wherever its day may be; how finely.
fn absolute(text: &str) -> Result<Granularity, String> {
    read_time(text, Instant::from_micros(0), &Zone::utc()).map(|found| found.granularity)
}

/// `+2 hours`, `T+15 min`, `T-00:05`, `two hours later`.
fn later(text: &str) -> Option<TimeForm> {
    let (text, from_first) = match text.strip_prefix(['T', 't']).filter(|rest| rest.starts_with(['+', '-', '−'])) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (size, sign) = match (text.strip_suffix("later"), text.strip_prefix('+'), text.strip_prefix(['-', '−'])) {
        (Some(size), _, _) | (_, Some(size), _) => (size.trim(), 1),
        (_, _, Some(size)) => (size.trim(), -1),
        _ => return None,
    };
    let after = match hours_and_minutes(size) {
        Some(micros) => DurationRange::exact(micros),
        None => read_duration(size).ok()?,
    };
    let after =
        if sign < 0 { DurationRange { min: after.max.map(|max| -max), max: after.min.map(|min| -min) } } else { after };
    Some(TimeForm::Later { after, from_first })
}

/// `00:15` or `01:00:30` as a distance: hours, minutes and seconds.
fn hours_and_minutes(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &str| {
        (part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (number(hours)?, number(minutes)?, 0),
        [hours, minutes, seconds] => (number(hours)?, number(minutes)?, number(seconds)?),
        _ => return None,
    };
    (minutes < 60 && seconds < 60).then_some((hours * 3_600 + minutes * 60 + seconds) * 1_000_000)
}

/// Where each word of a text ends.
fn word_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut inside = false;
    text.char_indices().map(Some).chain([None]).filter_map(move |next| {
        let space = next.is_none_or(|(_, letter)| letter.is_whitespace());
        let end = (inside && space).then(|| next.map_or(text.len(), |(at, _)| at));
        inside = !space;
        end
    })
}
