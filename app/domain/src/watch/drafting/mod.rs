//! An incident that a rule drafted: made from an alert and the records behind it, within seconds and without a person.
//!
//! It says what is known and leaves the rest unknown. A person adopts it, and it is an incident like any other; or
//! discards it with a reason, and it is closed.

mod decide;
mod exposure;
mod proof;
mod severity;
#[cfg(test)]
mod tests;
mod title;
mod write;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Alert, Place, RuleKind};
use crate::reader::log::LogRecord;
use crate::words::words;
use crate::{Id, Instant, Stamp};

pub use decide::DispositionDraft;
pub use proof::Shown;
pub use write::{ACTS_MAX, ALERTS_MAX, Joined};

words! {
    /// What became of an incident that a rule drafted.
    DraftState is "a state of a drafted incident" {
        Drafted "drafted" "drafted by a rule", Adopted "adopted" "adopted", Discarded "discarded" "discarded",
    }
}

/// That a rule drafted an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drafted {
    /// The rule.
    pub rule: RuleKind,
    /// The alert that it raised.
    pub alert: Id,
    /// What a person said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<DraftDecision>,
}

/// That a person adopted a draft or discarded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DraftDecision {
    /// What it became.
    pub state: DraftState,
    /// Who and when.
    pub stamp: Stamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Drafted {
    /// What became of it.
    pub fn state(&self) -> DraftState {
        self.decided.as_ref().map_or(DraftState::Drafted, |decided| decided.state)
    }
}

/// An alert with those of its acts of which the incident does not know yet.
#[derive(Debug, Clone)]
pub struct Raised {
    /// The alert.
    pub alert: Alert,
    /// What its source is called.
    pub source: String,
    /// How many acts the timeline says it has, if it says so already.
    pub told: u64,
    /// The acts, the first first.
    pub acts: Vec<RaisedAct>,
}

/// An act as it was read.
#[derive(Debug, Clone)]
pub struct RaisedAct {
    /// Its number among those that are kept of the alert.
    pub number: i64,
    /// Where it stands among what its source sent.
    pub place: Place,
    /// What the log says of it.
    pub record: LogRecord,
    /// When it came in.
    pub received: Instant,
    /// The event that tells it already, because another alert is about the same act.
    pub event: Option<Id>,
}

/// The events of acts, by the alert and the number of the act. An act for which there was no room has none.
pub type Placed = BTreeMap<(Id, i64), Option<Id>>;
