//! Traces of Langfuse and Phoenix, hooks, and transcripts whose events hold their contents in a thing of their own.

use super::fixtures::read_detected as read;
use crate::reader::log::{Format, LogRecord, WholeLog};
use crate::vocabulary::PrincipalKind::{Agent, Human};
use crate::vocabulary::{Outcome, Verb};

/// The act of this name.
fn act<'a>(reading: &'a WholeLog, name: &str) -> &'a LogRecord {
    let found = reading.records.iter().find(|record| record.action == name);
    found.unwrap_or_else(|| panic!("no {name} in {:#?}", reading.records))
}

#[test]
fn a_trace_of_langfuse_is_read_with_its_observations() {
    let trace = r#"[{"id":"t-1","name":"ops","timestamp":"2026-03-18T17:00:00.000Z","userId":"vera@example.com","sessionId":"s-1","input":"tidy up","observations":[
        {"id":"o-1","type":"GENERATION","name":"answer","model":"m-1","startTime":"2026-03-18T17:00:00.500Z","output":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"list_files","arguments":"{\"path\":\"/\"}"}}]}},
        {"id":"o-2","type":"TOOL","name":"delete_file","startTime":"2026-03-18T17:00:01.000Z","input":{"path":"/srv/x"},"output":"no","level":"ERROR","statusMessage":"denied by the user"},
        {"id":"o-3","type":"GIZMO","name":"later","startTime":"2026-03-18T17:00:02.000Z"}]}]"#;
    let reading = read(trace);
    assert_eq!(reading.format, Format::OpenaiChat);
    let asked = act(&reading, "message");
    assert_eq!((asked.actor.name.as_str(), asked.message.as_str()), ("vera@example.com", "tidy up"));
    let deleted = act(&reading, "delete_file");
    assert_eq!((deleted.actor.kind, deleted.verb, deleted.resource.as_str()), (Agent, Verb::Delete, "/srv/x"));
    assert_eq!((deleted.outcome, deleted.session.as_deref()), (Outcome::Denied, Some("s-1")));
    assert_eq!(deleted.on_behalf_of.as_ref().map(|who| who.name.as_str()), Some("vera@example.com"));
    assert_eq!(deleted.time.map(|time| time.rfc3339()), Some("2026-03-18T17:00:01Z".into()));
    assert_eq!(act(&reading, "list_files").actor.name, "m-1");
    act(&reading, "answer");
    act(&reading, "GIZMO");
    assert_eq!(reading.summary.strangers(), (1, 1), "a type that is not known is counted");
    // One observation a line, as an export of them is.
    let lines = r#"{"id":"o-2","traceId":"t-1","type":"TOOL","name":"delete_file","startTime":"2026-03-18T17:00:01.000Z","input":{"path":"/srv/x"},"output":"ok"}
"#;
    assert_eq!(act(&read(lines), "delete_file").trace.as_deref(), Some("t-1"));
}

#[test]
fn spans_of_openinference_are_read_flat_and_nested() {
    let flat = r#"{"name":"delete_file","span_kind":"TOOL","start_time":"2026-03-18T17:00:01Z","end_time":"2026-03-18T17:00:02Z","status_code":"ERROR","status_message":"denied","context.trace_id":"t","context.span_id":"a","attributes.tool.name":"delete_file","attributes.input.value":"{\"path\":\"/srv/x\"}","attributes.session.id":"s","attributes.user.id":"vera"}
"#;
    let nested = r#"{"name":"ChatCompletion","context":{"trace_id":"t","span_id":"b"},"span_kind":"LLM","start_time":"2026-03-18T17:00:00Z","status_code":"OK","attributes":{"openinference":{"span":{"kind":"LLM"}},"llm":{"model_name":"m-1","output_messages":[{"message":{"role":"assistant","tool_calls":[{"tool_call":{"function":{"name":"drop_table","arguments":"{\"name\":\"users\"}"}}}]}}]}}}
"#;
    let reading = read(flat);
    let deleted = act(&reading, "delete_file");
    assert_eq!((deleted.verb, deleted.resource.as_str(), deleted.outcome), (Verb::Delete, "/srv/x", Outcome::Error));
    assert_eq!((deleted.session.as_deref(), deleted.trace.as_deref()), (Some("s"), Some("t")));
    let reading = read(nested);
    let dropped = act(&reading, "drop_table");
    assert_eq!((dropped.verb, dropped.actor.name.as_str(), dropped.resource.as_str()), (Verb::Delete, "m-1", "users"));
    assert_eq!(act(&reading, "ChatCompletion").outcome, Outcome::Success);
}

#[test]
fn hooks_tell_who_asked_and_what_was_done() {
    let rows = r#"{"hook_event_name":"beforeSubmitPrompt","conversation_id":"c","generation_id":"g","prompt":"stop that","timestamp":"2026-03-18T17:00:00Z","user_email":"vera@example.com"}
{"hook_event_name":"beforeShellExecution","conversation_id":"c","generation_id":"g","command":"rm -rf /srv","cwd":"/","timestamp":"2026-03-18T17:00:01Z","user_email":"vera@example.com","model":"m-1"}
{"hook_event_name":"afterMCPExecution","conversation_id":"c","generation_id":"g","tool_name":"delete_user","tool_input":"{\"id\":\"7\"}","result_json":"{}","timestamp":"2026-03-18T17:00:02Z"}
{"hook_event_name":"somethingNew","conversation_id":"c","timestamp":"2026-03-18T17:00:03Z"}
"#;
    let reading = read(rows);
    assert_eq!((reading.summary.records, reading.summary.strangers()), (4, (1, 1)));
    assert_eq!((act(&reading, "message").actor.kind, act(&reading, "message").message.as_str()), (Human, "stop that"));
    let shell = act(&reading, "shell");
    assert_eq!((shell.actor.name.as_str(), shell.verb, shell.resource.as_str()), ("m-1", Verb::Execute, "rm -rf /srv"));
    assert_eq!(shell.on_behalf_of.as_ref().map(|who| who.name.as_str()), Some("vera@example.com"));
    assert_eq!(act(&reading, "delete_user").resource, "7");
}

#[test]
fn events_that_hold_their_contents_beside_their_type_are_read() {
    let copilot = r#"{"type":"session.start","data":{"sessionId":"s"},"id":"1","timestamp":"2026-03-18T17:00:00.000Z"}
{"type":"tool.execution_start","data":{"toolCallId":"t","toolName":"bash","arguments":{"command":"rm -rf /srv"}},"id":"2","timestamp":"2026-03-18T17:00:01.000Z"}
{"type":"tool.execution_complete","data":{"toolCallId":"t","success":false,"error":{"message":"denied"}},"id":"3","timestamp":"2026-03-18T17:00:02.000Z"}
"#;
    let reading = read(copilot);
    let ran = act(&reading, "bash");
    assert_eq!((ran.verb, ran.resource.as_str(), ran.outcome), (Verb::Execute, "rm -rf /srv", Outcome::Error));
    let kimi = r#"{"timestamp":1773853200.5,"message":{"type":"TurnBegin","payload":{"user_input":"tidy up"}}}
{"timestamp":1773853201.5,"message":{"type":"ToolCall","payload":{"type":"function","id":"c","function":{"name":"Shell","arguments":"{\"command\":\"rm -rf /srv\"}"}}}}
{"timestamp":1773853202.5,"message":{"type":"ToolResult","payload":{"tool_call_id":"c","return_value":{"is_error":true,"output":"","message":"denied"}}}}
"#;
    let reading = read(kimi);
    let ran = act(&reading, "Shell");
    assert_eq!((ran.verb, ran.resource.as_str(), ran.outcome), (Verb::Execute, "rm -rf /srv", Outcome::Error));
    let openclaw = r#"{"type":"session","id":"s","timestamp":"2026-03-18T17:00:00.000Z","cwd":"/"}
{"type":"message","id":"m1","timestamp":"2026-03-18T17:00:01.000Z","message":{"role":"assistant","model":"m-1","content":[{"type":"toolCall","id":"c","name":"exec","arguments":{"command":"rm -rf /srv"}}]}}
{"type":"message","id":"m2","timestamp":"2026-03-18T17:00:02.000Z","message":{"role":"toolResult","toolCallId":"c","toolName":"exec","content":[{"type":"text","text":"denied"}],"isError":true}}
"#;
    let reading = read(openclaw);
    let ran = act(&reading, "exec");
    assert_eq!((ran.verb, ran.resource.as_str(), ran.outcome), (Verb::Execute, "rm -rf /srv", Outcome::Error));
    assert_eq!(ran.actor.name, "m-1");
}
