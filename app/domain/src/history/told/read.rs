//! Reads of a change: what stands in its record, and what of it is new.

use serde_json::Value;

use super::Told;
use crate::Id;
use crate::history::label;
use crate::names::name_of;
use crate::severity::Sev;
use crate::timeline::{Event, first_line};

/// How many changed fields a sentence names before it only counts them.
const NAMED_MAX: usize = 3;

impl<'a> Told<'a> {
    /// The parts of the exposure that changed, as a sentence names them.
    pub(super) fn exposure_parts(&self) -> String {
        let parts: [(&[&str], &str); 5] = [
            (&["start", "end", "start_evidence", "end_evidence", "clock_skew_seconds"], "the exposure window"),
            (&["resources"], "the exposed resources"),
            (&["resources_enumerated"], "whether all exposed resources are listed"),
            (&["principals"], "the exposed principals"),
            (&["principals_enumerated"], "whether all exposed principals are listed"),
        ];
        let empty = |value: Option<&Value>| {
            value.is_none_or(|value| {
                value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_u64() == Some(0)
            })
        };
        let moved = |field: &str| {
            let (was, is) = (self.change.before.get(field), self.change.after.get(field));
            was != is && !(empty(was) && empty(is))
        };
        let changed: Vec<&str> =
            parts.iter().filter(|(fields, _)| fields.iter().any(|field| moved(field))).map(|(_, name)| *name).collect();
        if changed.is_empty() { "the exposure".into() } else { and(&changed) }
    }

    pub(super) fn changed_fields(&self) -> String {
        let empty = serde_json::Map::new();
        let (was, is) =
            (self.change.before.as_object().unwrap_or(&empty), self.change.after.as_object().unwrap_or(&empty));
        let changed =
            is.iter().filter(|(field, value)| was.get(*field) != Some(value)).map(|(field, _)| field.replace('_', " "));
        let changed: std::collections::BTreeSet<String> = changed.collect();
        let named: Vec<&str> = changed.iter().map(String::as_str).collect();
        if named.is_empty() || named.len() > NAMED_MAX { format!("{} fields", named.len()) } else { and(&named) }
    }

    /// A field that somebody filled and may empty again, as an act and its undoing.
    pub(super) fn toggled(&self, field: &str, on: &str, off: &str) -> Option<String> {
        if self.began(field) {
            return Some(format!("{on} {}", self.subject()));
        }
        self.ended(field).then(|| format!("{off} {} again", self.subject()))
    }

    pub(super) fn began(&self, field: &str) -> bool {
        is_null(&self.change.before, field) && !is_null(&self.change.after, field)
    }

    pub(super) fn ended(&self, field: &str) -> bool {
        !is_null(&self.change.before, field) && is_null(&self.change.after, field)
    }

    /// A word that changed: before and after.
    pub(super) fn turned(&self, field: &str) -> Option<(&'a str, &'a str)> {
        let (was, is) = (self.change.before.get(field)?.as_str()?, self.change.after.get(field)?.as_str()?);
        (was != is).then_some((was, is))
    }

    pub(super) fn text(&self, field: &str) -> &'a str {
        self.record.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn quoted(&self, field: &str) -> String {
        format!("“{}”", first_line(self.text(field)))
    }

    /// A word of a vocabulary as its reader knows it.
    pub(super) fn word(&self, field: &str) -> String {
        label::of(self.change.noun, field, self.text(field)).to_string()
    }

    pub(super) fn sev(&self, field: &str) -> &'static str {
        let number = self.record.get(field).and_then(Value::as_u64).and_then(|number| u8::try_from(number).ok());
        number.and_then(Sev::new).map_or("another one", Sev::label)
    }

    pub(super) fn evidence(&self) -> String {
        let name = name_of(self.dossier, &Id::new(self.text("evidence")));
        name.map_or_else(|| "an evidence item".into(), |name| format!("evidence item {name}"))
    }

    pub(super) fn cell(&self) -> String {
        format!("{}/{}", self.text("resource"), self.text("path"))
    }

    pub(super) fn record_named(&self, field: &str, missing: &str) -> String {
        name_of(self.dossier, &Id::new(self.text(field))).map_or_else(|| missing.into(), |name| format!("“{name}”"))
    }

    pub(super) fn event_title(&self) -> String {
        serde_json::from_value::<Event>(self.record.clone())
            .map_or_else(|_| first_line(self.text("body")), |event| event.title(self.dossier))
    }
}

fn is_null(record: &Value, field: &str) -> bool {
    record.get(field).is_none_or(Value::is_null)
}

pub(super) fn members(incident: &Value) -> Vec<&str> {
    let people = incident.get("members").and_then(Value::as_array).into_iter().flatten();
    people.filter_map(|person| person.get("name")?.as_str()).collect()
}

/// `a`, `a and b`, `a, b and c`.
fn and(items: &[&str]) -> String {
    match items {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => items.concat(),
    }
}
