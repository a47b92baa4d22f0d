//! The seam to JSON. A log's fields come in any case, twice, or with another type
//! than last year: what cannot be used is passed over, never refused.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub use super::many::Many;

use super::record::clip;

/// A list is joined until it is so long.
const JOINED_BYTES_MAX: usize = 8_000;

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

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Some(Cow::Owned(text)))
    }
}

/// Reads any value as text; of a list the first scalar, or all of them with blanks between.
struct TextVisitor {
    join: bool,
}

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
        let Some(first) = list.next_element::<Text<'de>>()? else { return Ok(Text(None)) };
        if !self.join {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(first);
        }
        let mut joined = first.0.unwrap_or_default();
        while let Some(next) = list.next_element::<Text<'de>>()? {
            if joined.len() < JOINED_BYTES_MAX {
                let joined = joined.to_mut();
                joined.push(' ');
                joined.push_str(next.or_empty());
            }
        }
        Ok(Text(Some(joined)))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor { join: false })
    }
}

/// Like [`Text`], but a list is all its scalars with blanks between.
#[derive(Debug, Clone, Default)]
pub struct Joined<'a>(pub Text<'a>);

impl<'de> Deserialize<'de> for Joined<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor { join: true }).map(Self)
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
            /// What stood here instead of an object.
            #[allow(dead_code, reason = "most objects are always objects")]
            pub(super) scalar: $crate::reader::log::wire::Text<$life>,
        }

        impl<$life> serde::Deserialize<$life> for $name<$life> {
            fn deserialize<D: serde::Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<$life> serde::de::Visitor<$life> for Fields {
                    type Value = $name<$life>;
                    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                        f.write_str("any value")
                    }
                    fn visit_borrowed_str<E>(self, text: &$life str) -> Result<Self::Value, E> {
                        Ok($name { scalar: $crate::reader::log::wire::Text::of(text), ..$name::default() })
                    }
                    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                        Ok($name { scalar: text.to_string().into(), ..$name::default() })
                    }
                    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                        Ok($name { scalar: value.to_string().into(), ..$name::default() })
                    }
                    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                        Ok($name { scalar: value.to_string().into(), ..$name::default() })
                    }
                    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                        Ok($name { scalar: value.to_string().into(), ..$name::default() })
                    }
                    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                        Ok($name { scalar: value.to_string().into(), ..$name::default() })
                    }
                    fn visit_unit<E>(self) -> Result<Self::Value, E> {
                        Ok($name::default())
                    }
                    fn visit_seq<A: serde::de::SeqAccess<$life>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                        while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                        Ok($name::default())
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
                        Ok($name { $($field: $field.unwrap_or_default(),)* scalar: Default::default() })
                    }
                }
                deserializer.deserialize_any(Fields)
            }
        }
    )+ };
}

pub(super) use wire;

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
