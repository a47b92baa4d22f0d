//! The seam to JSON. A log's fields come in any case, twice, or with another type
//! than last year: what cannot be used is passed over, never refused.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::record::clip;

/// The most elements of a list that are looked at.
const LIST_LENGTH_MAX: usize = 256;

/// Any scalar as text; the first scalar of a list; nothing of an object.
#[derive(Debug, Clone, Default)]
pub struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// The text, unless absent or empty.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    /// The text, or an empty one.
    pub fn or_empty(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// A copy, cut after so many characters.
    pub fn owned(&self, chars_max: usize) -> Option<String> {
        self.get().map(|text| clip(text, chars_max))
    }

    /// Whether it is this word, in any case.
    pub fn is(&self, word: &str) -> bool {
        self.0.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(word))
    }

    /// From text at hand.
    pub fn of(text: &'a str) -> Self {
        Self(Some(Cow::Borrowed(text)))
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(text.to_string()))))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(value.to_string()))))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let first = list.next_element::<Text<'de>>()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// The elements of a list; a single object is a list of one.
#[derive(Debug, Clone)]
pub struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while found.len() < LIST_LENGTH_MAX {
            match list.next_element::<T>()? {
                Some(element) => found.push(element),
                None => return Ok(Many(found)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Many(found))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|one| Many(vec![one]))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

/// A key of an object, borrowed where it has no escapes.
pub struct Key<'a>(pub Cow<'a, str>);

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Owned(text.to_string())))
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Declares an honest wire struct: its fields, their types and the keys they come under, in any case.
/// The first of two equal keys counts; a value that is no object reads as an empty one.
macro_rules! wire {
    ($($(#[$meta:meta])* $name:ident<$life:lifetime> { $($field:ident: $type:ty = $($key:literal)|+),* $(,)? })+) => { $(
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(super) struct $name<$life> {
            $(pub(super) $field: $type,)*
            life: std::marker::PhantomData<&$life ()>,
        }

        impl<$life> serde::Deserialize<$life> for $name<$life> {
            fn deserialize<D: serde::Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<$life> serde::de::Visitor<$life> for Fields {
                    type Value = $name<$life>;
                    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                        f.write_str("any value")
                    }
                    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_unit<E>(self) -> Result<Self::Value, E> {
                        Ok(Self::Value::default())
                    }
                    fn visit_seq<A: serde::de::SeqAccess<$life>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                        while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                        Ok(Self::Value::default())
                    }
                    fn visit_map<A: serde::de::MapAccess<$life>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        $(let mut $field: Option<$type> = None;)*
                        while let Some(key) = map.next_key::<$crate::reader::log::wire::Key>()? {
                            let key = key.0.as_ref();
                            $(if $field.is_none() && ($(key.eq_ignore_ascii_case($key))||+) {
                                $field = Some(map.next_value()?);
                                continue;
                            })*
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                        Ok($name { $($field: $field.unwrap_or_default(),)* life: std::marker::PhantomData })
                    }
                }
                deserializer.deserialize_any(Fields)
            }
        }
    )+ };
}

pub(super) use wire;

/// The first key of an object whose own name is not known beforehand, and its value.
pub type Pairs<'a> = Vec<(Cow<'a, str>, Text<'a>)>;

/// Reads JSON bytes; the error is a sentence.
pub fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = match (error.line(), error.column()) {
            (0, _) => String::new(),
            (1, column) => format!(" at character {column}"),
            (line, column) => format!(" at character {column} of its line {line}"),
        };
        let told = error.to_string();
        let what = told.split(" at line ").next().unwrap_or_default();
        format!("This is not whole JSON: {what}{place}.")
    })
}
