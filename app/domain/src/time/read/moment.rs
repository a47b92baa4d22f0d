//! One end of a typed time: what was said, and what it means.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

use super::calendar::{days, last_such, months, recent};
use super::spoken::{ABOUT, Spoken, spoken};
use super::words::{clock, date, day, digits, month, weekday};
use crate::time::duration::{DAY, HOUR, MINUTE, SECOND};
use crate::time::{Granularity, Instant, TimeRange, Zone};

/// Years outside are slips of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Words that carry no meaning of their own.
const FILLERS: &[&str] = &["at", "on", "the", "of", "in", "o'clock"];

/// What somebody said about one moment.
#[derive(Debug, Clone, Default)]
pub struct Moment {
    pub about: bool,
    pub now: bool,
    pub ago: Option<Spoken>,
    pub days_back: Option<i64>,
    pub year: Option<i32>,
    pub month: Option<u32>,
    pub day: Option<u32>,
    pub weekday: Option<Weekday>,
    pub clock: Option<(NaiveTime, Granularity)>,
    pub zone: Option<Zone>,
}

enum Calendar {
    Year(i32),
    Month(i32, u32),
    Day(NaiveDate),
    Recent,
}

impl Moment {
    /// Reads the words of one moment; the error is a sentence.
    pub fn read(words: &[&str]) -> Result<Self, String> {
        let (about, words) = match words {
            [first, rest @ ..] if ABOUT.contains(first) => (true, rest),
            words => (false, words),
        };
        let mut moment = Self { about, ..Self::default() };
        if let [said @ .., "ago"] = words {
            let ago =
                spoken(said).ok_or("Write a number and a unit before “ago”: 30 min ago, about 2 h ago, 3 days ago.")?;
            moment.ago = Some(Spoken { about: about || ago.about, ..ago });
            return Ok(moment);
        }
        let mut rest = words;
        while let [first, after @ ..] = rest {
            rest = match (moment.clock, after) {
                (None, ["am" | "pm" | "a.m" | "p.m", after @ ..]) => {
                    let half = if matches!(rest[1], "am" | "a.m") { "am" } else { "pm" };
                    moment.clock =
                        Some(clock(&format!("{first}{half}")).ok_or_else(|| no_clock(&format!("{first} {half}")))?);
                    after
                }
                _ => {
                    moment.word(first)?;
                    after
                }
            };
        }
        if moment.is_empty() {
            return Err("Write a time such as 18 March 2026 17:05 CET, 17:05, about 2 h ago, or unknown.".into());
        }
        Ok(moment)
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if FILLERS.contains(&word) {
            return Ok(());
        }
        match word {
            "now" => once(&mut self.now.then_some(()), (), "“now”").map(|()| self.now = true),
            "today" => once(&mut self.days_back, 0, "a day"),
            "yesterday" => once(&mut self.days_back, 1, "a day"),
            "tomorrow" => once(&mut self.days_back, -1, "a day"),
            "noon" => once(
                &mut self.clock,
                (NaiveTime::default() + chrono::Duration::hours(12), Granularity::Minute),
                "a time of day",
            ),
            _ if month(word).is_some() => once(&mut self.month, month(word).unwrap_or_default(), "a month"),
            _ if weekday(word).is_some() => {
                once(&mut self.weekday, weekday(word).unwrap_or(Weekday::Mon), "a day of the week")
            }
            _ if word.starts_with(|first: char| first.is_ascii_digit()) => self.number(word),
            _ => match Zone::short(word).or_else(|| word.contains('/').then(|| Zone::place(word)).flatten()) {
                Some(zone) => once(&mut self.zone, zone, "a time zone"),
                None => Err(Zone::neither(word).unwrap_or_else(|| not_understood(word))),
            },
        }
    }

    fn number(&mut self, word: &str) -> Result<(), String> {
        if let Some(date) = date(word) {
            let (year, month, day) = date?;
            once(&mut self.year, year, "a year")?;
            once(&mut self.month, month, "a month")?;
            return day.map_or(Ok(()), |day| once(&mut self.day, day, "a day"));
        }
        if let Some(clock) = clock(word) {
            return once(&mut self.clock, clock, "a time of day");
        }
        if word.contains(':') {
            return Err(no_clock(word));
        }
        if let Some(day) = day(word) {
            return once(&mut self.day, day, "a day");
        }
        match digits(word).filter(|_| word.len() == 4) {
            Some(year) => once(&mut self.year, year as i32, "a year"),
            None => Err(not_understood(word)),
        }
    }

    fn is_empty(&self) -> bool {
        !self.now && self.clock.is_none() && self.is_dateless() && self.weekday.is_none()
    }

    /// Whether nothing ties it to a day.
    pub fn is_dateless(&self) -> bool {
        !self.now
            && self.ago.is_none()
            && self.days_back.is_none()
            && self.year.is_none()
            && self.month.is_none()
            && self.day.is_none()
    }

    /// Puts it on a day.
    pub fn set_date(&mut self, date: NaiveDate) {
        (self.year, self.month, self.day) = (Some(date.year()), Some(date.month()), Some(date.day()));
    }

    /// Takes from the other end of a range what this end leaves unsaid.
    pub fn complete(&mut self, other: &Self) {
        self.zone = self.zone.clone().or_else(|| other.zone.clone());
        if self.is_dateless() && self.clock.is_some() {
            (self.days_back, self.year, self.month, self.day) = (other.days_back, other.year, other.month, other.day);
        } else if self.day.is_some() && self.month.is_none() && other.day.is_some() {
            (self.month, self.year) = (other.month, self.year.or(other.year));
        } else if self.month.is_some() {
            self.year = self.year.or(other.year);
        }
    }

    /// What it means, told at `now` in `zone`, unless it names its own; the error is a sentence.
    pub fn apply(&self, now: Instant, zone: &Zone) -> Result<TimeRange, String> {
        let zone = self.zone.as_ref().unwrap_or(zone);
        let range = |earliest: Instant, latest: Instant, granularity| TimeRange {
            earliest: Some(earliest),
            latest: Some(latest),
            granularity,
            zone: zone.name().into(),
        };
        if let Some(ago) = self.ago {
            return self.settle_ago(ago, now, zone);
        }
        if self.now {
            let slack = if self.about { 5 * MINUTE } else { 0 };
            return Ok(range(
                now.plus_micros(-slack),
                now.plus_micros(slack),
                if self.about { Granularity::Minute } else { Granularity::Second },
            ));
        }
        let slack = if self.about { 1 } else { 0 };
        let Some((time, granularity)) = self.clock else {
            return match self.calendar(now, zone)? {
                Calendar::Recent => Err("Add the day: write 18 March 2026, yesterday, or a time such as 17:05.".into()),
                Calendar::Day(day) => days(Some(day), slack, slack, zone),
                Calendar::Month(year, month) => months(year, month, slack, 1 + slack, zone, Granularity::Month),
                Calendar::Year(year) => months(year, 1, 12 * slack, 12 + 12 * slack, zone, Granularity::Year),
            };
        };
        let day = match self.calendar(now, zone)? {
            Calendar::Day(day) => day,
            Calendar::Recent => recent(time, now, zone),
            Calendar::Month(..) | Calendar::Year(_) => {
                return Err("Add the day to the time: write it like 18 March 2026 17:05.".into());
            }
        };
        let (first, last) = zone.instants(day.and_time(time))?;
        let slack = if self.about { clock_slack(granularity) } else { 0 };
        Ok(range(first.plus_micros(-slack), last.plus_micros(slack), granularity))
    }

    fn settle_ago(&self, ago: Spoken, now: Instant, zone: &Zone) -> Result<TimeRange, String> {
        if ago.low % DAY == 0 && ago.high % DAY == 0 && ago.high > 0 {
            let slack = if ago.about { (ago.high / DAY / 12).max(1) as u32 } else { 0 };
            let (near, far) = ((ago.low / DAY) as u32, (ago.high / DAY) as u32);
            return days(
                zone.local(now).date().checked_sub_days(Days::new(near.into())),
                far - near + slack,
                slack,
                zone,
            );
        }
        let granularity = match ago.unit {
            HOUR.. => Granularity::Hour,
            MINUTE.. => Granularity::Minute,
            _ => Granularity::Second,
        };
        let back = |micros: Option<i64>| micros.map(|micros| now.plus_micros(-micros));
        let took = ago.range();
        Ok(TimeRange { earliest: back(took.max), latest: back(took.min), granularity, zone: zone.name().into() })
    }

    fn calendar(&self, now: Instant, zone: &Zone) -> Result<Calendar, String> {
        let today = zone.local(now).date();
        if self.days_back.is_some() && (self.day.is_some() || self.month.is_some() || self.year.is_some()) {
            return Err("This names two days: write the date, or today or yesterday, but not both.".into());
        }
        if let Some(back) = self.days_back {
            let day = if back < 0 { today.succ_opt() } else { today.checked_sub_days(Days::new(back as u64)) };
            return day.map(Calendar::Day).ok_or_else(|| "That day is out of reach: write the date.".into());
        }
        if let Some(year) = self.year.filter(|year| !YEARS.contains(year)) {
            return Err(format!(
                "{year} is not a year between 1900 and 2199: check it; a time of day is written like 17:05."
            ));
        }
        let found = match (self.year, self.month, self.day) {
            (Some(year), None, None) => Calendar::Year(year),
            (Some(year), Some(month @ 1..=12), None) => Calendar::Month(year, month),
            (Some(year), Some(month), Some(day)) => {
                Calendar::Day(NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| no_date(year, month, day))?)
            }
            (None, Some(month), Some(day)) => Calendar::Day(
                last_such(month, day, today).ok_or("This day is not in the calendar: write it like 18 March 2026.")?,
            ),
            (None, None, None) => Calendar::Recent,
            (None, Some(_), None) => return Err("Add the year to the month: write March 2026.".into()),
            _ => return Err("Write the day with its month and year, like 18 March 2026 or 2026-03-18.".into()),
        };
        match (&found, self.weekday) {
            (Calendar::Day(day), Some(named)) if day.weekday() != named => Err(format!(
                "{} is not the day of the week named: it was a {}.",
                day.format("%-d %B %Y"),
                day.format("%A")
            )),
            (Calendar::Recent, Some(_)) => Err("Write the date beside the day of the week, like 18 March 2026.".into()),
            _ => Ok(found),
        }
    }
}

/// Sets what was not said yet; a second one is refused.
fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    if place.is_some() {
        return Err(format!("This names {what} twice: write one time, or a range such as 17:00–19:00."));
    }
    *place = Some(value);
    Ok(())
}

fn not_understood(word: &str) -> String {
    let shown: String = word.chars().take(40).collect();
    format!(
        "“{shown}” is not understood as part of a time: write it like 18 March 2026 17:05 CET, 17:00–19:00, about 2 h ago or unknown."
    )
}

fn no_clock(word: &str) -> String {
    let shown: String = word.chars().take(40).collect();
    format!("“{shown}” is not a time of day: write it like 17:05 or 17:05:33.")
}

fn no_date(year: i32, month: u32, day: u32) -> String {
    format!("There is no day {day} in month {month} of {year}: check it, and write it like 18 March 2026.")
}

/// “About” a time of day: 5 s, 5 min or half an hour either way.
fn clock_slack(granularity: Granularity) -> i64 {
    match granularity {
        Granularity::Second => 5 * SECOND,
        Granularity::Minute => 5 * MINUTE,
        _ => HOUR / 2,
    }
}
