//! Times as people type them.

mod calendar;
mod moment;
mod spoken;
#[cfg(test)]
mod tests;
mod words;

use chrono::{Days, NaiveDate};

use self::moment::Moment;
pub use self::spoken::read_duration;
use self::spoken::spoken;
pub(crate) use self::words::month as month_named;
use self::words::{DASH, words};
use super::{Instant, TimeRange, Zone};

/// The longest text taken for a time: `between` and two full date-times with IANA zones fit four times over.
const BYTES_MAX: usize = 400;

/// Reads a time as people type it, told at `now` by somebody in `zone`; the error is a sentence.
///
/// - `18 March 2026 17:05 CET`, `March 18, 2026`, `2026-03-18T17:05:33.5Z`, `18.03.2026 17:05`, `5 pm`, `noon`
/// - `17:05` is the most recent 17:05 that has passed; `18 March` the most recent 18 March; `today`, `yesterday 17:05`, `now`
/// - a date, a month and a year are ranges to their last microsecond; a time to the minute is that minute's beginning
/// - `2 h ago`, `about 2 h ago` (a twelfth either way: 110–130 min), `3 days ago` (that whole day)
/// - `about 17:05` is 5 min either way, `about 5 pm` half an hour, `about 17:05:33` 5 s, about a day, month or year one of them
/// - `17:00-19:00`, `2026-03-18 17:00 to 19:00`, `between A and B`: what one end leaves unsaid is taken from the
///   other; an end earlier in the day than its dated beginning is on the next day
/// - `before A`, `until A`, `after A`, `since A`: one end is unknown; `unknown`: both are
///
/// A local time the clocks showed twice is the range of both.
pub fn read_time(text: &str, now: Instant, zone: &Zone) -> Result<TimeRange, String> {
    read_time_on(text, None, now, zone)
}

/// The same, where a time of day without a date is on `day`.
pub(crate) fn read_time_on(text: &str, day: Option<NaiveDate>, now: Instant, zone: &Zone) -> Result<TimeRange, String> {
    if text.len() > BYTES_MAX {
        return Err(format!(
            "This is too long for a time ({} bytes of at most {BYTES_MAX}): write it like 18 March 2026 17:05 CET.",
            text.len()
        ));
    }
    if let Some(exact) = super::exact::read(text) {
        return exact;
    }
    // A zone in brackets behind its time: `17:05 (CET)`.
    if let Some((time, inner)) = text.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && Zone::parse(inner.trim()).is_ok()
    {
        return read_time_on(&format!("{time} {}", inner.trim()), day, now, zone);
    }
    let words = words(text);
    let said: Vec<&str> = words.iter().map(String::as_str).collect();
    let reader = Parser { day, now, zone };
    match said[..] {
        ["unknown" | "?"] | ["not", "known"] => Ok(TimeRange { zone: zone.name().into(), ..TimeRange::unknown() }),
        ["before" | "<", ref rest @ ..] => {
            reader.one(rest).map(|found| open(None, found.earliest.map(|at| at.plus_micros(-step(&found))), &found))
        }
        ["until" | "till" | "by" | "≤", ref rest @ ..] => {
            reader.one(rest).map(|found| open(None, found.latest, &found))
        }
        ["after" | ">", ref rest @ ..] => {
            reader.one(rest).map(|found| open(found.latest.map(|at| at.plus_micros(step(&found))), None, &found))
        }
        ["since" | "≥", ref rest @ ..] => reader.one(rest).map(|found| open(found.earliest, None, &found)),
        ["between", ref rest @ ..] => reader.range(rest, &["and", DASH]),
        ["from", ref rest @ ..] => reader.range(rest, &["to", "until", "till", "through", DASH]),
        [ref all @ .., "ago"] if spoken(all).is_some() => reader.one(&said),
        ref all if all.iter().any(|word| JOINTS.contains(word)) => reader.range(all, JOINTS),
        ref all => reader.one(all),
    }
}

const JOINTS: &[&str] = &[DASH, "to", "until", "till", "through"];

/// Outside a whole day, month or year begins one microsecond beyond it; beyond an instant, at it.
fn step(range: &TimeRange) -> i64 {
    i64::from(range.granularity >= super::Granularity::Date)
}

fn open(earliest: Option<Instant>, latest: Option<Instant>, told: &TimeRange) -> TimeRange {
    TimeRange { earliest, latest, granularity: told.granularity, zone: told.zone.clone() }
}

struct Parser<'a> {
    day: Option<NaiveDate>,
    now: Instant,
    zone: &'a Zone,
}

impl Parser<'_> {
    fn one(&self, words: &[&str]) -> Result<TimeRange, String> {
        let mut moment = Moment::read(words)?;
        if let Some(day) = self.day.filter(|_| moment.is_dateless()) {
            moment.set_date(day);
        }
        moment.apply(self.now, self.zone)
    }

    fn range(&self, words: &[&str], joints: &[&str]) -> Result<TimeRange, String> {
        let mut joint = words.iter().enumerate().filter(|(_, word)| joints.contains(word)).map(|(at, _)| at);
        let (Some(at), None) = (joint.next(), joint.next()) else {
            return Err("Write a range with two ends, like 17:00–19:00 or between 17:00 and 19:00.".into());
        };
        let (mut from, mut to) = (Moment::read(&words[..at])?, Moment::read(&words[at + 1..])?);
        let loose = to.is_dateless();
        if from.is_dateless() && to.is_dateless() {
            from.zone = from.zone.or_else(|| to.zone.clone());
            let day = self
                .day
                .or_else(|| from.apply(self.now, self.zone).ok().and_then(|found| self.local_date(&from, &found)));
            day.into_iter().for_each(|day| from.set_date(day));
        }
        from.complete(&to);
        to.complete(&from);
        let start = from.apply(self.now, self.zone)?;
        let mut end = to.apply(self.now, self.zone)?;
        if loose && end.latest < start.earliest {
            let next = self.local_date(&to, &end).and_then(|day| day.checked_add_days(Days::new(1)));
            to.days_back = None;
            next.into_iter().for_each(|day| to.set_date(day));
            end = to.apply(self.now, self.zone)?;
        }
        if end.latest < start.earliest {
            return Err("The range ends before it begins: write the earlier time first.".into());
        }
        let granularity = start.granularity.max(end.granularity);
        Ok(TimeRange { earliest: start.earliest, latest: end.latest, granularity, zone: start.zone })
    }

    fn local_date(&self, moment: &Moment, found: &TimeRange) -> Option<NaiveDate> {
        let zone = moment.zone.as_ref().unwrap_or(self.zone);
        found.earliest.map(|at| zone.local(at).date())
    }
}
