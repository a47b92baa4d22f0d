//! The transcripts of Claude Code.

use super::tools::{Calls, Ending, set_call};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::mark;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;
use crate::words::Tri;

wire! {
    Line<'a> {
        kind: Text<'a> = "type", subtype: Text<'a> = "subtype", at: Text<'a> = "timestamp", session: Text<'a> = "sessionId", id: Text<'a> = "uuid",
        leaf: Text<'a> = "leafUuid", sidechain: Text<'a> = "isSidechain", agent: Text<'a> = "agentId",
        meta: Text<'a> = "isMeta", compact: Text<'a> = "isCompactSummary", api_error: Text<'a> = "isApiErrorMessage", message: Message<'a> = "message",
        summary: Text<'a> = "summary", content: Text<'a> = "content", mode: Text<'a> = "permissionMode", request: Text<'a> = "requestId",
    }
    Message<'a> { model: Text<'a> = "model", content: Many<Block<'a>, 4096> = "content" }
    Block<'a> {
        kind: Text<'a> = "type", text: Text<'a> = "text", id: Text<'a> = "id", name: Text<'a> = "name", input: Pairs<'a> = "input",
        call: Text<'a> = "tool_use_id", content: Many<Part<'a>, 16> = "content", failed: Text<'a> = "is_error",
    }
    Part<'a> { text: Text<'a> = "text" }
}

/// Reads transcript lines. A call is held until its result is there.
#[derive(Default)]
pub struct ClaudeCode {
    calls: Calls,
    /// Permissions were switched off, by the last line that said so.
    bypassed: bool,
}

impl Adapter for ClaudeCode {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let line: Line = json(piece.bytes)?;
        if line.kind.get().is_none() {
            return Err(Wrong::Foreign);
        }
        if let Some(mode) = line.mode.get() {
            self.bypassed = mode == "bypassPermissions" || mode == "dontAsk";
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(line.at.or_empty(), None));
        record.session = line.session.owned(NAME_CHARS_MAX);
        record.id = line.id.owned(NAME_CHARS_MAX).or_else(|| line.leaf.owned(NAME_CHARS_MAX));
        record.trace = line.request.owned(NAME_CHARS_MAX);
        record.outcome = Outcome::Success;
        match line.kind.or_empty() {
            "user" | "assistant" => Ok(self.message(&line, &record, out)),
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
            _ => Ok(Taken::Skipped),
        }
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(out);
    }
}

fn note(record: &mut LogRecord, action: &str, text: &Text<'_>) {
    record.actor = LogActor::new(PrincipalKind::System, "Claude Code");
    record.action = action.into();
    record.message = text.owned(TEXT_CHARS_MAX).unwrap_or_default();
}

impl ClaudeCode {
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
                record.action = if line.compact.is("true") { "compact_summary" } else { "message" }.into();
                record.hints.compacted = line.compact.is("true");
                record.hints.class = record.hints.compacted.then_some(mark::COMPACT_SUMMARY).map(Into::into);
                (record.verb, record.effect) = (Verb::Post, Effect::None);
                record.message = text.owned(TEXT_CHARS_MAX).unwrap_or_default();
                if line.api_error.is("true") {
                    (record.outcome, record.error) = (Outcome::Error, Some(record.message.clone()));
                }
                out.record(record);
            }
            "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                set_call(&mut record, block.name.or_empty(), &block.input);
                record.outcome = Outcome::Unknown;
                if self.bypassed && record.effect.is_effectful() {
                    record.confirmed = Tri::No;
                    record.needs_review =
                        Some("Permissions were switched off: nobody was asked before this call.".into());
                }
                self.calls.call(block.id.get(), record, out);
            }
            "tool_result" | "web_search_tool_result" | "mcp_tool_result" => {
                let part =
                    block.content.0.iter().find_map(|part| part.scalar.get().or(part.text.get())).unwrap_or_default();
                let ending = Ending::of(part, Some(block.failed.is("true")));
                record.actor = LogActor::new(PrincipalKind::System, "tool");
                record.on_behalf_of = None;
                record.action = "tool_result".into();
                record.message = Text::of(part).owned(TEXT_CHARS_MAX).unwrap_or_default();
                self.calls.result(block.call.get(), ending, record, out);
            }
            // Thoughts and images are no acts.
            _ => return false,
        }
        true
    }
}
