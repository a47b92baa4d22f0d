//! Whether an agent may act at all, and since when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Instant, Person};

words! {
    /// Whether an agent may act at all.
    AgentStatus is "a status of an agent" {
        Proposed "proposed" "proposed", Active "active" "active", Suspended "suspended" "suspended", Retired "retired" "retired",
    }
}

impl AgentStatus {
    /// What may come after it. A retired agent that runs again is active again, with who, when and why.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Proposed => &[Self::Active, Self::Retired],
            Self::Active => &[Self::Suspended, Self::Retired],
            Self::Suspended | Self::Retired => &[Self::Active, Self::Retired],
        }
    }
}

/// A status that an agent has from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// The status.
    pub status: AgentStatus,
    /// Since when.
    pub from: Instant,
    /// Who decided it.
    #[serde(default)]
    pub by: Option<Person>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// The last status that began by then, in whatever order they were written down; of two at one time the later written.
pub(super) fn status_at(history: &[Standing], at: Instant) -> Option<AgentStatus> {
    history.iter().filter(|standing| standing.from <= at).max_by_key(|standing| standing.from).map(|last| last.status)
}
