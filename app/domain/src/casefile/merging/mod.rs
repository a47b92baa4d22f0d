//! One incident that was filed twice: what one of the two says is taken into the other, and can be taken out again.
//!
//! Records keep their ids, so every reference between them holds. What bears a judgement of the whole stays behind:
//! ratings, overrides, signatures, the history of the verdict, the postmortem and decisions about its wording. The
//! other incident keeps all it had and is read-only.

mod part;
mod people;
mod take;

#[cfg(test)]
mod tests;
mod texts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Entry, Fields, Naming, Noun, Travel, labels};
use crate::history::ChangeContext;
use crate::incident::{Incident, Status, Visibility};
use crate::{Id, Key, Refusal, Ruled, Stamp};

pub use part::{PartDraft, Parting};
pub use take::{Joined, Plan};

/// That another incident was merged into this one. It stays when that is undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merge {
    /// Its id.
    pub id: Id,
    /// The other incident.
    pub from: Key,
    /// What that one was called.
    pub title: String,
    /// Who merged the two and when.
    pub merged: Stamp,
    /// The records that came with it, each with the version that wrote it here.
    pub added: Vec<Added>,
    /// The records of this incident that it changed.
    pub changed: Vec<Changed>,
    /// Who took it back and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Stamp>,
}

/// A record that was taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Added {
    /// Which noun.
    pub noun: Noun,
    /// Which record.
    pub id: Id,
    /// The version that wrote it: where the record has a later one, somebody edited it since.
    pub version: u64,
}

/// A record that was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// Which noun.
    pub noun: Noun,
    /// Which record.
    pub id: Id,
    /// The version that changed it.
    pub version: u64,
    /// What it was before.
    pub before: Value,
}

/// A merge as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct MergeDraft {
    /// The incident that stays.
    #[serde(default)]
    pub into: String,
    /// The version of the one that goes whose plan was seen.
    pub from_version: Option<u64>,
    /// The same of the one that stays.
    pub into_version: Option<u64>,
}

impl MergeDraft {
    /// Reads the key.
    pub fn key(&self) -> Ruled<Key> {
        let missing = || Refusal::field("into", "Name the incident that stays by its key, such as INC-3.");
        Key::parse(self.into.trim()).ok_or_else(missing)
    }

    /// Refuses a merge of other versions than were looked at.
    pub fn refuse_unseen(&self, from: &Dossier, into: &Dossier) -> Ruled<()> {
        for (seen, dossier) in [(self.from_version, from), (self.into_version, into)] {
            if seen.is_some_and(|seen| seen != dossier.version) {
                let key = dossier.key();
                return Err(Refusal::state(format!(
                    "{key} changed since you looked at what would be merged: look at it again below, then merge."
                )));
            }
        }
        Ok(())
    }
}

impl Dossier {
    /// The incident that this one was merged into.
    pub fn merged_into(&self) -> Option<Key> {
        self.incident().ok().and_then(|incident| incident.merged_into)
    }

    /// The merges into this incident that stand.
    pub fn standing_merges(&self) -> impl Iterator<Item = &Merge> {
        self.merges.iter().map(|kept| &kept.record).filter(|merge| merge.undone.is_none())
    }
}

/// Refuses two incidents that cannot be merged.
fn refuse_pair(from: &Dossier, into: &Dossier) -> Ruled<()> {
    let (one, other) = (from.incident()?, into.incident()?);
    let (key, target) = (from.key(), into.key());
    if one.id == other.id {
        return Err(Refusal::field("into", format!("{key} is this incident itself: name another one.")));
    }
    if let Some(known) = one.merged_into {
        return Err(Refusal::state(format!("{key} was merged into {known} already: undo that first.")));
    }
    if let Some(known) = other.merged_into {
        return Err(Refusal::field("into", format!("{target} was itself merged into {known}: name that one.")));
    }
    if other.status == Status::Closed {
        return Err(Refusal::field("into", format!("{target} is closed: open it again before you merge into it.")));
    }
    refuse_other_readers(one, other, key, target)
}

/// What one says, and the name of the other, must be told to nobody who does not see it already.
fn refuse_other_readers(one: &Incident, other: &Incident, key: Key, target: Key) -> Ruled<()> {
    if one.visibility != other.visibility {
        let (private, open) = if one.visibility == Visibility::Private { (key, target) } else { (target, key) };
        return Err(Refusal::field(
            "into",
            format!(
                "{private} is private and {open} is open: make both private for the same members, or both open, before you merge them."
            ),
        ));
    }
    let lacks = |one: &Incident, other: &Incident| {
        let is_there = |id: &Id| other.members.iter().any(|known| &known.id == id);
        one.members.iter().find(|member| !is_there(&member.id)).map(|member| member.name.clone())
    };
    let lacking = lacks(one, other).map(|name| (name, target)).or_else(|| lacks(other, one).map(|name| (name, key)));
    match lacking.filter(|_| one.visibility == Visibility::Private) {
        Some((name, lacking)) => Err(Refusal::field(
            "into",
            format!(
                "Both are private, and {name} is no member of {lacking}: give both the same members before you merge them."
            ),
        )),
        None => Ok(()),
    }
}

impl Entry {
    /// Marks this incident as another one that was filed before.
    pub fn merge_into(&mut self, into: Key) -> Ruled<()> {
        let stamp = self.stamp();
        let incident = self.dossier().incident()?.clone();
        self.put(Incident { merged_into: Some(into), merged: Some(stamp), ..incident });
        Ok(())
    }

    /// Makes this incident one of its own again.
    pub fn part(&mut self) -> Ruled<()> {
        let incident = self.dossier().incident()?.clone();
        self.put(Incident { merged_into: None, merged: None, ..incident });
        Ok(())
    }

    /// Who sees an incident stays while a merge stands: each of the two names the other.
    pub(crate) fn refuse_to_be_seen_otherwise(&self) -> Ruled<()> {
        let other =
            self.dossier().merged_into().or_else(|| self.dossier().standing_merges().next().map(|one| one.from));
        match other {
            Some(other) => Err(Refusal::field(
                "visibility",
                format!(
                    "This incident and {other} were merged, and the same people must see both: undo the merge, change who sees them, and merge them again."
                ),
            )),
            None => Ok(()),
        }
    }

    /// What was merged is read-only. Inquest itself goes on marking what it finds, and members may be taken off.
    pub(crate) fn refuse_on_merged(&self, before: &Dossier) -> Ruled<()> {
        let (Some(into), Ok(was)) = (before.merged_into(), before.incident()) else { return Ok(()) };
        let head = self.dossier().incident()?;
        let fewer = head.members.iter().all(|member| was.members.contains(member));
        let plain =
            |incident: &Incident| Incident { merged_into: None, merged: None, members: Vec::new(), ..incident.clone() };
        let only_head = self.changes().iter().all(|change| change.noun == Noun::Incident);
        if self.by().id.as_str() == crate::id::SYSTEM || (only_head && fewer && plain(was) == plain(head)) {
            return Ok(());
        }
        Err(read_only(before.key(), into))
    }
}

/// What is said to whoever would change an incident that was merged.
pub fn read_only(key: Key, into: Key) -> Refusal {
    Refusal::state(format!("{key} was merged into {into} and is read-only: work on {into}, or undo the merge first."))
}

impl Definition for Merge {
    const PAGE: &'static str = "history";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A merge of incidents is undone on the page of the incident that was merged.");
    const FIELDS: Fields = Fields {
        words: labels! { "added.noun" => Noun, "changed.noun" => Noun },
        texts: &["title"],
        references: &["added.id", "changed.id"],
        codes: &["from"],
        ..Fields::NONE
    };
    const STAYS_INSIDE: bool = true;
    const NAMING: Naming = Naming::OfThePast;
    const TRAVEL: Travel = Travel::Stays;

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("merged {} {} into this incident", told.text("from"), told.quoted("title")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Some(format!("took {} {} out of this incident again", told.text("from"), told.quoted("title")))
    }
}
