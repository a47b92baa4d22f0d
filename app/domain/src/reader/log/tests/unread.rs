//! What could not be read leaves a hole in time.

use crate::reader::log::{Format, Options, UnreadSpan, WholeLog, read_as};
use crate::time::Instant;

/// A line for each minute past 17:00; `None` is a line that is no record.
fn read(minutes: &[Option<i64>]) -> WholeLog {
    let line = |minute: &Option<i64>| match minute {
        Some(minute) => format!("{{\"time\":\"2026-03-18T17:{minute:02}:00Z\",\"action\":\"get\"}}\n"),
        None => "no record\n".to_string(),
    };
    let text: String = minutes.iter().map(line).collect();
    read_as(text.as_bytes(), Format::Jsonl, &Options::default())
}

fn holes(reading: &WholeLog) -> Vec<(Option<i64>, Option<i64>, u64, u64)> {
    let base = Instant::parse("2026-03-18T17:00:00Z").unwrap().micros();
    let minute = |at: Option<Instant>| at.map(|at| (at.micros() - base) / 60_000_000);
    let hole = |span: &UnreadSpan| (minute(span.from), minute(span.to), span.first_line, span.last_line);
    reading.summary.unread_spans.iter().map(hole).collect()
}

#[test]
fn a_hole_lies_between_the_records_beside_it() {
    let bad = None;
    type Row = (&'static str, Vec<Option<i64>>, Vec<(Option<i64>, Option<i64>, u64, u64)>);
    let rows: Vec<Row> = vec![
        ("nothing is unreadable", vec![Some(1), Some(30)], vec![]),
        ("one line", vec![Some(1), bad, Some(3), Some(4)], vec![(Some(1), Some(3), 2, 2)]),
        ("neighbours are one", vec![Some(1), bad, bad, bad, Some(3)], vec![(Some(1), Some(3), 2, 4)]),
        ("apart", vec![Some(1), bad, Some(3), bad, Some(5)], vec![(Some(1), Some(3), 2, 2), (Some(3), Some(5), 4, 4)]),
        ("at the beginning", vec![bad, Some(3), Some(4)], vec![(None, Some(3), 1, 1)]),
        ("at the end", vec![Some(3), Some(4), bad], vec![(Some(4), None, 3, 3)]),
        ("nothing but that", vec![bad], vec![(None, None, 1, 1)]),
        ("newest first", vec![Some(9), Some(7), bad, Some(5), Some(1)], vec![(Some(5), Some(7), 3, 3)]),
        ("newest first, cut off", vec![Some(9), Some(7), bad], vec![(None, Some(7), 3, 3)]),
        // Records stand up to two minutes from their places, and so may the one that is lost.
        ("out of order", vec![Some(1), Some(5), Some(3), bad, Some(6), Some(9)], vec![(Some(1), Some(8), 4, 4)]),
    ];
    for (name, lines, wanted) in rows {
        assert_eq!(holes(&read(&lines)), wanted, "{name}");
    }
}

#[test]
fn a_hole_names_its_lines_and_why() {
    let reasons = |lines: &[Option<i64>]| -> Vec<String> {
        read(lines).summary.unread_spans.into_iter().map(|span| span.reason).collect()
    };
    assert_eq!(
        reasons(&[Some(1), None, None, Some(2), None]),
        [
            "lines 2–3 could not be read: This is not a JSON object: a record is one.",
            "line 5 could not be read: This is not a JSON object: a record is one.",
        ]
    );
}

#[test]
fn a_file_that_is_cut_off_is_open_at_its_end() {
    let text = "{\"Records\":[{\"eventName\":\"GetObject\",\"eventSource\":\"s3.amazonaws.com\",\"eventTime\":\"2026-03-18T17:01:00Z\"}";
    let reading = read_as(text.as_bytes(), Format::Cloudtrail, &Options::default());
    assert_eq!(holes(&reading), [(Some(1), None, 1, 1)]);
    let whole = read_as(format!("{text}]}}").as_bytes(), Format::Cloudtrail, &Options::default());
    assert_eq!(holes(&whole), []);
}

#[test]
fn records_that_are_held_back_find_their_places() {
    // The first request ends after the bad line, and stands before it.
    let stage = |id: &str, stage: &str, minute: u8| {
        format!(
            "{{\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"{id}\",\"stage\":\"{stage}\",\"verb\":\"get\",\"requestURI\":\"/\",\
             \"requestReceivedTimestamp\":\"2026-03-18T17:{minute:02}:00Z\"}}\n"
        )
    };
    let text = [
        stage("a", "RequestReceived", 2),
        "bad\n".into(),
        stage("b", "ResponseComplete", 4),
        stage("a", "ResponseComplete", 2),
    ];
    let reading = read_as(text.concat().as_bytes(), Format::K8sAudit, &Options::default());
    assert_eq!(holes(&reading), [(Some(2), Some(4), 2, 2)]);
    // Held until the end of a window of serials.
    let line =
        |serial: u32| format!("type=SYSCALL msg=audit({}.000:{serial}): syscall=59\n", 1_773_853_200 + serial * 60);
    let log: String = (1..=30).map(|serial| if serial == 10 { "bad\n".into() } else { line(serial) }).collect();
    let reading = read_as(log.as_bytes(), Format::Auditd, &Options::default());
    assert_eq!(holes(&reading), [(Some(9), Some(11), 10, 10)]);
    // A timeline is read as a whole.
    let text = "[2026-03-18] Ada asks\n[soon] nobody acts\n[2026-03-19] Agent posts\n";
    let reading = read_as(text.as_bytes(), Format::Text, &Options::default());
    let lines: Vec<_> = holes(&reading).iter().map(|hole| (hole.0.is_some(), hole.1.is_some(), hole.2)).collect();
    assert_eq!(lines, [(true, true, 2)]);
}

#[test]
fn holes_are_listed_up_to_a_thousand_and_none_is_lost() {
    let record = |second: usize| format!("{{\"time\":{},\"action\":\"get\"}}\n", 1_773_853_200 + second);
    let text: String = (0..3_000).map(|second| if second % 2 == 1 { "bad\n".into() } else { record(second) }).collect();
    let reading = read_as(text.as_bytes(), Format::Jsonl, &Options::default());
    let spans = &reading.summary.unread_spans;
    assert_eq!(spans.len(), 1_000);
    assert_eq!(spans.iter().map(|span| span.pieces).sum::<u64>(), 1_500);
    let last = spans.last().unwrap();
    assert_eq!((last.pieces, last.first_line, last.last_line, last.to), (501, 2_000, 3_000, None));
}

#[test]
fn what_comes_after_as_many_records_as_are_read_proves_nothing() {
    let line = |minute: i64| format!("{{\"time\":\"2026-03-18T17:{minute:02}:00Z\",\"action\":\"get\"}}\n");
    let options = Options { records_max: Some(3), ..Options::default() };
    let read = |minutes: &[i64]| {
        let text: String = minutes.iter().map(|minute| line(*minute)).collect();
        read_as(text.as_bytes(), Format::Jsonl, &options)
    };
    assert_eq!(holes(&read(&[1, 2, 3])), []);
    let reading = read(&[1, 2, 3, 4, 5, 6]);
    assert_eq!((reading.records.len(), reading.summary.records, reading.summary.unreadable), (3, 3, 1));
    assert_eq!(reading.summary.last_at, Instant::parse("2026-03-18T17:03:00Z").ok());
    assert_eq!(holes(&reading), [(Some(3), None, 4, 6)]);
    assert!(
        reading.parse_errors[0].reason.contains("the first 3 records are read"),
        "{}",
        reading.parse_errors[0].reason
    );
    assert_eq!(holes(&read(&[9, 8, 7, 6, 5])), [(None, Some(7), 4, 5)], "newest first");
}
