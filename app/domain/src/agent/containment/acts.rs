//! Acts of an agent that was stopped.

use serde::{Deserialize, Serialize};

use super::Containment;
use crate::agent::Act;
use crate::draft::LINE_CHARS_MAX;
use crate::spelling::shown_line;
use crate::{Id, Instant};

/// So many acts are listed one by one; the others are counted.
pub const SHOWN_MAX: usize = 20;

/// An act of the agent seen after the stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ActAfter {
    /// The source that showed it.
    pub source: Id,
    /// Where in it: the batch or segment, and the line.
    pub place: String,
    /// When it happened, by its record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// When its record came in.
    pub received_at: Instant,
    /// What was done.
    #[serde(default)]
    pub verb: String,
    /// On what.
    #[serde(default)]
    pub resource: String,
}

impl ActAfter {
    /// What an act that came in says; nothing where it was kept from happening, which is what a stop is for.
    pub fn of(act: &Act, received_at: Instant) -> Option<Self> {
        if !act.is_act() || !act.happened() {
            return None;
        }
        let of = match (act.place.segment, act.place.batch) {
            (Some(segment), _) => format!("segment {segment}, "),
            (None, Some(batch)) => format!("batch {batch}, "),
            (None, None) => String::new(),
        };
        Some(Self {
            source: act.place.source.clone(),
            place: format!("{of}line {}", act.record.raw.first_line),
            // Where a log tells only the minute, the act may have come at its end: that a stop worked is not shown then.
            at: act.record.time_latest.or(act.at()),
            received_at,
            verb: act.record.verb.word().into(),
            resource: shown_line(&act.record.resource, LINE_CHARS_MAX),
        })
    }

    /// When it happened, as far as that can be known: not after its record came, whatever the clock of its source says.
    pub fn happened_at(&self) -> Instant {
        self.at.map_or(self.received_at, |at| at.min(self.received_at))
    }

    /// Whether it came after a stop. An act of which nobody knows when it happened counts if its record came after it:
    /// that a stop worked is to be proven, not that it did not.
    pub fn is_after(&self, sent: Instant) -> bool {
        self.happened_at() > sent
    }
}

/// How a stop was honoured, as one source shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Honoured {
    /// The source.
    pub source: Id,
    /// How many acts it showed after the stop.
    pub acts: u64,
    /// When the last of them happened.
    pub last_at: Instant,
    /// From the stop to that act, in microseconds.
    pub latency_micros: i64,
}

/// What was seen of an agent after its stop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Acts that can be listed.
    pub acts: Vec<ActAfter>,
    /// Acts that are only counted, because there were too many: by source how many, and when the last one happened. All
    /// of them were after the stop.
    pub others: Vec<(Id, u64, Instant)>,
}

impl Containment {
    /// The containment with everything that was seen since, as a page shows it.
    pub fn with_seen(mut self, seen: &Seen) -> Self {
        if self.state().awaits_review() {
            self.take_acts(seen);
        }
        self
    }

    /// Takes in all that was seen so far: lists the first acts, counts all of them by source. Acts before the stop are
    /// passed over. Answers whether any was after it.
    pub(super) fn take_acts(&mut self, seen: &Seen) -> bool {
        let Some(sent) = self.sent_at else { return false };
        let mut after: Vec<&ActAfter> = seen.acts.iter().filter(|act| act.is_after(sent)).collect();
        after.sort_by_key(|act| act.happened_at());
        for act in &after {
            if self.acts.len() < SHOWN_MAX && !self.acts.contains(act) {
                self.acts.push((*act).clone());
            }
        }
        let one_each = after.iter().map(|act| (&act.source, 1, act.happened_at()));
        let others = seen.others.iter().map(|(source, acts, last_at)| (source, *acts, *last_at));
        let mut counted: Vec<Honoured> = Vec::new();
        for (source, acts, last_at) in one_each.chain(others) {
            add(&mut counted, source, acts, last_at, sent);
        }
        // What was once seen is not unseen, whatever is told later.
        for known in std::mem::take(&mut self.honoured) {
            match counted.iter_mut().find(|honoured| honoured.source == known.source) {
                Some(honoured) => {
                    honoured.acts = honoured.acts.max(known.acts);
                    honoured.last_at = honoured.last_at.max(known.last_at);
                    honoured.latency_micros = honoured.latency_micros.max(known.latency_micros);
                }
                None => counted.push(known),
            }
        }
        counted.sort_by(|one, other| one.source.cmp(&other.source));
        self.honoured = counted;
        !self.honoured.is_empty()
    }
}

fn add(counted: &mut Vec<Honoured>, source: &Id, acts: u64, last_at: Instant, sent: Instant) {
    let latency = |last: Instant| last.micros().saturating_sub(sent.micros());
    match counted.iter_mut().find(|honoured| &honoured.source == source) {
        Some(honoured) => {
            honoured.acts = honoured.acts.saturating_add(acts);
            honoured.last_at = honoured.last_at.max(last_at);
            honoured.latency_micros = latency(honoured.last_at);
        }
        None => {
            counted.push(Honoured { source: source.clone(), acts, last_at, latency_micros: latency(last_at) });
        }
    }
}
