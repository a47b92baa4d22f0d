//! Taking one's own last act on an agent back: as a new change, by the rules of today.

use super::case::AgentComment;
use super::entry::{AgentChange, AgentEntry};
use super::{Agent, AgentNoun, AgentReview, Ended, Grant};
use crate::access::refuse_agent;
use crate::{Id, Refusal, Ruled};

/// The last act of somebody, which they may undo: `newest` are the newest changes of the log, the newest first.
/// Nobody may have changed the same records since.
pub fn last_act<'a>(newest: &'a [AgentChange], by: &Id) -> Ruled<Vec<&'a AgentChange>> {
    let own = newest.iter().position(|change| change.actor.id == *by);
    let own = own.ok_or_else(|| Refusal::state("You have not changed anything here that could be undone."))?;
    let (since, rest) = newest.split_at(own);
    let is_one_act = |change: &&AgentChange| change.at == rest[0].at && change.actor == rest[0].actor;
    let act: Vec<&AgentChange> = rest.iter().take_while(is_one_act).collect();
    let touched = |later: &&AgentChange| act.iter().any(|change| (change.noun, &change.id) == (later.noun, &later.id));
    if let Some(later) = since.iter().find(touched) {
        let sentence = format!(
            "{} has changed the same {} since: edit what is wrong instead.",
            later.actor.spoken(),
            later.noun.label()
        );
        return Err(Refusal::state(sentence));
    }
    if !act.iter().all(|change| is_undoable(change)) {
        return Err(Refusal::state(
            "Registering, merging and splitting agents cannot be undone: make the change that puts it right.",
        ));
    }
    Ok(act)
}

impl AgentEntry {
    /// Takes the last act of the one who asks back, as a new change. Grants that it added end, and what was reviewed or
    /// said stays in the file as undone: others may have read it.
    pub fn undo(&mut self, newest: &[AgentChange]) -> Ruled<()> {
        refuse_agent(self.by(), "take an act back")?;
        self.refuse_merged()?;
        let by = self.by().id.clone();
        for change in last_act(newest, &by)? {
            self.put_back(change)?;
        }
        Ok(())
    }

    fn put_back(&mut self, change: &AgentChange) -> Ruled<()> {
        let unreadable = |_| Refusal::state("The version before is of a form that cannot be read any more.");
        match change.noun {
            AgentNoun::Agent => {
                let mut before: Agent = serde_json::from_value(change.before.clone()).map_err(unreadable)?;
                let now = self.file().agent()?.clone();
                if before.history != now.history {
                    // A status that it had is not unsaid: it returns to the one before, from now on.
                    if now.status() == super::AgentStatus::Suspended {
                        self.refuse_held("returns to an earlier status")?;
                    }
                    let mut history = now.history.clone();
                    if let Some(was) = before.history.last().cloned() {
                        let (from, by) = (self.now(), Some(self.by().clone()));
                        history.push(super::Standing { from, by, reason: "Undone.".into(), ..was });
                    }
                    before.history = history;
                }
                self.refuse_own_approval(&before)?;
                self.put(before);
            }
            AgentNoun::Review if change.before.is_null() => {
                let review = self.get::<AgentReview>(&change.id)?.record;
                self.put(AgentReview { taken_back: Some(self.stamp()), ..review });
            }
            AgentNoun::Review => {
                self.put(serde_json::from_value::<AgentReview>(change.before.clone()).map_err(unreadable)?);
            }
            AgentNoun::Comment if change.before.is_null() => {
                let comment = self.get::<AgentComment>(&change.id)?.record;
                self.put(AgentComment { taken_back: Some(self.stamp()), ..comment });
            }
            AgentNoun::Comment => {
                self.put(serde_json::from_value::<AgentComment>(change.before.clone()).map_err(unreadable)?);
            }
            AgentNoun::Containment => {
                return Err(Refusal::state("A containment is not undone: cancel it, or have a reviewer restore it."));
            }
            AgentNoun::Grant => {
                let grant = self.get::<Grant>(&change.id)?.record;
                if change.before.is_null() {
                    let (at, by) = (self.now(), Some(self.by().clone()));
                    self.put(Grant { ended: Some(Ended { at, by, reason: "Undone.".into() }), ..grant });
                } else {
                    let before: Grant = serde_json::from_value(change.before.clone()).map_err(unreadable)?;
                    if before.is_grave() && before.ends().is_none() && grant.ends().is_some() {
                        self.refuse_owner_alone("that a grant of destructive acts or of privileges holds again")?;
                    }
                    self.put(before);
                }
            }
        }
        Ok(())
    }
}

/// Whether a change can be undone: what is part of no registration, merge or split.
pub fn is_undoable(change: &AgentChange) -> bool {
    let is_own = change.kind == "edited" || change.kind == "added";
    match change.noun {
        AgentNoun::Agent => change.kind == "edited" && !moves_names(change),
        AgentNoun::Grant | AgentNoun::Review | AgentNoun::Comment => is_own,
        AgentNoun::Containment => false,
    }
}

/// Whether a change is part of a merge or a split, which two files tell of.
fn moves_names(change: &AgentChange) -> bool {
    ["merged", "merged_into"].iter().any(|field| change.before.get(field) != change.after.get(field))
}
