//! A containment: an agent is stopped, recoverably, and the log says whether it stopped.
//!
//! What an adapter answers is a claim. Only the records of sources that would show an act of the agent prove that it
//! stopped, and one act after the stop proves that it did not.

mod acts;
mod draft;
mod entry;
mod proof;
mod step;

use serde::{Deserialize, Serialize};

use super::AgentStatus;
use crate::vocabulary::RuleKind;
use crate::words::words;
use crate::{Id, Instant, Person, Stamp};

pub use acts::{ActAfter, Honoured, SHOWN_MAX, Seen};
pub use draft::{ContainmentDraft, WhyDraft};
pub use entry::{NewContainment, ViaStop};
pub use proof::Watching;
pub use step::{Acting, Happening, Step};

/// The time without an act after which a stop counts as effective, unless the stop says otherwise.
pub const QUIET_SECONDS: i64 = 60;
/// A suspension waits for a review for so long before it is called late.
pub const REVIEW_HOURS: i64 = 24;

words! {
    /// How a stop is told.
    StopKind is "a kind of stop" {
        Webhook "webhook" "signed webhook", Http "http" "HTTP request",
    }
}

words! {
    /// How far a containment is.
    ContainmentState is "a state of a containment" {
        Requested "requested" "requested",
        Sent "sent" "sent",
        Acknowledged "acknowledged" "acknowledged",
        Effective "effective" "effective",
        NotEffective "not_effective" "not effective",
        Unproven "unproven" "unproven",
        Failed "failed" "failed",
        Restored "restored" "restored",
        Permanent "permanent" "permanent",
        Cancelled "cancelled" "cancelled",
    }
}

impl ContainmentState {
    /// Whether the agent is held by it: until a reviewer restores it, it may not act. One that was made permanent holds
    /// the agent too.
    pub const fn holds(self) -> bool {
        !matches!(self, Self::Restored | Self::Cancelled)
    }

    /// Whether somebody has yet to review it.
    pub const fn awaits_review(self) -> bool {
        self.holds() && !matches!(self, Self::Permanent)
    }
}

/// Why an agent was stopped: somebody asked, or a rule did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// A person, or a program with their token.
    Person {
        /// Who.
        person: Person,
    },
    /// A rule.
    Rule {
        /// Which.
        rule: RuleKind,
        /// The alert that it raised.
        alert: Id,
    },
}

/// An agent is stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Containment {
    /// Its id; also what an adapter knows it by.
    pub id: Id,
    /// The agent.
    pub agent: Id,
    /// Who or what asked for it.
    pub cause: Cause,
    /// Why.
    pub why: String,
    /// When it was asked for.
    pub requested_at: Instant,
    /// The incident it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Id>,
    /// The stop that is told; nothing where the agent is stopped by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<ViaStop>,
    /// Without an act for so long after it was sent, it is effective.
    pub quiet_seconds: i64,
    /// Nothing is sent and nobody is suspended: it is noted what would have been sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_dry_run: bool,
    /// Work depends on the agent, so a second person decides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_second: bool,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Stamp>,
    /// The names of those whose acts were the reason, or on whose behalf they were: they do not judge about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caused_by: Vec<String>,
    /// The status to which a restored agent returns; nothing where another containment, or a person, had suspended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<AgentStatus>,
    /// Every state it had, the first one first.
    pub steps: Vec<Step>,
    /// When the stop was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
    /// What the adapter answered last: a claim, not a proof.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub claim: String,
    /// Acts seen after the stop, the first ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ActAfter>,
    /// Of each source in which acts were seen after the stop: how many, and how late the last one was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub honoured: Vec<Honoured>,
    /// By when somebody reviews it.
    pub review_due: Instant,
}

impl Containment {
    /// How far it is.
    pub fn state(&self) -> ContainmentState {
        self.steps.last().map_or(ContainmentState::Requested, |step| step.state)
    }

    /// When it came to that state.
    pub fn since(&self) -> Instant {
        self.steps.last().map_or(self.requested_at, |step| step.at)
    }

    /// When it first came to a state.
    pub fn reached(&self, state: ContainmentState) -> Option<Instant> {
        self.steps.iter().find(|step| step.state == state).map(|step| step.at)
    }

    /// Whether it waits for a second person.
    pub fn awaits_second(&self) -> bool {
        self.state() == ContainmentState::Requested && self.needs_second && self.approved.is_none()
    }

    /// Whether a reviewer is late.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.state().awaits_review() && self.review_due <= now
    }

    /// When the quiet time is over.
    pub fn quiet_until(&self) -> Option<Instant> {
        self.sent_at.map(|sent| sent.plus_micros(self.quiet_seconds * 1_000_000))
    }

    /// The longest time from the stop to the last act seen after it, over all sources: how late it was honoured.
    pub fn honour_micros(&self) -> Option<i64> {
        self.honoured.iter().map(|honoured| honoured.latency_micros).max()
    }
}

#[cfg(test)]
mod tests;
