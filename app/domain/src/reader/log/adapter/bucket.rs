//! The access log of a bucket of Amazon S3. It also tells what S3 does by itself and what a batch deletes: such lines name no
//! request over HTTP. By "Amazon S3 server access log format", November 2026.

use super::web::{of_status, request_act, words};
use crate::reader::log::act::Act;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// What the names of operations begin with.
const KINDS: &[&str] = &["REST.", "SOAP.", "S3.", "BATCH.", "WEBSITE."];

/// `owner bucket [time] address requester request operation key "request" status error bytes size ms ms "referer" "agent" …`.
pub fn line(text: &str, raw: Raw) -> Option<LogRecord> {
    let (before, rest) = text.split_once('[')?;
    let (stamp, rest) = rest.split_once(']')?;
    let mut before = before.split_ascii_whitespace();
    let (_owner, bucket) = (before.next()?, before.next()?);
    let told = read_stamp(stamp, None);
    let fields = words(rest);
    let get = |place: usize| fields.get(place).copied().filter(|field| !field.is_empty() && *field != "-");
    let operation = get(3).filter(|name| KINDS.iter().any(|kind| name.starts_with(kind)))?;
    if before.next().is_some() || told.time.is_none() || fields.len() < 8 {
        return None;
    }
    let mut record = LogRecord::at(raw);
    record.set_time(told);
    let name = |place: usize| get(place).map(|field| clip(field, NAME_CHARS_MAX));
    record.source_address = name(0);
    record.id = name(2);
    record.action = clip(operation, NAME_CHARS_MAX);
    record.set_act(act(operation));
    let whole = get(4).map_or_else(|| bucket.to_string(), |key| format!("{bucket}/{key}"));
    record.resource = clip(&whole, TEXT_CHARS_MAX);
    record.message = clip(get(5).unwrap_or(operation), TEXT_CHARS_MAX);
    record.error = name(7);
    record.tool = name(13);
    // S3 answers nobody where it acts by itself.
    let is_own = operation.starts_with("S3.");
    record.outcome = get(6).map_or(if is_own { Outcome::Success } else { Outcome::Unknown }, of_status);
    record.actor = match get(1) {
        Some(name) if is_own || name == "AmazonS3" => LogActor::new(PrincipalKind::System, name),
        Some(name) => party::person(party::of_arn(name)),
        None if is_own => LogActor::new(PrincipalKind::System, "AmazonS3"),
        // Nobody signed in: what the caller says of itself is all there is.
        None => LogActor {
            kind: record.tool.as_deref().map_or(PrincipalKind::Unknown, party::kind_of),
            ..LogActor::default()
        },
    };
    Some(record)
}

/// What an operation on a bucket does, by its method and what it is on: `REST.PUT.BUCKETPOLICY`.
fn act(operation: &str) -> Act {
    let mut parts = operation.splitn(3, '.');
    let (method, on) = (parts.nth(1).unwrap_or_default(), parts.next().unwrap_or_default());
    let changes = matches!(method, "PUT" | "POST" | "DELETE" | "CREATE" | "EXPIRE");
    match on {
        _ if changes && (on.contains("LOGGING") || on.contains("LIFECYCLE")) => {
            Act::new(Verb::LoggingControl, Effect::Mutating)
        }
        _ if changes
            && (on.contains("POLICY")
                || on.contains("ACL")
                || on.contains("PUBLICACCESS")
                || on.contains("OWNERSHIP")) =>
        {
            let verb = if method == "DELETE" { Verb::Revoke } else { Verb::Grant };
            Act::new(verb, Effect::Privilege)
        }
        "MULTI_OBJECT_DELETE" | "DELETE_MARKER" | "DELETEMARKER" | "CREATE_DELETE_MARKER" => {
            Act::new(Verb::Delete, Effect::Destructive)
        }
        "BUCKET" | "BUCKETVERSIONS" | "UPLOADS" if method == "GET" => Act::new(Verb::List, Effect::Read),
        "OBJECT" if method == "EXPIRE" => Act::new(Verb::Delete, Effect::Destructive),
        "OBJECT" | "OBJECT_GET" if method == "COPY" => Act::new(
            if on == "OBJECT" { Verb::Write } else { Verb::Read },
            if on == "OBJECT" { Effect::Mutating } else { Effect::Read },
        ),
        _ if method == "EXPIRE" => Act::new(Verb::Delete, Effect::Destructive),
        _ if method.starts_with("TRANSITION") || method == "RESTORE" => Act::new(Verb::Write, Effect::Mutating),
        _ => request_act(method),
    }
}
