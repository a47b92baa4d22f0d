//! Reads the texts of a query into a type: each value as what its field holds, and what it cannot be as a sentence beside
//! the name.

use std::fmt::Display;
use std::str::FromStr;

use domain::draft::typed_items;
use domain::{Refusal, Ruled};
use serde::de::value::{Error, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Query;

pub(super) fn read<T: DeserializeOwned>(query: &Query) -> Ruled<T> {
    let said = query.iter().map(|(name, text)| (name.as_str(), text.trim())).filter(|(_, text)| !text.is_empty());
    let said = said.map(|(name, text)| (name, Text(text.to_string())));
    serde_path_to_error::deserialize(MapDeserializer::new(said)).map_err(|error| {
        let name = error.path().to_string();
        Refusal::field(name, error.into_inner().to_string())
    })
}

/// One value, as it was typed.
struct Text(String);

impl Text {
    fn number<T: FromStr<Err: Display>>(&self) -> Result<T, Error> {
        let wrong = |_| Error::custom(format!("“{}” is no number: write one such as 30.", self.0));
        self.0.parse().map_err(wrong)
    }
}

impl IntoDeserializer<'_> for Text {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.number()?)
        })*
    };
}

impl<'de> Deserializer<'de> for Text {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_str() {
            "true" | "1" => visitor.visit_bool(true),
            "false" | "0" => visitor.visit_bool(false),
            other => Err(Error::custom(format!("“{other}” is neither true nor false: write one of them."))),
        }
    }

    /// A list is typed with commas.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(typed_items(&self.0).into_iter().map(Text)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        StrDeserializer::new(&self.0).deserialize_enum(name, known, visitor)
    }

    numbers! {
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use domain::trends::Month;
    use domain::vocabulary::Verb;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Known {
        text: Option<String>,
        days: Option<i64>,
        count: Option<u32>,
        verb: Option<Verb>,
        month: Option<Month>,
        #[serde(default)]
        overdue: bool,
        agents: Option<Vec<String>>,
    }

    fn known(pairs: &[(&str, &str)]) -> Ruled<Known> {
        read(&pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect())
    }

    #[test]
    fn each_value_is_read_as_what_its_field_holds() {
        let said =
            [("text", " a b "), ("days", "-3"), ("verb", "write"), ("overdue", "1"), ("agents", "a, b"), ("x", "y")];
        let expected = Known {
            text: Some("a b".into()),
            days: Some(-3),
            verb: Some(Verb::Write),
            overdue: true,
            agents: Some(vec!["a".into(), "b".into()]),
            ..Known::default()
        };
        assert_eq!(known(&said).expect("a query"), expected);
        assert_eq!(known(&[("text", " "), ("days", ""), ("overdue", "")]).expect("blanks"), Known::default());
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_name() {
        for (name, text, sentence) in [
            ("days", "many", "“many” is no number: write one such as 30."),
            ("count", "-1", "“-1” is no number: write one such as 30."),
            ("overdue", "maybe", "“maybe” is neither true nor false: write one of them."),
            ("month", "2026", "“2026” is not a month: write one like 2026-03."),
            ("verb", "fly", "“fly” is not a verb: use one of "),
        ] {
            let refusal = known(&[(name, text)]).expect_err("this cannot be read");
            assert_eq!(refusal.field.as_deref(), Some(name));
            assert!(refusal.sentence.starts_with(sentence), "{}", refusal.sentence);
        }
    }
}
