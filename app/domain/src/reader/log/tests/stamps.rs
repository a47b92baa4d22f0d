//! Times as logs write them.

use crate::reader::log::TimeFlag::{self, Absent, AssumedUtc, AssumedYear, Exact, Range};
use crate::reader::log::stamp::read_stamp;
use crate::time::Instant;

#[test]
fn times_are_read_and_flagged() {
    let collected = Instant::parse("2026-03-20T00:00:00Z").ok();
    let rows: &[(&str, &str, TimeFlag)] = &[
        ("2026-03-18T17:05:00Z", "2026-03-18T17:05:00Z", Exact),
        ("2026-03-18t17:05:00.123456789z", "2026-03-18T17:05:00.123456Z", Exact),
        ("2026-03-18T17:05:00+01:00", "2026-03-18T16:05:00Z", Exact),
        ("2026-03-18T17:05:00-0330", "2026-03-18T20:35:00Z", Exact),
        ("2026-03-18 17:05:00 UTC", "2026-03-18T17:05:00Z", Exact),
        ("2025-08-26 17:40:49.320496000", "2025-08-26T17:40:49.320496Z", AssumedUtc),
        ("2022-11-29 00:09:04.38", "2022-11-29T00:09:04.380Z", AssumedUtc),
        ("2026-03-18T17:05", "2026-03-18T17:05:00Z", AssumedUtc),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z", Range),
        ("2017-01-01T05:29:60.250+05:30", "2016-12-31T23:59:59.999999Z", Range),
        ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59.999999Z", Range),
        ("20161231T235960Z", "2016-12-31T23:59:59.999999Z", Range),
        ("2024-02-29", "2024-02-29T00:00:00Z", Range),
        ("1773853500", "2026-03-18T17:05:00Z", Exact),
        ("1773853500.000100", "2026-03-18T17:05:00.000100Z", Exact),
        ("1773853500123", "2026-03-18T17:05:00.123Z", Exact),
        ("1773853500123456", "2026-03-18T17:05:00.123456Z", Exact),
        ("1773853500123456789", "2026-03-18T17:05:00.123456Z", Exact),
        ("Mar 18 17:05:00", "2026-03-18T17:05:00Z", AssumedYear),
        ("Dec  9 17:05:00", "2025-12-09T17:05:00Z", AssumedYear),
        ("Feb 29 17:05:00", "2024-02-29T17:05:00Z", AssumedYear),
        ("Mar 18 2026 17:05:00", "2026-03-18T17:05:00Z", AssumedUtc),
        ("Wed, 18 Mar 2026 17:05:00 +0100", "2026-03-18T16:05:00Z", Exact),
        ("18/Mar/2026:17:05:00 +0100", "2026-03-18T16:05:00Z", Exact),
    ];
    for (text, time, flag) in rows {
        let told = read_stamp(text, collected);
        assert_eq!((told.time.map(Instant::rfc3339).as_deref(), &told.flag), (Some(*time), flag), "{text}");
    }
}

#[test]
fn what_is_no_time_is_kept_as_it_stands() {
    let wrong = [
        "yesterday",
        "0",
        "-1",
        "2026-13-01T00:00:00Z",
        "2025-02-29",
        "2026-03-18T25:00:00Z",
        "2026-03-18T17:05:00 Mars",
        "2026-03-18T17:05:60Z",
        "2026-03-18T17:05:60",
        "2026-03-18T23:59:60+01:00",
        "2026-03-18 17:05:60,123",
        "20260318170560",
        "18/Mar/2026:17:05:60 +0100",
        "Wed, 18 Mar 2026 17:05:60 +0100",
        "03/18/2026 5:05:60 PM",
        "99999999999999999999",
        "2024-12-17 00:00:00000000",
        "Mar 18 17:05:00",
        "1e9",
    ];
    for text in wrong {
        let told = read_stamp(text, None);
        assert_eq!((told.time, told.flag), (None, TimeFlag::Unreadable(text.into())), "{text}");
    }
    assert_eq!(read_stamp("  ", None).flag, Absent);
}

#[test]
fn ticks_are_no_nanoseconds() {
    let told = crate::reader::log::stamp::read_stamp("639094500000000000", None);
    assert_eq!(told.time.map(|time| time.to_string()).as_deref(), Some("2026-03-18T17:00:00Z"));
    // Ticks have no zone.
    assert_eq!(told.flag, crate::reader::log::TimeFlag::AssumedUtc);
    let told = crate::reader::log::stamp::read_stamp("1773853200000000000", None);
    assert_eq!(told.flag, crate::reader::log::TimeFlag::Exact);
    assert_eq!(told.time.map(|time| time.to_string()).as_deref(), Some("2026-03-18T17:00:00Z"));
}
