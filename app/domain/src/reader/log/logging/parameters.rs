//! Acts that switch logging off by what they are given, whatever their names: `accessLog.enabled: false`,
//! `{"key": "access_logs.s3.enabled", "value": "false"}`, `disableLogTypes: ["audit"]`.

use serde_json::{Map, Value};

use crate::reader::log::act::words;

/// So deep a request is looked into.
const DEPTH_MAX: usize = 16;

/// Words in the name of a setting that say that it is on what is logged.
const WORDS: &[&str] =
    &["log", "logs", "logging", "audit", "audits", "auditing", "pgaudit", "trail", "loglevel", "flowlogs", "logpush"];

/// What the names of calls that set something up begin with.
const BEGINNINGS: &[&str] = &["Update", "Modify", "Put", "Set", "Configure", "Change", "Reset", "Disable", "Patch"];

/// Calls that begin alike and only put something into a thing.
const FILLING: &[&str] = &[
    "PutObject",
    "PutItem",
    "UpdateItem",
    "PutRecord",
    "PutRecords",
    "PutRecordBatch",
    "PutMetricData",
    "PutLogEvents",
    "PutEvents",
    "PutTraceSegments",
    "PutImage",
];

/// Whether a call may set up how something works, by its name.
pub fn sets_up(name: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && !FILLING.contains(&name)
}

/// Whether the name of a setting says that it is on what is logged.
pub fn speaks_of_logs(name: &str) -> bool {
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a request switches something of logging off.
pub fn switches_off(request: &Value) -> bool {
    walk(request, "", false, DEPTH_MAX)
}

/// `name` is that of the value, and `spoken` says whether it or one around it is on what is logged.
fn walk(value: &Value, name: &str, spoken: bool, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match value {
        Value::Object(object) => {
            pair(object)
                || object.iter().any(|(name, value)| {
                    let speaks = speaks_of_logs(name);
                    (speaks && takes_away(name) && !is_nothing(value)) || walk(value, name, spoken || speaks, depth - 1)
                })
        }
        // A list of what is logged that has nothing in it.
        Value::Array(list) => {
            (list.is_empty() && speaks_of_logs(name) && !takes_away(name))
                || list.iter().any(|item| walk(item, name, spoken, depth - 1))
        }
        Value::String(text) if text.starts_with('{') => {
            serde_json::from_str(text).is_ok_and(|inner| walk(&inner, name, spoken, depth - 1))
        }
        _ => spoken && is_switch(name) && is_off(value),
    }
}

/// A setting that is named by a value: `{"parameterName": "log_statement", "parameterValue": "none"}`, and the operation of
/// a patch: `{"op": "remove", "path": "/accessLogSettings"}`.
fn pair(object: &Map<String, Value>) -> bool {
    const NAMES: &[&str] = &["key", "name", "parametername", "attributename", "settingname", "path", "field"];
    const VALUES: &[&str] = &["value", "parametervalue", "attributevalue"];
    let find = |names: &[&str]| {
        object.iter().find(|(key, _)| names.contains(&key.to_ascii_lowercase().as_str())).map(|(_, value)| value)
    };
    let Some(name) = find(NAMES).and_then(Value::as_str).filter(|name| speaks_of_logs(name)) else { return false };
    let removes = object.get("op").and_then(Value::as_str) == Some("remove");
    removes || find(VALUES).is_some_and(|value| is_off(value) && (is_switch(name) || name.contains('_')))
}

fn takes_away(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "disable" | "disabled" | "remove" | "stop" | "drop"))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::String(text) => text.is_empty() || text == "false",
        Value::Number(_) | Value::Bool(true) => false,
    }
}

/// Whether a setting is one that is on or off, or says how much is logged.
fn is_switch(name: &str) -> bool {
    speaks_of_logs(name) && !takes_away(name)
        || words(name).iter().any(|word| {
            matches!(
                word.as_str(),
                "enable" | "enabled" | "level" | "status" | "state" | "general" | "service" | "mode"
            )
        })
}

fn is_off(value: &Value) -> bool {
    match value {
        Value::Bool(on) => !on,
        Value::String(text) => {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "false" | "off" | "disabled" | "disable" | "none" | "no" | "0" | "inactive"
            )
        }
        _ => false,
    }
}
