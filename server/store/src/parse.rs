//! From JSON to a draft: what cannot be read becomes a sentence beside its field.

use domain::{Refusal, Ruled};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a draft; a refusal names the field by its path. A field that is `null` is a field left out.
pub fn parse_draft<D: DeserializeOwned>(mut value: Value) -> Ruled<D> {
    drop_nulls(&mut value);
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { bracketless(&path) };
        refusal(&path, &error.into_inner().to_string())
    })
}

/// Applies a patch as RFC 7396 says: `null` removes, an object reaches inside, anything else replaces.
pub fn merge_patch(target: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut merged = target.as_object().cloned().unwrap_or_default();
    for (field, value) in patch {
        if value.is_null() {
            merged.remove(field);
        } else {
            let inner = merge_patch(merged.get(field).unwrap_or(&Value::Null), value);
            merged.insert(field.clone(), inner);
        }
    }
    Value::Object(merged)
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// `gaps[0].from` as the rules write it: `gaps.0.from`.
fn bracketless(path: &str) -> String {
    path.replace('[', ".").replace(']', "")
}

fn refusal(path: &str, message: &str) -> Refusal {
    let message = message.rsplit_once(" at line ").map_or(message, |(sentence, _)| sentence);
    let below = |field: &str| if path.is_empty() { field.to_string() } else { format!("{path}.{field}") };
    if let Some(field) = quoted(message, "missing field `") {
        return Refusal::field(below(field), format!("“{field}” is missing: it has to be given."));
    }
    if let Some(field) = quoted(message, "unknown field `") {
        // The path of an unknown field ends with it already.
        let place = if path.rsplit('.').next() == Some(field) { path.to_string() } else { below(field) };
        return Refusal::field(place, format!("“{field}” is not a field here: check its spelling."));
    }
    let sentence = if let Some(rest) =
        message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))
    {
        let (found, wanted) = rest.split_once(", expected ").unwrap_or((rest, "something else"));
        format!("This is {found}, but {wanted} belongs here.")
    } else if message.starts_with("data did not match any variant") {
        "This has a form that cannot be read here: compare it with the API's description.".to_string()
    } else {
        message.to_string()
    };
    if path.is_empty() { Refusal::rule(sentence) } else { Refusal::field(path, sentence) }
}

fn quoted<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::claim::ClaimDraft;
    use serde_json::json;

    fn refused(value: Value) -> Refusal {
        parse_draft::<ClaimDraft>(value).expect_err("this cannot be read")
    }

    #[test]
    fn a_missing_field_is_named() {
        assert_eq!(refused(json!({"statement": "x"})).field.as_deref(), Some("source_kind"));
    }

    #[test]
    fn an_unknown_word_keeps_its_sentence() {
        let refusal = refused(json!({"source_kind": "gossip"}));
        assert_eq!(refusal.field.as_deref(), Some("source_kind"));
        assert!(refusal.sentence.contains("use one of official"), "{}", refusal.sentence);
    }

    #[test]
    fn a_wrong_type_is_said_in_words() {
        let refusal = refused(json!({"statement": 7, "source_kind": "press"}));
        assert_eq!(refusal.field.as_deref(), Some("statement"));
        assert!(refusal.sentence.starts_with("This is integer `7`, but a string"), "{}", refusal.sentence);
    }

    #[test]
    fn null_removes_and_objects_reach_inside() {
        let merged = merge_patch(&json!({"a": 1, "b": {"c": 2, "d": 3}}), &json!({"a": null, "b": {"c": 4}, "e": [1]}));
        assert_eq!(merged, json!({"b": {"c": 4, "d": 3}, "e": [1]}));
    }
}
