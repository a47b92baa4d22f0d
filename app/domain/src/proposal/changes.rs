//! What was done to logging itself, in this log and in every other of the incident.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Source, told};
use crate::evidence::{Break, breaks, is_effective};
use crate::interval::Span;
use crate::reader::log::{LoggingChange, Summary, touches};
use crate::timeline::Outcome;

/// Acts on logging in the span, by whether they changed anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggingActs {
    /// Those that did, or of which the log does not say how they ended.
    pub effective: Vec<LoggingChange>,
    /// Those that were denied or went wrong.
    pub failed: Vec<LoggingChange>,
    /// Effective acts that other logs of the incident tell of and that touch the source of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<ToldElsewhere>,
}

/// An act on logging that another evidence item tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToldElsewhere {
    /// The name of the item.
    pub evidence: String,
    /// The act.
    pub change: LoggingChange,
}

/// The acts inside the span, its last instant included; one without a time may be anywhere.
pub(super) fn inside(source: &Source<'_>, span: Option<Span>) -> LoggingActs {
    let summary = source.summary;
    let is_inside = |change: &&LoggingChange| match (change.at, span) {
        (Some(at), Some((from, to))) => (from..=to).contains(&at.micros()),
        _ => true,
    };
    let acts = summary.logging_changes.iter().filter(is_inside).cloned();
    let (effective, failed) = acts.partition(is_effective);
    let elsewhere = broken(source, span)
        .into_iter()
        .filter(|one| !one.change.is_unread_file())
        .filter_map(|one| Some(ToldElsewhere { evidence: one.told_in?.to_string(), change: one.change.clone() }));
    LoggingActs { effective, failed, elsewhere: elsewhere.collect() }
}

/// The times that acts on logging leave open, by every log of the incident, as far as they meet the span.
pub(super) fn broken<'a>(source: &Source<'a>, span: Option<Span>) -> Vec<Break<'a>> {
    let own = source.summary.logging_changes.iter().map(|change| (None, change));
    let format = Some(source.summary.format);
    let others = source.incident.iter().filter(|item| item.id != source.evidence.id).flat_map(|item| {
        let touching = item.logging_changes.iter();
        touching
            .filter(move |change| touches(item.log_format(), change, format))
            .map(move |change| (Some(item.name.as_str()), change))
    });
    let all = breaks(own.chain(others).collect::<Vec<_>>());
    all.into_iter().filter(|one| span.is_none_or(|span| one.meets(span))).collect()
}

/// How many effective acts lie before the span and were undone before it.
pub(super) fn before(summary: &Summary, span: Span) -> usize {
    let is_before = |change: &&LoggingChange| change.at.is_some_and(|at| at.micros() < span.0);
    summary.logging_changes.iter().filter(is_before).filter(|change| is_effective(change)).count()
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
