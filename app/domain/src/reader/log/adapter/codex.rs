//! The transcripts of Codex.

mod decisions;
mod definition;
mod events;
mod exec;

use std::collections::{HashSet, VecDeque};

use super::calls::Calls;
use super::gate::Fallback;
use super::tools::{Ending, set_call, stranger};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::mark;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Joined, Many, Text, json, wire};
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Line<'a> { at: Text<'a> = "timestamp" | "ts", kind: Text<'a> = "type", payload: Item<'a> = "payload", state: Text<'a> = "record_type", way: Text<'a> = "dir", msg: Item<'a> = "msg" }
    Item<'a> {
        kind: Text<'a> = "type", role: Text<'a> = "role", content: Many<Part<'a>, 16> = "content", name: Text<'a> = "name", arguments: Text<'a> = "arguments",
        input: Text<'a> = "input", call: Text<'a> = "call_id", id: Text<'a> = "id", output: Output<'a> = "output", action: Action<'a> = "action",
        message: Text<'a> = "message", model: Text<'a> = "model",
        approval: Text<'a> = "approval_policy",
    }
    Part<'a> { text: Text<'a> = "text" }
    Action<'a> { command: Joined<'a> = "command", query: Text<'a> = "query" }
    Output<'a> { content: Text<'a> = "content" | "output", success: Text<'a> = "success", about: About<'a> = "metadata" }
    About<'a> { exit: Text<'a> = "exit_code" }
}

/// So many ids of calls are known; more are in no session.
const CALLS_MAX: usize = 100_000;

/// An item and the event that repeats it are not further apart than so many messages.
const SAID_MAX: usize = 16;

/// Reads rollout lines, with and without the envelope. A call is held until its output is there.
pub struct Codex {
    calls: Calls,
    session: Option<String>,
    model: Option<String>,
    /// The ids of the calls that items of the conversation have made.
    known_calls: HashSet<String>,
    /// What was said last in items of the conversation.
    said: VecDeque<String>,
    /// What events say was said, and no item has said yet.
    waiting: VecDeque<(String, LogRecord)>,
    /// Acts that began, by the ids of their calls.
    begun: VecDeque<(String, LogRecord)>,
}

/// So many acts may run at a time.
const BEGUN_MAX: usize = 256;

impl Default for Codex {
    fn default() -> Self {
        Self {
            calls: Calls::gated(),
            session: None,
            model: None,
            known_calls: HashSet::new(),
            said: VecDeque::new(),
            waiting: VecDeque::new(),
            begun: VecDeque::new(),
        }
    }
}

impl Adapter for Codex {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let taken = self.line(piece, out)?;
        self.calls.pass(piece.raw.offset + piece.raw.length, out);
        Ok(taken)
    }

    /// A session may go on in another file.
    fn pause(&mut self, out: &mut dyn Out) {
        self.waiting.drain(..).for_each(|(_, record)| out.record(record));
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.waiting.drain(..).for_each(|(_, record)| out.record(record));
        while let Some((_, record)) = self.begun.pop_front() {
            out.record(record);
        }
        self.calls.finish(out);
    }
}

impl Codex {
    fn line(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let line: Line = json(piece.bytes)?;
        let is_named = line.way.is("from_tui") && line.payload.kind.get().is_none() && decisions::is_named(piece.bytes);
        if is_named || decisions::is_told(line.way.or_empty(), line.payload.kind.or_empty()) {
            let mut record = LogRecord::at(piece.raw);
            record.set_time(read_stamp(line.at.or_empty(), None));
            record.session = self.session.clone();
            return decisions::take(self, piece.bytes, record, out);
        }
        if exec::is_told(line.kind.or_empty()) || line.msg.kind.get().is_some() {
            let mut record = LogRecord::at(piece.raw);
            record.set_time(read_stamp(line.at.or_empty(), None));
            record.session = self.session.clone();
            if exec::is_told(line.kind.or_empty()) {
                return exec::take(self, piece.bytes, record, out);
            }
            // The protocol that older versions speak puts an event under another name.
            return events::take(self, piece.bytes, record, out);
        }
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
            let mut record = LogRecord::at(piece.raw);
            record.set_time(read_stamp(line.at.or_empty(), None));
            record.session = self.session.clone();
            self.policy(item.approval.get(), piece.bytes, &record);
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
            return events::take(self, piece.bytes, record, out);
        }
        Ok(self.item(record, item, out))
    }

    fn agent(&self) -> LogActor {
        LogActor::new(PrincipalKind::Agent, self.model.as_deref().unwrap_or("Codex"))
    }

    fn has_call(&self, id: &str) -> bool {
        self.known_calls.contains(id)
    }

    fn know_call(&mut self, id: Option<&str>) {
        if let Some(id) = id.filter(|_| self.known_calls.len() < CALLS_MAX) {
            self.known_calls.insert(clip(id, NAME_CHARS_MAX));
        }
    }

    /// Holds an act that began, until its end is told.
    fn begin(&mut self, call: &str, record: LogRecord, out: &mut dyn Out) {
        self.begun.push_back((clip(call, NAME_CHARS_MAX), record));
        if self.begun.len() > BEGUN_MAX
            && let Some((_, oldest)) = self.begun.pop_front()
        {
            out.record(oldest);
        }
    }

    /// The beginning of an act whose end is told.
    fn begun(&mut self, call: &str) -> Option<LogRecord> {
        let place = self.begun.iter().position(|(known, _)| known == call)?;
        self.begun.remove(place).map(|(_, record)| record)
    }

    /// Whether an item has said this; it is then no longer waited for.
    fn has_said(&mut self, text: &str) -> bool {
        let text = clip(text.trim(), TEXT_CHARS_MAX);
        let place = self.said.iter().position(|said| *said == text);
        place.is_some_and(|place| self.said.remove(place).is_some())
    }

    /// Notes what an item says; an event that said the same before it is about the same.
    fn say(&mut self, text: &str) {
        let text = clip(text.trim(), TEXT_CHARS_MAX);
        if let Some(place) = self.waiting.iter().position(|(waiting, _)| *waiting == text) {
            self.waiting.remove(place);
            return;
        }
        if self.said.len() >= SAID_MAX {
            self.said.pop_front();
        }
        self.said.push_back(text);
    }

    /// Holds what an event says was said, until an item says the same or it is far behind.
    fn wait(&mut self, text: &str, record: LogRecord, out: &mut dyn Out) {
        self.waiting.push_back((clip(text.trim(), TEXT_CHARS_MAX), record));
        if self.waiting.len() > SAID_MAX
            && let Some((_, oldest)) = self.waiting.pop_front()
        {
            out.record(oldest);
        }
    }

    /// Notes the policy of approvals that holds from a line on. One in parts asks for some calls, so that a "never" that
    /// held before holds no more.
    fn policy(&mut self, approval: Option<&str>, bytes: &[u8], at: &LogRecord) {
        if approval.is_none() && !is_in_parts(bytes) {
            return;
        }
        let never = approval.filter(|policy| *policy == "never").map(|_| Fallback {
            how: Confirmation::Automatic,
            says: "approval_policy: never".into(),
            raw: at.raw,
            review: Some("The approval policy was “never”: nobody was asked before this call."),
        });
        self.calls.note(at.session.as_deref().unwrap_or_default(), at.time, never);
    }

    fn context(&mut self, item: &Item<'_>) {
        self.session = item.id.owned(NAME_CHARS_MAX).or(self.session.take());
        self.model = item.model.owned(NAME_CHARS_MAX).or(self.model.take());
    }

    fn item(&mut self, mut record: LogRecord, item: &Item<'_>, out: &mut dyn Out) -> Taken {
        let agent = self.agent();
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
                let parts = item.content.0.iter().filter_map(|part| part.scalar.get().or(part.text.get()));
                parts.for_each(|part| self.say(part));
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
                self.know_call(item.call.get());
                self.calls.call(id, record, out);
            }
            "function_call_output" | "custom_tool_call_output" | "local_shell_call_output" | "tool_search_output" => {
                let text = item.output.scalar.get().or(item.output.content.get()).unwrap_or_default();
                let ending = Ending::of(text, failed(&item.output, text));
                record.actor = LogActor::new(PrincipalKind::System, "tool");
                record.action = "tool_result".into();
                record.message = clip(text, TEXT_CHARS_MAX);
                self.calls.result(item.call.get().or(item.id.get()), ending, record, out);
            }
            "reasoning" | "ghost_snapshot" | "additional_tools" | "compaction" | "context_compaction"
            | "compaction_summary" | "compaction_trigger" | "other" => {
                return Taken::Skipped;
            }
            kind if kind.ends_with("_call") => {
                self.know_call(id);
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
    failed_text(text)
}

/// Whether a text says that a call failed, by the code it ended with.
fn failed_text(text: &str) -> Option<bool> {
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

/// Whether a context tells its approval policy in parts: `"approval_policy":{"granular":{…}}`.
fn is_in_parts(bytes: &[u8]) -> bool {
    let told: Option<serde_json::Value> = json(bytes).ok();
    told.as_ref().is_some_and(|told| {
        let holder = told.get("payload").unwrap_or(told);
        holder.get("thread_settings").unwrap_or(holder).get("approval_policy").is_some_and(serde_json::Value::is_object)
    })
}
