//! A person adopts a draft, or discards it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{DraftDecision, DraftState, Drafted};
use crate::access::refuse_agent;
use crate::casefile::{Dossier, Entry};
use crate::id::SYSTEM;
use crate::incident::{Incident, Status};
use crate::spelling::parse_line;
use crate::watch::REASON_CHARS_MAX;
use crate::{Refusal, Ruled};

/// A decision about a draft, as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DispositionDraft {
    /// Why. Whoever discards has to say.
    #[serde(default)]
    pub reason: String,
}

impl Dossier {
    /// That a rule drafted this incident, if one did.
    pub fn drafted(&self) -> Option<&Drafted> {
        self.incident().ok()?.drafted.as_ref()
    }

    /// Whether a rule drafted it and nobody has said yet what becomes of it.
    pub fn is_undecided_draft(&self) -> bool {
        self.drafted().is_some_and(|drafted| drafted.state() == DraftState::Drafted)
    }

    /// Whether what happens again belongs here: it is open, and stands by itself.
    pub fn takes_alerts(&self) -> bool {
        let is_discarded = self.drafted().is_some_and(|drafted| drafted.state() == DraftState::Discarded);
        let is_open = self.incident().is_ok_and(|head| head.status != Status::Closed && head.merged_into.is_none());
        is_open && !is_discarded
    }
}

impl Entry {
    /// Makes a draft an incident like any other. One that was discarded comes back by it.
    pub fn adopt_draft(&mut self, draft: DispositionDraft) -> Ruled<()> {
        let (mut head, state) = self.undecided("adopt what a rule drafted")?;
        if state == DraftState::Adopted {
            return Err(Refusal::state("This incident was adopted already."));
        }
        if state == DraftState::Discarded {
            (head.status, head.closed) = (Status::Declared, None);
        }
        head.members.retain(|member| member.id.as_str() != SYSTEM);
        if !head.members.iter().any(|member| member.id == self.by().id) {
            head.members.push(self.by().clone());
        }
        let reason = parse_line("reason", draft.reason, REASON_CHARS_MAX)?;
        self.decide(head, DraftState::Adopted, reason);
        Ok(())
    }

    /// Closes a draft that is no incident, with the reason.
    pub fn discard_draft(&mut self, draft: DispositionDraft) -> Ruled<()> {
        let (mut head, state) = self.undecided("discard what a rule drafted")?;
        match state {
            DraftState::Drafted => {}
            DraftState::Discarded => return Err(Refusal::state("This draft was discarded already.")),
            DraftState::Adopted => {
                return Err(Refusal::state(
                    "This incident was adopted, so that it is one: close it as any other, on the page of its settings.",
                ));
            }
        }
        let reason = parse_line("reason", draft.reason, REASON_CHARS_MAX)?;
        if reason.is_empty() {
            return Err(Refusal::field("reason", "Say why this is no incident: the rule is made better by it."));
        }
        (head.status, head.closed) = (Status::Closed, Some(self.stamp()));
        self.decide(head, DraftState::Discarded, reason);
        Ok(())
    }

    /// Refuses to move a draft on that was discarded.
    pub(crate) fn refuse_discarded(&self) -> Ruled<()> {
        match self.dossier().drafted().map(Drafted::state) {
            Some(DraftState::Discarded) => Err(Refusal::state("This draft was discarded: adopt it to go on with it.")),
            _ => Ok(()),
        }
    }

    fn undecided(&self, what: &str) -> Ruled<(Incident, DraftState)> {
        refuse_agent(self.by(), what)?;
        let head = self.dossier().incident()?.clone();
        let state = head.drafted.as_ref().map(Drafted::state);
        let state = state.ok_or_else(|| Refusal::state("No rule drafted this incident: people filed it."))?;
        Ok((head, state))
    }

    fn decide(&mut self, mut head: Incident, state: DraftState, reason: String) {
        let decided = Some(DraftDecision { state, stamp: self.stamp(), reason });
        head.drafted = head.drafted.map(|drafted| Drafted { decided, ..drafted });
        self.put(head);
    }
}
