//! Transcripts of agents, and traces.

use super::fixtures::{read, read_detected};
use crate::reader::log::read_all;
use crate::reader::log::{Format, LogRecord, TimeFlag, WholeLog};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};
use crate::words::Tri;

fn calls(reading: &WholeLog) -> Vec<&LogRecord> {
    reading.records.iter().filter(|record| record.actor.kind == PrincipalKind::Agent && record.tool.is_some()).collect()
}

#[test]
fn claude_code_calls_are_paired_by_adjacency_where_ids_repeat() {
    let reading = read(Format::ClaudeCode);
    let calls = calls(&reading);
    let told: Vec<_> = calls.iter().map(|call| (call.action.as_str(), call.outcome, call.verb, call.effect)).collect();
    assert_eq!(
        told,
        [
            ("Bash", Outcome::Denied, Verb::Execute, Effect::Destructive),
            ("Read", Outcome::Success, Verb::Read, Effect::Read),
            ("mcp__forum__create_post", Outcome::Success, Verb::Write, Effect::Mutating),
        ]
    );
    assert_eq!((calls[0].confirmed(), calls[0].resource.as_str()), (Tri::No, "rm -rf build"));
    assert!(calls[0].needs_review.is_some(), "its id is that of another call");
    assert_eq!(calls[0].on_behalf_of.as_ref().unwrap().name, "user");
    let lost = reading.records.last().unwrap();
    assert_eq!(
        lost.needs_review.as_deref(),
        Some("The call that this result belongs to is not in the file, or too far above.")
    );
    assert_eq!(reading.summary.skipped, 1);
    assert!(reading.records.iter().any(|record| record.hints.compacted));
}

#[test]
fn claude_code_says_where_nobody_was_asked() {
    let text = r#"{"type":"user","sessionId":"s","permissionMode":"bypassPermissions","message":{"content":"go"}}
{"type":"assistant","sessionId":"s","message":{"content":[{"type":"tool_use","id":"1","name":"Bash","input":{"command":"ls"}},{"type":"tool_use","id":"2","name":"Write","input":{"file_path":"/x"}}]}}"#;
    let reading = read_detected(text);
    let told: Vec<_> = calls(&reading).iter().map(|call| (call.effect, call.confirmed(), call.outcome)).collect();
    assert_eq!(told, [(Effect::Read, Tri::Unknown, Outcome::Unknown), (Effect::Mutating, Tri::No, Outcome::Unknown)]);
}

#[test]
fn the_same_call_has_the_same_digest_wherever_it_is_told() {
    let claude = r#"{"type":"assistant","sessionId":"s","message":{"content":[{"type":"tool_use","id":"1","name":"Write","input":{"file_path":"/x","content":"a"}},{"type":"tool_use","id":"2","name":"Write","input":{"content":"b","file_path":"/x"}},{"type":"tool_use","id":"3","name":"Stop"}]}}"#;
    let otlp = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"execute_tool Write","attributes":[{"key":"gen_ai.agent.name","value":{"stringValue":"ops"}},{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},{"key":"gen_ai.tool.name","value":{"stringValue":"Write"}},{"key":"gen_ai.tool.call.arguments","value":{"stringValue":"{\"content\":\"a\",\"file_path\":\"/x\"}"}}]}]}]}]}"#;
    let digests = |text: &str| -> Vec<Option<String>> {
        calls(&read_detected(text)).iter().map(|call| call.arguments_sha256.clone()).collect()
    };
    let (claude, otlp) = (digests(claude), digests(otlp));
    assert_eq!(claude[0].as_ref().map(String::len), Some(64));
    assert_ne!(claude[0], claude[1]);
    assert_eq!((&claude[2], &otlp), (&None, &vec![claude[0].clone()]));
}

#[test]
fn codex_calls_have_their_outputs() {
    let reading = read(Format::Codex);
    let calls = calls(&reading);
    assert_eq!(
        (calls[0].resource.as_str(), calls[0].outcome, calls[0].confirmed()),
        ("bash -lc make deploy", Outcome::Error, Tri::No)
    );
    assert_eq!((calls[0].actor.name.as_str(), calls[0].session.as_deref()), ("model-2", Some("s1")));
    assert_eq!(reading.summary.skipped, 3);
    let bare = read_detected(
        "{\"id\":\"s\",\"timestamp\":\"2026-03-18T17:05:00Z\",\"instructions\":null}\n{\"type\":\"local_shell_call\",\"call_id\":\"c\",\"action\":{\"type\":\"exec\",\"command\":[\"ls\",\"-l\"]}}\n{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"Exit code: 0\\nfine\"}\n",
    );
    assert_eq!(
        (bare.format, bare.records[0].resource.as_str(), bare.records[0].outcome),
        (Format::Codex, "ls -l", Outcome::Success)
    );
}

#[test]
fn chats_are_read_as_messages_and_calls() {
    let reading = read(Format::OpenaiChat);
    let told: Vec<_> =
        calls(&reading).iter().map(|call| (call.action.as_str(), call.resource.as_str(), call.outcome)).collect();
    assert_eq!(told, [("search", "plans", Outcome::Unknown), ("send_mail", "eve", Outcome::Error)]);
    assert_eq!(reading.records.len(), 7);
    let export = r#"[{"title":"t","conversation_id":"c","mapping":{"b":{"message":{"author":{"role":"assistant"},"create_time":1773853501.5,"content":{"content_type":"text","parts":["Hello"]}}},"a":{"message":{"author":{"role":"user"},"create_time":1773853500,"content":{"parts":["Hi"]}}},"root":{"message":null}}}]"#;
    let export = read_detected(export);
    let told: Vec<_> = export.records.iter().map(|record| (record.actor.kind, record.message.as_str())).collect();
    assert_eq!(
        (export.format, told),
        (Format::OpenaiChat, vec![(PrincipalKind::Human, "Hi"), (PrincipalKind::Agent, "Hello")])
    );
}

#[test]
fn spans_tell_agents_tools_and_times() {
    let reading = read(Format::Otlp);
    let [invoke, tool, resource] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (invoke.actor.kind, invoke.actor.name.as_str(), invoke.outcome),
        (PrincipalKind::Agent, "forum-agent", Outcome::Success)
    );
    assert_eq!(
        (invoke.session.as_deref(), invoke.on_behalf_of.as_ref().unwrap().name.as_str()),
        (Some("c1"), "ada@example.com")
    );
    assert_eq!((tool.tool.as_deref(), tool.verb, tool.outcome), (Some("write_file"), Verb::Write, Outcome::Denied));
    assert_eq!(tool.time.unwrap().rfc3339(), "2026-03-18T17:05:00.500Z");
    assert_eq!(
        (resource.time_flag.clone(), resource.verb, resource.resource.as_str()),
        (TimeFlag::Absent, Verb::Read, "file:///plans")
    );
    assert_eq!((resource.actor.name.as_str(), resource.session.as_deref()), ("helpdesk", Some("m1")));
    let lines: Vec<_> = reading.records.iter().map(|record| (record.raw.first_line, record.raw.last_line)).collect();
    assert_eq!(lines, [(2, 2), (3, 3), (4, 4)]);
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1773853500000000000","body":{"stringValue":"tool ran"},"attributes":[{"key":"event.name","value":{"stringValue":"tool_result"}},{"key":"tool_name","value":{"stringValue":"Bash"}},{"key":"success","value":{"stringValue":"false"}}]}]}]}]}"#;
    let logs = read_detected(logs);
    assert_eq!(
        (logs.format, logs.records[0].verb, logs.records[0].outcome, logs.records[0].message.as_str()),
        (Format::Otlp, Verb::Execute, Outcome::Error, "tool ran")
    );
}

#[test]
fn what_is_typed_while_an_agent_works_is_said_once_and_when_it_was_typed() {
    let typed = r#"{"type":"queue-operation","operation":"enqueue","timestamp":"2026-03-18T17:00:06Z","sessionId":"s","content":"stop, leave it"}"#;
    let given = r#"{"type":"attachment","timestamp":"2026-03-18T17:00:09Z","uuid":"q","sessionId":"s","attachment":{"type":"queued_command","prompt":"stop, leave it","commandMode":"prompt"}}"#;
    let plain = r#"{"type":"user","timestamp":"2026-03-18T17:00:09Z","uuid":"q","sessionId":"s","message":{"role":"user","content":"stop, leave it"}}"#;
    let first = r#"{"type":"user","timestamp":"2026-03-18T17:00:00Z","uuid":"u","sessionId":"s","parentUuid":null,"message":{"role":"user","content":"tidy up"}}"#;
    for (lines, second) in [
        (vec![first, typed, given], 6),
        (vec![first, given], 9),
        (vec![first, typed, plain], 6),
        (vec![first, typed], 6),
    ] {
        let reading = read_detected(&lines.join("\n"));
        assert_eq!((reading.format, reading.records.len()), (Format::ClaudeCode, 2), "{lines:?}");
        let said = &reading.records[1];
        assert_eq!(said.time.unwrap().rfc3339(), format!("2026-03-18T17:00:0{second}Z"));
        assert_eq!((said.actor.kind, said.verb), (PrincipalKind::Human, Verb::Post));
        assert!(said.suggestions() & crate::reader::log::Suggestion::Stop.bit() != 0);
    }
    // Said twice, it is told twice.
    assert_eq!(read_detected(&[first, typed, given, given].join("\n")).records.len(), 3);
}

#[test]
fn a_type_of_record_that_is_not_understood_is_kept_and_counted() {
    let text = r#"{"type":"user","sessionId":"s","parentUuid":null,"message":{"role":"user","content":"go"}}
{"type":"teleport","sessionId":"s","uuid":"t","content":"moved to host b"}
{"type":"attachment","sessionId":"s","attachment":{"type":"hologram","content":"x"}}
{"type":"assistant","sessionId":"s","message":{"content":[{"type":"levitation","text":"up"},{"type":"thinking","thinking":"…"}]}}"#;
    let reading = read_detected(text);
    let strange: Vec<_> = reading.summary.strange.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(strange, [("hologram", 1), ("levitation", 1), ("teleport", 1)]);
    assert_eq!((reading.records.len(), reading.summary.strangers()), (4, (3, 3)));
    assert!(reading.records[1].needs_review.is_some() && reading.records[1].message == "moved to host b");
}

#[test]
fn an_agent_that_takes_logging_away_changes_logging() {
    let call = |name: &str, input: &str| {
        let text = format!(
            r#"{{"type":"assistant","sessionId":"s","message":{{"content":[{{"type":"tool_use","id":"1","name":"{name}","input":{input}}}]}}}}"#
        );
        read_detected(&text).records[0].verb
    };
    assert_eq!(call("Bash", r#"{"command":"sudo systemctl stop auditd"}"#), Verb::LoggingControl);
    assert_eq!(call("Bash", r#"{"command":"rm -rf ~/.claude/projects/-srv"}"#), Verb::LoggingControl);
    assert_eq!(call("Write", r#"{"file_path":"/home/dev/.claude/settings.json"}"#), Verb::LoggingControl);
    assert_eq!(call("Bash", r#"{"command":"cat /var/log/syslog"}"#), Verb::Execute);
}

/// A rollout of one turn, with these lines in it.
fn rollout(lines: &[&str]) -> crate::reader::log::WholeLog {
    let head = [
        r#"{"timestamp":"2026-03-18T17:05:00Z","type":"session_meta","payload":{"id":"s9","cwd":"/w"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:00Z","type":"turn_context","payload":{"approval_policy":"never","model":"model-3"}}"#,
    ];
    let text = [&head, lines].concat().join("\n");
    read_all(text.as_bytes(), "rollout.jsonl")
}

#[test]
fn codex_acts_that_only_an_event_tells_are_records() {
    let reading = rollout(&[
        r#"{"timestamp":"2026-03-18T17:05:01Z","type":"response_item","payload":{"type":"custom_tool_call","call_id":"c1","name":"exec","input":"await tools.apply_patch(p)"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:02Z","type":"event_msg","payload":{"type":"patch_apply_end","call_id":"exec-1","success":true,"stdout":"Success.","changes":{"/etc/app.conf":{"type":"update"},"/etc/b":{"type":"add"}}}}"#,
        r#"{"timestamp":"2026-03-18T17:05:03Z","type":"event_msg","payload":{"type":"mcp_tool_call_end","call_id":"exec-2","invocation":{"server":"crm","tool":"delete_contact","arguments":{"id":"7"}},"result":{"Err":"no such contact"}}}"#,
        r#"{"timestamp":"2026-03-18T17:05:04Z","type":"event_msg","payload":{"type":"exec_command_end","call_id":"c1","command":["ls"],"exit_code":0}}"#,
        r#"{"timestamp":"2026-03-18T17:05:05Z","type":"event_msg","payload":{"type":"terminal_interaction","call_id":"c1","stdin":"rm -rf /srv\n"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:06Z","type":"response_item","payload":{"type":"custom_tool_call_output","call_id":"c1","output":"ok"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:07Z","type":"event_msg","payload":{"type":"turn_aborted","reason":"interrupted"}}"#,
    ]);
    let of = |action: &str| reading.records.iter().find(|record| record.action == action).expect("a record");
    let patch = of("apply_patch");
    assert_eq!(
        (patch.resource.as_str(), patch.verb, patch.outcome),
        ("/etc/app.conf, /etc/b", Verb::Write, Outcome::Success)
    );
    assert_eq!(
        (patch.actor.name.as_str(), patch.session.as_deref(), patch.confirmed()),
        ("model-3", Some("s9"), Tri::No)
    );
    let call = of("mcp__crm__delete_contact");
    assert_eq!(
        (call.verb, call.outcome, call.error.as_deref()),
        (Verb::Delete, Outcome::Error, Some("no such contact"))
    );
    assert_eq!(of("write_stdin").effect, Effect::Destructive);
    assert_eq!(
        (of("turn_aborted").actor.kind, of("turn_aborted").message.as_str()),
        (PrincipalKind::Human, "interrupted")
    );
    // The call and its output, the three acts and the stop; what repeats the call is passed over.
    assert_eq!((reading.records.len(), reading.summary.skipped, reading.summary.unreadable), (6, 3, 0));
}

#[test]
fn what_codex_events_say_was_said_is_there_once() {
    let reading = rollout(&[
        r#"{"timestamp":"2026-03-18T17:05:01Z","type":"event_msg","payload":{"type":"user_message","message":"Deploy it"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:01Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"Deploy it"}]}}"#,
        r#"{"timestamp":"2026-03-18T17:05:02Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done."}]}}"#,
        r#"{"timestamp":"2026-03-18T17:05:02Z","type":"event_msg","payload":{"type":"agent_message","message":"Done."}}"#,
        r#"{"timestamp":"2026-03-18T17:05:03Z","type":"event_msg","payload":{"type":"user_message","message":"Stop, that is production"}}"#,
        r#"{"timestamp":"2026-03-18T17:05:04Z","type":"event_msg","payload":{"type":"holodeck_started","message":"x"}}"#,
    ]);
    let mut said: Vec<_> = reading.records.iter().map(|record| (record.message.as_str(), record.actor.kind)).collect();
    said.sort_by_key(|(text, _)| *text);
    let wanted = [
        ("Deploy it", PrincipalKind::Human),
        ("Done.", PrincipalKind::Agent),
        ("Stop, that is production", PrincipalKind::Human),
        ("x", PrincipalKind::System),
    ];
    assert_eq!(said, wanted);
    assert_eq!(reading.summary.strange.get("holodeck_started"), Some(&1));
}
