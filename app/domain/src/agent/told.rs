//! A change of an agent's file in words.

use serde_json::Value;

use super::{AgentChange, AgentNoun};
use crate::Instant;
use crate::vocabulary::MERGED;

/// A field that a change altered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is called.
    pub name: String,
    /// What it said; empty where it was empty.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// So much of a value is told.
const TOLD_CHARS_MAX: usize = 300;

/// What was done, after the name of the one who did it.
pub fn act(change: &AgentChange) -> String {
    let text = |field: &str| change.after.get(field).and_then(Value::as_str).unwrap_or_default().to_string();
    let is_new = change.before.is_null();
    match change.noun {
        AgentNoun::Agent if is_new => format!("registered {}", text("name")),
        AgentNoun::Agent if differs(change, "merged_into") => "merged this agent into another agent".into(),
        AgentNoun::Agent if differs(change, "merged") => "merged another agent into this agent".into(),
        AgentNoun::Agent if differs(change, "history") => {
            let last = change.after.get("history").and_then(Value::as_array).and_then(|history| history.last());
            let status = last.and_then(|last| last.get("status")).map(shown).unwrap_or_default();
            format!("set the status to {status}")
        }
        AgentNoun::Agent if differs(change, "last_review") => "set the date of the last review".into(),
        AgentNoun::Agent => {
            let names: Vec<String> = fields(change).into_iter().map(|field| field.name).collect();
            format!("changed {}", names.join(", "))
        }
        AgentNoun::Grant => {
            let of = format!("{} on {}", list(&change.after, "verbs"), list(&change.after, "resources"));
            match change.kind.as_str() {
                kind if kind.starts_with(MERGED) => format!("moved a grant here from the merged agent: {of}"),
                _ if is_new && change.after.get("narrows").is_some() => {
                    format!("narrowed a grant to: {of}")
                }
                _ if is_new => format!("added a grant: {of}"),
                _ if differs(change, "ended") && change.after.get("ended").is_some() => {
                    format!("ended a grant: {of}")
                }
                _ => format!("changed a grant: {of}"),
            }
        }
        AgentNoun::Review if is_new => "reviewed the grants".into(),
        AgentNoun::Review if is_taken_back(change) => "withdrew a review".into(),
        AgentNoun::Review => "restored a review".into(),
        AgentNoun::Containment if is_new => format!("asked to stop the agent: {}", text("why")),
        AgentNoun::Containment if differs(change, "steps") => {
            let last = change.after.get("steps").and_then(Value::as_array).and_then(|steps| steps.last());
            let said = |field: &str| last.and_then(|last| last.get(field)).map(shown).unwrap_or_default();
            let state = super::containment::ContainmentState::parse(&said("state"));
            let state = state.map_or_else(|_| said("state"), |state| state.label().to_string());
            let why = said("why");
            if why.is_empty() {
                format!("set a containment to {state}")
            } else {
                format!("set a containment to {state}: {why}")
            }
        }
        AgentNoun::Containment if differs(change, "approved") => "agreed to stop the agent".into(),
        AgentNoun::Containment => "noted what followed a containment".into(),
        AgentNoun::Comment if is_new => "commented".into(),
        AgentNoun::Comment if differs(change, "taken_back") => {
            if is_taken_back(change) { "withdrew a comment" } else { "restored a comment" }.into()
        }
        AgentNoun::Comment => "edited a comment".into(),
    }
}

fn is_taken_back(change: &AgentChange) -> bool {
    change.after.get("taken_back").is_some_and(|stamp| !stamp.is_null())
}

/// The fields that differ; of a new record none, for its words say what it is.
pub fn fields(change: &AgentChange) -> Vec<Field> {
    let (Some(before), Some(after)) = (change.before.as_object(), change.after.as_object()) else { return Vec::new() };
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let told = |value: Option<&Value>| value.map(shown).unwrap_or_default();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Field {
            name: name.replace('_', " "),
            before: told(before.get(name)),
            after: told(after.get(name)),
        })
        .collect()
}

fn differs(change: &AgentChange, field: &str) -> bool {
    change.before.get(field) != change.after.get(field)
}

fn list(value: &Value, field: &str) -> String {
    value.get(field).map(shown).unwrap_or_default()
}

/// A value as people read it.
pub(crate) fn shown(value: &Value) -> String {
    let whole = match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::String(text) => match Instant::parse(text) {
            Ok(at) => at.rfc3339(),
            Err(_) => text.clone(),
        },
        Value::Array(items) => items.iter().map(shown).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let told = fields.iter().map(|(name, value)| (name.replace('_', " "), shown(value)));
            told.filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| format!("{name}: {text}"))
                .collect::<Vec<_>>()
                .join("; ")
        }
        number => number.to_string(),
    };
    if whole.chars().count() > TOLD_CHARS_MAX {
        return whole.chars().take(TOLD_CHARS_MAX).chain(['…']).collect();
    }
    whole
}
