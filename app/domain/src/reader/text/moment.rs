//! The moment of a line: said in full, counted from a line above, or on the day of one.

use chrono::{Days, NaiveDate};

use super::stamp::{Stamp, TimeForm};
use super::{By, HALF_YEAR_DAYS, NIGHTFALL_MICROS, TextReader, ZoneBy};
use crate::time::{Instant, TimeRange, Zone, read_time_on, show_time};

impl TextReader {
    /// The time a line tells, how it was come by, and what closed what it leaves open.
    pub(super) fn time(&self, stamp: &Stamp) -> Result<(TimeRange, Option<String>, By), String> {
        let (after, from_first) = match &stamp.told {
            TimeForm::Later { after, from_first } => (after, *from_first),
            TimeForm::Time => {
                let (time, note) = self.clock(stamp.text)?;
                let by = By { zone: self.zone_by(stamp.text), day: self.day_is_open(stamp.text) };
                return Ok((time, note, by));
            }
        };
        let from = if from_first { &self.first } else { &self.anchor };
        let from = from.as_ref().ok_or_else(|| {
            format!("“{}” counts from an earlier line, and none above has a time: write the date and time.", stamp.text)
        })?;
        let moved = |at: Option<Instant>, by: Option<i64>| Some(at?.plus_micros(by?));
        let time = TimeRange {
            earliest: moved(from.time.earliest, after.min),
            latest: moved(from.time.latest, after.max),
            granularity: from.time.granularity,
            zone: from.time.zone.clone(),
        };
        let note = format!("“{}” counted from line {}, {}.", stamp.text, from.line, show_time(&from.time, &self.zone));
        Ok((time, Some(note), from.by))
    }

    /// Whose zone a time is told in: one that another zone would move is told in none of its own.
    fn zone_by(&self, text: &str) -> ZoneBy {
        let Ok(other) = Zone::parse("+11:45") else { return ZoneBy::Reader };
        let day = self.day.or(self.occurred).or(Some(NaiveDate::default()));
        let read = |zone: &Zone| read_time_on(text, day, self.now, zone).map(|time| (time.earliest, time.latest));
        match self.zone_line {
            _ if read(&other) == read(&Zone::utc()) => ZoneBy::Line,
            Some(line) => ZoneBy::LineAbove(line),
            None => ZoneBy::Reader,
        }
    }

    /// Whether a time is a clock time without a day.
    fn day_is_open(&self, text: &str) -> bool {
        let on = |day| read_time_on(text, NaiveDate::from_ymd_opt(2001, 1, day), self.now, &self.zone);
        on(1) != on(2)
    }

    /// A time said in full, or a clock time on the day of the lines above.
    fn clock(&self, text: &str) -> Result<(TimeRange, Option<String>), String> {
        let on = |day: Option<NaiveDate>| read_time_on(text, day, self.now, &self.zone);
        if is_of_tomorrow(text) {
            return self.of_tomorrow(text);
        }
        let time = on(self.day)?;
        if on(Some(NaiveDate::default())).as_ref() == Ok(&time) {
            return Ok(self.dated(text, time));
        }
        if let (None, Some(day)) = (self.day, self.occurred) {
            return Ok((on(Some(day))?, Some("No date above it: taken as the day of the incident.".into())));
        }
        let Some(day) = self.day else {
            let note = format!("No date above it: taken as the most recent, {}.", show_time(&time, &self.zone));
            return Ok((time, Some(note)));
        };
        let above = self.anchor.as_ref().filter(|above| above.time.is_exact()).and_then(|above| above.time.earliest);
        let night = above.zip(time.earliest).is_some_and(|(above, at)| above.micros() - at.micros() > NIGHTFALL_MICROS);
        if let Some(Ok(time)) = night.then(|| day.checked_add_days(Days::new(1))).flatten().map(|next| on(Some(next))) {
            return Ok((time, Some("No date: much earlier than the line above, so taken as the next day.".into())));
        }
        let mut note = String::from("No date: taken from the lines above.");
        if above.zip(time.earliest).is_some_and(|(above, at)| at < above) && may_be_afternoon(text) {
            note.push_str(" It is earlier than the line above: if the afternoon is meant, write PM behind it.");
        }
        Ok((time, Some(note)))
    }

    /// Tomorrow is the day after the one that the lines above are on, or the incident. Counted from the day on which
    /// somebody pastes it, it would be a day that has not come.
    fn of_tomorrow(&self, text: &str) -> Result<(TimeRange, Option<String>), String> {
        let Some(day) = self.day.or(self.occurred) else {
            return Err("“Tomorrow” of which day? No line above has a date: write the date.".into());
        };
        let noon = day.and_hms_opt(12, 0, 0).map(|noon| self.zone.edges(noon).0);
        let now = noon.ok_or("That day is out of reach: write the date.")?;
        let note = format!("“Tomorrow” is taken as the day after {}.", day.format("%-d %B %Y"));
        Ok((read_time_on(text, Some(day), now, &self.zone)?, Some(note)))
    }

    /// A date without a year is in the year of the lines above, or the next where that is long before them.
    fn dated(&self, text: &str, time: TimeRange) -> (TimeRange, Option<String>) {
        let Some(day) = self.day.or(self.occurred) else { return (time, None) };
        let counts_from_now = ["ago", "yesterday", "today", "tomorrow", "now", "last", "day"];
        let small = text.to_lowercase();
        let near = day.checked_add_days(Days::new(HALF_YEAR_DAYS)).and_then(|day| day.and_hms_opt(0, 0, 0));
        let Some(near) = near.filter(|_| !counts_from_now.iter().any(|word| small.contains(word))) else {
            return (time, None);
        };
        let near = Instant::from_micros(near.and_utc().timestamp_micros());
        match read_time_on(text, Some(day), near, &self.zone) {
            Ok(carried) if carried != time => (carried, Some("No year: taken from the lines above.".into())),
            _ => (time, None),
        }
    }
}

fn is_of_tomorrow(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("tomorrow"))
}

/// Whether a clock time may be one of twelve hours: 1:05, and neither 13:05, 01:05 nor 1:05 AM.
fn may_be_afternoon(text: &str) -> bool {
    let hour = text.split_once(':').map_or("", |(hour, _)| hour.trim());
    let is_bare = !text.contains(|letter: char| letter.is_ascii_alphabetic());
    is_bare && !hour.starts_with('0') && hour.parse().is_ok_and(|hour: u8| (1..=11).contains(&hour))
}
