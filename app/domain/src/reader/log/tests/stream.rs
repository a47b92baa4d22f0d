//! Lists, documents, limits and what is cut off.

use crate::reader::log::{Fate, Format, Options, WholeLog, read_as};

fn read(text: &str) -> WholeLog {
    read_as(text.as_bytes(), Format::Cloudtrail, &Options::default())
}

fn ids(reading: &WholeLog) -> Vec<&str> {
    reading.records.iter().filter_map(|record| record.id.as_deref()).collect()
}

fn record(id: &str) -> String {
    format!(r#"{{"eventName":"GetObject","eventSource":"s3.amazonaws.com","eventID":"{id}"}}"#)
}

fn parse_errors(reading: &WholeLog) -> Vec<(usize, usize, &str)> {
    reading
        .parse_errors
        .iter()
        .map(|parse_error| (parse_error.line, parse_error.offset, parse_error.reason.as_str()))
        .collect()
}

#[test]
fn lists_documents_and_lines_are_read_alike() {
    let (one, two) = (record("1"), record("2"));
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&format!("[{one},{two}]")).unwrap())
            .unwrap();
    let texts = [
        format!("{one}\n{two}\n"),
        format!("{one}\r\n\r\n{two}"),
        format!("{one}{two}"),
        format!("{one},\n{two},\n"),
        format!("[{one},{two}]"),
        format!("[\n{one},\n{two}\n]\n"),
        pretty.clone(),
        format!("{{\"Records\":{pretty}}}"),
        format!("{{\"Records\":[{one},{two}]}}"),
        format!("{{\"Records\":[{one}]}}\n{{\"Records\":[{two}]}}\n"),
        format!("{{\"version\":1,\"nested\":{{\"Records\":[1]}},\"Records\" : [\n{one},\n{two}\n],\"more\":[{{}}]}}"),
        format!("\u{feff}{{\"Records\":[{one},{two}]}}"),
    ];
    for text in texts {
        let reading = read(&text);
        assert_eq!(parse_errors(&reading), [], "{text}");
        assert_eq!(ids(&reading), ["1", "2"], "{text}");
    }
}

#[test]
fn a_record_says_where_it_stands() {
    let text = format!("\n{{\"Records\":[\n  {},\n{}]}}", record("1"), record("2").replace(',', ",\n"));
    let reading = read(&text);
    for record in &reading.records {
        let raw = record.raw;
        let (from, to) = (usize::try_from(raw.offset).unwrap(), usize::try_from(raw.offset + raw.length).unwrap());
        let bytes = &text[from..to];
        assert!(bytes.starts_with('{') && bytes.ends_with('}'), "{bytes}");
        assert_eq!(raw.first_line as usize, text[..from].matches('\n').count() + 1);
        assert_eq!(raw.last_line as usize, text[..to].matches('\n').count() + 1);
    }
    assert_eq!(reading.records[1].raw.last_line, 6);
}

#[test]
fn a_bad_line_is_placed_and_the_next_one_read() {
    let text = format!("{}\n{{\"eventName\": oops}}\nnot json\n{}\n{{\"eventName\":\"Get", record("1"), record("2"));
    let reading = read(&text);
    assert_eq!(ids(&reading), ["1", "2"]);
    let found = parse_errors(&reading);
    assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [2, 3, 5]);
    assert!(found[0].2.contains("expected value at character 15"), "{found:?}");
    assert_eq!(found[1].2, "This is not a JSON object: a record is one.");
    assert_eq!(found[2].2, "The file ends in the middle of this record: it was cut off.");
    assert_eq!(&text[found[2].1..], "{\"eventName\":\"Get");
}

#[test]
fn a_line_that_breaks_off_does_not_take_the_next_one_with_it() {
    for broken in [r#"{"eventName":"Ge"#, r#"{"eventName":"Get","a":[1,"#, r#"{"a":"#, r#"{"a":{"b":1}"#] {
        let reading = read(&format!("{broken}\n{}\n{}\n", record("1"), record("2")));
        assert_eq!(ids(&reading), ["1", "2"], "{broken}");
        assert_eq!(reading.parse_errors.len(), 1, "{broken}");
    }
}

#[test]
fn a_broken_element_does_not_take_the_list_with_it() {
    let text = format!("[\n{},\n{{\"eventName\":\"Ge\nt\",\n\"x\":1\n}},\n{}\n]", record("1"), record("2"));
    let reading = read(&text);
    assert_eq!(ids(&reading), ["1", "2"]);
    assert_eq!(parse_errors(&reading).len(), 1);
}

#[test]
fn a_list_that_is_cut_off_is_told() {
    let reading = read(&format!("{{\"Records\":[{},{}", record("1"), record("2")));
    assert_eq!(ids(&reading), ["1", "2"]);
    assert_eq!(reading.parse_errors[0].reason, "The file ends before its list is closed: it was cut off.");
    let reading = read(&format!("{{\"Records\":[{},{}", record("1"), &record("2")[..30]));
    assert_eq!(ids(&reading), ["1"]);
    assert_eq!(reading.parse_errors[0].reason, "The file ends in the middle of this record: it was cut off.");
}

#[test]
fn what_is_too_long_is_passed_over() {
    let options = Options { piece_bytes_max: Some(300), ..Options::default() };
    let long = record(&"x".repeat(500));
    for text in
        [format!("{}\n{long}\n{}", record("1"), record("2")), format!("[{},{long},{}]", record("1"), record("2"))]
    {
        let reading = read_as(text.as_bytes(), Format::Cloudtrail, &options);
        assert_eq!(ids(&reading), ["1", "2"]);
        assert_eq!(
            reading.parse_errors[0].reason,
            "This is longer than the longest record that is read: it was passed over."
        );
        let bad: u64 =
            reading.spans.iter().filter(|(_, fate)| *fate == Fate::ParseError).map(|(span, _)| span.length).sum();
        assert_eq!(bad, long.len() as u64);
    }
    // A list may be longer than any record.
    let list = format!("{{\"Records\":[{}]}}", vec![record("1"); 50].join(","));
    assert_eq!(read_as(list.as_bytes(), Format::Cloudtrail, &options).records.len(), 50);
    let log = format!("type=A msg=audit(1.0:1): a=1\n{}\ntype=A msg=audit(1.0:2): a=1\n", "x".repeat(900));
    let reading = read_as(log.as_bytes(), Format::Auditd, &options);
    assert_eq!((reading.records.len(), reading.parse_errors.len()), (2, 1));
}

#[test]
fn what_is_foreign_to_the_format_is_still_a_record() {
    let reading = read("{\"timestamp\":\"2026-03-18T17:05:00Z\",\"user\":\"ada\",\"whatever\":1}\n{}\n");
    let record = &reading.records[0];
    assert!(record.time.is_some());
    assert_eq!(record.actor.name, "ada");
    assert_eq!(
        record.needs_review.as_deref(),
        Some("It has no field of AWS CloudTrail: it was read by the names of its fields.")
    );
    assert_eq!(reading.parse_errors[0].reason, "This object is empty: there is nothing to read in it.");
}

#[test]
fn memory_is_bounded_by_a_piece() {
    // Twelve megabytes in one line, in which no record is longer than sixty kilobytes.
    let mut reading = WholeLog::new(Format::Cloudtrail);
    let mut reader = crate::reader::log::LogReader::new(Format::Cloudtrail, &Options::default());
    reader.feed(b"{\"Records\":[", &mut reading);
    let element = record(&"y".repeat(60_000)) + ",";
    for _ in 0..200 {
        reader.feed(element.as_bytes(), &mut reading);
        assert!(reader.held_bytes() <= Format::Cloudtrail.piece_bytes_max() + (1 << 18));
    }
    assert_eq!(reader.summary().records, 200);
}
