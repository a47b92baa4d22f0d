//! Linux audit: the lines of one serial are one record.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use super::serials::Serials;
use super::{Adapter, Out, Piece, Taken, Wrong, syscall};
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::Text;
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;

/// So many serials may be mixed before the smallest is taken to be whole.
const WINDOW: usize = 64;

/// So much of one serial is kept; what is beyond is in the file.
const LINES_MAX: usize = 128;
const EVENT_BYTES_MAX: usize = 64 << 10;

/// So many fields of a line are read.
const FIELDS_MAX: usize = 64;

/// The serials of so many machines are followed.
const NODES_MAX: usize = 256;

/// The user id of a process nobody logged in for.
const UNSET: &[&str] = &["4294967295", "-1", "unset"];

/// One line: its type and its fields.
struct Line {
    kind: String,
    fields: Vec<(String, String)>,
}

/// The lines of one serial so far.
struct Event {
    node: String,
    serial: u32,
    stamp: String,
    lines: Vec<Line>,
    raw: Raw,
    bytes: usize,
    pieces: u32,
}

/// Reads audit lines. Lines of up to `WINDOW` serials may be mixed.
#[derive(Default)]
pub struct Auditd {
    open: VecDeque<Event>,
    serials: BTreeMap<String, Serials>,
}

impl Adapter for Auditd {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let text = String::from_utf8_lossy(piece.bytes);
        let Some((head, serial, line)) = read(&text) else {
            return Err(Wrong::Unreadable(
                "This is not a line of Linux audit: there is no whole “audit(time:serial):” in it.".into(),
            ));
        };
        let known = self
            .open
            .iter_mut()
            .find(|event| event.serial == serial && event.stamp == head.stamp && event.node == head.node);
        if let Some(event) = known {
            event.raw = event.raw.join(piece.raw);
            event.pieces += 1;
            event.bytes += piece.bytes.len();
            if event.lines.len() < LINES_MAX && event.bytes <= EVENT_BYTES_MAX {
                event.lines.push(line);
            }
            return Ok(Taken::Merged);
        }
        self.open.push_back(Event {
            node: head.node.into(),
            serial,
            stamp: head.stamp.into(),
            lines: vec![line],
            raw: piece.raw,
            bytes: piece.bytes.len(),
            pieces: 1,
        });
        if self.open.len() > WINDOW {
            self.close(out);
        }
        Ok(Taken::Read)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        while !self.open.is_empty() {
            self.close(out);
        }
        let gaps: Vec<_> = self.serials.values_mut().flat_map(Serials::finish).collect();
        gaps.into_iter().for_each(|gap| out.gap(gap));
    }
}

impl Auditd {
    /// Gives out the first serial of the machine that was heard first.
    fn close(&mut self, out: &mut dyn Out) {
        let Some(oldest) = self.open.front() else { return };
        let behind = |event: &Event| event.serial.wrapping_sub(oldest.serial) >= 1 << 31;
        let mut place = 0;
        for (at, event) in self.open.iter().enumerate() {
            let best = self.open.get(place).map_or(0, |best| best.serial);
            // Serials close in time come in any order; those of another day are not earlier, they began anew.
            let near = seconds(&event.stamp).abs_diff(seconds(&oldest.stamp)) <= 1;
            if near && event.node == oldest.node && behind(event) && event.serial.wrapping_sub(best) >= 1 << 31 {
                place = at;
            }
        }
        let Some(event) = self.open.remove(place) else { return };
        let record = record(&event);
        // The daemon numbers its own lines; they have no place among the kernel's.
        let daemon = event.lines.iter().any(|line| line.kind.starts_with("DAEMON_"));
        if !daemon && (self.serials.contains_key(&event.node) || self.serials.len() < NODES_MAX) {
            let serials = self.serials.entry(event.node.clone()).or_insert_with(|| Serials::of(&event.node));
            if let Some(gap) = serials.see(event.serial, record.time) {
                out.gap(gap);
            }
        }
        out.record(record);
    }
}

fn seconds(stamp: &str) -> u64 {
    stamp.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or_default()
}

struct Head<'a> {
    node: &'a str,
    stamp: &'a str,
}

/// `node=host type=SYSCALL msg=audit(1492037289.295:58): arch=…`, also as the kernel or syslog pass it on.
fn read(text: &str) -> Option<(Head<'_>, u32, Line)> {
    let (before, rest) = text.split_once("audit(")?;
    let (stamp, rest) = rest.split_once(')')?;
    let (stamp, serial) = stamp.rsplit_once(':')?;
    let serial = serial.parse().ok()?;
    if !stamp.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || stamp.is_empty() {
        return None;
    }
    let fields = rest.strip_prefix(':')?;
    let word = |name: &str| before.split_ascii_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let kind = word("type").unwrap_or("UNKNOWN");
    let kind = match kind {
        "1300" => "SYSCALL",
        "1302" => "PATH",
        "1305" => "CONFIG_CHANGE",
        "1309" => "EXECVE",
        "1400" => "AVC",
        kind => kind,
    };
    Some((
        Head { node: word("node").unwrap_or_default(), stamp },
        serial,
        Line { kind: clip(kind, NAME_CHARS_MAX), fields: pairs(fields) },
    ))
}

/// `a=1 b="two words" msg='c=3 d=4'`; what the daemon adds in clear words follows a group separator.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < FIELDS_MAX {
        rest = rest.trim_start_matches([' ', '\t', '\u{1d}', ',', '\'']);
        let Some((name, after)) = rest.split_once('=') else { break };
        let name = name.rsplit([' ', '\u{1d}']).next().unwrap_or_default();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None if after.starts_with('\'') => {
                rest = after;
                continue;
            }
            None => after.split_at(after.find([' ', '\u{1d}', '\'']).unwrap_or(after.len())),
        };
        found.push((clip(name, NAME_CHARS_MAX), clip(value, TEXT_CHARS_MAX)));
        rest = after;
    }
    found
}

impl Event {
    fn of(&self, kind: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.kind == kind)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.get(name))
    }
}

impl Line {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !matches!(*value, "" | "?" | "(null)" | "(none)"))
    }

    /// A value that is in hex where it holds odd bytes.
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).map(unhexed)
    }
}

fn unhexed(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if bytes.len() < 4
        || !bytes.len().is_multiple_of(2)
        || !bytes.iter().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte))
    {
        return Cow::Borrowed(value);
    }
    let digit = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
    let decoded: Vec<u8> =
        bytes.chunks(2).map(|pair| digit(pair[0]) * 16 + pair.get(1).map_or(0, |low| digit(*low))).collect();
    let text = String::from_utf8_lossy(&decoded).replace('\0', " ");
    // Digits alone are more likely a number.
    if bytes.iter().all(u8::is_ascii_digit) && text.chars().any(char::is_control) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(text)
    }
}

fn record(event: &Event) -> LogRecord {
    let mut record = LogRecord::at(event.raw);
    record.set_time(read_stamp(&event.stamp, None));
    record.hints.serial = Some(event.serial.into());
    record.hints.node = Some(event.node.clone()).filter(|node| !node.is_empty());
    record.hints.pieces = event.pieces;
    let call = event.of("SYSCALL");
    let main = call.or_else(|| event.of("AVC")).or_else(|| event.lines.first());
    let Some(main) = main else { return record };
    record.actor = actor(event);
    let named = call.and_then(|call| {
        call.get("SYSCALL")
            .or_else(|| syscall::name(call.get("arch").unwrap_or_default(), call.get("syscall").unwrap_or_default()))
    });
    record.action = named
        .map(str::to_string)
        .or_else(|| call.and_then(|call| call.get("syscall")).map(|number| format!("syscall {number}")))
        .unwrap_or_else(|| main.kind.clone());
    record.set_act(syscall::act(&record.action));
    if event.of("CONFIG_CHANGE").is_some() {
        (record.verb, record.effect, record.hints.logging_control) = (Verb::LoggingControl, Effect::Mutating, true);
    }
    // Opening a file to write, by the flags: the lowest bits are the mode, 0x40 creates.
    let flags = call
        .and_then(|call| u64::from_str_radix(call.get(if record.action == "open" { "a1" } else { "a2" })?, 16).ok())
        .unwrap_or_default();
    if matches!(record.action.as_str(), "open" | "openat") && flags & 0x43 != 0 {
        (record.verb, record.effect) = (Verb::Write, Effect::Mutating);
    }
    record.resource = resource(event);
    record.outcome = outcome(event, main);
    if matches!(record.outcome, Outcome::Denied | Outcome::Error) {
        record.error = call.and_then(|call| call.get("EXIT").or(call.get("exit"))).map(|exit| format!("exit {exit}"));
    }
    let program = main.text("exe").or_else(|| main.text("comm")).or_else(|| event.get("exe").map(unhexed));
    record.tool = program.and_then(|program| Text::of(&program).owned(NAME_CHARS_MAX));
    record.session =
        event.get("ses").filter(|session| !UNSET.contains(session)).map(|session| clip(session, NAME_CHARS_MAX));
    record.source_address = event.get("addr").or(event.get("hostname")).map(|address| clip(address, NAME_CHARS_MAX));
    record.trace = event.get("key").map(|key| clip(key, NAME_CHARS_MAX));
    record
}

/// The user who logged in, also behind sudo; without one it is the system itself.
fn actor(event: &Event) -> LogActor {
    let login = event.get("auid").filter(|id| !UNSET.contains(id));
    let name = event.get("AUID").filter(|name| !UNSET.contains(name)).or(event.get("acct"));
    let kind =
        if login.is_some() || event.get("acct").is_some() { PrincipalKind::Human } else { PrincipalKind::System };
    match (name, login.or(event.get("uid"))) {
        (Some(name), id) => LogActor::new(kind, &unhexed(name)).with_id(id),
        (None, Some(id)) => LogActor::new(kind, &format!("uid {id}")),
        (None, None) => LogActor::default(),
    }
}

fn resource(event: &Event) -> String {
    if let Some(run) = event.of("EXECVE") {
        let is_argument = |name: &str| {
            name.strip_prefix('a')
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let arguments: Vec<_> =
            run.fields.iter().filter(|(name, _)| is_argument(name)).map(|(_, value)| unhexed(value)).collect();
        return clip(&arguments.join(" "), TEXT_CHARS_MAX);
    }
    let paths = event.lines.iter().filter(|line| line.kind == "PATH" && line.get("nametype") != Some("PARENT"));
    let path = paths.filter_map(|path| path.text("name")).next();
    let address = event.of("SOCKADDR").and_then(|line| line.get("saddr")).and_then(socket);
    let named = ["proctitle", "cmd", "unit", "name", "op", "terminal"]
        .into_iter()
        .find_map(|name| event.get(name))
        .map(unhexed);
    let found = path.map(Cow::into_owned).or(address).or(named.map(Cow::into_owned));
    clip(&found.unwrap_or_default(), TEXT_CHARS_MAX)
}

/// `02000050A9FEA9FE…` is 169.254.169.254:80; `01007075…` is a path.
fn socket(address: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(address.get(at * 2..at * 2 + 2)?, 16).ok();
    match (byte(0)?, byte(1)?) {
        (2, 0) => Some(format!(
            "{}.{}.{}.{}:{}",
            byte(4)?,
            byte(5)?,
            byte(6)?,
            byte(7)?,
            u16::from_be_bytes([byte(2)?, byte(3)?])
        )),
        (1, 0) => {
            let path: Vec<u8> = (2..).map_while(byte).take_while(|byte| *byte != 0).collect();
            Some(String::from_utf8_lossy(&path).into_owned())
        }
        _ => None,
    }
}

/// A call that fails with EPERM or EACCES was denied.
fn outcome(event: &Event, main: &Line) -> Outcome {
    let avc = event
        .lines
        .iter()
        .any(|line| line.kind == "AVC" && line.fields.iter().any(|(name, value)| name == "permissive" && value == "0"));
    match main.get("success").or(main.get("res")).or(event.get("res")) {
        Some("yes" | "success" | "1") => Outcome::Success,
        Some("no" | "failed" | "0") => match main.get("exit") {
            Some("-1" | "-13" | "EPERM" | "EACCES") => Outcome::Denied,
            // Under way when the call returned; how it ended is not in the log.
            Some("-115" | "EINPROGRESS") => Outcome::Unknown,
            None if main.kind.starts_with("USER_") => Outcome::Denied,
            _ => Outcome::Error,
        },
        _ if avc => Outcome::Denied,
        _ => Outcome::Unknown,
    }
}
