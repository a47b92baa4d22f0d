//! A containment and what is decided about it, as they are sent.

use serde::Deserialize;

use crate::draft::{TEXT_CHARS_MAX, required};
use crate::{Id, Ruled};

/// So long is a reason.
const WHY_CHARS_MAX: usize = TEXT_CHARS_MAX / 20;

/// A containment that a person asks for.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct ContainmentDraft {
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The stop that is told; nothing where the agent was stopped by hand.
    pub stop: Option<Id>,
    /// The incident it belongs to, by its key.
    pub incident: Option<String>,
}

/// A decision about a containment.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct WhyDraft {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl ContainmentDraft {
    /// The reason, which is not left out.
    pub fn why(&self) -> Ruled<String> {
        required("reason", self.reason.clone(), WHY_CHARS_MAX, "Write why the agent is stopped, in a sentence.")
    }
}

impl WhyDraft {
    /// The reason, which is not left out.
    pub fn why(self) -> Ruled<String> {
        required("reason", self.reason, WHY_CHARS_MAX, "Write why, in a sentence.")
    }
}
