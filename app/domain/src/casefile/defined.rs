//! The definition of a noun that is known at run time only.

use std::marker::PhantomData;

use serde_json::Value;

use super::definition::{Definition, Handles, Naming, Spot, Travel, Withheld};
use super::dossier::read;
use super::field::Fields;
use super::{Change, Dossier, Entry};
use crate::access::Permit;
use crate::exposure::Ways;
use crate::history::ChangeContext;
use crate::{Id, Refusal, Ruled};

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
    /// [`Definition::IS_DISCUSSED`].
    fn is_discussed(&self) -> bool;
    /// Whether there is [`Definition::MENTIONING`].
    fn mentions(&self) -> bool;
    /// [`Definition::MENTIONING`] of a standing record.
    fn mentioning(&self, dossier: &Dossier, id: &Id) -> Option<(String, String)>;
    /// [`Definition::spot`] of a record, deleted or not.
    fn spot(&self, dossier: &Dossier, id: &Id) -> Option<Spot>;
    /// Writes a document of the incident that is taken in: [`Definition::merged`].
    fn take_in(&self, entry: &mut Entry, document: &Value, ways: &Ways, open: &mut Vec<String>) -> Ruled<()>;
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

    fn is_discussed(&self) -> bool {
        T::IS_DISCUSSED
    }

    fn mentions(&self) -> bool {
        T::MENTIONING.is_some()
    }

    fn mentioning(&self, dossier: &Dossier, id: &Id) -> Option<(String, String)> {
        let (about, text) = T::MENTIONING?(&T::table(dossier).get(id)?.record);
        Some((about, text.to_string()))
    }

    fn spot(&self, dossier: &Dossier, id: &Id) -> Option<Spot> {
        Some(T::table(dossier).find(id)?.record.spot())
    }

    fn take_in(&self, entry: &mut Entry, document: &Value, ways: &Ways, open: &mut Vec<String>) -> Ruled<()> {
        entry.put(read::<T>(T::NOUN, document)?.merged(ways, open));
        Ok(())
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
