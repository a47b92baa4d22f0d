//! What a change did, told by noun.

mod read;

use serde_json::Value;

use crate::casefile::{Change, Dossier, MERGED};

/// A change being told: what definitions of nouns make sentences of.
pub(crate) struct ChangeContext<'a> {
    /// The change.
    pub(crate) change: &'a Change,
    /// The case file as it is now.
    pub(crate) dossier: &'a Dossier,
    /// The record as it is after the change, or as it last was.
    pub(crate) record: &'a Value,
}

impl<'a> ChangeContext<'a> {
    pub(super) fn of(change: &'a Change, dossier: &'a Dossier) -> Self {
        Self { change, dossier, record: change.record() }
    }

    /// What was done, without who did it.
    pub(super) fn act(&self) -> String {
        let definition = self.change.noun.definition();
        let told = match self.change.kind.as_str() {
            "added" => definition.added(self),
            "edited" => definition.edited(self),
            "deleted" => definition.deleted(self),
            kind => kind.strip_prefix(MERGED).map(|from| format!("took over {} from {from}", self.subject())),
        };
        told.unwrap_or_else(|| match self.change.kind.as_str() {
            "edited" => format!("changed {} of {}", self.changed_fields(), self.subject()),
            "restored" => format!("brought {} back", self.subject()),
            kind => format!("{kind} {}", self.subject()),
        })
    }

    /// What the sentence speaks of: `the event “posts an answer”`.
    pub(super) fn subject(&self) -> String {
        self.change.noun.definition().subject(self)
    }
}
