//! Commands on logging that an adapter may have passed over, and what a machine says that it lost.
//!
//! However a format names its fields, what was run stands somewhere in the bytes of a piece. So the reader looks there
//! itself. Where a piece is one record, that record is marked. Where a piece is a part of a conversation, only the
//! arguments of calls are looked at, and if no record of the piece tells of the act, one is made of it: no act vanishes
//! because an adapter does not know the name of a field.

mod calls;
mod machine;

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use calls::called;
use machine::{of_machine, of_prose};

use super::act::Act;
use super::command::{Anchors, named, reached};
use super::definition::{Tells, Watched};
use super::format::Format;
use super::logging::is_listed;
use super::record::{LogActor, LogRecord, Raw, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::time::Instant;
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many pieces wait for a record that tells of their command.
const WAITING_MAX: usize = 512;

/// So many pieces that tell of something wait for the records that are made of them.
const NOTICED_MAX: usize = 256;

/// So many different commands are remembered, for conversations repeat what was said.
const REMEMBERED_MAX: usize = 1_000;

/// How deep an object is looked into.
const DEPTH_MAX: usize = 24;

/// What the bytes of a piece tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noticed {
    /// A command that changes what is logged.
    Command(String),
    /// A machine stopped logging.
    Stopped(String),
    /// A machine lost messages before it could log them.
    Lost(String),
}

/// A piece with a command that no record tells of yet.
#[derive(Debug, Clone)]
struct Waiting {
    raw: Raw,
    command: String,
    time: Option<Instant>,
    actor: LogActor,
    session: Option<String>,
}

/// What was noticed of the piece at hand and of earlier ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    /// Pieces that tell of something, the latest last: what is held back comes out later than its piece.
    noticed: VecDeque<(Raw, Noticed)>,
    waiting: VecDeque<Waiting>,
    known: HashSet<String>,
}

impl Watch {
    /// Looks at a piece before it is read.
    pub fn look(&mut self, format: Format, raw: Raw, bytes: &[u8]) {
        let way = format.watched();
        let is_known = self.noticed.back().is_some_and(|(known, _)| *known == raw);
        if matches!(way, Watched::Not | Watched::Records) || is_known || !Anchors::get().meets(bytes) {
            return;
        }
        if way == Watched::Pieces {
            self.noticed.extend(noticed(format, bytes).map(|noticed| (raw, noticed)));
            if self.noticed.len() > NOTICED_MAX {
                self.noticed.pop_front();
            }
            return;
        }
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
        let mut commands = Vec::new();
        called(&value, false, DEPTH_MAX, &mut commands);
        commands.sort_unstable();
        commands.dedup();
        for command in commands {
            if !self.known.contains(&command) {
                let (time, actor, session) = (None, LogActor::default(), None);
                self.waiting.push_back(Waiting { raw, command, time, actor, session });
            }
        }
    }

    /// Forgets the piece at hand: it turned out to be several, which come next.
    pub fn forget(&mut self, raw: Raw) {
        self.noticed.retain(|(known, _)| known.offset < raw.offset);
        self.waiting.retain(|waiting| waiting.raw.offset < raw.offset);
    }

    /// Marks a record, if its piece or itself tells of a command on logging that was not seen in it.
    pub fn mark(&mut self, format: Format, record: &mut LogRecord) {
        if let Some((_, noticed)) = self.noticed.iter().find(|(raw, _)| meets(raw, &record.raw)) {
            noticed.mark(record);
        }
        if !record.hints.logging_control && is_listed(format, &record.action) {
            record.set_act(Act { verb: Verb::LoggingControl, effect: Effect::Mutating });
        }
        if format.watched() != Watched::Not {
            own(record);
        }
        if self.waiting.is_empty() {
            return;
        }
        for waiting in self.waiting.iter_mut().filter(|waiting| meets(&waiting.raw, &record.raw)) {
            waiting.time = record.time.or(waiting.time);
            if record.actor.name != waiting.actor.name && !record.actor.name.is_empty() {
                waiting.actor = record.actor.clone();
            }
            waiting.session = record.session.clone().or(waiting.session.take());
        }
        if record.hints.logging_control {
            let known = &mut self.known;
            self.waiting.retain(|waiting| {
                let told = meets(&waiting.raw, &record.raw);
                if told && known.len() < REMEMBERED_MAX {
                    known.insert(waiting.command.clone());
                }
                !told
            });
        }
    }

    /// A record of what a piece tells that could not be read.
    pub fn unread(&mut self, raw: Raw) -> Option<LogRecord> {
        let place = self.noticed.iter().position(|(known, _)| raw.length > 0 && meets(known, &raw))?;
        let (raw, noticed) = self.noticed.remove(place)?;
        let mut record = LogRecord::at(raw);
        record.action = "command".into();
        noticed.mark(&mut record);
        record.resource = record.hints.command.clone().unwrap_or_default();
        record.needs_review = Some(
            "This piece could not be read, and a command on logging stands in it: see what the file says of it.".into(),
        );
        Some(record)
    }

    /// A record of the first command that waits and that no record told of: at the end of the file, or where too many wait.
    pub fn untold(&mut self, at_end: bool) -> Option<LogRecord> {
        if !at_end && self.waiting.len() <= WAITING_MAX {
            return None;
        }
        let waiting = self.waiting.pop_front()?;
        let mut record = LogRecord::at(waiting.raw);
        record.time = waiting.time;
        record.time_flag = if waiting.time.is_some() { TimeFlag::Exact } else { TimeFlag::Absent };
        (record.actor, record.session) = (waiting.actor, waiting.session);
        record.action = "command".into();
        (record.verb, record.effect) = (Verb::LoggingControl, Effect::Destructive);
        record.hints.logging_control = true;
        record.resource = clip(&waiting.command, TEXT_CHARS_MAX);
        record.needs_review = Some(
            "This command stands in a call whose other fields are not understood: see what the file says of it.".into(),
        );
        if self.known.len() < REMEMBERED_MAX {
            self.known.insert(waiting.command);
        }
        Some(record)
    }
}

fn meets(one: &Raw, other: &Raw) -> bool {
    one.offset < other.offset + other.length.max(1) && other.offset < one.offset + one.length.max(1)
}

impl Noticed {
    fn mark(&self, record: &mut LogRecord) {
        let reads = matches!(record.verb, Verb::Read | Verb::List | Verb::Search) && record.effect == Effect::Read;
        match self {
            Self::Command(command) if !record.hints.logging_control && !reads => {
                if matches!(record.verb, Verb::Other | Verb::Execute) {
                    (record.verb, record.effect) = (Verb::LoggingControl, Effect::Destructive);
                }
                tell(record, command);
            }
            Self::Stopped(said) | Self::Lost(said) => {
                (record.verb, record.effect) = (Verb::LoggingControl, Effect::Mutating);
                record.action = if matches!(self, Self::Lost(_)) { "lost messages" } else { "stop logging" }.into();
                if record.outcome == Outcome::Unknown {
                    record.outcome = Outcome::Success;
                }
                tell(record, said);
            }
            // Which command it was says which logs it touches.
            Self::Command(command) if record.hints.logging_control && reached(&record.resource).is_empty() => {
                tell(record, command);
            }
            Self::Command(_) => {}
        }
    }
}

fn tell(record: &mut LogRecord, text: &str) {
    record.hints.logging_control = true;
    record.hints.command = Some(clip(text, TEXT_CHARS_MAX));
}

/// What a record itself says was run.
fn own(record: &mut LogRecord) {
    let runs = matches!(record.verb, Verb::Execute | Verb::Call | Verb::Other);
    if !record.hints.logging_control && runs && !reached(&record.resource).is_empty() {
        (record.verb, record.effect) = (Verb::LoggingControl, Effect::Destructive);
        record.hints.logging_control = true;
    }
}

/// What a piece that is one record tells.
fn noticed(format: Format, bytes: &[u8]) -> Option<Noticed> {
    let text = String::from_utf8_lossy(bytes);
    let value = bytes.starts_with(b"{").then(|| serde_json::from_slice::<Value>(bytes).ok()).flatten();
    let mut texts = Vec::new();
    match &value {
        Some(value) => strings(value, DEPTH_MAX, &mut texts),
        None => texts.push(text.into_owned()),
    }
    let tells = format.tells();
    if tells != Tells::Fields
        && let Some(found) = texts.iter().find_map(|text| of_machine(text))
    {
        return Some(found);
    }
    let run = texts.iter().find_map(|text| snippet(text));
    // Whoever writes a timeline names the call.
    let by_name = || {
        let line = texts.iter().flat_map(|text| text.lines()).find(|line| !named(line).is_empty())?;
        Some(clip(line.trim(), TEXT_CHARS_MAX))
    };
    let is_named = matches!(tells, Tells::Table | Tells::Prose);
    let written = || if tells == Tells::Prose { texts.iter().find_map(|text| of_prose(text)) } else { None };
    run.or_else(|| if is_named { by_name() } else { None }).map(Noticed::Command).or_else(written)
}

/// Every text in a value; the words of a list are one text as well.
fn strings(value: &Value, depth: usize, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) if depth > 0 => {
            if let Some(line) = line(list) {
                found.push(line);
            }
            list.iter().for_each(|item| strings(item, depth - 1, found));
        }
        Value::Object(object) if depth > 0 => object.values().for_each(|item| strings(item, depth - 1, found)),
        _ => {}
    }
}

fn line(list: &[Value]) -> Option<String> {
    let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    words.filter(|words| words.len() > 1).map(|words| words.join(" "))
}

/// The line of a text that changes what is logged, else the whole text.
fn snippet(text: &str) -> Option<String> {
    if reached(text).is_empty() {
        return None;
    }
    let line = text.lines().find(|line| !reached(line).is_empty()).unwrap_or(text).trim();
    Some(clip(line, TEXT_CHARS_MAX))
}
