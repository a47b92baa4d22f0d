//! What the lines of one serial tell together.

use std::borrow::Cow;

use super::{Event, UNSET, syscall};
use crate::reader::log::act::{Act, act};
use crate::reader::log::adapter::audit_line::{Line, interpreted, socket, unhexed};
use crate::reader::log::command::command_changes_logging;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::stamp::{LogTime, epoch_micros, read_stamp};
use crate::reader::log::wire::Text;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// What logs on a machine, by the names of its units.
const LOGGING_UNITS: &[&str] =
    &["auditd", "audit", "rsyslog", "syslog", "syslog-ng", "systemd-journald", "laurel", "go-audit", "auditbeat"];

/// Whether a service was stopped or started that logs.
fn is_of_logging(event: &Event, action: &str) -> bool {
    let unit = event.get("unit").unwrap_or_default();
    let unit = unit.strip_suffix(".service").unwrap_or(unit);
    matches!(action, "SERVICE_STOP" | "SERVICE_START") && LOGGING_UNITS.contains(&unit)
}

/// The time of a stamp: seconds of the epoch, whatever they are, or what `ausearch -i` made of them.
fn stamped(stamp: &str) -> LogTime {
    if let Some(micros) = interpreted(stamp) {
        let told = epoch_micros(micros);
        return if told.is_known() { LogTime { flag: TimeFlag::AssumedUtc, ..told } } else { told };
    }
    let (whole, part) = stamp.split_once('.').unwrap_or((stamp, ""));
    let micros = part.bytes().chain(std::iter::repeat(b'0')).take(6);
    let micros = micros.fold(0, |sum: i64, digit| sum * 10 + i64::from(digit.saturating_sub(b'0').min(9)));
    match whole.parse::<i64>().ok().and_then(|whole| whole.checked_mul(1_000_000)) {
        Some(whole) => epoch_micros(whole.saturating_add(micros)),
        None => read_stamp(stamp, None),
    }
}

/// What a security module was asked for, by its own word and by what was denied.
fn asked_for(line: &Line, action: &str) -> Act {
    let known = syscall::act(action);
    if known.verb != Verb::Other {
        return known;
    }
    let asked = [line.get("denied_mask"), line.get("requested_mask"), line.get("seperms")].into_iter().flatten().next();
    let asked = asked.unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| asked.split([' ', ',']).any(|one| one == *word));
    let (verb, effect) = match () {
        () if has(&["unlink", "rmdir", "d"]) => (Verb::Delete, Effect::Destructive),
        () if has(&["execute", "execute_no_trans", "transition", "x", "exec", "ptrace", "trace"]) => {
            (Verb::Execute, Effect::Mutating)
        }
        () if has(&["write", "append", "create", "setattr", "rename", "w", "wc", "c", "a", "rw", "wr"]) => {
            (Verb::Write, Effect::Mutating)
        }
        () if has(&["read", "open", "getattr", "search", "map", "r"]) => (Verb::Read, Effect::Read),
        () if has(&["connect", "name_connect", "name_bind", "bind", "sendto"]) => (Verb::Call, Effect::None),
        () => return act(action),
    };
    Act { verb, effect }
}

/// What was changed of what is logged, in words that say which way.
fn changed(line: &Line) -> String {
    let told = match (line.get("op"), line.get("audit_enabled")) {
        (_, Some("0")) => "disable audit".to_string(),
        (_, Some(_)) => "enable audit".to_string(),
        // A rule of these lists can only leave something out; one of calls without a key may.
        (Some(op), None) if op.contains("add_rule") && leaves_out(line) => {
            format!("exclusion by a rule of list {}", line.get("list").unwrap_or_default())
        }
        (Some(op), None) => op.trim_matches('"').to_string(),
        (None, None) => match line.fields.iter().find(|(name, _)| name.starts_with("audit_")) {
            Some((name, value)) => format!("set {name} to {value}"),
            None => String::new(),
        },
    };
    clip(format!("CONFIG_CHANGE {told}").trim(), NAME_CHARS_MAX)
}

/// Whether a rule that was added may leave something out, which its record does not tell. By `auditctl(8)` the lists of
/// tasks (1), of what is excluded (5) and of file systems (6) have rules of that kind alone.
fn leaves_out(line: &Line) -> bool {
    let has_key = line.get("key").is_some_and(|key| !matches!(key, "" | "(null)"));
    match line.get("list") {
        Some("1" | "5" | "6" | "task" | "exclude" | "filesystem") => true,
        Some("4" | "exit") => !has_key,
        _ => false,
    }
}

impl Event {
    fn of(&self, kind: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.kind == kind)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.get(name))
    }
}

/// What the lines of an event tell together.
pub(super) fn record(event: &Event) -> LogRecord {
    let mut record = LogRecord::at(event.raw);
    record.set_time(stamped(&event.stamp));
    record.hints.serial = Some(event.serial.into());
    record.hints.node = Some(event.node.clone()).filter(|node| !node.is_empty());
    record.hints.pieces = event.pieces;
    let call = event.of("SYSCALL");
    let main = call.or_else(|| event.of("AVC")).or_else(|| event.lines.first());
    let Some(main) = main else { return record };
    record.actor = actor(event);
    let module = event.lines.iter().find(|line| line.get("apparmor").is_some() || line.get("seresult").is_some());
    let named = call.and_then(|call| {
        call.get("SYSCALL")
            .or_else(|| syscall::name(call.get("arch").unwrap_or_default(), call.get("syscall").unwrap_or_default()))
    });
    record.action = named
        .map(str::to_string)
        .or_else(|| call.and_then(|call| call.get("syscall")).map(|number| format!("syscall {number}")))
        .or_else(|| module.and_then(|line| line.get("operation").or(line.get("seperms"))).map(str::to_string))
        .unwrap_or_else(|| main.kind.clone());
    record.set_act(match (call, module) {
        (None, Some(line)) => asked_for(line, &record.action),
        _ => syscall::act(&record.action),
    });
    if let Some(change) = event.of("CONFIG_CHANGE") {
        record.action = changed(change);
        (record.verb, record.effect, record.hints.logging_control) = (Verb::LoggingControl, Effect::Mutating, true);
    }
    if is_of_logging(event, &record.action) {
        (record.verb, record.effect, record.hints.logging_control) = (Verb::LoggingControl, Effect::Mutating, true);
    }
    // Opening a file to write, by the flags: the lowest bits are the mode, 0x40 creates, 0x200 empties.
    let flags = call
        .and_then(|call| syscall::flags(call.get(if record.action == "open" { "a1" } else { "a2" })?))
        .unwrap_or_default();
    // The structure that `openat2` is given stands in a line of its own, with its flags in octal.
    let of_structure = event.of("OPENAT2").and_then(|line| syscall::octal(line.get("oflag")?));
    let flags = if record.action == "openat2" { of_structure.unwrap_or_default() } else { flags };
    if matches!(record.action.as_str(), "open" | "openat" | "openat2") && flags & 0x243 != 0 {
        (record.verb, record.effect) = (Verb::Write, Effect::Mutating);
    }
    record.resource = resource(event);
    // The title of a process is its command line, and is there where its arguments were not recorded.
    let titled = event.lines.iter().filter_map(|line| line.text("proctitle").or_else(|| line.text("data")));
    if let Some(command) = titled.map(Cow::into_owned).find(|title| command_changes_logging(title))
        && record.verb != Verb::LoggingControl
    {
        (record.verb, record.effect, record.hints.logging_control) = (Verb::LoggingControl, Effect::Destructive, true);
        record.hints.command = Some(clip(&command, TEXT_CHARS_MAX));
    }
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

/// Types of records on accounts and groups.
const MANAGED: &[&str] = &[
    "ADD_USER",
    "DEL_USER",
    "ADD_GROUP",
    "DEL_GROUP",
    "USER_CHAUTHTOK",
    "USER_MGMT",
    "GRP_MGMT",
    "USER_ROLE_CHANGE",
    "ROLE_ASSIGN",
    "ROLE_REMOVE",
    "ACCT_LOCK",
    "ACCT_UNLOCK",
    "CHGRP_ID",
    "CHUSER_ID",
    "GRP_CHAUTHTOK",
];

/// Types of records in which somebody who is logged in already becomes somebody else, whose account they name.
const ENTERED: &[&str] = &["USER_AUTH", "USER_ACCT", "USER_START", "USER_END", "CRED_ACQ", "CRED_REFR", "CRED_DISP"];

/// The user who logged in, also behind sudo; without one it is the system itself.
fn actor(event: &Event) -> LogActor {
    let login = event.get("auid").filter(|id| !UNSET.contains(id));
    // Where accounts are managed, the account is what it is done to.
    let managed =
        event.lines.iter().any(|line| MANAGED.contains(&line.kind.as_str()) || ENTERED.contains(&line.kind.as_str()));
    let account = event.get("acct").filter(|_| !(managed && login.is_some()));
    let name = event.get("AUID").filter(|name| !UNSET.contains(name)).or(account);
    let kind = if login.is_some() || account.is_some() { PrincipalKind::Human } else { PrincipalKind::System };
    match (name, login.or(event.get("uid"))) {
        (Some(name), id) => LogActor::new(kind, &unhexed(name)).with_id(id),
        // An interpreted id is a name.
        (None, Some(id)) if id.contains(|letter: char| letter.is_alphabetic()) => LogActor::new(kind, id),
        (None, Some(id)) => LogActor::new(kind, &format!("uid {id}")),
        (None, None) => LogActor::default(),
    }
}

/// Whether somebody becomes another one, so that the account is what they turn to.
fn becomes(event: &Event) -> bool {
    const PROGRAMS: &[&str] = &["su", "sudo", "pkexec", "doas", "runuser", "machinectl"];
    let program = event.get("exe").map(unhexed).unwrap_or_default();
    PROGRAMS.contains(&program.rsplit('/').next().unwrap_or_default())
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
    let named = ["proctitle", "cmd", "unit", "data", "name", "path", "peer", "profile", "op", "terminal"]
        .into_iter()
        .find_map(|name| event.get(name))
        .map(unhexed);
    let turns = becomes(event) && event.get("cmd").is_none();
    let account = event.lines.iter().filter(|line| turns || MANAGED.contains(&line.kind.as_str()));
    let account = account.filter_map(|line| line.text("acct").or_else(|| line.text("id"))).next();
    let found = account.or(path).map(Cow::into_owned).or(address).or(named.map(Cow::into_owned));
    clip(&found.unwrap_or_default(), TEXT_CHARS_MAX)
}

/// A call that fails with EPERM or EACCES was denied.
fn outcome(event: &Event, main: &Line) -> Outcome {
    let avc = event.lines.iter().any(|line| {
        let says = |name: &str, wanted: &[&str]| line.get(name).is_some_and(|value| wanted.contains(&value));
        // Where a module only complains, what it denies goes on.
        says("apparmor", &["DENIED"])
            || (says("seresult", &["denied"]) && !says("permissive", &["1"]))
            || (line.kind == "AVC" && says("permissive", &["0"]))
    });
    let allowed = event.lines.iter().any(|line| {
        line.get("apparmor").is_some_and(|word| matches!(word, "ALLOWED" | "AUDIT"))
            || line.get("seresult") == Some("granted")
    });
    match main.get("success").or(main.get("res")).or(event.get("res")) {
        Some("yes" | "success" | "1") => Outcome::Success,
        Some("no" | "failed" | "0") => match main.get("exit").map(syscall::bare) {
            Some("-1" | "-13" | "EPERM" | "EACCES") => Outcome::Denied,
            // Under way when the call returned; how it ended is not in the log.
            Some("-115" | "EINPROGRESS") => Outcome::Unknown,
            None if main.kind.starts_with("USER_") => Outcome::Denied,
            _ => Outcome::Error,
        },
        _ if avc => Outcome::Denied,
        _ if allowed => Outcome::Success,
        _ => Outcome::Unknown,
    }
}
