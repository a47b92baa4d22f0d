//! From JSON to a draft: what cannot be read becomes a sentence beside its field.

use std::collections::BTreeSet;

use domain::agent::{AgentEntry, AgentRecord};
use domain::draft::Draft;
use domain::record::Entry;
use domain::{Id, Refusal, Ruled};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::strict::{Strict, UNKNOWN, unknown};

/// What the API shows beside the fields of a record. Whoever sends back what was read may leave it in.
const SHOWN: [&str; 6] = ["version", "key", "revision", "severity", "verdict", "eligible"];

/// What the API shows beside the fields of an agent.
const SHOWN_OF_AGENTS: [&str; 7] = ["version", "status", "next_review", "overdue", "unowned", "last_seen", "incidents"];

/// Reads a draft; a refusal names the field by its path. A field that is `null` is a field left out; one that the draft
/// does not have is refused, for a name misspelt would otherwise be a wish passed over.
pub fn parse_draft<D: DeserializeOwned>(value: Value) -> Ruled<D> {
    parse(value, BTreeSet::new())
}

/// Reads the new form of a record: what the record has beside its draft, such as who recorded it, stays in it.
pub fn parse_edit<D: Draft>(entry: &Entry, id: &Id, value: Value) -> Ruled<D> {
    let stored = serde_json::to_value(&entry.get::<D::Record>(id)?.record).unwrap_or_default();
    let fields = stored.as_object().into_iter().flat_map(|fields| fields.keys().cloned());
    parse(value, fields.chain(SHOWN.map(str::to_string)).collect())
}

/// The same of a record of an agent.
pub fn parse_agent_edit<D: DeserializeOwned, R: AgentRecord>(entry: &AgentEntry, id: &Id, value: Value) -> Ruled<D> {
    let stored = serde_json::to_value(&entry.get::<R>(id)?.record).unwrap_or_default();
    let fields = stored.as_object().into_iter().flat_map(|fields| fields.keys().cloned());
    parse(value, fields.chain(SHOWN_OF_AGENTS.map(str::to_string)).collect())
}

fn parse<D: DeserializeOwned>(value: Value, pardoned: BTreeSet<String>) -> Ruled<D> {
    serde_path_to_error::deserialize(Strict::new(value, pardoned)).map_err(|error| {
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
            // One that was not there stays in sight as `null`, so that a name that is not known can be refused.
            if merged.remove(field).is_none() {
                merged.insert(field.clone(), Value::Null);
            }
        } else {
            let inner = merge_patch(merged.get(field).unwrap_or(&Value::Null), value);
            merged.insert(field.clone(), inner);
        }
    }
    Value::Object(merged)
}

/// `gaps[0].from` as the rules write it: `gaps.0.from`.
fn bracketless(path: &str) -> String {
    path.replace('[', ".").replace(']', "")
}

fn refusal(path: &str, message: &str) -> Refusal {
    let message = message.rsplit_once(" at line ").map_or(message, |(sentence, _)| sentence);
    let below = |field: &str| if path.is_empty() { field.to_string() } else { format!("{path}.{field}") };
    if let Some((field, sentence)) = message.strip_prefix(UNKNOWN).and_then(|rest| rest.split_once(UNKNOWN)) {
        return Refusal::field(below(field), sentence);
    }
    if let Some(field) = quoted(message, "missing field `") {
        return Refusal::field(below(field), format!("“{field}” is missing: fill it in."));
    }
    if let Some(field) = quoted(message, "unknown field `") {
        // The path of an unknown field ends with it already.
        let place = if path.rsplit('.').next() == Some(field) { path.to_string() } else { below(field) };
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        return Refusal::field(place, unknown(field, "a field", &known));
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
    fn a_name_that_is_not_known_is_refused_with_the_nearest_one() {
        let refusal = refused(json!({"statment": "x", "source_kind": "press"}));
        assert_eq!(refusal.field.as_deref(), Some("statment"));
        assert_eq!(refusal.sentence, "“statment” is not a field here: did you mean “statement”?");
        let deep = parse_draft::<domain::timeline::EventDraft>(
            json!({"time": "unknown", "kind": "note", "actor": {"nmae": "A"}, "evidence": [{"id": "1", "line": 4}]}),
        );
        assert!(deep.is_err());
        let open = parse_draft::<domain::incident::IncidentDraft>(
            json!({"title": "Secret", "occurred": "unknown", "visibilty": "private"}),
        );
        assert_eq!(open.expect_err("misspelt").sentence, "“visibilty” is not a field here: did you mean “visibility”?");
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
