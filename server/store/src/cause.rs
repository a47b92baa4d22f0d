//! Why a verdict changed: the change that did it, in a few words.

use domain::casefile::Change;
use serde_json::Value;

/// A change in a few words: `added finding …`, `set evidence item agent-log.jsonl to withdrawn`.
pub(crate) fn cause(change: &Change) -> String {
    let record = if change.after.is_null() { &change.before } else { &change.after };
    let text = |field: &&str| record.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = ["name", "title", "summary", "statement", "control", "field"].iter().find_map(text).unwrap_or_default();
    let name: String = name.chars().take(100).collect();
    let subject = format!("{} {name}", change.noun.label());
    match standing(&change.before, &change.after) {
        Some(status) => format!("set {} to {}", subject.trim_end(), status.replace('_', " ")),
        None => format!("{} {}", change.kind, subject.trim_end()),
    }
}

/// The new standing, where that is what changed.
fn standing<'a>(before: &Value, after: &'a Value) -> Option<&'a str> {
    let (was, is) = (before.get("status")?.as_str()?, after.get("status")?.as_str()?);
    (was != is).then_some(is)
}
