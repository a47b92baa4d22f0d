//! From one state of a containment to the next: who, when and why. The one place that decides it.

use serde::{Deserialize, Serialize};

use super::{Cause, Containment, ContainmentState, Seen};
use crate::access::refuse_agent;
use crate::spelling::alike;
use crate::{Instant, Person, Refusal, Ruled, Stamp};

use ContainmentState::{
    Acknowledged, Cancelled, Effective, Failed, NotEffective, Permanent, Requested, Restored, Sent, Unproven,
};

/// A state that a containment came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// The state.
    pub state: ContainmentState,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Person,
    /// Why, or what was said.
    #[serde(default)]
    pub why: String,
}

/// What happens to a containment.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A second person agrees.
    Approved,
    /// The stop left this instance then, or somebody stopped the agent by hand.
    Sent(String, Instant),
    /// In a dry run: what would have been sent.
    Rehearsed(String),
    /// The adapter says that it did it.
    Acknowledged(String),
    /// The adapter did not, and is not asked again.
    GaveUp(String),
    /// Sources showed acts of the agent.
    Seen(Seen),
    /// The quiet time passed, and every source that would show an act showed none: their names.
    Quiet(Vec<String>),
    /// The quiet time passed, and nobody can say whether there was an act: why.
    NotShown(String),
    /// A reviewer lets the agent act again.
    Restored(String),
    /// A reviewer leaves it so.
    MadePermanent(String),
    /// It is called off before anything was sent.
    Cancelled(String),
}

/// The person who acts, with every name and address their account ever had.
#[derive(Debug, Clone, Copy)]
pub struct Acting<'a> {
    /// Who.
    pub by: &'a Person,
    /// Their names.
    pub names: &'a [String],
    /// When.
    pub at: Instant,
}

impl Containment {
    /// What becomes of the containment when this happens. A refusal says why it cannot.
    pub fn step(&self, happening: Happening, acting: Acting<'_>) -> Ruled<Self> {
        let mut next = self.clone();
        match happening {
            Happening::Approved => next.approve(acting)?,
            Happening::Sent(how, at) => next.send(how, at.min(acting.at), acting)?,
            Happening::Rehearsed(what) => next.rehearse(what, acting)?,
            Happening::Acknowledged(claim) => next.claim(Acknowledged, claim, acting),
            Happening::GaveUp(trouble) => next.claim(Failed, trouble, acting),
            Happening::Seen(seen) => next.see(&seen, acting),
            Happening::Quiet(shown_by) => next.prove(&shown_by, acting),
            Happening::NotShown(why) => next.leave_open(why, acting),
            Happening::Restored(why) => {
                next.refuse_party(acting, "restore the agent")?;
                next.decide(Restored, why, acting)?;
            }
            Happening::MadePermanent(why) => next.decide(Permanent, why, acting)?,
            Happening::Cancelled(why) => next.cancel(why, acting)?,
        }
        Ok(next)
    }

    fn go(&mut self, state: ContainmentState, why: String, acting: Acting<'_>) {
        self.steps.push(Step { state, at: acting.at, by: acting.by.clone(), why });
    }

    fn approve(&mut self, acting: Acting<'_>) -> Ruled<()> {
        refuse_agent(acting.by, "agree to stop an agent")?;
        if !self.awaits_second() {
            return Err(Refusal::state("This containment does not wait for a second person."));
        }
        if matches!(&self.cause, Cause::Person { person } if person.id == acting.by.id) {
            return Err(Refusal::forbidden(
                "You asked for this, and work depends on the agent: somebody else has to agree.",
            ));
        }
        if self.is_cause(acting) {
            return Err(Refusal::forbidden("Your own acts are the reason for this: somebody else has to agree."));
        }
        self.approved = Some(Stamp { at: acting.at, by: acting.by.clone() });
        Ok(())
    }

    fn send(&mut self, how: String, at: Instant, acting: Acting<'_>) -> Ruled<()> {
        if self.state() != Requested {
            return Err(Refusal::state(format!("This containment is {}: it is not sent again.", self.state())));
        }
        if self.awaits_second() || self.is_dry_run {
            return Err(Refusal::state("Nothing may be sent for this containment."));
        }
        self.sent_at = Some(at);
        self.go(Sent, how, Acting { at, ..acting });
        Ok(())
    }

    fn rehearse(&mut self, what: String, acting: Acting<'_>) -> Ruled<()> {
        if self.state() != Requested || !self.is_dry_run {
            return Err(Refusal::state("Only a dry run is rehearsed, and only once."));
        }
        self.go(Cancelled, what, acting);
        Ok(())
    }

    /// What an adapter says moves a containment only where nothing better is known: the log is not overruled.
    fn claim(&mut self, state: ContainmentState, claim: String, acting: Acting<'_>) {
        let is_next = match state {
            Acknowledged => self.state() == Sent,
            _ => matches!(self.state(), Requested | Sent) && !self.awaits_second(),
        };
        if self.state().holds() {
            self.claim.clone_from(&claim);
        }
        if is_next {
            self.go(state, claim, acting);
        }
    }

    fn see(&mut self, seen: &Seen, acting: Acting<'_>) {
        if !self.state().awaits_review() || !self.take_acts(seen) || self.state() == NotEffective {
            return;
        }
        let count: u64 = self.honoured.iter().map(|honoured| honoured.acts).sum();
        let told = if count == 1 { "1 act was seen".to_string() } else { format!("{count} acts were seen") };
        self.go(NotEffective, format!("{told} after the stop was sent."), acting);
    }

    fn prove(&mut self, shown_by: &[String], acting: Acting<'_>) {
        let is_over = self.quiet_until().is_some_and(|until| until <= acting.at);
        let is_open = matches!(self.state(), Sent | Acknowledged) || (self.state() == Failed && self.sent_at.is_some());
        if !is_open || !is_over || shown_by.is_empty() || !self.honoured.is_empty() {
            return;
        }
        let why = format!("No act for {} seconds after the stop in {}.", self.quiet_seconds, shown_by.join(", "));
        self.go(Effective, why, acting);
    }

    fn leave_open(&mut self, why: String, acting: Acting<'_>) {
        let is_over = self.quiet_until().is_some_and(|until| until <= acting.at);
        if matches!(self.state(), Sent | Acknowledged) && is_over {
            self.go(Unproven, why, acting);
        }
    }

    fn decide(&mut self, state: ContainmentState, why: String, acting: Acting<'_>) -> Ruled<()> {
        refuse_agent(acting.by, "decide about an agent that was stopped")?;
        match self.state() {
            Requested => Err(Refusal::state("Nothing was sent yet: cancel the containment instead.")),
            Restored | Cancelled => Err(Refusal::state(format!("This containment is {} already.", self.state()))),
            Permanent if state == Permanent => Err(Refusal::state("This containment is permanent already.")),
            _ => {
                self.go(state, why, acting);
                Ok(())
            }
        }
    }

    fn cancel(&mut self, why: String, acting: Acting<'_>) -> Ruled<()> {
        refuse_agent(acting.by, "call off a containment")?;
        if self.state() != Requested {
            return Err(Refusal::state(format!(
                "This containment is {}: it can be cancelled only before it is sent. Restore the agent instead.",
                self.state()
            )));
        }
        let asked = matches!(&self.cause, Cause::Person { person } if person.id == acting.by.id);
        if self.is_cause(acting) || (!asked && self.is_party(acting)) {
            return Err(Refusal::forbidden(
                "Your own acts are the reason for this containment: ask somebody else to decide about it.",
            ));
        }
        self.go(Cancelled, why, acting);
        Ok(())
    }

    /// Whether the acts that were the reason are theirs, or were done on their behalf.
    fn is_cause(&self, acting: Acting<'_>) -> bool {
        let names = || std::iter::once(&acting.by.name).chain(acting.names);
        self.caused_by.iter().any(|cause| names().any(|name| alike(name) == alike(cause)))
    }

    /// Whether they asked for it, agreed to it, or were its reason.
    fn is_party(&self, acting: Acting<'_>) -> bool {
        let asked = matches!(&self.cause, Cause::Person { person } if person.id == acting.by.id);
        let agreed = self.approved.as_ref().is_some_and(|stamp| stamp.by.id == acting.by.id);
        let stopped = self.steps.iter().any(|step| step.state == Sent && step.by.id == acting.by.id);
        asked || agreed || stopped || self.is_cause(acting)
    }

    /// Whoever caused or asked for it does not undo it.
    fn refuse_party(&self, acting: Acting<'_>, what: &str) -> Ruled<()> {
        if self.is_party(acting) {
            return Err(Refusal::forbidden(format!(
                "You caused, asked for or agreed to this containment, so you cannot {what}: ask another reviewer."
            )));
        }
        Ok(())
    }
}
