//! Whether a log's confirmations are told as they were. Beside each fixture stands the truth: `LINE WORD # why`, for the
//! act that the line tells of. No record without a line there is `human`.

use std::collections::BTreeMap;
use std::io::Write;

use proptest::prelude::*;

use crate::reader::log::{Format, LogReader, LogRecord, Options, WholeLog, read_all};
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Verb};

macro_rules! fixtures {
    ($($name:literal . $ending:literal is $format:ident),* $(,)?) => {
        &[$((
            $name,
            Format::$format,
            include_str!(concat!("../fixtures/confirmation/", $name, ".", $ending)),
            include_str!(concat!("../fixtures/confirmation/", $name, ".truth")),
        )),*]
    };
}

pub(super) const FIXTURES: &[(&str, Format, &str, &str)] = fixtures![
    "claude_code_events"."jsonl" is Otlp,
    "claude_code_spans"."jsonl" is Otlp,
    "codex_events"."jsonl" is Otlp,
    "gen_ai_spans"."jsonl" is Otlp,
    "agentcore"."jsonl" is Otlp,
    "codex_rollout"."jsonl" is Codex,
    "openclaw"."jsonl" is OpenaiChat,
    "mcp_approvals"."jsonl" is OpenaiChat,
    "claude_code_transcript"."jsonl" is ClaudeCode,
    "github_agents"."jsonl" is GithubAudit,
    "m365_copilot"."jsonl" is M365,
    "ocsf_agents"."jsonl" is Ocsf,
    "anthropic_activities"."jsonl" is AnthropicAudit,
    "cursor_audit"."jsonl" is Jsonl,
    "chatgpt_compliance"."jsonl" is OpenaiChat,
    "chatgpt_workspace"."jsonl" is OpenaiAudit,
];

/// The truth of a fixture, by line.
fn truth(text: &str) -> BTreeMap<u64, Confirmation> {
    let line = |line: &str| {
        let mut words = line.split('#').next().unwrap().split_whitespace();
        let (number, word) = (words.next().unwrap(), words.next().unwrap());
        (number.parse().unwrap(), Confirmation::parse(word).unwrap())
    };
    text.lines().map(line).collect()
}

/// Whether a record is an act, and none of the words, decisions and results around it.
pub(super) fn is_act(record: &LogRecord) -> bool {
    (record.verb, record.effect) != (Verb::Other, Effect::None) && record.verb != Verb::Post
}

#[test]
fn every_confirmation_is_told_as_it_was() {
    let mut table = format!("{:<22}", "format");
    Confirmation::ALL.iter().for_each(|word| table += &format!("{:>11}", word.word()));
    let mut wrong = Vec::new();
    for (name, format, text, told) in FIXTURES {
        let (reading, truth) = (read_all(text.as_bytes(), ""), truth(told));
        assert_eq!(reading.format, *format, "{name}");
        assert_eq!(reading.parse_errors, [], "{name}");
        let mut counts = BTreeMap::new();
        for (line, word) in &truth {
            let at = |record: &&LogRecord| record.raw.first_line <= *line && *line <= record.raw.last_line;
            let here: Vec<_> = reading.records.iter().filter(at).collect();
            let found = here.iter().find(|record| is_act(record)).or(here.first());
            match found {
                Some(record) if record.confirmation == *word => *counts.entry(*word).or_insert(0) += 1,
                Some(record) => wrong.push(format!("{name}:{line} is {word:?}, told as {:?}", record.confirmation)),
                None => wrong.push(format!("{name}:{line} is {word:?}, and there is no record")),
            }
        }
        for record in reading.records.iter().filter(|record| record.confirmation == Confirmation::Human) {
            let span = record.raw.first_line..=record.raw.last_line;
            if !span.into_iter().any(|line| truth.get(&line) == Some(&Confirmation::Human)) {
                wrong.push(format!("{name}:{} is falsely human", record.raw.first_line));
            }
            let by = record.confirmed_by.as_ref().map(|by| by.kind);
            assert_eq!(by, Some(PrincipalKind::Human), "{name}: who said yes");
            assert!(record.confirmation_proof.is_some(), "{name}: what shows it");
        }
        table += &format!("\n{name:<22}");
        Confirmation::ALL.iter().for_each(|word| table += &format!("{:>11}", counts.get(word).unwrap_or(&0)));
    }
    // Past what the test runner captures, so that the table is seen where the test passes.
    writeln!(std::io::stderr(), "\n{table}\n").unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who acts in the first record of a fixture's line, and for whom.
fn acts(name: &str, line: u64) -> (PrincipalKind, String, Option<String>, String) {
    let (_, _, text, _) = FIXTURES.iter().find(|(known, ..)| *known == name).unwrap();
    let reading = read_all(text.as_bytes(), "");
    let record = reading.records.iter().find(|record| record.raw.first_line == line).unwrap();
    let behalf = record.on_behalf_of.as_ref().map(|actor| actor.name.clone());
    (record.actor.kind, record.actor.name.clone(), behalf, record.resource.clone())
}

#[test]
fn agents_in_the_logs_of_offices_act_for_somebody() {
    let some = |name: &str| Some(name.to_string());
    let agent = |name: &str, behalf: &str, resource: &str| {
        (PrincipalKind::Agent, name.to_string(), some(behalf), resource.to_string())
    };
    // Who set an agent off is no subject of what it did.
    assert_eq!(acts("github_agents", 1), agent("Copilot", "octocat", "acme/site"));
    assert_eq!(acts("github_agents", 3), agent("Copilot", "octocat", "acme/site"));
    let (kind, name, behalf, resource) = acts("github_agents", 4);
    assert_ne!(kind, PrincipalKind::Agent);
    assert_eq!((name.as_str(), behalf, resource.as_str()), ("hubot", None, "acme (newcomer)"));
    let plan = "https://acme.sharepoint.com/plan.docx";
    assert_eq!(acts("m365_copilot", 1), agent("Contract helper", "ada@example.com", plan));
    assert_eq!(acts("ocsf_agents", 1), agent("crm-agent", "ada@example.com", "contact/7"));
    let (kind, name, behalf, _) = acts("ocsf_agents", 2);
    assert_eq!((kind, name.as_str(), behalf), (PrincipalKind::Agent, "agent-9", some("svc-1")));
}

#[test]
fn a_type_that_is_not_known_is_kept_and_counted() {
    for (name, kind) in [("anthropic_activities", "claude_time_travelled"), ("codex_events", "codex.telepathy")] {
        let (_, _, text, _) = FIXTURES.iter().find(|(known, ..)| *known == name).unwrap();
        let reading = read_all(text.as_bytes(), "");
        assert_eq!(reading.summary.strange.get(kind), Some(&1), "{name}");
        assert!(reading.records.iter().any(|record| record.action == kind), "{name}");
    }
}

#[test]
fn an_act_and_its_decision_may_stand_in_two_files_of_an_archive() {
    let (_, _, text, told) = FIXTURES.iter().find(|(known, ..)| *known == "codex_rollout").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut reading = WholeLog::new(Format::Codex);
    let mut reader = LogReader::new(Format::Codex, &Options::default());
    // Every line is a file, and between two of them there is one of another format.
    for (number, line) in lines.iter().enumerate() {
        reader.member(&format!("rollout-{number}.jsonl"), Format::Codex, None, &mut reading);
        reader.feed(line.as_bytes(), &mut reading);
        reader.feed(b"\n", &mut reading);
        reader.member("notes.txt", Format::Text, None, &mut reading);
        reader.feed(b"[2026-03-18T17:00:00Z] Ada looks\n", &mut reading);
    }
    reading.summary = reader.finish(&mut reading);
    for (line, word) in truth(told) {
        let found = reading.records.iter().find(|record| record.raw.first_line == line * 2 - 1 && is_act(record));
        assert_eq!(found.map(|record| record.confirmation), Some(word), "line {line}");
    }
}

/// What is held back is no further behind than the raw pieces are kept, and a decision that comes later confirms nothing.
#[test]
fn an_act_is_not_held_for_ever() {
    let mut told = Told { id: 0, session: 0, approved: true, kept: true, late: false, timed: true };
    let [decision, result] = lines(&[told.clone()]).try_into().unwrap();
    told.session = 1;
    let filler = lines(&[Told { approved: false, ..told }])[0].replace("t-0", "t-9");
    let filler = filler.replace("tool_result", "api_request").replace("act 0", "another");
    let text = |count: usize| [result.clone()].into_iter().chain(vec![filler.clone(); count]).chain([decision.clone()]);
    let read = |count: usize| read_all(text(count).collect::<Vec<_>>().join("\n").as_bytes(), "");
    let act = |reading: &WholeLog| {
        let place = reading.records.iter().position(|record| record.resource == "act 0").unwrap();
        (place, reading.records[place].confirmation)
    };
    assert_eq!(act(&read(100)).1, Confirmation::Human);
    let (place, confirmation) = act(&read(5_000));
    assert!(place < 3_100 && confirmation == Confirmation::Unknown, "{place} {confirmation:?}");
}

/// An act of a random transcript.
#[derive(Debug, Clone)]
struct Told {
    /// Few ids, so that they repeat.
    id: u8,
    session: u8,
    /// Whether a person said yes, and whether the log tells it.
    approved: bool,
    kept: bool,
    /// Whether the yes came after the act.
    late: bool,
    /// Whether the log gives the decision a time.
    timed: bool,
}

pub(super) fn event(at: Option<u64>, fields: &[(&str, String)]) -> String {
    let pair = |(key, value): &(&str, String)| serde_json::json!({"key": key, "value": {"stringValue": value}});
    let attributes: Vec<_> = fields.iter().map(pair).collect();
    let time = at.map_or(0, |at| 1_773_853_500_000_000_000 + at * 1_000_000_000);
    serde_json::json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"timeUnixNano": time.to_string(), "attributes": attributes}]}]}]})
    .to_string()
}

/// The lines of a transcript, in their order in time.
fn lines(acts: &[Told]) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        let about = |name: &str| {
            vec![
                ("event.name", name.to_string()),
                ("session.id", format!("s-{}", act.session)),
                ("tool_use_id", format!("t-{}", act.id)),
                ("tool_name", "Bash".to_string()),
                ("terminal.type", "xterm".to_string()),
            ]
        };
        let at = number as u64 * 10 + 2;
        let mut result = about("tool_result");
        result.push(("tool_parameters", format!(r#"{{"full_command":"act {number}"}}"#)));
        let mut decision = about("tool_decision");
        decision.extend([("decision", "accept".to_string()), ("source", "user_temporary".to_string())]);
        if act.approved && act.kept {
            lines.push(event(act.timed.then_some(if act.late { at + 3 } else { at - 1 }), &decision));
        }
        lines.push(event(Some(at), &result));
    }
    lines
}

/// `user_temporary` is also what a program says that allowed the call itself.
#[test]
fn a_temporary_yes_is_a_persons_only_at_a_terminal() {
    let table = [
        (vec![("terminal.type", "xterm")], Confirmation::Human),
        (vec![("app.entrypoint", "cli")], Confirmation::Human),
        (vec![("app.entrypoint", "sdk-ts"), ("terminal.type", "xterm")], Confirmation::Unknown),
        (vec![("app.entrypoint", "cli"), ("terminal.type", "non-interactive")], Confirmation::Unknown),
        (vec![], Confirmation::Unknown),
    ];
    for (told, expected) in table {
        let about = |name: &str, more: &[(&'static str, &str)]| {
            let all = [("event.name", name), ("session.id", "s-1"), ("tool_use_id", "t-1"), ("tool_name", "Bash")];
            let all = all.iter().chain(more).chain(&told);
            all.map(|(name, value)| (*name, value.to_string())).collect::<Vec<_>>()
        };
        let decision = about("tool_decision", &[("decision", "accept"), ("source", "user_temporary")]);
        let result = about("tool_result", &[("tool_parameters", r#"{"full_command":"the act"}"#)]);
        let text = [event(Some(1), &decision), event(Some(2), &result)].join("\n");
        let records = read_all(text.as_bytes(), "").records;
        let act = records.iter().find(|record| record.resource == "the act").expect("the act");
        assert_eq!(act.confirmation, expected, "{told:?}");
    }
}

fn told() -> impl Strategy<Value = Told> {
    (0_u8..4, 0_u8..2, any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.9))
        .prop_map(|(id, session, approved, kept, late, timed)| Told { id, session, approved, kept, late, timed })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a transcript is shuffled and whatever yes is missing from it, no act is confirmed by a person whose own yes
    /// is not there; and a yes that is there, in time, to an act whose id is its own is never lost.
    #[test]
    fn no_act_is_confirmed_by_a_yes_that_is_not_there(
        acts in prop::collection::vec(told(), 1..14),
        order in prop::collection::vec(any::<u32>(), 28),
    ) {
        let mut lines: Vec<(u32, String)> = order.into_iter().zip(lines(&acts)).collect();
        lines.sort();
        let text: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        let reading = read_all(text.join("\n").as_bytes(), "");
        for (number, act) in acts.iter().enumerate() {
            let name = format!("act {number}");
            let record = reading.records.iter().find(|record| record.resource == name).expect("the act");
            let has_yes = act.approved && act.kept && act.timed && !act.late;
            let is_human = record.confirmation == Confirmation::Human;
            prop_assert!(!is_human || has_yes, "{name} is falsely human: {acts:?}");
            let is_only = acts.iter().filter(|other| (other.id, other.session) == (act.id, act.session)).count() == 1;
            prop_assert!(is_human || !(has_yes && is_only), "{name} has lost its yes: {acts:?}");
        }
    }
}

#[test]
fn calls_of_a_workspace_are_one_act_each_of_the_agent_for_its_user() {
    let (_, _, text, _) = FIXTURES.iter().find(|(known, ..)| *known == "chatgpt_workspace").unwrap();
    let reading = read_all(text.as_bytes(), "");
    let told = |line: u64| {
        let record = reading.records.iter().find(|record| record.raw.first_line == line).unwrap();
        let behalf = record.on_behalf_of.as_ref().map_or("", |actor| actor.name.as_str()).to_string();
        (record.actor.name.clone(), behalf, record.verb, record.outcome, record.resource.clone())
    };
    use crate::vocabulary::Outcome;
    let of =
        |who: &str, behalf: &str, verb, outcome, what: &str| (who.into(), behalf.into(), verb, outcome, what.into());
    let ada = "ada@example.com";
    assert_eq!(told(2), of("CRM helper", ada, Verb::Delete, Outcome::Success, "CRM"));
    assert_eq!(told(7), of("CRM helper", ada, Verb::Write, Outcome::Denied, "CRM"));
    assert_eq!(told(10), of("CRM helper", ada, Verb::Delete, Outcome::Success, "notes/old.md"));
    assert_eq!(told(11), of("Codex", ada, Verb::Execute, Outcome::Success, "rm -rf build"));
    assert_eq!(told(15), of("sk-...x", "", Verb::Grant, Outcome::Success, "user-bo"));
    let lines: Vec<u64> = reading.records.iter().map(|record| record.raw.first_line).collect();
    assert!(!lines.contains(&3) && !lines.contains(&6) && !lines.contains(&8), "{lines:?}");
    assert_eq!(reading.records.iter().filter(|record| record.resource == "Chat rooms").count(), 1);
}

/// Policies of a gateway and messages of a protocol, each as a span.
#[test]
fn policies_refuse_and_messages_are_no_acts() {
    let span = |name: &str, attributes: &[(&str, &str)]| {
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(key, value)| serde_json::json!({ "key": key, "value": { "stringValue": value } }))
            .collect();
        let span = serde_json::json!({ "traceId": "t", "spanId": "s", "name": name,
            "startTimeUnixNano": "1773853500000000000", "attributes": attributes });
        let line = serde_json::json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] }).to_string();
        let record = read_all(line.as_bytes(), "").records.remove(0);
        (record.verb, record.effect, record.confirmation)
    };
    let policy = |decision: &str, mode: &str| {
        let told = [("tool.name", "approve_payment"), ("aws.agentcore.policy.authorization_decision", decision)];
        span("AgentCore.Gateway.InvokeTool", &[&told[..], &[("aws.agentcore.gateway.policy.mode", mode)]].concat()).2
    };
    assert_eq!(policy("DENY", "ENFORCE"), Confirmation::Refused);
    assert_eq!(policy("ALLOW", "ENFORCE"), Confirmation::Automatic);
    assert_eq!(policy("DENY", "LOG_ONLY"), Confirmation::Unknown);
    let nothing = (Verb::Other, Effect::None, Confirmation::Unknown);
    assert_eq!(span("AgentCore.Policy.AuthorizeAction", &[]), nothing);
    for message in
        ["elicitation/create", "notifications/resources/updated", "notifications/cancelled", "completion/complete"]
    {
        assert_eq!(span(message, &[("mcp.method.name", message)]), nothing, "{message}");
    }
}

/// The act comes so long after its decision that the log could not be kept until then.
#[test]
fn a_decision_far_before_its_act_leaves_it_unknown_and_not_denied() {
    let about = |name: &str, id: &str, more: &[(&'static str, &str)]| {
        let all = [
            ("event.name", name),
            ("session.id", "s-1"),
            ("tool_use_id", id),
            ("tool_name", "Bash"),
            ("terminal.type", "xterm"),
        ];
        all.iter().chain(more).map(|(name, value)| (*name, value.to_string())).collect::<Vec<_>>()
    };
    let accept = [("decision", "accept"), ("source", "user_temporary")];
    let mut text = event(Some(1), &about("tool_decision", "t-1", &accept)) + "\n";
    for number in 0..3_500 {
        text += &(event(Some(2), &about("tool_result", &format!("o-{number}"), &[("success", "true")])) + "\n");
    }
    text += &event(Some(3), &about("tool_result", "t-1", &[("tool_parameters", r#"{"full_command":"rm -rf x"}"#)]));
    let reading = read_all(text.as_bytes(), "");
    let last = reading.records.iter().find(|record| record.raw.first_line == 3_502).unwrap();
    assert_eq!(last.confirmation, Confirmation::Unknown);
}
