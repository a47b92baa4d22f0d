//! The transcripts of Codex.

use super::tools::{Calls, Ending, set_call, stranger};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::mark;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Joined, Many, Text, json, wire};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;
use crate::words::Tri;

wire! {
    Line<'a> { at: Text<'a> = "timestamp", kind: Text<'a> = "type", payload: Item<'a> = "payload", state: Text<'a> = "record_type" }
    Item<'a> {
        kind: Text<'a> = "type", role: Text<'a> = "role", content: Many<Part<'a>, 16> = "content", name: Text<'a> = "name", arguments: Text<'a> = "arguments",
        input: Text<'a> = "input", call: Text<'a> = "call_id", id: Text<'a> = "id", output: Output<'a> = "output", action: Action<'a> = "action",
        command: Joined<'a> = "command", reason: Text<'a> = "reason", message: Text<'a> = "message", model: Text<'a> = "model",
        approval: Text<'a> = "approval_policy",
    }
    Part<'a> { text: Text<'a> = "text" }
    Action<'a> { command: Joined<'a> = "command", query: Text<'a> = "query" }
    Output<'a> { content: Text<'a> = "content" | "output", success: Text<'a> = "success", about: About<'a> = "metadata" }
    About<'a> { exit: Text<'a> = "exit_code" }
}

/// Reads rollout lines, with and without the envelope. A call is held until its output is there.
#[derive(Default)]
pub struct Codex {
    calls: Calls,
    session: Option<String>,
    model: Option<String>,
    /// Nobody is asked before a command runs.
    never_asks: bool,
}

impl Adapter for Codex {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let line: Line = json(piece.bytes)?;
        let bare: Item;
        let enveloped = matches!(
            line.kind.or_empty(),
            "session_meta" | "response_item" | "event_msg" | "turn_context" | "compacted"
        );
        let item = if enveloped {
            &line.payload
        } else {
            bare = json(piece.bytes)?;
            &bare
        };
        let header = !enveloped
            && item.kind.get().is_none()
            && (line.state.get().is_some() || (item.id.get().is_some() && line.at.get().is_some()));
        if !enveloped && !header && item.kind.get().is_none() {
            return Err(Wrong::Foreign);
        }
        if header || matches!(line.kind.or_empty(), "session_meta" | "turn_context") {
            self.context(item);
            return Ok(Taken::Skipped);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(line.at.or_empty(), None));
        record.session = self.session.clone();
        if line.kind.is("compacted") {
            record.actor = LogActor::new(PrincipalKind::System, "Codex");
            record.action = "compacted".into();
            record.message = item.message.owned(TEXT_CHARS_MAX).unwrap_or_default();
            record.hints.compacted = true;
            record.hints.class = Some(mark::COMPACTION.into());
            out.record(record);
            return Ok(Taken::Read);
        }
        if line.kind.is("event_msg") {
            return Ok(event(record, item, out));
        }
        Ok(self.item(record, item, out))
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(out);
    }
}

/// Events repeat the items, but for requests to be allowed something and for what went wrong.
fn event(mut record: LogRecord, item: &Item<'_>, out: &mut dyn Out) -> Taken {
    record.actor = LogActor::new(PrincipalKind::Agent, "Codex");
    record.action = item.kind.owned(NAME_CHARS_MAX).unwrap_or_default();
    match item.kind.or_empty() {
        "exec_approval_request" | "apply_patch_approval_request" => {
            record.resource = item.command.0.owned(TEXT_CHARS_MAX).unwrap_or_default();
            record.message = item.reason.owned(TEXT_CHARS_MAX).unwrap_or_default();
            record.needs_review =
                Some("A person was asked here: the log does not always say what they answered.".into());
        }
        "turn_aborted" => record.message = item.reason.owned(TEXT_CHARS_MAX).unwrap_or_default(),
        "error" | "stream_error" => {
            (record.outcome, record.error) = (Outcome::Error, item.message.owned(TEXT_CHARS_MAX))
        }
        "user_message"
        | "agent_message"
        | "agent_message_delta"
        | "agent_reasoning"
        | "agent_reasoning_delta"
        | "agent_reasoning_raw_content"
        | "agent_reasoning_section_break"
        | "token_count"
        | "task_started"
        | "task_complete"
        | "turn_started"
        | "turn_complete"
        | "session_configured"
        | "exec_command_begin"
        | "exec_command_output_delta"
        | "exec_command_end"
        | "mcp_tool_call_begin"
        | "mcp_tool_call_end"
        | "patch_apply_begin"
        | "patch_apply_end"
        | "web_search_begin"
        | "web_search_end"
        | "turn_diff"
        | "plan_update"
        | "background_event"
        | "mcp_startup_update"
        | "mcp_startup_complete"
        | "item_started"
        | "item_completed"
        | "raw_response_item"
        | "deprecation_notice"
        | "warning"
        | "list_skills_response"
        | "thread_name_updated"
        | "shutdown_complete"
        | "view_image_tool_call"
        | "entered_review_mode"
        | "exited_review_mode"
        | "undo_started"
        | "undo_completed" => return Taken::Skipped,
        "context_compacted" => {
            record.hints.compacted = true;
            record.hints.class = Some(mark::COMPACTION.into());
        }
        "thread_rolled_back" | "elicitation_request" | "guardian_assessment" | "request_user_input" => {
            record.message = item.message.owned(TEXT_CHARS_MAX).unwrap_or_default();
        }
        kind => {
            stranger(record, kind, item.message.or_empty(), out);
            return Taken::Read;
        }
    }
    out.record(record);
    Taken::Read
}

impl Codex {
    fn context(&mut self, item: &Item<'_>) {
        self.session = item.id.owned(NAME_CHARS_MAX).or(self.session.take());
        self.model = item.model.owned(NAME_CHARS_MAX).or(self.model.take());
        if let Some(policy) = item.approval.get() {
            self.never_asks = policy == "never";
        }
    }

    fn item(&mut self, mut record: LogRecord, item: &Item<'_>, out: &mut dyn Out) -> Taken {
        let agent = LogActor::new(PrincipalKind::Agent, self.model.as_deref().unwrap_or("Codex"));
        let user = LogActor::new(PrincipalKind::Human, "user");
        let id = item.call.get().or(item.id.get());
        match item.kind.or_empty() {
            "message" => {
                (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
                record.action = "message".into();
                match item.role.or_empty() {
                    "assistant" => (record.actor, record.on_behalf_of) = (agent, Some(user)),
                    "user" => record.actor = user,
                    _ => record.actor = LogActor::new(PrincipalKind::System, "Codex"),
                }
                let text =
                    item.content.0.iter().find_map(|part| part.scalar.get().or(part.text.get())).unwrap_or_default();
                record.message = clip(text, TEXT_CHARS_MAX);
                out.record(record);
            }
            "function_call" | "local_shell_call" | "custom_tool_call" | "web_search_call" => {
                let name = item.name.get().unwrap_or(item.kind.or_empty());
                let mut arguments: Pairs = json(item.arguments.or_empty().as_bytes()).unwrap_or_default();
                let own =
                    [("command", &item.action.command.0), ("query", &item.action.query), ("command", &item.input)];
                arguments.0.extend(
                    own.into_iter()
                        .filter(|(_, value)| value.get().is_some())
                        .map(|(name, value)| (name.into(), value.clone())),
                );
                set_call(&mut record, name, &arguments);
                (record.actor, record.on_behalf_of) = (agent, Some(user));
                if self.never_asks && record.effect.is_effectful() {
                    record.confirmed = Tri::No;
                    record.needs_review =
                        Some("The approval policy was “never”: nobody was asked before this call.".into());
                }
                self.calls.call(id, record, out);
            }
            "function_call_output" | "custom_tool_call_output" | "local_shell_call_output" => {
                let text = item.output.scalar.get().or(item.output.content.get()).unwrap_or_default();
                let ending = Ending::of(text, failed(&item.output, text));
                record.actor = LogActor::new(PrincipalKind::System, "tool");
                record.action = "tool_result".into();
                record.message = clip(text, TEXT_CHARS_MAX);
                self.calls.result(item.call.get().or(item.id.get()), ending, record, out);
            }
            "reasoning" | "ghost_snapshot" | "compaction" | "compaction_summary" | "compaction_trigger" | "other" => {
                return Taken::Skipped;
            }
            kind if kind.ends_with("_call") => {
                set_call(&mut record, item.name.get().unwrap_or(kind), &Pairs::default());
                (record.actor, record.on_behalf_of) = (agent, Some(user));
                self.calls.call(id, record, out);
            }
            kind => {
                record.actor = LogActor::new(PrincipalKind::System, "Codex");
                stranger(record, kind, item.message.or_empty(), out);
            }
        }
        Taken::Read
    }
}

/// Whether an output says that its call failed: by a flag, an exit code, or the sentence about one.
fn failed(output: &Output<'_>, text: &str) -> Option<bool> {
    if let Some(success) = output.success.get() {
        return Some(success == "false");
    }
    if let Some(exit) = output.about.exit.get() {
        return Some(exit != "0");
    }
    // The output may be JSON in a string.
    if text.starts_with('{')
        && let Ok(inner) = json::<Output>(text.as_bytes())
        && let Some(exit) = inner.about.exit.get()
    {
        return Some(exit != "0");
    }
    let code = ["exited with code ", "Exit code: ", "exit code: "]
        .iter()
        .find_map(|words| text.split_once(words))
        .map(|(_, rest)| rest);
    let code = code
        .map(|rest| rest.split(|letter: char| !letter.is_ascii_digit() && letter != '-').next().unwrap_or_default());
    code.filter(|code| !code.is_empty())
        .map(|code| code != "0")
        .or_else(|| text.contains("rejected by user").then_some(true))
}
