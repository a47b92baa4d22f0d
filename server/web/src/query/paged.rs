//! What the queries of lists share.

use std::borrow::Cow;

use domain::Ruled;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Asked, Query};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Paged<C = Place> {
    /// How many items the page has at most.
    #[serde(default, deserialize_with = "limit")]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
    /// Where to go on: `next_cursor` of the page before.
    #[schemars(with = "Option<String>")]
    pub cursor: Option<C>,
}

impl<C> Paged<C> {
    /// How many items are asked for: so many unless it is said, and never more than so many.
    pub fn limit(&self, usual: u32, most: u32) -> u32 {
        self.limit.map_or(usual, |limit| u32::try_from(limit).unwrap_or(most).min(most))
    }
}

impl Paged {
    /// The number at which to go on.
    pub fn place(&self) -> Option<u64> {
        self.cursor.map(|place| place.0)
    }
}

/// After which version of a log.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct After {
    /// Only what came after this version.
    #[serde(default, deserialize_with = "version")]
    pub since: Option<u64>,
}

/// A place in a list that is numbered.
#[derive(Debug, Clone, Copy)]
pub struct Place(pub u64);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let says = "is no place to go on from: send “next_cursor” of the page before as it is.";
        number(deserializer, 0, says).map(Self)
    }
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    number(deserializer, 1, "is not a number of items: write one from 1 on, such as limit=50.").map(Some)
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    number(deserializer, 0, "is not a version of the incident: write a number, such as since=12.").map(Some)
}

fn number<'de, D: Deserializer<'de>>(deserializer: D, least: u64, says: &str) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let number = text.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| D::Error::custom(format!("“{text}” {says}")))
}

/// A query that says two things, such as a filter and a part of the list.
#[derive(Debug, Clone)]
pub struct Both<A, B = Paged>(pub A, pub B);

impl<A: Asked, B: DeserializeOwned + JsonSchema> Asked for Both<A, B> {
    fn read(query: &Query) -> Ruled<Self> {
        Ok(Self(A::read(query)?, super::read(query)?))
    }
}

impl<A: JsonSchema, B: JsonSchema> JsonSchema for Both<A, B> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}And{}", A::schema_name(), B::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (mut schema, more) = (A::json_schema(generator), B::json_schema(generator));
        let more = more.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(all) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            all.extend(more);
        }
        schema
    }
}
