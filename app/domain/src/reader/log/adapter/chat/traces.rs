//! What trace stores and hooks keep of agents: traces of Langfuse with their observations, spans of OpenInference as
//! Phoenix exports them, and the hooks of Cursor and Claude Code. By their documentation as of November 2026.

use std::collections::BTreeMap;

use super::*;
use crate::reader::log::adapter::Out;
use crate::reader::log::party;

/// So deep attributes are looked into, and so many are read of one span.
const ATTRIBUTES_DEPTH_MAX: usize = 16;
const ATTRIBUTES_MAX: usize = 2_000;

/// So many observations of one trace are read.
const OBSERVATIONS_MAX: usize = 1 << 16;

/// Whether a record is one of these.
pub fn is_trace(record: &Map<String, Value>) -> bool {
    is_langfuse(record) || is_observation(record) || is_span(record) || is_hook(record)
}

fn is_langfuse(record: &Map<String, Value>) -> bool {
    record.get("observations").is_some_and(Value::is_array)
        && ["timestamp", "createdAt", "sessionId", "userId", "projectId"].iter().any(|name| record.contains_key(*name))
}

fn is_observation(record: &Map<String, Value>) -> bool {
    ["traceId", "trace_id"].iter().any(|name| record.contains_key(*name))
        && ["startTime", "start_time"].iter().any(|name| record.contains_key(*name))
        && text(record, &["type"]).is_some_and(|kind| structure(kind).is_some())
}

fn is_span(record: &Map<String, Value>) -> bool {
    let inside = |outer: &str, inner: &str| record.get(outer).and_then(|value| value.get(inner)).is_some();
    let traced = ["trace_id", "context.trace_id"].iter().any(|name| record.contains_key(*name))
        || inside("context", "trace_id")
        || inside("context", "traceId");
    let kind =
        ["span_kind", "spanKind", "attributes.openinference.span.kind"].iter().any(|name| record.contains_key(*name))
            || inside("attributes", "openinference.span.kind")
            || inside("attributes", "openinference");
    traced && kind
}

fn is_hook(record: &Map<String, Value>) -> bool {
    record.contains_key("hook_event_name")
        && ["conversation_id", "session_id"].iter().any(|name| record.contains_key(*name))
}

/// What a step of a trace is, by its kind; a tool is told by its name.
fn structure(kind: &str) -> Option<(Verb, Effect)> {
    Some(match kind.to_ascii_uppercase().as_str() {
        "TOOL" => (Verb::Call, Effect::Mutating),
        "GENERATION" | "LLM" | "EMBEDDING" | "RERANKER" => (Verb::Call, Effect::None),
        "RETRIEVER" => (Verb::Search, Effect::Read),
        "SPAN" | "AGENT" | "CHAIN" | "EVENT" | "EVALUATOR" | "GUARDRAIL" | "PROMPT" | "UNKNOWN" => {
            (Verb::Other, Effect::None)
        }
        _ => return None,
    })
}

/// A step of a trace, however it was written.
struct Step<'a> {
    kind: &'a str,
    name: &'a str,
    input: Option<&'a Value>,
    output: String,
    model: Option<&'a str>,
    failed: Option<bool>,
    why: Option<&'a str>,
}

/// Reads a record of these; answers whether it is one.
pub fn read(record: &Map<String, Value>, base: &LogRecord, out: &mut dyn Out) -> bool {
    if is_langfuse(record) {
        trace(record, base, out);
    } else if is_observation(record) {
        observation(record, &known(record, base), "agent", out);
    } else if is_span(record) {
        span(record, base, out);
    } else if is_hook(record) {
        hook(record, base, out);
    } else {
        return false;
    }
    true
}

/// What a trace says of all its steps.
fn known(record: &Map<String, Value>, base: &LogRecord) -> LogRecord {
    let mut known = base.clone();
    let time = text_of(record, &["startTime", "start_time", "timestamp", "createdAt"]);
    let told = read_stamp(time.as_deref().unwrap_or_default(), None);
    if told.time.is_some() || known.time.is_none() {
        known.set_time(told);
    }
    let name = |names: &[&str]| text(record, names).map(|name| clip(name, NAME_CHARS_MAX));
    known.session = name(&["sessionId", "session_id"]).or(known.session);
    known.trace = name(&["traceId", "trace_id"]).or(known.trace);
    known.id = name(&["id"]).or(known.id);
    if let Some(user) = text(record, &["userId", "user_id"]) {
        known.on_behalf_of = Some(party::person(user));
    }
    known
}

/// A trace of Langfuse: who asked for what, and the steps in their order.
fn trace(record: &Map<String, Value>, base: &LogRecord, out: &mut dyn Out) {
    let mut base = known(record, base);
    base.trace = base.id.clone();
    let agent = text(record, &["name"]).unwrap_or("agent");
    let mut asked = base.clone();
    asked.actor = base.on_behalf_of.clone().unwrap_or_else(|| LogActor::new(PrincipalKind::Human, "user"));
    asked.on_behalf_of = None;
    asked.action = "message".into();
    (asked.verb, asked.effect, asked.outcome) = (Verb::Post, Effect::None, Outcome::Success);
    asked.message = clip(&record.get("input").map(said_in).unwrap_or_default(), TEXT_CHARS_MAX);
    asked.resource = clip(agent, TEXT_CHARS_MAX);
    let steps = record.get("observations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // A trace that says neither what was asked nor what was done is kept all the same.
    if !asked.message.is_empty() || steps.is_empty() {
        out.record(asked);
    }
    for step in steps.iter().take(OBSERVATIONS_MAX).filter_map(Value::as_object) {
        observation(step, &known(step, &base), agent, out);
    }
    // What was kept as an id alone, or lies beyond, is not read here.
    let unread = steps.iter().skip(OBSERVATIONS_MAX).chain(steps.iter().filter(|step| !step.is_object())).count();
    if unread > 0 {
        stranger(base, "observations that are not in the export", &format!("{unread} of them"), out);
    }
}

fn observation(record: &Map<String, Value>, known: &LogRecord, agent: &str, out: &mut dyn Out) {
    let step = Step {
        kind: text(record, &["type"]).unwrap_or("SPAN"),
        name: text(record, &["name"]).unwrap_or_default(),
        input: record.get("input"),
        output: record.get("output").map(said_in).unwrap_or_default(),
        model: text(record, &["model", "providedModelName", "internalModel"]),
        failed: text(record, &["level"]).filter(|level| *level == "ERROR").map(|_| true),
        why: text(record, &["statusMessage", "status_message"]),
    };
    give(&step, known.clone(), agent, out);
    if matches!(step.kind, "GENERATION" | "LLM") {
        asked_for(record.get("output"), known, step.model.unwrap_or(agent), out);
    }
}

/// The calls that a model asked for in its answer.
fn asked_for(output: Option<&Value>, known: &LogRecord, model: &str, out: &mut dyn Out) {
    let calls = output.and_then(|output| {
        let message = output.get("message").or_else(|| output.pointer("/choices/0/message")).unwrap_or(output);
        message.get("tool_calls").and_then(Value::as_array)
    });
    for call in calls.into_iter().flatten().filter_map(Value::as_object) {
        if let Some(call) = call_of(call, text(call, &["type"]).unwrap_or_default()) {
            let mut record = known.clone();
            set_call(&mut record, call.name, &arguments(call.arguments));
            record.actor = LogActor::new(PrincipalKind::Agent, model);
            out.record(record);
        }
    }
}

fn give(step: &Step<'_>, mut record: LogRecord, agent: &str, out: &mut dyn Out) {
    record.actor = LogActor::new(PrincipalKind::Agent, step.model.unwrap_or(agent));
    if record.on_behalf_of.is_none() {
        record.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
    }
    let ending = Ending::of(step.why.unwrap_or(&step.output), step.failed);
    let Some((verb, effect)) = structure(step.kind) else {
        return stranger(record, step.kind, step.name, out);
    };
    if step.kind.eq_ignore_ascii_case("TOOL") {
        set_call(&mut record, step.name, &arguments(step.input));
    } else {
        record.action = clip(if step.name.is_empty() { step.kind } else { step.name }, NAME_CHARS_MAX);
        record.set_act(crate::reader::log::act::Act { verb, effect });
        record.resource = clip(step.model.unwrap_or_default(), TEXT_CHARS_MAX);
    }
    record.message = clip(&step.output, TEXT_CHARS_MAX);
    (record.outcome, record.error) = (ending.outcome, ending.error);
    out.record(record);
}

/// A span of OpenInference: its attributes flat with dots, or in each other.
fn span(record: &Map<String, Value>, base: &LogRecord, out: &mut dyn Out) {
    let mut flat = BTreeMap::new();
    flatten("", record, ATTRIBUTES_DEPTH_MAX, &mut flat);
    let get = |names: &[&str]| {
        names.iter().find_map(|name| flat.get(*name)).map(String::as_str).filter(|text| !text.is_empty())
    };
    let mut known = base.clone();
    known.set_time(read_stamp(get(&["start_time", "startTime"]).unwrap_or_default(), None));
    let name = |names: &[&str]| get(names).map(|name| clip(name, NAME_CHARS_MAX));
    known.session = name(&["attributes.session.id", "session_id"]);
    known.trace = name(&["context.trace_id", "context.traceId", "trace_id"]);
    known.id = name(&["context.span_id", "context.spanId", "span_id", "id"]);
    known.on_behalf_of = get(&["attributes.user.id", "attributes.enduser.id"]).map(party::person);
    let model = get(&["attributes.llm.model_name", "attributes.embedding.model_name"]);
    let agent = get(&["attributes.agent.name", "attributes.graph.node.id"]).unwrap_or("agent");
    let kind = get(&["attributes.openinference.span.kind", "span_kind", "spanKind"]).unwrap_or("UNKNOWN");
    let input =
        get(&["attributes.tool.parameters", "attributes.input.value", "attributes.tool_call.function.arguments"]);
    let input = input.map(Value::from);
    let step = Step {
        kind,
        name: get(&["attributes.tool.name", "name"]).unwrap_or_default(),
        input: input.as_ref(),
        output: get(&["attributes.output.value"]).unwrap_or_default().to_string(),
        model,
        failed: match get(&["status_code", "statusCode", "status.status_code", "status.code"]) {
            Some("ERROR" | "STATUS_CODE_ERROR" | "2") => Some(true),
            Some("OK" | "STATUS_CODE_OK" | "1") => Some(false),
            _ => None,
        },
        why: get(&["status_message", "statusMessage", "status.message", "status.description"]),
    };
    give(&step, known.clone(), agent, out);
    for (key, name) in flat.iter().filter(|(key, _)| key.ends_with(".tool_call.function.name")) {
        let told = key.strip_suffix("name").and_then(|head| flat.get(&format!("{head}arguments")));
        let mut record = known.clone();
        set_call(&mut record, name, &arguments(told.map(|told| Value::from(told.as_str())).as_ref()));
        record.actor = LogActor::new(PrincipalKind::Agent, model.unwrap_or(agent));
        out.record(record);
    }
}

/// Every value under the names on the way to it, with dots between them.
fn flatten(way: &str, object: &Map<String, Value>, depth: usize, flat: &mut BTreeMap<String, String>) {
    for (key, value) in object {
        if flat.len() >= ATTRIBUTES_MAX {
            return;
        }
        let way = if way.is_empty() { key.clone() } else { format!("{way}.{key}") };
        match value {
            Value::Object(inner) if depth > 0 => flatten(&way, inner, depth - 1, flat),
            Value::Array(list) if depth > 0 && list.iter().any(Value::is_object) => {
                let numbered =
                    list.iter().enumerate().map(|(place, value)| (place.to_string(), value.clone())).collect();
                flatten(&way, &numbered, depth - 1, flat);
            }
            Value::String(text) => drop(flat.insert(way, text.clone())),
            Value::Null => {}
            other => drop(flat.insert(way, other.to_string())),
        }
    }
}

/// What a hook of Cursor or Claude Code was told. Before an act it is only asked for.
fn hook(record: &Map<String, Value>, base: &LogRecord, out: &mut dyn Out) {
    let event = text(record, &["hook_event_name"]).unwrap_or_default();
    let mut known = base.clone();
    let time = text_of(record, TIMES);
    known.set_time(read_stamp(time.as_deref().unwrap_or_default(), None));
    known.session = text(record, &["conversation_id", "session_id"]).map(|id| clip(id, NAME_CHARS_MAX));
    known.trace = text(record, &["generation_id"]).map(|id| clip(id, NAME_CHARS_MAX));
    let person =
        text(record, &["user_email"]).map_or_else(|| LogActor::new(PrincipalKind::Human, "user"), party::person);
    let small = event.to_ascii_lowercase();
    if matches!(small.as_str(), "beforesubmitprompt" | "userpromptsubmit") {
        known.actor = person;
        known.action = "message".into();
        (known.verb, known.effect, known.outcome) = (Verb::Post, Effect::None, Outcome::Success);
        known.message = clip(text(record, &["prompt"]).unwrap_or_default(), TEXT_CHARS_MAX);
        return out.record(known);
    }
    known.actor = LogActor::new(PrincipalKind::Agent, text(record, &["model"]).unwrap_or("assistant"));
    known.on_behalf_of = Some(person);
    let (tool, told) = match small.as_str() {
        "beforeshellexecution" | "aftershellexecution" => ("shell", Value::Object(record.clone())),
        "beforereadfile" | "beforetabfileread" => ("read_file", Value::Object(record.clone())),
        "afterfileedit" | "aftertabfileedit" => ("edit", Value::Object(record.clone())),
        "beforemcpexecution" | "aftermcpexecution" | "pretooluse" | "posttooluse" | "posttoolusefailure" => {
            let input = ["tool_input", "arguments"].iter().find_map(|name| record.get(*name)).cloned();
            (text(record, &["tool_name"]).unwrap_or("tool"), input.unwrap_or(Value::Null))
        }
        "afteragentresponse" => {
            known.action = "message".into();
            (known.verb, known.effect, known.outcome) = (Verb::Post, Effect::None, Outcome::Success);
            known.message = clip(text(record, &["text"]).unwrap_or_default(), TEXT_CHARS_MAX);
            return out.record(known);
        }
        _ => return stranger(known, event, text(record, &["status", "reason", "message"]).unwrap_or_default(), out),
    };
    set_call(&mut known, tool, &arguments(Some(&told)));
    let ended =
        ["output", "result_json", "tool_output", "tool_response", "error"].iter().find_map(|name| record.get(*name));
    let said = ended.map(said_in).unwrap_or_default();
    let failed = match small.as_str() {
        "posttoolusefailure" => Some(true),
        "afterfileedit" | "aftertabfileedit" | "posttooluse" => Some(false),
        _ => None,
    };
    let ending = Ending::of(&said, failed);
    (known.outcome, known.error) = (ending.outcome, ending.error);
    known.message = clip(&said, TEXT_CHARS_MAX);
    out.record(known);
}
