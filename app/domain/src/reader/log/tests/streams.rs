//! Streams and histories of agents that were taken for something else, or for nothing.

use super::fixtures::read_detected as read;
use crate::reader::log::Format;
use crate::vocabulary::Outcome::{self, Denied, Error, Success, Unknown};
use crate::vocabulary::{Effect, Verb};

/// What was done to what, and how it ended.
type Told<'a> = (Verb, Effect, &'a str, Outcome);

#[test]
fn streams_of_agents_are_read() {
    let thread = r#"{"type":"thread.started","thread_id":"th"}
{"type":"turn.started"}
"#;
    let item = |kind: &str, item: &str| format!(r#"{thread}{{"type":"{kind}","item":{item}}}"#);
    let command = |status: &str, more: &str| {
        format!(
            r#"{{"id":"i","type":"command_execution","command":"bash -lc 'rm -rf /srv'","status":"{status}"{more}}}"#
        )
    };
    let both = format!(
        "{}\n{{\"type\":\"item.completed\",\"item\":{}}}\n{{\"type\":\"turn.completed\",\"usage\":{{}}}}",
        item("item.started", &command("in_progress", "")),
        command("failed", r#","aggregated_output":"no","exit_code":1"#)
    );
    let removed = |outcome| (Verb::Execute, Effect::Destructive, "bash -lc 'rm -rf /srv'", outcome);
    let bedrock = r#"{"agentId":"A","sessionId":"S","eventTime":"2026-03-18T17:00:00Z","trace":{"orchestrationTrace":{"invocationInput":{"invocationType":"ACTION_GROUP","actionGroupInvocationInput":{"actionGroupName":"users","function":"delete_user","parameters":[{"name":"id","type":"string","value":"7"}]}}}}}"#;
    let answer = r#"{"agentId":"A","sessionId":"S","eventTime":"2026-03-18T17:00:01Z","trace":{"orchestrationTrace":{"observation":{"type":"ACTION_GROUP","actionGroupInvocationOutput":{"text":"Error: no such user"}}}}}"#;
    let rows: Vec<(&str, String, Told<'_>)> = vec![
        ("a command that ended", both, removed(Error)),
        ("a command that began", item("item.started", &command("in_progress", "")), removed(Unknown)),
        ("a command that was not allowed", item("item.completed", &command("declined", "")), removed(Denied)),
        (
            "a file",
            item("item.completed", r#"{"id":"i","type":"file_change","changes":[{"path":"a.py","kind":"delete"}],"status":"completed"}"#),
            (Verb::Delete, Effect::Destructive, "a.py", Success),
        ),
        (
            "a tool",
            item("item.completed", r#"{"id":"i","type":"mcp_tool_call","server":"gh","tool":"delete_repo","arguments":{"name":"r"},"status":"failed","error":{"message":"x"}}"#),
            (Verb::Delete, Effect::Destructive, "r", Error),
        ),
        (
            "an older protocol",
            r#"{"id":"0","msg":{"type":"session_configured","session_id":"s","model":"m"}}
{"id":"1","msg":{"type":"exec_command_begin","call_id":"c","command":["rm","-rf","/srv"],"cwd":"/"}}
{"id":"1","msg":{"type":"exec_command_end","call_id":"c","exit_code":0,"stdout":""}}"#.into(),
            (Verb::Execute, Effect::Destructive, "rm -rf /srv", Success),
        ),
        (
            "a history in parts",
            r#"[{"role":"user","parts":[{"text":"go"}]},{"role":"model","parts":[{"functionCall":{"name":"delete_user","args":{"id":"7"}}}]}]"#.into(),
            (Verb::Delete, Effect::Destructive, "7", Unknown),
        ),
        (
            "what was typed",
            r#"[{"sessionId":"s","messageId":0,"type":"user","message":"wipe","timestamp":"2026-03-18T17:00:00.000Z"}]"#.into(),
            (Verb::Post, Effect::None, "", Success),
        ),
        (
            "the output of a batch",
            r#"{"id":"b","custom_id":"1","response":{"status_code":200,"body":{"id":"x","object":"chat.completion","created":1773853200,"model":"m","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"delete_user","arguments":"{\"id\":\"7\"}"}}]}}]}},"error":null}"#.into(),
            (Verb::Delete, Effect::Destructive, "7", Unknown),
        ),
        ("an agent of a cloud", bedrock.into(), (Verb::Delete, Effect::Destructive, "7", Unknown)),
        (
            "an agent of a cloud, and what it was answered",
            format!("{bedrock}\n{answer}"),
            (Verb::Delete, Effect::Destructive, "7", Error),
        ),
    ];
    for (kind, text, wanted) in rows {
        let reading = read(&text);
        assert!(matches!(reading.format, Format::Codex | Format::OpenaiChat), "{kind}: {:?}", reading.format);
        assert_eq!((reading.summary.unreadable, reading.summary.strangers().0), (0, 0), "{kind}");
        let found: Vec<_> = reading
            .records
            .iter()
            .map(|record| (record.verb, record.effect, record.resource.as_str(), record.outcome))
            .collect();
        assert_eq!(
            found.iter().filter(|found| **found == wanted).count(),
            1,
            "{kind}: wanted {wanted:?}, got {found:?}"
        );
    }
}

#[test]
fn clock_times_below_a_time_with_its_date_are_records_of_their_own() {
    let times = |text: &str| -> Vec<String> {
        let reading = read(text);
        assert_eq!(reading.summary.unreadable, 0, "{text}");
        reading.records.iter().filter_map(|record| record.time).map(crate::time::Instant::rfc3339).collect()
    };
    assert_eq!(
        times("2026-03-18 23:58 UTC start\n00:04 deleted the index\n00:10 stopped\n"),
        ["2026-03-18T23:58:00Z", "2026-03-19T00:04:00Z", "2026-03-19T00:10:00Z"]
    );
    assert_eq!(
        times("2026-03-18 23:58 PDT start\n00:04 deleted the index\n"),
        ["2026-03-19T06:58:00Z", "2026-03-19T07:04:00Z"]
    );
    assert_eq!(
        times("2026-03-18T17:00+01:00 start\n17:04 deleted the index\n17:05 UTC stopped\n"),
        ["2026-03-18T16:00:00Z", "2026-03-18T16:04:00Z", "2026-03-18T17:05:00Z"]
    );
    assert_eq!(
        times("2026-03-18 17:00:30 PST start\n17:04:00 deleted the index\n"),
        ["2026-03-19T01:00:30Z", "2026-03-19T01:04:00Z"]
    );
    // Where times have seconds, a number with a colon is something else.
    assert_eq!(times("2026-03-18 17:00:30 UTC start\n10:04 ratio of hits\n"), ["2026-03-18T17:00:30Z"]);
    let reading = read("2026-03-18 23:58 UTC start\n00:04 deleted the index\n");
    assert_eq!(reading.records[1].message, "deleted the index", "{:?}", reading.records[1]);
}
