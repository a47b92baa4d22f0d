//! Containments in the file of an agent. A suspended agent has the status `suspended`, so that its acts are outside of
//! every grant from then on.

use serde::{Deserialize, Serialize};

use super::step::{Acting, Happening, Step};
use super::{Cause, Containment, ContainmentState, QUIET_SECONDS, REVIEW_HOURS, StopKind};
use crate::agent::{AgentEntry, AgentStatus, Standing};
use crate::{Id, Refusal, Ruled};

/// So many containments one agent has at most, those that are over too.
const CONTAINMENTS_MAX: usize = 500;

/// The stop that a containment goes by, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ViaStop {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// How it is told.
    pub kind: StopKind,
    /// How what it does is undone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub undone_by: String,
}

/// A containment to be.
#[derive(Debug, Clone)]
pub struct NewContainment {
    /// Its id; another one is made where there is none.
    pub id: Option<Id>,
    /// Who or what asks.
    pub cause: Cause,
    /// Why.
    pub why: String,
    /// The incident it belongs to.
    pub incident: Option<Id>,
    /// The stop that is told.
    pub stop: Option<ViaStop>,
    /// The quiet time of the stop.
    pub quiet_seconds: Option<i64>,
    /// Nothing is sent.
    pub is_dry_run: bool,
    /// Those whose acts are the reason.
    pub caused_by: Vec<String>,
}

impl AgentEntry {
    /// Begins a containment. Unless a second person has to agree first, the agent is suspended from now on.
    pub fn contain(&mut self, new: NewContainment) -> Ruled<Id> {
        self.refuse_merged()?;
        if self.file().containments.iter().count() >= CONTAINMENTS_MAX {
            let sentence = format!("This agent was stopped {CONTAINMENTS_MAX} times: retire it.");
            return Err(Refusal::state(sentence));
        }
        let is_same = |other: &Containment| {
            let via = |stop: &Option<ViaStop>| stop.as_ref().map(|stop| stop.id.clone());
            use ContainmentState::{Acknowledged, Requested, Sent};
            matches!(other.state(), Requested | Sent | Acknowledged) && via(&other.stop) == via(&new.stop)
        };
        if self.file().containments.iter().any(|kept| is_same(&kept.record)) {
            return Err(Refusal::state("The agent is being stopped this way already: wait for what the log shows."));
        }
        let needs_second = self.file().agent()?.critical && !new.is_dry_run;
        let requested =
            Step { state: ContainmentState::Requested, at: self.now(), by: self.by().clone(), why: String::new() };
        let containment = Containment {
            id: new.id.unwrap_or_else(|| self.new_id()),
            agent: self.file().agent()?.id.clone(),
            cause: new.cause,
            why: new.why,
            requested_at: self.now(),
            incident: new.incident,
            stop: new.stop,
            quiet_seconds: new.quiet_seconds.unwrap_or(QUIET_SECONDS),
            is_dry_run: new.is_dry_run,
            needs_second,
            approved: None,
            caused_by: new.caused_by,
            was: None,
            steps: vec![requested],
            sent_at: None,
            claim: String::new(),
            acts: Vec::new(),
            honoured: Vec::new(),
            review_due: self.now().plus_micros(REVIEW_HOURS * 3600 * 1_000_000),
        };
        let id = containment.id.clone();
        let containment = if containment.awaits_second() { containment } else { self.begin(containment)? };
        self.put(containment);
        Ok(id)
    }

    /// The containments that a rule asked for because of an alert belong to its incident; answers how many did not yet.
    pub fn tie_containments(&mut self, alert: &Id, incident: &Id) -> usize {
        let is_of = |containment: &Containment| {
            let is_cause = matches!(&containment.cause, Cause::Rule { alert: of, .. } if of == alert);
            is_cause && containment.incident.is_none()
        };
        let found: Vec<Containment> =
            self.file().containments.iter().map(|kept| kept.record.clone()).filter(is_of).collect();
        let count = found.len();
        for containment in found {
            self.put(Containment { incident: Some(incident.clone()), ..containment });
        }
        count
    }

    /// A second person agrees.
    pub fn approve_containment(&mut self, id: &Id) -> Ruled<()> {
        let approved = self.stepped(id, Happening::Approved)?;
        let begun = self.begin(approved)?;
        self.put(begun);
        Ok(())
    }

    /// Something happened to a containment.
    pub fn move_containment(&mut self, id: &Id, happening: Happening) -> Ruled<ContainmentState> {
        let moved = self.stepped(id, happening)?;
        let state = moved.state();
        if !state.holds() {
            self.release(&moved)?;
        }
        self.put(moved);
        Ok(state)
    }

    fn stepped(&mut self, id: &Id, happening: Happening) -> Ruled<Containment> {
        let containment = self.get::<Containment>(id)?.record;
        containment.step(happening, Acting { by: self.by(), names: self.names(), at: self.now() })
    }

    /// Suspends the agent. Where nobody is told, a person has stopped it by hand; a rule has no hands.
    fn begin(&mut self, mut containment: Containment) -> Ruled<Containment> {
        if containment.is_dry_run {
            return Ok(containment);
        }
        containment.was = self.suspend(&containment)?;
        if containment.stop.is_some() {
            return Ok(containment);
        }
        let acting = Acting { by: self.by(), names: self.names(), at: self.now() };
        let place = &self.file().agent()?.stop.place;
        containment.step(
            match &containment.cause {
                Cause::Person { .. } => Happening::Sent("Stopped by hand.".into(), acting.at),
                Cause::Rule { .. } if place.is_empty() => {
                    Happening::GaveUp("No stop is set up for this agent: stop it by hand.".into())
                }
                Cause::Rule { .. } => {
                    Happening::GaveUp(format!("No stop is set up for this agent: stop it by hand, at {place}."))
                }
            },
            acting,
        )
    }

    /// Gives the agent the status `suspended`, and answers the one to which it returns.
    fn suspend(&mut self, containment: &Containment) -> Ruled<Option<AgentStatus>> {
        let mut agent = self.file().agent()?.clone();
        match agent.status() {
            // Another containment holds it: whoever is last gives the status back.
            AgentStatus::Suspended => {
                let held = self.file().containments.iter().find(|kept| kept.record.state().holds());
                Ok(held.and_then(|kept| kept.record.was))
            }
            AgentStatus::Retired => Ok(None),
            was @ (AgentStatus::Active | AgentStatus::Proposed) => {
                let (from, by) = (self.now(), Some(self.by().clone()));
                let reason = format!("Stopped: {}", containment.why);
                agent.history.push(Standing { status: AgentStatus::Suspended, from, by, reason });
                self.put(agent);
                Ok(Some(was))
            }
        }
    }

    /// Gives the agent its status back, unless something else holds it.
    fn release(&mut self, over: &Containment) -> Ruled<()> {
        let others = |kept: &crate::table::CaseItem<Containment>| {
            kept.record.id != over.id && kept.record.state().holds() && !kept.record.is_dry_run
        };
        let is_held = self.file().containments.iter().any(others);
        let mut agent = self.file().agent()?.clone();
        let Some(status) = over.was.filter(|_| !is_held && agent.status() == AgentStatus::Suspended) else {
            return Ok(());
        };
        let (from, by) = (self.now(), Some(self.by().clone()));
        let reason = over.steps.last().map(|step| format!("{}: {}", step.state, step.why)).unwrap_or_default();
        agent.history.push(Standing { status, from, by, reason });
        self.put(agent);
        Ok(())
    }

    /// What holds an agent is not passed by: it is restored by a reviewer, and by nothing else.
    pub(crate) fn refuse_held(&self, what: &str) -> Ruled<()> {
        let holds = |containment: &Containment| {
            containment.state().holds() && !containment.is_dry_run && !containment.awaits_second()
        };
        if self.file().containments.iter().any(|kept| holds(&kept.record)) {
            return Err(Refusal::state(format!(
                "This agent was stopped, so it {what} only after a reviewer has restored it: open its containment."
            )));
        }
        Ok(())
    }
}
