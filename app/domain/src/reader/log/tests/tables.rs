//! Timesketch, CSV, JSON lines and text.

use super::fixtures::{read, read_detected, seed};
use crate::cast::Story;
use crate::export::{ExportOptions, Profile, timeline_csv};
use crate::reader::log::{
    ColumnRole, Format, Mapping, Options, TimeFlag, WholeLog, first_rows, propose_mapping, read_all, read_as,
};
use crate::time::Instant;
use crate::time::Zone;
use crate::timeline::{Event, EventDraft};
use crate::vocabulary::{Outcome, Verb};

#[test]
fn timesketch_rows_may_run_over_lines() {
    let reading = read(Format::Timesketch);
    let [first, second] = reading.records.as_slice() else { panic!() };
    assert_eq!(first.message, "A \"quoted\" message, over\ntwo lines");
    assert_eq!((first.raw.first_line, first.raw.last_line, second.raw.first_line), (2, 3, 4));
    // Without `datetime`, `timestamp` counts, which is in microseconds; one that no log can have is told, not taken.
    assert_eq!(second.time.unwrap().rfc3339(), "2026-03-18T17:06:00.123456Z");
    let early = read_detected("message,timestamp,timestamp_desc\nx,123456789,Write time\n");
    assert_eq!((early.records[0].time, &early.records[0].time_flag), (None, &TimeFlag::Unreadable("123456789".into())));
}

#[test]
fn a_mapping_is_proposed_and_can_be_changed() {
    let (columns, rows) = first_rows(seed(Format::Csv).as_bytes(), Format::Csv);
    assert_eq!(columns, ["When", "Who", "Event Type", "Target", "Result", "Remarks"]);
    let proposed = propose_mapping(&columns, &rows);
    let told: Vec<_> = proposed.0.iter().map(|(role, names)| (role.word(), names.join(","))).collect();
    assert_eq!(
        told,
        [
            ("time", "When"),
            ("actor", "Who"),
            ("action", "Event Type"),
            ("resource", "Target"),
            ("outcome", "Result"),
            ("message", "Remarks")
        ]
        .map(|(role, name)| (role, name.to_string()))
    );
    let json = serde_json::to_string(&proposed).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), proposed);
    let mut mapping = proposed;
    mapping.0.insert(ColumnRole::Resource, vec!["remarks".into()]);
    let options = Options { mapping: Some(mapping), ..Options::default() };
    let reading = read_as(seed(Format::Csv).as_bytes(), Format::Csv, &options);
    assert_eq!(reading.records[0].resource, "a;b");
}

#[test]
fn a_time_is_found_by_its_looks() {
    let columns = ["n", "seen", "by"].map(String::from);
    let rows = [
        ["1", "2026-03-18 17:05", "ada"].map(String::from).to_vec(),
        ["2", "2026-03-18 17:06", "ada"].map(String::from).to_vec(),
    ];
    assert_eq!(propose_mapping(&columns, &rows).0[&ColumnRole::Time], ["seen"]);
}

#[test]
fn rows_are_read_by_their_header() {
    let reading = read(Format::Csv);
    let [update, view] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (update.verb, update.outcome, &update.time_flag),
        (Verb::Write, Outcome::Success, &TimeFlag::AssumedUtc)
    );
    assert_eq!((view.outcome, view.time.unwrap().rfc3339().as_str()), (Outcome::Denied, "2026-03-18T16:06:00Z"));
    let bad = read_detected(
        "time,user,action\n2026-03-18T17:05:00Z,ada,read\n2026-03-18T17:06:00Z,\"ada\n2026-03-18T17:07:00Z,bob,read\n2026-03-18T17:08:00Z,bo",
    );
    assert_eq!(bad.records.iter().map(|record| record.actor.name.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
    let reasons: Vec<_> =
        bad.parse_errors.iter().map(|parse_error| (parse_error.line, parse_error.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [(3, "A quote in this line is never closed."), (5, "This row has 2 fields, and the header has 3.")]
    );
}

#[test]
fn objects_are_read_by_the_names_of_their_fields() {
    let reading = read(Format::Jsonl);
    let [create, delete] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (create.actor.name.as_str(), create.actor.id.as_deref(), create.resource.as_str()),
        ("forum-agent", Some("7"), "thread-9")
    );
    assert_eq!(
        (create.outcome, create.time.unwrap().rfc3339().as_str()),
        (Outcome::Denied, "2026-03-18T17:05:00.250Z")
    );
    assert_eq!((delete.verb, delete.resource.as_str(), delete.outcome), (Verb::Delete, "/t/9", Outcome::Success));
    let document =
        read_detected(r#"{"count":2,"items":[{"time":"2026-03-18","user":"a"},{"time":"2026-03-19","user":"b"}]}"#);
    assert_eq!((document.format, document.records.len()), (Format::Jsonl, 2));
    assert_eq!(document.records[0].time_flag, TimeFlag::Range);
}

#[test]
fn a_written_timeline_keeps_its_ranges() {
    let options = Options { collected_at: Instant::parse("2026-03-20T00:00:00Z").ok(), ..Options::default() };
    let reading = read_as(seed(Format::Text).as_bytes(), Format::Text, &options);
    let [asks, .., contained] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (asks.time_flag.clone(), asks.time_latest.unwrap().rfc3339().as_str()),
        (TimeFlag::Range, "2026-03-18T23:59:59.999999Z")
    );
    assert_eq!(contained.time.unwrap().rfc3339(), "2026-03-18T02:00:00Z");
    assert_eq!((contained.raw.first_line, reading.records.len()), (4, 4));
}

#[test]
fn the_lines_of_a_program_go_on() {
    let text = "2026-03-18 17:05:00,123 ERROR boom\n  at main\n  at start\n2026-03-18T17:06:00Z INFO fine\nMar 18 17:07:00 host sshd[1]: hello\n";
    let options = Options { collected_at: Instant::parse("2026-03-20T00:00:00Z").ok(), ..Options::default() };
    let reading = read_as(text.as_bytes(), Format::Text, &options);
    let told: Vec<_> =
        reading.records.iter().map(|record| (record.time.unwrap().rfc3339(), record.message.as_str())).collect();
    let wanted = [
        ("2026-03-18T17:05:00.123Z", "ERROR boom\nat main\nat start"),
        ("2026-03-18T17:06:00Z", "INFO fine"),
        ("2026-03-18T17:07:00Z", "host sshd[1]: hello"),
    ];
    assert_eq!(told, wanted.map(|(time, message)| (time.to_string(), message)));
    let blind = read_as(b"2026-03-18T17:06:00Z a\n\n", Format::Text, &Options::default());
    assert_eq!((blind.records.len(), blind.parse_errors.len()), (1, 0));
    let undated = read_as(b"17:05 the agent posts\n", Format::Text, &Options::default());
    assert_eq!((undated.records[0].time, &undated.records[0].time_flag), (None, &TimeFlag::Absent));
}

fn table(text: &str) -> WholeLog {
    read_all(text.as_bytes(), "log.csv")
}

fn times(reading: &WholeLog) -> Vec<(String, TimeFlag)> {
    let time = |time: Option<Instant>| time.map(Instant::rfc3339).unwrap_or_default();
    reading.records.iter().map(|record| (time(record.time), record.time_flag.clone())).collect()
}

#[test]
fn every_end_of_a_line_parts_records() {
    let rows = ["time,user,action", "2026-03-18T17:00:00Z,ada,read", "2026-03-18T17:01:00Z,jürg,write", ""];
    let lines = ["2026-03-18T17:00:00Z ada did x", "2026-03-18T17:01:00Z jürg did y", ""];
    for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
        let reading = table(&rows.join(end));
        let actors: Vec<&str> = reading.records.iter().map(|record| record.actor.name.as_str()).collect();
        assert_eq!((actors.as_slice(), reading.parse_errors.len()), (&["ada", "jürg"][..], 0), "{end:?}");
        assert_eq!(reading.records[1].raw.first_line, 3, "{end:?}");
        let text = lines.join(end);
        let reading = read_detected(&text);
        assert_eq!((reading.records.len(), reading.parse_errors.len()), (2, 0), "{end:?}");
        let raw = reading.records[1].raw;
        let (from, to) = (raw.offset as usize, (raw.offset + raw.length) as usize);
        assert!(text[from..to].starts_with("2026-03-18T17:01:00Z jürg did y"), "{end:?}: {}", &text[from..to]);
        // However the bytes come.
        for size in [1, 2, 3, 7] {
            let mut cut = WholeLog::new(Format::Text);
            let mut reader = crate::reader::log::LogReader::new(Format::Text, &Options::default());
            text.as_bytes().chunks(size).for_each(|chunk| reader.feed(chunk, &mut cut));
            reader.finish(&mut cut);
            assert_eq!(cut.records, reading.records, "{end:?} {size}");
        }
    }
    // A line end inside of a field is none of the file.
    assert_eq!(table("time,message\n2026-03-18T17:00:00Z,\"a\rb\"\n").records.len(), 1);
}

#[test]
fn a_zone_in_the_table_is_the_zone_of_its_times() {
    let exact = |time: &str| (time.to_string(), TimeFlag::Exact);
    let by_column = [
        ("tz", "America/New_York", "2026-03-18T21:00:00Z"),
        ("tz", "+05:30", "2026-03-18T11:30:00Z"),
        ("utc_offset", "-0700", "2026-03-19T00:00:00Z"),
        ("Time Zone", "CET", "2026-03-18T16:00:00Z"),
        ("timezone", "UTC+2", "2026-03-18T15:00:00Z"),
    ];
    for (name, zone, time) in by_column {
        let reading =
            table(&format!("time,{name},user\n2026-03-18 17:00:00,{zone},ada\n2026-03-18T17:00:00Z,{zone},ada\n"));
        assert_eq!(times(&reading), [exact(time), exact("2026-03-18T17:00:00Z")], "{name} {zone}");
    }
    let by_name = [
        ("Time (UTC+2)", "2026-03-18T15:00:00Z"),
        ("TimeGenerated [UTC]", "2026-03-18T17:00:00Z"),
        ("time [Europe/Berlin]", "2026-03-18T16:00:00Z"),
    ];
    for (name, time) in by_name {
        let reading = table(&format!("{name},user\n2026-03-18 17:00:00,ada\n"));
        assert_eq!(times(&reading), [exact(time)], "{name}");
    }
    // A time whose zone is not told stays one that is assumed, and one whose zone is unknown says so.
    let reading = table("time_local,user\n2026-03-18 17:00:00,ada\n");
    assert_eq!(times(&reading), [("2026-03-18T17:00:00Z".into(), TimeFlag::AssumedUtc)]);
    let reading = table("time,tz,user\n2026-03-18 17:00:00,Middle Earth,ada\n");
    assert_eq!(reading.records[0].time_flag, TimeFlag::AssumedUtc);
    assert!(reading.records[0].needs_review.as_ref().is_some_and(|why| why.contains("Middle Earth")));
}

#[test]
fn a_table_without_names_or_with_a_name_twice_says_so() {
    let reading = table("2026-03-18T17:00:00Z,ada,read\n2026-03-18T17:01:00Z,bob,write\n");
    assert_eq!(times(&reading), [("2026-03-18T17:01:00Z".into(), TimeFlag::Exact)]);
    assert_eq!(reading.parse_errors.len(), 1);
    assert!(reading.parse_errors[0].reason.contains("names of the columns"), "{}", reading.parse_errors[0].reason);
    assert!(reading.parse_errors[0].text.contains("ada"), "{}", reading.parse_errors[0].text);
    let reading = table("sep=;\ntime;user;action\n2026-03-18T17:00:00Z;ada, bob, carol, dan;read\n");
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (1, 0));
    assert_eq!(reading.records[0].actor.name, "ada, bob, carol, dan");
    let reading = table(
        "time,user,action,user,action\n2026-03-18T17:00:00Z,ada,read,bob,delete\n2026-03-18T17:01:00Z,ada,read,ada,read\n",
    );
    let said = |at: usize| reading.records[at].needs_review.as_ref().is_some_and(|why| why.contains("called “user”"));
    assert!(said(0) && !said(1));
}

#[test]
fn an_epoch_of_the_year_one_is_no_time() {
    for text in ["-62135596800", "-62135596800000", "-62135596800000000000"] {
        let reading = table(&format!("time,user\n{text},ada\n"));
        assert_eq!(times(&reading), [(String::new(), TimeFlag::Unreadable(text.into()))], "{text}");
    }
    assert_eq!(times(&table("time,user\n-86400,ada\n"))[0].0, "1969-12-31T00:00:00Z");
}

#[test]
fn our_own_table_comes_back_as_it_was() {
    let mut story = Story::new();
    let times = [
        "before 2026-03-18 18:00 UTC",
        "after 2026-03-18 18:00 UTC",
        "2026-03-18 17:05 UTC",
        "2026-03-18 17:05:09 Europe/Berlin",
        "about 2026-03-18 17:00 CET",
        "18 March 2026",
        "March 2026",
        "2026",
        "unknown",
    ];
    for (place, time) in times.iter().enumerate() {
        let body = ["'=x", "=1+1", "''=x", "plain, \"said\"\n\nmore", "", "@x;=y"][place % 6];
        let draft = serde_json::json!({
            "time": time, "kind": "decision", "verb": "delete", "effect": "destructive", "outcome": "denied", "resource": format!("'=r/{place}"),
            "actor": {"kind": "agent", "name": format!("bot {place}")}, "on_behalf_of": {"kind": "human", "name": "O, \"x\""},
            "invoked_by": {"kind": "service", "name": "svc"}, "requested": "yes", "authorised": "no", "confirmed": "no",
            "output_mode": "direct", "provenance_label": "footer", "reversibility": "manual", "prevented_by": "luck",
            "body": body, "trace": "=t",
        });
        story.add::<EventDraft>("Ada", draft);
    }
    let options = ExportOptions {
        zone: Zone::utc(),
        profile: Profile::Internal,
        as_of: Instant::parse("2026-03-20T09:30:00Z").unwrap(),
        head: "ab".repeat(32),
    };
    let reading = read_all(timeline_csv(&story.dossier, &options).as_bytes(), "timeline.csv");
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (times.len(), 0));
    for record in &reading.records {
        let told = record.ours.as_ref().and_then(|ours| ours.time.as_ref()).unwrap();
        assert_eq!(record.time.is_some(), told.earliest.is_some() && told.latest.is_some(), "{told:?}");
    }
    let mut other = Story::filed(13, 50);
    let item = other.upload("Ada", "timeline.csv");
    let records: Vec<_> = (1..).zip(reading.records).collect();
    other.enter("Ada", |entry| entry.promote_events(&item, &records)).unwrap();
    let told = |story: &Story| {
        let mut told: Vec<String> = story.dossier.events.iter().map(|kept| plain(story, &kept.record)).collect();
        told.sort();
        told
    };
    assert_eq!(told(&other), told(&story));
}

/// An event with the principals told by kind and name, and without what is its file's own.
fn plain(story: &Story, event: &Event) -> String {
    let who = |id: &crate::Id| {
        let known = &story.dossier.principals.get(id).unwrap().record;
        format!("{} {}", known.kind, known.name)
    };
    let parts: Vec<String> = event.parts().map(who).collect();
    let bare = Event {
        id: "x".into(),
        actor: "x".into(),
        on_behalf_of: None,
        invoked_by: None,
        evidence: Vec::new(),
        ..event.clone()
    };
    format!("{parts:?} {bare:?}")
}
