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

    const ZONES: [&str; 12] = [
        "UTC",
        "GMT",
        "CET",
        "+05:30",
        "-11:00",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ];

    fn now() -> Instant {
        Instant::parse("2026-03-20T11:30:00Z").unwrap()
    }

    /// Times of every kind, many of them at the edges of days, of clock changes and of the calendar.
    fn times() -> impl Strategy<Value = TimeRange> {
        const HOUR: i64 = 3_600_000_000;
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
        let instant = prop_oneof![
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
        ];
        let length = prop_oneof![
            Just(0),
            Just(HOUR),
            Just(10 * 60_000_000),
            Just(10_000_000),
            Just(24 * HOUR - 1),
            Just(72 * HOUR - 1),
            0..400 * 24 * HOUR
        ];
        let ends = (instant, length, 0..8_u8).prop_map(|(first, length, kind)| match kind {
            0 => (None, None),
            1 => (Some(first), None),
            2 => (None, Some(first)),
            _ => (Some(first), Some(first.plus_micros(length))),
        });
        (ends, prop::sample::select(Granularity::ALL.to_vec()), prop::sample::select(ZONES.to_vec())).prop_map(
            |((earliest, latest), granularity, zone)| TimeRange { earliest, latest, granularity, zone: zone.into() },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

        #[test]
        fn every_time_is_typed_as_what_it_is(time in times(), reader in prop::sample::select(ZONES.to_vec())) {
            let zone = Zone::parse(reader).unwrap();
            let typed = time_as_typed(&time, now(), &zone);
            prop_assert_eq!(read_time(&typed, now(), &zone), Ok(time), "{}", typed);
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
