//! Small logs that were once read wrongly, kept elsewhere: each file has to give what its list says. They are run by hand,
//! where `INQUEST_CASES` names their folder: `INQUEST_CASES=… cargo test -p domain --lib cases -- --ignored --nocapture`. The same kinds are in `kinds.rs`, made up anew.

use std::path::PathBuf;

use crate::reader::log::{Format, LogRecord, Options, TimeFlag, WholeLog, detect, read_as};
use crate::time::Instant;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The bytes of a case.
pub fn case(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("INQUEST_CASES").expect("INQUEST_CASES names the folder of the cases");
    let path = PathBuf::from(folder).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Prints how a case came out.
pub fn tell(name: &str, outcome: &Result<(), String>) {
    match outcome {
        Ok(()) => println!("right: {name}"),
        Err(fault) => println!("wrong: {name}: {fault}"),
    }
}

/// Reads a case as it would be uploaded.
fn read(name: &str) -> WholeLog {
    let collected_at = Instant::parse("2026-03-20T09:00:00Z").ok();
    let bytes = case(name);
    let options = Options { collected_at, ..Options::default() };
    read_as(&bytes, detect(&bytes, name), &options)
}

fn time(record: &LogRecord) -> String {
    record.time.map(|time| time.rfc3339()).unwrap_or_default()
}

/// What went wrong in each file; a file that is right says nothing.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn of(&mut self, name: &str, check: impl FnOnce(&WholeLog) -> Result<(), String>) {
        let reading = read(name);
        let outcome = check(&reading);
        tell(name, &outcome);
        if let Err(fault) = outcome {
            self.0.push(format!("{name}: {fault}"));
        }
    }
}

/// Says what is there where it is not what has to be.
fn want<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{found:?}, not {wanted:?}")) }
}

fn acts(reading: &WholeLog) -> Vec<(Verb, Effect)> {
    reading.records.iter().map(|record| (record.verb, record.effect)).collect()
}

fn who(reading: &WholeLog) -> Vec<(PrincipalKind, &str)> {
    reading.records.iter().map(|record| (record.actor.kind, record.actor.name.as_str())).collect()
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases"]
fn no_act_of_an_agent_vanishes() {
    use PrincipalKind::{Agent, Human};
    let mut faults = Faults::default();
    faults.of("anthropic-messages.jsonl", |reading| {
        let call = reading.records.iter().find(|record| record.action == "delete_file").ok_or("no call")?;
        want(matches!(call.outcome, Outcome::Denied | Outcome::Error), true)?;
        want((call.resource.as_str(), call.actor.kind, call.actor.name.as_str()), ("/srv/x", Agent, "claude-x"))?;
        want(reading.summary.unreadable + reading.summary.skipped, 0)
    });
    faults.of("openai-responses.json", |reading| {
        let call = reading.records.iter().find(|record| record.action == "delete_user").ok_or("no call")?;
        want((reading.format, call.actor.name.as_str(), call.resource.as_str()), (Format::OpenaiChat, "gpt-5", "bob"))?;
        want(time(call).as_str(), "2025-03-08T23:29:02Z")
    });
    faults.of("claude-queued-stop.jsonl", |reading| {
        let said: Vec<_> = reading.records.iter().filter(|record| record.message.contains("STOP")).collect();
        want(said.len(), 1)?;
        want((said[0].actor.kind, said[0].verb), (Human, Verb::Post))?;
        want(["2026-03-18T17:00:06Z", "2026-03-18T17:00:08Z"].contains(&time(said[0]).as_str()), true)
    });
    faults.of("m365-copilot.jsonl", |reading| {
        let read = reading.records.iter().find(|record| record.resource.contains("Payroll")).ok_or("no Payroll")?;
        want((read.actor.kind, read.verb, read.session.as_deref()), (Agent, Verb::Read, Some("19:t@thread.v2")))?;
        want(read.on_behalf_of.as_ref().map(|actor| actor.name.as_str()), Some("ada@example.com"))?;
        want(read.resource.ends_with("/hr/Payroll.xlsx"), true)
    });
    faults.of("qwen-session.jsonl", |reading| {
        want(reading.records.len(), 2)?;
        let call = &reading.records[1];
        want(
            (call.actor.kind, call.actor.name.as_str(), call.verb, call.effect),
            (Agent, "qwen3", Verb::Execute, Effect::Destructive),
        )
    });
    assert_eq!(faults.0, [""; 0]);
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases"]
fn no_content_is_bent() {
    use PrincipalKind::Human;
    let mut faults = Faults::default();
    faults.of("entra-graph-directoryaudit.jsonl", |reading| {
        let one = &reading.records[0];
        want((one.actor.name.as_str(), one.verb, one.effect), ("ada@example.com", Verb::Grant, Effect::Privilege))?;
        want(
            (one.action.as_str(), one.resource.as_str(), one.outcome),
            ("Add member to role", "bob@example.com", Outcome::Success),
        )
    });
    faults.of("sentinel-auditlogs.jsonl", |reading| {
        let one = &reading.records[0];
        want((time(one).as_str(), one.actor.name.as_str()), ("2026-03-18T17:29:25.983Z", "ada@example.com"))?;
        want(
            (matches!(one.verb, Verb::Write | Verb::Grant), one.resource.as_str(), one.outcome),
            (true, "App", Outcome::Success),
        )
    });
    faults.of("entra-graph-activity.jsonl", |reading| {
        let one = &reading.records[0];
        want((one.actor.name.as_str(), one.verb, one.outcome), ("u1", Verb::Read, Outcome::Success))?;
        want(
            (one.resource.as_str(), one.tool.as_deref()),
            ("https://graph.microsoft.com/v1.0/users/bob/messages", Some("app-1")),
        )
    });
    faults.of("azure-keyvault.jsonl", |reading| {
        want(who(reading), vec![(Human, "ada@example.com"); 2])?;
        want(acts(reading), vec![(Verb::Read, Effect::Read); 2])?;
        want(reading.records.iter().all(|record| record.resource.ends_with("/secrets/db-password")), true)
    });
    faults.of("cloudtrail-verbs.jsonl", |reading| {
        let verbs: Vec<_> = acts(reading);
        want(verbs[0].0, Verb::Execute)?;
        want(verbs[1], (Verb::Delete, Effect::Destructive))?;
        want(verbs[2], (Verb::Grant, Effect::Privilege))?;
        want(reading.records[3].hints.logging_control || reading.records[3].needs_review.is_some(), true)
    });
    faults.of("gcp-gke-exec.jsonl", |reading| want(reading.records[0].verb, Verb::Execute));
    faults.of("google-login-failure.jsonl", |reading| {
        want((reading.records[0].verb, reading.records[0].outcome), (Verb::Login, Outcome::Denied))
    });
    faults.of("slack-owner-transferred.jsonl", |reading| want(acts(reading), vec![(Verb::Grant, Effect::Privilege)]));
    faults.of("auditd-records.log", |reading| {
        want(reading.summary.unreadable, 0)?;
        let of = |kind| reading.records.iter().find(|record| record.hints.logging_control == kind);
        let (Some(ptrace), Some(config)) = (of(false), of(true)) else { return Err("not two records".into()) };
        want((ptrace.action.contains("ptrace"), ptrace.outcome), (true, Outcome::Denied))?;
        want((config.verb, config.hints.logging_control), (Verb::LoggingControl, true))
    });
    faults.of("generic-actor.jsonl", |reading| {
        let told: Vec<_> =
            reading.records.iter().map(|record| (record.actor.name.as_str(), record.verb, record.outcome)).collect();
        want(told[0], ("ada@example.com", Verb::Login, Outcome::Denied))?;
        want(told[1].0, "agent-role/agent")?;
        want((told[2].0, told[2].1), ("ada@example.com", Verb::Delete))?;
        want(told[3], ("ada", Verb::Login, Outcome::Denied))
    });
    assert_eq!(faults.0, [""; 0]);
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases"]
fn no_time_is_bent() {
    let mut faults = Faults::default();
    faults.of("stamp-compact.jsonl", |reading| want(time(&reading.records[0]).as_str(), "2024-10-26T04:46:41.024Z"));
    faults.of("postgres-zone.log", |reading| {
        let one = &reading.records[0];
        want(time(one) == "2026-03-18T07:04:27Z" || one.needs_review.is_some(), true)
    });
    faults.of("cloudtrail-at-timestamp.jsonl", |reading| {
        want(time(&reading.records[0]).as_str(), "2026-03-18T17:00:00Z")
    });
    faults
        .of("m365-graph-auditquery.jsonl", |reading| want(time(&reading.records[0]).as_str(), "2026-03-18T17:11:58Z"));
    assert_eq!(faults.0, [""; 0]);
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases"]
fn what_is_common_is_read_by_itself() {
    let mut faults = Faults::default();
    for name in ["syslog-plain.log", "syslog-5424.log"] {
        faults.of(name, |reading| {
            want((reading.format, reading.records.len(), reading.summary.unreadable), (Format::Text, 2, 0))?;
            want(
                reading.records.iter().all(|record| record.time.is_some() && record.time_flag != TimeFlag::Absent),
                true,
            )
        });
    }
    faults.of("ausearch-i.log", |reading| {
        want((reading.format, reading.records.len(), reading.summary.unreadable), (Format::Auditd, 1, 0))?;
        want(
            (time(&reading.records[0]).as_str(), reading.records[0].actor.name.as_str()),
            ("2026-03-18T17:00:01.123Z", "ada"),
        )
    });
    faults.of("access.log", |reading| {
        want((reading.records.len(), reading.summary.unreadable), (1, 0))?;
        let one = &reading.records[0];
        want((one.actor.name.as_str(), one.verb, one.resource.as_str()), ("ada", Verb::Delete, "/api/users/7"))?;
        want((time(one).as_str(), one.outcome), ("2026-03-18T17:00:01Z", Outcome::Success))
    });
    faults.of("eventbridge-cloudtrail.jsonl", |reading| {
        let one = &reading.records[0];
        want((reading.format, one.action.as_str(), one.resource.as_str()), (Format::Cloudtrail, "DeleteUser", "bob"))?;
        want(one.actor.name.as_str(), "agent")
    });
    assert_eq!(faults.0, [""; 0]);
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases"]
fn pasted_timelines_have_the_times_they_tell() {
    let timeline = |name: &str| {
        let text = String::from_utf8_lossy(&case(name)).into_owned();
        let at = |text: &str| Instant::parse(text).ok();
        let found = crate::reader::read_text_timeline_of(
            &text,
            at("2026-03-14T15:00:00Z"),
            at("2026-03-20T09:00:00Z").expect("a time"),
            &crate::time::Zone::utc(),
        );
        let times = found.lines.iter().map(|line| line.time.earliest.map(Instant::rfc3339).unwrap_or_default());
        (times.collect::<Vec<_>>(), found.parse_errors.len())
    };
    let rows: [(&str, &[&str]); 5] = [
        ("timeline-zone-unknown.txt", &["2026-03-18T14:00:00Z", "2026-03-18T17:05:00Z", "2026-03-18T08:10:00Z"]),
        ("timeline-zone-header.txt", &["2026-03-18T23:40:00Z"]),
        ("timeline-year-carry.txt", &["2025-07-12T12:00:00Z", "2025-07-13T13:00:00Z"]),
        ("timeline-no-date.txt", &["2026-03-14T09:00:00Z", "2026-03-14T09:17:00Z"]),
        ("timeline-lists.txt", &["2026-03-14T17:10:00Z", "2026-03-14T17:12:00Z", "2026-03-14T17:14:00Z"]),
    ];
    let mut faults = Vec::new();
    for (name, times) in rows {
        let (found, parse_errors) = timeline(name);
        // A time that is asked about is not bent: each line has its time or a parse error.
        let is_right = found == times
            || (parse_errors > 0
                && found.len() + parse_errors == times.len()
                && found.iter().all(|time| times.contains(&time.as_str())));
        let outcome = if is_right { Ok(()) } else { Err(format!("{found:?} and {parse_errors} parse_errors")) };
        tell(name, &outcome);
        faults.extend(outcome.err().map(|fault| format!("{name}: {fault}")));
    }
    assert_eq!(faults, [""; 0]);
}
