//! Times as they stand in the fields of forms: a text that is read back as
//! the same value, so that saving what nobody touched changes nothing.

use super::{Granularity, Instant, TimeRange, Zone, read_time, show_time};

/// What stands between two instants.
const TO: &str = " – ";

/// The text that is read back at `now` in `zone` as exactly this time: the way people write it where
/// that loses nothing, else the instants in UTC with what else is known of them:
/// `2026-03-18T17:00:00Z (to the hour, Europe/Berlin)`.
pub fn time_as_typed(time: &TimeRange, now: Instant, zone: &Zone) -> String {
    let is_same = |text: &String| read_time(text, now, zone).as_ref() == Ok(time);
    let here = || Some(show_time(time, zone));
    let there = || Zone::parse(&time.zone).ok().map(|zone| format!("{} {}", show_time(time, &zone), time.zone));
    let bare = || Some(instants(time));
    let candidates: [&dyn Fn() -> Option<String>; 3] = [&here, &there, &bare];
    candidates.iter().filter_map(|text| text()).find(is_same).unwrap_or_else(|| exact(time))
}

/// The text that is read back at `now` in `zone` as a time that ends with this moment, as the due date of an item does:
/// a day where it is the end of one, else the moment to the minute or in full.
pub fn moment_as_typed(at: Instant, now: Instant, zone: &Zone) -> String {
    let is_same =
        |text: &String| read_time(text, now, zone).is_ok_and(|read| read.latest.or(read.earliest) == Some(at));
    Some(show_moment(at, zone)).filter(is_same).unwrap_or_else(|| instant_as_typed(at, now, zone))
}

/// The text that is read back as this instant and no other: in UTC, with all that belongs to it where its year would
/// be taken for a slip of the pen.
pub fn instant_as_typed(at: Instant, now: Instant, zone: &Zone) -> String {
    let is_same = |text: &String| {
        read_time(text, now, zone).is_ok_and(|read| (read.earliest, read.latest) == (Some(at), Some(at)))
    };
    Some(at.rfc3339()).filter(is_same).unwrap_or_else(|| exact(&TimeRange::exact(at)))
}

/// Until when, as a reader in that zone sees it: a whole day as a day, any other time to the minute.
pub fn show_moment(at: Instant, zone: &Zone) -> String {
    let is_end_of_day = zone.local(at.plus_micros(1)).time() == chrono::NaiveTime::MIN;
    let local = zone.local(at);
    if is_end_of_day {
        return local.format("%-d %B %Y").to_string();
    }
    let told = local.format("%-d %B %Y, %H:%M").to_string();
    if zone.comes_twice(local) { format!("{told} {}", zone.abbreviation(at)) } else { told }
}

fn exact(time: &TimeRange) -> String {
    format!("{} ({}, {})", instants(time), time.granularity.label(), time.zone)
}

fn instants(time: &TimeRange) -> String {
    match (time.earliest, time.latest) {
        (None, None) => "unknown".into(),
        (Some(at), None) => format!("since {}", at.rfc3339()),
        (None, Some(at)) => format!("until {}", at.rfc3339()),
        (Some(first), Some(last)) if first == last => first.rfc3339(),
        (Some(first), Some(last)) => format!("{}{TO}{}", first.rfc3339(), last.rfc3339()),
    }
}

/// Reads what [`time_as_typed`] writes last; `None` where a text is not of that form.
pub(super) fn read(text: &str) -> Option<Result<TimeRange, String>> {
    let (head, told) = text.trim().strip_suffix(')')?.rsplit_once(" (")?;
    let (fineness, zone) = told.split_once(", ")?;
    let granularity = *Granularity::ALL.iter().find(|known| known.label() == fineness)?;
    let at = |text: &str| Instant::parse(text).ok().map(Some);
    let (earliest, latest) = match head {
        "unknown" => (None, None),
        _ => match (head.strip_prefix("since "), head.strip_prefix("until "), head.split_once(TO)) {
            (Some(from), ..) => (at(from)?, None),
            (_, Some(to), _) => (None, at(to)?),
            (.., Some((from, to))) => (at(from)?, at(to)?),
            _ => (at(head)?, at(head)?),
        },
    };
    if matches!((earliest, latest), (Some(first), Some(last)) if last < first) {
        return Some(Err("The range ends before it begins: write the earlier time first.".into()));
    }
    Some(Zone::parse(zone).map(|zone| TimeRange { earliest, latest, granularity, zone: zone.name().into() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Zones that are no places.
    const FIXED: [&str; 6] = ["UTC", "GMT", "CET", "+05:30", "-11:00", "+12:45"];

    /// Every zone that is known: whole and broken hours, today's and those that had other clocks once.
    fn zones() -> impl Strategy<Value = Zone> {
        let places = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let changing = ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe"];
        let special = FIXED.into_iter().chain(changing).chain(["Asia/Kolkata", "Pacific/Apia"]);
        prop_oneof![
            prop::sample::select(special.collect::<Vec<_>>()),
            prop::sample::select(places.collect::<Vec<_>>()),
        ]
        .prop_map(|name| Zone::parse(name).unwrap())
    }

    fn now() -> Instant {
        Instant::parse("2026-03-20T11:30:00Z").unwrap()
    }

    const HOUR: i64 = 3_600_000_000;

    /// Moments, many of them at the edges of days, of clock changes and of the calendar.
    fn instants_of() -> impl Strategy<Value = Instant> {
        let near = |text: &str| Instant::parse(text).unwrap().micros();
        let edges = [
            near("2026-10-25T01:00:00Z"),
            near("2026-03-29T01:00:00Z"),
            near("2026-11-01T06:00:00Z"),
            near("2018-11-04T03:00:00Z"),
            near("2011-12-30T10:00:00Z"),
            near("2022-03-26T22:00:00Z"),
            near("1601-01-01T00:00:00Z"),
            near("9999-12-31T23:59:59.999999Z"),
            near("0000-01-01T00:00:00Z"),
            near("2026-01-01T00:00:00Z"),
            near("2026-03-18T17:00:00Z"),
            0,
        ];
        prop_oneof![
            (
                prop::sample::select(edges.to_vec()),
                -8_i64..=8,
                prop::sample::select(vec![0, 1, -1, 500_000, 60_000_000, 1_800_000_000])
            )
                .prop_map(|(edge, hours, rest)| Instant::from_micros(
                    edge.saturating_add(hours * HOUR / 2).saturating_add(rest)
                )),
            any::<i64>().prop_map(Instant::from_micros),
            (0_i64..4_000_000_000).prop_map(|seconds| Instant::from_micros(seconds * 1_000_000)),
        ]
    }

    /// Times of every kind.
    fn times() -> impl Strategy<Value = TimeRange> {
        let length = prop_oneof![
            Just(0),
            Just(HOUR),
            Just(10 * 60_000_000),
            Just(10_000_000),
            Just(24 * HOUR - 1),
            Just(72 * HOUR - 1),
            0..400 * 24 * HOUR
        ];
        let ends = (instants_of(), length, 0..8_u8).prop_map(|(first, length, kind)| match kind {
            0 => (None, None),
            1 => (Some(first), None),
            2 => (None, Some(first)),
            _ => (Some(first), Some(first.plus_micros(length))),
        });
        (ends, prop::sample::select(Granularity::ALL.to_vec()), zones()).prop_map(
            |((earliest, latest), granularity, zone)| TimeRange {
                earliest,
                latest,
                granularity,
                zone: zone.name().into(),
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

        // A form may stay open over night, over the end of a month, or until the clocks have changed.
        #[test]
        fn every_time_is_typed_as_what_it_is(time in times(), zone in zones(), open_hours in 0_i64..10_000) {
            let later = now().plus_micros(open_hours * HOUR);
            let typed = time_as_typed(&time, now(), &zone);
            prop_assert!(!typed.contains(['\n', '\r']) && typed.trim() == typed, "a line of a form holds no {typed:?}");
            prop_assert_eq!(read_time(&typed, later, &zone), Ok(time), "{}", typed);
        }

        #[test]
        fn every_moment_is_typed_as_what_it_is(at in instants_of(), zone in zones(), open_hours in 0_i64..10_000) {
            let later = now().plus_micros(open_hours * HOUR);
            let typed = moment_as_typed(at, now(), &zone);
            let read = read_time(&typed, later, &zone).map(|time| (time.earliest, time.latest));
            prop_assert_eq!(read.map(|(earliest, latest)| latest.or(earliest)), Ok(Some(at)), "{}", typed);
            let typed = instant_as_typed(at, now(), &zone);
            let read = read_time(&typed, later, &zone).map(|time| (time.earliest, time.latest));
            prop_assert_eq!(read, Ok((Some(at), Some(at))), "{}", typed);
        }
    }

    #[test]
    fn what_people_cannot_type_is_written_out() {
        let zone = Zone::utc();
        let table = [
            (
                "2026-10-25 02:30 Europe/Berlin",
                "2026-10-25T00:30:00Z – 2026-10-25T01:30:00Z (to the minute, Europe/Berlin)",
            ),
            ("2026-03-18 17:05 CET", "18 March 2026, 17:05 CET"),
            ("about 2 h ago", "2026-03-20T09:20:00Z – 2026-03-20T09:40:00Z (to the hour, UTC)"),
            ("before 2026-03-18", "before 18 March 2026"),
        ];
        for (typed, expected) in table {
            let time = read_time(typed, now(), &zone).unwrap();
            assert_eq!(time_as_typed(&time, now(), &zone), expected);
        }
        let old = TimeRange::exact(Instant::parse("1601-01-01T00:00:00Z").unwrap());
        assert_eq!(time_as_typed(&old, now(), &zone), "1601-01-01T00:00:00Z (to the second, UTC)");
        let strange = read_time("2026-03-18T17:00:00Z (to the hour, Nowhere/X)", now(), &zone).unwrap_err();
        assert!(strange.contains("not a time zone known here"), "{strange}");
    }
}
