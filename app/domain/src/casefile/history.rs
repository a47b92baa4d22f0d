//! The history in words: what each change did, as a sentence and field by field.

mod context;
mod fields;
mod put_back;
mod words;

#[cfg(test)]
mod tests;

pub use fields::{FieldChange, field_changes};
pub use put_back::{Undo, may_undo, permit_to_put_back};
pub use words::{Piece, word_diff};

pub(crate) use context::ChangeContext;

use crate::Id;
use crate::casefile::{Change, Dossier, Noun};

/// A change as a sentence: `Ada added the event “posts an answer”`.
pub fn sentence(change: &Change, dossier: &Dossier) -> String {
    let whole = change.noun.definition().sentence(change);
    whole.unwrap_or_else(|| format!("{} {}", change.actor.spoken(), ChangeContext::of(change, dossier).act()))
}

/// The same without who did it: `added the event “posts an answer”`.
pub fn act(change: &Change, dossier: &Dossier) -> String {
    let whole = change.noun.definition().sentence(change);
    whole.unwrap_or_else(|| ChangeContext::of(change, dossier).act())
}

/// What a change is about: `the event “posts an answer”`.
pub fn subject(change: &Change, dossier: &Dossier) -> String {
    ChangeContext::of(change, dossier).subject()
}

/// The page of an incident that shows a record, with its anchor.
pub fn place(change: &Change) -> String {
    change.noun.definition().place(&change.id, change.record())
}

/// The page of an incident that shows a record of which only noun and id are known.
pub fn place_of(noun: Noun, id: &Id) -> String {
    noun.definition().place(id, &serde_json::Value::Null)
}

/// The page of an incident that shows one of its records, deleted or not.
pub fn place_in(dossier: &Dossier, noun: Noun, id: &Id) -> String {
    let record = dossier.json(noun, id).map_or(serde_json::Value::Null, |(_, record)| record);
    noun.definition().place(id, &record)
}

/// What a reader sees for a word in a field; the word itself where the field is free text.
pub(crate) fn label_of<'a>(noun: Noun, path: &str, word: &'a str) -> &'a str {
    noun.definition().fields().label(path, word).unwrap_or(word)
}
