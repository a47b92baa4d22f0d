//! When is a source not known to be whole, because logging was changed? Asked of every evidence item of the incident.

use super::Evidence;
use crate::interval::Span;
use crate::reader::log::{LoggingChange, Turn, touches};
use crate::reading::told;
use crate::timeline::Outcome;

/// A time in which a source is not known to be whole, and the act that made it so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Break<'a> {
    /// The act.
    pub change: &'a LoggingChange,
    /// The name of the evidence item that tells of it, where that is not the source itself.
    pub told_in: Option<&'a str>,
    /// From then, in microseconds, until before the end.
    pub span: Span,
}

impl Break<'_> {
    /// The act in words: `DeleteTrail by agent at 2026-03-18T17:30:00Z (line 1 of “trail.jsonl”)`.
    pub fn told(&self) -> String {
        let told = told(self.change);
        match (self.told_in, told.strip_suffix(')')) {
            (Some(name), Some(told)) => format!("{told} of “{name}”)"),
            _ => told,
        }
    }

    /// Whether it meets a span, whose last instant counts.
    pub fn meets(&self, span: Span) -> bool {
        self.span.0 <= span.1 && span.0 < self.span.1
    }
}

/// Whether an act changed anything, or may have.
pub fn is_effective(change: &LoggingChange) -> bool {
    matches!(change.outcome, Outcome::Success | Outcome::Unknown)
}

/// The breaks that these acts make, by time. An act that turns logging off lasts until the log shows it on again, for
/// the same thing; one that may have gone either way lasts for ever; one that turns it on says that it was off before.
pub fn breaks<'a>(acts: impl IntoIterator<Item = (Option<&'a str>, &'a LoggingChange)>) -> Vec<Break<'a>> {
    let mut acts: Vec<_> = acts.into_iter().filter(|(_, change)| is_effective(change)).collect();
    acts.sort_by_key(|(name, change)| (change.at, *name, change.line));
    let mut found = Vec::new();
    let mut undone = vec![false; acts.len()];
    for (place, (told_in, change)) in acts.iter().enumerate() {
        let Some(at) = change.at else {
            found.push(Break { change, told_in: *told_in, span: (i64::MIN, i64::MAX) });
            continue;
        };
        let span = match change.turn() {
            Turn::On if undone[place] => continue,
            Turn::On => (at.micros(), at.micros().saturating_add(1)),
            Turn::Changed => (at.micros(), i64::MAX),
            Turn::Lost => (i64::MIN, i64::MAX),
            Turn::Off => {
                let mut later = acts.iter().enumerate().skip(place + 1);
                let again = later.find(|(next, (_, other))| !undone[*next] && undoes(other, change));
                let end = again.and_then(|(next, (_, other))| Some((next, other.at?)));
                if let Some((next, _)) = end {
                    undone[next] = true;
                }
                (at.micros(), end.map_or(i64::MAX, |(_, end)| end.micros().max(at.micros().saturating_add(1))))
            }
        };
        found.push(Break { change, told_in: *told_in, span });
    }
    found
}

/// Whether a later act turns on again what this one turned off.
pub(crate) fn undoes(later: &LoggingChange, change: &LoggingChange) -> bool {
    let last = |name: &str| name.rsplit(['/', ':']).next().unwrap_or_default().to_lowercase();
    // What is made anew is not what was there before: a new trail logs nothing until it is started, and not the same.
    let makes =
        later.action.rsplit(['.', '/', ':']).next().unwrap_or_default().to_ascii_lowercase().starts_with("create");
    later.turn() == Turn::On
        && !makes
        && later.outcome == Outcome::Success
        && last(&later.resource) == last(&change.resource)
}

/// The breaks of a source by what the evidence of the incident tells, the source itself among it.
pub fn breaks_of<'a>(source: &Evidence, incident: impl IntoIterator<Item = &'a Evidence>) -> Vec<Break<'a>> {
    let acts = incident.into_iter().flat_map(|item| {
        let own = item.id == source.id;
        let touching = item
            .logging_changes
            .iter()
            .filter(move |change| own || touches(item.log_format(), change, source.log_format()));
        touching.map(move |change| ((!own).then_some(item.name.as_str()), change))
    });
    breaks(acts.collect::<Vec<_>>())
}
