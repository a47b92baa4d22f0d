//! What rollouts and recorded sessions of Codex tell of approvals: who allowed a command, a patch or a call, and how.
//!
//! By `Op::ExecApproval`, `Op::PatchApproval`, `ReviewDecision` and `GuardianAssessmentEvent` in codex-rs/protocol
//! (github.com/openai/codex, read 2026-11-27). `approved` is a yes to this act; `approved_for_session` and the amendments
//! of a policy allow others too; an assessment is made by an agent.

use serde_json::Value;

use super::Codex;
use crate::reader::log::adapter::gate::{self, Decision, Key};
use crate::reader::log::adapter::{Out, Taken, Wrong};
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::wire::json;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

/// Whether a line tells a decision: by the way it went, or by its kind.
pub(super) fn is_told(way: &str, kind: &str) -> bool {
    matches!(kind, "exec_approval" | "patch_approval" | "guardian_assessment")
        || way == "from_tui" && kind == "resolve_elicitation"
}

/// Kinds of commands in the log of the terminal, by `AppCommand` in codex-rs/tui (read 2026-11-28).
const NAMED: &[(&str, &str)] = &[
    ("ExecApproval", "exec_approval"),
    ("PatchApproval", "patch_approval"),
    ("ResolveElicitation", "resolve_elicitation"),
];

/// Whether a line of the log of the terminal tells a decision.
pub(super) fn is_named(bytes: &[u8]) -> bool {
    let line: Option<Value> = json(bytes).ok();
    let payload = line.as_ref().and_then(|line| line.get("payload")?.as_object());
    payload.is_some_and(|payload| NAMED.iter().any(|(name, _)| payload.contains_key(*name)))
}

/// The word of a decision. Of one that brings more with it, its name is the key; an amendment of the network's rules is
/// what its rule says.
fn verdict(told: Option<&Value>) -> &str {
    match told {
        Some(Value::String(word)) => word,
        Some(Value::Object(object)) => match object.iter().next() {
            Some((name, inner)) if name.to_ascii_lowercase().contains("network") => network_rule(inner),
            Some((name, _)) => name,
            None => "",
        },
        _ => "",
    }
}

/// `allow` or `deny`, wherever it stands.
fn network_rule(value: &Value) -> &str {
    let Value::Object(fields) = value else { return "network_policy_amendment" };
    match fields.get("action").and_then(Value::as_str) {
        Some("deny") => "denied",
        Some(action) => action,
        None => fields.values().next().map_or("network_policy_amendment", network_rule),
    }
}

/// Takes a line that tells a decision; `record` has its time and session.
pub(super) fn take(codex: &mut Codex, bytes: &[u8], mut record: LogRecord, out: &mut dyn Out) -> Result<Taken, Wrong> {
    let line: Value = json(bytes)?;
    let payload = line.get("payload").unwrap_or(&line);
    // The log of the terminal names the kind as the key of what it says.
    let named =
        payload.as_object().and_then(|object| NAMED.iter().find_map(|(name, kind)| Some((object.get(*name)?, *kind))));
    let payload = named.map_or(payload, |(inner, _)| inner);
    let text = |name: &str| payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let kind = named.map(|(_, kind)| kind).or(text("type")).unwrap_or_default();
    let verdict = verdict(payload.get("decision").or_else(|| payload.get("status")));
    record.action = clip(kind, NAME_CHARS_MAX);
    record.message = clip(text("rationale").or_else(|| text("reason")).unwrap_or_default(), TEXT_CHARS_MAX);
    let person = LogActor::new(PrincipalKind::Human, "user");
    let is_reviewer = kind == "guardian_assessment";
    let by = if is_reviewer { LogActor::new(PrincipalKind::Agent, "automatic reviewer") } else { person };
    let how = match verdict {
        // An assessment is told at its beginning too.
        "in_progress" | "" => {
            record.actor = LogActor::new(PrincipalKind::System, "Codex");
            out.record(record);
            return Ok(Taken::Read);
        }
        "denied" | "denied_with_reason" | "abort" | "aborted" | "timed_out" | "decline" | "cancel" => {
            Confirmation::Refused
        }
        _ if is_reviewer => Confirmation::Automatic,
        "approved" | "accept" => Confirmation::Human,
        "approved_for_session"
        | "acceptForSession"
        | "approved_execpolicy_amendment"
        | "acceptWithExecpolicyAmendment"
        | "allow" => Confirmation::Standing,
        _ => Confirmation::Unknown,
    };
    let id = ["target_item_id", "call_id", "callId", "approval_id", "id"].iter().find_map(|name| text(name));
    let says = format!("{kind}: {verdict}");
    let mut alone = record.clone();
    let agent = codex.agent();
    (alone.actor, alone.on_behalf_of) = (agent, Some(LogActor::new(PrincipalKind::Human, "user")));
    (alone.verb, alone.effect) =
        if kind == "patch_approval" { (Verb::Write, Effect::Mutating) } else { (Verb::Execute, Effect::Mutating) };
    alone.outcome = if how == Confirmation::Refused { Outcome::Denied } else { Outcome::Unknown };
    gate::set(&mut alone, how, &by, &says, record.raw);
    record.actor = by.clone();
    record.outcome = Outcome::Success;
    if record.message.is_empty() {
        record.message.clone_from(&says);
    }
    let key =
        Key { session: record.session.clone().unwrap_or_default(), id: clip(id.unwrap_or_default(), NAME_CHARS_MAX) };
    codex.calls.decide(key, Decision { how, by, says, tool: None, record, alone }, out);
    Ok(Taken::Read)
}
