//! What the events in a rollout of Codex say. Most repeat an item of the conversation; what is in no item is an act, a
//! person's word or a status of its own.
//!
//! The kinds are those of `EventMsg` as codex-rs/rollout/src/policy.rs lists them (github.com/openai/codex at 0136a731,
//! read 2026-11-27), which also says which of them are written to a file, and older names under which rollouts hold them.

use serde_json::Value;

use super::{Codex, failed_text};
use crate::reader::log::act::Act;
use crate::reader::log::adapter::tools::{Ending, set_call, stranger};
use crate::reader::log::adapter::{Out, Taken, Wrong};
use crate::reader::log::mark;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::wire::{Joined, Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Line<'a> { payload: Event<'a> = "payload" | "msg" }
    Event<'a> {
        kind: Text<'a> = "type", call: Text<'a> = "call_id" | "callId", command: Joined<'a> = "command",
        path: Text<'a> = "path", query: Text<'a> = "query", tool: Text<'a> = "tool", arguments: Pairs<'a> = "arguments",
        invocation: Invocation<'a> = "invocation", changes: Pairs<'a> = "changes", stdin: Text<'a> = "stdin",
        prompt: Text<'a> = "prompt" | "revised_prompt", receiver: Text<'a> = "new_thread_id" | "receiver_thread_id",
        exit: Text<'a> = "exit_code", success: Text<'a> = "success", result: Pairs<'a> = "result", error: Joined<'a> = "error",
        status: Text<'a> = "status", output: Text<'a> = "aggregated_output" | "formatted_output" | "stdout", wrong: Text<'a> = "stderr",
        reason: Text<'a> = "reason" | "rationale", message: Text<'a> = "message" | "text" | "user_facing_hint" | "details" | "question",
        model: Text<'a> = "to_model" | "model", approval: Text<'a> = "approval_policy", turns: Text<'a> = "num_turns",
        settings: Settings<'a> = "thread_settings",
    }
    Settings<'a> { model: Text<'a> = "model", approval: Text<'a> = "approval_policy" }
    Invocation<'a> { server: Text<'a> = "server", tool: Text<'a> = "tool", arguments: Pairs<'a> = "arguments" }
}

/// What is made of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The end of an act: a record, unless an item of the conversation is about the same call.
    Act(&'static str),
    /// The beginning of an act: what its end does not say, and all that is there where it has none.
    Begins,
    /// An act that no item repeats.
    Own(&'static str),
    /// What a person said, unless an item of the conversation has the same words.
    Person,
    /// What the agent said, unless an item has the same words.
    Agent,
    /// A person is asked to allow or to answer something.
    Asks,
    /// A person stopped the agent, or took back what was said.
    Stop,
    /// Something became of the session.
    Status,
    /// The conversation was compacted.
    Compacted,
    /// Something went wrong.
    Error,
    /// It repeats, counts or announces: what it is about comes in a record of its own.
    Idle,
}

const KINDS: &[(&str, Kind)] = &[
    ("exec_command_end", Kind::Act("exec_command")),
    ("patch_apply_end", Kind::Act("apply_patch")),
    ("mcp_tool_call_end", Kind::Act("mcp_tool_call")),
    ("dynamic_tool_call_response", Kind::Act("dynamic_tool_call")),
    ("web_search_end", Kind::Act("web_search")),
    ("view_image_tool_call", Kind::Act("view_image")),
    ("image_generation_end", Kind::Act("image_generation")),
    ("collab_agent_spawn_end", Kind::Act("spawn_agent")),
    ("collab_agent_interaction_end", Kind::Act("send_input")),
    ("collab_resume_end", Kind::Act("resume_agent")),
    ("collab_close_end", Kind::Act("close_agent")),
    ("terminal_interaction", Kind::Own("write_stdin")),
    ("undo_completed", Kind::Own("undo")),
    ("user_message", Kind::Person),
    ("agent_message", Kind::Agent),
    ("exec_approval_request", Kind::Asks),
    ("apply_patch_approval_request", Kind::Asks),
    ("request_permissions", Kind::Asks),
    ("request_user_input", Kind::Asks),
    ("elicitation_request", Kind::Asks),
    ("turn_aborted", Kind::Stop),
    ("thread_rolled_back", Kind::Stop),
    ("context_compacted", Kind::Compacted),
    ("error", Kind::Error),
    ("stream_error", Kind::Error),
    ("guardian_warning", Kind::Status),
    ("model_reroute", Kind::Status),
    ("model_verification", Kind::Status),
    ("safety_buffering", Kind::Status),
    ("turn_moderation_metadata", Kind::Status),
    ("thread_settings_applied", Kind::Status),
    ("thread_goal_updated", Kind::Status),
    ("sub_agent_activity", Kind::Status),
    ("hook_completed", Kind::Status),
    ("warning", Kind::Status),
    ("entered_review_mode", Kind::Status),
    ("exited_review_mode", Kind::Status),
    ("realtime_conversation_started", Kind::Status),
    ("realtime_conversation_closed", Kind::Status),
    ("shutdown_complete", Kind::Status),
    ("environment_connected", Kind::Status),
    ("environment_disconnected", Kind::Status),
    ("agent_message_delta", Kind::Idle),
    ("agent_message_content_delta", Kind::Idle),
    ("agent_reasoning", Kind::Idle),
    ("agent_reasoning_delta", Kind::Idle),
    ("agent_reasoning_raw_content", Kind::Idle),
    ("agent_reasoning_raw_content_delta", Kind::Idle),
    ("agent_reasoning_section_break", Kind::Idle),
    ("reasoning_content_delta", Kind::Idle),
    ("reasoning_raw_content_delta", Kind::Idle),
    ("plan_delta", Kind::Idle),
    ("plan_update", Kind::Idle),
    ("token_count", Kind::Idle),
    ("task_started", Kind::Idle),
    ("task_complete", Kind::Idle),
    ("turn_started", Kind::Idle),
    ("turn_complete", Kind::Idle),
    ("turn_diff", Kind::Idle),
    ("session_configured", Kind::Idle),
    ("thread_name_updated", Kind::Idle),
    ("exec_command_begin", Kind::Begins),
    ("exec_command_output_delta", Kind::Idle),
    ("patch_apply_begin", Kind::Begins),
    ("patch_apply_updated", Kind::Idle),
    ("mcp_tool_call_begin", Kind::Begins),
    ("dynamic_tool_call_request", Kind::Begins),
    ("web_search_begin", Kind::Idle),
    ("image_generation_begin", Kind::Idle),
    ("collab_agent_spawn_begin", Kind::Idle),
    ("collab_agent_interaction_begin", Kind::Idle),
    ("collab_waiting_begin", Kind::Idle),
    ("collab_waiting_end", Kind::Idle),
    ("collab_close_begin", Kind::Idle),
    ("collab_resume_begin", Kind::Idle),
    ("hook_started", Kind::Idle),
    ("undo_started", Kind::Idle),
    ("mcp_startup_update", Kind::Idle),
    ("mcp_startup_complete", Kind::Idle),
    ("mcp_list_tools_response", Kind::Idle),
    ("list_skills_response", Kind::Idle),
    ("skills_update_available", Kind::Idle),
    ("get_history_entry_response", Kind::Idle),
    ("raw_response_item", Kind::Idle),
    ("item_started", Kind::Idle),
    ("item_completed", Kind::Idle),
    ("background_event", Kind::Idle),
    ("deprecation_notice", Kind::Idle),
    ("realtime_conversation_sdp", Kind::Idle),
    ("realtime_conversation_realtime", Kind::Idle),
    ("realtime_conversation_list_voices_response", Kind::Idle),
];

/// Takes an event; `record` has its time and session.
pub(super) fn take(codex: &mut Codex, bytes: &[u8], mut record: LogRecord, out: &mut dyn Out) -> Result<Taken, Wrong> {
    let event = json::<Line>(bytes)?.payload;
    let name = event.kind.or_empty();
    let found = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let (agent, user) = (codex.agent(), LogActor::new(PrincipalKind::Human, "user"));
    record.action = clip(name, NAME_CHARS_MAX);
    record.message = event.message.owned(TEXT_CHARS_MAX).or(event.reason.owned(TEXT_CHARS_MAX)).unwrap_or_default();
    let Some(kind) = found else {
        record.actor = LogActor::new(PrincipalKind::System, "Codex");
        let text = record.message.clone();
        stranger(record, name, &text, out);
        return Ok(Taken::Read);
    };
    match kind {
        Kind::Idle => return Ok(Taken::Skipped),
        // A conversation has the call itself, with its output.
        Kind::Act(_) if event.call.get().is_some_and(|call| codex.has_call(call)) => return Ok(Taken::Skipped),
        Kind::Begins => {
            let Some(call) = event.call.get().filter(|call| !codex.has_call(call)) else { return Ok(Taken::Skipped) };
            let tool = KINDS.iter().find_map(|(known, kind)| match kind {
                Kind::Act(tool) if known.split("_end").next() == name.split("_begin").next() => Some(*tool),
                _ => None,
            });
            (record.actor, record.on_behalf_of) = (agent, Some(user));
            act(&mut record, tool.unwrap_or(name), &event);
            (record.outcome, record.error) = (Outcome::Unknown, None);
            codex.calls.confirm(&mut record);
            codex.begin(call, record, out);
            return Ok(Taken::Read);
        }
        Kind::Act(tool) | Kind::Own(tool) => {
            (record.actor, record.on_behalf_of) = (agent, Some(user));
            act(&mut record, tool, &event);
            if deletes(bytes) {
                record.set_act(Act::new(Verb::Delete, Effect::Destructive));
            }
            let begun = event.call.get().and_then(|call| codex.begun(call));
            if let Some(begun) = begun {
                record = ended(begun, record);
            }
            if let (Kind::Act(_), Some(call)) = (kind, event.call.get()) {
                codex.calls.told(call, record, out);
                return Ok(Taken::Read);
            }
            codex.calls.confirm(&mut record);
        }
        Kind::Person | Kind::Agent => {
            let text = event.message.or_empty();
            if text.trim().is_empty() || codex.has_said(text) {
                return Ok(Taken::Skipped);
            }
            record.action = "message".into();
            (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
            (record.actor, record.on_behalf_of) = if kind == Kind::Person { (user, None) } else { (agent, Some(user)) };
            codex.wait(text, record, out);
            return Ok(Taken::Read);
        }
        Kind::Asks => {
            record.actor = agent;
            record.resource = event.command.0.owned(TEXT_CHARS_MAX).or(paths(&event.changes)).unwrap_or_default();
            record.needs_review =
                Some("A person was asked here: the log does not always say what they answered.".into());
        }
        Kind::Stop => {
            record.actor = user;
            if let Some(turns) = event.turns.get() {
                record.message = format!("{} turns were taken back", clip(turns, NAME_CHARS_MAX));
            }
            // A turn also ends so when it was replaced, or when its budget was used up.
            if !matches!(event.reason.get(), None | Some("interrupted")) {
                record.actor = LogActor::new(PrincipalKind::System, "Codex");
            }
        }
        Kind::Error => {
            record.actor = agent;
            (record.outcome, record.error) = (Outcome::Error, event.message.owned(TEXT_CHARS_MAX));
        }
        Kind::Compacted => {
            record.actor = agent;
            record.hints.compacted = true;
            record.hints.class = Some(mark::COMPACTION.into());
        }
        Kind::Status => {
            record.actor = LogActor::new(PrincipalKind::System, "Codex");
            record.resource = event.status.owned(NAME_CHARS_MAX).unwrap_or_default();
            let (model, approval) = (event.settings.model.get(), event.settings.approval.get());
            if let Some(model) = event.model.get().or(model) {
                codex.model = Some(clip(model, NAME_CHARS_MAX));
            }
            codex.policy(event.approval.get().or(approval), bytes, &record);
        }
    }
    out.record(record);
    Ok(Taken::Read)
}

/// An act of which both the beginning and the end are told.
fn ended(begun: LogRecord, end: LogRecord) -> LogRecord {
    let mut record = end;
    if record.resource.is_empty() || record.arguments_sha256.is_none() {
        (record.verb, record.effect, record.hints) = (begun.verb, begun.effect, begun.hints);
        (record.resource, record.arguments_sha256, record.tool) = (begun.resource, begun.arguments_sha256, begun.tool);
        record.action = begun.action;
    }
    record.hints.pieces = 2;
    record
}

/// What an act did, and how it ended.
fn act(record: &mut LogRecord, tool: &str, event: &Event<'_>) {
    let mut arguments = Pairs::default();
    let own = [
        ("command", &event.command.0),
        ("path", &event.path),
        ("query", &event.query),
        ("code", &event.stdin),
        ("prompt", &event.prompt),
        ("id", &event.receiver),
    ];
    let told = event.invocation.arguments.0.iter().chain(&event.arguments.0);
    arguments.0.extend(told.map(|(name, value)| (name.clone(), value.clone())));
    arguments.0.extend(
        own.into_iter().filter(|(_, value)| value.get().is_some()).map(|(name, value)| (name.into(), value.clone())),
    );
    let (server, inner) = (event.invocation.server.get(), event.invocation.tool.get().or(event.tool.get()));
    let name = match (server, inner) {
        (Some(server), Some(inner)) => format!("mcp__{server}__{inner}"),
        (None, Some(inner)) => inner.to_string(),
        _ => tool.to_string(),
    };
    set_call(record, &name, &arguments);
    if let Some(changed) = paths(&event.changes) {
        record.resource = changed;
    }
    if tool == "undo" {
        (record.verb, record.effect) = (Verb::Write, Effect::Mutating);
    }
    let text = event.output.get().filter(|text| !text.is_empty()).or(event.wrong.get()).unwrap_or_default();
    if record.message.is_empty() {
        record.message = clip(text, TEXT_CHARS_MAX);
    }
    let told = event.error.0.get().or(event.result.get(&["Err"])).map(str::to_string);
    let failed = match (event.exit.get(), event.success.get(), event.status.get()) {
        _ if told.is_some() || event.result.get(&["isError", "is_error"]) == Some("true") => Some(true),
        (Some(exit), ..) => Some(exit != "0"),
        (_, Some(success), _) => Some(success != "true"),
        (.., Some("completed" | "success" | "ok")) => Some(false),
        (.., Some("failed" | "error" | "declined" | "denied")) => Some(true),
        _ => failed_text(text).or_else(|| event.result.0.iter().any(|(name, _)| name == "Ok").then_some(false)),
    };
    let ending = Ending::of(told.as_deref().unwrap_or(text), failed);
    (record.outcome, record.error) = (ending.outcome, ending.error);
    if matches!(event.status.get(), Some("declined" | "denied")) {
        record.outcome = Outcome::Denied;
    }
}

/// Whether a patch deletes a file: `{"changes": {"a": {"delete": {}}}}` or `{"changes": {"a": {"type": "delete"}}}`.
fn deletes(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"\"delete\"";
    if !bytes.windows(MARK.len()).any(|part| part == MARK) {
        return false;
    }
    let Ok(line) = json::<Value>(bytes) else { return false };
    let changes = ["/payload/changes", "/payload/msg/changes", "/msg/changes", "/changes"];
    let changes = changes.iter().find_map(|path| line.pointer(path)?.as_object());
    changes.is_some_and(|changes| {
        changes
            .values()
            .any(|change| change.get("delete").is_some() || change.get("type") == Some(&Value::from("delete")))
    })
}

/// The files that a patch changes.
fn paths(changes: &Pairs<'_>) -> Option<String> {
    let names: Vec<&str> = changes.0.iter().map(|(name, _)| name.as_ref()).collect();
    (!names.is_empty()).then(|| clip(&names.join(", "), TEXT_CHARS_MAX))
}
