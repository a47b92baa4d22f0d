//! What Codex prints where it runs without a terminal (`codex exec --json`): items of a thread, without their times.
//!
//! The items are those of codex-rs/exec/src/exec_events.rs, read 2026-11-27. An item is told when it begins, when it goes
//! on and when it ends: only its end is an act, and its beginning where it has none.

use serde_json::{Map, Value};

use super::Codex;
use crate::reader::log::adapter::tools::{Ending, set_call};
use crate::reader::log::adapter::{Out, Taken, Wrong};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::wire::json;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// Whether a line is one of these.
pub(super) fn is_told(kind: &str) -> bool {
    matches!(
        kind,
        "thread.started"
            | "turn.started"
            | "turn.completed"
            | "turn.failed"
            | "item.started"
            | "item.updated"
            | "item.completed"
    )
}

/// Takes such a line.
pub(super) fn take(codex: &mut Codex, bytes: &[u8], mut record: LogRecord, out: &mut dyn Out) -> Result<Taken, Wrong> {
    let line: Map<String, Value> = json(bytes)?;
    let kind = line.get("type").and_then(Value::as_str).unwrap_or_default();
    if let Some(thread) = line.get("thread_id").and_then(Value::as_str) {
        codex.session = Some(clip(thread, NAME_CHARS_MAX));
    }
    record.actor = codex.agent();
    if kind == "turn.failed" {
        record.action = kind.into();
        record.outcome = Outcome::Error;
        record.error = Some(clip(&line.get("error").map(said).unwrap_or_default(), TEXT_CHARS_MAX));
        out.record(record);
        return Ok(Taken::Read);
    }
    let Some(item) = line.get("item").and_then(Value::as_object) else { return Ok(Taken::Skipped) };
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = text("id");
    if matches!(text("type"), "reasoning" | "todo_list") || kind == "item.updated" {
        return Ok(Taken::Skipped);
    }
    record.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
    read(&mut record, item, out);
    if kind == "item.started" {
        codex.begin(id, record, out);
        return Ok(Taken::Read);
    }
    // Its beginning is the same act.
    let begun = codex.begun(id);
    record.hints.pieces += u32::from(begun.is_some());
    out.record(record);
    Ok(if begun.is_some() { Taken::Merged } else { Taken::Read })
}

/// What an item says was done.
fn read(record: &mut LogRecord, item: &Map<String, Value>, out: &mut dyn Out) {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let own = |name: &'static str, value: &str| Pairs(vec![(name.into(), value.to_string().into())]);
    match text("type") {
        "command_execution" => set_call(record, "exec_command", &own("command", text("command"))),
        "web_search" => set_call(record, "web_search", &own("query", text("query"))),
        "mcp_tool_call" => {
            let told = item.get("arguments").map(Value::to_string).unwrap_or_default();
            let name = format!("mcp__{}__{}", text("server"), text("tool"));
            set_call(record, &name, &json::<Pairs>(told.as_bytes()).unwrap_or_default());
        }
        "file_change" => {
            let changes = item.get("changes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let of = |name: &str| changes.iter().filter_map(|change| change.get(name)?.as_str()).collect::<Vec<_>>();
            let paths = of("path").join(", ");
            set_call(record, "apply_patch", &own("path", &paths));
            if of("kind").contains(&"delete") {
                (record.verb, record.effect) = (Verb::Delete, Effect::Destructive);
            }
        }
        "agent_message" => {
            record.action = "message".into();
            (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
            record.message = clip(text("text"), TEXT_CHARS_MAX);
            return;
        }
        "error" => {
            record.action = "error".into();
            (record.outcome, record.error) = (Outcome::Error, Some(clip(text("message"), TEXT_CHARS_MAX)));
            return;
        }
        kind => {
            record.action = clip(kind, NAME_CHARS_MAX);
            record.needs_review = Some("This type of record is not understood: see what it says in the file.".into());
            out.stranger(&record.action);
            return;
        }
    }
    let why = item.get("error").filter(|error| !error.is_null()).map(said);
    let wrote = text("aggregated_output").to_string();
    let failed = match (item.get("exit_code").and_then(Value::as_i64), text("status")) {
        _ if why.is_some() => Some(true),
        (Some(code), _) => Some(code != 0),
        (None, "failed" | "declined") => Some(true),
        (None, "completed") => Some(false),
        _ => None,
    };
    let ending = Ending::of(why.as_deref().unwrap_or(&wrote), failed);
    (record.outcome, record.error) = (ending.outcome, ending.error);
    if text("status") == "declined" {
        record.outcome = Outcome::Denied;
    }
    record.message = clip(&wrote, TEXT_CHARS_MAX);
}

fn said(error: &Value) -> String {
    let message = error.get("message").and_then(Value::as_str).or(error.as_str());
    message.map_or_else(|| error.to_string(), str::to_string)
}
