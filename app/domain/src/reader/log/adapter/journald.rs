//! The journal of systemd: as JSON, one entry a line, and in its export format, in which an entry is a block of fields.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::{Adapter, Out, Piece, Taken, Wrong, program};
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::mode::{Mode, settings_say};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Lines, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{BlockSplit, JsonSplit, Splitter, is_json};
use crate::reader::log::stamp::{LogTime, epoch_micros};
use crate::reader::log::summary::Summary;

/// So many fields of one entry are read.
const FIELDS_MAX: usize = 256;

/// Reads entries.
pub struct Journald;

impl LogFormat for Journald {
    const SIGNS: &'static [Sign] =
        &[Sign::Record(70, |record| record.any(&["__REALTIME_TIMESTAMP", "__CURSOR"])), Sign::Lines(85, is_export)];
    const IS_JSON: bool = false;
    const HOLDS_BYTES: bool = true;
    const SOURCE: SourceKind = SourceKind::Machine;
    const FAMILY: Option<Family> = Some(Family::Host);
    const TELLS: Tells = Tells::Machine;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self)
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        if is_json(first) {
            return Box::new(JsonSplit::new(Self::LISTS, limit));
        }
        Box::new(BlockSplit::new(limit))
    }

    fn mode(_summary: &Summary) -> Mode {
        settings_say()
    }
}

fn is_export(lines: &Lines<'_>) -> bool {
    let is_field = |line: &str| line.split_once('=').is_some_and(|(name, _)| is_name(name.as_bytes()));
    ["__CURSOR=", "__REALTIME_TIMESTAMP="].iter().any(|name| lines.0.starts_with(name))
        && lines.0.lines().take(2).all(is_field)
}

impl Adapter for Journald {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let fields =
            if piece.bytes.starts_with(b"{") { Fields::of(piece)? } else { Fields::Object(block(piece.bytes)?) };
        let own = ["__CURSOR", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "_BOOT_ID"];
        if !own.iter().any(|name| fields.has(name)) {
            return Err(if piece.bytes.starts_with(b"{") {
                Wrong::Foreign
            } else {
                Wrong::Unreadable("This block has no field of an entry of the journal.".into())
            });
        }
        let mut record = record(&fields, piece);
        if let Some(told) = audited(&fields, &record) {
            record = told;
        }
        out.record(record);
        Ok(Taken::Read)
    }
}

/// What the kernel's audit tells in an entry: its message is that of a line of the audit's own log, behind its type.
fn audited(fields: &Fields<'_>, plain: &LogRecord) -> Option<LogRecord> {
    let is_audit = text(fields, "_TRANSPORT") == "audit" || text(fields, "SYSLOG_IDENTIFIER") == "audit";
    let message = text(fields, "MESSAGE");
    let (kind, rest) = message.split_once(' ').filter(|_| is_audit)?;
    let kind =
        Some(text(fields, "_AUDIT_TYPE_NAME")).filter(|name| !name.is_empty()).unwrap_or_else(|| kind.to_string());
    let micros = plain.time?.micros();
    let serial = Some(text(fields, "_AUDIT_ID")).filter(|id| id.parse::<u32>().is_ok()).unwrap_or_else(|| "0".into());
    let line = format!("type={kind} msg=audit({}.{:03}:{serial}): {rest}", micros / 1_000_000, micros / 1_000 % 1_000);
    let told = super::auditd::told_by(&line, plain.raw)?;
    let mut record =
        LogRecord { id: plain.id.clone(), received: plain.received, message: plain.message.clone(), ..told };
    record.time = plain.time;
    record.hints.serial = None;
    record.hints.node = plain.hints.node.clone();
    Some(record)
}

/// The text of a field: one that is no UTF-8 stands in JSON as a list of its bytes.
fn text(fields: &Fields<'_>, name: &str) -> String {
    match fields.value(name) {
        Some(Value::Array(list)) if list.iter().all(Value::is_u64) => {
            let bytes: Vec<u8> =
                list.iter().filter_map(Value::as_u64).filter_map(|byte| u8::try_from(byte).ok()).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => fields.text(&[name]).into_owned(),
    }
}

fn record(fields: &Fields<'_>, piece: &Piece<'_>) -> LogRecord {
    let get = |name: &str| text(fields, name);
    let some = |name: &str| Some(clip(&get(name), NAME_CHARS_MAX)).filter(|text| !text.is_empty());
    let mut record = LogRecord::at(piece.raw);
    // In microseconds, whatever its size.
    let times = ["_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"].map(|name| get(name).parse::<i64>());
    let told = times.into_iter().flatten().find(|micros| *micros > 0).map_or_else(LogTime::absent, epoch_micros);
    record.set_time(told);
    record.received = get("__REALTIME_TIMESTAMP").parse::<i64>().ok().map(crate::time::Instant::from_micros);
    let app = some("SYSLOG_IDENTIFIER").or_else(|| some("_COMM")).or_else(|| some("_SYSTEMD_UNIT")).unwrap_or_default();
    let said = get("MESSAGE");
    program::program(&mut record, &get("_HOSTNAME"), &app, &said);
    record.message = clip(&format!("{app}: {said}"), TEXT_CHARS_MAX);
    record.id = some("__CURSOR");
    record.session = some("_AUDIT_SESSION").or_else(|| some("_SYSTEMD_SESSION"));
    record.trace = some("_BOOT_ID");
    record
}

/// A block of the export format: `NAME=value` lines; a value with line ends has its length before it.
fn block(bytes: &[u8]) -> Result<Map<String, Value>, Wrong> {
    let mut found = Map::new();
    let mut rest = bytes;
    while !rest.is_empty() && found.len() < FIELDS_MAX {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        let behind = rest.get(end + 1..).unwrap_or_default();
        let (name, value, next) = match line.iter().position(|byte| *byte == b'=') {
            Some(at) => (&line[..at], &line[at + 1..], behind),
            None => {
                let length = behind.get(..8).and_then(|length| length.try_into().ok()).map(u64::from_le_bytes);
                let length = length.and_then(|length| usize::try_from(length).ok());
                let whole = length.and_then(|length| behind.get(8..)?.split_at_checked(length));
                let Some((value, next)) = whole else {
                    return Err(Wrong::Unreadable("A field of this block is cut off, or its length is wrong.".into()));
                };
                (line, value, next.strip_prefix(b"\n").unwrap_or(next))
            }
        };
        if !is_name(name) {
            return Err(Wrong::Unreadable(
                "This is no block of the journal's export: a line of it names no field.".into(),
            ));
        }
        let name = String::from_utf8_lossy(name).into_owned();
        found
            .entry(name)
            .or_insert_with(|| Value::String(String::from_utf8_lossy(value).trim_end_matches('\r').to_string()));
        rest = next;
    }
    Ok(found)
}

/// Whether bytes are the name of a field.
pub fn is_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}
