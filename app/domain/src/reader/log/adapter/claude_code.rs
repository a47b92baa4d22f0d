//! The transcripts of Claude Code.

mod idle;
mod results;

use std::collections::{HashMap, VecDeque};

use idle::{IDLE, IDLE_ATTACHMENTS, IDLE_SYSTEM};

use super::calls::Calls;
use super::gate::{Decision, Key};
use super::tools::{Ending, set_call, stranger};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::{LARGE_PIECE_BYTES_MAX, LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::mark;
use crate::reader::log::mode::{Mode, transcript};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Joined, Many, Text, json, wire};
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Line<'a> {
        kind: Text<'a> = "type", subtype: Text<'a> = "subtype", at: Text<'a> = "timestamp", session: Text<'a> = "sessionId", id: Text<'a> = "uuid",
        leaf: Text<'a> = "leafUuid", sidechain: Text<'a> = "isSidechain", agent: Text<'a> = "agentId",
        meta: Text<'a> = "isMeta", compact: Text<'a> = "isCompactSummary", api_error: Text<'a> = "isApiErrorMessage", message: Message<'a> = "message",
        summary: Text<'a> = "summary", content: Text<'a> = "content", operation: Text<'a> = "operation",
        attachment: Attachment<'a> = "attachment", mode: Text<'a> = "permissionMode", cwd: Text<'a> = "cwd", request: Text<'a> = "requestId",
    }
    Attachment<'a> {
        kind: Text<'a> = "type", prompt: Joined<'a> = "prompt", command_mode: Text<'a> = "commandMode",
        file: Text<'a> = "filename" | "displayPath" | "path" | "uri", text: Text<'a> = "content" | "message" | "blockingError" | "stdout",
        hook: Text<'a> = "hookName", decision: Text<'a> = "decision" | "permissionDecision", call: Text<'a> = "toolUseID" | "tool_use_id",
    }
    Message<'a> { model: Text<'a> = "model", content: Many<Block<'a>, 4096> = "content" }
    Block<'a> {
        kind: Text<'a> = "type", text: Text<'a> = "text", id: Text<'a> = "id", name: Text<'a> = "name", input: Pairs<'a> = "input",
        call: Text<'a> = "tool_use_id", content: Many<Part<'a>, 16> = "content", failed: Text<'a> = "is_error",
    }
    Part<'a> {
        text: Text<'a> = "text" | "stderr" | "stdout", kind: Text<'a> = "type", code: Text<'a> = "error_code" | "errorCode",
        exit: Text<'a> = "return_code" | "exit_code",
    }
}

/// So many messages that were typed while the agent worked are remembered.
const QUEUED_MAX: usize = 64;

/// The modes of so many sessions are known.
const SESSIONS_MAX: usize = 10_000;

/// Reads transcript lines. A call is held until its result is there.
///
/// A transcript does not say whether somebody was asked. It says in which mode a session is, what a hook decided about a
/// call, and that a call was refused (code.claude.com/docs/en/permission-modes and /hooks, read 2026-11-27): with
/// `bypassPermissions` and `dontAsk` nobody is asked, with `auto` a model decides, and with `acceptEdits` files in the
/// working directory are changed without a question.
#[derive(Default)]
pub struct ClaudeCode {
    calls: Calls,
    /// The mode of each session, by the last line that said so, and where that stands.
    modes: HashMap<String, (String, Raw)>,
    /// What was typed while the agent worked, by session; it is told again when the agent gets it.
    queued: VecDeque<(Option<String>, String)>,
}

impl LogFormat for ClaudeCode {
    const SIGNS: &'static [Sign] = &[Sign::Record(50, looks_like)];
    const PIECE_BYTES_MAX: usize = LARGE_PIECE_BYTES_MAX;
    const SOURCE: SourceKind = SourceKind::Agent;
    const FAMILY: Option<Family> = Some(Family::Agent);
    const WATCHED: Watched = Watched::Calls;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(ClaudeCode::default())
    }

    fn mode(summary: &Summary) -> Mode {
        transcript(summary)
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    let kind = record.text("type");
    record.any(&["sessionId", "leafUuid", "parentUuid"])
        && (matches!(kind, "user" | "assistant" | "summary" | "system") || kind.is_empty() && record.has("message"))
        || record.any(&["leafUuid", "parentUuid", "messageId", "sessionId"])
            && record.has("type")
            && record.any(&["uuid", "snapshot", "operation", "summary"])
}

impl Adapter for ClaudeCode {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let line: Line = json(piece.bytes)?;
        if line.kind.get().is_none() {
            return Err(Wrong::Foreign);
        }
        if let Some(mode) = line.mode.get() {
            let session = line.session.owned(NAME_CHARS_MAX).unwrap_or_default();
            if self.modes.len() < SESSIONS_MAX || self.modes.contains_key(&session) {
                self.modes.insert(session, (mode.to_string(), piece.raw));
            }
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(line.at.or_empty(), None));
        record.session = line.session.owned(NAME_CHARS_MAX);
        record.id = line.id.owned(NAME_CHARS_MAX).or_else(|| line.leaf.owned(NAME_CHARS_MAX));
        record.trace = line.request.owned(NAME_CHARS_MAX);
        record.outcome = Outcome::Success;
        match line.kind.or_empty() {
            "user" | "assistant" => Ok(self.message(&line, &record, out)),
            "queue-operation" => Ok(self.queue(&line, record, out)),
            "attachment" => Ok(self.attachment(&line, record, out)),
            "summary" => {
                note(&mut record, "summary", &line.summary);
                out.record(record);
                Ok(Taken::Read)
            }
            "system" if line.subtype.is("compact_boundary") => {
                note(&mut record, "compact_boundary", &line.content);
                record.hints.compacted = true;
                record.hints.class = Some(mark::COMPACTION.into());
                record.needs_review = Some(
                    "Here the transcript was compacted: what was said before may be missing from what the agent knew."
                        .into(),
                );
                out.record(record);
                Ok(Taken::Read)
            }
            "system" if IDLE_SYSTEM.contains(&line.subtype.or_empty()) => Ok(Taken::Skipped),
            "system" => {
                note(&mut record, line.subtype.get().unwrap_or("system"), &line.content);
                if line.subtype.is("microcompact_boundary") {
                    record.hints.compacted = true;
                    record.hints.class = Some(mark::COMPACTION.into());
                }
                if line.subtype.is("local_command") {
                    record.actor = LogActor::new(PrincipalKind::Human, "user");
                }
                if line.subtype.is("api_error") {
                    record.outcome = Outcome::Error;
                }
                out.record(record);
                Ok(Taken::Read)
            }
            kind if IDLE.contains(&kind) => Ok(Taken::Skipped),
            kind => {
                let text = [line.content.get(), line.summary.get()].into_iter().flatten().next().unwrap_or_default();
                stranger(record, kind, text, out);
                Ok(Taken::Read)
            }
        }
    }

    /// A session may go on in another file.
    fn pause(&mut self, _out: &mut dyn Out) {}

    fn goes_on(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(out);
    }
}

/// A message of the person at the keyboard.
fn said(mut record: LogRecord, text: &str, out: &mut dyn Out) {
    record.actor = LogActor::new(PrincipalKind::Human, "user");
    record.action = "message".into();
    (record.verb, record.effect) = (Verb::Post, Effect::None);
    record.message = Text::of(text).owned(TEXT_CHARS_MAX).unwrap_or_default();
    out.record(record);
}

fn note(record: &mut LogRecord, action: &str, text: &Text<'_>) {
    record.actor = LogActor::new(PrincipalKind::System, "Claude Code");
    record.action = action.into();
    record.message = text.owned(TEXT_CHARS_MAX).unwrap_or_default();
}

impl ClaudeCode {
    /// What a person types while the agent works waits until the agent looks: it was said when it was typed.
    fn queue(&mut self, line: &Line<'_>, record: LogRecord, out: &mut dyn Out) -> Taken {
        let Some(text) = line.content.get().filter(|_| line.operation.is("enqueue")) else { return Taken::Skipped };
        if text.trim_start().starts_with("<task-notification>") {
            return Taken::Skipped;
        }
        if self.queued.len() == QUEUED_MAX {
            self.queued.pop_front();
        }
        self.queued.push_back((record.session.clone(), text.trim().to_string()));
        said(record, text, out);
        Taken::Read
    }

    /// Whether a text was told before, when it was typed.
    fn was_queued(&mut self, session: &Option<String>, text: &str) -> bool {
        let known = self.queued.iter().position(|(known, queued)| known == session && queued == text.trim());
        known.and_then(|place| self.queued.remove(place)).is_some()
    }

    fn attachment(&mut self, line: &Line<'_>, mut record: LogRecord, out: &mut dyn Out) -> Taken {
        let attachment = &line.attachment;
        let kind = attachment.kind.get().unwrap_or("attachment");
        let prompt = attachment.prompt.0.or_empty();
        match kind {
            "queued_command" if self.was_queued(&record.session, prompt) => return Taken::Merged,
            "queued_command" if attachment.command_mode.is("task-notification") => {
                note(&mut record, kind, &attachment.prompt.0);
                out.record(record);
            }
            "queued_command" => said(record, prompt, out),
            "file"
            | "directory"
            | "mcp_resource"
            | "pdf_reference"
            | "image"
            | "selected_lines_in_ide"
            | "opened_file_in_ide"
            | "new_directory"
            | "new_file"
            | "edited_text_file"
            | "edited_image_file" => {
                note(&mut record, kind, &attachment.text);
                record.resource = attachment.file.owned(TEXT_CHARS_MAX).unwrap_or_default();
                (record.verb, record.effect) = (Verb::Read, Effect::Read);
                out.record(record);
            }
            "hook_permission_decision" if attachment.decision.get().is_some() => self.hook(attachment, record, out),
            kind if kind.starts_with("hook_") && !IDLE_ATTACHMENTS.contains(&kind) => {
                note(&mut record, kind, &attachment.text);
                record.resource = attachment.hook.owned(TEXT_CHARS_MAX).unwrap_or_default();
                out.record(record);
            }
            kind if IDLE_ATTACHMENTS.contains(&kind) => return Taken::Skipped,
            kind => {
                let text = attachment.text.get().unwrap_or(prompt);
                stranger(record, kind, text, out);
            }
        }
        Taken::Read
    }

    /// What a hook decided about a call. Of `ask` a person is asked, and the transcript does not say what they answered.
    fn hook(&mut self, attachment: &Attachment<'_>, mut record: LogRecord, out: &mut dyn Out) {
        let how = match attachment.decision.or_empty() {
            "allow" | "approve" => Confirmation::Automatic,
            "deny" | "block" => Confirmation::Refused,
            _ => Confirmation::Unknown,
        };
        note(&mut record, "hook_permission_decision", &attachment.text);
        record.resource = attachment.hook.owned(TEXT_CHARS_MAX).unwrap_or_default();
        let says = format!("hook: {}", clip(attachment.decision.or_empty(), NAME_CHARS_MAX));
        match attachment.call.owned(NAME_CHARS_MAX) {
            Some(id) => {
                let key = Key { session: record.session.clone().unwrap_or_default(), id };
                let (by, alone) = (record.actor.clone(), record.clone());
                self.calls.decide(key, Decision { how, by, says, tool: None, record, alone }, out);
            }
            None => out.record(record),
        }
    }

    /// Says how a call was allowed, where the mode of its session tells.
    fn set_mode(&self, line: &Line<'_>, block: &Block<'_>, record: &mut LogRecord) {
        let Some((mode, raw)) = self.modes.get(record.session.as_deref().unwrap_or_default()) else { return };
        if !record.effect.is_effectful() {
            return;
        }
        let edits = matches!(block.name.or_empty(), "Edit" | "Write" | "MultiEdit" | "NotebookEdit");
        let inside = line.cwd.get().is_some_and(|place| {
            let file = record.resource.strip_prefix(place);
            file.is_some_and(|rest| rest.starts_with('/') && !rest.split('/').any(|part| part == ".."))
        });
        let why = match mode.as_str() {
            "bypassPermissions" | "dontAsk" => "Permissions were switched off: nobody was asked before this call.",
            "auto" => "A model decided about this call: nobody was asked.",
            "acceptEdits" if edits && inside => "Changes of files were accepted beforehand: nobody was asked.",
            _ => return,
        };
        record.set_confirmation(Confirmation::Automatic, &format!("permission mode: {mode}"), *raw);
        record.needs_review = Some(why.into());
    }

    fn message(&mut self, line: &Line<'_>, base: &LogRecord, out: &mut dyn Out) -> Taken {
        let assistant = line.kind.is("assistant");
        let mut base = base.clone();
        base.actor = if assistant {
            let model = line.message.model.get().filter(|model| *model != "<synthetic>").unwrap_or("Claude Code");
            LogActor::new(PrincipalKind::Agent, model).with_id(line.agent.get())
        } else if line.meta.is("true") || line.compact.is("true") {
            LogActor::new(PrincipalKind::System, "Claude Code")
        } else if line.sidechain.is("true") {
            LogActor::new(PrincipalKind::Agent, "main agent")
        } else {
            LogActor::new(PrincipalKind::Human, "user")
        };
        if base.actor.kind == PrincipalKind::Agent {
            base.on_behalf_of = Some(LogActor::new(PrincipalKind::Human, "user"));
            if line.sidechain.is("true") && assistant {
                base.delegation = vec!["user".into(), "main agent".into()];
            }
        }
        if line.message.content.0.is_empty() {
            // Others write their turns under the same types and elsewhere in the line.
            stranger(base, &format!("{} without content", line.kind.or_empty()), "", out);
            return Taken::Read;
        }
        let mut taken = Taken::Skipped;
        for block in &line.message.content.0 {
            if self.block(line, block, &base, out) {
                taken = Taken::Read;
            }
        }
        taken
    }

    fn block(&mut self, line: &Line<'_>, block: &Block<'_>, base: &LogRecord, out: &mut dyn Out) -> bool {
        let mut record = base.clone();
        match block.kind.get().unwrap_or("text") {
            "text" => {
                let text = if block.scalar.get().is_some() { &block.scalar } else { &block.text };
                if record.actor.kind == PrincipalKind::Human && self.was_queued(&record.session, text.or_empty()) {
                    return true;
                }
                record.action = if line.compact.is("true") { "compact_summary" } else { "message" }.into();
                record.hints.compacted = line.compact.is("true");
                record.hints.class = record.hints.compacted.then_some(mark::COMPACT_SUMMARY).map(Into::into);
                (record.verb, record.effect) = (Verb::Post, Effect::None);
                record.message = text.owned(TEXT_CHARS_MAX).unwrap_or_default();
                results::typed(&mut record, text.or_empty());
                if line.api_error.is("true") {
                    (record.outcome, record.error) = (Outcome::Error, Some(record.message.clone()));
                }
                out.record(record);
            }
            kind if kind.ends_with("tool_use") => {
                set_call(&mut record, block.name.or_empty(), &block.input);
                record.outcome = Outcome::Unknown;
                self.set_mode(line, block, &mut record);
                self.calls.call(block.id.get(), record, out);
            }
            kind if kind.ends_with("tool_result") => {
                let (part, failed) = results::told(block);
                let ending = Ending::of(part, Some(failed));
                record.actor = LogActor::new(PrincipalKind::System, "tool");
                record.on_behalf_of = None;
                record.action = "tool_result".into();
                record.message = Text::of(part).owned(TEXT_CHARS_MAX).unwrap_or_default();
                self.calls.result(block.call.get(), ending, record, out);
            }
            // Thoughts and images are no acts.
            "thinking" | "redacted_thinking" | "image" | "document" | "search_result" | "tool_reference"
            | "container_upload" | "connector_text" | "fallback" => return false,
            kind => stranger(record, kind, block.text.or_empty(), out),
        }
        true
    }
}
