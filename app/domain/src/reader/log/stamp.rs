//! Times as logs write them.

mod forms;

use chrono::DateTime;

use super::record::{TimeFlag, clip};
use super::terms::DateOrder;
use super::wire::Text;
use crate::time::{Instant, Zone};

/// How much of an unreadable time is kept.
const UNREADABLE_CHARS_MAX: usize = 64;

const DAY_MICROS: i64 = 86_400_000_000;

/// The years from 1990 to 2100: no log is older, and none is from later.
const NEAR_FROM: i64 = 631_152_000_000_000;
const NEAR_TO: i64 = 4_133_980_800_000_000;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A time that was read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTime {
    /// The instant, or the beginning of the span.
    pub time: Option<Instant>,
    /// The end of the span.
    pub latest: Option<Instant>,
    /// How it was come by.
    pub flag: TimeFlag,
}

impl LogTime {
    fn exact(time: Instant, flag: TimeFlag) -> Self {
        Self { time: Some(time), latest: None, flag }
    }

    /// No time at all.
    pub fn absent() -> Self {
        Self { time: None, latest: None, flag: TimeFlag::Absent }
    }

    /// The same time of day in another zone than UTC; a span where the clocks of the zone showed it twice, `None`
    /// where they skipped it.
    pub fn in_zone(self, zone: &Zone) -> Option<Self> {
        let (first, second) = zone.instants(self.time?.utc().naive_utc()).ok()?;
        let flag = match self.flag {
            TimeFlag::AssumedUtc if first != second => TimeFlag::Range,
            TimeFlag::AssumedUtc => TimeFlag::Exact,
            flag => flag,
        };
        Some(Self { time: Some(first), latest: (first != second).then_some(second), flag })
    }

    /// Whether it is a day and no more.
    pub fn is_day(&self) -> bool {
        let span = self.latest.zip(self.time).map(|(latest, time)| latest.micros() - time.micros());
        self.flag == TimeFlag::Range && span == Some(DAY_MICROS - 1)
    }

    /// Whether a time was found.
    pub fn is_known(&self) -> bool {
        self.time.is_some()
    }

    /// For sources whose documentation says that times without a zone are UTC.
    pub fn known_utc(mut self) -> Self {
        if self.flag == TimeFlag::AssumedUtc {
            self.flag = TimeFlag::Exact;
        }
        self
    }
}

/// Reads RFC 3339, the same with a space for the T or without a zone, epochs in s, ms, µs or ns, a date alone,
/// syslog, and the dates of mail and of web servers. `before` gives syslog its year.
pub fn read_stamp(text: &str, before: Option<Instant>) -> LogTime {
    read_stamp_as(text, before, None)
}

/// The same, where it is known what comes first in dates such as 03/04/2026.
pub fn read_stamp_as(text: &str, before: Option<Instant>, order: Option<DateOrder>) -> LogTime {
    let text = text.trim();
    if text.is_empty() {
        return LogTime::absent();
    }
    let read = iso(text.as_bytes())
        .or_else(|| compact(text))
        .or_else(|| forms::read(text, order).filter(|_| is_joined_date(text)))
        .or_else(|| epoch(text))
        .or_else(|| syslog(text, before))
        .or_else(|| spelled(text))
        .or_else(|| forms::read(text, order));
    let read = if has_sixtieth_second(text) { read.and_then(leap_second) } else { read };
    // A reading far from any log is a wrong reading, or a time that stands for none. Who writes a sign before an epoch
    // means a time before 1970.
    read.filter(|told| is_told_near(told) || text.starts_with('-') && told.time.is_none_or(is_after_zero))
        .unwrap_or_else(|| LogTime {
            time: None,
            latest: None,
            flag: TimeFlag::Unreadable(clip(text, UNREADABLE_CHARS_MAX)),
        })
}

/// Whether the clock time in a text has a second 60.
fn has_sixtieth_second(text: &str) -> bool {
    let bytes = text.as_bytes();
    let spelt = bytes.windows(6).enumerate().any(|(at, part)| {
        matches!(part, [b':', m1, m2, b':', b'6', b'0'] if m1.is_ascii_digit() && m2.is_ascii_digit())
            && !bytes.get(at + 6).is_some_and(u8::is_ascii_digit)
    });
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let joined = match (digits, bytes.get(8)) {
        (8, Some(b'T' | b't' | b'_' | b'-')) => bytes.get(13..15),
        (14 | 17, _) => bytes.get(12..14),
        _ => None,
    };
    spelt || joined == Some(b"60")
}

/// A leap second: the clocks of UTC had one at the end of some Decembers and Junes. It lies between two microseconds,
/// and is told as the span from one to the other. Any other sixtieth second is no time.
fn leap_second(told: LogTime) -> Option<LogTime> {
    let second = told.time?.micros().div_euclid(1_000_000);
    // Read as the last second of its minute, or as the one after it.
    let midnight = [second + 1, second].into_iter().find(|second| second.rem_euclid(86_400) == 0)? * 1_000_000;
    let midnight = Instant::from_micros(midnight);
    let is_possible = matches!(midnight.utc().format("%m-%d").to_string().as_str(), "01-01" | "07-01");
    is_possible.then(|| LogTime { time: Some(midnight.plus_micros(-1)), latest: Some(midnight), flag: TimeFlag::Range })
}

/// Reads the first of several times that can be read; where none can, the first that is there.
pub fn first_stamp(told: &[&Text<'_>], before: Option<Instant>) -> LogTime {
    let mut all = told.iter().filter_map(|text| text.get()).map(|text| read_stamp(text, before));
    let Some(first) = all.next() else { return LogTime::absent() };
    if first.time.is_some() { first } else { all.find(|told| told.time.is_some()).unwrap_or(first) }
}

/// Fourteen or eight digits that are a date are one, though they would make an epoch as well: one in the year 2612,
/// or in 1970.
fn is_joined_date(text: &str) -> bool {
    matches!(text.len(), 8 | 14) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A time of day without a day.
pub fn is_clock(text: &str) -> bool {
    forms::is_clock(text.trim())
}

/// Whether a time is one that a log may have.
pub fn is_near(time: Instant) -> bool {
    (NEAR_FROM..NEAR_TO).contains(&time.micros())
}

/// Some programs write the year 1 for no time at all, as an epoch as well. No log is from before 1900.
fn is_after_zero(time: Instant) -> bool {
    time.micros() >= -2_208_988_800_000_000
}

fn is_told_near(told: &LogTime) -> bool {
    [told.time, told.latest].into_iter().flatten().all(is_near)
}

/// An epoch in microseconds; one that no log can have is not read.
pub fn epoch_micros(micros: i64) -> LogTime {
    let told = of_micros(micros);
    if is_told_near(&told) {
        return told;
    }
    LogTime { time: None, latest: None, flag: TimeFlag::Unreadable(micros.to_string()) }
}

fn of_micros(micros: i64) -> LogTime {
    LogTime::exact(Instant::from_micros(micros), TimeFlag::Exact)
}

fn number(bytes: &[u8]) -> Option<i64> {
    let digit =
        |sum: i64, byte: &u8| sum.checked_mul(10)?.checked_add(i64::from(byte.is_ascii_digit().then(|| byte - b'0')?));
    bytes.iter().try_fold(0, digit)
}

/// Days since 1970-01-01, by the calendar of the Gregorian reform.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// Microseconds into the day, and what follows the clock time.
fn clock(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = bytes else { return None };
    let (hour, minute) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
    let (second, mut rest) = match rest {
        [b':', s1, s2, rest @ ..] => (number(&[*s1, *s2])?, rest),
        _ => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut micros = 0;
    if let [b'.' | b',', decimals @ ..] = rest {
        let count = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return None;
        }
        let kept = count.min(6);
        micros = number(&decimals[..kept])? * 10_i64.pow(6 - u32::try_from(kept).ok()?);
        rest = &decimals[count..];
    }
    // A leap second is the last microsecond of its minute.
    let (second, micros) = if second == 60 { (59, 999_999) } else { (second, micros) };
    Some(((hour * 3600 + minute * 60 + second) * 1_000_000 + micros, rest))
}

/// Microseconds east of UTC; `None` inside where there is no zone, outside where it is not one.
fn zone(bytes: &[u8]) -> Option<Option<i64>> {
    let bytes = bytes.trim_ascii();
    let bytes = bytes.strip_prefix(b"(").and_then(|inner| inner.strip_suffix(b")")).unwrap_or(bytes);
    // `UTC+01:00` is `+01:00`.
    let bytes = match bytes {
        [b'U', b'T', b'C', rest @ ..] | [b'G', b'M', b'T', rest @ ..] if matches!(rest, [b'+' | b'-', ..]) => rest,
        _ => bytes,
    };
    let (sign, rest) = match bytes {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [h1] => (number(&[*h1])?, 0),
        [h1, h2] => (number(&[*h1, *h2])?, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (number(&[*h1, *h2])?, number(&[*m1, *m2])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes) * 60_000_000))
}

/// The instant of a local time in a zone that is named in capitals, such as AEST or ET.
fn named(local: i64, bytes: &[u8]) -> Option<LogTime> {
    let name = std::str::from_utf8(bytes.trim_ascii()).ok()?;
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    let zone = Zone::of_log(name).filter(|_| name.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    LogTime::exact(Instant::from_micros(local), TimeFlag::AssumedUtc).in_zone(&zone)
}

fn iso(bytes: &[u8]) -> Option<LogTime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = bytes else { return None };
    let date = days(number(&[*y1, *y2, *y3, *y4])?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)?;
    let midnight = date * DAY_MICROS;
    let rest = match rest {
        [] => {
            let (time, latest) = (Instant::from_micros(midnight), Instant::from_micros(midnight + DAY_MICROS - 1));
            return Some(LogTime { time: Some(time), latest: Some(latest), flag: TimeFlag::Range });
        }
        [b'T' | b't' | b' ' | b'_', rest @ ..] => rest,
        _ => return None,
    };
    let (micros, rest) = clock(rest.trim_ascii_start())?;
    let (east, flag) = match zone(rest) {
        Some(Some(east)) => (east, TimeFlag::Exact),
        Some(None) => (0, TimeFlag::AssumedUtc),
        None => return named(midnight + micros, rest),
    };
    Some(LogTime::exact(Instant::from_micros(midnight + micros - east), flag))
}

/// `20241026044641.024`, `20241026T044641Z`, `202410260446` and `20241026`: a date and a clock time without anything
/// between. Numbers of this length are no epoch of a year from 1990 to 2100 in any unit.
fn compact(text: &str) -> Option<LogTime> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let part = |from: usize, to: usize| number(bytes.get(from..to)?);
    let (clock, rest) = match (digits, bytes.get(8)) {
        (8, None) => return iso(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).as_bytes()),
        (8, Some(b'T' | b't' | b'_' | b'-')) => (9, 15),
        (12, _) => (8, 12),
        (14 | 17, _) => (8, 14),
        _ => return None,
    };
    let date = days(part(0, 4)?, part(4, 6)?, part(6, 8)?)?;
    let (hour, minute) = (part(clock, clock + 2)?, part(clock + 2, clock + 4)?);
    let second = if rest - clock == 6 { part(clock + 4, rest)? } else { 0 };
    if !(1990..=2100).contains(&part(0, 4)?) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let behind = bytes.get(rest..)?;
    let (fraction, behind) = match behind {
        [b'.' | b',', decimals @ ..] => {
            let count = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (decimals.get(..count)?, decimals.get(count..)?)
        }
        all if digits == 17 => (all.get(..3)?, all.get(3..)?),
        all => (&all[..0], all),
    };
    let micros = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
    let micros = micros.fold(0, |sum: i64, digit| sum * 10 + i64::from(digit.saturating_sub(b'0')));
    let (east, flag) = match zone(behind)? {
        Some(east) => (east, TimeFlag::Exact),
        None => (0, TimeFlag::AssumedUtc),
    };
    let second = second.min(59);
    let micros = date * DAY_MICROS + (hour * 3600 + minute * 60 + second) * 1_000_000 + micros;
    Some(LogTime::exact(Instant::from_micros(micros - east), flag))
}

/// An epoch; its size tells its unit.
fn epoch(text: &str) -> Option<LogTime> {
    // Before 1970. A short number below zero stands for “none” rather than for a time.
    if let Some(back) = text.strip_prefix('-').filter(|back| back.len() >= 4 && !back.starts_with('-')) {
        return Some(of_micros(-epoch(back)?.time?.micros()));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 19 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = number(whole.as_bytes()).filter(|whole| *whole > 0)?;
    // Ticks of .NET, of 100 ns from the year 1 on. As nanoseconds such numbers are times of the year 1990, which no log
    // counts that way.
    const TICKS_1970: i64 = 621_355_968_000_000_000;
    const TICKS_2000: i64 = 630_822_816_000_000_000;
    const TICKS_2100: i64 = 662_380_416_000_000_000;
    if (TICKS_2000..TICKS_2100).contains(&whole) && decimals.is_empty() {
        // They count the time of some clock, and do not say of which zone.
        return Some(LogTime { flag: TimeFlag::AssumedUtc, ..of_micros((whole - TICKS_1970) / 10) });
    }
    let scale: i64 = match whole {
        ..100_000_000_000 => 1_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1,
        _ => return Some(of_micros(whole / 1_000)),
    };
    let part = decimals
        .bytes()
        .take(6)
        .chain(std::iter::repeat(b'0'))
        .take(6)
        .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    Some(of_micros(whole * scale + part * scale / 1_000_000))
}

fn month(name: &[u8]) -> Option<i64> {
    let place = MONTHS.iter().position(|month| name.eq_ignore_ascii_case(month.as_bytes()))?;
    i64::try_from(place + 1).ok()
}

/// `Mar 18 17:05:01`: without a year it is the most recent such day before the file was collected.
fn syslog(text: &str, before: Option<Instant>) -> Option<LogTime> {
    let mut words = text.split_ascii_whitespace();
    let month = month(words.next()?.as_bytes())?;
    let day = number(words.next().filter(|day| day.len() <= 2)?.as_bytes())?;
    let mut third = words.next()?;
    let year = number(third.as_bytes()).filter(|_| third.len() == 4);
    if year.is_some() {
        third = words.next()?;
    }
    let (micros, rest) = clock(third.as_bytes())?;
    if !rest.is_empty() || words.next().is_some() {
        return None;
    }
    let at = |year: i64| Some(Instant::from_micros(days(year, month, day)? * DAY_MICROS + micros));
    if let Some(year) = year {
        return Some(LogTime::exact(at(year)?, TimeFlag::AssumedUtc));
    }
    // A day's grace: the collector's clock and zone may differ.
    let before = before?.plus_micros(DAY_MICROS);
    let now: i64 = before.utc().format("%Y").to_string().parse().ok()?;
    let time = (0..=8).filter_map(|back| at(now - back)).find(|time| *time <= before)?;
    Some(LogTime::exact(time, TimeFlag::AssumedYear))
}

/// `Wed, 18 Mar 2026 17:05:01 +0000` and `18/Mar/2026:17:05:01 +0000`.
fn spelled(text: &str) -> Option<LogTime> {
    let time =
        DateTime::parse_from_rfc2822(text).or_else(|_| DateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S %z")).ok()?;
    Some(of_micros(time.timestamp_micros()))
}
