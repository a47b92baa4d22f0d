//! By what transcripts and traces of agents are told.

use serde_json::{Map, Value};

use crate::reader::log::adapter::chat::{is_table, is_trace};
use crate::reader::log::sign::{Sample, Sign};

/// What nobody else writes, then what a transcript is by its frame, then what any conversation has.
pub(super) const SIGNS: &[Sign] = &[
    Sign::Record(70, is_named),
    Sign::Record(60, is_framed),
    Sign::Record(55, is_of_command_line),
    Sign::Record(40, is_conversation),
    Sign::Columns(85, |names| is_table(&names.0)),
];

fn is_named(record: &Sample<'_>) -> bool {
    is_trace(record.0)
        || is_copilot(record.0)
        || record.text("schemaType") == "ModelInvocationLog"
        // A conversation of ChatGPT Enterprise, as its Compliance API gives it.
        || record.text("object").starts_with("compliance.workspace.conversation")
        // The gateway of OpenClaw.
        || record.text("type") == "event" && record.text("event").contains(".approval.")
}

fn is_framed(record: &Sample<'_>) -> bool {
    const OBJECTS: &[&str] = &[
        "response",
        "chat.completion",
        "chat.completion.chunk",
        "thread.message",
        "thread.run.step",
        "realtime.response",
    ];
    // A turn in parts is not one in blocks, whatever stands around it.
    record.inside("message", "parts") && record.any(&["sessionId", "parentUuid"])
        // The wire of Kimi's command line.
        || record.inside("message", "type") && record.inside("message", "payload")
        // A whole session in one document.
        || !record.has("type") && record.get("messages").is_some_and(Value::is_array)
        || OBJECTS.contains(&record.text("object"))
}

/// What was typed into Gemini's command line, and what an agent of Bedrock did.
fn is_of_command_line(record: &Sample<'_>) -> bool {
    record.all(&["sessionId", "messageId"]) && record.get("message").is_some_and(Value::is_string)
        || record.inside("trace", "orchestrationTrace")
}

fn is_conversation(record: &Sample<'_>) -> bool {
    record.has("role") && record.any(&["content", "tool_calls", "function_call", "parts"])
        || record.has("mapping") && record.any(&["title", "conversation_id"])
        || record.text("type") == "function_call" && record.has("arguments")
        || is_chat(record.0)
        || record.text("type") == "message" && record.all(&["role", "content"])
}

/// An event of a session of Copilot's command line, by the types that no other source has.
fn is_copilot(record: &Map<String, Value>) -> bool {
    const KINDS: &[&str] = &[
        "user.message",
        "assistant.message",
        "assistant.turn_start",
        "assistant.turn_end",
        "assistant.intent",
        "assistant.reasoning",
        "assistant.usage",
        "tool.user_requested",
        "tool.execution_start",
        "tool.execution_complete",
    ];
    let kind = record.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some(data) = record.get("data").and_then(Value::as_object) else { return false };
    let begins = matches!(kind, "session.start" | "session.resume")
        && ["sessionId", "producer", "copilotVersion", "resumeTime"].iter().any(|name| data.contains_key(*name));
    begins || KINDS.contains(&kind)
}

/// Whether it holds turns of a conversation, steps of an agent, or a call of a tool.
fn is_chat(record: &Map<String, Value>) -> bool {
    let inside = |outer: &str, inner: &[&str]| {
        record
            .get(outer)
            .and_then(Value::as_object)
            .is_some_and(|value| inner.iter().any(|key| value.contains_key(*key)))
    };
    let turns = |list: &str| {
        let first = record.get(list).and_then(Value::as_array).and_then(|list| list.first()).and_then(Value::as_object);
        first.is_some_and(|first| {
            ["role", "toolCalls", "observation", "action", "thought", "parts", "from", "sender", "type"]
                .iter()
                .any(|key| first.contains_key(*key))
        })
    };
    let lists = [
        "messages",
        "contents",
        "candidates",
        "history",
        "trajectory",
        "traj",
        "steps",
        "chat_messages",
        "turns",
        "conversation",
    ];
    let rpc =
        record.contains_key("jsonrpc")
            && (record.get("method").and_then(Value::as_str).is_some_and(|method| {
                ["tools/", "resources/", "prompts/"].iter().any(|head| method.starts_with(head))
            }) || inside("result", &["content", "isError", "tools"])
                || inside("params", &["arguments"]));
    rpc || lists.iter().any(|list| turns(list))
        || inside("message", &["role", "parts"])
        || inside("request", &["messages", "input", "contents"])
        || inside("response", &["output", "choices", "content", "candidates"])
        || record.contains_key("custom_id") && inside("response", &["body"])
        || inside("input", &["inputBodyJson"])
        || inside("output", &["outputBodyJson"])
        || inside("data", &["toolName", "toolRequests", "toolCallId"])
        || record
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| matches!(kind, "tool_use" | "tool_result" | "toolCall" | "toolResult"))
}
