//! Approvals in conversations.
//!
//! The Responses API of OpenAI (platform.openai.com/docs/guides/tools-connectors-mcp, read 2026-11-27): a program answers
//! `mcp_approval_request` with `mcp_approval_response`, and `mcp_call` names the request. Whether the program asked a
//! person is not said, so that its yes is nobody's.
//!
//! OpenClaw (docs.openclaw.ai/tools/exec-approvals and the events of its gateway, read 2026-11-27): `exec.approval.resolved`
//! with `allow-once`, `allow-always` or `deny` and who resolved it; the result of the call that waits names the approval.

use super::*;
use crate::reader::log::adapter::gate::{self, Decision, Key};
use crate::reader::log::party;
use crate::vocabulary::Confirmation;

/// So many requests are known by their ids.
const ASKED_MAX: usize = 10_000;

/// What clients of the gateway call themselves where nobody gave them a name, by `GATEWAY_CLIENT_IDS` of OpenClaw
/// (github.com/openclaw/openclaw, read 2026-11-28).
const CLIENTS: &[&str] =
    &["cli", "gateway-client", "node-host", "openclaw-worker", "openclaw-probe", "test", "fingerprint"];

/// The key of an approval; its id is unique everywhere.
pub(super) fn key(id: &str) -> Key {
    Key { session: "approval".into(), id: clip(id, NAME_CHARS_MAX) }
}

/// The approval that a call or its result names.
pub(super) fn approval_of(object: &Map<String, Value>) -> Option<&str> {
    let details = object.get("details").and_then(Value::as_object);
    text(object, &["approval_request_id"]).or_else(|| details.and_then(|details| text(details, &["approvalId"])))
}

/// Whether a result only says that somebody has to allow the call first.
pub(super) fn waits(object: &Map<String, Value>) -> bool {
    let status = object.get("details").and_then(|details| details.get("status")).and_then(Value::as_str);
    matches!(status, Some("approval-pending" | "approval-unavailable"))
}

/// Reads a request for an approval, or the answer to one; answers whether it is one.
pub(super) fn take(
    chat: &mut Chat,
    object: &Map<String, Value>,
    kind: &str,
    around: &Around,
    out: &mut dyn Out,
) -> bool {
    let event = text(object, &["event"]).unwrap_or_default();
    let payload = object.get("payload").and_then(Value::as_object).unwrap_or(object);
    match (kind, event) {
        ("mcp_approval_request", _) => {
            let tool = text(object, &["name"]).unwrap_or_default();
            asks(chat, kind, text(object, &["id"]), tool, around, out);
        }
        ("mcp_approval_response", _) => {
            let is_yes = object.get("approve") == Some(&Value::Bool(true));
            let how = if is_yes { Confirmation::Unknown } else { Confirmation::Refused };
            let by = LogActor::new(PrincipalKind::System, "the program that called the model");
            let says = format!("{kind}: approve {is_yes}");
            decided(chat, text(object, &["approval_request_id"]), (how, by, says), around.base.clone(), out);
        }
        (_, "exec.approval.requested" | "plugin.approval.requested" | "openclaw.approval.requested") => {
            let request = payload.get("request").and_then(Value::as_object);
            let command = request.and_then(|request| text(request, &["command", "toolName"])).unwrap_or_default();
            asks(chat, event, text(payload, &["id"]), command, &timed(payload, around), out);
        }
        (_, "exec.approval.resolved" | "plugin.approval.resolved" | "openclaw.approval.resolved") => {
            let verdict = text(payload, &["decision"]).unwrap_or("no decision");
            let by = text(payload, &["resolvedBy"]);
            // A client that is not at a person's hand answers for somebody who is not told.
            let is_client = by.is_some_and(|by| CLIENTS.contains(&by));
            let by = by.map(|by| if is_client { LogActor::new(PrincipalKind::System, by) } else { party::person(by) });
            let how = match verdict {
                "allow-once" if by.is_some() && !is_client => Confirmation::Human,
                "allow-always" => Confirmation::Standing,
                "deny" | "no decision" => Confirmation::Refused,
                _ => Confirmation::Unknown,
            };
            let by = by.unwrap_or_else(|| LogActor::new(PrincipalKind::System, "OpenClaw"));
            let says = format!("{event}: {verdict}");
            decided(chat, text(payload, &["id"]), (how, by, says), timed(payload, around).base, out);
        }
        _ => return false,
    }
    chat.found += 1;
    true
}

/// An event of the gateway bears its time inside.
fn timed(payload: &Map<String, Value>, around: &Around) -> Around {
    let mut around = around.clone();
    if let Some(time) = text_of(payload, &["ts", "createdAtMs"]) {
        around.base.set_time(read_stamp(&time, None));
    }
    around
}

fn asks(chat: &mut Chat, action: &str, id: Option<&str>, what: &str, around: &Around, out: &mut dyn Out) {
    if let Some(id) = id.filter(|_| chat.asked.len() < ASKED_MAX) {
        chat.asked.insert(clip(id, NAME_CHARS_MAX), clip(what, NAME_CHARS_MAX));
    }
    let mut record = around.base.clone();
    record.actor = LogActor::new(PrincipalKind::Agent, &around.model);
    record.action = clip(action, NAME_CHARS_MAX);
    record.resource = clip(what, TEXT_CHARS_MAX);
    out.record(record);
}

fn decided(
    chat: &mut Chat,
    id: Option<&str>,
    (how, by, says): (Confirmation, LogActor, String),
    mut record: LogRecord,
    out: &mut dyn Out,
) {
    record.action = says.split(':').next().unwrap_or_default().to_string();
    let mut alone = record.clone();
    let what = id.and_then(|id| chat.asked.get(id)).cloned().unwrap_or_default();
    if says.starts_with("mcp") {
        set_call(&mut alone, &what, &Pairs::default());
    } else {
        set_call(&mut alone, "exec", &Pairs(vec![("command".into(), what.into())]));
    }
    alone.actor = LogActor::new(PrincipalKind::Agent, chat.model.as_deref().unwrap_or("assistant"));
    alone.outcome = if how == Confirmation::Refused { Outcome::Denied } else { Outcome::Unknown };
    gate::set(&mut alone, how, &by, &says, record.raw);
    (record.actor, record.outcome) = (by.clone(), Outcome::Success);
    record.message.clone_from(&says);
    let nameless = || Key { session: record.session.clone().unwrap_or_default(), id: String::new() };
    let key = id.map_or_else(nameless, key);
    chat.calls.decide(key, Decision { how, by, says, tool: None, record, alone }, out);
}
