//! An act on logging, as it is kept with what was read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Instant;
use crate::vocabulary::Outcome;

/// An act that changes what is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggingChange {
    /// When.
    pub at: Option<Instant>,
    /// What, in the words of the source.
    pub action: String,
    /// Who.
    pub actor: String,
    /// What it was done to.
    pub resource: String,
    /// How it ended: only a success changed anything.
    pub outcome: Outcome,
    /// The line of the record.
    pub line: u64,
    /// The command that was run, or the message that tells of it, where the rest does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Where the thing is, where its name alone does not say: a region and an account, a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl LoggingChange {
    /// In a few words: `StopLogging by ops-agent at 2026-03-18T17:40:00Z (line 41)`.
    pub fn told(&self) -> String {
        let actor = if self.actor.is_empty() { "somebody" } else { &self.actor };
        let at = self.at.map(|at| format!(" at {at}")).unwrap_or_default();
        format!("{} by {actor}{at} (line {})", self.action, self.line)
    }
}

/// Stands where acts do: a whole file that nobody could read.
const UNREAD_FILE: &str = "a file that could not be read";

impl LoggingChange {
    /// What stands for a file that was to be read, and could not be: it may tell of any act at any time.
    pub fn of_unread_file() -> Self {
        Self {
            at: None,
            action: UNREAD_FILE.into(),
            actor: String::new(),
            resource: String::new(),
            outcome: Outcome::Unknown,
            line: 0,
            command: None,
            place: None,
        }
    }

    /// Whether it is no act, but stands for a file that nobody could read.
    pub fn is_unread_file(&self) -> bool {
        self.line == 0 && self.at.is_none() && self.action == UNREAD_FILE
    }
}
