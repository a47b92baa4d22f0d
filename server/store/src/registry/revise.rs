//! Editing a record of an agent that somebody else may be editing too.

use domain::access::Permit;
use domain::agent::{AgentEntry, AgentRecord};
use domain::casefile::{Merge, merge};
use domain::{Id, Ruled};
use serde_json::{Map, Value};

use super::file::{as_of, newest};
use crate::{Actor, AgentEntered, EditConflict, Error, Result, Store, merge_patch};

impl Store {
    /// Edits a record of an agent by a JSON merge patch (RFC 7396). `seen` is the record's version on which the edit was
    /// made: edits of different fields both stand, edits of one field are a conflict. The rule gets the whole new form.
    #[allow(clippy::too_many_arguments)] // who, whose, which, since when, what: each is its own question
    pub async fn revise_agent<R, T, F>(
        &self,
        actor: &Actor,
        agent: &Id,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
        patch: &Value,
        act: F,
    ) -> Result<AgentEntered<T>>
    where
        R: AgentRecord,
        F: FnOnce(&mut AgentEntry, Value) -> Ruled<T> + Send,
    {
        let mut registering = self.registering(actor, permit).await?;
        let mut opened = registering.open(agent).await?;
        let kept = opened.entry.get::<R>(id)?;
        let theirs = serde_json::to_value(&kept.record)?;
        let mine = match Error::moved_on(seen, kept.version, opened.entry.file().version)? {
            None => merge_patch(&theirs, patch),
            Some(seen) => {
                let base = as_of(&mut registering.tx, (agent, R::NOUN, id), seen).await?;
                // Before the record was there it had no fields: whatever both have written since is in conflict.
                let base = base.unwrap_or_else(|| Value::Object(Map::new()));
                let mine = merge_patch(&base, patch);
                match merge(&base, &theirs, &mine) {
                    Merge::Clean(merged) => merged,
                    Merge::Conflict(fields) => {
                        let (noun, id) = (R::NOUN.label(), id.clone());
                        let (whole, current_version) = (false, kept.version);
                        let conflict = EditConflict { noun, id, base, theirs, mine, fields, whole, current_version };
                        return Err(Error::Conflict(Box::new(conflict)));
                    }
                }
            }
        };
        let value = act(&mut opened.entry, mine)?;
        let entered = registering.put(opened, value).await?;
        registering.commit().await?;
        Ok(entered)
    }
}

/// So many of the newest changes are looked at for the last act.
const ACT_MAX: u32 = 1_000;

impl Store {
    /// Takes the actor's last act on an agent back.
    pub async fn undo_agent(&self, actor: &Actor, agent: &Id) -> Result<AgentEntered<()>> {
        let mut registering = self.registering(actor, Permit::Edit).await?;
        let mut opened = registering.open(agent).await?;
        let last = newest(&mut registering.tx, agent, ACT_MAX).await?;
        opened.entry.undo(&last)?;
        let entered = registering.put(opened, ()).await?;
        registering.commit().await?;
        Ok(entered)
    }
}
