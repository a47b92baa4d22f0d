//! Lists, as wire structs hold them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor, value};

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
