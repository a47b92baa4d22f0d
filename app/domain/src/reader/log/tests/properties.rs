//! What holds for any bytes: no panic, every byte accounted for, and the same answer however the bytes are cut.

use proptest::prelude::*;

use super::fixtures::SEEDS;
use crate::reader::log::{
    Fate, Format, LogReader, Options, Summary, WholeLog, detect, first_rows, propose_mapping, read_as,
};

/// Cases of each property. With every format in each, they are more than two hundred thousand together; the variable
/// `INQUEST_FUZZ` multiplies them.
const ANY_CASES: u32 = 2_200;
const ALIKE_CASES: u32 = 1_500;
const BROKEN_CASES: u32 = 900;
const MIXED_CASES: u32 = 350;
const RECOVERY_CASES: u32 = 1_000;

fn times() -> u32 {
    std::env::var("INQUEST_FUZZ").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases: cases * times(), failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn the_properties_are_tried_often_enough() {
    let formats = u32::try_from(Format::ALL.len()).unwrap();
    let each = formats * (ANY_CASES + ALIKE_CASES + BROKEN_CASES + MIXED_CASES) + RECOVERY_CASES;
    println!("{} cases over {formats} formats", each * times());
    assert!(each >= 200_000, "{each}");
    assert!(Format::ALL.iter().all(|format| SEEDS.iter().any(|(known, _)| known == format)), "a format has no seed");
}

fn options(limit: usize) -> Options {
    Options { piece_bytes_max: Some(limit), ..Options::default() }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// The bytes with a newline for every end of a line, where a text without newlines has others: CR alone, U+0085, and the
/// separators of Unicode.
fn ended(bytes: &[u8], format: Format) -> Vec<u8> {
    let first = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().first();
    let begin = &bytes[..bytes.len().min(64 << 10)];
    let mut ended = bytes.to_vec();
    if format == Format::Journald || matches!(first, Some(b'{' | b'<')) || begin.contains(&b'\n') {
        return ended;
    }
    for end in ["\r", "\u{85}", "\u{2028}", "\u{2029}"].map(str::as_bytes) {
        for at in 0..(ended.len() + 1).saturating_sub(end.len()) {
            if ended[at..].starts_with(end) {
                ended[at..at + end.len()].fill(b' ');
                ended[at + end.len() - 1] = b'\n';
            }
        }
    }
    ended
}

/// Every byte is in one span, or blank and in none or one.
fn check_spans(bytes: &[u8], reading: &WholeLog) {
    let bytes = &ended(bytes, reading.summary.format)[..];
    let mut end = 0;
    for (span, _) in &reading.spans {
        let (from, to) = (usize::try_from(span.offset).unwrap(), usize::try_from(span.offset + span.length).unwrap());
        assert!(from >= end && to <= bytes.len(), "spans overlap or run over: {span:?} after {end}");
        assert!(bytes[end..from].iter().all(|byte| is_blank(*byte)), "bytes {end}..{from} are lost");
        let line = bytes[..from].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        assert_eq!(span.first_line, line, "the line of {span:?}");
        end = to;
    }
    assert!(bytes[end..].iter().all(|byte| is_blank(*byte)), "the bytes from {end} on are lost");
    let summary = &reading.summary;
    assert_eq!(summary.bytes, bytes.len() as u64);
    assert_eq!(summary.accounted, reading.spans.iter().map(|(span, _)| span.length).sum::<u64>());
    assert_eq!(
        (summary.records, summary.unreadable),
        (reading.records.len() as u64, reading.parse_errors.len() as u64)
    );
    for raw in reading.records.iter().map(|record| record.raw) {
        assert!(
            raw.offset + raw.length <= summary.bytes && raw.length > 0 && raw.first_line <= raw.last_line,
            "{raw:?}"
        );
    }
    // What could not be read leaves a hole.
    let untimed = reading.records.iter().filter(|record| record.time.is_none() && !record.is_remark()).count();
    let pieces: u64 = summary.unread_spans.iter().map(|span| span.pieces).sum();
    assert_eq!(pieces, summary.unreadable + untimed as u64);
    assert!(summary.unread_spans.iter().all(|span| span.from.is_none() || span.to.is_none() || span.from <= span.to));
    for parse_error in &reading.parse_errors {
        assert!(parse_error.offset <= bytes.len() && !parse_error.reason.is_empty());
        assert!(parse_error.text.chars().count() <= 201);
    }
    // Where there is a record, some span says so.
    if summary.records > 0 {
        assert!(reading.spans.iter().any(|(_, fate)| *fate == Fate::Record));
    }
}

fn read_in_parts(bytes: &[u8], format: Format, options: &Options, parts: usize) -> WholeLog {
    let mut reading = WholeLog::new(format);
    let mut reader = LogReader::new(format, options);
    for part in bytes.chunks(parts.max(1)) {
        reader.feed(part, &mut reading);
    }
    reading.summary = reader.finish(&mut reading);
    reading
}

/// Neighbouring spans of one fate as one: where a span is cut is no matter.
fn fates(bytes: usize, reading: &WholeLog) -> Vec<Option<Fate>> {
    let mut found = vec![None; bytes];
    for (span, fate) in &reading.spans {
        let from = usize::try_from(span.offset).unwrap();
        let length = usize::try_from(span.length).unwrap();
        found[from..from + length].fill(Some(*fate));
    }
    found
}

/// Blank bytes between two spans may be counted to either or none.
fn same(bytes: &[u8], whole: &WholeLog, parts: &WholeLog) {
    assert_eq!(whole.records, parts.records);
    assert_eq!(whole.parse_errors, parts.parse_errors);
    assert_eq!(whole.gaps, parts.gaps);
    // Only which blank bytes are counted may differ.
    assert_eq!(Summary { accounted: 0, ..whole.summary.clone() }, Summary { accounted: 0, ..parts.summary.clone() });
    let (left, right) = (fates(bytes.len(), whole), fates(bytes.len(), parts));
    for (at, byte) in bytes.iter().enumerate() {
        assert!(left[at] == right[at] || is_blank(*byte), "byte {at} has two fates");
    }
}

fn check(bytes: &[u8], format: Format, limit: usize, parts: usize) {
    let options = options(limit);
    let whole = read_as(bytes, format, &options);
    check_spans(bytes, &whole);
    for parts in [1, parts] {
        let cut = read_in_parts(bytes, format, &options, parts);
        check_spans(bytes, &cut);
        same(bytes, &whole, &cut);
    }
}

/// What is put into the bytes of logs.
const BITS: &[&[u8]] = &[
    b"\n",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\\",
    b"\r\n",
    b"\xff",
    b"\0",
    b"{\"Records\":[",
    b"]}",
    b"null",
    b"\"\"",
    b":",
    b"99999999999999999999",
    b"\n{",
    b"\xef\xbb\xbf",
    b"-",
    b" ",
    b"\n\n",
    b"1e999",
    b"\\ud800",
    b"audit(",
    b"<Event>",
    b"</Event>",
    b"#Fields: ",
    b"\t",
    b" LOG:  ",
    b"MESSAGE\n\x05\0\0\0\0\0\0\0",
    b"__CURSOR=",
    b"\"class_uid\":6003,",
];

/// A change to bytes: where, what, and how much.
type Change = (prop::sample::Index, u8, u8);

fn changed(seed: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (place, kind, what) in changes {
        let at = place.index(bytes.len() + 1);
        match kind % 6 {
            0 => drop(bytes.splice(at..at, BITS[usize::from(*what) % BITS.len()].iter().copied())),
            1 => drop(bytes.drain(at..(at + usize::from(*what)).min(bytes.len()))),
            2 if at < bytes.len() => bytes[at] = *what,
            3 => bytes.truncate(at),
            4 => {
                let copied = bytes[at..(at + usize::from(*what)).min(bytes.len())].to_vec();
                bytes.extend(copied);
            }
            _ => bytes.extend_from_slice(b"\n"),
        }
    }
    bytes.truncate(4_000);
    bytes
}

fn any_change() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 0..5)
}

proptest! {
    #![proptest_config(cases(ANY_CASES))]
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..120), limit in 64_usize..200, parts in 1_usize..40) {
        for format in Format::ALL {
            check(&bytes, *format, limit, parts);
        }
    }
}

proptest! {
    #![proptest_config(cases(ALIKE_CASES))]
    #[test]
    fn bytes_that_look_like_logs_are_read(text in "([{}\\[\\]\",:\\\\ \na0]|\"[a-z]{1,3}\":|\\{\"Records\":\\[|audit\\(1\\.2:3\\): |2026-03-18|<Event>|</Event>|A=|=\n\n|#Fields: | LOG:  ){0,30}", limit in 64_usize..100, parts in 1_usize..20) {
        for format in Format::ALL {
            check(text.as_bytes(), *format, limit, parts);
        }
    }
}

proptest! {
    #![proptest_config(cases(BROKEN_CASES))]
    #[test]
    fn broken_logs_are_read(changes in any_change(), limit in prop_oneof![Just(1_usize << 20), 64_usize..600], parts in 1_usize..400) {
        for (format, seed) in SEEDS.iter() {
            check(&changed(seed.as_bytes(), &changes), *format, limit, parts);
        }
    }
}

proptest! {
    #![proptest_config(cases(MIXED_CASES))]
    #[test]
    fn a_broken_log_is_read_in_any_format(changes in any_change(), which in any::<prop::sample::Index>(), parts in 1_usize..400) {
        let bytes = changed(which.get(&SEEDS).1.as_bytes(), &changes);
        for format in Format::ALL {
            check(&bytes, *format, 500, parts);
        }
        let format = detect(&bytes, "");
        let (columns, rows) = first_rows(&bytes, format);
        propose_mapping(&columns, &rows);
    }
}

proptest! {
    #![proptest_config(cases(RECOVERY_CASES))]
    #[test]
    fn what_follows_a_broken_line_is_read(changes in any_change()) {
        // A line end and a sound record bring every format of lines back, whatever stood before, unless a quote or a list is open.
        let sound = "\n{\"eventName\":\"GetObject\",\"eventSource\":\"s3.amazonaws.com\",\"eventID\":\"the last\"}\n";
        let broken: Vec<u8> = changed(SEEDS[0].1.as_bytes(), &changes).into_iter().filter(|byte| !matches!(byte, b'[' | b']')).collect();
        let bytes = [broken.as_slice(), sound.as_bytes()].concat();
        let reading = read_as(&bytes, Format::Cloudtrail, &Options::default());
        let last = reading.records.iter().any(|record| record.id.as_deref() == Some("the last"));
        prop_assert!(last, "{} {:?}", String::from_utf8_lossy(&bytes), reading.parse_errors);
    }
}

#[test]
fn a_byte_that_became_a_line_end_bends_no_record() {
    for (format, seed) in SEEDS.iter() {
        for at in 0..seed.len() {
            let mut bytes = seed.as_bytes().to_vec();
            bytes[at] = b'\r';
            let reading = read_as(&bytes, *format, &options(1 << 20));
            let record = reading.records.iter().find(|record| record.raw.length == 0);
            assert!(record.is_none(), "{format:?} {at} {record:?} {}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// What stands before the first record says how the file is read, in however small parts it comes.
#[test]
fn a_file_that_begins_oddly_is_read_alike_in_parts() {
    for (format, seed) in SEEDS.iter() {
        for bit in BITS {
            check(&[*bit, &seed.as_bytes()[..seed.len().min(1_500)]].concat(), *format, 1 << 20, 1);
        }
    }
}
