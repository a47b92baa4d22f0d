//! Lines that programs write: syslog as in RFC 3164 and RFC 5424, the access logs of web servers, statements of a database.

use super::bucket;
use super::web::{of_status, request_act};
use crate::reader::log::act::Act;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::{LogTime, read_stamp};
use crate::time::Instant;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many words can stand before the time of an access log.
const BEFORE_MAX: usize = 8;

/// Reads a line whose shape is known; `before` gives a time without a year its year.
pub fn read(text: &str, raw: Raw, before: Option<Instant>) -> Option<LogRecord> {
    access(text, raw).or_else(|| syslog(text, raw, before))
}

/// `192.0.2.1 - ada [18/Mar/2026:17:00:01 +0000] "DELETE /x HTTP/1.1" 204 0 "-" "agent/1.0"`, and the line of a bucket.
pub fn access(text: &str, raw: Raw) -> Option<LogRecord> {
    if let Some(record) = bucket::line(text, raw) {
        return Some(record);
    }
    let (before, rest) = text.split_once('[')?;
    let (stamp, rest) = rest.split_once(']')?;
    let words: Vec<&str> = before.split_ascii_whitespace().take(BEFORE_MAX).collect();
    let told = read_stamp(stamp, None);
    if told.time.is_none() || !stamp.contains('/') || words.is_empty() {
        return None;
    }
    let (_, rest) = rest.split_once('"')?;
    let (request, rest) = rest.split_once('"')?;
    let (method, target) = request.split_once(' ')?;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut record = LogRecord::at(raw);
    record.set_time(told);
    let named = |place: usize| words.get(place).copied().filter(|word| *word != "-");
    let (address, user) = (named(0), named(2));
    record.source_address = address.map(|address| clip(address, NAME_CHARS_MAX));
    record.actor = user.map(|user| party::person(party::of_arn(user))).unwrap_or_default();
    record.action = clip(method, NAME_CHARS_MAX);
    record.set_act(request_act(method));
    let path = target.rsplit_once(" HTTP/").map_or(target, |(path, _)| path);
    record.resource = clip(path, TEXT_CHARS_MAX);
    let mut after = rest.split_ascii_whitespace();
    record.outcome = after.next().map_or(Outcome::Unknown, of_status);
    let agent = rest.rsplit('"').nth(1).filter(|agent| !agent.is_empty() && *agent != "-");
    record.tool = agent.map(|agent| clip(agent, NAME_CHARS_MAX));
    if record.actor.name.is_empty() {
        // Nobody signed in: what the caller says of itself is all there is.
        record.actor.kind = record.tool.as_deref().map_or(PrincipalKind::Unknown, party::kind_of);
    }
    record.message = clip(request, TEXT_CHARS_MAX);
    Some(record)
}

/// `<34>1 2026-03-18T17:00:01Z host app 12 ID - text` and `<34>Mar 18 17:00:01 host app[12]: text`, with and without what
/// is in angle brackets.
fn syslog(text: &str, raw: Raw, before: Option<Instant>) -> Option<LogRecord> {
    let (rest, has_priority) = match text.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((priority, rest)) if priority.parse::<u8>().is_ok() => (rest, true),
        Some(_) => return None,
        None => (text, false),
    };
    match rest.strip_prefix("1 ").filter(|_| has_priority) {
        Some(rest) => structured(rest, raw),
        None => plain(rest, raw, before, has_priority),
    }
}

/// RFC 5424: time, host, program, process, kind, and what is structured.
fn structured(text: &str, raw: Raw) -> Option<LogRecord> {
    let mut words = text.splitn(6, ' ');
    let told = match words.next()? {
        "-" => LogTime::absent(),
        stamp => Some(read_stamp(stamp, None)).filter(|told| told.time.is_some())?,
    };
    let (host, app) = (words.next()?, words.next()?);
    let (_process, kind) = (words.next()?, words.next()?);
    let rest = words.next().unwrap_or_default();
    let said = match rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
        Some(said) => said,
        // A bracket inside a value is escaped.
        None => rest.rsplit_once("] ").map_or(rest, |(_, said)| said),
    };
    let mut record = LogRecord::at(raw);
    record.set_time(told);
    if kind != "-" {
        record.id = Some(clip(kind, NAME_CHARS_MAX));
    }
    program(&mut record, host, app, said.trim_start_matches('\u{feff}'));
    record.message = clip(&format!("{host} {app}: {said}"), TEXT_CHARS_MAX);
    Some(record)
}

/// RFC 3164: time, host, program with its process in brackets.
fn plain(text: &str, raw: Raw, before: Option<Instant>, has_priority: bool) -> Option<LogRecord> {
    let iso = text.split(' ').next().filter(|first| first.contains('T') && first.len() >= 19);
    let (stamp, rest) = match iso {
        Some(first) => (first, text.get(first.len()..)?),
        None => {
            let stamp = text.get(..15)?;
            (stamp, text.get(15..)?)
        }
    };
    let told = read_stamp(stamp, before);
    // Without a year the time is known to be one, even where the year cannot be told.
    if told.time.is_none() && read_stamp(stamp, Some(Instant::from_micros(1_767_225_600_000_000))).time.is_none() {
        return None;
    }
    let whole = rest.trim_start();
    let (host, rest) = rest.strip_prefix(' ')?.trim_start().split_once(' ')?;
    let tagged = rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|tag| (tag, "")));
    let (tag, said) = tagged.filter(|(tag, _)| !tag.contains(' ') && !tag.is_empty()).unwrap_or(("", rest));
    if tag.is_empty() && (!has_priority || iso.is_some()) {
        return None;
    }
    let mut record = LogRecord::at(raw);
    record.set_time(told);
    let app = tag.split_once('[').map_or(tag, |(app, _)| app);
    program(&mut record, host, app, said);
    record.message = clip(whole, TEXT_CHARS_MAX);
    Some(record)
}

/// Takes over the host, the program, and what its well known lines say.
pub fn program(record: &mut LogRecord, host: &str, app: &str, said: &str) {
    record.hints.node = Some(host).filter(|host| *host != "-").map(|host| clip(host, NAME_CHARS_MAX));
    record.tool = Some(app).filter(|app| !app.is_empty() && *app != "-").map(|app| clip(app, NAME_CHARS_MAX));
    record.actor = LogActor::new(PrincipalKind::System, if app == "-" { "" } else { app });
    // What was said several times is told once: `message repeated 3 times: [ Failed password for root ]`.
    let repeated =
        said.strip_prefix("message repeated ").and_then(|rest| rest.split_once(" times: [")).map(|(_, rest)| rest);
    let said = repeated.map_or(said, |rest| rest.trim().trim_end_matches(']').trim());
    let small = app.to_ascii_lowercase();
    let name = small.rsplit('/').next().unwrap_or(&small);
    match name {
        "sshd" | "sshd-session" => sign_in(record, said),
        "sudo" | "doas" => elevated(record, said),
        "su" => {
            record.action = "su".into();
            record.set_act(Act { verb: Verb::Login, effect: Effect::Privilege });
            record.outcome =
                if said.to_ascii_lowercase().contains("fail") { Outcome::Denied } else { Outcome::Success };
            // `(to root) ada on pts/0`, also with what went wrong before it.
            if let Some((target, who)) = said.split_once("(to ").and_then(|(_, rest)| rest.split_once(") ")) {
                record.actor = party::person(who.split_ascii_whitespace().next().unwrap_or_default());
                record.resource = clip(target, TEXT_CHARS_MAX);
            }
        }
        "useradd" | "userdel" | "usermod" | "groupadd" | "groupdel" | "groupmod" | "gpasswd" | "passwd"
        | "chpasswd" | "chage" => managed(record, name, said),
        "cron" | "crond" => {
            if let Some((who, command)) = said.split_once(") CMD (") {
                record.actor = party::person(who.trim_start_matches('('));
                command_run(record, command.trim_end_matches(')'));
            }
        }
        "auditd" | "rsyslogd" | "systemd" if stops_logging(said) => {
            record.action = "stop logging".into();
            record.set_act(Act { verb: Verb::LoggingControl, effect: Effect::Mutating });
            record.outcome = Outcome::Success;
        }
        _ => statement(record, said),
    }
}

/// What the programs say that keep accounts and groups: `new user: name=eve, UID=1001`, `delete user 'eve'`,
/// `add 'eve' to group 'sudo'`, `password changed for eve`.
fn managed(record: &mut LogRecord, program: &str, said: &str) {
    let small = said.to_ascii_lowercase();
    let removes =
        ["delete", "remove", "lock"].iter().any(|word| small.starts_with(word)) && !small.starts_with("unlock");
    let verb = if removes || program.ends_with("del") { Verb::Revoke } else { Verb::Grant };
    record.action = clip(program, NAME_CHARS_MAX);
    record.set_act(Act::new(verb, Effect::Privilege));
    let failed = ["failed", "failure", "cannot", "not permitted"].iter().any(|word| small.contains(word));
    record.outcome = if failed { Outcome::Error } else { Outcome::Success };
    let quoted = said.split('\'').nth(1);
    let named = said.split_once("name=").map(|(_, rest)| rest.split([',', ' ']).next().unwrap_or(rest));
    let behind = said.split_once(" for ").map(|(_, rest)| rest.split_ascii_whitespace().next().unwrap_or(rest));
    record.resource = clip(quoted.or(named).or(behind).unwrap_or_default().trim_matches(['\'', '"']), TEXT_CHARS_MAX);
}

fn stops_logging(said: &str) -> bool {
    let small = said.to_ascii_lowercase();
    ["audit", "syslog", "journal"].iter().any(|word| small.contains(word))
        && ["stopped", "stopping", "exiting", "exit"].iter().any(|word| small.contains(word))
}

fn sign_in(record: &mut LogRecord, said: &str) {
    let (denied, rest) = match said {
        _ if said.starts_with("Accepted ") => (false, said.split_once(" for ").map(|(_, rest)| rest)),
        _ if said.starts_with("Failed ") => (true, said.split_once(" for ").map(|(_, rest)| rest)),
        _ => (true, said.strip_prefix("Invalid user ")),
    };
    let Some(rest) = rest else { return };
    let rest = rest.strip_prefix("invalid user ").unwrap_or(rest);
    let mut words = rest.split_ascii_whitespace();
    record.actor = party::person(words.next().unwrap_or_default());
    record.source_address = words.nth(1).map(|address| clip(address, NAME_CHARS_MAX));
    record.action = "sign-in".into();
    record.set_act(Act { verb: Verb::Login, effect: Effect::None });
    record.outcome = if denied { Outcome::Denied } else { Outcome::Success };
    record.resource = record.hints.node.clone().unwrap_or_default();
}

/// `ada : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls`.
fn elevated(record: &mut LogRecord, said: &str) {
    let Some((who, rest)) = said.split_once(" : ") else { return };
    let Some((before, command)) = rest.split_once("COMMAND=") else { return };
    record.actor = party::person(who.trim());
    command_run(record, command);
    let refused = ["NOT in sudoers", "incorrect password", "not allowed", "a password is required"];
    if refused.iter().any(|word| before.contains(word)) {
        record.outcome = Outcome::Denied;
    }
}

fn command_run(record: &mut LogRecord, command: &str) {
    record.action = "command".into();
    record.set_act(super::tools::command_act(command));
    record.resource = clip(command.trim(), TEXT_CHARS_MAX);
    record.outcome = Outcome::Success;
}

/// `[12-1] ada@prod LOG:  statement: DELETE FROM users`, as a database logs what it is asked.
pub fn statement(record: &mut LogRecord, said: &str) {
    let Some((before, statement)) =
        ["statement: ", "execute <unnamed>: "].iter().find_map(|mark| said.split_once(mark))
    else {
        return;
    };
    let who = before.split_ascii_whitespace().find(|word| word.contains('@') && !word.starts_with('['));
    if let Some((user, _)) = who.and_then(|who| who.split_once('@')) {
        record.actor = party::named(user);
    }
    let word = statement.split_ascii_whitespace().next().unwrap_or_default();
    record.action = clip(&word.to_ascii_uppercase(), NAME_CHARS_MAX);
    record.set_act(super::sql::statement_act(statement));
    record.resource = clip(statement, TEXT_CHARS_MAX);
    record.outcome = if before.contains("ERROR") { Outcome::Error } else { Outcome::Unknown };
}
