//! What was done to logging itself.

use serde::{Deserialize, Serialize};

use super::told;
use crate::interval::Span;
use crate::reader::log::{LoggingChange, Summary};
use crate::timeline::Outcome;

/// Acts on logging in the span, by whether they changed anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggingActs {
    /// Those that did, or of which the log does not say how they ended.
    pub effective: Vec<LoggingChange>,
    /// Those that were denied or went wrong.
    pub failed: Vec<LoggingChange>,
}

/// The acts inside the span, its last instant included; one without a time may be anywhere.
pub(super) fn inside(summary: &Summary, span: Option<Span>) -> LoggingActs {
    let is_inside = |change: &&LoggingChange| match (change.at, span) {
        (Some(at), Some((from, to))) => (from..=to).contains(&at.micros()),
        _ => true,
    };
    let acts = summary.logging_changes.iter().filter(is_inside).cloned();
    let (effective, failed) = acts.partition(is_effective);
    LoggingActs { effective, failed }
}

/// How many effective acts lie before the span: what they left switched off is not known from the span itself.
pub(super) fn before(summary: &Summary, span: Span) -> usize {
    let is_before = |change: &&LoggingChange| change.at.is_some_and(|at| at.micros() < span.0);
    summary.logging_changes.iter().filter(is_before).filter(|change| is_effective(change)).count()
}

fn is_effective(change: &LoggingChange) -> bool {
    matches!(change.outcome, Outcome::Success | Outcome::Unknown)
}

/// An act in words.
pub(super) fn act(change: &LoggingChange) -> String {
    let name = |name: &str, unknown: &str| if name.is_empty() { unknown.to_string() } else { name.to_string() };
    let resource = if change.resource.is_empty() { String::new() } else { format!(" on {}", change.resource) };
    let at = change.at.map_or("at an unknown time".into(), |at| format!("at {}", told(at.micros())));
    let ended = if change.outcome == Outcome::Unknown { " (how it ended is not recorded)" } else { "" };
    format!(
        "{}{resource} by {} {at}{ended}",
        name(&change.action, "an act on logging"),
        name(&change.actor, "an unnamed actor")
    )
}
