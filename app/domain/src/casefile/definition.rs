//! What a noun is, said once: where it is shown, what it is called, how its changes are told, how it is put back.
//!
//! Each noun says so in its own file, with `impl Definition`. History, undo, names, lists across incidents, merges and
//! imports ask [`Noun::definition`] and never list nouns themselves.

use std::marker::PhantomData;

use serde_json::Value;

use super::dossier::read;
use super::field::Fields;
use super::{CaseDocument, Change, Dossier, Entry, Noun};
use crate::access::Permit;
use crate::history::ChangeContext;
use crate::{Id, Refusal, Ruled};

/// What lists across incidents search for, beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handles {
    /// Where work on it stands: the status of a remediation, the state of a gap.
    pub status: Option<String>,
    /// Which of its kind it is: the kind of a principal, the control of a gap.
    pub kind: Option<String>,
    /// What it is called: the name of a principal.
    pub name: Option<String>,
    /// Who works on it: the owner of a remediation.
    pub owner: Option<String>,
    /// When it is due, in microseconds since 1970.
    pub due_at: Option<i64>,
}

/// What it means for a record that another one names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// It must stay while the other one stands.
    Holds,
    /// The other one is part of it, and is deleted with it.
    GoesAlong,
    /// The other one was said about it, and stays behind.
    StaysBehind,
    /// The other one only speaks of what was.
    OfThePast,
}

/// What becomes of a record when its incident is merged into another one, or is imported from another instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Travel {
    /// It goes along.
    Along,
    /// It goes along with a merge; on import it stays in the history, for it was said among those who worked there.
    WithMergesOnly,
    /// It judges the whole of its incident, and stays there.
    Stays,
}

/// Everything about a noun that is not its draft and its rule.
pub(crate) trait Definition: CaseDocument {
    /// The page of an incident that shows records of this noun.
    const PAGE: &'static str;

    /// What putting a record back to an older version needs, or what to do instead.
    const PUT_BACK: Result<Permit, &'static str>;

    /// What its fields hold.
    const FIELDS: Fields;

    /// Whether it goes along to another incident.
    const TRAVEL: Travel = Travel::Along;

    /// Whether an id of it has no meaning of its own, so that a text that equals it is no reference.
    const ID_IS_A_WORD: bool = false;

    /// Whether sentences of the engine name records by their ids.
    const IS_IN_SENTENCES: bool = false;

    /// Whether it says how people here work with the case, so that no document for others holds it.
    const STAYS_INSIDE: bool = false;

    /// What it means for the records it names.
    const NAMING: Naming = Naming::Holds;

    /// Whether it follows from other records, so that nobody does or undoes it.
    const FOLLOWS: bool = false;

    /// Where a record is shown, below its incident. `record` is `null` where only the id is known.
    fn place(id: &Id, _record: &Value) -> String {
        format!("{}#{}-{id}", Self::PAGE, Self::NOUN.word())
    }

    /// What a sentence calls a record.
    fn name(&self, _dossier: &Dossier) -> Option<String> {
        None
    }

    /// A change as a whole sentence, where the one who made it did not do what it says.
    fn sentence(_change: &Change) -> Option<String> {
        None
    }

    /// What a change is about: `the event “posts an answer”`.
    fn subject(told: &ChangeContext) -> String {
        told.named()
    }

    /// What adding a record is called.
    fn added(_told: &ChangeContext) -> Option<String> {
        None
    }

    /// What an edit is called, where it is more than a change of fields.
    fn edited(_told: &ChangeContext) -> Option<String> {
        None
    }

    /// What deleting a record is called.
    fn deleted(_told: &ChangeContext) -> Option<String> {
        None
    }

    /// Why this change is not undone, though others of the noun are.
    fn refuse_undo(_change: &Change) -> Option<&'static str> {
        None
    }

    /// Settles an older document as an edit of the record, which comes back first if it was deleted.
    fn put_back(_entry: &mut Entry, _id: &Id, _document: &Value) -> Ruled<()> {
        Self::PUT_BACK.map(drop).map_err(Refusal::state)
    }

    /// Puts a record back to an older version; what is an act of its own stays.
    fn restore_version(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        Self::put_back(entry, id, document)
    }

    /// Undoes an edit; also what the rules keep out of an edit.
    fn revert(entry: &mut Entry, change: &Change) -> Ruled<()> {
        Self::put_back(entry, &change.id, &change.before)
    }

    /// What must hold before a record is deleted, beside that no other record names it.
    fn may_delete(_entry: &Entry, _id: &Id) -> Ruled<()> {
        Ok(())
    }

    /// What lists across incidents search for.
    fn handles(&self) -> Handles {
        Handles::default()
    }

    /// The texts by which its incident is found.
    fn searched(&self) -> Vec<&str> {
        Vec::new()
    }

    /// What the public profile shows of a document whose internal fields are empty already; nothing of one that is a note
    /// for the people here.
    fn public(document: Value) -> Option<Value> {
        Some(document)
    }

    /// Names that stand in a document and are not told in public, beside those of people.
    fn withheld(_document: &Value) -> Vec<Withheld<'_>> {
        Vec::new()
    }

    /// What of it counts in another instance, which `entry` is of; nothing where it has to be made there. What somebody
    /// judged elsewhere, and whom it names there, goes.
    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        Some(self)
    }
}

/// A name that is not told in public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withheld<'a> {
    /// The name.
    pub name: &'a str,
    /// What stands for it.
    pub stand_in: &'static str,
    /// Whether it is looked for as it is spelt, because it may be a word of the language too.
    pub as_spelt: bool,
}

/// The definition of a noun that is known at run time only.
pub(crate) trait Defined: Sync {
    /// [`Definition::PUT_BACK`].
    fn permit(&self) -> Ruled<Permit>;
    /// [`Definition::FIELDS`].
    fn fields(&self) -> &'static Fields;
    /// [`Definition::TRAVEL`].
    fn travel(&self) -> Travel;
    /// [`Definition::ID_IS_A_WORD`].
    fn id_is_a_word(&self) -> bool;
    /// [`Definition::IS_IN_SENTENCES`].
    fn is_in_sentences(&self) -> bool;
    /// Of every record, deleted ones too.
    fn ids(&self, dossier: &Dossier) -> Vec<Id>;
    /// [`Definition::NAMING`].
    fn naming(&self) -> Naming;
    /// [`Definition::FOLLOWS`].
    fn follows(&self) -> bool;
    /// [`Definition::PAGE`].
    fn page(&self) -> &'static str;
    /// [`Definition::sentence`].
    fn sentence(&self, change: &Change) -> Option<String>;
    /// [`Definition::restore_version`].
    fn restore_version(&self, entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()>;
    /// [`Definition::place`].
    fn place(&self, id: &Id, record: &Value) -> String;
    /// [`Definition::name`] of a record, deleted or not.
    fn name(&self, dossier: &Dossier, id: &Id) -> Option<String>;
    /// [`Definition::subject`].
    fn subject(&self, told: &ChangeContext) -> String;
    /// [`Definition::added`].
    fn added(&self, told: &ChangeContext) -> Option<String>;
    /// [`Definition::edited`].
    fn edited(&self, told: &ChangeContext) -> Option<String>;
    /// [`Definition::deleted`].
    fn deleted(&self, told: &ChangeContext) -> Option<String>;
    /// [`Definition::refuse_undo`].
    fn refuse_undo(&self, change: &Change) -> Option<&'static str>;
    /// [`Definition::put_back`].
    fn put_back(&self, entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()>;
    /// [`Definition::revert`].
    fn revert(&self, entry: &mut Entry, change: &Change) -> Ruled<()>;
    /// [`Definition::may_delete`].
    fn may_delete(&self, entry: &Entry, id: &Id) -> Ruled<()>;
    /// Deletes a record as [`Entry::remove`] does.
    fn remove(&self, entry: &mut Entry, id: &Id) -> Ruled<()>;
    /// [`Definition::handles`]; none of a document that cannot be read.
    fn handles(&self, document: &Value) -> Handles;
    /// [`Definition::STAYS_INSIDE`].
    fn stays_inside(&self) -> bool;
    /// [`Definition::public`].
    fn public(&self, document: Value) -> Option<Value>;
    /// [`Definition::withheld`].
    fn withheld<'a>(&self, document: &'a Value) -> Vec<Withheld<'a>>;
    /// Writes a document of another instance, as far as it counts here: [`Definition::imported`].
    fn import(&self, entry: &mut Entry, document: &Value) -> Ruled<()>;
}

/// Stands for a noun's type.
pub(super) struct Of<T>(pub(super) PhantomData<fn() -> T>);

impl<T: Definition> Defined for Of<T> {
    fn permit(&self) -> Ruled<Permit> {
        T::PUT_BACK.map_err(Refusal::state)
    }

    fn fields(&self) -> &'static Fields {
        &const { T::FIELDS }
    }

    fn travel(&self) -> Travel {
        T::TRAVEL
    }

    fn id_is_a_word(&self) -> bool {
        T::ID_IS_A_WORD
    }

    fn is_in_sentences(&self) -> bool {
        T::IS_IN_SENTENCES
    }

    fn ids(&self, dossier: &Dossier) -> Vec<Id> {
        T::table(dossier).all().map(|kept| kept.record.id().clone()).collect()
    }

    fn naming(&self) -> Naming {
        T::NAMING
    }

    fn follows(&self) -> bool {
        T::FOLLOWS
    }

    fn page(&self) -> &'static str {
        T::PAGE
    }

    fn sentence(&self, change: &Change) -> Option<String> {
        T::sentence(change)
    }

    fn restore_version(&self, entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        T::restore_version(entry, id, document)
    }

    fn place(&self, id: &Id, record: &Value) -> String {
        T::place(id, record)
    }

    fn name(&self, dossier: &Dossier, id: &Id) -> Option<String> {
        T::table(dossier).find(id)?.record.name(dossier)
    }

    fn subject(&self, told: &ChangeContext) -> String {
        T::subject(told)
    }

    fn added(&self, told: &ChangeContext) -> Option<String> {
        T::added(told)
    }

    fn edited(&self, told: &ChangeContext) -> Option<String> {
        T::edited(told)
    }

    fn deleted(&self, told: &ChangeContext) -> Option<String> {
        T::deleted(told)
    }

    fn refuse_undo(&self, change: &Change) -> Option<&'static str> {
        T::refuse_undo(change)
    }

    fn put_back(&self, entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        T::put_back(entry, id, document)
    }

    fn revert(&self, entry: &mut Entry, change: &Change) -> Ruled<()> {
        T::revert(entry, change)
    }

    fn may_delete(&self, entry: &Entry, id: &Id) -> Ruled<()> {
        T::may_delete(entry, id)
    }

    fn remove(&self, entry: &mut Entry, id: &Id) -> Ruled<()> {
        entry.remove::<T>(id)
    }

    fn handles(&self, document: &Value) -> Handles {
        serde_json::from_value::<T>(document.clone()).map(|record| record.handles()).unwrap_or_default()
    }

    fn stays_inside(&self) -> bool {
        T::STAYS_INSIDE
    }

    fn public(&self, document: Value) -> Option<Value> {
        T::public(document)
    }

    fn withheld<'a>(&self, document: &'a Value) -> Vec<Withheld<'a>> {
        T::withheld(document)
    }

    fn import(&self, entry: &mut Entry, document: &Value) -> Ruled<()> {
        if let Some(known) = read::<T>(T::NOUN, document)?.imported(entry) {
            entry.put(known);
        }
        Ok(())
    }
}

impl Noun {
    /// The page of an incident that shows records of this noun; nothing where that hangs on what it is about.
    pub fn page(self) -> &'static str {
        self.definition().page()
    }

    /// What lists across incidents search for; nothing of a document that cannot be read.
    pub fn handles(self, document: &Value) -> Handles {
        self.definition().handles(document)
    }
}
