//! Export requests of OpenTelemetry (OTLP/HTTP), as they are kept: in JSON, one request in a line.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::protobuf;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
}

/// An export request, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// One line of OTLP/JSON.
    pub line: Vec<u8>,
    /// How many records are in it.
    pub records: u64,
    /// How many more stand where a record belongs and are none. They are kept with the others, and nobody reads them.
    pub rejected: u64,
}

impl Signal {
    /// The name of the list that a request of this kind is.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Traces => "resourceSpans",
            Self::Logs => "resourceLogs",
        }
    }

    /// What its records are called in answers.
    pub const fn rejected(self) -> &'static str {
        match self {
            Self::Traces => "rejectedSpans",
            Self::Logs => "rejectedLogRecords",
        }
    }

    /// Reads a request in protobuf. The error is a sentence for whoever sent it.
    pub fn of_protobuf(self, bytes: &[u8]) -> Result<Export, String> {
        let (line, records) = protobuf::to_json(self, bytes)?;
        Ok(Export { line, records, rejected: 0 })
    }

    /// Reads a request in JSON. It stays as it came, in one line.
    pub fn of_json(self, mut bytes: Vec<u8>) -> Result<Export, String> {
        let counted: Request = serde_json::from_slice(&bytes)
            .map_err(|error| format!("This is no export request in JSON: {error}. Send OTLP/JSON, or protobuf."))?;
        let list = match self {
            Self::Traces => counted.spans,
            Self::Logs => counted.logs,
        };
        if list.is_none() && counted.is_something {
            let name = self.list();
            return Err(format!(
                "This has no “{name}”: send traces to /v1/traces and logs to /v1/logs, with the names of OTLP/JSON."
            ));
        }
        let Count { records, rejected } = list.unwrap_or_default();
        // Between values only: a string has no newline in JSON.
        bytes.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        bytes.push(b'\n');
        Ok(Export { line: bytes, records, rejected })
    }
}

/// How many records there are, of which shape: nothing of them is kept.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    records: u64,
    rejected: u64,
}

/// A request of either kind, counted.
#[derive(Default)]
struct Request {
    spans: Option<Count>,
    logs: Option<Count>,
    is_something: bool,
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;
        impl<'de> Visitor<'de> for AnyValue {
            type Value = Request;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an export request")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Request, A::Error> {
                let mut request = Request::default();
                while let Some(name) = fields.next_key::<String>()? {
                    request.is_something = true;
                    match name.as_str() {
                        "resourceSpans" => request.spans = Some(fields.next_value::<Below<0>>()?.0),
                        "resourceLogs" => request.logs = Some(fields.next_value::<Below<0>>()?.0),
                        _ => drop(fields.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(request)
            }
        }
        deserializer.deserialize_map(AnyValue)
    }
}

/// The names of the lists below the outermost one.
const LISTS: [&[&str]; 2] = [&["scopeSpans", "scopeLogs"], &["spans", "logRecords"]];

/// A list, so many levels below the outermost one; on the last level its elements are records.
struct Below<const LEVEL: usize>(Count);

impl<'de, const LEVEL: usize> Deserialize<'de> for Below<LEVEL> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue(usize);
        impl<'de> Visitor<'de> for AnyValue {
            type Value = Count;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E>(self) -> Result<Count, E> {
                Ok(Count::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Count, A::Error> {
                let mut count = Count::default();
                while let Some(element) = list.next_element_seed(Element(self.0))? {
                    count.records += element.records;
                    count.rejected += element.rejected;
                }
                Ok(count)
            }
        }
        deserializer.deserialize_any(AnyValue(LEVEL)).map(Self)
    }
}

/// An element of a list of a level.
struct Element(usize);

impl<'de> serde::de::DeserializeSeed<'de> for Element {
    type Value = Count;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Count, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element {
    type Value = Count;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Count, A::Error> {
        let Some(lists) = LISTS.get(self.0) else {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Count { records: 1, rejected: 0 });
        };
        let mut count = Count::default();
        while let Some(name) = fields.next_key::<std::borrow::Cow<'de, str>>()? {
            if !lists.contains(&name.as_ref()) {
                fields.next_value::<IgnoredAny>()?;
                continue;
            }
            let inner = match self.0 {
                0 => fields.next_value::<Below<1>>()?.0,
                1 => fields.next_value::<Below<2>>()?.0,
                _ => return Err(A::Error::custom("lists nest no deeper")),
            };
            count.records += inner.records;
            count.rejected += inner.rejected;
        }
        Ok(count)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Count, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(REJECTED)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Count, E> {
        Ok(REJECTED)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Count, E> {
        Ok(REJECTED)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Count, E> {
        Ok(REJECTED)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Count, E> {
        Ok(REJECTED)
    }

    fn visit_str<E>(self, _: &str) -> Result<Count, E> {
        Ok(REJECTED)
    }

    fn visit_unit<E>(self) -> Result<Count, E> {
        Ok(REJECTED)
    }
}

const REJECTED: Count = Count { records: 0, rejected: 1 };

#[cfg(test)]
mod tests;
