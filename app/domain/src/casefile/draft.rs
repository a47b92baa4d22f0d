//! Drafts of records: what is sent, on its way to what is kept.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::{CaseDocument, Entry};
use crate::draft::{TextOr, When, links};
use crate::principal::Principal;
use crate::spelling::parse_name;
use crate::vocabulary::PrincipalKind;
use crate::{Id, Refusal, Ruled, TimeRange};

/// A command's input, of which a record is made.
pub trait Draft: DeserializeOwned {
    /// The record it becomes.
    type Document: CaseDocument;

    /// Applies the rules. `old` is the record being edited, if it is an edit.
    fn apply(self, id: Id, old: Option<&Self::Document>, entry: &mut Entry) -> Ruled<Self::Document>;

    /// Whether a new record says nothing, so that it is none: such as a section that was opened and left empty.
    fn is_blank(_record: &Self::Document) -> bool {
        false
    }
}

impl Entry {
    /// Adds a record from a draft.
    pub fn add<D: Draft>(&mut self, draft: D) -> Ruled<Id> {
        let id = self.new_id();
        let record = draft.apply(id, None, self)?;
        let id = record.id().clone();
        if !D::is_blank(&record) {
            self.put(record);
        }
        Ok(id)
    }

    /// Replaces a record by a draft of its new form.
    pub fn revise<D: Draft>(&mut self, id: &Id, draft: D) -> Ruled<()> {
        let old = self.get::<D::Document>(id)?;
        let record = draft.apply(id.clone(), Some(&old.record), self)?;
        self.put(record);
        Ok(())
    }
}

impl When {
    /// Reads the time; a refusal belongs to `field`.
    pub fn read(self, field: &str, entry: &Entry) -> Ruled<TimeRange> {
        self.read_at(field, entry.now(), entry.zone())
    }
}

/// A principal as sent: the id of a known one, or kind and name of one that is made if need be.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PrincipalRef {
    /// A principal that is known.
    pub id: Option<Id>,
    /// The kind of a new one.
    pub kind: Option<PrincipalKind>,
    /// The name of a new one.
    pub name: Option<String>,
}

impl<'de> Deserialize<'de> for PrincipalRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Named {
            id: Option<Id>,
            kind: Option<PrincipalKind>,
            name: Option<String>,
        }
        Ok(match TextOr::deserialize(deserializer)? {
            TextOr::Text(id) => Self { id: Some(Id::new(id)), kind: None, name: None },
            TextOr::Object(Named { id, kind, name }) => Self { id, kind, name },
        })
    }
}

impl PrincipalRef {
    /// Whether nothing was chosen or typed.
    pub fn is_blank(&self) -> bool {
        self.id.is_none() && self.name.as_deref().is_none_or(|name| name.trim().is_empty())
    }

    /// The principal's id: looked up, found by name, or made.
    pub fn find_or_make(self, field: &str, entry: &mut Entry) -> Ruled<Id> {
        if let Some(id) = self.id {
            return match entry.dossier().principals.get(&id) {
                Some(_) => Ok(id),
                None => Err(Refusal::field(
                    field,
                    "That principal is not in this incident: choose one from the list or name a new one.",
                )),
            };
        }
        let missing = "Say who: choose somebody from the list or write a name.";
        if self.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Err(Refusal::field(field, missing));
        }
        let name = parse_name(&format!("{field}.name"), self.name.unwrap_or_default(), missing)?;
        let kind = self.kind.unwrap_or(PrincipalKind::Unknown);
        if let Some(known) = entry.principal_named(kind, &name) {
            return Ok(known);
        }
        let id = entry.new_id();
        entry.put_named(Principal::named(id.clone(), kind, name));
        Ok(id)
    }
}

/// Evidence items that something is linked to.
pub fn evidence_links(field: &str, ids: Vec<Id>, entry: &Entry) -> Ruled<Vec<Id>> {
    let missing = "That evidence item is not in this incident: choose one from the list.";
    links(field, ids, |id| entry.dossier().evidence.get(id).is_some(), missing)
}

#[cfg(test)]
mod tests;
