//! From OTLP in protobuf to OTLP in JSON, in one pass and without building what is in between: what comes is kept in the
//! form that the readers read. Every field that is on the wire is written, in the order of the schema; a field that is
//! not in the schema is passed over, as protobuf says.

use std::fmt::Write as _;

use super::otlp::Signal;

/// How deep a value nests at most: each level is four of JSON, of which readers follow 128.
const DEPTH_MAX: usize = 24;

/// How a field is written in JSON.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Bytes as hex, as ids are.
    Hex,
    Base64,
    Bool,
    /// 64 bits, as a string of digits.
    Long,
    /// 32 bits or a word of an enumeration, as a number.
    Number,
    /// The same, of fixed length on the wire.
    Fixed32,
    /// 64 bits of fixed length, as a string of digits.
    Fixed64,
    Double,
    One(&'static [Field]),
    Many(&'static [Field]),
    /// Many that are records.
    Records(&'static [Field]),
}

struct Field(u32, &'static str, Kind);

use Kind::{Base64, Bool, Double, Fixed32, Fixed64, Hex, Long, Many, Number, One, Records, Text};

static TRACES: [Field; 1] = [Field(1, "resourceSpans", Many(&RESOURCE_SPANS))];
static RESOURCE_SPANS: [Field; 3] =
    [Field(1, "resource", One(&RESOURCE)), Field(2, "scopeSpans", Many(&SCOPE_SPANS)), Field(3, "schemaUrl", Text)];
static SCOPE_SPANS: [Field; 3] =
    [Field(1, "scope", One(&SCOPE)), Field(2, "spans", Records(&SPAN)), Field(3, "schemaUrl", Text)];
static LOGS: [Field; 1] = [Field(1, "resourceLogs", Many(&RESOURCE_LOGS))];
static RESOURCE_LOGS: [Field; 3] =
    [Field(1, "resource", One(&RESOURCE)), Field(2, "scopeLogs", Many(&SCOPE_LOGS)), Field(3, "schemaUrl", Text)];
static SCOPE_LOGS: [Field; 3] =
    [Field(1, "scope", One(&SCOPE)), Field(2, "logRecords", Records(&LOG)), Field(3, "schemaUrl", Text)];
static RESOURCE: [Field; 2] = [Field(1, "attributes", Many(&KEY_VALUE)), Field(2, "droppedAttributesCount", Number)];
static SCOPE: [Field; 4] = [
    Field(1, "name", Text),
    Field(2, "version", Text),
    Field(3, "attributes", Many(&KEY_VALUE)),
    Field(4, "droppedAttributesCount", Number),
];
static SPAN: [Field; 16] = [
    Field(1, "traceId", Hex),
    Field(2, "spanId", Hex),
    Field(3, "traceState", Text),
    Field(4, "parentSpanId", Hex),
    Field(16, "flags", Fixed32),
    Field(5, "name", Text),
    Field(6, "kind", Number),
    Field(7, "startTimeUnixNano", Fixed64),
    Field(8, "endTimeUnixNano", Fixed64),
    Field(9, "attributes", Many(&KEY_VALUE)),
    Field(10, "droppedAttributesCount", Number),
    Field(11, "events", Many(&EVENT)),
    Field(12, "droppedEventsCount", Number),
    Field(13, "links", Many(&LINK)),
    Field(14, "droppedLinksCount", Number),
    Field(15, "status", One(&STATUS)),
];
static EVENT: [Field; 4] = [
    Field(1, "timeUnixNano", Fixed64),
    Field(2, "name", Text),
    Field(3, "attributes", Many(&KEY_VALUE)),
    Field(4, "droppedAttributesCount", Number),
];
static LINK: [Field; 6] = [
    Field(1, "traceId", Hex),
    Field(2, "spanId", Hex),
    Field(3, "traceState", Text),
    Field(4, "attributes", Many(&KEY_VALUE)),
    Field(5, "droppedAttributesCount", Number),
    Field(6, "flags", Fixed32),
];
static STATUS: [Field; 2] = [Field(2, "message", Text), Field(3, "code", Number)];
static LOG: [Field; 11] = [
    Field(1, "timeUnixNano", Fixed64),
    Field(11, "observedTimeUnixNano", Fixed64),
    Field(2, "severityNumber", Number),
    Field(3, "severityText", Text),
    Field(12, "eventName", Text),
    Field(5, "body", One(&ANY)),
    Field(6, "attributes", Many(&KEY_VALUE)),
    Field(7, "droppedAttributesCount", Number),
    Field(8, "flags", Fixed32),
    Field(9, "traceId", Hex),
    Field(10, "spanId", Hex),
];
static KEY_VALUE: [Field; 2] = [Field(1, "key", Text), Field(2, "value", One(&ANY))];
static ANY: [Field; 7] = [
    Field(1, "stringValue", Text),
    Field(2, "boolValue", Bool),
    Field(3, "intValue", Long),
    Field(4, "doubleValue", Double),
    Field(5, "arrayValue", One(&ARRAY)),
    Field(6, "kvlistValue", One(&KEY_VALUES)),
    Field(7, "bytesValue", Base64),
];
static ARRAY: [Field; 1] = [Field(1, "values", Many(&ANY))];
static KEY_VALUES: [Field; 1] = [Field(1, "values", Many(&KEY_VALUE))];

/// What stands behind a tag.
#[derive(Clone, Copy)]
enum Wire<'a> {
    Varint(u64),
    Eight(u64),
    Four(u32),
    Bytes(&'a [u8]),
}

/// An export request as one line of JSON, and how many records are in it.
pub(super) fn to_json(signal: Signal, bytes: &[u8]) -> Result<(Vec<u8>, u64), String> {
    let schema: &'static [Field] = match signal {
        Signal::Traces => &TRACES,
        Signal::Logs => &LOGS,
    };
    // Names of fields and digits of ids take about as much as the values.
    let out = Vec::with_capacity(bytes.len() * 2 + 64);
    let mut writer = Writer { out, found: Vec::new(), digits: String::new(), records: 0 };
    writer.message(schema, bytes, 0)?;
    writer.out.push(b'\n');
    Ok((writer.out, writer.records))
}

struct Writer<'a> {
    out: Vec<u8>,
    /// The fields of the messages that are open, by their place in the schema: one list for all.
    found: Vec<(usize, Wire<'a>)>,
    digits: String,
    records: u64,
}

impl<'a> Writer<'a> {
    fn message(&mut self, schema: &'static [Field], bytes: &'a [u8], depth: usize) -> Result<(), String> {
        if depth > DEPTH_MAX {
            return Err(format!("A value in it nests deeper than {DEPTH_MAX} levels: send it flatter."));
        }
        let begin = self.found.len();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (number, wire) = next(&mut rest).ok_or(CUT)?;
            if let Some(place) = schema.iter().position(|field| field.0 == number && fits(field.2, wire)) {
                self.found.push((place, wire));
            }
        }
        // Stable, so that what is many stays in its order.
        self.found[begin..].sort_by_key(|(place, _)| *place);
        let end = self.found.len();
        self.out.push(b'{');
        let mut at = begin;
        while at < end {
            let place = self.found[at].0;
            let after = (at..end).find(|next| self.found[*next].0 != place).unwrap_or(end);
            if at > begin {
                self.out.push(b',');
            }
            self.field(&schema[place], at..after, depth)?;
            at = after;
        }
        self.out.push(b'}');
        self.found.truncate(begin);
        Ok(())
    }

    fn field(&mut self, field: &'static Field, found: std::ops::Range<usize>, depth: usize) -> Result<(), String> {
        self.out.push(b'"');
        self.out.extend_from_slice(field.1.as_bytes());
        self.out.extend_from_slice(b"\":");
        // Of what is there once, the last counts.
        let last = self.found[found.end - 1].1;
        let deeper = |schema: &'static [Field]| depth + usize::from(std::ptr::eq(schema, ANY.as_slice()));
        match field.2 {
            Many(schema) | Records(schema) => {
                if matches!(field.2, Records(_)) {
                    self.records += found.len() as u64;
                }
                self.out.push(b'[');
                for at in found.clone() {
                    if at > found.start {
                        self.out.push(b',');
                    }
                    if let Wire::Bytes(bytes) = self.found[at].1 {
                        self.message(schema, bytes, deeper(schema))?;
                    }
                }
                self.out.push(b']');
            }
            One(schema) => {
                if let Wire::Bytes(bytes) = last {
                    self.message(schema, bytes, deeper(schema))?;
                }
            }
            kind => self.scalar(kind, last),
        }
        Ok(())
    }

    fn scalar(&mut self, kind: Kind, wire: Wire<'a>) {
        match (kind, wire) {
            (Text, Wire::Bytes(bytes)) => self.text(&String::from_utf8_lossy(bytes)),
            (Hex, Wire::Bytes(bytes)) => {
                self.out.push(b'"');
                for byte in bytes {
                    let digits = b"0123456789abcdef";
                    self.out.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
                }
                self.out.push(b'"');
            }
            (Base64, Wire::Bytes(bytes)) => self.base64(bytes),
            (Bool, Wire::Varint(number)) => {
                self.out.extend_from_slice(if number == 0 { b"false" } else { b"true" });
            }
            (Long, Wire::Varint(number)) => self.shown(format_args!("\"{}\"", number.cast_signed())),
            // Negative words of an enumeration are written in 64 bits.
            (Number, Wire::Varint(number)) => self.shown(format_args!("{}", number.cast_signed())),
            (Fixed64, Wire::Eight(number)) => self.shown(format_args!("\"{number}\"")),
            (Fixed32, Wire::Four(number)) => self.shown(format_args!("{number}")),
            (Double, Wire::Eight(bits)) => match f64::from_bits(bits) {
                number if number.is_finite() => self.shown(format_args!("{number:?}")),
                number if number.is_nan() => self.text("NaN"),
                number => self.text(if number > 0.0 { "Infinity" } else { "-Infinity" }),
            },
            _ => self.out.extend_from_slice(b"null"),
        }
    }

    fn shown(&mut self, shown: std::fmt::Arguments<'_>) {
        self.digits.clear();
        let _ = self.digits.write_fmt(shown);
        self.out.extend_from_slice(self.digits.as_bytes());
    }

    fn text(&mut self, text: &str) {
        // What cannot be written into memory cannot be written at all.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    fn base64(&mut self, bytes: &[u8]) {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.out.push(b'"');
        for three in bytes.chunks(3) {
            let part = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
            let bits = part(0) << 16 | part(1) << 8 | part(2);
            for letter in 0..4 {
                let is_filling = letter > three.len();
                let six = (bits >> (18 - 6 * letter)) & 63;
                self.out.push(if is_filling { b'=' } else { LETTERS[six as usize] });
            }
        }
        self.out.push(b'"');
    }
}

const CUT: &str =
    "This is no whole protobuf message: it is cut off or something else. Send the export request as it is.";

/// The next field; nothing where the bytes are none.
fn next<'a>(rest: &mut &'a [u8]) -> Option<(u32, Wire<'a>)> {
    let tag = varint(rest)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
    let wire = match tag & 7 {
        0 => Wire::Varint(varint(rest)?),
        1 => Wire::Eight(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Wire::Bytes(take(rest, length)?)
        }
        5 => Wire::Four(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?)),
        _ => return None,
    };
    Some((number, wire))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let byte = *rest.get(place)?;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            *rest = &rest[place + 1..];
            return Some(number);
        }
    }
    None
}

/// Whether a field is written as its kind is; one that is not is no field of the schema.
fn fits(kind: Kind, wire: Wire<'_>) -> bool {
    match kind {
        Bool | Long | Number => matches!(wire, Wire::Varint(_)),
        Fixed64 | Double => matches!(wire, Wire::Eight(_)),
        Fixed32 => matches!(wire, Wire::Four(_)),
        Text | Hex | Base64 | One(_) | Many(_) | Records(_) => matches!(wire, Wire::Bytes(_)),
    }
}

#[cfg(test)]
mod tests;
