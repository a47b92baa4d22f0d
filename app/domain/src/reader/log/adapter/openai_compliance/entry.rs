//! One entry of a compliance log: what it is about, which tool was called, how it ended.

use serde_json::Value;

use crate::reader::log::adapter::tools::tool_act;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::vocabulary::Confirmation;
use crate::vocabulary::{Outcome, Verb};

/// An entry, with ways to its fields.
pub(super) struct Entry(pub(super) Value);

impl Entry {
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |value, name| value.get(name)).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, paths: &[&str]) -> Option<&str> {
        paths.iter().find_map(|path| self.at(path)?.as_str().filter(|text| !text.is_empty()))
    }

    pub(super) fn name(&self, paths: &[&str]) -> Option<String> {
        self.text(paths).map(|text| clip(text, NAME_CHARS_MAX))
    }

    pub(super) fn kind(&self) -> &str {
        self.text(&["type"]).unwrap_or_default()
    }
}

/// The id of a call within the run of its agent.
pub(super) fn key(entry: &Entry) -> Option<String> {
    let id = entry.text(&["event_details.tool_call_id"])?;
    Some(format!("{} {id}", entry.text(&["event_details.run_id"]).unwrap_or_default()))
}

/// A tool does what its name and its arguments say; what neither says is a call that may change something.
pub(super) fn act_of_tool(record: &mut LogRecord, tool: &str, arguments: &Pairs<'_>) {
    record.set_act(tool_act(tool, arguments));
    record.action = clip(if tool.is_empty() { "call" } else { tool }, NAME_CHARS_MAX);
}

/// A call that Codex made.
pub(super) fn tool(record: &mut LogRecord, entry: &Entry) {
    let name = entry.text(&["event_details.tool_name", "event_details.name"]).unwrap_or_default();
    let input = match entry.at("event_details.tool_input").or_else(|| entry.at("event_details.arguments")) {
        Some(Value::Object(fields)) => fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        Some(value) => {
            let runs = tool_act(name, &Pairs::default()).verb == Verb::Execute;
            vec![(if runs { "command" } else { "input" }.to_string(), shown(value))]
        }
        None => Vec::new(),
    };
    let arguments = Pairs(input.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
    act_of_tool(record, name, &arguments);
    record.arguments_sha256 = arguments.digest();
    let told = arguments.0.first().map(|(_, value)| value.or_empty().to_string());
    let connector = entry.text(&["event_details.tool_meta.connector_id"]).map(str::to_string);
    record.resource = clip(&told.or(connector).unwrap_or_default(), TEXT_CHARS_MAX);
    record.tool = Some(clip(name, NAME_CHARS_MAX));
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// A decision that stands in an entry. Nothing says who made it.
pub(super) fn decided(record: &mut LogRecord, entry: &Entry) {
    let Some(word) = entry.text(&["event_details.decision"]) else { return };
    let is_no = ["denied", "declined", "rejected", "abort", "aborted"].contains(&word);
    let how = if is_no { Confirmation::Refused } else { Confirmation::Unknown };
    let (raw, says) = (record.raw, format!("decision: {word}"));
    record.set_confirmation(how, &says, raw);
}

/// A call that was not let through.
pub(super) fn refused(record: &mut LogRecord) {
    if record.outcome == Outcome::Denied {
        let raw = record.raw;
        record.set_confirmation(Confirmation::Refused, "the call was declined", raw);
    }
}

/// How it ended. What is told once it happened took place.
pub(super) fn outcome(entry: &Entry, action: &str) -> (Outcome, Option<String>) {
    let word = entry.text(&["event_details.status", "action_result", "event_details.result"]).unwrap_or_default();
    let error =
        entry.name(&["event_details.error_message", "event_details.failure_message", "event_details.error_code"]);
    let outcome = match word.to_ascii_lowercase().as_str() {
        "success" | "succeeded" | "completed" | "ok" => Outcome::Success,
        "blocked" | "denied" | "declined" | "rejected" | "forbidden" => Outcome::Denied,
        "" if action.ends_with("_FAILED") => Outcome::Error,
        "" if action == "APP_MCP_CALL" => Outcome::Unknown,
        "" => Outcome::Success,
        "error" | "failed" | "failure" | "timeout" => Outcome::Error,
        _ => Outcome::Unknown,
    };
    (outcome, error)
}

/// What an entry is about.
pub(super) fn about(entry: &Entry) -> String {
    const PATHS: &[&str] = &[
        "event_details.memory_path",
        "event_details.skill_name",
        "event_details.connector_name",
        "event_details.connector_id",
        "event_details.agent_fields.name",
        "event_details.trigger_id",
        "event_details.access_token_name",
        "event_details.agent_id",
        "event_details.model",
        "action_data.user_id",
        "action_data.feature",
        "action_data.email",
        "action_data.name",
        "action_data.id",
        "app_name",
    ];
    let list = || entry.at("action_data.email_addresses")?.get(0)?.as_str();
    clip(entry.text(PATHS).or_else(list).unwrap_or_default(), TEXT_CHARS_MAX)
}
