//! Putting records back: to an older version, or to before one's own last act.
//!
//! Both go the way of any other edit: the same rules check what is put back, and the log gets a
//! line. What bears somebody's name under a judgement has ways of its own and is refused here.

use serde_json::Value;

use super::subject;
use crate::access::Permit;
use crate::casefile::{Change, Draft, Entry, Noun, read_older};
use crate::{Id, Refusal, Ruled};

/// What putting a record of that noun back needs, or why it is never put back.
pub fn permit_to_put_back(noun: Noun) -> Ruled<Permit> {
    noun.definition().permit()
}

/// Whether a change is an act that can be undone. The refusal says what to do instead.
pub fn may_undo(change: &Change) -> Ruled<Permit> {
    let definition = change.noun.definition();
    let permit = definition.permit()?;
    definition.refuse_undo(change).map_or(Ok(permit), |sentence| Err(Refusal::state(sentence)))
}

impl Entry {
    /// Puts a record back to what it was after a change.
    pub fn restore_version(&mut self, change: &Change) -> Ruled<()> {
        permit_to_put_back(change.noun)?;
        if change.after.is_null() {
            return Err(Refusal::state("That change deleted the record: restore a version from before it."));
        }
        change.noun.definition().restore_version(self, &change.id, &change.after)?;
        if self.changes().is_empty() {
            return Err(Refusal::state(
                "The record is like that already. Acts with a name under them, such as resolving or approving, are not put back: they have buttons of their own.",
            ));
        }
        Ok(())
    }

    /// Undoes changes of one entry, the last first. The caller has made sure that nothing came after them.
    pub fn undo(&mut self, changes: &[Change]) -> Ruled<()> {
        for change in changes.iter().rev().filter(|change| !change.noun.definition().follows()) {
            may_undo(change)?;
            let definition = change.noun.definition();
            match (change.before.is_null(), change.after.is_null()) {
                (true, _) => definition.remove(self, &change.id)?,
                // It was deleted: its content is what the log remembers of it.
                (false, true) => definition.put_back(self, &change.id, &change.before)?,
                (false, false) => definition.revert(self, change)?,
            }
        }
        if self.changes().is_empty() {
            return Err(Refusal::state("Nothing is left to undo: the records are as they were before."));
        }
        Ok(())
    }

    /// Applies an older document as an edit of the record, which comes back first if it was deleted.
    pub(crate) fn apply_again<D: Draft>(&mut self, id: &Id, document: &Value) -> Ruled<()> {
        let draft: D = read_older(document)?;
        self.restore::<D::Document>(id)?;
        self.revise(id, draft)
    }
}

/// What an undo would do.
#[derive(Debug, Clone, PartialEq)]
pub enum Undo {
    /// The reader has changed nothing lately.
    Nothing,
    /// These changes, all of one entry.
    Ready(Vec<Change>),
    /// Somebody changed one of the records since.
    Overtaken {
        /// The reader's own change of it.
        change: Change,
        /// The sentence.
        sentence: String,
    },
    /// An act of a kind that is not undone.
    Refused {
        /// The change.
        change: Change,
        /// What to do instead.
        sentence: String,
    },
}

impl Undo {
    /// What the last own entry among the latest changes, oldest first, allows.
    pub fn of(changes: &[Change], me: &crate::Person, dossier: &crate::casefile::Dossier) -> Self {
        let own = |change: &&Change| change.actor.id == me.id && change.actor.agent == me.agent;
        let Some(last) = changes.iter().rev().find(|change| own(change) && !change.noun.definition().follows()) else {
            return Self::Nothing;
        };
        // The changes of one entry bear one time and follow each other.
        let entry: Vec<Change> = changes.iter().filter(own).filter(|change| change.at == last.at).cloned().collect();
        // The changes are the latest of a log. An entry that reaches beyond them is not undone by half.
        let is_cut = |first: &Change| first.version > 1 && own(&first) && first.at == last.at;
        if changes.first().is_some_and(is_cut) {
            let sentence = format!("It changed more than the {} records that are undone at once.", changes.len());
            return Self::Refused { change: last.clone(), sentence };
        }
        for change in entry.iter().filter(|change| !change.noun.definition().follows()) {
            if let Err(refusal) = may_undo(change) {
                return Self::Refused { change: change.clone(), sentence: refusal.sentence };
            }
            let same = |other: &&Change| (other.noun, &other.id) == (change.noun, &change.id);
            if let Some(later) = changes.iter().rev().find(same).filter(|later| later.version > change.version) {
                let by = later.actor.spoken();
                let sentence = format!(
                    "{by} changed {} since, so your change of it is not undone by itself: choose a version in its history.",
                    subject(later, dossier)
                );
                return Self::Overtaken { change: change.clone(), sentence };
            }
        }
        Self::Ready(entry)
    }
}

#[cfg(test)]
mod tests;
