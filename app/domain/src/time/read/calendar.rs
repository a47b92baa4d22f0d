//! Days, months and years as ranges of instants.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};

use crate::time::{Granularity, Instant, TimeRange, Zone};

/// The most recent day on which this time of day has passed.
pub fn recent(time: NaiveTime, now: Instant, zone: &Zone) -> NaiveDate {
    let local = zone.local(now);
    let today = local.date();
    if today.and_time(time) <= local { today } else { today.pred_opt().unwrap_or(today) }
}

/// The most recent day of that name; a leap day may be eight years back.
pub fn last_such(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (0..=8).filter_map(|back| NaiveDate::from_ymd_opt(today.year() - back, month, day)).find(|found| *found <= today)
}

/// Whole days, widened by some before and after.
pub fn days(day: Option<NaiveDate>, before: u32, after: u32, zone: &Zone) -> Result<TimeRange, String> {
    let first = day.and_then(|day| day.checked_sub_days(Days::new(before.into())));
    let next = day.and_then(|day| day.checked_add_days(Days::new(u64::from(after) + 1)));
    whole(first, next, zone, Granularity::Date)
}

/// Whole months: so many before the one named, and so many from it on.
pub fn months(
    year: i32,
    month: u32,
    before: u32,
    after: u32,
    zone: &Zone,
    granularity: Granularity,
) -> Result<TimeRange, String> {
    let first = NaiveDate::from_ymd_opt(year, month, 1);
    let start = first.and_then(|first| first.checked_sub_months(Months::new(before)));
    let next = first.and_then(|first| first.checked_add_months(Months::new(after)));
    whole(start, next, zone, granularity)
}

/// From the beginning of one day to the last microsecond before another.
fn whole(
    first: Option<NaiveDate>,
    next: Option<NaiveDate>,
    zone: &Zone,
    granularity: Granularity,
) -> Result<TimeRange, String> {
    let begin = |day: Option<NaiveDate>| day.map(|day| zone.edges(day.and_time(NaiveTime::MIN)));
    let (Some((earliest, _)), Some((_, end))) = (begin(first), begin(next)) else {
        return Err("That day is out of reach: write the date.".into());
    };
    let latest = end.plus_micros(-1);
    if latest < earliest {
        return Err(format!("That day was skipped in {}: write another day, or the time in UTC.", zone.name()));
    }
    Ok(TimeRange { earliest: Some(earliest), latest: Some(latest), granularity, zone: zone.name().into() })
}
