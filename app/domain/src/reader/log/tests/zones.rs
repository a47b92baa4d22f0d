//! Zones that a log itself tells, and the days and halves of days that it leaves out.

use crate::reader::log::{Format, LogRecord, Options, Terms, TimeFlag, WholeLog, detect, read_as};
use crate::time::{Instant, Zone};

fn read(text: &str) -> WholeLog {
    read_on(text, Terms { occurred: Instant::parse("2026-03-14T15:00:00Z").ok(), ..Terms::default() })
}

fn read_on(text: &str, terms: Terms) -> WholeLog {
    let collected_at = Instant::parse("2026-03-20T09:00:00Z").ok();
    let options = Options { collected_at, terms, ..Options::default() };
    read_as(text.as_bytes(), detect(text.as_bytes(), "file.log"), &options)
}

fn told(record: &LogRecord) -> (String, &TimeFlag, Option<u64>) {
    (record.time.map(Instant::rfc3339).unwrap_or_default(), &record.time_flag, record.hints.zone_line)
}

fn times(reading: &WholeLog) -> Vec<String> {
    reading.records.iter().map(|record| told(record).0).collect()
}

#[test]
fn a_line_of_the_log_gives_the_zone_of_the_lines_below() {
    let heads = ["All times are PDT.", "# Time zone: PDT", "TZ=-07:00", "log_timezone = 'America/Los_Angeles'"];
    let bodies = [
        ("2026-03-18 16:40:00 agent starts the deploy", Format::Text),
        (
            "type=SYSCALL msg=audit(18/03/2026 16:40:00.000:7) : syscall=unlink success=yes auid=ada comm=rm",
            Format::Auditd,
        ),
        ("{\"timestamp\":\"2026-03-18T16:40:00\",\"actor\":\"ada\",\"action\":\"delete\"}", Format::Jsonl),
        ("time,user,action\n2026-03-18 16:40:00,ada,delete", Format::Csv),
    ];
    for head in heads {
        for (body, format) in &bodies {
            let reading = read(&format!("{head}\n{body}\n"));
            let found: Vec<_> = reading.records.iter().map(told).collect();
            let wanted = ("2026-03-18T23:40:00Z".to_string(), &TimeFlag::HeaderZone, Some(1));
            assert_eq!((reading.format, found), (*format, vec![wanted]), "{head} {body}");
            assert_eq!((reading.summary.unreadable, reading.summary.assumed_time), (0, 1), "{head} {body}");
            assert_eq!(reading.summary.zone_lines.len(), 1, "{head}");
        }
    }
}

#[test]
fn a_zone_holds_from_its_line_on_and_only_for_times_without_one() {
    let reading = read(
        "2026-03-18 10:00:00 first\nTime zone: CET\n2026-03-18 10:00:00 second\n2026-03-18T10:00:00Z third\n\
         TZ=Asia/Tokyo\n2026-03-18 10:00:00 fourth\nMar 18 10:00:00 web app: fifth\n",
    );
    let found: Vec<_> = reading.records.iter().map(told).collect();
    let wanted = [
        ("2026-03-18T10:00:00Z", TimeFlag::AssumedUtc, None),
        ("2026-03-18T09:00:00Z", TimeFlag::HeaderZone, Some(2)),
        ("2026-03-18T10:00:00Z", TimeFlag::Exact, None),
        ("2026-03-18T01:00:00Z", TimeFlag::HeaderZone, Some(5)),
        ("2026-03-18T01:00:00Z", TimeFlag::AssumedYear, Some(5)),
    ];
    let wanted: Vec<_> = wanted.iter().map(|(time, flag, line)| (time.to_string(), flag, *line)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_zone_that_is_not_known_is_reported_and_so_is_one_that_a_person_denies() {
    for head in ["All times are ET", "# Timezone: Mars/Olympus", "Times are local time"] {
        let reading = read(&format!("{head}\n2026-03-18 16:40:00 deploy\n"));
        assert_eq!((reading.parse_errors.len(), reading.records.len()), (1, 1), "{head}");
        assert!(reading.parse_errors[0].reason.contains("read as UTC"), "{}", reading.parse_errors[0].reason);
        assert_eq!(reading.records[0].time_flag, TimeFlag::AssumedUtc, "{head}");
    }
    let terms = Terms { zone: Zone::parse("Europe/Berlin").ok(), ..Terms::default() };
    let reading = read_on("All times are PDT\n2026-03-18 16:40:00 deploy\n", terms);
    assert_eq!(told(&reading.records[0]), ("2026-03-18T15:40:00Z".into(), &TimeFlag::ToldZone, None));
    assert!(reading.parse_errors[0].reason.contains("Europe/Berlin was told"), "{}", reading.parse_errors[0].reason);
}

#[test]
fn a_written_timeline_has_the_zone_of_its_head_and_a_day_has_its_bounds_there() {
    let reading =
        read("All times are PDT.\n- 2026-03-18 16:40: agent deploys\n- 17:10: ada says stop\n- 2026-03-19: calm\n");
    let found: Vec<_> = reading.records.iter().map(|record| (told(record).0, record.hints.zone_line)).collect();
    assert_eq!(
        found,
        [
            ("2026-03-18T23:40:00Z".into(), Some(1)),
            ("2026-03-19T00:10:00Z".into(), Some(1)),
            ("2026-03-19T07:00:00Z".to_string(), Some(1)),
        ]
    );
    let day = &reading.records[2];
    assert_eq!(
        (&day.time_flag, day.time_latest.map(Instant::rfc3339)),
        (&TimeFlag::Range, Some("2026-03-20T06:59:59.999999Z".into()))
    );
    let plain = read("- 2026-03-18 16:40: agent deploys\n");
    assert!(
        plain.records[0].hints.zone_assumed || plain.records[0].time_flag == TimeFlag::AssumedUtc,
        "{:?}",
        plain.records[0]
    );
}

#[test]
fn a_clock_time_below_a_dated_line_is_a_record_of_its_own() {
    let reading =
        read("2026-03-18 23:58:00 agent deletes a\n23:59:30 agent deletes b\n00:01:10 agent deletes c\nmore of it\n");
    assert_eq!(times(&reading), ["2026-03-18T23:58:00Z", "2026-03-18T23:59:30Z", "2026-03-19T00:01:10Z"]);
    assert_eq!(reading.records[1].time_flag, TimeFlag::AssumedDay);
    assert!(reading.records[2].message.contains("more of it"));
}

#[test]
fn clock_times_of_twelve_hours_pass_noon_and_midnight() {
    let reading = read(
        "2026-03-18 11:58:00 AM agent deletes a\n12:01:00 PM agent deletes b\n01:10:00 PM agent deletes c\n\
         11:59:00 PM agent deletes d\n12:04:00 AM agent deletes e\n",
    );
    let wanted = [
        "2026-03-18T11:58:00Z",
        "2026-03-18T12:01:00Z",
        "2026-03-18T13:10:00Z",
        "2026-03-18T23:59:00Z",
        "2026-03-19T00:04:00Z",
    ];
    assert_eq!(times(&reading), wanted);
    let written = read("- 2026-03-18 11:50 AM: one\n- 12:10 PM: two\n- 11:55 PM: three\n- 12:05 AM: four\n");
    assert_eq!(
        times(&written),
        ["2026-03-18T11:50:00Z", "2026-03-18T12:10:00Z", "2026-03-18T23:55:00Z", "2026-03-19T00:05:00Z"]
    );
    let bare = read("- 2026-03-18 11:50: one\n- 1:05: two\n");
    let why = bare.records[1].needs_review.clone().unwrap_or_default();
    assert!(why.contains("write PM"), "{why}");
}

#[test]
fn lines_without_a_day_are_on_the_day_of_the_incident() {
    let filler: String =
        (0..9_000).map(|at| format!("09:{:02}:{:02} agent reads row {at} of table\n", at / 160, at % 60)).collect();
    for text in ["09:00:00 job runs\n09:17:00 alert\n", filler.as_str()] {
        let reading = read(text);
        assert!(times(&reading).iter().all(|time| time.starts_with("2026-03-14T09:")), "{:?}", reading.records[0]);
        assert!(
            reading.records.iter().all(|record| record.time_flag == TimeFlag::AssumedDay),
            "{:?}",
            reading.records[0]
        );
        assert_eq!(reading.summary.assumed_time, reading.summary.records);
    }
}

#[test]
fn no_time_lands_outside_of_what_a_log_can_have() {
    for stamp in ["1850-03-18 10:00:00", "2101-01-01 00:00:00", "9999999999999"] {
        for text in [
            format!("{stamp} agent deletes\n"),
            format!("- {stamp}: agent deletes\n"),
            format!("{{\"timestamp\":\"{stamp}\",\"action\":\"x\"}}\n"),
        ] {
            let reading = read(&text);
            let found: Vec<_> = reading.records.iter().filter_map(|record| record.time).collect();
            let (from, to) =
                (Instant::parse("1990-01-01T00:00:00Z").unwrap(), Instant::parse("2101-01-01T00:00:00Z").unwrap());
            assert!(found.iter().all(|time| (from..to).contains(time)), "{text} {found:?}");
            assert_eq!(reading.records.len() as u64 + reading.summary.unreadable, 1, "{text}");
        }
    }
}

#[test]
fn a_time_field_that_cannot_be_read_does_not_hide_the_next_one() {
    let texts = [
        "{\"insertId\":\"a\",\"logName\":\"projects/p/logs/cloudaudit.googleapis.com%2Factivity\",\"timestamp\":\"soon\",\"receiveTimestamp\":\"2026-03-18T10:00:00Z\",\"protoPayload\":{\"methodName\":\"m\"}}\n",
        "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"x\",\"stage\":\"ResponseComplete\",\"verb\":\"get\",\"requestReceivedTimestamp\":\"soon\",\"stageTimestamp\":\"2026-03-18T10:00:00Z\",\"user\":{\"username\":\"u\"}}\n",
    ];
    for text in texts {
        assert_eq!(times(&read(text)), ["2026-03-18T10:00:00Z"], "{text}");
    }
}
