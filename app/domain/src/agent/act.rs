//! An act that came in from a source.

use serde::{Deserialize, Serialize};

use crate::agent::scope::Deed;
use crate::reader::log::LogRecord;
use crate::vocabulary::{Effect, Outcome, Reversibility, Verb};
use crate::{Id, Instant};

/// Where an act stands among what a source sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Place {
    /// The source.
    pub source: Id,
    /// The batch that brought it, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
    /// The sealed segment it is in, where it was read from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<i64>,
}

/// An act to be judged. Where in its batch or segment it stands is in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Who did it, by the registry; nobody until it was judged, or where the registry does not know.
    pub agent: Option<Id>,
    /// Where it stands.
    pub place: Place,
    /// What the log says of it.
    pub record: LogRecord,
}

impl Act {
    /// Whether it is an act that a grant could allow, and not something that is only said.
    pub(crate) fn is_act(&self) -> bool {
        (self.record.verb, self.record.effect) != (Verb::Other, Effect::None) && !self.record.is_remark()
    }

    /// Whether it was not kept from happening, as far as is known.
    pub(crate) fn happened(&self) -> bool {
        !matches!(self.record.outcome, Outcome::Denied | Outcome::Error)
    }

    /// Whether it deletes or destroys, also where the log does not say what it changed.
    pub(crate) fn is_destructive(&self) -> bool {
        self.record.effect == Effect::Destructive
            || (self.record.verb == Verb::Delete && self.record.effect == Effect::None)
    }

    /// When it was done, as far as is known.
    pub fn at(&self) -> Option<Instant> {
        self.record.time
    }

    /// What is known of it, for its scope. `people` are those who confirmed it.
    pub fn deed<'a>(&'a self, people: &'a [&'a str]) -> Deed<'a> {
        let record = &self.record;
        Deed {
            verb: record.verb,
            resource: &record.resource,
            effect: record.effect,
            reversibility: Reversibility::Unknown,
            task: "",
            earliest: record.time,
            latest: record.time_latest.or(record.time),
            confirmation: record.confirmation,
            people,
        }
    }
}
