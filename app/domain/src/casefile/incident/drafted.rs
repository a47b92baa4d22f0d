//! Incidents that a rule of the watch drafted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::RuleKind;
use crate::words::words;
use crate::{Id, Stamp};

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
