//! Times as people read them.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::duration::{HOUR, MINUTE, SECOND};
use super::{Granularity, Instant, TimeRange, Zone};

/// A time as a reader in `zone` sees it: `18 March 2026, 17:05`, `18 March 2026, 17:00–17:09`,
/// `≈ 18 March 2026, 17:00`, `18 March 2026`, `March 2026`, `before …`, `after …`, `unknown`.
///
/// `≈` is written where the range is what “about” makes of a time: 5 min either
/// way of a minute (unless both ends are round tens), 5 s of a second, one of a
/// day, month or year. A day reported elsewhere that is no day here is shown
/// with the zone it was reported in.
pub fn show_time(range: &TimeRange, zone: &Zone) -> String {
    show(range, zone, true)
}

/// The short form for rows under a date: `17:05`, `≈ 17:00`, `17:00–17:09`; with the date where that is not enough.
pub fn show_clock(range: &TimeRange, zone: &Zone) -> String {
    show(range, zone, false)
}

/// One moment: to the minute where it is a whole one. The last microsecond of a day, as a due date has it, is the end of
/// that day, and any other last microsecond of a second is the moment after it.
pub fn show_instant(at: Instant, zone: &Zone) -> String {
    let next = at.plus_micros(1);
    let is_last = next.micros().rem_euclid(SECOND) == 0;
    let local = zone.local(next);
    if let (true, NaiveTime::MIN, Some(day)) = (is_last, local.time(), local.date().pred_opt()) {
        return format!("end of {}", show_day(day));
    }
    let at = if is_last { next } else { at };
    let granularity = if at.micros().rem_euclid(MINUTE) == 0 { Granularity::Minute } else { Granularity::Second };
    show_time(&TimeRange { granularity, ..TimeRange::exact(at) }, zone)
}

/// A time as it is held against others: in UTC, with the zone it was reported in where that is another one.
pub fn show_in_utc(range: &TimeRange) -> String {
    let utc = Zone::utc();
    if range.sort_key().is_none() {
        return "unknown".into();
    }
    let told = show_time(range, &utc);
    let told = if told.ends_with(')') { told } else { format!("{told} UTC") };
    if range.zone == utc.name() { told } else { format!("{told}, reported in {}", range.zone) }
}

/// The day a reader in `zone` finds a time under: the one that [`show_time`] names first, or the day in the middle of an
/// approximate time. `None` where no time is known.
pub fn day_of(range: &TimeRange, zone: &Zone) -> Option<NaiveDate> {
    let view = View { zone, granularity: range.granularity, dated: true };
    let (Some(earliest), Some(latest)) = (range.earliest, range.latest) else {
        return range.sort_key().map(|at| zone.local(at).date());
    };
    let whole =
        |view: &View| view.days(earliest, latest).map(|(first, next)| view.middle(first, next).unwrap_or(first));
    let there = Zone::parse(&range.zone).ok().filter(|there| range.granularity >= Granularity::Date && there != zone);
    whole(&view)
        .or_else(|| there.and_then(|zone| whole(&View { zone: &zone, ..view })))
        .or_else(|| Some(zone.local(view.about(earliest, latest).unwrap_or(earliest)).date()))
}

/// What events of a day stand under: the day, or the month or year where no more is known than that.
pub fn day_heading(range: &TimeRange, zone: &Zone) -> String {
    match day_of(range, zone) {
        Some(_) if is_coarse(range) => show_time(range, zone),
        Some(day) => day.format("%A %-d %B %Y").to_string(),
        None => "No time known".into(),
    }
}

/// Where an event stands among those of other days: months and years before the days they begin with, and events
/// without a time last.
pub fn day_order(range: &TimeRange, zone: &Zone) -> impl Ord + use<> {
    let day = day_of(range, zone);
    let granularity = if is_coarse(range) { range.granularity } else { Granularity::Date };
    (day.is_none(), day, std::cmp::Reverse(granularity))
}

fn is_coarse(range: &TimeRange) -> bool {
    range.granularity >= Granularity::Month
}

/// What was understood, told back in the zone it was reported in and in UTC:
/// `Understood as 18 March 2026, 17:05 CET = 16:05 UTC`.
pub fn explain_time(range: &TimeRange) -> String {
    let (Some(first), Some(last)) = (range.earliest.or(range.latest), range.latest.or(range.earliest)) else {
        return "Understood as an unknown time".into();
    };
    let (zone, utc) = (Zone::parse(&range.zone).unwrap_or_else(|_| Zone::utc()), Zone::utc());
    let (told, name) = (show_time(range, &zone), zone.abbreviation(first));
    let name = if name == zone.abbreviation(last) { name } else { zone.name().into() };
    let same = |at: Instant| zone.local(at) == utc.local(at);
    if same(first) && same(last) {
        return format!("Understood as {told} {name}");
    }
    let fine = TimeRange { granularity: range.granularity.min(Granularity::Minute), ..range.clone() };
    let one_day = |at: Instant| zone.local(at).date() == utc.local(at).date();
    let there = show(&fine, &utc, !(one_day(first) && one_day(last)));
    format!("Understood as {told} {name} = {there} UTC")
}

fn show(range: &TimeRange, zone: &Zone, dated: bool) -> String {
    let view = View { zone, granularity: range.granularity, dated };
    match (range.earliest, range.latest) {
        (None, None) => "unknown".into(),
        (None, Some(latest)) => match view.midnight(latest.plus_micros(1)) {
            Some(day) => format!("before {}", show_day(day)),
            None => format!("before {}", view.point(latest)),
        },
        (Some(earliest), None) => match view.midnight(earliest).and_then(|day| day.pred_opt()) {
            Some(day) => format!("after {}", show_day(day)),
            None => format!("after {}", view.point(earliest)),
        },
        (Some(earliest), Some(latest)) => view
            .whole(earliest, latest)
            .or_else(|| reported(range, zone))
            .unwrap_or_else(|| view.span(earliest, latest)),
    }
}

/// Whole days of the zone they were reported in, said with that zone.
fn reported(range: &TimeRange, zone: &Zone) -> Option<String> {
    // Finer times are the same in every zone, and finding a zone by its name is not free.
    if range.granularity < Granularity::Date {
        return None;
    }
    let there = Zone::parse(&range.zone).ok().filter(|there| there != zone)?;
    let view = View { zone: &there, granularity: range.granularity, dated: true };
    view.whole(range.earliest?, range.latest?).map(|days| format!("{days} ({})", there.name()))
}

#[derive(Clone, Copy)]
struct View<'a> {
    zone: &'a Zone,
    granularity: Granularity,
    dated: bool,
}

impl View<'_> {
    /// The day that begins at this instant, when days are what is told.
    fn midnight(&self, at: Instant) -> Option<NaiveDate> {
        let day = self.zone.local(at).date();
        let (first, last) = self.zone.edges(day.and_time(NaiveTime::MIN));
        (self.granularity >= Granularity::Date && (at == first || at == last)).then_some(day)
    }

    /// The first of whole days, and the one after them.
    fn days(&self, earliest: Instant, latest: Instant) -> Option<(NaiveDate, NaiveDate)> {
        let (first, next) = (self.midnight(earliest)?, self.midnight(latest.plus_micros(1))?);
        (first < next).then_some((first, next))
    }

    /// The day, month or year that “about” would have widened to exactly these days.
    fn middle(&self, first: NaiveDate, next: NaiveDate) -> Option<NaiveDate> {
        let months = first.day() == 1 && next.day() == 1;
        match self.granularity {
            Granularity::Date => {
                first.checked_add_days(Days::new(1)).filter(|middle| middle.succ_opt() == next.pred_opt())
            }
            Granularity::Month if months => middle(first, next, 1),
            Granularity::Year if months => middle(first, next, 12),
            _ => None,
        }
    }

    /// Whole years, months or days.
    fn whole(&self, earliest: Instant, latest: Instant) -> Option<String> {
        let (first, next) = self.days(earliest, latest)?;
        let last = next.pred_opt()?;
        let months = first.day() == 1 && next.day() == 1;
        let years = months && first.month() == 1 && next.month() == 1;
        let show: fn(NaiveDate) -> String = match self.granularity {
            Granularity::Year if years => |day| day.format("%Y").to_string(),
            Granularity::Year | Granularity::Month if months => |day| day.format("%B %Y").to_string(),
            _ => show_day,
        };
        let (one, other) = (show(first), show(last));
        if one == other {
            return Some(one);
        }
        Some(match self.middle(first, next) {
            Some(middle) => format!("≈ {}", show(middle)),
            None if self.granularity == Granularity::Date => join_days(first, last),
            None => format!("{one} – {other}"),
        })
    }

    /// A range of moments.
    fn span(&self, earliest: Instant, latest: Instant) -> String {
        if let Some(about) = self.about(earliest, latest) {
            return format!("≈ {}", self.point(about));
        }
        // A range up to the last microsecond of a second ends where the next one begins.
        let is_open = earliest < latest
            && self.granularity == Granularity::Second
            && latest.micros().rem_euclid(SECOND) == SECOND - 1;
        let until = if is_open { latest.plus_micros(1) } else { latest };
        let (from, to) = (self.zone.local(earliest), self.zone.local(until));
        let (one, other) = (self.clock(from), self.clock(to));
        let day = if self.dated || from.date() != to.date() { show_day(from.date()) + ", " } else { String::new() };
        if from.date() != to.date() {
            return format!("{day}{one} – {}, {other}", show_day(to.date()));
        }
        if one != other {
            return format!("{day}{one}–{other}");
        }
        if latest.micros() - earliest.micros() < HOUR / 4 {
            return day + &one;
        }
        format!("{day}{one} {}–{other} {}", self.zone.abbreviation(earliest), self.zone.abbreviation(latest))
    }

    /// The moment that “about” would have widened to exactly these ends.
    fn about(&self, earliest: Instant, latest: Instant) -> Option<Instant> {
        let (slack, unit) = match self.granularity {
            Granularity::Second => (5 * SECOND, SECOND),
            Granularity::Minute => (5 * MINUTE, MINUTE),
            _ => return None,
        };
        let middle = earliest.plus_micros(slack);
        let round = self.granularity == Granularity::Minute && earliest.micros() % (10 * MINUTE) == 0;
        (middle.plus_micros(slack) == latest && middle.micros() % unit == 0 && !round).then_some(middle)
    }

    fn point(&self, at: Instant) -> String {
        let local = self.zone.local(at);
        let clock = self.clock(local);
        if self.dated { format!("{}, {clock}", show_day(local.date())) } else { clock }
    }

    fn clock(&self, local: NaiveDateTime) -> String {
        if self.granularity != Granularity::Second {
            return local.format("%H:%M").to_string();
        }
        let micros = format!(".{:06}", local.nanosecond() / 1_000 % 1_000_000);
        local.format("%H:%M:%S").to_string() + micros.trim_end_matches('0').trim_end_matches('.')
    }
}

/// The month or year between one before and one after it, each of so many months.
fn middle(first: NaiveDate, next: NaiveDate, months: u32) -> Option<NaiveDate> {
    let add = |count: u32| first.checked_add_months(Months::new(count * months));
    (add(3) == Some(next)).then(|| add(1)).flatten()
}

fn show_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `16–18 March 2026`, `30 March – 2 April 2026`, or two full dates.
fn join_days(first: NaiveDate, last: NaiveDate) -> String {
    match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => format!("{}–{}", first.day(), show_day(last)),
        (true, false) => format!("{} – {}", first.format("%-d %B"), show_day(last)),
        _ => format!("{} – {}", show_day(first), show_day(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::read_time;

    fn table(zone: &str, rows: &[(&str, &str, &str)]) {
        let zone = Zone::parse(zone).unwrap();
        let now = Instant::parse("2026-03-20T11:30:00Z").unwrap();
        for (typed, full, short) in rows {
            let found = read_time(typed, now, &Zone::parse("Europe/Berlin").unwrap()).unwrap();
            assert_eq!(
                (show_time(&found, &zone).as_str(), show_clock(&found, &zone).as_str()),
                (*full, *short),
                "{typed}"
            );
        }
    }

    #[test]
    fn no_microsecond_is_shown_that_nobody_gave() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let (utc, berlin) = (Zone::utc(), Zone::parse("Europe/Berlin").unwrap());
        assert_eq!(show_instant(at("2026-03-18T23:59:59.999999Z"), &utc), "end of 18 March 2026");
        assert_eq!(show_instant(at("2026-03-18T23:59:59.999999Z"), &berlin), "19 March 2026, 01:00");
        assert_eq!(show_instant(at("2026-03-18T17:00:00.5Z"), &utc), "18 March 2026, 17:00:00.5");
        let day = read_time("2026-03-18", at("2026-03-20T11:30:00Z"), &utc).unwrap();
        assert_eq!(show_in_utc(&day), "18 March 2026 UTC");
        let day = read_time("2026-03-18", at("2026-03-20T11:30:00Z"), &berlin).unwrap();
        assert_eq!(show_in_utc(&day), "18 March 2026 (Europe/Berlin), reported in Europe/Berlin");
        let moment = read_time("about 2026-03-18 17:00", at("2026-03-20T11:30:00Z"), &berlin).unwrap();
        assert_eq!(show_in_utc(&moment), "≈ 18 March 2026, 16:00 UTC, reported in Europe/Berlin");
        assert_eq!(show_in_utc(&TimeRange::unknown()), "unknown");
    }

    #[test]
    fn times_are_shown_as_finely_as_they_are_known() {
        table(
            "Europe/Berlin",
            &[
                ("2026-03-18 17:05", "18 March 2026, 17:05", "17:05"),
                ("2026-03-18 17:05:33.5", "18 March 2026, 17:05:33.5", "17:05:33.5"),
                ("2026-03-18 17:00-17:09", "18 March 2026, 17:00–17:09", "17:00–17:09"),
                ("2026-03-18 17:00-17:10", "18 March 2026, 17:00–17:10", "17:00–17:10"),
                ("about 2026-03-18 17:00", "≈ 18 March 2026, 17:00", "≈ 17:00"),
                ("about 5 pm yesterday", "19 March 2026, 16:30–17:30", "16:30–17:30"),
                ("2026-03-18", "18 March 2026", "18 March 2026"),
                ("about 2026-03-18", "≈ 18 March 2026", "≈ 18 March 2026"),
                ("16–19 March 2026", "16–19 March 2026", "16–19 March 2026"),
                ("30 March 2026 – 2 April 2026", "30 March – 2 April 2026", "30 March – 2 April 2026"),
                ("March 2026", "March 2026", "March 2026"),
                ("about March 2026", "≈ March 2026", "≈ March 2026"),
                ("January 2026 to February 2026", "January 2026 – February 2026", "January 2026 – February 2026"),
                ("2026", "2026", "2026"),
                ("about 2026", "≈ 2026", "≈ 2026"),
                (
                    "2026-03-18 23:00 – 01:00",
                    "18 March 2026, 23:00 – 19 March 2026, 01:00",
                    "18 March 2026, 23:00 – 19 March 2026, 01:00",
                ),
                ("2025-10-26 02:30", "26 October 2025, 02:30 CEST–02:30 CET", "02:30 CEST–02:30 CET"),
                ("before 2026-03-18", "before 18 March 2026", "before 18 March 2026"),
                ("after 2026-03-18", "after 18 March 2026", "after 18 March 2026"),
                ("after 2026-03-18 17:05", "after 18 March 2026, 17:05", "after 17:05"),
                ("unknown", "unknown", "unknown"),
            ],
        );
        table(
            "UTC",
            &[
                ("2026-03-18", "18 March 2026 (Europe/Berlin)", "18 March 2026 (Europe/Berlin)"),
                ("2026-03-18 00:30", "17 March 2026, 23:30", "23:30"),
            ],
        );
    }

    #[test]
    fn a_time_stands_under_the_day_it_is_shown_with() {
        let now = Instant::parse("2026-03-20T11:30:00Z").unwrap();
        let table = [
            ("about 2026-03-19 00:02 UTC", "UTC", "2026-03-19"),
            ("2026-03-18 23:57 - 2026-03-19 00:01 UTC", "UTC", "2026-03-18"),
            ("about 2026-03-18", "UTC", "2026-03-18"),
            ("16–19 March 2026", "UTC", "2026-03-16"),
            ("2026-03-18 (Europe/Berlin)", "UTC", "2026-03-18"),
            ("2026-03-18 00:30 Europe/Berlin", "UTC", "2026-03-17"),
            ("before 2026-03-18", "UTC", "2026-03-17"),
            ("about 2026", "UTC", "2026-01-01"),
        ];
        for (typed, reader, day) in table {
            let found = read_time(typed, now, &Zone::utc()).unwrap();
            let shown = day_of(&found, &Zone::parse(reader).unwrap()).map(|day| day.to_string());
            assert_eq!(shown.as_deref(), Some(day), "{typed}");
        }
        assert_eq!(day_of(&TimeRange::unknown(), &Zone::utc()), None);
        let read =
            |text: &str| crate::time::read_time(text, Instant::parse("2026-11-27T12:00:00Z").unwrap(), &Zone::utc());
        for (text, heading) in [
            ("2026", "2026"),
            ("March 2026", "March 2026"),
            ("1 March 2026", "Sunday 1 March 2026"),
            ("2026-03-18 17:05", "Wednesday 18 March 2026"),
            ("unknown", "No time known"),
        ] {
            assert_eq!(day_heading(&read(text).unwrap(), &Zone::utc()), heading);
        }
        let mut days =
            ["unknown", "2026-01-01 00:00", "January 2026", "2025-12-31", "2026"].map(|text| read(text).unwrap());
        days.sort_by_key(|time| day_order(time, &Zone::utc()));
        let headings = days.map(|time| day_heading(&time, &Zone::utc()));
        let order = ["Wednesday 31 December 2025", "2026", "January 2026", "Thursday 1 January 2026", "No time known"];
        assert_eq!(headings, order);
    }

    #[test]
    fn what_was_understood_is_told_back() {
        let now = Instant::parse("2026-03-20T11:30:00Z").unwrap();
        let explain =
            |typed: &str| explain_time(&read_time(typed, now, &Zone::parse("Europe/Berlin").unwrap()).unwrap());
        assert_eq!(explain("18 March 2026 17:05"), "Understood as 18 March 2026, 17:05 CET = 16:05 UTC");
        assert_eq!(
            explain("18 March 2026 17:00-17:09"),
            "Understood as 18 March 2026, 17:00–17:09 CET = 16:00–16:09 UTC"
        );
        assert_eq!(explain("18 March 2026 00:30"), "Understood as 18 March 2026, 00:30 CET = 17 March 2026, 23:30 UTC");
        assert_eq!(
            explain("18 March 2026"),
            "Understood as 18 March 2026 CET = 17 March 2026, 23:00 – 18 March 2026, 22:59 UTC"
        );
        assert_eq!(explain("18 March 2026 17:05 UTC"), "Understood as 18 March 2026, 17:05 UTC");
        assert_eq!(
            explain("after 18 March 2026 17:05"),
            "Understood as after 18 March 2026, 17:05 CET = after 16:05 UTC"
        );
        assert_eq!(explain("unknown"), "Understood as an unknown time");
    }
}
