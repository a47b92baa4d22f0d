//! Commands on logging that an adapter may have passed over, and what a machine says that it lost.
//!
//! However a format names its fields, what was run stands somewhere in the bytes of a piece. So the reader looks there
//! itself. Where a piece is one record, that record is marked. Where a piece is a part of a conversation, only the
//! arguments of calls are looked at, and if no record of the piece tells of the act, one is made of it: no act vanishes
//! because an adapter does not know the name of a field.

use std::collections::{HashSet, VecDeque};

use serde_json::{Map, Value};

use super::command::{Anchors, reached};
use super::format::Format;
use super::record::{LogActor, LogRecord, Raw, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::time::Instant;
use crate::timeline::{Effect, Outcome, Verb};

/// So many pieces wait for a record that tells of their command.
const WAITING_MAX: usize = 512;

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
    here: Option<(Raw, Noticed)>,
    waiting: VecDeque<Waiting>,
    known: HashSet<String>,
}

/// How the pieces of a format are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A piece is a record.
    Whole,
    /// A piece is a part of a conversation or a batch of spans.
    Calls,
    /// What strangers ask for is no act, and some formats are looked at by their adapters alone.
    Not,
}

const fn way(format: Format) -> Way {
    match format {
        Format::Otlp | Format::ClaudeCode | Format::Codex | Format::OpenaiChat => Way::Calls,
        Format::SlackExport
        | Format::Auditd
        | Format::WebAccess
        | Format::VpcFlow
        | Format::CloudtrailDigest
        | Format::Guardduty
        | Format::Cloudflare => Way::Not,
        _ => Way::Whole,
    }
}

impl Watch {
    /// Looks at a piece before it is read.
    pub fn look(&mut self, format: Format, raw: Raw, bytes: &[u8]) {
        self.here = None;
        let way = way(format);
        if way == Way::Not || !Anchors::get().meets(bytes) {
            return;
        }
        if way == Way::Whole {
            self.here = noticed(format, bytes).map(|noticed| (raw, noticed));
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
        self.here = None;
        self.waiting.retain(|waiting| waiting.raw.offset < raw.offset);
    }

    /// Marks a record, if its piece or itself tells of a command on logging that was not seen in it.
    pub fn mark(&mut self, format: Format, record: &mut LogRecord) {
        if let Some((raw, noticed)) = &self.here
            && meets(raw, &record.raw)
        {
            noticed.mark(record);
        }
        if way(format) != Way::Not || format == Format::Auditd {
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
    let may_tell = matches!(
        format,
        Format::Journald | Format::Text | Format::Jsonl | Format::Csv | Format::Timesketch | Format::L2tcsv
    );
    if may_tell && let Some(found) = texts.iter().find_map(|text| of_machine(text)) {
        return Some(found);
    }
    texts.iter().find_map(|text| snippet(text)).map(Noticed::Command)
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

/// What a machine says of its own logging.
fn of_machine(text: &str) -> Option<Noticed> {
    let line = text.lines().find_map(|line| {
        let small = line.to_lowercase();
        if is_loss(&small) {
            Some(Noticed::Lost(line.trim().to_string()))
        } else if is_stop(&small) {
            Some(Noticed::Stopped(line.trim().to_string()))
        } else {
            None
        }
    })?;
    Some(line)
}

/// Whether a machine lost messages: those of the kernel's audit, of the journal, and of the syslog daemons.
fn is_loss(small: &str) -> bool {
    const SAID: &[&str] = &[
        "hold queue overflow",
        "retry queue overflow",
        "audit: backlog limit exceeded",
        "audit: rate limit exceeded",
        "audit: auditd disappeared",
        "audit backlog limit exceeded",
        "dropping event",
        "event lost",
    ];
    let counted = small
        .split_once("audit_lost=")
        .and_then(|(_, rest)| rest.chars().next())
        .is_some_and(|digit| ('1'..='9').contains(&digit));
    let messages = small.contains("messages")
        && (small.contains("imuxsock lost ")
            || small.contains("messages lost")
            || small.contains("suppressed ")
            || small.contains("missed "))
        && small.chars().any(|letter| letter.is_ascii_digit());
    counted || messages || SAID.iter().any(|said| small.contains(said))
}

/// Whether a service that logs was stopped, or gave up.
fn is_stop(small: &str) -> bool {
    const SERVICES: &[&str] = &[
        "auditd",
        "audit daemon",
        "auditing service",
        "rsyslog",
        "syslog-ng",
        "system logging service",
        "systemd-journald",
        "journal service",
    ];
    const ENDS: &[&str] = &[
        "stopped ",
        "stopping ",
        "deactivated",
        "main process exited",
        "failed with result",
        "is exiting",
        "exiting on signal",
        "suspending logging",
        "is disabled",
        "has no space left",
        "no longer running",
        "was killed",
    ];
    let has = |list: &[&str]| list.iter().any(|part| small.contains(part));
    has(SERVICES) && has(ENDS)
}

/// Names of what a call is given to run or to work with.
const GIVEN: &[&str] = &[
    "command",
    "commands",
    "cmd",
    "cli_command",
    "full_command",
    "bash_command",
    "code",
    "script",
    "chars",
    "arguments",
    "args",
    "input",
    "tool_input",
    "function_args",
    "tool_parameters",
    "params",
    "parameters",
    "actions",
    "action",
    "partial_json",
    "inputs",
    "kwargs",
    "payload",
];

/// Names of what is written, said or answered: what stands there is not run.
const SAID: &[&str] = &[
    "content",
    "text",
    "new_string",
    "old_string",
    "new_str",
    "old_str",
    "file_text",
    "insert_text",
    "output",
    "outputs",
    "result",
    "results",
    "observation",
    "prompt",
    "instructions",
    "system",
    "thinking",
    "reasoning",
    "thought",
    "description",
    "tool_response",
    "tooluseresult",
    "stdout",
    "stderr",
    "response",
    "query",
    "pattern",
    "message",
    "explanation",
    "justification",
    "plan",
    "todos",
    "summary",
    "error",
    "title",
    "rationale",
];

/// The commands on logging among what calls were given.
fn called(value: &Value, given: bool, depth: usize, found: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                called(&inner, given, depth - 1, found);
            } else if given {
                found.extend(snippet(text));
            }
        }
        Value::String(text) if given => found.extend(snippet(text)),
        Value::Array(list) => {
            if given && let Some(line) = line(list) {
                found.extend(snippet(&line));
                return;
            }
            list.iter().for_each(|item| called(item, given, depth - 1, found));
        }
        Value::Object(object) => of_object(object, given, depth, found),
        _ => {}
    }
}

fn of_object(object: &Map<String, Value>, given: bool, depth: usize, found: &mut Vec<String>) {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("type").contains("result") && !text("type").contains("tool_call") || text("type").ends_with("_output") {
        return;
    }
    // What a person or a program says is no call.
    if matches!(text("role"), "user" | "system" | "developer" | "tool" | "human") {
        return;
    }
    let pair = object.get("key").and_then(Value::as_str).zip(object.get("value"));
    let fields = object.iter().map(|(name, value)| (name.as_str(), value)).chain(pair);
    for (name, value) in fields {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let is_said = SAID.contains(&name.as_str());
        if is_said && (given || value.is_string()) {
            continue;
        }
        // What a model was asked stands in a text of this name; a call has an object there.
        let is_text = value.as_str().is_some_and(|text| !text.trim_start().starts_with(['{', '[']));
        let is_given = GIVEN.contains(&name.as_str()) && !(name.starts_with("input") && is_text);
        called(value, given || is_given, depth - 1, found);
    }
}
