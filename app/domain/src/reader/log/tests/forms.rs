//! Times in the forms of people's tools, tables that are written carelessly, and what is told of a whole log.

use super::super::stamp::{is_clock, read_stamp, read_stamp_as};
use crate::export::{ExportOptions, Profile, timeline_csv};
use crate::reader::log::{DateOrder, Format, Options, Terms, TimeFlag, WholeLog, read_all, read_as};
use crate::time::Zone;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Outcome, Verb};

fn csv(text: &str) -> WholeLog {
    read_as(text.as_bytes(), Format::Csv, &Options::default())
}

fn told(terms: Terms) -> Options {
    Options { terms, ..Options::default() }
}

#[test]
fn times_of_usual_tools_are_read() {
    let table = [
        ("2026/04/02 08:15:30", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("02-Apr-2026 08:15:30", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("04/22/2026 08:15:30 PM", "2026-04-22T20:15:30Z", TimeFlag::AssumedUtc),
        ("22/04/2026 08:15", "2026-04-22T08:15:00Z", TimeFlag::AssumedUtc),
        ("02.04.2026 08:15:30", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("20260402T081530Z", "2026-04-02T08:15:30Z", TimeFlag::Exact),
        ("20260402081530", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("2026-04-02 8:15:30", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("2026-04-02 08:15:30 EST", "2026-04-02T13:15:30Z", TimeFlag::Exact),
        ("2026-07-02 08:15:30 Europe/Paris", "2026-07-02T06:15:30Z", TimeFlag::Exact),
        ("Thu Apr  2 08:15:30 CEST 2026", "2026-04-02T06:15:30Z", TimeFlag::Exact),
        ("Apr 2, 2026, 8:15:30 AM", "2026-04-02T08:15:30Z", TimeFlag::AssumedUtc),
        ("Thursday, April 2, 2026 12:15 AM", "2026-04-02T00:15:00Z", TimeFlag::AssumedUtc),
        ("Thu Apr 02 2026 08:15:30 GMT+0200 (Central European Summer Time)", "2026-04-02T06:15:30Z", TimeFlag::Exact),
        ("2026-04-02 08:15:30.5 +0200 CEST", "2026-04-02T06:15:30.500Z", TimeFlag::Exact),
        ("2nd April 2026 at 08:15", "2026-04-02T08:15:00Z", TimeFlag::AssumedUtc),
        ("-86400", "1969-12-31T00:00:00Z", TimeFlag::Exact),
        ("1775117730", "2026-04-02T08:15:30Z", TimeFlag::Exact),
    ];
    for (text, expected, flag) in table {
        let told = read_stamp(text, None);
        assert_eq!((told.time.map(|at| at.rfc3339()).as_deref(), &told.flag), (Some(expected), &flag), "{text}");
    }
    // The clocks showed it twice.
    let twice = read_stamp("2026-10-25 02:30:00 Europe/Paris", None);
    assert_eq!(
        (twice.flag, twice.latest.map(|at| at.rfc3339()).as_deref()),
        (TimeFlag::Range, Some("2026-10-25T01:30:00Z"))
    );
    for text in [
        "-1",
        "03/04/2026 08:15:30",
        "2026-03-29 02:30:00 Europe/Paris",
        "13:00 PM 2 Apr 2026",
        "2026-04-02 08:15 soon",
        "25:00",
    ] {
        assert!(matches!(read_stamp(text, None).flag, TimeFlag::Unreadable(_)), "{text}");
    }
    assert!(is_clock("08:15:30") && is_clock("8:15 PM") && !is_clock("2026-04-02") && !is_clock("2026-04-02 08:15"));
}

#[test]
fn the_order_of_day_and_month_is_asked_and_not_guessed() {
    let log = "time,user,action\n03/04/2026 08:15:30,ann,x\n";
    let asked = csv(log);
    assert!(asked.records[0].time.is_none());
    assert!(
        asked.records[0]
            .needs_review
            .as_deref()
            .is_some_and(|why| why.contains("whether the day or the month comes first"))
    );
    for (order, expected) in
        [(DateOrder::DayFirst, "2026-04-03T08:15:30Z"), (DateOrder::MonthFirst, "2026-03-04T08:15:30Z")]
    {
        let reading = read_as(log.as_bytes(), Format::Csv, &told(Terms { dates: Some(order), ..Terms::default() }));
        assert_eq!(reading.records[0].time.map(|at| at.rfc3339()).as_deref(), Some(expected));
        assert_eq!(read_stamp_as("13/04/2026", None, Some(order)).time, read_stamp("2026-04-13", None).time);
    }
}

#[test]
fn a_zone_can_be_told_for_a_whole_log() {
    let log = "time,user,action\n2026-07-02 08:15:30,ann,a\n2026-07-02T08:15:30Z,ann,b\n2026-10-25 02:30:00,ann,c\n2026-03-29 02:30:00,ann,d\n";
    assert_eq!(csv(log).records[0].time_flag, TimeFlag::AssumedUtc);
    let zone = Some(Zone::parse("Europe/Paris").unwrap());
    let reading = read_as(log.as_bytes(), Format::Csv, &told(Terms { zone, ..Terms::default() }));
    let shown: Vec<_> =
        reading.records.iter().map(|record| (record.time.map(|at| at.rfc3339()), record.time_flag.clone())).collect();
    assert_eq!(shown[0], (Some("2026-07-02T06:15:30Z".into()), TimeFlag::ToldZone));
    assert_eq!(shown[1], (Some("2026-07-02T08:15:30Z".into()), TimeFlag::Exact), "what names its zone keeps it");
    assert_eq!(shown[2], (Some("2026-10-25T00:30:00Z".into()), TimeFlag::Range));
    assert!(matches!(shown[3], (None, TimeFlag::Unreadable(_))), "{:?}", shown[3]);
    assert_eq!(reading.summary.assumed_time, 1, "who told it may be wrong");
}

#[test]
fn a_time_is_put_together_from_several_columns() {
    let both = csv("date,time,user\n2026-04-02,08:15:30,ann\n02.04.2026,8:15 PM,bob\n");
    let times: Vec<_> = both.records.iter().filter_map(|record| record.time).map(|at| at.rfc3339()).collect();
    assert_eq!(times, ["2026-04-02T08:15:30Z", "2026-04-02T20:15:00Z"]);
    let second = csv("timestamp,created_at,user\nn/a,2026-04-02T08:15:30Z,ann\n");
    assert_eq!(second.records[0].time.map(|at| at.rfc3339()).as_deref(), Some("2026-04-02T08:15:30Z"));
    let sketch =
        read_all(b"message,datetime,timestamp,timestamp_desc\nx,2026-04-02T08-15-30,1775117730000000,seen\n", "t.csv");
    assert_eq!(sketch.records[0].time.map(|at| at.rfc3339()).as_deref(), Some("2026-04-02T08:15:30Z"));
}

#[test]
fn a_quote_that_is_not_doubled_is_reported() {
    let log = "time,user,message\n2026-04-02T08:15:30Z,ann,\"{\"run\":\"ls end\"}\"\n2026-04-02T08:15:31Z,ann,\"she said \\\"no\\\" twice\"\n2026-04-02T08:15:32Z,ann,\"a \"\"good\"\" one\"\n";
    let reading = csv(log);
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (1, 2));
    assert_eq!(reading.records[0].message, "a \"good\" one");
    assert!(reading.parse_errors.iter().all(|parse_error| parse_error.reason.contains("not doubled")));
}

#[test]
fn a_quoted_cell_of_many_lines_is_one_record() {
    let trace = (0..1_200).map(|line| format!("  at step {line}\n")).collect::<String>();
    let log = format!("time,user,message\n2026-04-02T08:15:30Z,ann,\"{trace}\"\n2026-04-02T08:15:31Z,ann,done\n");
    let reading = csv(&log);
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (2, 0));
    // Where many quotes are mistakes, none of them swallows much.
    let careless = (0..400).map(|line| format!("2026-04-02T08:15:30Z,ann,\"open {line}\n")).collect::<String>();
    let reading = csv(&format!("time,user,message\n{careless}"));
    assert!(!reading.parse_errors.is_empty());
}

#[test]
fn text_in_another_encoding_is_reported_and_not_bent() {
    let log = b"time,user,action\n2026-04-02T08:15:30Z,J\xf6rn,a\n2026-04-02T08:15:31Z,J\xfcrn,b\n2026-04-02T08:15:32Z,Ann,c\n2026-04-02T08:15:33Z,A\0nn,d\n";
    let reading = read_as(log, Format::Csv, &Options::default());
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (1, 3));
    assert!(reading.parse_errors[0].reason.contains("choose the encoding"), "{}", reading.parse_errors[0].reason);
    assert!(reading.parse_errors[2].reason.contains("zero bytes"), "{}", reading.parse_errors[2].reason);
    // A letter of DOS read as Windows-1252 is a control character, and Japanese mail writes escapes.
    let log = "time,user,action\n2026-04-02T08:15:30Z,J\u{81}rg,a\n2026-04-02T08:15:31Z,\u{1b}$B;3ED\u{1b}(B,b\n2026-04-02T08:15:32Z,\u{1b}(BAnn,c\n";
    let reading = read_as(log.as_bytes(), Format::Csv, &Options::default());
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (1, 2));
    assert!(reading.parse_errors.iter().all(|parse_error| parse_error.reason.contains("choose the encoding")));
}

#[test]
fn an_exported_timeline_is_read_back_without_loss() {
    let mut story = crate::export::tests::world();
    for time in ["before 2026-03-18 18:00", "after 2026-03-18 18:00", "unknown"] {
        let event = serde_json::json!({ "time": time, "kind": "action", "actor": { "name": "forum-agent" } });
        story.add::<crate::timeline::EventDraft>("Ada", event);
    }
    let options = ExportOptions {
        zone: crate::cast::berlin(),
        profile: Profile::Internal,
        as_of: crate::cast::at("2026-03-20T09:30:00Z"),
        head: String::new(),
    };
    let exported = timeline_csv(&story.dossier, &options);
    let reading = read_all(exported.as_bytes(), "INC-12.csv");
    assert_eq!((reading.format, reading.parse_errors.len()), (Format::Timesketch, 0));
    let events = story.dossier.timeline();
    assert_eq!(reading.records.len(), events.len());
    for (record, event) in reading.records.iter().zip(events) {
        assert_eq!(record.actor.name, story.dossier.name_of(&event.actor));
        assert_eq!((record.verb, record.effect, record.outcome), (event.verb, event.effect, event.outcome));
        assert_eq!(
            (record.resource.as_str(), record.id.as_deref()),
            (event.resource.as_str(), Some(event.id.as_str()))
        );
        if !event.body.is_empty() {
            assert_eq!(record.message, event.body);
        }
        if event.time.earliest.is_some() && event.time.latest.is_some() {
            assert_eq!((record.time, record.time_latest.or(record.time)), (event.time.earliest, event.time.latest));
            assert_eq!(record.time_flag == TimeFlag::Range, !event.time.is_exact());
        } else {
            // An end that is open is not made one: what is known is told.
            let known = event.time.earliest.or(event.time.latest).map(|at| at.rfc3339());
            assert_eq!((record.time, record.time_latest), (None, None), "{:?}", event.time);
            assert!(
                match (&record.time_flag, known) {
                    (TimeFlag::Unreadable(told), Some(known)) => told.ends_with(&known),
                    (TimeFlag::Absent, None) => true,
                    _ => false,
                },
                "{:?}",
                record.time_flag
            );
        }
    }
    assert!(
        reading.records.iter().any(|record| record.actor.kind == PrincipalKind::Agent && record.verb == Verb::Post)
    );
    assert!(reading.records.iter().all(|record| record.outcome != Outcome::Denied));
}
