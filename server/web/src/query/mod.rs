//! Queries: what a call may say in its address is a type, named in its row of the table. From it follow which names are
//! refused, how each is read, and what the description of the API says of it.

mod paged;
mod reader;

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::{Uri, request::Parts};
use axum::response::Response;
use domain::{Refusal, Ruled};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use paged::{After, Both, Paged, Place};

use crate::problem;

/// The pairs of a query.
pub type Query = BTreeMap<String, String>;

/// What a call may say in its query.
pub trait Asked: JsonSchema + Sized {
    /// Reads what is known of it. What is blank is as if it were not there.
    fn read(query: &Query) -> Ruled<Self>;
}

impl<T: DeserializeOwned + JsonSchema> Asked for T {
    fn read(query: &Query) -> Ruled<Self> {
        read(query)
    }
}

/// A query without names.
#[derive(Debug, Clone, Copy, serde::Deserialize, JsonSchema)]
pub struct Nothing {}

/// Reads a query that has its known names and no others: one misspelt would be a wish passed over, and a narrower question
/// would get a wider answer.
pub fn asked<T: Asked>(query: &Query) -> Ruled<T> {
    refuse_unknown::<T>(query)?;
    T::read(query)
}

/// Reads the names that a type knows, whatever else is there: the address of a page says more than its filter.
pub fn read<T: DeserializeOwned>(query: &Query) -> Ruled<T> {
    reader::read(query)
}

/// Refuses names that are not known, with the nearest that is.
pub fn refuse_unknown<T: JsonSchema>(query: &Query) -> Ruled<()> {
    if query.is_empty() {
        return Ok(());
    }
    let schema = T::json_schema(&mut SchemaGenerator::default());
    let known = schema.get("properties").and_then(Value::as_object);
    let known: Vec<&str> = known.into_iter().flat_map(|known| known.keys()).map(String::as_str).collect();
    match query.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::field(name.as_str(), store::unknown_name(name, "a name of a query", &known))),
        None => Ok(()),
    }
}

/// A query in which each name stands once: of two values one would be passed over, and nobody could say which.
pub struct OneEach(pub Query);

impl<S: Sync> FromRequestParts<S> for OneEach {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let is_program = ["/api/", "/.well-known/"].iter().any(|door| uri.path().starts_with(door));
        one_each(&parts.uri, |_, _| false).map(Self).map_err(|refusal| match is_program {
            true => problem::json(&refusal.into()),
            false => problem::page(&refusal.into(), None, "/incidents"),
        })
    }
}

/// The query of a page: what forms and links add to an address may stand there twice, if it says the same.
pub fn of_page(uri: &Uri) -> Ruled<Query> {
    one_each(uri, |one, other| one == other || one.is_empty() || other.is_empty())
}

/// The pairs of a query; `may` says which values may stand beside each other, of which the last counts.
fn one_each(uri: &Uri, may: impl Fn(&str, &str) -> bool) -> Ruled<Query> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0);
    let mut query = Query::new();
    for (name, value) in pairs.unwrap_or_default() {
        match query.get(&name) {
            Some(known) if !may(known, &value) => {
                let shown: String = name.chars().take(60).collect();
                return Err(Refusal::field(
                    name,
                    format!("“{shown}” is there twice, and one value is meant: send it once."),
                ));
            }
            _ => query.insert(name, value),
        };
    }
    Ok(query)
}
