//! The events and spans of coding agents over OpenTelemetry, and who decided about the calls in them.
//!
//! Claude Code and Cowork, by code.claude.com/docs/en/monitoring-usage (read 2026-11-27): `tool_decision` and
//! `tool_result` with `tool_use_id`, `permission_mode_changed`, and the spans `claude_code.tool` with
//! `tool.blocked_on_user` and `tool.execution` in it. `user_temporary` is a person's choice at a prompt; in sessions of
//! the Agent SDK later matches of that choice say the same, and by the type `PermissionDecisionClassification` of that
//! SDK (read 2026-11-28) so does a program's allow that was not classified. It counts as a person's yes only where the
//! log says that the session was at a terminal, and as not known everywhere else.
//! `user_permanent` is a rule that is kept, `config` and `hook` ask nobody.
//!
//! Codex, by codex-rs/otel/src/events/session_telemetry.rs and `ReviewDecision` in codex-rs/protocol (read 2026-11-27):
//! `codex.tool_decision` with `call_id`, a decision, and `config`, `user` or `automatedreviewer` as its source.

use super::{Otlp, Span};
use crate::reader::log::adapter::Out;
use crate::reader::log::adapter::gate::{self, Act, Decision, Fallback, Key, Telling, Times};
use crate::reader::log::adapter::tools::tool_act;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, clip};
use crate::reader::log::wire::json;
use crate::time::Instant;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

/// Events that are no acts: they say how long something took, or what was loaded.
const QUIET: &[&str] = &[
    "user_prompt",
    "assistant_response",
    "api_error",
    "api_refusal",
    "api_request_body",
    "api_response_body",
    "api_retries_exhausted",
    "mcp_server_connection",
    "internal_error",
    "plugin_loaded",
    "skill_activated",
    "at_mention",
    "hook_registered",
    "hook_execution_start",
    "hook_execution_complete",
    "hook_plugin_metrics",
    "compaction",
    "feedback_survey",
    "conversation_starts",
    "sse_event",
    "websocket_event",
    "websocket_request",
    "startup_phase",
    "turn_ttft",
    "sandbox_outcome",
    "interaction",
    "hook",
    "tool.execution",
    "tool.blocked_on_user",
];

/// Of the same, calls of a model.
const MODEL_CALLS: &[&str] = &["api_request", "llm_request", "websocket_connect"];

/// The name of an event without that of its program.
pub fn short(name: &str) -> &str {
    const PROGRAMS: &[&str] = &["claude_code.", "cowork.", "codex."];
    PROGRAMS.iter().find_map(|program| name.strip_prefix(program)).unwrap_or(name)
}

/// Whether an event is no act.
pub fn is_quiet(name: &str) -> bool {
    QUIET.contains(&name) || MODEL_CALLS.contains(&name)
}

/// What a tool was called with, as far as that is logged.
pub fn arguments<'a>(own: &Pairs<'a>) -> Pairs<'a> {
    const NAMES: &[&str] = &[
        "gen_ai.tool.call.arguments",
        "mcp.tool.arguments",
        "tool_parameters",
        "tool_input",
        "arguments",
        "ai.toolCall.args",
        "tool_arguments",
        "gcp.vertex.agent.tool_call_args",
        "traceloop.entity.input",
        "langfuse.observation.input",
        "mlflow.spanInputs",
        "input.value",
    ];
    let told = own.get(NAMES).and_then(|text| json::<Pairs>(text.as_bytes()).ok());
    let mut told = Pairs(
        told.unwrap_or_default()
            .0
            .into_iter()
            .map(|(name, value)| (name.into_owned().into(), value.or_empty().to_string().into()))
            .collect(),
    );
    for name in ["full_command", "file_path"] {
        if let Some(value) = own.get(&[name]).filter(|_| told.get(&[name]).is_none()) {
            told.0.push((name.into(), value.to_string().into()));
        }
    }
    told
}

/// How libraries say that a span is the call of a tool, by their documentation as of November 2026: OpenLLMetry,
/// OpenInference, Langfuse, MLflow, LangSmith.
const KINDS: &[&str] = &[
    "traceloop.span.kind",
    "openinference.span.kind",
    "langfuse.observation.type",
    "mlflow.spanType",
    "langsmith.span.kind",
];

/// The tool that was called; that of a server by the names that its arguments give, and where a library only says that
/// it was one, by the name of the span.
pub fn tool(own: &Pairs<'_>, arguments: &Pairs<'_>, span: &str) -> Option<String> {
    let tool = own.get(&["gen_ai.tool.name", "mcp.tool.name", "tool_name", "tool.name", "ai.toolCall.name"]);
    let is_tool = own.get(KINDS).is_some_and(|kind| kind.trim_matches('"').eq_ignore_ascii_case("tool"));
    let named = || own.get(&["traceloop.entity.name"]).or(Some(span)).filter(|name| is_tool && !name.is_empty());
    let tool = tool.or_else(named)?;
    let inner = arguments.get(&["mcp_server_name"]).zip(arguments.get(&["mcp_tool_name"]));
    match inner.filter(|_| tool == "mcp_tool") {
        Some((server, inner)) => Some(clip(&format!("mcp__{server}__{inner}"), NAME_CHARS_MAX)),
        None => Some(clip(tool, NAME_CHARS_MAX)),
    }
}

/// What holds in a mode of a session; `None` where somebody is asked.
fn mode(mode: &str, says: String, raw: Raw) -> Option<Fallback> {
    let nobody = matches!(mode, "bypassPermissions" | "dontAsk" | "never");
    nobody.then_some(Fallback { how: Confirmation::Automatic, says, raw, review: None })
}

/// What a decision says of the act: how it is confirmed, and who decided.
fn decided(
    own: &Pairs<'_>,
    resource: &Pairs<'_>,
    person: &LogActor,
    names: [&str; 2],
) -> Option<(Confirmation, LogActor, String)> {
    let (told, source) = (own.get(&[names[0]])?, own.get(&[names[1]]).unwrap_or_default());
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let says = if source.is_empty() { told.to_string() } else { format!("{told}, source {source}") };
    let program = |name: &str| LogActor::new(PrincipalKind::System, name);
    let (how, by) = match (letters(told).as_str(), letters(source).as_str()) {
        (told, source)
            if told.starts_with("denied")
                || ["reject", "rejected", "deny", "abort", "aborted", "timedout", "cancel", "decline"]
                    .contains(&told) =>
        {
            let by = if source.starts_with("user") { person.clone() } else { program(source) };
            (Confirmation::Refused, by)
        }
        ("approvedforsession", "user") => (Confirmation::Standing, person.clone()),
        // An amendment of the network's rules may allow or deny, and its name alone does not say which.
        ("networkpolicyamendment", "user") => (Confirmation::Unknown, person.clone()),
        (told, "user") if told.ends_with("amendment") => (Confirmation::Standing, person.clone()),
        ("approved", "user") => (Confirmation::Human, person.clone()),
        (_, "userpermanent") => (Confirmation::Standing, person.clone()),
        ("accept" | "accepted" | "approved", "usertemporary") if is_at_a_prompt(own, resource) => {
            (Confirmation::Human, person.clone())
        }
        ("accept" | "accepted" | "approved", "usertemporary") => (Confirmation::Unknown, person.clone()),
        (_, "userabort" | "userreject") => (Confirmation::Refused, person.clone()),
        (_, source @ ("config" | "hook" | "classifier" | "automatedreviewer")) => {
            (Confirmation::Automatic, program(source))
        }
        _ => (Confirmation::Unknown, program("")),
    };
    Some((how, by, says))
}

/// What the policies of a gateway of Bedrock AgentCore said of a call: spans of the gateway, by captures of them (read
/// 2026-11-28). Where the gateway only notes what it would have said, that decides nothing.
fn policy(own: &Pairs<'_>) -> Option<(Confirmation, LogActor, String)> {
    let word = own.get(&["aws.agentcore.policy.authorization_decision"])?;
    let mode = own.get(&["aws.agentcore.gateway.policy.mode"]).unwrap_or_default();
    let how = match (word, mode) {
        (_, "LOG_ONLY") => return None,
        ("DENY", _) => Confirmation::Refused,
        ("ALLOW", _) => Confirmation::Automatic,
        _ => Confirmation::Unknown,
    };
    Some((how, LogActor::new(PrincipalKind::System, "AgentCore policy"), format!("policy: {word} {mode}")))
}

/// Whether the log says that a person sat at the prompt of this session. One that is driven by a program says the same
/// of what the program allowed, and of later matches of a person's choice.
fn is_at_a_prompt(own: &Pairs<'_>, resource: &Pairs<'_>) -> bool {
    let get = |name: &str| own.get(&[name]).or_else(|| resource.get(&[name]));
    match (get("app.entrypoint"), get("terminal.type")) {
        (_, Some("non-interactive")) => false,
        (Some(entry), _) => entry == "cli",
        (None, terminal) => terminal.is_some(),
    }
}

impl Otlp {
    /// Gives a span or an event out, or to the gate where it belongs to an act.
    pub(super) fn put(&mut self, raw: Raw, resource: &Pairs<'_>, span: &Span<'_>, out: &mut dyn Out) {
        let mut record = self.record(raw, resource, span);
        let own = &span.attributes;
        let operation = record.action.clone();
        let kind = short(&operation);
        let session = record.session.clone().or_else(|| record.trace.clone()).unwrap_or_default();
        let key = |id: &str| Key { session: session.clone(), id: clip(id, NAME_CHARS_MAX) };
        let trace = record.trace.clone().unwrap_or_default();
        let nameless = Key { session: session.clone(), id: String::new() };
        let span_key = |id: &str| Key { session: trace.clone(), id: format!("span {}", clip(id, NAME_CHARS_MAX)) };
        let call = own.get(&["tool_use_id", "call_id", "gen_ai.tool.call.id"]);
        let person = person(&record);
        match kind {
            "tool_decision" | "tool.blocked_on_user" => {
                let found = decided(own, resource, &person, ["decision", "source"]);
                let key = match (kind, call, span.parent.get()) {
                    ("tool.blocked_on_user", _, Some(parent)) => span_key(parent),
                    (_, call, _) => call.map_or(nameless, key),
                };
                let at = record.received.filter(|_| kind == "tool.blocked_on_user");
                match found {
                    Some(found) => self.gate.decision(key, decision(record, at, kind, found), out),
                    None => out.record(record),
                }
            }
            "tool.execution" => match span.parent.get().map(span_key) {
                Some(key) => {
                    let times = Times { began: record.time, ..Times::default() };
                    self.gate.part(key, times, record, out);
                }
                None => out.record(record),
            },
            "tool_result" | "tool" | "execute_tool" | "tools/call" if record.tool.is_some() => {
                let found = decided(own, resource, &person, ["decision_type", "decision_source"])
                    .or_else(|| decided(own, resource, &person, ["decision", "source"]))
                    .or_else(|| policy(own));
                if let Some((how, by, says)) = found {
                    gate::set(&mut record, how, &by, &format!("{kind}: {says}"), raw);
                }
                let is_span = span.end.get().is_some();
                let times = times(own, &record, is_span, kind == "tool");
                let own_key = span.id.get().filter(|_| kind == "tool").map(span_key);
                let key = match (call.map(key), own_key) {
                    (Some(key), Some(own)) => {
                        self.gate.same(own, key.clone(), out);
                        key
                    }
                    (Some(key), None) | (None, Some(key)) => key,
                    // Only these programs tell decisions as events of their own.
                    (None, None) if matches!(kind, "tool_result" | "tool") => nameless,
                    (None, None) => return out.record(record),
                };
                let telling = if is_span { Telling::Span } else { Telling::Event };
                self.gate.act(Act { key, telling, times, record }, out);
            }
            "permission_mode_changed" => {
                let (from, to) = (own.get(&["from_mode"]).unwrap_or("?"), own.get(&["to_mode"]).unwrap_or("?"));
                record.resource = format!("permission mode: {from} → {to}");
                record.outcome = Outcome::Success;
                if own.get(&["trigger"]) == Some("shift_tab") {
                    record.actor = person;
                    record.on_behalf_of = None;
                }
                let holds = mode(to, format!("permission mode {to}"), raw);
                self.gate.modes.note(&session, record.time, holds);
                out.record(record);
            }
            "conversation_starts" => {
                let policy = own.get(&["approval_policy"]).unwrap_or_default();
                let holds = mode(policy, format!("approval_policy: {policy}"), raw);
                self.gate.modes.note(&session, record.time, holds);
                out.record(record);
            }
            "user_prompt" => {
                record.message = clip(own.get(&["prompt"]).unwrap_or_default(), 2_000);
                (record.actor, record.on_behalf_of) = (person, None);
                (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
                out.record(record);
            }
            _ => {
                if let Some((how, by, says)) = policy(own).filter(|_| !operation.starts_with("AgentCore.Policy.")) {
                    gate::set(&mut record, how, &by, &says, raw);
                    if how == Confirmation::Refused {
                        record.outcome = Outcome::Denied;
                    }
                }
                let is_ours = operation.len() != kind.len();
                if is_ours && !is_quiet(kind) && kind != "auth" {
                    out.stranger(&operation);
                }
                out.record(record);
            }
        }
    }
}

/// The person at the keyboard.
fn person(record: &LogRecord) -> LogActor {
    let known = record.on_behalf_of.as_ref().filter(|actor| actor.kind == PrincipalKind::Human);
    known.cloned().unwrap_or_else(|| LogActor::new(PrincipalKind::Human, "user"))
}

/// When an act began and ended. A span of a call begins before its decision: when the act began is told by a part of it.
fn times(own: &Pairs<'_>, record: &LogRecord, is_span: bool, waits: bool) -> Times {
    if is_span {
        let began = record.time.filter(|_| !waits);
        return Times { asked: record.time.filter(|_| waits), began, ended: record.received };
    }
    let length = own.get(&["duration_ms"]).and_then(|text| text.parse::<f64>().ok()).filter(|length| *length >= 0.0);
    #[expect(clippy::cast_possible_truncation, reason = "a length beyond an i64 of microseconds is no length")]
    let began = record
        .time
        .zip(length)
        .map(|(at, length)| Instant::from_micros(at.micros().saturating_sub((length * 1_000.0) as i64)));
    Times { asked: None, began, ended: record.time }
}

/// A decision as the gate takes it. `at` is when it was made, where that is not when the record begins.
fn decision(
    mut record: LogRecord,
    at: Option<Instant>,
    kind: &str,
    (how, by, says): (Confirmation, LogActor, String),
) -> Decision {
    record.time = at.or(record.time);
    let says = format!("{kind}: {says}");
    let mut alone = record.clone();
    if let Some(tool) = &alone.tool {
        let act = tool_act(tool, &Pairs::default());
        // The arguments are known where the verb was told by them.
        if alone.verb == Verb::Other {
            (alone.verb, alone.effect) = (act.verb, act.effect);
        }
    }
    alone.outcome = if how == Confirmation::Refused { Outcome::Denied } else { Outcome::Unknown };
    gate::set(&mut alone, how, &by, &says, record.raw);
    (record.verb, record.effect, record.outcome) = (Verb::Other, Effect::None, Outcome::Success);
    record.hints.logging_control = false;
    record.message = says.clone();
    (record.actor, record.on_behalf_of) = (by.clone(), None);
    let tool = record.tool.clone();
    Decision { how, by, says, tool, record, alone }
}
