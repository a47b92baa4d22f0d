use super::*;
use crate::time::read_time;

fn table(zone: &str, rows: &[(&str, &str, &str)]) {
    let zone = Zone::parse(zone).unwrap();
    let now = Instant::parse("2026-03-20T11:30:00Z").unwrap();
    for (typed, full, short) in rows {
        let found = read_time(typed, now, &Zone::parse("Europe/Berlin").unwrap()).unwrap();
        assert_eq!((show_time(&found, &zone).as_str(), show_clock(&found, &zone).as_str()), (*full, *short), "{typed}");
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
fn an_hour_that_comes_twice_says_which_it_is() {
    let at = |text: &str| Instant::parse(text).unwrap();
    let exact = |text: &str| TimeRange { granularity: Granularity::Minute, ..TimeRange::exact(at(text)) };
    let span = |from: &str, to: &str| TimeRange { latest: Some(at(to)), ..exact(from) };
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    for (time, full, short) in [
        (exact("2026-10-25T00:30:00Z"), "25 October 2026, 02:30 CEST", "02:30 CEST"),
        (exact("2026-10-25T01:30:00Z"), "25 October 2026, 02:30 CET", "02:30 CET"),
        (exact("2026-10-24T23:59:00Z"), "25 October 2026, 01:59", "01:59"),
        (exact("2026-10-25T02:00:00Z"), "25 October 2026, 03:00", "03:00"),
        (exact("2026-03-29T01:00:00Z"), "29 March 2026, 03:00", "03:00"),
        (
            span("2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"),
            "25 October 2026, 02:45 CEST–02:15 CET",
            "02:45 CEST–02:15 CET",
        ),
        (
            span("2026-10-25T00:10:00Z", "2026-10-25T00:20:00Z"),
            "25 October 2026, 02:10 CEST–02:20 CEST",
            "02:10 CEST–02:20 CEST",
        ),
        (
            span("2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"),
            "25 October 2026, 01:00 CEST–04:00 CET",
            "01:00 CEST–04:00 CET",
        ),
        (
            span("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
            "29 March 2026, 01:30 CET–03:30 CEST",
            "01:30 CET–03:30 CEST",
        ),
        (
            span("2026-10-24T20:00:00Z", "2026-10-25T20:00:00Z"),
            "24 October 2026, 22:00 CEST – 25 October 2026, 21:00 CET",
            "24 October 2026, 22:00 CEST – 25 October 2026, 21:00 CET",
        ),
        (span("2026-10-25T01:25:00Z", "2026-10-25T01:35:00Z"), "≈ 25 October 2026, 02:30 CET", "≈ 02:30 CET"),
        (
            TimeRange { latest: None, ..exact("2026-10-25T00:30:00Z") },
            "after 25 October 2026, 02:30 CEST",
            "after 02:30 CEST",
        ),
        (
            TimeRange { earliest: None, ..exact("2026-10-25T01:30:00Z") },
            "before 25 October 2026, 02:30 CET",
            "before 02:30 CET",
        ),
    ] {
        assert_eq!((show_time(&time, &berlin).as_str(), show_clock(&time, &berlin).as_str()), (full, short));
        // In UTC no hour comes twice.
        assert!(!show_time(&time, &Zone::utc()).contains("UTC"), "{full}");
    }
    assert_eq!(show_instant(at("2026-10-25T00:30:00Z"), &berlin), "25 October 2026, 02:30 CEST");
    assert_eq!(super::super::show_moment(at("2026-10-25T01:30:00Z"), &berlin), "25 October 2026, 02:30 CET");
    let ends = |from: &str, to: &str| show_span(at(from), at(to), &berlin);
    assert_eq!(ends("2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"), "25 October 2026, 01:00 CEST–04:00 CET");
    assert_eq!(ends("2026-03-18T17:00:00Z", "2026-03-18T18:00:30Z"), "18 March 2026, 18:00–19:00:30");
    assert_eq!(ends("2026-03-18T17:00:00Z", "2026-03-19T18:00:00Z"), "18 March 2026, 18:00 – 19 March 2026, 19:00");
    // Clocks that are set by half an hour, and names that are numbers.
    let lord_howe = Zone::parse("Australia/Lord_Howe").unwrap();
    assert_eq!(show_time(&exact("2026-04-04T14:45:00Z"), &lord_howe), "5 April 2026, 01:45 UTC+11:00");
    assert_eq!(show_time(&exact("2026-04-04T15:15:00Z"), &lord_howe), "5 April 2026, 01:45 UTC+10:30");
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
    let read = |text: &str| crate::time::read_time(text, Instant::parse("2026-11-27T12:00:00Z").unwrap(), &Zone::utc());
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
    let explain = |typed: &str| explain_time(&read_time(typed, now, &Zone::parse("Europe/Berlin").unwrap()).unwrap());
    assert_eq!(explain("18 March 2026 17:05"), "Understood as 18 March 2026, 17:05 CET = 16:05 UTC");
    assert_eq!(explain("18 March 2026 17:00-17:09"), "Understood as 18 March 2026, 17:00–17:09 CET = 16:00–16:09 UTC");
    assert_eq!(explain("18 March 2026 00:30"), "Understood as 18 March 2026, 00:30 CET = 17 March 2026, 23:30 UTC");
    assert_eq!(
        explain("18 March 2026"),
        "Understood as 18 March 2026 CET = 17 March 2026, 23:00 – 18 March 2026, 22:59 UTC"
    );
    assert_eq!(explain("18 March 2026 17:05 UTC"), "Understood as 18 March 2026, 17:05 UTC");
    assert_eq!(explain("after 18 March 2026 17:05"), "Understood as after 18 March 2026, 17:05 CET = after 16:05 UTC");
    assert_eq!(explain("2025-10-26 02:30 CEST"), "Understood as 26 October 2025, 02:30 CEST = 00:30 UTC");
    assert_eq!(explain("2025-10-26 02:30"), "Understood as 26 October 2025, 02:30 CEST–02:30 CET = 00:30–01:30 UTC");
    assert_eq!(explain("unknown"), "Understood as an unknown time");
}
