//! The forms in which people's tools write times: with months as words, with the day before the month, with half days
//! and with the names of zones.

use super::super::terms::DateOrder;
use super::{DAY_MICROS, LogTime, clock, days, number};
use crate::reader::log::record::TimeFlag;
use crate::time::{Instant, Zone, month_named};

/// A longer text is no time.
const BYTES_MAX: usize = 80;

const HALF_DAY_MICROS: i64 = DAY_MICROS / 2;

/// What was found of a time.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    clock: Option<i64>,
    half: Option<Half>,
    zone: Option<Zone>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// Reads a time by its parts, in whatever order they stand. A date that could mean two days is not read unless `order`
/// says which comes first.
pub(super) fn read(text: &str, order: Option<DateOrder>) -> Option<LogTime> {
    if text.len() > BYTES_MAX || !text.is_ascii() {
        return None;
    }
    if let Some(told) = joined(text) {
        return Some(told);
    }
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    // What stands in brackets behind a time is another name of its zone.
    let text = text.split_once(" (").map_or(text, |(head, _)| head);
    let mut found = Found::default();
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        found.word(word, order)?;
    }
    found.told()
}

/// Whether a text is a time of day without a day.
pub(super) fn is_clock(text: &str) -> bool {
    let mut found = Found::default();
    text.split(' ').filter(|word| !word.is_empty()).all(|word| found.word(word, None).is_some())
        && found.clock.is_some()
        && found.day.is_none()
}

/// `20260318T170501Z`, `20260318170501` and `20260318`.
fn joined(text: &str) -> Option<LogTime> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (date, rest) = bytes.split_at_checked(8)?;
    let year = number(&date[..4]).filter(|year| (1970..2200).contains(year))?;
    let midnight = days(year, number(&date[4..6])?, number(&date[6..])?)? * DAY_MICROS;
    let rest = match (digits, rest) {
        (8, []) => {
            let (time, latest) = (Instant::from_micros(midnight), Instant::from_micros(midnight + DAY_MICROS - 1));
            return Some(LogTime { time: Some(time), latest: Some(latest), flag: TimeFlag::Range });
        }
        (8, [b'T', rest @ ..]) => rest,
        (14, rest) => rest,
        _ => return None,
    };
    let (time, rest) = rest.split_at_checked(6)?;
    let clocked = [&time[..2], b":", &time[2..4], b":", &time[4..], rest].concat();
    let (micros, rest) = clock(&clocked)?;
    let (east, flag) = match super::zone(rest)? {
        Some(east) => (east, TimeFlag::Exact),
        None => (0, TimeFlag::AssumedUtc),
    };
    Some(LogTime::exact(Instant::from_micros(midnight + micros - east), flag))
}

/// Sets what was not said yet; `None` where it was.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

impl Found {
    fn word(&mut self, word: &str, order: Option<DateOrder>) -> Option<()> {
        let small = word.to_ascii_lowercase();
        match small.trim_end_matches('.') {
            "am" | "a.m" => return once(&mut self.half, Half::Morning),
            "pm" | "p.m" => return once(&mut self.half, Half::Afternoon),
            // Behind the clock these are words of what is told.
            "at" if self.clock.is_none() => return Some(()),
            _ => {}
        }
        let name = small.trim_end_matches('.');
        if self.clock.is_none() && is_weekday(name) {
            return Some(());
        }
        if let Some(month) = named_month(name) {
            return once(&mut self.month, month);
        }
        if word.contains(':') && word.as_bytes()[0].is_ascii_digit() {
            return self.clock(word);
        }
        if word.as_bytes()[0].is_ascii_digit() {
            return self.date(word, order);
        }
        self.zone_named(word)
    }

    /// `17:05:01`, `5:05:01PM`, `17:05:01Z`, `17:05:01+01:00`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let padded = if word.as_bytes().get(1) == Some(&b':') { format!("0{word}") } else { word.to_string() };
        let (micros, rest) = clock(padded.as_bytes())?;
        once(&mut self.clock, micros)?;
        let rest = std::str::from_utf8(rest).ok()?;
        if rest.is_empty() { Some(()) } else { self.word(rest, None) }
    }

    fn date(&mut self, word: &str, order: Option<DateOrder>) -> Option<()> {
        let word = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
        let mark = word.bytes().find(|byte| !byte.is_ascii_digit());
        let Some(mark) = mark.filter(|mark| matches!(mark, b'-' | b'/' | b'.')) else {
            let value = number(word.as_bytes())?;
            return match word.len() {
                4 => once(&mut self.year, value),
                1 | 2 => once(&mut self.day, value),
                _ => None,
            };
        };
        let parts: Vec<&str> = word.split(char::from(mark)).collect();
        let &[one, two, three] = parts.as_slice() else { return None };
        let (year, month, day) = if one.len() == 4 {
            (one, two, three)
        } else if three.len() != 4 {
            return None;
        } else if named_month(&two.to_ascii_lowercase()).is_some() || mark == b'.' {
            (three, two, one)
        } else {
            let (first, second) = (number(one.as_bytes())?, number(two.as_bytes())?);
            // 03/04 is a day in March to some and one in April to others.
            let order = match (first > 12, second > 12) {
                (true, false) => DateOrder::DayFirst,
                (false, true) => DateOrder::MonthFirst,
                _ if first == second => DateOrder::DayFirst,
                _ => order?,
            };
            if order == DateOrder::DayFirst { (three, two, one) } else { (three, one, two) }
        };
        let month = named_month(&month.to_ascii_lowercase()).or_else(|| number(month.as_bytes()))?;
        once(&mut self.year, number(year.as_bytes())?)?;
        once(&mut self.month, month)?;
        once(&mut self.day, number(day.as_bytes())?)
    }

    /// `CET`, `Europe/Berlin`, `+0100`, `GMT+0100`. An offset and its name may both stand there.
    fn zone_named(&mut self, word: &str) -> Option<()> {
        // Looking through all places for each word of a log would take long.
        let zone = Zone::of_log(word).or_else(|| word.contains('/').then(|| Zone::place(word)).flatten())?;
        if self.zone.is_none() {
            self.zone = Some(zone);
        }
        Some(())
    }

    fn told(self) -> Option<LogTime> {
        let midnight = days(self.year?, self.month?, self.day?)? * DAY_MICROS;
        let Some(micros) = self.clock else {
            if self.half.is_some() || self.zone.is_some() {
                return None;
            }
            let (time, latest) = (Instant::from_micros(midnight), Instant::from_micros(midnight + DAY_MICROS - 1));
            return Some(LogTime { time: Some(time), latest: Some(latest), flag: TimeFlag::Range });
        };
        let hour = micros / 3_600_000_000;
        let micros = match self.half {
            None => micros,
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(Half::Morning) => micros % HALF_DAY_MICROS,
            Some(Half::Afternoon) => micros % HALF_DAY_MICROS + HALF_DAY_MICROS,
        };
        let told = LogTime::exact(Instant::from_micros(midnight + micros), TimeFlag::AssumedUtc);
        match self.zone {
            Some(zone) => told.in_zone(&zone),
            None => Some(told),
        }
    }
}

fn is_weekday(name: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    name.len() >= 3 && DAYS.iter().any(|day| day.starts_with(name))
}

/// `mar`, `march` and `sept`.
fn named_month(name: &str) -> Option<i64> {
    month_named(name).map(i64::from)
}
