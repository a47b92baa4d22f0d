//! Linux audit: serials, their order, their gaps.

use proptest::prelude::*;

use super::fixtures::{read, read_detected};
use super::samples::sample;
use crate::reader::log::{Format, MissingRecords, Options, WholeLog, mark, read_all, read_as};
use crate::vocabulary::{Outcome, Verb};

/// What the seconds of these tests are counted from.
const BEGINNING: i64 = 1_773_853_000;

fn line(serial: u32, seconds: u32) -> String {
    let seconds = BEGINNING + i64::from(seconds);
    format!("type=SYSCALL msg=audit({seconds}.000:{serial}): arch=c000003e syscall=59 success=yes exit=0 auid=1000\n")
}

fn of(serials: &[(u32, u32)]) -> WholeLog {
    let text: String = serials.iter().map(|(serial, seconds)| line(*serial, *seconds)).collect();
    read_as(text.as_bytes(), Format::Auditd, &Options::default())
}

fn missing(reading: &WholeLog) -> Vec<(Option<i64>, Option<i64>, Option<u64>)> {
    let second = |time: Option<crate::time::Instant>| time.map(|time| time.micros() / 1_000_000 - BEGINNING);
    reading.gaps.iter().map(|MissingRecords { from, to, missing, .. }| (second(*from), second(*to), *missing)).collect()
}

#[test]
fn the_lines_of_a_serial_are_one_record() {
    let reading = read(Format::Auditd);
    let [remove, connect, login, config] = reading.records.as_slice() else { panic!("{:?}", reading.records) };
    assert_eq!((remove.resource.as_str(), remove.verb, remove.hints.pieces), ("rm -rf /data/a ", Verb::Execute, 3));
    assert_eq!(
        (remove.actor.name.as_str(), remove.tool.as_deref(), remove.session.as_deref()),
        ("uid 1000", Some("/usr/bin/rm"), Some("3"))
    );
    assert_eq!((remove.raw.first_line, remove.raw.last_line), (1, 4));
    assert_eq!((connect.resource.as_str(), connect.outcome), ("169.254.169.254:80", Outcome::Denied));
    assert_eq!(
        (login.actor.name.as_str(), login.outcome, login.source_address.as_deref()),
        ("eve", Outcome::Denied, Some("192.0.2.7"))
    );
    assert!(config.hints.logging_control);
    assert_eq!(config.hints.node.as_deref(), Some("web1"));
    // Over the wrap: 4294967295, (0, 1,) 2, (3, 4, 5,) 6.
    assert_eq!(missing(&reading).iter().map(|gap| gap.2).collect::<Vec<_>>(), [Some(2), Some(3)]);
    assert_eq!(reading.gaps[0].reason, "web1: serials 0 to 1 are missing: records were lost.");
}

#[test]
fn serials_wrap_and_may_be_out_of_order() {
    assert_eq!(missing(&of(&[(u32::MAX - 1, 1), (u32::MAX, 1), (0, 1), (1, 1)])), []);
    // Some kernels leave out 0.
    assert_eq!(missing(&of(&[(u32::MAX, 1), (1, 1)])), []);
    assert_eq!(missing(&of(&[(5, 1), (8, 1), (7, 1), (6, 1), (9, 1)])), []);
    assert_eq!(missing(&of(&[(5, 1), (9, 4)])), [(Some(1), Some(4), Some(3))]);
}

#[test]
fn a_late_serial_fills_its_gap() {
    // More than the window lies between the gap and what fills a part of it.
    let mut serials: Vec<(u32, u32)> = [(10, 100), (15, 101)].into();
    serials.extend((16..200).map(|serial| (serial, 101)));
    serials.push((12, 100));
    assert_eq!(missing(&of(&serials)), [(Some(100), Some(100), Some(1)), (Some(100), Some(101), Some(2))]);
}

#[test]
fn a_restart_is_a_gap_that_cannot_be_counted() {
    let reading = of(&[(900, 1), (901, 2), (3, 500), (4, 501)]);
    assert_eq!(missing(&reading), [(Some(2), Some(500), None)]);
    assert_eq!(reading.records.len(), 4);
    // The daemon numbers its own records.
    let text = format!("{}type=DAEMON_START msg=audit(1773853002.000:7777): op=start\n{}", line(1, 1), line(2, 3));
    assert_eq!(missing(&read_as(text.as_bytes(), Format::Auditd, &Options::default())), []);
}

#[test]
fn lines_that_are_none_are_parse_errors() {
    let text = format!(
        "{}garbage\ntype=SYSCALL msg=audit(1773853001.0:\naudit: type=1300 audit(1773853001.000:2): syscall=1\n",
        line(1, 1)
    );
    let reading = read_as(text.as_bytes(), Format::Auditd, &Options::default());
    assert_eq!(
        (reading.records.len(), reading.parse_errors.iter().map(|parse_error| parse_error.line).collect::<Vec<_>>()),
        (2, vec![2, 3])
    );
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let (normal, mixed) = (sample("auditd.log"), sample("auditd-mixed.log"));
    let (normal, mixed) = (read_all(&normal, ""), read_all(&mixed, ""));
    let told = |reading: &WholeLog| {
        reading
            .records
            .iter()
            .map(|record| (record.hints.serial, record.hints.pieces, record.resource.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&normal), told(&mixed));
    assert_eq!(told(&normal).iter().map(|record| record.0).collect::<Vec<_>>(), [58, 59, 60, 61, 62].map(Some));
}

#[test]
fn calls_that_are_written_by_their_names_are_known_as_well() {
    let line = |serial: u32, call: &str, flags: &str| {
        format!(
            "type=SYSCALL msg=audit(03/18/2026 17:00:00.123:{serial}) : arch=x86_64 syscall={call} success=yes exit=0 a0=0x1 a1=0x2 a2={flags} items=1 ppid=1 pid=2 auid=vera uid=root comm=x exe=/usr/bin/x key=k\n"
        )
    };
    let rows = [
        ("openat", "O_RDONLY", Verb::Read),
        ("openat", "O_RDWR|O_CREAT|O_TRUNC", Verb::Write),
        ("unlinkat", "0x0", Verb::Delete),
        ("execve", "0x0", Verb::Execute),
        ("fchmodat", "0755", Verb::Grant),
        ("renameat2", "0x0", Verb::Write),
        ("connect", "0x10", Verb::Call),
    ];
    let text: String = rows.iter().zip(40..).map(|((call, flags, _), serial)| line(serial, call, flags)).collect();
    let reading = read_detected(&text);
    let verbs: Vec<Verb> = reading.records.iter().map(|record| record.verb).collect();
    assert_eq!(verbs, rows.map(|(.., verb)| verb), "{:?}", reading.records);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two machines that take turns in one file without their names: whatever their serials, it is not known which are missing.
    #[test]
    fn two_machines_without_names_are_never_taken_for_one(
        starts in (10_000_u32..12_000, 10_000_u32..12_000),
        turns in prop::collection::vec(1_usize..5, 4..12),
    ) {
        let (mut one, mut other, mut at) = (starts.0, starts.1, 0);
        let mut text = String::new();
        for (turn, count) in turns.into_iter().enumerate() {
            let serial = if turn % 2 == 0 { &mut one } else { &mut other };
            for _ in 0..count {
                text.push_str(&line(*serial, at));
                (*serial, at) = (*serial + 1, at + 2);
            }
        }
        let reading = read_as(text.as_bytes(), Format::Auditd, &Options::default());
        prop_assert!(reading.summary.marked(mark::MIXED) > 0, "{text}");
    }
}
