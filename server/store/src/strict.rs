//! Reading JSON so that a name nobody knows is refused instead of passed over.

use std::collections::BTreeSet;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, VariantAccess, Visitor};
use serde_json::{Error, Map, Value};

/// JSON that is read into a structure. Every object that becomes one may have its fields and no others.
pub(crate) struct Strict {
    value: Value,
    /// Names that may stand in the outermost object though it has no such field.
    pardoned: BTreeSet<String>,
}

impl Strict {
    pub fn new(value: Value, pardoned: BTreeSet<String>) -> Self {
        Self { value, pardoned }
    }

    fn within(value: Value) -> Self {
        Self { value, pardoned: BTreeSet::new() }
    }
}

/// How far a name may be from the one that was meant, in letters put in, left out, changed or swapped.
const SLIPS_MAX: usize = 3;

/// The known name that is nearest to one that is not known; `None` where none is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bare = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = bare(name);
    let rated = known.into_iter().map(|known| {
        let other = bare(known);
        // A part of the name, as `end` of `end_latest`, is nearer than a name with as many slips.
        let part = other.len() >= 3 && wanted.len() >= 3 && (wanted.starts_with(&other) || other.starts_with(&wanted));
        (if part { 1 } else { slips(&wanted, &other) }, known)
    });
    let (slips, known) = rated.min_by_key(|(slips, _)| *slips)?;
    (slips <= SLIPS_MAX.min(wanted.chars().count() / 2)).then_some(known)
}

/// The distance of Damerau and Levenshtein, swaps of neighbours counted once. Long names are not compared.
fn slips(one: &str, other: &str) -> usize {
    const CHARS_MAX: usize = 64;
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().max(other.len()) > CHARS_MAX {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, a) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (place, b) in other.iter().enumerate() {
            let changed = rows[at][place] + usize::from(a != b);
            let mut least = changed.min(rows[at][place + 1] + 1).min(row[place] + 1);
            if at > 0 && place > 0 && *a == other[place - 1] && one[at - 1] == *b {
                least = least.min(rows[at - 1][place - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

/// The sentence about a name that is not known: what it is no name of, and the nearest that is.
pub fn unknown(name: &str, what: &str, known: &[&str]) -> String {
    let shown: String = name.chars().take(60).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("“{shown}” is not {what} here: did you mean “{near}”?"),
        None if known.is_empty() => format!("“{shown}” is not {what} here: leave it out."),
        None => format!("“{shown}” is not {what} here: use {}.", known.join(", ")),
    }
}

impl IntoDeserializer<'_, Error> for Strict {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The mark before the name of an unknown field in the error of this reader; the sentence follows the second one.
pub(crate) const UNKNOWN: char = '\u{1}';

fn known_only(fields: &Map<String, Value>, known: &[&'static str], pardoned: &BTreeSet<String>) -> Result<(), Error> {
    match fields.keys().find(|name| !known.contains(&name.as_str()) && !pardoned.contains(*name)) {
        Some(name) => Err(Error::custom(format!("{UNKNOWN}{name}{UNKNOWN}{}", unknown(name, "a field", known)))),
        None => Ok(()),
    }
}

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Strict::within))),
            // A field that is null is one left out; its name was looked at before.
            Value::Object(fields) => visitor.visit_map(MapDeserializer::new(
                fields
                    .into_iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name, Strict::within(value))),
            )),
            value => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Value::Object(fields) = &self.value {
            known_only(fields, known, &self.pardoned)?;
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Object(fields) if fields.len() == 1 => match fields.into_iter().next() {
                Some((name, value)) => visitor.visit_enum(Variant { name, value: Strict::within(value) }),
                None => Err(Error::custom("a value is missing")),
            },
            value => value.deserialize_enum("", &[], visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// A variant with what it holds.
struct Variant {
    name: String,
    value: Strict,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Strict;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Strict), Error> {
        let name: serde::de::value::StringDeserializer<Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self.value))
    }
}

impl<'de> VariantAccess<'de> for Strict {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, known: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", known, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{nearest, unknown};

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["title", "visibility", "occurred", "start", "end", "dimensions", "authorised"];
        let table = [
            ("visibilty", Some("visibility")),
            ("tittle", Some("title")),
            ("dimension", Some("dimensions")),
            ("authorized", Some("authorised")),
            ("end_latest", Some("end")),
            ("Occured", Some("occurred")),
            ("weather", None),
            ("x", None),
        ];
        for (name, expected) in table {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(unknown("tittle", "a field", &known), "“tittle” is not a field here: did you mean “title”?");
        assert_eq!(unknown("weather", "a name", &["a", "b"]), "“weather” is not a name here: use a, b.");
    }
}
