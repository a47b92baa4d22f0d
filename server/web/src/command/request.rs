//! What a request itself is refused for: an address that leads nowhere, a query or a body that cannot be read. What may
//! not be is a rule, and stands in `domain`.

use std::fmt::Display;
use std::str::FromStr;

use domain::{Refusal, Ruled};
use serde_json::Value;

/// A part of the address leads nowhere.
pub(super) fn absent(what: impl Display) -> Refusal {
    Refusal::absent(what)
}

/// A number in the address, if it is one.
pub(super) fn number<T: FromStr>(text: &str, what: &str) -> Ruled<T> {
    text.parse().map_err(|_| absent(what))
}

/// A name of the query or the body is missing.
pub(super) fn missing(name: &str, sentence: &str) -> Refusal {
    Refusal::field(name, sentence)
}

/// Refuses what stands in a body beside the names that are known: it would be passed over.
pub(super) fn only(body: &Value, known: &[&str]) -> Ruled<()> {
    let mut names = body.as_object().into_iter().flat_map(|fields| fields.keys());
    match names.find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::field(name.as_str(), store::unknown_name(name, "a field", known))),
        None => Ok(()),
    }
}
