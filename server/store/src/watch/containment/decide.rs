//! What people decide about an agent: that it is stopped, that a second one agrees, that it acts again.

use domain::access::Permit;
use domain::agent::AgentEntry;
use domain::watch::Cause;
use domain::watch::containment::{ContainmentDraft, Happening, NewContainment, ViaStop};
use domain::watch::stop::{Filled, StopSetting, TemplateValues};
use domain::{Id, Key, Refusal, Ruled};

use super::seen::seen_of;
use crate::registry::AgentEntered;
use crate::{Actor, Result, Store};

impl Store {
    /// Stops an agent because somebody asks.
    pub async fn contain_agent(&self, actor: &Actor, agent: &Id, draft: ContainmentDraft) -> Result<AgentEntered<Id>> {
        actor.permit(Permit::Edit)?;
        let why = draft.why()?;
        let incident = match draft.incident.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            None => None,
            Some(key) => {
                let missing =
                    || Refusal::field("incident", "There is no incident of that key: write one such as INC-12.");
                let key = Key::parse(key).ok_or_else(missing)?;
                Some(self.dossier(actor, key).await.map_err(|_| missing())?.incident()?.id.clone())
            }
        };
        let stop = match &draft.stop {
            None => None,
            Some(id) => {
                let stop = self.stop(actor, id).await?;
                if !stop.serves(agent) {
                    return Err(Refusal::field("stop", "This stop is not for this agent: choose another one.").into());
                }
                Some(stop)
            }
        };
        let is_dry_run = stop.as_ref().is_some_and(|stop| stop.is_dry_run || self.stopping().is_dry_run);
        let via = |stop: &StopSetting| ViaStop {
            id: stop.id.clone(),
            name: stop.name.clone(),
            kind: stop.kind,
            undone_by: stop.undone_by.clone(),
        };
        let new = NewContainment {
            id: None,
            cause: Cause::Person { person: actor.person.clone() },
            why,
            incident,
            stop: stop.as_ref().map(via),
            quiet_seconds: stop.as_ref().map(|stop| stop.quiet_seconds),
            is_dry_run,
            caused_by: Vec::new(),
        };
        self.enter_agent(actor, agent, Permit::Edit, move |entry| {
            let id = entry.contain(new)?;
            if let Some(stop) = stop.filter(|_| is_dry_run) {
                rehearse(entry, &id, &stop)?;
            }
            Ok(id)
        })
        .await
    }

    /// A second person agrees.
    pub async fn approve_containment(&self, actor: &Actor, id: &Id) -> Result<AgentEntered<()>> {
        let agent = self.contained_agent(actor, id).await?;
        self.enter_agent(actor, &agent, Permit::Review, |entry| entry.approve_containment(id)).await
    }

    /// Calls a containment off before it is sent.
    pub async fn cancel_containment(&self, actor: &Actor, id: &Id, why: String) -> Result<AgentEntered<()>> {
        self.decide_containment(actor, id, Happening::Cancelled(why)).await
    }

    /// Lets the agent act again.
    pub async fn restore_containment(&self, actor: &Actor, id: &Id, why: String) -> Result<AgentEntered<()>> {
        self.decide_containment(actor, id, Happening::Restored(why)).await
    }

    /// Leaves the agent stopped for good.
    pub async fn keep_containment(&self, actor: &Actor, id: &Id, why: String) -> Result<AgentEntered<()>> {
        self.decide_containment(actor, id, Happening::MadePermanent(why)).await
    }

    /// Decides, with everything that was seen until now in the record.
    async fn decide_containment(&self, actor: &Actor, id: &Id, decided: Happening) -> Result<AgentEntered<()>> {
        let agent = self.contained_agent(actor, id).await?;
        let mut registering = self.registering(actor, Permit::Review).await?;
        let seen = seen_of(&mut registering.tx, id).await?;
        let mut opened = registering.open(&agent).await?;
        opened.entry.move_containment(id, Happening::Seen(seen))?;
        opened.entry.move_containment(id, decided)?;
        let entered = registering.put(opened, ()).await?;
        registering.commit().await?;
        Ok(entered)
    }
}

/// Notes what would have been sent.
pub(super) fn rehearse(entry: &mut AgentEntry, id: &Id, stop: &StopSetting) -> Ruled<()> {
    let told = told_of(entry, id, "suspend")?;
    let would = match Filled::of(stop, &told) {
        Ok(filled) => {
            let headers: Vec<String> =
                filled.shown_headers().iter().map(|header| format!("{}: {}", header.name, header.value)).collect();
            let body = if filled.body.is_empty() { String::new() } else { format!(" Body: {}", filled.body) };
            let headers = if headers.is_empty() { String::new() } else { format!(" Headers: {}.", headers.join("; ")) };
            format!("Dry run: {} {} would have been asked.{headers}{body}", stop.method, filled.url)
        }
        Err(sentence) => format!("Dry run: nothing could have been sent. {sentence}"),
    };
    entry.move_containment(id, Happening::Rehearsed(would)).map(drop)
}

/// What an adapter is told of a containment.
pub(super) fn told_of(entry: &AgentEntry, id: &Id, action: &str) -> Ruled<TemplateValues> {
    let file = entry.file();
    let containment = entry.get::<domain::watch::Containment>(id)?.record;
    Ok(super::send::told(file.agent()?, &containment, action))
}
