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

use super::{Alert, Place};
use crate::reader::log::LogRecord;
use crate::{Id, Instant};

pub use decide::DispositionDraft;
pub use proof::Shown;
pub use write::{ACTS_MAX, ALERTS_MAX, Joined};

pub use crate::incident::{DraftDecision, DraftState, Drafted};

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
