//! What calls were given to run, whatever the names of their fields.

use serde_json::{Map, Value};

use super::{line, snippet};
use crate::reader::log::command::is_call;

/// Names of what a call is given to run or to work with.
const GIVEN: &[&str] = &[
    "command",
    "commands",
    "cmd",
    "cli_command",
    "full_command",
    "bash_command",
    "code",
    "script",
    "chars",
    "arguments",
    "args",
    "input",
    "tool_input",
    "function_args",
    "tool_parameters",
    "params",
    "parameters",
    "actions",
    "action",
    "partial_json",
    "inputs",
    "kwargs",
    "payload",
    "command_line",
    "command_args",
    "commandline",
    "argv",
];

/// Names of what is written, said or answered: what stands there is not run.
const SAID: &[&str] = &[
    "content",
    "text",
    "new_string",
    "old_string",
    "new_str",
    "old_str",
    "file_text",
    "insert_text",
    "output",
    "outputs",
    "result",
    "results",
    "observation",
    "prompt",
    "instructions",
    "system",
    "thinking",
    "reasoning",
    "thought",
    "description",
    "tool_response",
    "tooluseresult",
    "stdout",
    "stderr",
    "response",
    "query",
    "pattern",
    "message",
    "explanation",
    "justification",
    "plan",
    "todos",
    "summary",
    "error",
    "title",
    "rationale",
];

/// The commands on logging among what calls were given.
pub(super) fn called(value: &Value, given: bool, depth: usize, found: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                called(&inner, given, depth - 1, found);
            } else if given {
                found.extend(snippet(text));
            }
        }
        Value::String(text) if given => {
            found.extend(snippet(text).or_else(|| is_call(text).then(|| text.clone())));
        }
        Value::Array(list) => {
            if given && let Some(line) = line(list) {
                found.extend(snippet(&line));
                return;
            }
            list.iter().for_each(|item| called(item, given, depth - 1, found));
        }
        Value::Object(object) => of_object(object, given, depth, found),
        _ => {}
    }
}

fn of_object(object: &Map<String, Value>, given: bool, depth: usize, found: &mut Vec<String>) {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("type").contains("result") && !text("type").contains("tool_call") || text("type").ends_with("_output") {
        return;
    }
    // What a person or a program says is no call.
    if matches!(text("role"), "user" | "system" | "developer" | "tool" | "human") {
        return;
    }
    let pair = object.get("key").and_then(Value::as_str).zip(object.get("value"));
    let fields = object.iter().map(|(name, value)| (name.as_str(), value)).chain(pair);
    for (name, value) in fields {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let is_said = SAID.contains(&name.as_str());
        if is_said && (given || value.is_string()) {
            continue;
        }
        // What a model was asked stands in a text of this name; a call has an object there.
        let is_text = value.as_str().is_some_and(|text| !text.trim_start().starts_with(['{', '[']));
        let is_given = GIVEN.contains(&name.as_str()) && !(name.starts_with("input") && is_text);
        called(value, given || is_given, depth - 1, found);
    }
}
