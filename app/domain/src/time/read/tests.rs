use super::read_time;
use crate::time::{Granularity, Instant, TimeRange, Zone, show_time};
use proptest::prelude::*;

fn now() -> Instant {
    Instant::parse("2026-03-20T11:30:00Z").unwrap()
}

fn berlin() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}

/// The ends in UTC; a microsecond before a full second is written `<`.
fn ends(text: &str) -> String {
    let found = read_time(text, now(), &berlin()).unwrap_or_else(|sentence| panic!("{text}: {sentence}"));
    let end = |at: Option<Instant>| {
        at.map_or("…".into(), |at| {
            let after = at.plus_micros(1);
            if after.micros() % 1_000_000 == 0 { format!("<{after}") } else { at.to_string() }
        })
    };
    if found.is_exact() { end(found.earliest) } else { format!("{} {}", end(found.earliest), end(found.latest)) }
}

const READ: &[(&str, &str)] = &[
    ("18 March 2026 17:05 CET", "2026-03-18T16:05:00Z"),
    ("18 March 2026, 17:05", "2026-03-18T16:05:00Z"),
    ("Wednesday, 18th of March 2026 at 5:05 pm", "2026-03-18T16:05:00Z"),
    ("March 18, 2026 17:05 UTC", "2026-03-18T17:05:00Z"),
    ("March 18, 2026", "2026-03-17T23:00:00Z <2026-03-18T23:00:00Z"),
    ("2026-03-18", "2026-03-17T23:00:00Z <2026-03-18T23:00:00Z"),
    ("2026-03-18 (UTC)", "2026-03-18T00:00:00Z <2026-03-19T00:00:00Z"),
    ("2026-03-18 17:05", "2026-03-18T16:05:00Z"),
    ("2026-03-18 17:05 America/New_York", "2026-03-18T21:05:00Z"),
    ("2026-03-18T17:05:33.5Z", "2026-03-18T17:05:33.500Z"),
    ("2026-03-18T17:05:33-05:00", "2026-03-18T22:05:33Z"),
    ("2026-03-18 17:05+02:00", "2026-03-18T15:05:00Z"),
    ("2026-03-18 17:05 -05:00", "2026-03-18T22:05:00Z"),
    ("2026/03/18 17:05", "2026-03-18T16:05:00Z"),
    ("18.03.2026 17:05", "2026-03-18T16:05:00Z"),
    ("3/18/2026 5pm", "2026-03-18T16:00:00Z"),
    ("18/Mar/2026 17:05", "2026-03-18T16:05:00Z"),
    ("18 March 17:05", "2026-03-18T16:05:00Z"),
    ("21 March 17:05", "2025-03-21T16:05:00Z"),
    ("29 Feb", "2024-02-28T23:00:00Z <2024-02-29T23:00:00Z"),
    ("17:05", "2026-03-19T16:05:00Z"),
    ("12:30", "2026-03-20T11:30:00Z"),
    ("17:05 UTC", "2026-03-19T17:05:00Z"),
    ("yesterday 17:05", "2026-03-19T16:05:00Z"),
    ("today", "2026-03-19T23:00:00Z <2026-03-20T23:00:00Z"),
    ("now", "2026-03-20T11:30:00Z"),
    ("2 hours ago", "2026-03-20T09:30:00Z"),
    ("30 min ago", "2026-03-20T11:00:00Z"),
    ("about 2 h ago", "2026-03-20T09:20:00Z 2026-03-20T09:40:00Z"),
    ("~2h ago", "2026-03-20T09:20:00Z 2026-03-20T09:40:00Z"),
    ("about two hours ago", "2026-03-20T09:20:00Z 2026-03-20T09:40:00Z"),
    ("2–3 h ago", "2026-03-20T08:30:00Z 2026-03-20T09:30:00Z"),
    ("3 h ago to 1 h ago", "2026-03-20T08:30:00Z 2026-03-20T10:30:00Z"),
    ("2 days ago", "2026-03-17T23:00:00Z <2026-03-18T23:00:00Z"),
    ("March 2026", "2026-02-28T23:00:00Z <2026-03-31T22:00:00Z"),
    ("2026-03", "2026-02-28T23:00:00Z <2026-03-31T22:00:00Z"),
    ("2026", "2025-12-31T23:00:00Z <2026-12-31T23:00:00Z"),
    ("2025-2026", "2024-12-31T23:00:00Z <2026-12-31T23:00:00Z"),
    ("17:00-19:00", "2026-03-19T16:00:00Z 2026-03-19T18:00:00Z"),
    ("22:00–01:00", "2026-03-19T21:00:00Z 2026-03-20T00:00:00Z"),
    ("2026-03-18 17:00 to 19:00", "2026-03-18T16:00:00Z 2026-03-18T18:00:00Z"),
    ("2026-03-18 17:00-19:00 UTC", "2026-03-18T17:00:00Z 2026-03-18T19:00:00Z"),
    ("2026-03-18 23:00 to 01:00", "2026-03-18T22:00:00Z 2026-03-19T00:00:00Z"),
    ("yesterday 23:00 to 01:00", "2026-03-19T22:00:00Z 2026-03-20T00:00:00Z"),
    ("2026-03-18 17:00 – 2026-03-18 19:05 CET", "2026-03-18T16:00:00Z 2026-03-18T18:05:00Z"),
    ("2026-03-18T17:00Z/2026-03-18T19:00Z", "2026-03-18T17:00:00Z 2026-03-18T19:00:00Z"),
    ("between 17:00 and 19:00 on 18 March 2026", "2026-03-18T16:00:00Z 2026-03-18T18:00:00Z"),
    ("16–18 March 2026", "2026-03-15T23:00:00Z <2026-03-18T23:00:00Z"),
    ("March 16–18, 2026", "2026-03-15T23:00:00Z <2026-03-18T23:00:00Z"),
    ("before 18 March 2026", "… <2026-03-17T23:00:00Z"),
    ("before 2026-03-18 17:05", "… 2026-03-18T16:05:00Z"),
    ("after 18 March 2026", "2026-03-18T23:00:00Z …"),
    ("after 17:05", "2026-03-19T16:05:00Z …"),
    ("about 17:00", "2026-03-19T15:55:00Z 2026-03-19T16:05:00Z"),
    ("about 5 pm yesterday", "2026-03-19T15:30:00Z 2026-03-19T16:30:00Z"),
    ("≈ 18 March 2026", "2026-03-16T23:00:00Z <2026-03-19T23:00:00Z"),
    ("2025-10-26 02:30", "2025-10-26T00:30:00Z 2025-10-26T01:30:00Z"),
    ("unknown", "… …"),
];

#[test]
fn what_people_type_is_read() {
    for (typed, expected) in READ {
        assert_eq!(ends(typed), *expected, "{typed}");
    }
}

#[test]
fn fineness_and_zone_are_kept() {
    for (typed, granularity, zone) in [
        ("18 March 2026 17:05 CET", Granularity::Minute, "CET"),
        ("2026-03-18T17:05:33Z", Granularity::Second, "UTC"),
        ("5 pm", Granularity::Hour, "Europe/Berlin"),
        ("2026-03-18", Granularity::Date, "Europe/Berlin"),
        ("March 2026", Granularity::Month, "Europe/Berlin"),
        ("2026", Granularity::Year, "Europe/Berlin"),
        ("17:00 - 19:00 +02:00", Granularity::Minute, "+02:00"),
    ] {
        let found = read_time(typed, now(), &berlin()).unwrap();
        assert_eq!((found.granularity, found.zone.as_str()), (granularity, zone), "{typed}");
    }
}

#[test]
fn what_cannot_be_known_is_refused_with_advice() {
    for (typed, part) in [
        ("03/04/2026", "may mean 3 April or 4 March: write the month as a word, or the date as 2026-03-04"),
        ("18.03.26", "no full year"),
        ("2026-02-30", "no day 30 in month 2"),
        ("25:00", "not a time of day"),
        ("", "Write a time such as"),
        ("2026-03-29 02:30", "the clocks skipped it"),
        ("soon", "“soon” is not understood"),
        ("17:05 18:05", "twice"),
        ("March", "Add the year"),
        ("1705", "17:05"),
        ("17", "with its month"),
        ("Monday 18 March 2026", "it was a Wednesday"),
        ("19:00 to 17:00 18 March 2026", "ends before"),
        ("18 March 2026 to 17 March 2026", "earlier time first"),
        ("2026-13-01", "no day 1"),
        ("17:00 to", "Write a time such as"),
        ("two moons ago", "before “ago”"),
        ("2026 17:05", "Add the day"),
    ] {
        let sentence = read_time(typed, now(), &berlin()).expect_err(typed);
        assert!(sentence.contains(part), "{typed}: {sentence}");
    }
}

#[test]
fn what_is_shown_can_be_typed_again() {
    for (typed, _) in READ {
        let found = read_time(typed, now(), &berlin()).unwrap();
        let shown = show_time(&found, &berlin());
        let again =
            read_time(&shown, now(), &berlin()).unwrap_or_else(|sentence| panic!("{typed}: {shown}: {sentence}"));
        let bare = |range: &TimeRange| (range.earliest, range.latest);
        if !shown.contains("CE") {
            assert_eq!(bare(&again), bare(&found), "{typed}: {shown}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}", micros: i64) {
        settles(&text, micros);
    }

    #[test]
    fn any_likely_text_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(vec![
            "17:05", "2026", "03", "18", "-", "–", "/", ".", "T", "Z", "march", "ago", "about", "2 h", "days", "before", "after", "between", "and", "to",
            "yesterday", "pm", "+02:00", "Europe/Berlin", "CET", "2026-03-18", "99999999", "unknown", "é", "now", "9999-12-31", "0000",
        ]), 0..8),
        spaced: bool, micros: i64,
    ) {
        settles(&parts.join(if spaced { " " } else { "" }), micros);
    }
}

fn settles(text: &str, micros: i64) {
    let _ = super::read_duration(text);
    let _ = Zone::parse(text);
    match read_time(text, Instant::from_micros(micros), &berlin()) {
        Ok(found) => {
            assert!(
                found.earliest.is_none() || found.latest.is_none() || found.earliest <= found.latest,
                "{text}: {found:?}"
            );
            assert!(!show_time(&found, &berlin()).is_empty());
            assert!(
                !crate::time::show_clock(&found, &berlin()).is_empty() && !crate::time::explain_time(&found).is_empty()
            );
        }
        Err(sentence) => assert!(sentence.ends_with(['.', '?']), "{text}: {sentence}"),
    }
}
