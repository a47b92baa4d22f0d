//! What agents write down of their own work, in the shapes that are told by what is in them: chats, responses,
//! blocks, parts and steps. One walk goes through all of them, for they are put into each other.

mod decisions;
mod endings;
mod parts;
mod table;
mod traces;
mod words;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Out;
use super::calls::Calls;
use super::gate::Key;
use super::tools::{Ending, set_call, stranger};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

use parts::*;
pub use table::{is_table, trace_of};
pub use traces::{is_trace, read as read_trace};
use words::*;

/// What is known around a thing.
#[derive(Clone)]
struct Around {
    base: LogRecord,
    model: String,
    role: Option<Speaker>,
    name: Option<String>,
}

/// Reads the pieces of one transcript.
pub struct Chat {
    calls: Calls,
    model: Option<String>,
    found: usize,
    /// What an approval was asked for, by its id.
    asked: HashMap<String, String>,
}

impl Default for Chat {
    fn default() -> Self {
        Self { calls: Calls::gated(), model: None, found: 0, asked: HashMap::new() }
    }
}

impl Chat {
    /// Reads one piece; answers whether there was anything in it.
    pub fn read(&mut self, value: &Value, base: LogRecord, out: &mut dyn Out) -> bool {
        let before = self.found;
        let around =
            Around { base, model: self.model.clone().unwrap_or_else(|| "assistant".into()), role: None, name: None };
        self.thing(value, &around, DEPTH_MAX, out);
        self.found > before
    }

    /// Says that a file was read up to this byte.
    pub fn pass(&mut self, end: u64, out: &mut dyn Out) {
        self.calls.pass(end, out);
    }

    /// Gives out the calls that have no result.
    pub fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(out);
    }

    fn thing(&mut self, value: &Value, around: &Around, depth: usize, out: &mut dyn Out) {
        if depth == 0 || self.found >= THINGS_MAX {
            return;
        }
        match value {
            Value::Array(list) => list.iter().for_each(|one| self.thing(one, around, depth - 1, out)),
            Value::Object(object) => self.object(object, around, depth, out),
            Value::String(text) if !text.trim().is_empty() && around.role.is_some() => self.says(text, around, out),
            _ => {}
        }
    }

    fn object(&mut self, object: &Map<String, Value>, around: &Around, depth: usize, out: &mut dyn Out) {
        let around = self.around(object, around);
        let kind = text(object, &["type", "kind", "role_type"]).unwrap_or_default();
        // What a trace store answers with is a list of steps, without the trace around them.
        if depth < DEPTH_MAX && read_trace(object, &around.base, out) {
            self.found += 1;
            return;
        }
        if text(object, &["object"]) == Some("thread.run.step") {
            return self.run_step(object, &around, depth, out);
        }
        if decisions::take(self, object, kind, &around, out) {
            return;
        }
        if let Some(call) = call_of(object, kind) {
            // What was asked for begins now.
            if kind == "tool.execution_start" && call.id.as_deref().is_some_and(|id| self.calls.waits_for(id)) {
                self.found += 1;
                return;
            }
            return self.call(&call, object, &around, out);
        }
        if is_result(object, kind, &around) {
            return self.result(object, &around, out);
        }
        if let Some((id, said, failed)) = rpc_answer(object).filter(|(id, ..)| self.calls.waits_for(id)) {
            self.found += 1;
            let mut record = around.base.clone();
            record.actor = LogActor::new(PrincipalKind::System, "tool");
            record.action = "tool_result".into();
            record.message = clip(&said, TEXT_CHARS_MAX);
            return self.calls.result(Some(&id), Ending::of(&said, Some(failed)), record, out);
        }
        if let Some(typed) = inner_of(object).and_then(|inner| text(inner, &["user_input"])) {
            return self.says(typed, &Around { role: Some(Speaker::User), ..around }, out);
        }
        if matches!(
            kind,
            "reasoning"
                | "thinking"
                | "redacted_thinking"
                | "thought"
                | "image"
                | "image_url"
                | "input_image"
                | "document"
                | "file"
                | "input_file"
                | "input_audio"
                | "item_reference"
                | "compaction"
        ) {
            return;
        }
        if object.get("thought").is_some_and(|thought| thought == &Value::Bool(true)) {
            return;
        }
        let before = self.found;
        // What was asked may be a text beside the answer.
        let answered = ["output", "response", "choices", "object"].iter().any(|name| object.contains_key(*name));
        if let Some(asked) =
            text(object, &["instructions", "input", "prompt"]).filter(|_| around.role.is_none() && answered)
        {
            self.says(asked, &Around { role: Some(Speaker::User), ..around.clone() }, out);
        }
        if let Some(mapping) = object.get("mapping").and_then(Value::as_object) {
            let mut nodes: Vec<&Value> = mapping.values().filter_map(|node| node.get("message")).collect();
            nodes.sort_by_cached_key(|node| {
                node.as_object().and_then(|node| text_of(node, TIMES)).and_then(|time| read_stamp(&time, None).time)
            });
            nodes.into_iter().for_each(|node| self.thing(node, &around, depth - 1, out));
        }
        self.parts(object, &around, depth, out);
        let is_block =
            matches!(kind, "" | "text" | "message" | "input_text" | "output_text" | "summary_text" | "refusal")
                || role_of(kind).is_some();
        if self.found == before && around.role.is_some() && !is_block && depth < DEPTH_MAX && !kind.is_empty() {
            let said = text(object, TEXTS).unwrap_or_default().to_string();
            self.found += 1;
            stranger(LogRecord { actor: actor(&around), ..around.base }, kind, &said, out);
        }
    }

    /// What an object says, then the lists and things in it, in the order in which they are written down.
    fn parts(&mut self, object: &Map<String, Value>, around: &Around, depth: usize, out: &mut dyn Out) {
        if around.role.is_some()
            && let Some(said) = ["text", "content", "message", "output_text", "refusal", "prompt", "value"]
                .iter()
                .find_map(|name| object.get(*name)?.as_str())
            && !said.trim().is_empty()
        {
            self.says(said, around, out);
        }
        if let Some(step) = object.get("action").and_then(Value::as_str).filter(|step| !step.trim().is_empty())
            && (object.contains_key("observation") || object.contains_key("thought"))
        {
            self.step(step, object, around, out);
        }
        let mut seen: Vec<&str> = Vec::new();
        for name in LISTS.iter().chain(INSIDE) {
            let Some(inner) = object.get(*name).filter(|inner| inner.is_array() || inner.is_object()) else { continue };
            if seen.contains(name) {
                continue;
            }
            seen.push(name);
            let mut inside = inner_role(around, name);
            // The request may name the model that answers.
            inside.model = self.model.clone().unwrap_or(inside.model);
            self.thing(inner, &inside, depth - 1, out);
        }
        if let Some(function) = object.get("function_call").and_then(Value::as_object) {
            let call =
                Call { id: None, name: text(function, &["name"]).unwrap_or_default(), arguments: argument(function) };
            self.call(&call, function, around, out);
        }
    }

    /// A step of a run, as the Assistants API tells it: its calls end as the step does. One that wrote a message says only
    /// which.
    fn run_step(&mut self, step: &Map<String, Value>, around: &Around, depth: usize, out: &mut dyn Out) {
        let calls = step.get("step_details").and_then(|details| details.get("tool_calls")).and_then(Value::as_array);
        for call in calls.into_iter().flatten().filter_map(Value::as_object) {
            let mut call = call.clone();
            // An error before the step was tried again is none of its end.
            let has_failed = text(step, &["status"]) != Some("completed");
            for (own, name) in
                [("status", "status"), ("last_error", "error")].into_iter().take(1 + usize::from(has_failed))
            {
                if let Some(value) = step.get(own).filter(|value| !value.is_null()) {
                    call.entry(name).or_insert_with(|| value.clone());
                }
            }
            self.object(&call, around, depth - 1, out);
        }
        if calls.is_none_or(Vec::is_empty) {
            self.found += 1;
            let kind = text(step, &["type"]).unwrap_or("thread.run.step");
            let mut record =
                LogRecord { actor: LogActor::new(PrincipalKind::Agent, &around.model), ..around.base.clone() };
            record.action = clip(kind, NAME_CHARS_MAX);
            match kind {
                "message_creation" => (record.verb, record.effect) = (Verb::Post, Effect::None),
                _ => return stranger(record, kind, "", out),
            }
            out.record(record);
        }
    }

    /// A step of a benchmark: what was done, and what came of it.
    fn step(&mut self, step: &str, object: &Map<String, Value>, around: &Around, out: &mut dyn Out) {
        self.found += 1;
        let mut record = around.base.clone();
        let arguments = Pairs(vec![("command".into(), step.to_string().into())]);
        set_call(&mut record, "shell", &arguments);
        record.actor = LogActor::new(PrincipalKind::Agent, &around.model);
        record.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
        record.message = clip(text(object, &["observation"]).unwrap_or_default(), TEXT_CHARS_MAX);
        out.record(record);
    }

    fn around(&mut self, object: &Map<String, Value>, around: &Around) -> Around {
        let mut next = around.clone();
        if let Some(time) = text_of(object, TIMES) {
            let told = read_stamp(&time, None);
            if told.time.is_some() || next.base.time.is_none() {
                next.base.set_time(told);
            }
        }
        if let Some(session) = text(object, SESSIONS) {
            next.base.session = Some(clip(session, NAME_CHARS_MAX));
        }
        if let Some(model) = text(object, MODELS)
            .or_else(|| object.get("metadata").and_then(Value::as_object).and_then(|about| text(about, MODELS)))
        {
            next.model = clip(model, NAME_CHARS_MAX);
            self.model = Some(next.model.clone());
        }
        let author = object.get("author").and_then(Value::as_object);
        let role = text(object, &["role", "sender", "speaker", "from"])
            .or_else(|| author.and_then(|author| text(author, &["role"])));
        let role = role.or_else(|| text(object, &["type"]).filter(|kind| role_of(kind).is_some()));
        if let Some(role) = role {
            next.role = role_of(role).or(Some(Speaker::System));
            next.name = text(object, &["name"])
                .or_else(|| author.and_then(|author| text(author, &["name"])))
                .map(str::to_string);
        }
        if matches!(text(object, &["type"]), Some("message" | "output_text")) && next.role.is_none() {
            next.role = Some(Speaker::Agent);
        }
        if let Some(id) = text(object, &["id", "uuid", "messageId", "message_id"]) {
            next.base.id = Some(clip(id, NAME_CHARS_MAX));
        }
        next
    }

    fn says(&mut self, said: &str, around: &Around, out: &mut dyn Out) {
        self.found += 1;
        let mut record = around.base.clone();
        if around.role == Some(Speaker::Tool) {
            record.actor = LogActor::new(PrincipalKind::System, around.name.as_deref().unwrap_or("tool"));
            record.action = "tool_result".into();
            record.message = clip(said, TEXT_CHARS_MAX);
            return self.calls.result(None, Ending::of(said, failed_text(said)), record, out);
        }
        (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
        record.action = "message".into();
        record.message = clip(said, TEXT_CHARS_MAX);
        record.actor = actor(around);
        if around.role == Some(Speaker::Agent) {
            record.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
        }
        out.record(record);
    }

    fn call(&mut self, call: &Call<'_>, object: &Map<String, Value>, around: &Around, out: &mut dyn Out) {
        self.found += 1;
        let mut record = around.base.clone();
        set_call(&mut record, call.name, &arguments(call.arguments));
        record.actor = LogActor::new(PrincipalKind::Agent, &around.model);
        record.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
        record.id = around.base.id.clone().or_else(|| call.id.as_deref().map(|id| clip(id, NAME_CHARS_MAX)));
        if let Some((approval, id)) = decisions::approval_of(object).zip(call.id.as_deref()) {
            self.approve(approval, id, &record, out);
        }
        let ended = ended(object);
        if let Some((outcome, why)) = &ended {
            (record.outcome, record.error) = (*outcome, why.clone());
        }
        self.calls.call(call.id.as_deref(), record, out);
        // Some keep the result beside the call, or in the function that was called.
        let function = object.get("function").and_then(Value::as_object);
        let beside = |object| endings::beside(object, call.arguments);
        if let Some(told) = beside(object).or_else(|| beside(function?)) {
            let mut record = around.base.clone();
            record.actor = LogActor::new(PrincipalKind::System, "tool");
            record.action = "tool_result".into();
            record.message = clip(&told.said, TEXT_CHARS_MAX);
            let mut ending = told.ending();
            if let Some((outcome, _)) = ended
                && (outcome == Outcome::Denied || ending.outcome == Outcome::Unknown)
            {
                ending.outcome = outcome;
            }
            self.calls.result(call.id.as_deref(), ending, record, out);
        }
    }

    fn result(&mut self, object: &Map<String, Value>, around: &Around, out: &mut dyn Out) {
        self.found += 1;
        let inner = ["functionResponse", "toolResult", "function_response", "actionGroupInvocationOutput"]
            .iter()
            .find_map(|name| object.get(*name)?.as_object());
        let beside = inner_of(object).filter(|inner| ANSWERS.iter().any(|name| inner.contains_key(*name)));
        let whole = inner.or(beside).unwrap_or(object);
        let object = whole.get("return_value").and_then(Value::as_object).unwrap_or(whole);
        let ended = endings::of_result(object);
        let mut record = around.base.clone();
        record.actor = LogActor::new(
            PrincipalKind::System,
            around.name.as_deref().or(text(whole, &["name", "toolName"])).unwrap_or("tool"),
        );
        record.action = "tool_result".into();
        record.message = clip(&ended.said, TEXT_CHARS_MAX);
        let id = text(whole, ANSWERS);
        if let Some((approval, id)) = decisions::approval_of(whole).zip(id) {
            self.approve(approval, id, &record, out);
        }
        let ending = Ending { waits: decisions::waits(whole), ..ended.ending() };
        self.calls.result(id, ending, record, out);
    }

    /// Says that an approval is of a call.
    fn approve(&mut self, approval: &str, id: &str, record: &LogRecord, out: &mut dyn Out) {
        let session = record.session.clone().unwrap_or_default();
        self.calls.same(decisions::key(approval), Key { session, id: clip(id, NAME_CHARS_MAX) }, out);
    }
}
