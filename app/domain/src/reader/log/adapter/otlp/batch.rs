//! What a batch holds, found in one pass: a batch is large, and its records are read one by one.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Resource;
use crate::reader::log::wire::Key;

const SCOPES: &[&str] = &["scopeSpans", "scopeLogs", "instrumentationLibrarySpans", "instrumentationLibraryLogs"];
const RECORDS: &[&str] = &["spans", "logRecords"];

/// The spans or logs of one resource.
#[derive(Debug, Default)]
pub struct Batch<'a> {
    /// What they are of.
    pub resource: Resource<'a>,
    /// Whether there are scopes; else it is a span or log that stands alone.
    pub has_scopes: bool,
    /// The text of each, in the order of the file.
    pub records: Vec<&'a str>,
}

impl<'a> Deserialize<'a> for Batch<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let mut batch = Self::default();
        Level { batch: &mut batch, at: At::Batch, has_resource: false }.deserialize(deserializer)?;
        Ok(batch)
    }
}

/// How deep in a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Batch,
    Scopes,
    Scope,
    Records,
}

struct Level<'b, 'a> {
    batch: &'b mut Batch<'a>,
    at: At,
    has_resource: bool,
}

impl<'a> Level<'_, 'a> {
    fn below(&mut self, at: At) -> Level<'_, 'a> {
        Level { batch: self.batch, at, has_resource: true }
    }
}

impl<'a> DeserializeSeed<'a> for Level<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// What cannot be used is passed over, as in all logs.
macro_rules! passed_over {
    ($($name:ident $type:ty),*) => { $(fn $name<E>(self, _: $type) -> Result<(), E> { Ok(()) })* };
}

impl<'a> Visitor<'a> for Level<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut fields: A) -> Result<(), A::Error> {
        self.batch.has_scopes |= self.at == At::Scope;
        while let Some(key) = fields.next_key::<Key<'a>>()? {
            let is_one_of = |names: &[&str]| names.iter().any(|name| key.0.eq_ignore_ascii_case(name));
            match self.at {
                At::Batch if is_one_of(SCOPES) => fields.next_value_seed(self.below(At::Scopes))?,
                At::Scope if is_one_of(RECORDS) => fields.next_value_seed(self.below(At::Records))?,
                At::Batch if !self.has_resource && is_one_of(&["resource"]) => {
                    self.batch.resource = fields.next_value()?;
                    self.has_resource = true;
                }
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<(), A::Error> {
        match self.at {
            At::Scopes => while list.next_element_seed(self.below(At::Scope))?.is_some() {},
            At::Records => {
                while let Some(record) = list.next_element::<&'a RawValue>()? {
                    self.batch.records.extend(Some(record.get()).filter(|text| text.starts_with(['{', '['])));
                }
            }
            At::Batch | At::Scope => while list.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(())
    }

    passed_over!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
