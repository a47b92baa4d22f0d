//! One entry into the case file: the only way to change it.
//!
//! An entry works on a copy of the dossier. Every `put` and `delete` is
//! remembered as a change, so a write that is not logged cannot be expressed.
//! The store writes the changes down in one transaction, or drops them all.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::dossier::to_json;
use super::{CaseDocument, CaseItem, Dossier, Noun};
use crate::principal::Principal;
use crate::spelling::alike;
use crate::time::Zone;
use crate::vocabulary::MERGED;
use crate::vocabulary::PrincipalKind;
use crate::{Id, Instant, Key, Person, Refusal, Ruled, Stamp};

/// Who acts, when and under which limits: all that an entry needs from outside.
pub struct Act {
    /// Who acts.
    pub by: Person,
    /// Every name and address the account of this person ever had.
    pub names: Vec<String>,
    /// When.
    pub now: Instant,
    /// The zone in which the person reads and types times.
    pub zone: Zone,
    /// The hash of the incident's last change: the head of its chain.
    pub head: String,
    /// Makes names for new records.
    pub ids: Box<dyn FnMut() -> Id + Send>,
}

/// One change of one record, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// The incident's version that this change makes.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Person,
    /// What happened to the subject: added, edited, deleted, restored; or `merged from INC-7`, where it was added by
    /// a merge of that incident.
    pub kind: String,
    /// Which noun was changed.
    pub noun: Noun,
    /// Which record of the noun.
    pub id: Id,
    /// The record before; `null` when it is new.
    pub before: Value,
    /// The record after; `null` when it is deleted.
    pub after: Value,
}

impl Change {
    /// Whether it altered a field.
    pub(crate) fn altered(&self, field: &str) -> bool {
        let part = |side: &Value| side.get(field).cloned().unwrap_or(Value::Null);
        part(&self.before) != part(&self.after)
    }

    /// Whether the record stood before it and stands after it.
    pub(crate) fn is_edit(&self) -> bool {
        !self.before.is_null() && !self.after.is_null()
    }

    /// What is known of the record: as it is after the change, or as it last was.
    pub(crate) fn record(&self) -> &Value {
        if self.after.is_null() { &self.before } else { &self.after }
    }
}

/// A record as the store must keep it after an entry.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which noun.
    pub noun: Noun,
    /// Which record.
    pub id: Id,
    /// The version that wrote it.
    pub version: u64,
    /// The mark of deletion.
    pub deleted: Option<Stamp>,
    /// The document.
    pub body: Value,
}

/// The files of a published revision, kept beside the records.
#[derive(Debug, Clone)]
pub struct RevisionFiles {
    /// Its number.
    pub number: u32,
    /// The file that names the others, as it is signed.
    pub manifest: String,
    /// The files by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// An open entry into one incident's case file.
pub struct Entry {
    dossier: Dossier,
    act: Act,
    changes: Vec<Change>,
    /// What was published.
    frozen: Vec<RevisionFiles>,
    /// Where in the changes that of a record is.
    places: HashMap<Noun, HashMap<Id, usize>>,
    /// The incident whose records are taken in now.
    origin: Option<Key>,
    /// The principals by their names as names are compared, once somebody has asked for one.
    named: Option<HashMap<String, Vec<Id>>>,
}

impl Entry {
    /// Opens an entry on a copy of the dossier.
    pub fn new(dossier: Dossier, act: Act) -> Self {
        Self {
            dossier,
            act,
            changes: Vec::new(),
            frozen: Vec::new(),
            places: HashMap::new(),
            origin: None,
            named: None,
        }
    }

    /// The case file as it stands inside this entry.
    pub fn dossier(&self) -> &Dossier {
        &self.dossier
    }

    /// When the entry is made.
    pub fn now(&self) -> Instant {
        self.act.now
    }

    /// Who makes it.
    pub fn by(&self) -> &Person {
        &self.act.by
    }

    /// Every name and address the account of the one who writes ever had.
    pub fn names(&self) -> &[String] {
        &self.act.names
    }

    /// Who and when, as one value.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.act.now, by: self.act.by.clone() }
    }

    /// The zone in which the person types times.
    pub fn zone(&self) -> &Zone {
        &self.act.zone
    }

    /// The head of the incident's chain as the entry begins.
    pub fn head(&self) -> &str {
        &self.act.head
    }

    /// A name for a new record.
    pub fn new_id(&mut self) -> Id {
        (self.act.ids)()
    }

    /// Takes in records of another incident from now on, or no more: the log says of each where it is from.
    pub(crate) fn take_from(&mut self, origin: Option<Key>) {
        self.origin = origin;
    }

    /// What this entry has changed so far.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Keeps a revision's files beside the records.
    pub(crate) fn freeze(&mut self, frozen: RevisionFiles) {
        self.frozen.push(frozen);
    }

    /// Whether this entry publishes a revision.
    pub fn publishes(&self) -> bool {
        !self.frozen.is_empty()
    }

    /// The revisions this entry publishes, to write down with its changes.
    pub fn take_frozen(&mut self) -> Vec<RevisionFiles> {
        std::mem::take(&mut self.frozen)
    }

    /// The record of that id, or the refusal that says it is not there.
    pub fn get<T: CaseDocument>(&self, id: &Id) -> Ruled<CaseItem<T>> {
        T::table(&self.dossier).get(id).cloned().ok_or_else(|| Refusal::absent(T::NOUN))
    }

    /// The first principal of that name, however it is spelt, or else that once had it; one of unknown kind may be any.
    pub fn principal_named(&mut self, kind: PrincipalKind, name: &str) -> Option<Id> {
        let principals = &self.dossier.principals;
        let named = self.named.get_or_insert_with(|| {
            let mut named: HashMap<String, Vec<Id>> = HashMap::new();
            for known in principals.iter() {
                for name in std::iter::once(&known.name).chain(&known.former_names) {
                    named.entry(alike(name)).or_default().push(known.id.clone());
                }
            }
            named
        });
        let fits = |id: &&Id| {
            principals.get(id).is_some_and(|known| known.is_called(kind, name) || known.was_called(kind, name))
        };
        // Whoever has the name goes before those who had it.
        let had = |id: &&Id| principals.get(id).is_some_and(|known| !known.is_called(kind, name));
        named.get(&alike(name))?.iter().filter(fits).min_by_key(|id| (had(id), *id)).cloned()
    }

    /// Adds a principal of a name that is not known yet.
    pub(crate) fn put_named(&mut self, principal: Principal) {
        let (id, name) = (principal.id.clone(), alike(&principal.name));
        let mut named = self.named.take();
        self.put(principal);
        if let Some(named) = &mut named {
            named.entry(name).or_default().push(id);
        }
        self.named = named;
    }

    /// Writes a record, new or changed. A record that is as it was is not a change.
    pub fn put<T: CaseDocument>(&mut self, record: T) {
        let before = T::table(&self.dossier).find(record.id());
        if before.is_some_and(|kept| kept.record == record && kept.deleted.is_none()) {
            return;
        }
        let kind = match (before.map(|kept| kept.deleted.is_some()), self.origin) {
            (Some(false), _) => "edited",
            (_, Some(origin)) => &format!("{MERGED}{origin}"),
            (None, None) => "added",
            (Some(true), None) => "restored",
        };
        let before = before.map_or(Value::Null, |kept| to_json(&kept.record));
        let id = record.id().clone();
        let after = to_json(&record);
        self.note::<T>(kind, id, before, after, CaseItem { version: 0, deleted: None, record });
    }

    /// Marks a record as deleted; its content stays and can be restored.
    pub fn delete<T: CaseDocument>(&mut self, id: &Id) -> Ruled<()> {
        let kept = self.get::<T>(id)?;
        let before = to_json(&kept.record);
        let deleted = Some(self.stamp());
        self.note::<T>(
            "deleted",
            id.clone(),
            before,
            Value::Null,
            CaseItem { version: 0, deleted, record: kept.record },
        );
        Ok(())
    }

    /// Brings a deleted record back.
    pub fn restore<T: CaseDocument>(&mut self, id: &Id) -> Ruled<()> {
        let kept = T::table(&self.dossier).find(id).cloned().ok_or_else(|| Refusal::absent(T::NOUN))?;
        if kept.deleted.is_none() {
            return Ok(());
        }
        self.put(kept.record);
        Ok(())
    }

    /// Remembers a change. One entry changes a record once: a later step of
    /// the same entry extends the change that is already there.
    fn note<T: CaseDocument>(&mut self, kind: &str, id: Id, before: Value, after: Value, mut kept: CaseItem<T>) {
        if T::NOUN == Noun::Principal {
            self.named = None;
        }
        let known = self.places.get(&T::NOUN).and_then(|places| places.get(&id));
        if let Some(change) = known.and_then(|place| self.changes.get_mut(*place)) {
            change.after = after;
            kept.version = change.version;
            T::table_mut(&mut self.dossier).insert(id, kept);
            return;
        }
        self.dossier.version += 1;
        kept.version = self.dossier.version;
        T::table_mut(&mut self.dossier).insert(id.clone(), kept);
        self.places.entry(T::NOUN).or_default().insert(id.clone(), self.changes.len());
        self.changes.push(Change {
            version: self.dossier.version,
            at: self.act.now,
            actor: self.act.by.clone(),
            kind: kind.into(),
            noun: T::NOUN,
            id,
            before,
            after,
        });
    }

    /// Closes the entry: the dossier after it, the log of changes, and the
    /// documents to write.
    pub fn close(self) -> (Dossier, Vec<Change>, Vec<Written>) {
        let write = |change: &Change| {
            let deleted = change.after.is_null().then(|| Stamp { at: change.at, by: change.actor.clone() });
            let body = if change.after.is_null() { change.before.clone() } else { change.after.clone() };
            Written { noun: change.noun, id: change.id.clone(), version: change.version, deleted, body }
        };
        let written = self.changes.iter().map(write).collect();
        (self.dossier, self.changes, written)
    }
}
