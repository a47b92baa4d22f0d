//! Lists and the values of objects, as wire structs hold them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor, value};

/// The most entries of an object that are read.
const VALUES_MAX: usize = 1 << 16;

/// The elements of a list; anything else but null is a list of one.
#[derive(Debug, Clone)]
pub struct Many<T, const MAX: usize = 256>(pub Vec<T>);

impl<T, const MAX: usize> Default for Many<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct ManyVisitor<T, const MAX: usize>(PhantomData<T>);

/// Reads a value that stands alone as the only element.
fn alone<'de, T: Deserialize<'de>, E: de::Error, const MAX: usize>(
    value: impl Deserializer<'de, Error = E>,
) -> Result<Many<T, MAX>, E> {
    T::deserialize(value).map(|one| Many(vec![one]))
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ManyVisitor<T, MAX> {
    type Value = Many<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        alone(value::BorrowedStrDeserializer::new(text))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        alone(text.into_deserializer())
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        alone(value.into_deserializer())
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        alone(value.into_deserializer())
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        alone(value.into_deserializer())
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        alone(value.into_deserializer())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Many::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while found.len() < MAX {
            match list.next_element::<T>()? {
                Some(element) => found.push(element),
                None => return Ok(Many(found)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Many(found))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        alone(value::MapAccessDeserializer::new(map))
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Many<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

/// The values of an object, whatever their keys.
#[derive(Debug, Clone)]
pub struct Values<T>(pub Vec<T>);

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Many::<Entries<T>, 1>::deserialize(deserializer)
            .map(|found| Self(found.0.into_iter().flat_map(|entries| entries.0).collect()))
    }
}

/// The entries of an object; more than so many are refused rather than lost.
struct Entries<T>(Vec<T>);

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some((_, value)) = map.next_entry::<IgnoredAny, T>()? {
            if found.len() == VALUES_MAX {
                return Err(de::Error::custom(format_args!("more than {VALUES_MAX} entries in one object")));
            }
            found.push(value);
        }
        Ok(Entries(found))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}
