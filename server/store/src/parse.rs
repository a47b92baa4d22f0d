//! From JSON to a draft: what cannot be read becomes a sentence beside its field.

use std::collections::BTreeSet;

use domain::agent::{AgentEntry, AgentRecord};
use domain::casefile::{Draft, Entry};
use domain::{Id, Refusal, Ruled};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::strict::{Strict, UNKNOWN, unknown};

/// What the API shows beside the fields of a record. Whoever sends back what was read may leave it in.
const SHOWN: [&str; 7] = ["version", "key", "revision", "severity", "verdict", "eligible", "scope_decision"];

/// What the API shows beside the fields of an agent.
const SHOWN_OF_AGENTS: [&str; 7] = ["version", "status", "next_review", "overdue", "unowned", "last_seen", "incidents"];

/// Reads a draft; a refusal names the field by its path. A field that is `null` is a field left out; one that the draft
/// does not have is refused, for a name misspelt would otherwise be a wish passed over.
pub fn parse_draft<D: DeserializeOwned>(value: Value) -> Ruled<D> {
    parse(value, BTreeSet::new())
}

/// Reads the new form of a record: what the record has beside its draft, such as who recorded it, stays in it.
pub fn parse_edit<D: Draft>(entry: &Entry, id: &Id, value: Value) -> Ruled<D> {
    let stored = serde_json::to_value(&entry.get::<D::Document>(id)?.record).unwrap_or_default();
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
        let (found, wanted) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
        format!("This is {}, but {} belongs here.", found_in_words(found), wanted_in_words(wanted))
    } else if message.starts_with("data did not match any variant") {
        "This has a form that cannot be read here: compare it with the API's description.".to_string()
    } else {
        message.to_string()
    };
    if path.is_empty() { Refusal::rule(sentence) } else { Refusal::field(path, sentence) }
}

/// What was found, as the reader of the code calls it, in the words of whoever sent it.
fn found_in_words(found: &str) -> String {
    let (kind, value) = found.split_once(' ').map_or((found, ""), |(kind, value)| (kind, value));
    let value: String = value.trim_start_matches("point ").trim_matches(['`', '"']).chars().take(60).collect();
    match kind {
        "integer" | "floating" => format!("the number {value}"),
        "boolean" | "Boolean" => format!("“{value}”, a yes or no"),
        "string" | "character" => format!("the text “{value}”"),
        "sequence" => "a list".into(),
        "map" | "struct" => "an object".into(),
        "null" | "unit" | "Option" => "empty".into(),
        _ => "something else".into(),
    }
}

/// What belongs there.
fn wanted_in_words(wanted: &str) -> &'static str {
    let begins = |words: &[&str]| words.iter().any(|word| wanted.starts_with(word));
    if begins(&["a text or an object"]) {
        "a text or an object"
    } else if begins(&["struct ", "a map", "map", "internally tagged", "adjacently tagged", "enum ", "variant"]) {
        "an object"
    } else if begins(&["u8", "u16", "u32", "u64", "u128", "usize", "a nonzero u"]) {
        "a whole number, 0 or more, that is not too large,"
    } else if begins(&["i8", "i16", "i32", "i64", "i128", "isize", "a nonzero i"]) {
        "a whole number that is not too large"
    } else if begins(&["f32", "f64"]) {
        "a number"
    } else if begins(&["a sequence", "sequence", "tuple", "an array", "a tuple"]) {
        "a list"
    } else if begins(&["a boolean", "bool"]) {
        "true or false"
    } else if begins(&["a string", "string", "str", "a borrowed", "a char", "a character", "identifier"]) {
        "a text"
    } else {
        "something else"
    }
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
        assert_eq!(refusal.sentence, "This is the number 7, but a text belongs here.");
        let said = |body: Value| parse_draft::<domain::timeline::EventDraft>(body).expect_err("this cannot be read");
        let event = |field: &str, value: Value| {
            let mut event = json!({ "time": "unknown", "kind": "note", "actor": { "name": "Ada" } });
            event[field] = value;
            event
        };
        for (body, field, sentence) in [
            (event("body", json!(["a"])), "body", "This is a list, but a text belongs here."),
            (event("body", json!({ "a": 1 })), "body", "This is an object, but a text belongs here."),
            (event("body", json!(true)), "body", "This is “true”, a yes or no, but a text belongs here."),
            (
                event("evidence", json!("t, expected x")),
                "evidence",
                "This is the text “t, expected x”, but a list belongs here.",
            ),
            (event("actor", json!(7)), "actor", "This is the number 7, but a text or an object belongs here."),
            (json!("t"), "", "This is the text “t”, but an object belongs here."),
        ] {
            let refusal = said(body);
            assert_eq!((refusal.field.unwrap_or_default().as_str(), refusal.sentence.as_str()), (field, sentence));
        }
        // Of no draft does a name of the code reach whoever sent it.
        for wanted in ["struct TaskDraft", "u32", "tuple struct Id", "internally tagged enum When", "a Cow<str>"] {
            let sentence = refusal_sentence(&format!("invalid type: string \"t\", expected {wanted}"));
            assert!(
                !sentence.contains("Draft") && !sentence.contains("u32") && !sentence.contains("struct"),
                "{sentence}"
            );
        }
    }

    fn refusal_sentence(message: &str) -> String {
        refusal("field", message).sentence
    }

    #[test]
    fn null_removes_and_objects_reach_inside() {
        let merged = merge_patch(&json!({"a": 1, "b": {"c": 2, "d": 3}}), &json!({"a": null, "b": {"c": 4}, "e": [1]}));
        assert_eq!(merged, json!({"b": {"c": 4, "d": 3}, "e": [1]}));
    }
}
