//! What a noun is, said once: where it is shown, what it is called, how its changes are told, how it is put back.
//!
//! Each noun says so in its own file, with `impl Definition`. History, undo, names, lists across incidents, merges and
//! imports ask [`Noun::definition`] and never list nouns themselves.

use serde_json::Value;

use super::field::Fields;
use super::{CaseDocument, Change, Dossier, Entry, Noun};
use crate::access::Permit;
use crate::exposure::Ways;
use crate::history::ChangeContext;
use crate::{Id, Refusal, Ruled, TimeRange};

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

/// The text of a record in which people are mentioned, and what it is about, as a comment names that.
pub(crate) type Mentioning<T> = fn(&T) -> (String, &str);

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

    /// Where people are mentioned in it; nothing where they are not.
    const MENTIONING: Option<Mentioning<Self>> = None;

    /// Whether people comment on it.
    const IS_DISCUSSED: bool = false;

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

    /// Applies an older document as an edit of the record, which comes back first if it was deleted.
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

    /// What tells a reader which record it is, without saying anything of it.
    fn spot(&self) -> Spot {
        Spot::Number
    }

    /// What it is in the incident that takes it in: `ways` are the access paths that are called otherwise there. What a
    /// person has to decide anew is added to `open`, in a sentence.
    fn merged(self, _ways: &Ways, _open: &mut Vec<String>) -> Self {
        self
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

/// Which record it is, for readers who are not told what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Spot {
    /// The number among those of its noun.
    Number,
    /// What it is called without its content.
    Called(String),
    /// Its noun and its time.
    At(TimeRange),
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

impl Noun {
    /// What a sentence calls a record, deleted or not; nothing where it has no name.
    pub fn name(self, dossier: &Dossier, id: &Id) -> Option<String> {
        self.definition().name(dossier, id)
    }

    /// Where a record is shown, below its incident.
    pub fn place(self, id: &Id, record: &Value) -> String {
        self.definition().place(id, record)
    }

    /// The page of an incident that shows records of this noun; nothing where that hangs on what it is about.
    pub fn page(self) -> &'static str {
        self.definition().page()
    }

    /// Whether people are mentioned in records of this noun.
    pub fn mentions(self) -> bool {
        self.definition().mentions()
    }

    /// The text of a standing record in which people are mentioned, and what it is about, as a comment names that.
    pub fn mentioning(self, dossier: &Dossier, id: &Id) -> Option<(String, String)> {
        self.definition().mentioning(dossier, id)
    }

    /// What lists across incidents search for; nothing of a document that cannot be read.
    pub fn handles(self, document: &Value) -> Handles {
        self.definition().handles(document)
    }
}
