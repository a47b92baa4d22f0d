//! Steps of traces that a store exports as a table.

use serde_json::{Map, Value};

use crate::reader::log::adapter::row::Row;

/// The names of the columns, as the store itself writes them.
const NAMES: &[&str] = &[
    "id",
    "traceId",
    "type",
    "name",
    "startTime",
    "endTime",
    "level",
    "statusMessage",
    "input",
    "output",
    "model",
    "providedModelName",
    "userId",
    "sessionId",
    "timestamp",
];

/// The own name of a column that is written in another way: `Trace ID` and `trace_id` are `traceId`.
fn own(name: &str) -> Option<&'static str> {
    let letters = || name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    NAMES.iter().copied().find(|known| known.bytes().map(|letter| letter.to_ascii_lowercase()).eq(letters()))
}

/// Whether a table with these columns holds steps of traces: each has a trace, a kind, a name and a beginning.
pub fn is_table(names: &[String]) -> bool {
    ["traceId", "type", "name", "startTime"].iter().all(|wanted| names.iter().any(|name| own(name) == Some(*wanted)))
}

/// A row as the step that it holds.
pub fn trace_of(row: &Row<'_>) -> Map<String, Value> {
    row.object().into_iter().map(|(name, value)| (own(&name).map_or(name, str::to_string), value)).collect()
}
