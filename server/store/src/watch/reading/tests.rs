use domain::Id;
use domain::watch::SourceDraft;

use super::*;

fn source(format: Option<&str>) -> Source {
    let draft = SourceDraft { name: "a".into(), format: format.map(str::to_string), ..SourceDraft::default() };
    draft.apply(Id::new("s"), at(0)).unwrap()
}

fn of<'a>(source: &'a Source, context: &'a [u8], batches: &'a [Opened], read_seq: i64) -> ToRead<'a> {
    ToRead { source, context, batches, read_seq, primes: false }
}

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

fn batch(seq: i64, seconds: i64, lines: &[String]) -> Opened {
    Opened { seq, at: at(seconds), bytes: (lines.join("\n") + "\n").into_bytes() }
}

/// A log record of a coding agent, as it exports them.
fn log(name: &str, attributes: &[(&str, &str)], second: u64) -> String {
    let attributes: Vec<serde_json::Value> = attributes
        .iter()
        .map(|(key, value)| serde_json::json!({ "key": key, "value": { "stringValue": value } }))
        .collect();
    serde_json::json!({ "resourceLogs": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "claude-code" } }] },
        "scopeLogs": [{ "logRecords": [{
            "timeUnixNano": (1_700_000_000 + second).to_string() + "000000000",
            "body": { "stringValue": name }, "attributes": attributes,
        }] }],
    }] })
    .to_string()
}

fn decision(id: &str, second: u64) -> String {
    let fields = [
        ("event.name", "tool_decision"),
        ("session.id", "s1"),
        ("tool_use_id", id),
        ("tool_name", "Bash"),
        ("decision", "accept"),
        ("source", "user_temporary"),
    ];
    log("claude_code.tool_decision", &fields, second)
}

fn result(id: &str, second: u64) -> String {
    let fields = [
        ("event.name", "tool_result"),
        ("session.id", "s1"),
        ("tool_use_id", id),
        ("tool_name", "Bash"),
        ("success", "true"),
        ("tool_parameters", "{\"full_command\":\"rm -rf x\"}"),
    ];
    log("claude_code.tool_result", &fields, second)
}

#[test]
fn a_decision_and_its_result_in_two_batches_are_one_act() {
    let source = source(Some("otlp"));
    let (first, second) = (batch(1, 10, &[decision("t1", 1)]), batch(2, 10, &[result("t1", 2)]));
    // Each by itself: the first waits for what may follow.
    let alone = read(&of(&source, &[], &[Opened { bytes: first.bytes.clone(), ..first }], 0), at(10));
    assert_eq!((alone.acts.len(), alone.judged_seq), (0, 0), "{alone:?}");
    let first = batch(1, 10, &[decision("t1", 1)]);
    let both = read(&of(&source, &[], &[first, second], 1), at(12));
    assert_eq!(both.judged_seq, 2);
    let acts: Vec<&Act> = both.acts.iter().filter(|act| act.record.effect != domain::timeline::Effect::None).collect();
    let [act] = acts.as_slice() else { panic!("{:?}", both.acts) };
    let proof = act.record.confirmation_proof.as_ref().map(|proof| proof.says.as_str());
    assert!(proof.is_some_and(|says| says.contains("tool_decision: accept")), "{act:?}");
}

#[test]
fn what_waits_is_judged_after_a_second_and_never_again() {
    let source = source(Some("otlp"));
    let batches = || [batch(1, 10, &[decision("t1", 1)])];
    assert_eq!(read(&of(&source, &[], &batches(), 0), at(10)).acts.len(), 0);
    let waited = read(&of(&source, &[], &batches(), 1), at(11));
    assert_eq!(waited.judged_seq, 1);
    let next = [batch(2, 11, &[result("t2", 3)])];
    let after = read(&of(&source, &batches()[0].bytes, &next, 1), at(13));
    assert!(after.acts.iter().all(|act| act.place.batch == Some(2)), "{after:?}");
    assert_eq!(after.judged_seq, 2);
}

#[test]
fn a_place_is_that_in_its_own_batch() {
    let line = |number: u32| {
        format!(
            "{{\"time\":\"2026-01-01T00:00:0{number}Z\",\"actor\":\"bot\",\"action\":\"read\",\"resource\":\"r{number}\"}}"
        )
    };
    let source = source(Some("jsonl"));
    let batches = [batch(7, 0, &[line(1), line(2)]), batch(8, 0, &[line(3)])];
    let read = read(&of(&source, (line(0) + "\n").as_bytes(), &batches, 0), at(5));
    let places: Vec<_> =
        read.acts.iter().map(|act| (act.place.batch, act.record.raw.first_line, act.record.raw.offset)).collect();
    let length = line(1).len() as u64 + 1;
    assert_eq!(places, [(Some(7), 1, 0), (Some(7), 2, length), (Some(8), 1, 0)], "{:?}", read.acts);
    assert_eq!(read.judged_seq, 8);
}

#[test]
fn what_was_judged_before_is_read_again_where_it_is_wanted() {
    let source = source(Some("jsonl"));
    let line = |number: usize| {
        format!(
            "{{\"time\":\"2026-03-18T17:00:00Z\",\"actor\":\"bot\",\"action\":\"delete\",\"resource\":\"r{number}\"}}"
        )
    };
    let batches = [batch(2, 2, &[line(1)]), batch(3, 3, &[line(2)])];
    let context = line(0) + "\n";
    let wanted = ToRead { primes: true, ..of(&source, context.as_bytes(), &batches, 2) };
    let found = read(&wanted, at(5));
    let resources = |acts: &[Act]| acts.iter().map(|act| act.record.resource.clone()).collect::<Vec<_>>();
    assert_eq!((resources(&found.before), resources(&found.acts)), (vec!["r0".into(), "r1".into()], vec!["r2".into()]));
    assert_eq!(read(&ToRead { primes: false, ..wanted }, at(5)).before.len(), 0);
}
