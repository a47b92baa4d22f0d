//! What is around a record: buses, log stores and search engines put it into an envelope of their own.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::format::Format;
use super::sign::of_record;
use super::split::{Header, cells};

/// The names under which an envelope holds a record, as an object or as JSON in a string.
const INSIDE: &[&str] = &[
    "detail",
    "_source",
    "_raw",
    "result",
    "message",
    "@message",
    "Message",
    "rawEvent",
    "raw_event",
    "raw",
    "RawData",
    "original",
    "event",
    "record",
    "data",
    "body",
    "payload",
    "jsonPayload",
    "auditData",
    "AuditData",
    "log",
    "request",
];

/// So many envelopes may be around each other.
const DEPTH_MAX: usize = 4;

/// So many bytes of an envelope are looked into.
const BYTES_MAX: usize = 1 << 20;

/// The record of a known format that is inside an object, and its format; `None` where the object is no envelope.
pub(super) fn inside(object: &Map<String, Value>) -> Option<(Format, Map<String, Value>)> {
    find(object, DEPTH_MAX)
}

fn find(object: &Map<String, Value>, depth: usize) -> Option<(Format, Map<String, Value>)> {
    if depth == 0 {
        return None;
    }
    for name in INSIDE {
        let Some(inner) = object.get(*name).and_then(as_object) else { continue };
        if let Some(format) = of_record(&inner) {
            return Some((format, inner.into_owned()));
        }
        if let Some(found) = find(&inner, depth - 1) {
            return Some(found);
        }
    }
    None
}

fn as_object(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    match value {
        Value::Object(object) => Some(Cow::Borrowed(object)),
        Value::String(text) if text.trim_start().starts_with('{') => match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Some(Cow::Owned(object)),
            _ => None,
        },
        _ => None,
    }
}

/// Columns in which stores of logs export the record itself.
const COLUMNS: &[&str] = &[
    "_raw",
    "@message",
    "message",
    "raw",
    "raw_event",
    "rawevent",
    "event",
    "line",
    "log",
    "content",
    "payload",
    "original",
    "msg",
];

/// Whether a table has a column for the record itself.
pub(super) fn has_column(names: &[String]) -> bool {
    names.iter().any(|name| COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(name.trim())))
}

/// The object that begins in a line behind something else: a time, the head of syslog, the name of a program.
pub(super) fn in_line(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().position(|byte| *byte == b'{').filter(|start| *start > 0)?;
    let rest = &line[start..];
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Map<String, Value>>();
    let object = values.next()?.ok()?;
    (!object.is_empty()).then(|| &rest[..values.byte_offset()])
}

/// The object in the column of a row that is there for it.
pub(super) fn in_row(row: &[u8], header: &Header) -> Option<Vec<u8>> {
    let all = cells(row, header.delimiter);
    let own = header.names.iter().zip(&all).filter(|(name, _)| has_column(std::slice::from_ref(*name)));
    let mut objects = own.map(|(_, cell)| cell.trim()).filter(|cell| cell.starts_with('{'));
    objects.find(|cell| serde_json::from_str::<Map<String, Value>>(cell).is_ok()).map(|cell| cell.as_bytes().to_vec())
}

/// The format of an object, or of the record in it where it is an envelope.
pub(super) fn format_of(bytes: &[u8]) -> Option<Format> {
    let object = serde_json::from_slice::<Map<String, Value>>(bytes).ok()?;
    of_record(&object).or_else(|| inside(&object).map(|(format, _)| format))
}

/// The bytes of the record of this format that is inside an envelope.
pub(super) fn unwrapped(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    if bytes.len() > BYTES_MAX {
        return None;
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(bytes) else { return None };
    let (found, inner) = inside(&object)?;
    (found == format).then(|| serde_json::to_vec(&inner).ok()).flatten()
}
