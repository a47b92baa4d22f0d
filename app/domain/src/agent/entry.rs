//! One entry into an agent's file: the only way to change it. As with incidents, a change that is not logged cannot be
//! expressed, and the rules have no clock, no database and no chance.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::case::{AgentCase, AgentNoun, AgentRecord};
use crate::table::CaseItem;
use crate::time::Zone;
use crate::{Id, Instant, Person, Refusal, Ruled, Stamp};

/// Another agent that is known under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Under which, as it was asked for.
    pub identifier: String,
    /// The agent.
    pub id: Id,
    /// What it is called.
    pub name: String,
}

/// All that an entry needs from outside.
pub struct AgentAct {
    /// Who acts.
    pub by: Person,
    /// Every name and address the account of this person ever had.
    pub names: Vec<String>,
    /// When.
    pub now: Instant,
    /// The zone in which the person reads and types times.
    pub zone: Zone,
    /// The accounts in use, of whom one may be an owner.
    pub accounts: Vec<Id>,
    /// Makes names for new records.
    pub ids: Box<dyn FnMut() -> Id + Send>,
}

/// One change of one record, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentChange {
    /// The version of the agent's file that this change makes.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Person,
    /// What happened: added, edited, or `merged from <id>` where it came with another agent.
    pub kind: String,
    /// Which noun was changed.
    pub noun: AgentNoun,
    /// Which record.
    pub id: Id,
    /// The record before; `null` when it is new.
    pub before: Value,
    /// The record after.
    pub after: Value,
}

/// An open entry into one agent's file.
pub struct AgentEntry {
    file: AgentCase,
    act: AgentAct,
    origin: Option<Id>,
    changes: Vec<AgentChange>,
}

impl AgentEntry {
    /// Opens an entry on a file; on an empty one for a new agent.
    pub fn new(file: AgentCase, act: AgentAct) -> Self {
        Self { file, act, origin: None, changes: Vec::new() }
    }

    /// The file as it stands inside this entry.
    pub fn file(&self) -> &AgentCase {
        &self.file
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

    /// The zone in which the person types times.
    pub fn zone(&self) -> &Zone {
        &self.act.zone
    }

    /// Whether an account is there and in use.
    pub fn is_account(&self, id: &Id) -> bool {
        self.act.accounts.contains(id)
    }

    /// Who and when, as one value.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.act.now, by: self.act.by.clone() }
    }

    /// A name for a new record.
    pub fn new_id(&mut self) -> Id {
        (self.act.ids)()
    }

    /// What this entry has changed so far.
    pub fn changes(&self) -> &[AgentChange] {
        &self.changes
    }

    /// Takes in records of another agent from now on, or no more: the log says of each where it is from.
    pub(super) fn take_from(&mut self, origin: Option<Id>) {
        self.origin = origin;
    }

    /// The record of that id, or the refusal that says it is not there.
    pub fn get<T: AgentRecord>(&self, id: &Id) -> Ruled<CaseItem<T>> {
        T::table(&self.file).get(id).cloned().ok_or_else(|| Refusal::absent(T::NOUN))
    }

    /// Writes a record, new or changed. One that is as it was is not a change; one entry changes a record once.
    pub fn put<T: AgentRecord>(&mut self, record: T) {
        let before = T::table(&self.file).get(record.id());
        if before.is_some_and(|kept| kept.record == record) {
            return;
        }
        let (id, after) = (record.id().clone(), serde_json::to_value(&record).unwrap_or_default());
        let known = self.changes.iter_mut().find(|change| change.noun == T::NOUN && change.id == id);
        let version = if let Some(change) = known {
            change.after = after;
            change.version
        } else {
            let kind = match (before, &self.origin) {
                (Some(_), _) => "edited".to_string(),
                (None, Some(origin)) => format!("{}{origin}", crate::vocabulary::MERGED),
                (None, None) => "added".to_string(),
            };
            let before = before.map_or(Value::Null, |kept| serde_json::to_value(&kept.record).unwrap_or_default());
            self.file.version += 1;
            let (at, actor) = (self.act.now, self.act.by.clone());
            let version = self.file.version;
            self.changes.push(AgentChange { version, at, actor, kind, noun: T::NOUN, id: id.clone(), before, after });
            version
        };
        T::table_mut(&mut self.file).insert(id, CaseItem { version, deleted: None, record });
    }

    /// Closes the entry: the file after it, and the log of changes.
    pub fn close(self) -> (AgentCase, Vec<AgentChange>) {
        (self.file, self.changes)
    }
}
