//! Reads of a change: what stands in its record, and what of it is new.

use serde_json::Value;

use super::ChangeContext;
use crate::Id;
use crate::counted::and;
use crate::history::label_of;
use crate::names::name_of;
use crate::severity::Sev;
use crate::timeline::first_line;

/// How many changed fields a sentence names before it only counts them.
const NAMED_MAX: usize = 3;

impl<'a> ChangeContext<'a> {
    /// The noun with what the record is called: `the claim “two hours”`.
    pub(crate) fn named(&self) -> String {
        let noun = self.change.noun;
        let name = ["name", "title", "summary", "statement"].into_iter().find(|field| !self.text(field).is_empty());
        name.map_or_else(|| format!("the {noun}"), |field| format!("the {noun} {}", self.quoted(field)))
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
    pub(crate) fn toggled(&self, field: &str, on: &str, off: &str) -> Option<String> {
        if self.began(field) {
            return Some(format!("{on} {}", self.subject()));
        }
        self.ended(field).then(|| format!("{off} {} again", self.subject()))
    }

    pub(crate) fn began(&self, field: &str) -> bool {
        is_null(&self.change.before, field) && !is_null(&self.change.after, field)
    }

    pub(crate) fn ended(&self, field: &str) -> bool {
        !is_null(&self.change.before, field) && is_null(&self.change.after, field)
    }

    /// A word that changed: before and after.
    pub(crate) fn turned(&self, field: &str) -> Option<(&'a str, &'a str)> {
        let (was, is) = (self.change.before.get(field)?.as_str()?, self.change.after.get(field)?.as_str()?);
        (was != is).then_some((was, is))
    }

    pub(crate) fn text(&self, field: &str) -> &'a str {
        self.record.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The beginning of a text, in quotation marks.
    pub(crate) fn quoted(&self, field: &str) -> String {
        format!("“{}”", self.first_line(field))
    }

    /// The beginning of a text.
    pub(crate) fn first_line(&self, field: &str) -> String {
        first_line(self.text(field))
    }

    /// A word of a vocabulary as its reader knows it.
    pub(crate) fn word(&self, field: &str) -> String {
        label_of(self.change.noun, field, self.text(field)).to_string()
    }

    pub(crate) fn sev(&self, field: &str) -> &'static str {
        let number = self.record.get(field).and_then(Value::as_u64).and_then(|number| u8::try_from(number).ok());
        number.and_then(Sev::new).map_or("another one", Sev::label)
    }

    pub(crate) fn evidence(&self) -> String {
        let name = name_of(self.dossier, &Id::new(self.text("evidence")));
        name.map_or_else(|| "an evidence item".into(), |name| format!("evidence item {name}"))
    }

    pub(crate) fn record_named(&self, field: &str, missing: &str) -> String {
        name_of(self.dossier, &Id::new(self.text(field))).map_or_else(|| missing.into(), |name| format!("“{name}”"))
    }
}

fn is_null(record: &Value, field: &str) -> bool {
    record.get(field).is_none_or(Value::is_null)
}
