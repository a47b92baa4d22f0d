//! When is a source not known to be whole, because logging was changed? Asked of every evidence item of the incident.

use super::Evidence;
use crate::interval::Span;
use crate::reader::log::{LoggingChange, Turn, touches, words};
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
        let told = self.change.told();
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

/// What turns on again what an act turned off. A trail that was deleted is not there any more: what is made anew under its
/// name logs nothing until it is started, and not the same.
const OPPOSITES: &[(&str, &[&str])] = &[
    ("stop", &["start", "resume"]),
    ("pause", &["resume", "start"]),
    ("end", &["start"]),
    ("abort", &["start"]),
    ("disable", &["enable"]),
    ("disabled", &["enabled"]),
    ("deactivate", &["activate"]),
    ("deactivated", &["activated"]),
    ("delete", &["undelete", "restore"]),
    ("remove", &["add", "restore"]),
    ("removed", &["added", "restored"]),
];

/// Whether a later act turns on again what this one turned off: it is the opposite act, on the same thing in the same
/// place.
pub(crate) fn undoes(later: &LoggingChange, change: &LoggingChange) -> bool {
    later.turn() == Turn::On
        && later.outcome == Outcome::Success
        && later.place == change.place
        && is_opposite(&later.action, &change.action)
        && is_same_thing(&later.resource, &change.resource)
}

/// Whether one name of an act is another with its verb turned: `StartLogging` of `StopLogging`.
fn is_opposite(later: &str, earlier: &str) -> bool {
    let (later, earlier) = (words(later), words(earlier));
    let mut other = later.iter().zip(&earlier).filter(|(later, earlier)| later != earlier);
    let turned = other.next().is_some_and(|(later, earlier)| {
        OPPOSITES.iter().any(|(off, on)| off == earlier && on.contains(&later.as_str()))
    });
    later.len() == earlier.len() && turned && other.next().is_none()
}

/// Whether two names are of one thing: a bare name is the last part of one that says where the thing is.
fn is_same_thing(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let last = |name: &str| name.rsplit(['/', ':']).next().unwrap_or_default().to_string();
    let is_whole = |name: &str| name.contains(['/', ':']);
    if is_whole(&one) && is_whole(&other) { one == other } else { last(&one) == last(&other) }
}

/// The breaks of a source by what the evidence of the incident tells, the source itself among it.
pub fn breaks_of<'a>(source: &Evidence, incident: impl IntoIterator<Item = &'a Evidence>) -> Vec<Break<'a>> {
    let acts = incident.into_iter().flat_map(|item| {
        let own = item.id == source.id;
        let touching = item.logging_changes.iter().filter(move |change| {
            if own { !change.is_unread_file() } else { touches(item.log_format(), change, source.log_format()) }
        });
        touching.map(move |change| ((!own).then_some(item.name.as_str()), change))
    });
    breaks(acts.collect::<Vec<_>>())
}
