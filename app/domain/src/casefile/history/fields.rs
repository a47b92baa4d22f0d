//! What changed in a record, field by field, in values people can read.

use serde_json::{Map, Value};

use super::label_of;
use crate::casefile::{Change, Dossier, Holds, MERGED, Noun};
use crate::names::name_of;
use crate::severity::Sev;
use crate::time::{Zone, show_instant, show_time};
use crate::{Id, Instant, Person, Stamp, TimeRange};

/// One field of a record, before and after. Nothing is an empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What the field is called: `time`, `adopted reason`.
    pub field: String,
    /// What it held.
    pub before: String,
    /// What it holds.
    pub after: String,
}

/// The fields that a change changed. Names stand for ids, times are told in `zone`.
pub fn field_changes(change: &Change, dossier: &Dossier, zone: &Zone) -> Vec<FieldChange> {
    let reader = ShownFields { change, dossier, zone };
    let (mut before, mut after) = (Map::new(), Map::new());
    flatten(&change.before, "", &mut before);
    flatten(&change.after, "", &mut after);
    let mut paths: Vec<&String> = after.keys().chain(before.keys().filter(|path| !after.contains_key(*path))).collect();
    paths.sort();
    // Which records came with a merge is told by the changes beside it.
    let is_list = |path: &str| change.noun == Noun::Merge && ["added", "changed"].contains(&path);
    paths.retain(|path| path.as_str() != "id" && !is_list(path) && before.get(*path) != after.get(*path));
    let told = |path: &String| {
        let (was, is) = (before.get(path).unwrap_or(&Value::Null), after.get(path).unwrap_or(&Value::Null));
        let (was, is) = if is_list_of_objects(was) || is_list_of_objects(is) {
            difference(was, is)
        } else {
            (was.clone(), is.clone())
        };
        FieldChange { field: field_name(path), before: reader.show(path, &was), after: reader.show(path, &is) }
    };
    paths.retain(|path| !is_noise(change, before.get(*path), after.get(*path)));
    paths.into_iter().map(told).filter(|field| field.before != field.after).collect()
}

/// What a new record says by itself: a “no” that nobody chose, and the stamp that the change bears anyway.
fn is_noise(change: &Change, was: Option<&Value>, is: Option<&Value>) -> bool {
    let own = |value: &Value| {
        serde_json::from_value::<Stamp>(value.clone())
            .is_ok_and(|stamp| stamp.at == change.at && stamp.by == change.actor)
    };
    was.is_none_or(Value::is_null)
        && (change.kind == "added" || change.kind.starts_with(MERGED))
        && is.is_some_and(|is| is == &Value::Bool(false) || own(is))
}

/// Takes objects apart, except those that are one value to a reader: a time, a person, a stamp.
fn flatten(value: &Value, path: &str, flat: &mut Map<String, Value>) {
    match value.as_object() {
        Some(fields) if !is_value(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(value, &path, flat);
            }
        }
        _ if path.is_empty() => {}
        _ => drop(flat.insert(path.into(), value.clone())),
    }
}

fn is_value(fields: &Map<String, Value>) -> bool {
    let has = |names: &[&str]| names.iter().all(|name| fields.contains_key(*name));
    has(&["granularity", "zone"])
        || (has(&["at", "by"]) && fields.len() == 2)
        || (has(&["id", "name"]) && fields.len() <= 3 && !fields.contains_key("kind"))
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

/// Of two lists of rows, the rows that only one of them has.
fn difference(was: &Value, is: &Value) -> (Value, Value) {
    let rows = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (was, is) = (rows(was), rows(is));
    let only = |mine: &[Value], theirs: &[Value]| {
        Value::Array(mine.iter().filter(|row| !theirs.contains(row)).cloned().collect())
    };
    (only(&was, &is), only(&is, &was))
}

/// `adopted.reason` as people say it.
fn field_name(path: &str) -> String {
    let parts = path.split('.').filter(|part| !matches!(*part, "facts" | "dimensions"));
    let name = parts.collect::<Vec<_>>().join(" ").replace('_', " ");
    if name == "sha256" { "SHA-256".into() } else { name }
}

struct ShownFields<'a> {
    change: &'a Change,
    dossier: &'a Dossier,
    zone: &'a Zone,
}

impl ShownFields<'_> {
    fn show(&self, path: &str, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
            Value::Number(number) => self.number(path, number),
            Value::String(text) => self.text(path, text),
            Value::Array(items) if path.ends_with("lines") && items.len() == 2 => match items.as_slice() {
                [first, last] if first == last => first.to_string(),
                items => items.iter().map(Value::to_string).collect::<Vec<_>>().join("–"),
            },
            Value::Array(items) => {
                let between = if is_list_of_objects(value) { "; " } else { ", " };
                items
                    .iter()
                    .map(|item| self.show(path, item))
                    .filter(|item| !item.is_empty())
                    .collect::<Vec<_>>()
                    .join(between)
            }
            Value::Object(fields) => self.object(path, fields),
        }
    }

    fn number(&self, path: &str, number: &serde_json::Number) -> String {
        let is_sev = matches!((self.change.noun, path), (Noun::Incident, "declared_severity") | (Noun::Override, "to"));
        let sev = number.as_u64().and_then(|number| u8::try_from(number).ok()).and_then(Sev::new).filter(|_| is_sev);
        let unit = if path.ends_with("_seconds") { " s" } else { "" };
        sev.map_or_else(|| format!("{number}{unit}"), |sev| sev.label().into())
    }

    fn text(&self, path: &str, text: &str) -> String {
        match self.change.noun.definition().fields().holds(path) {
            Some(Holds::Instant) => Instant::parse(text).ok().map(|at| self.instant(at)),
            Some(Holds::Reference) => name_of(self.dossier, &Id::new(text)),
            _ => None,
        }
        .unwrap_or_else(|| label_of(self.change.noun, path, text).to_string())
    }

    /// A time, a person or a stamp as one value; any other object as its fields in a row.
    fn object(&self, path: &str, fields: &Map<String, Value>) -> String {
        let whole = Value::Object(fields.clone());
        if is_value(fields) {
            if let Ok(stamp) = serde_json::from_value::<Stamp>(whole.clone()) {
                return format!("{}, {}", stamp.by.spoken(), self.instant(stamp.at));
            }
            if let Ok(person) = serde_json::from_value::<Person>(whole.clone()) {
                return person.spoken();
            }
            if let Ok(time) = serde_json::from_value::<TimeRange>(whole.clone()) {
                return show_time(&time, self.zone);
            }
        }
        let mut flat = Map::new();
        flatten(&whole, "", &mut flat);
        // Whether JSON keeps the order of its fields is another crate's choice; the telling is not.
        let flat: std::collections::BTreeMap<String, Value> = flat.into_iter().collect();
        let told = flat
            .iter()
            .map(|(name, value)| (name, self.show(&format!("{path}.{name}"), value)))
            .filter(|(_, value)| !value.is_empty());
        told.map(|(name, value)| format!("{} {value}", field_name(name))).collect::<Vec<_>>().join(", ")
    }

    fn instant(&self, at: Instant) -> String {
        show_instant(at, self.zone)
    }
}
