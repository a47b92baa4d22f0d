//! Timesketch, CSV, JSON lines and text.

use super::fixtures::{read, read_detected, seed};
use crate::reader::log::{Format, Mapping, Options, Role, TimeFlag, first_rows, propose_mapping, read_as};
use crate::time::Instant;
use crate::timeline::{Outcome, Verb};

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
    mapping.0.insert(Role::Resource, vec!["remarks".into()]);
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
    assert_eq!(propose_mapping(&columns, &rows).0[&Role::Time], ["seen"]);
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
    let reasons: Vec<_> = bad.complaints.iter().map(|complaint| (complaint.line, complaint.reason.as_str())).collect();
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
    assert_eq!((blind.records.len(), blind.complaints.len()), (1, 0));
    let undated = read_as(b"17:05 the agent posts\n", Format::Text, &Options::default());
    assert_eq!((undated.records[0].time, &undated.records[0].time_flag), (None, &TimeFlag::Absent));
}
