//! The logs of machines, databases and services that responders hold.

use super::fixtures::{SEEDS, read, read_detected};
use crate::reader::log::{Format, LogRecord, TimeFlag, WholeLog, detect};
use crate::vocabulary::PrincipalKind::{self, Agent, Human, System, Unknown};
use crate::vocabulary::{Effect, Outcome, Verb};

/// Who did what to what, and how it ended.
type Told<'a> = (PrincipalKind, &'a str, Verb, Effect, &'a str, Outcome);

fn told(record: &LogRecord) -> Told<'_> {
    (record.actor.kind, &record.actor.name, record.verb, record.effect, &record.resource, record.outcome)
}

fn all(reading: &WholeLog) -> Vec<Told<'_>> {
    reading.records.iter().map(told).collect()
}

const READ: (Verb, Effect) = (Verb::Read, Effect::Read);
const GONE: (Verb, Effect) = (Verb::Delete, Effect::Destructive);
const RIGHT: (Verb, Effect) = (Verb::Grant, Effect::Privilege);
const LOGS: (Verb, Effect) = (Verb::LoggingControl, Effect::Mutating);
const IN: (Verb, Effect) = (Verb::Login, Effect::None);
const NONE: (Verb, Effect) = (Verb::Other, Effect::None);

/// What the file of each format has to give: every act in it, in its order.
#[test]
fn every_format_tells_who_did_what() {
    use Outcome::{Denied, Success};
    type Row<'a> = (PrincipalKind, &'a str, (Verb, Effect), &'a str, Outcome);
    let open = Outcome::Unknown;
    let vera = "vera@example.com";
    let rows: &[(Format, &[Row<'_>])] = &[
        (
            Format::Ocsf,
            &[
                (Human, "vera", GONE, "arn:aws:s3:::north", Success),
                (Agent, "report-agent", READ, "/srv/pay.csv", Denied),
                (Human, "vera", (Verb::Execute, Effect::Destructive), "rm -rf /srv/data", Success),
                (Unknown, "", NONE, "", open),
            ],
        ),
        (
            Format::WebAccess,
            &[
                (Human, "vera", GONE, "/api/users/7", Success),
                (Agent, "", READ, "/login?next=/", Denied),
                (Unknown, "", (Verb::Write, Effect::Mutating), "https://www.example.com:443/orders", Success),
                (Human, "vera", READ, "north/pay.csv", Denied),
            ],
        ),
        (
            Format::VpcFlow,
            &[
                (Unknown, "192.0.2.9", NONE, "10.0.0.5:5432", Success),
                (Unknown, "192.0.2.9", NONE, "10.0.0.6:22", Denied),
            ],
        ),
        (
            Format::Postgres,
            &[
                (Unknown, "vera", IN, "shop", Success),
                (Unknown, "vera", GONE, "shop/public/orders", open),
                (Unknown, "vera", READ, "shop/pay", Denied),
                (Unknown, "", LOGS, "", open),
            ],
        ),
        (
            Format::Journald,
            &[
                (Human, "vera", IN, "web-1", Success),
                (Human, "vera", (Verb::Execute, Effect::Destructive), "/bin/rm -rf /srv", Success),
            ],
        ),
        (
            Format::WindowsEvent,
            &[
                (Human, "vera", IN, "dc-1", Denied),
                (Human, "vera", LOGS, "wevtutil cl Security", Success),
                (Human, "vera", (Verb::LoggingControl, Effect::Destructive), "dc-1", Success),
            ],
        ),
        (
            Format::VaultAudit,
            &[
                (Unknown, "token-vera", READ, "secret/data/pay", Success),
                (Agent, "report-agent", (Verb::LoggingControl, Effect::Destructive), "sys/audit/file", Denied),
            ],
        ),
        (Format::Guardduty, &[(Human, "vera", NONE, "arn:aws:s3:::north", open)]),
        (
            Format::Auth0,
            &[
                (Human, vera, IN, "db", Denied),
                (Human, vera, (Verb::LoggingControl, Effect::Destructive), "/api/v2/log-streams/ls-1", Success),
            ],
        ),
        (
            Format::Onepassword,
            &[
                (Human, vera, READ, "v-1/i-1", Success),
                (Human, vera, RIGHT, "uva/v-1", Success),
                (Human, vera, IN, "s", Denied),
            ],
        ),
        (
            Format::Snowflake,
            &[
                (Human, "VERA", READ, "SHOP/PUBLIC/orders", Success),
                (Agent, "REPORT_AGENT", GONE, "SHOP/PUBLIC/pay", Denied),
            ],
        ),
        (Format::Salesforce, &[(Human, vera, IN, "/index.jsp", Denied), (Human, vera, GONE, "Account", Success)]),
        (
            Format::Gitlab,
            &[
                (Human, "vera", RIGHT, "shop/web (ci)", Success),
                (Human, "vera", (Verb::Revoke, Effect::Privilege), "eve", Success),
                (Human, "vera", GONE, "/api/v4/projects/6", Success),
            ],
        ),
        (
            Format::Zoom,
            &[
                (Human, vera, RIGHT, "user: Add User eve@example.com", Success),
                (Human, vera, GONE, "recording: Delete recording 7", Success),
            ],
        ),
        (
            Format::Teleport,
            &[
                (Human, "vera", IN, "main", Denied),
                (Human, "vera", (Verb::Execute, Effect::Destructive), "web-1", Success),
                (Agent, "report-agent", GONE, "shop/orders", Success),
            ],
        ),
        (
            Format::Databricks,
            &[
                (Human, vera, READ, "secrets/prod/pay", Success),
                (Human, vera, GONE, "unityCatalog/main.shop.orders", Denied),
                (Human, vera, LOGS, "workspace/enableVerboseAuditLogs", Success),
            ],
        ),
        (
            Format::Cloudflare,
            &[
                (Human, vera, (Verb::LoggingControl, Effect::Destructive), "logpush.job/example.com", Success),
                (Human, vera, RIGHT, "token/t", Success),
                (Agent, "", READ, "example.com/pay", Denied),
            ],
        ),
        (
            Format::L2tcsv,
            &[
                (Unknown, "", (Verb::Write, Effect::Mutating), "/srv/pay.csv", open),
                (Unknown, "vera", NONE, "/home/vera/.bash_history", open),
            ],
        ),
    ];
    let mut faults = Vec::new();
    for (format, wanted) in rows {
        let reading = read(*format);
        let wanted: Vec<Told<'_>> =
            wanted.iter().map(|(kind, name, act, what, end)| (*kind, *name, act.0, act.1, *what, *end)).collect();
        if all(&reading) != wanted || reading.summary.unreadable > 0 || reading.summary.strangers().0 > 0 {
            faults.push(format!(
                "{}: {:#?}\nnot {wanted:#?}\n{:?} {:?}",
                format.word(),
                all(&reading),
                reading.parse_errors,
                reading.summary.strange
            ));
        }
        for record in &reading.records {
            let ok = record.time.is_some_and(|time| time.rfc3339().starts_with("2026-03-1"))
                && record.time_flag != TimeFlag::Absent;
            if !ok {
                faults.push(format!("{}: time {:?} {:?}", format.word(), record.time, record.time_flag));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every format's file is found to be in its format, and in no other, whatever it is called and however it is cut.
#[test]
fn no_format_is_taken_for_another() {
    for (format, seed) in SEEDS.iter() {
        for name in ["", "x.csv", "x.json", "x.log", "x.txt"] {
            if *format == Format::Text && name.ends_with("csv") {
                continue;
            }
            assert_eq!(detect(seed.as_bytes(), name), *format, "{name}");
        }
    }
}

#[test]
fn what_is_in_no_table_is_a_guess_and_is_counted() {
    let rows = [
        (
            "gitlab",
            r#"{"id":1,"author_id":3,"author_name":"vera","entity_id":6,"entity_type":"Project","event_name":"gizmo_deleted","created_at":"2026-03-18T17:00:00Z"}"#,
        ),
        (
            "databricks",
            r#"{"timestamp":1773853200000,"serviceName":"gizmos","actionName":"deleteGizmo","userIdentity":{"email":"v@example.com"},"response":{"statusCode":200}}"#,
        ),
        (
            "teleport",
            r#"{"event":"gizmo.delete","code":"T9999I","uid":"t","time":"2026-03-18T17:00:00Z","user":"vera"}"#,
        ),
        (
            "windows_event",
            r#"{"EventID":59999,"Channel":"Security","Computer":"c","TimeCreated":"2026-03-18T17:00:00Z"}"#,
        ),
        (
            "ocsf",
            r#"{"class_uid":9999,"category_uid":9,"activity_id":4,"activity_name":"Delete","time":1773853200000}"#,
        ),
    ];
    for (format, text) in rows {
        let reading = read_detected(text);
        assert_eq!((reading.format.word(), reading.summary.strangers()), (format, (1, 1)), "{text}");
        assert!(reading.records[0].needs_review.is_some(), "{text}");
    }
}

#[test]
fn shapes_of_one_source_are_the_same() {
    // Windows: what four collectors make of one sign-in that was refused.
    let rows = [
        r##"{"Event":{"System":{"EventID":4625,"Channel":"Security","Computer":"dc-1","TimeCreated":{"#attributes":{"SystemTime":"2026-03-18T17:00:00Z"}},"EventRecordID":5},"EventData":{"TargetUserName":"vera"}}}"##,
        r#"{"@timestamp":"2026-03-18T17:00:00Z","winlog":{"event_id":4625,"channel":"Security","computer_name":"dc-1","record_id":5,"event_data":{"TargetUserName":"vera"}},"event":{"code":"4625","outcome":"failure"}}"#,
        r#"{"EventTime":"2026-03-18T17:00:00Z","EventID":4625,"Channel":"Security","Hostname":"dc-1","RecordNumber":5,"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"vera"}"#,
        r#"{"Id":4625,"LogName":"Security","ProviderName":"Microsoft-Windows-Security-Auditing","MachineName":"dc-1","RecordId":5,"TimeCreated":"/Date(1773853200000)/","TargetUserName":"vera"}"#,
    ];
    for text in rows {
        let reading = read_detected(text);
        assert_eq!(reading.format, Format::WindowsEvent, "{text}");
        assert_eq!(all(&reading), [(Human, "vera", Verb::Login, Effect::None, "dc-1", Outcome::Denied)], "{text}");
        assert_eq!(
            reading.records[0].time.map(|time| time.rfc3339()).as_deref(),
            Some("2026-03-18T17:00:00Z"),
            "{text}"
        );
        assert_eq!(reading.records[0].hints.sequence, Some(5), "{text}");
    }
    // PostgreSQL: its CSV, whose statement runs over two lines, and its JSON.
    let csv = "2026-03-18 17:00:00.000 UTC,\"vera\",\"shop\",12,\"192.0.2.1:5\",69b.c,1,\"idle\",2026-03-18 16:00:00 UTC,3/1,0,LOG,00000,\"statement: drop table\n pay\",,,,,,,,,\"psql\",\"client backend\",,0\n";
    let json = r#"{"timestamp":"2026-03-18 17:00:00.000 UTC","user":"vera","dbname":"shop","pid":12,"session_id":"69b.c","line_num":1,"error_severity":"LOG","message":"statement: drop table pay"}"#;
    for text in [csv, json] {
        let reading = read_detected(text);
        assert_eq!((reading.format, reading.summary.unreadable), (Format::Postgres, 0), "{text}");
        assert_eq!(
            all(&reading),
            [(Unknown, "vera", Verb::Delete, Effect::Destructive, "shop/pay", Outcome::Unknown)],
            "{text}"
        );
    }
    // The journal as JSON, with bytes that are no text.
    let journal = r#"{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1773853200500000","_HOSTNAME":"web-1","SYSLOG_IDENTIFIER":"su","MESSAGE":[115,117,32,102,97,105,108,101,100,255]}"#;
    let reading = read_detected(journal);
    assert_eq!(
        (reading.format, reading.records[0].verb, reading.records[0].outcome),
        (Format::Journald, Verb::Login, Outcome::Denied)
    );
    assert_eq!(
        (reading.records[0].actor.kind, reading.records[0].time.map(|time| time.micros())),
        (System, Some(1_773_853_200_500_000))
    );
}

#[test]
fn the_journal_exports_bytes_with_their_length() {
    let mut bytes = b"__CURSOR=a\n__REALTIME_TIMESTAMP=1773853200000000\nMESSAGE\n".to_vec();
    let said = b"two\n\nlines";
    bytes.extend((said.len() as u64).to_le_bytes());
    bytes.extend(said);
    bytes.extend(b"\n_COMM=app\n\n__CURSOR=b\n__REALTIME_TIMESTAMP=1773853201000000\nMESSAGE=next\n");
    let reading = crate::reader::log::read_all(&bytes, "");
    assert_eq!((reading.format, reading.parse_errors.len(), reading.records.len()), (Format::Journald, 0, 2));
    assert_eq!(reading.records[0].message, "app: two\n\nlines");
}

#[test]
fn servers_name_their_fields() {
    let front = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)\n2026-03-18\t17:00:00\tFRA\t10\t192.0.2.1\tDELETE\td.example.net\t/pay\t403\t-\treport-agent%2F2\n";
    let iis = "#Software: Microsoft Internet Information Services 10.0\n#Date: 2026-03-18 17:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip sc-status\n2026-03-18 17:00:00 10.0.0.1 GET /pay id=7 443 SHOP\\vera 192.0.2.1 200\n";
    let classic = "2026-03-18T17:00:00.945958Z front 192.0.2.1:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.38.0\" - -\n";
    let rows = [
        (front, "DELETE", "d.example.net/pay", Outcome::Denied, ""),
        (iis, "GET", "/pay?id=7", Outcome::Success, "SHOP\\vera"),
        (classic, "GET", "http://www.example.com:80/", Outcome::Success, ""),
    ];
    for (text, action, what, outcome, who) in rows {
        let reading = read_detected(text);
        assert_eq!(
            (reading.format, reading.summary.unreadable, reading.records.len()),
            (Format::WebAccess, 0, 1),
            "{text}"
        );
        let record = &reading.records[0];
        assert_eq!(
            (record.action.as_str(), record.resource.as_str(), record.outcome, record.actor.name.as_str()),
            (action, what, outcome, who),
            "{text}"
        );
        assert_eq!(
            (record.time.map(|time| time.rfc3339().get(..19).map(str::to_string)), &record.time_flag),
            (Some(Some("2026-03-18T17:00:00".into())), &TimeFlag::Exact),
            "{text}"
        );
    }
}

#[test]
fn a_flow_log_says_what_it_skipped() {
    let reading = read(Format::VpcFlow);
    assert_eq!((reading.summary.gap_count, reading.summary.skipped), (1, 3));
}
