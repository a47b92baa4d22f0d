//! The fields of an object or of a row, by their paths.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::row::Row;
use super::{Piece, Wrong};
use crate::reader::log::wire::json;

/// A path has so many parts, however a record is nested.
const PARTS_MAX: usize = 8;

/// One object or row.
pub enum Fields<'a> {
    /// An object.
    Object(Map<String, Value>),
    /// A row.
    Row(Row<'a>),
}

impl<'a> Fields<'a> {
    /// Reads a piece: a row where its file has a header, else an object.
    pub fn of(piece: &Piece<'a>) -> Result<Self, Wrong> {
        if let Some(row) = Row::of(piece).transpose()? {
            return Ok(Self::Row(row));
        }
        json::<Map<String, Value>>(piece.bytes).map(Self::Object).map_err(Wrong::Unreadable)
    }

    /// The first scalar that is not empty under one of these paths, tried in order: `actor.user.name` goes into objects,
    /// and of lists into their first elements. Names are compared without regard to case.
    pub fn get(&self, paths: &[&str]) -> Option<Cow<'_, str>> {
        match self {
            Self::Row(row) => {
                // A row may be borrowed for no longer than its cells are looked at.
                let text = row.get(paths);
                text.get().map(|text| Cow::Owned(text.to_string()))
            }
            Self::Object(object) => paths.iter().find_map(|path| in_object(object, path, PARTS_MAX).and_then(scalar)),
        }
    }

    /// The same, or an empty text.
    pub fn text(&self, paths: &[&str]) -> Cow<'_, str> {
        self.get(paths).unwrap_or_default()
    }

    /// Whether there is anything under this path.
    pub fn has(&self, path: &str) -> bool {
        match self {
            Self::Row(row) => row.get(&[path]).get().is_some(),
            Self::Object(object) => in_object(object, path, PARTS_MAX).is_some_and(|value| !value.is_null()),
        }
    }

    /// The value under a path, of an object.
    pub fn value(&self, path: &str) -> Option<&Value> {
        match self {
            Self::Row(_) => None,
            Self::Object(object) => in_object(object, path, PARTS_MAX),
        }
    }
}

/// A number, a truth or a text that is not empty.
pub fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Array(list) => list.first().filter(|first| !first.is_array()).and_then(scalar),
        Value::Null | Value::Object(_) => None,
    }
}

fn in_object<'v>(object: &'v Map<String, Value>, path: &str, parts: usize) -> Option<&'v Value> {
    let named = |name: &str| {
        object
            .get(name)
            .or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    };
    // Some write the whole path as one name.
    if let Some(value) = named(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    in_value(named(first)?, rest, parts.checked_sub(1)?)
}

fn in_value<'v>(value: &'v Value, path: &str, parts: usize) -> Option<&'v Value> {
    match value {
        Value::Object(object) => in_object(object, path, parts),
        Value::Array(list) => {
            list.iter().find_map(|item| item.as_object().and_then(|item| in_object(item, path, parts)))
        }
        _ => None,
    }
}
