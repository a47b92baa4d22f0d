//! Acts on logging itself: which they are, which way they turn, and which logs they touch.
//!
//! What is not in the catalogue is told by its words, as in `act.rs`, and by the parameters of the act.

mod catalogue;
mod parameters;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::act::words;
use super::change::LoggingChange;
use super::command;
use super::format::Format;

use catalogue::{COMMON, all};
pub(super) use catalogue::{DATABASE, ELSEWHERE, LoggingAct, NETWORK, WEB, entry, given};
pub(super) use parameters::{sets_up, speaks_of_logs, switches_off};

/// Which way an act turns logging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Less is logged, or kept, from then on.
    Off,
    /// Logging was set going: before that it may not have been.
    On,
    /// It was changed, and the log does not say which way.
    Changed,
    /// Something was lost, and the log does not say since when.
    Lost,
}

/// Which logs an act touches beside the one that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The provider's own audit log.
    Own,
    /// A place in which logs of any kind are kept.
    Store,
    /// Another log, such as that of a network.
    Of(Family),
}

/// Calls on a bucket that change how long what is in it stays, or who may change it.
const KEEPING: &[&str] = &[
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "DeleteBucketLifecycle",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "PutBucketAcl",
    "PutBucketVersioning",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "PutObjectLockConfiguration",
    "DeleteBucket",
    "DeleteObject",
    "DeleteObjects",
];

/// Words in the name of a bucket or file that say that it holds logs.
const LOG_WORDS: &[&str] = &["log", "logs", "logging", "trail", "trails", "cloudtrail", "audit", "audits", "siem"];

/// Whether a call of a service changes what is logged, whatever it is given.
pub(super) fn changes_logging(format: Format, service: &str, name: &str) -> bool {
    find(format, name).is_some_and(|entry| !entry.is_by_parameters() && entry.is_of(service))
}

/// Whether a call of a service changes what is logged by what it is given.
pub(super) fn changes_by_parameters(format: Format, service: &str, name: &str, request: &Value) -> bool {
    let marks = find(format, name).filter(|entry| entry.is_of(service)).map(|entry| entry.marks).unwrap_or_default();
    let said = || request.to_string().to_lowercase();
    switches_off(request) || (!marks.is_empty() && marks.iter().any(|mark| said().contains(mark)))
}

/// Whether a call is one that changes what is logged by what it is given.
pub(super) fn is_given(format: Format, name: &str) -> bool {
    find(format, name).is_some_and(LoggingAct::is_by_parameters)
}

/// The catalogue by name: every record of a log is looked up in it.
static BY_NAME: LazyLock<HashMap<Format, HashMap<String, &'static LoggingAct>>> = LazyLock::new(|| {
    let mut by_name = HashMap::<Format, HashMap<String, &'static LoggingAct>>::new();
    for (format, entry) in all() {
        for name in entry.names.split(' ') {
            // The first entry of a name is the one that counts.
            by_name.entry(format).or_default().entry(name.to_ascii_lowercase()).or_insert(entry);
        }
    }
    by_name
});

fn find(format: Format, name: &str) -> Option<&'static LoggingAct> {
    BY_NAME.get(&format)?.get(&name.trim().to_ascii_lowercase()).copied()
}

/// Whether an act of one of the providers that name each act as a whole is in their catalogue.
pub(super) fn is_listed(format: Format, name: &str) -> bool {
    format.names_logging() && find(format, name).is_some_and(|entry| !entry.is_by_parameters())
}

/// Whether a call changes how long logs are kept, by the name of the bucket and what is in it.
pub(super) fn keeps_logs(name: &str, bucket: &str, key: &str) -> bool {
    KEEPING.contains(&name)
        && (holds_logs(bucket) || key.contains("/CloudTrail/") || key.contains("/CloudTrail-Digest/"))
}

/// Whether a call changes how long something is kept that may be logs.
pub(super) fn keeps_anything(name: &str) -> bool {
    KEEPING.contains(&name) && name.contains("Lifecycle")
}

/// Whether a name says that there are logs in it.
pub(super) fn holds_logs(name: &str) -> bool {
    words(name).iter().any(|word| LOG_WORDS.contains(&word.as_str()))
}

/// The names of calls that turn logging off or change it, by the entry they stand in.
fn lessening_calls() -> impl Iterator<Item = (Format, &'static LoggingAct, &'static str)> {
    let of =
        |(format, entry): (Format, &'static LoggingAct)| entry.names.split(' ').map(move |name| (format, entry, name));
    let is_plain =
        |name: &str| !name.contains(['.', '/']) && !COMMON.split(' ').any(|known| known.eq_ignore_ascii_case(name));
    all()
        .filter(|(_, entry)| !entry.is_by_parameters())
        .flat_map(of)
        .filter(move |(.., name)| is_plain(name) && turn(name) != Turn::On)
}

/// The same names as they stand in command lines and programs: `stop-logging`, `stop_logging` and `stoplogging`.
pub(super) fn lessening() -> impl Iterator<Item = String> {
    let with = |name: &str, between: &str| words(name).join(between);
    lessening_calls().flat_map(move |(.., name)| ["-", "_", ""].map(|between| with(name, between)))
}

/// Whose logs a call changes, by its name in small letters alone.
pub(super) fn lessens(call: &str) -> Option<Family> {
    let is_named = |name: &str| {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
        letters.eq(call.bytes())
    };
    let (format, entry, _) = lessening_calls().find(|(.., name)| is_named(name))?;
    Some(match entry.reach {
        Reach::Own => Family::of(Some(format)),
        Reach::Store => Family::Any,
        Reach::Of(family) => family,
    })
}

/// Whose logs a call changes by what it is given, by its name on a command line: `modify-db-instance`.
pub(super) fn by_parameters(word: &str) -> Option<Family> {
    if !word.contains('-') {
        return None;
    }
    let letters = |name: &str| {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    let wanted = letters(word);
    let of = |entry: &LoggingAct| entry.is_by_parameters() || entry.names.contains("UpdateClusterConfig");
    let is_named = |entry: &LoggingAct| entry.names.split(' ').any(|name| letters(name) == wanted);
    let (format, entry) = all().find(|(_, entry)| of(entry) && is_named(entry))?;
    Some(match entry.reach {
        Reach::Own => Family::of(Some(format)),
        Reach::Store => Family::Any,
        Reach::Of(family) => family,
    })
}

/// Which way an act turns logging, by its words.
pub fn turn(action: &str) -> Turn {
    const OFF: &[&str] = &[
        "stop",
        "delete",
        "deleted",
        "disable",
        "disabled",
        "deactivate",
        "deactivated",
        "remove",
        "removed",
        "destroy",
        "purge",
        "disassociate",
        "deregister",
        "detach",
        "end",
        "abort",
    ];
    const ON: &[&str] =
        &["start", "create", "created", "enable", "enabled", "activate", "activated", "resume", "restore", "undelete"];
    let words = words(action);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let adds = words.iter().any(|word| word == "add");
    // An exclusion that is created leaves something out.
    let leaves_out = words.iter().any(|word| word == "exclusion");
    match () {
        () if any(&["lost"]) => Turn::Lost,
        () if adds => Turn::On,
        () if leaves_out => Turn::Changed,
        () if any(ON) => Turn::On,
        () if any(OFF) => Turn::Off,
        () => Turn::Changed,
    }
}

impl LoggingChange {
    /// Which way it turns logging. A command that takes logging away does so until something else is seen, whatever the
    /// log calls the act of running it.
    pub fn turn(&self) -> Turn {
        let by_name = turn(&self.action);
        let lost = by_name == Turn::Lost;
        let text = [Some(&self.resource), self.command.as_ref()].into_iter().flatten();
        let is_command =
            || text.into_iter().any(|text| !command::reached(text).is_empty() || !command::named(text).is_empty());
        if !lost && by_name != Turn::Off && is_command() { Turn::Off } else { by_name }
    }
}

/// Whose log it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Amazon,
    Google,
    Microsoft,
    Agent,
    /// What is logged on a machine.
    Host,
    Own(Format),
    /// A log that none of the others is.
    Other,
    /// Events of any provider in a common shape.
    Common,
    /// It may be anybody's.
    Any,
}

impl Family {
    const fn of(format: Option<Format>) -> Self {
        let Some(format) = format else { return Self::Any };
        match format.family() {
            Some(family) => family,
            None => Self::Own(format),
        }
    }

    /// Whether what is done to the logs of the one may be done to a log of the other.
    fn meets(self, source: Self) -> bool {
        self == source || matches!(self, Self::Any | Self::Common) || matches!(source, Self::Any | Self::Common)
    }
}

/// Whether an act that a log in one format tells of touches the source of a log in another. What is not known not to,
/// does.
pub fn touches(told_in: Option<Format>, change: &LoggingChange, source: Option<Format>) -> bool {
    if change.is_unread_file() {
        return true;
    }
    let source = Family::of(source);
    // What was run says what it reaches, wherever it was run.
    let text =
        [&change.action, &change.resource, change.command.as_ref().unwrap_or(&change.resource)].map(String::as_str);
    let reached = command::reached(&text.join("\n"));
    if !reached.is_empty() {
        return reached.into_iter().any(|family| family.meets(source));
    }
    let named = change.command.as_deref().map(command::named).unwrap_or_default();
    if !named.is_empty() {
        return named.into_iter().any(|family| family.meets(source));
    }
    if change.command.is_some() {
        // A machine says that it lost something of its own.
        return Family::Host.meets(source);
    }
    let is_anybodys = |format| matches!(Family::of(Some(format)), Family::Any | Family::Common);
    let known = all().find(|(own, entry)| {
        told_in.is_none_or(|format| is_anybodys(format) || format == *own)
            && entry.names.split(' ').any(|name| name.eq_ignore_ascii_case(change.action.trim()))
    });
    let teller = known.map_or(Family::of(told_in), |(format, _)| Family::of(Some(format)));
    let reach = known.map_or(Reach::Own, |(_, entry)| entry.reach);
    // An agent reaches whatever its tools do, and what anybody's log tells of may be anybody's.
    if matches!(teller, Family::Any | Family::Agent | Family::Common) || source == Family::Common {
        return true;
    }
    match reach {
        Reach::Own => teller == source,
        Reach::Of(Family::Other) => source == Family::Any || source == Family::Agent,
        Reach::Of(family) => family.meets(source),
        Reach::Store => {
            let is_kept_there = matches!(source, Family::Any | Family::Agent | Family::Host | Family::Other);
            teller == source || is_kept_there || matches!(source, Family::Own(format) if format.is_stored())
        }
    }
}

#[cfg(test)]
mod tests;
