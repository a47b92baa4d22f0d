//! Taking one's own last act on an agent back: as a new change, by the rules of today.

use super::entry::{AgentChange, AgentEntry};
use super::{Agent, AgentNoun, Ended, Grant};
use crate::evidence::refuse_agent;
use crate::{Refusal, Ruled};

impl AgentEntry {
    /// Puts back what the last act changed: `last` are the newest changes of the log, the newest first. Grants that it
    /// added end; what was reviewed, said, merged or split stays, for others may have relied on it.
    pub fn undo(&mut self, last: &[AgentChange]) -> Ruled<()> {
        refuse_agent(self.by(), "take an act back")?;
        self.refuse_merged()?;
        let newest = last.first().ok_or_else(|| Refusal::state("Nothing was changed here yet."))?;
        if newest.actor.id != self.by().id {
            let sentence =
                "The last change here is somebody else's: only they take it back. Edit what is wrong instead.";
            return Err(Refusal::state(sentence));
        }
        let act: Vec<&AgentChange> =
            last.iter().take_while(|change| change.at == newest.at && change.actor == newest.actor).collect();
        if !act.iter().all(|change| is_undoable(change)) {
            return Err(Refusal::state(
                "Registering, reviews, comments, merges and splits are not taken back: make the change that puts it right.",
            ));
        }
        for change in act {
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
                    let mut history = now.history.clone();
                    if let Some(was) = before.history.last().cloned() {
                        let (from, by) = (self.now(), Some(self.by().clone()));
                        history.push(super::Standing { from, by, reason: "Taken back.".into(), ..was });
                    }
                    before.history = history;
                }
                self.put(before);
            }
            _ => {
                let grant = self.get::<Grant>(&change.id)?.record;
                if change.before.is_null() {
                    let (at, by) = (self.now(), Some(self.by().clone()));
                    self.put(Grant { ended: Some(Ended { at, by, reason: "Taken back.".into() }), ..grant });
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

/// Whether a change can be taken back.
pub fn is_undoable(change: &AgentChange) -> bool {
    match change.noun {
        AgentNoun::Agent => change.kind == "edited" && !moves_names(change),
        AgentNoun::Grant => change.kind == "edited" || change.kind == "added",
        AgentNoun::Review | AgentNoun::Comment => false,
    }
}

/// Whether a change is part of a merge or a split, which two files tell of.
fn moves_names(change: &AgentChange) -> bool {
    ["merged", "merged_into"].iter().any(|field| change.before.get(field) != change.after.get(field))
}
