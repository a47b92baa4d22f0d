//! Objects whose keys are data: parameters, attributes, arguments, claims.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

use super::wire::{Joined, Key, Text, wire};
use crate::canonical::hex;

/// The most pairs that are kept.
const PAIRS_MAX: usize = 256;

/// How deep an object is flattened.
const DEPTH_MAX: usize = 4;

wire! {
    Pair<'a> { name: Text<'a> = "name" | "key", value: Value<'a> = "value" | "intValue" | "boolValue" | "multiValue" }
    Value<'a> {
        string: Text<'a> = "stringValue", int: Text<'a> = "intValue", truth: Text<'a> = "boolValue", double: Text<'a> = "doubleValue",
        list: List<'a> = "arrayValue",
    }
    List<'a> { values: super::wire::Many<Value<'a>> = "values" }
}

impl<'a> Value<'a> {
    fn text(self) -> Text<'a> {
        let first = self.list.values.0.into_iter().next().map(|value| value.string).unwrap_or_default();
        [self.scalar, self.string, self.int, self.truth, self.double, first]
            .into_iter()
            .find(|text| text.get().is_some())
            .unwrap_or_default()
    }
}

/// Names and scalars: `{"a": 1}`, `[{"name": "a", "value": 1}]` and `[{"key": "a", "value": {"intValue": 1}}]` are the same.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a>(pub Vec<(Cow<'a, str>, Text<'a>)>);

impl Pairs<'_> {
    /// The first value under one of these names, tried in order.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.0.iter().find(|(known, value)| known.eq_ignore_ascii_case(name) && value.get().is_some())?.1.get()
        })
    }

    /// SHA-256 in hex of the pairs in the order of their names, each as `name=value` and a line end: two calls with the
    /// same arguments have the same, however they were written. `None` where there are none.
    pub fn digest(&self) -> Option<String> {
        let mut lines: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}={}\n", value.or_empty())).collect();
        lines.sort_unstable();
        (!lines.is_empty()).then(|| hex(&Sha256::digest(lines.concat())))
    }

    /// The first value there is.
    pub fn first(&self) -> Option<&str> {
        self.0.iter().find_map(|(_, value)| value.get())
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(pair) = list.next_element::<Pair<'de>>()? {
            if let (Some(name), true) = (pair.name.get(), found.len() < PAIRS_MAX) {
                found.push((Cow::Owned(name.to_string()), pair.value.text()));
            }
        }
        Ok(Pairs(found))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some((key, value)) = map.next_entry::<Key<'de>, Joined<'de>>()? {
            if found.len() < PAIRS_MAX {
                found.push((key.0, value.0));
            }
        }
        Ok(Pairs(found))
    }
}

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

/// An object with the scalars of the objects inside, under names such as `user.name`.
#[derive(Debug, Default)]
pub(super) struct Flat<'a> {
    /// Names and scalars; of a list the first scalar.
    pub fields: Vec<(Cow<'a, str>, Text<'a>)>,
    /// The keys at the first level that hold lists of objects.
    pub lists: Vec<String>,
}

impl<'de> Deserialize<'de> for Flat<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut flat = Flat::default();
        Level { flat: &mut flat, path: Cow::Borrowed(""), depth: 0 }.deserialize(deserializer)?;
        Ok(flat)
    }
}

struct Level<'f, 'a> {
    flat: &'f mut Flat<'a>,
    path: Cow<'a, str>,
    depth: usize,
}

impl<'a> Level<'_, 'a> {
    fn put(self, value: Text<'a>) {
        if self.flat.fields.len() < PAIRS_MAX {
            self.flat.fields.push((self.path, value));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.put(Text::of(text));
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.put(text.to_string().into());
        Ok(())
    }
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(value.to_string().into());
        Ok(())
    }
    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(value.to_string().into());
        Ok(())
    }
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.put(value.to_string().into());
        Ok(())
    }
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(value.to_string().into());
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut first = Flat::default();
        let element = Level { flat: &mut first, path: self.path.clone(), depth: self.depth + 1 };
        if list.next_element_seed(element)?.is_none() {
            return Ok(());
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        match first.fields.into_iter().next() {
            Some((path, value)) if path == self.path => self.put(value),
            _ if self.depth == 1 => self.flat.lists.push(self.path.to_string()),
            _ => {}
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if self.depth >= DEPTH_MAX || self.flat.fields.len() >= PAIRS_MAX {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let path = if self.depth == 0 { key.0 } else { Cow::Owned(format!("{}.{}", self.path, key.0)) };
            map.next_value_seed(Level { flat: &mut *self.flat, path, depth: self.depth + 1 })?;
        }
        Ok(())
    }
}
