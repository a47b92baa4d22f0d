//! Transcripts of agents in the shapes that many write: chat messages, responses, blocks, parts, steps, and calls of
//! tools over MCP.

mod signs;

use serde_json::{Map, Value};

use super::bedrock;
use super::chat::{Chat, is_table, read_trace, trace_of};
use super::row::Row;
use super::tools::stranger;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::{LARGE_PIECE_BYTES_MAX, LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::mode::{Mode, transcript};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{CsvSplit, JsonSplit, Splitter, columns, first_line, is_json};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::json;
use crate::vocabulary::PrincipalKind;

/// Types of lines that say nothing about what happened.
const IDLE: &[&str] = &[
    "session",
    "session_start",
    "session_meta",
    "session_info",
    "model_change",
    "thinking_level_change",
    "custom",
    "label",
    "metadata",
    "reasoning",
    "item_reference",
    "ui_telemetry",
    "token_count",
    "usage",
    "ping",
    "initialize",
    "notifications/initialized",
    "notifications/progress",
    "completion/complete",
    "message_start",
    "message_stop",
    "content_block_stop",
    "session.start",
    "session.resume",
    "session.info",
    "session.model_change",
    "assistant.turn_start",
    "assistant.turn_end",
    "assistant.reasoning",
    "assistant.intent",
    "session.idle",
    "session.usage_info",
    "session.shutdown",
    "StepBegin",
    "StepEnd",
    "StatusUpdate",
    "TurnEnd",
    "assistant.usage",
    "_checkpoint",
    "_usage",
];

/// A step of a trace in a row; one of a kind that is not known is kept by its name.
fn step(step: &Map<String, Value>, piece: &Piece<'_>, out: &mut dyn Out) -> Taken {
    let base = LogRecord::at(piece.raw);
    if !read_trace(step, &base, out) {
        let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut record = base;
        record.set_time(read_stamp(text("startTime"), None));
        record.actor = LogActor::new(PrincipalKind::System, "trace");
        stranger(record, if text("type").is_empty() { "step without a kind" } else { text("type") }, text("name"), out);
    }
    Taken::Read
}

/// Reads messages. A call is held until its result is there.
#[derive(Default)]
pub struct OpenaiChat {
    chat: Chat,
}

impl LogFormat for OpenaiChat {
    const SIGNS: &'static [Sign] = signs::SIGNS;
    const PIECE_BYTES_MAX: usize = LARGE_PIECE_BYTES_MAX;
    const SOURCE: SourceKind = SourceKind::Agent;
    const FAMILY: Option<Family> = Some(Family::Agent);
    const WATCHED: Watched = Watched::Calls;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(OpenaiChat::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        let is_traces = || columns(first_line(first)).is_some_and(|names| is_table(&names));
        if !is_json(first) && is_traces() {
            return Box::new(CsvSplit::new(limit));
        }
        Box::new(JsonSplit::new(Self::LISTS, limit))
    }

    fn mode(summary: &Summary) -> Mode {
        transcript(summary)
    }
}

impl Adapter for OpenaiChat {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if let Some(row) = Row::of(piece).transpose()? {
            return Ok(step(&trace_of(&row), piece, out));
        }
        let value: Value = json(piece.bytes)?;
        let Some(object) = value.as_object() else { return Err(Wrong::Foreign) };
        let base = LogRecord::at(piece.raw);
        self.chat.pass(piece.raw.offset, out);
        if read_trace(object, &base, out) {
            return Ok(Taken::Read);
        }
        // An invocation that failed, or whose text is kept elsewhere, has nothing in it but itself.
        let invocation = bedrock::invocation(object, &base);
        if let Some(invocation) = invocation {
            out.record(invocation);
            self.chat.read(&value, base, out);
            return Ok(Taken::Read);
        }
        if self.chat.read(&value, base.clone(), out) {
            return Ok(Taken::Read);
        }
        let word = |name: &str| object.get(name).and_then(Value::as_str).filter(|word| !word.is_empty());
        let kind = match word("type") {
            Some("system") => word("subtype").or(Some("system")),
            kind => kind
                .or_else(|| word("role"))
                .or_else(|| object.get("message")?.get("type")?.as_str())
                .or_else(|| word("object"))
                .or_else(|| word("method")),
        };
        match kind {
            Some(kind) if IDLE.contains(&kind) => Ok(Taken::Skipped),
            // A turn without anything in it, and what belongs to a call or list that is read elsewhere.
            Some("user" | "assistant" | "system" | "developer" | "tool" | "model" | "message") => Ok(Taken::Skipped),
            Some(kind) => {
                let mut record = base;
                let time = ["timestamp", "time", "created_at"].iter().find_map(|name| word(name));
                record.set_time(read_stamp(time.unwrap_or_default(), None));
                record.actor = LogActor::new(PrincipalKind::System, "transcript");
                stranger(record, kind, "", out);
                Ok(Taken::Read)
            }
            None if object.contains_key("mapping") || object.contains_key("jsonrpc") => Ok(Taken::Skipped),
            None => Err(Wrong::Foreign),
        }
    }

    /// A conversation may go on in another file.
    fn pause(&mut self, _out: &mut dyn Out) {}

    fn goes_on(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.chat.finish(out);
    }
}
