//! Times as people read them.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Timelike};

use super::duration::{MINUTE, SECOND};
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

/// A span of two moments, each as finely as it needs: `18 March 2026, 17:00–18:30`.
pub fn show_span(from: Instant, to: Instant, zone: &Zone) -> String {
    let named = zone.is_set_between(from, to);
    let view = |at: Instant, dated: bool| {
        let granularity = if at.micros() % MINUTE == 0 { Granularity::Minute } else { Granularity::Second };
        View { zone, granularity, dated }
    };
    let one = view(from, true).point(from, named);
    if zone.local(from).date() == zone.local(to).date() {
        return format!("{one}–{}", view(to, false).point(to, named));
    }
    format!("{one} – {}", view(to, true).point(to, named))
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
    format!(
        "Understood as {} = {there} UTC",
        with_zone(told, &name, [zone.abbreviation(first), zone.abbreviation(last)])
    )
}

/// The zone behind a time that does not name it already, as one of an hour that comes twice does.
fn with_zone(told: String, name: &str, ends: [String; 2]) -> String {
    let is_named = ends.iter().any(|end| told.strip_suffix(end.as_str()).is_some_and(|rest| rest.ends_with(' ')));
    if is_named { told } else { format!("{told} {name}") }
}

fn show(range: &TimeRange, zone: &Zone, dated: bool) -> String {
    let view = View { zone, granularity: range.granularity, dated };
    match (range.earliest, range.latest) {
        (None, None) => "unknown".into(),
        (None, Some(latest)) => match view.midnight(latest.plus_micros(1)) {
            Some(day) => format!("before {}", show_day(day)),
            None => format!("before {}", view.point(latest, false)),
        },
        (Some(earliest), None) => match view.midnight(earliest).and_then(|day| day.pred_opt()) {
            Some(day) => format!("after {}", show_day(day)),
            None => format!("after {}", view.point(earliest, false)),
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
            return format!("≈ {}", self.point(about, false));
        }
        // A range up to the last microsecond of a second ends where the next one begins.
        let is_open = earliest < latest
            && self.granularity == Granularity::Second
            && latest.micros().rem_euclid(SECOND) == SECOND - 1;
        let until = if is_open { latest.plus_micros(1) } else { latest };
        let (from, to) = (self.zone.local(earliest), self.zone.local(until));
        // Between two settings of the clock the same reading means two things.
        let named = self.zone.is_set_between(earliest, until);
        let (one, other) = (self.clock(earliest, named), self.clock(until, named));
        let day = if self.dated || from.date() != to.date() { show_day(from.date()) + ", " } else { String::new() };
        if from.date() != to.date() {
            return format!("{day}{one} – {}, {other}", show_day(to.date()));
        }
        if one == other { day + &one } else { format!("{day}{one}–{other}") }
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

    fn point(&self, at: Instant, named: bool) -> String {
        let clock = self.clock(at, named);
        if self.dated { format!("{}, {clock}", show_day(self.zone.local(at).date())) } else { clock }
    }

    /// The reading of the clock, with the name of its setting where that is asked for, or where it comes twice.
    fn clock(&self, at: Instant, named: bool) -> String {
        let local = self.zone.local(at);
        let name = if named || self.zone.comes_twice(local) {
            format!(" {}", self.zone.abbreviation(at))
        } else {
            String::new()
        };
        if self.granularity != Granularity::Second {
            return format!("{}{name}", local.format("%H:%M"));
        }
        let micros = format!(".{:06}", local.nanosecond() / 1_000 % 1_000_000);
        local.format("%H:%M:%S").to_string() + micros.trim_end_matches('0').trim_end_matches('.') + &name
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
mod tests;
