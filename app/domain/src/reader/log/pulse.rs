//! Acts that recur at a regular interval, such as a health check. Where one of them falls silent, records may be missing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// So many pairs of actor and action are followed at a time.
const PAIRS_MAX: usize = 200;

/// An act is regular or not by so many of its first intervals.
const JUDGED_INTERVALS: usize = 64;

/// An act that comes less often is no pulse.
const TIMES_MIN: u64 = 20;

/// So many silences of a pulse are listed; beyond, the last one grows.
const SILENCES_MAX: usize = 100;

/// A silence lasts longer than so many periods.
pub const SILENT_PERIODS: i64 = 2;

/// An act that recurs at a regular interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pulse {
    /// Who acts.
    pub actor: String,
    /// What is done, in the words of the source.
    pub action: String,
    /// How often.
    pub count: u64,
    /// The usual interval, in microseconds.
    pub period_micros: i64,
    /// The first time.
    pub from: Instant,
    /// The last time.
    pub to: Instant,
    /// Where it stopped for longer than two periods.
    #[serde(default)]
    pub silences: Vec<Silence>,
}

/// A time in which a pulse stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// The last beat before it.
    pub from: Instant,
    /// The first beat after it.
    pub to: Instant,
}

impl Silence {
    fn between(one: Instant, other: Instant) -> Self {
        Self { from: one.min(other), to: one.max(other) }
    }

    fn micros(self) -> i64 {
        self.to.micros() - self.from.micros()
    }
}

/// A period that held over the first intervals.
#[derive(Debug, Clone)]
struct Beat {
    period: i64,
    silences: Vec<Silence>,
}

impl Beat {
    /// The beat of these intervals, if they are regular: nine of ten lie within a quarter of their median.
    fn of(intervals: &[Silence]) -> Option<Self> {
        let mut lengths: Vec<i64> = intervals.iter().map(|interval| interval.micros()).collect();
        lengths.sort_unstable();
        let period = *lengths.get(lengths.len() / 2)?;
        let even = lengths.iter().filter(|length| length.abs_diff(period).saturating_mul(4) <= period.unsigned_abs());
        if period == 0 || even.count() * 10 < lengths.len() * 9 {
            return None;
        }
        let mut beat = Self { period, silences: Vec::new() };
        intervals.iter().for_each(|interval| beat.see(*interval));
        Some(beat)
    }

    fn see(&mut self, interval: Silence) {
        if interval.micros() <= self.period.saturating_mul(SILENT_PERIODS) {
            return;
        }
        let full = self.silences.len() == SILENCES_MAX;
        match self.silences.last_mut() {
            Some(last) if full => {
                *last = Silence { from: last.from.min(interval.from), to: last.to.max(interval.to) };
            }
            _ => self.silences.push(interval),
        }
    }
}

/// One actor's one action.
#[derive(Debug, Clone)]
struct Track {
    count: u64,
    from: Instant,
    to: Instant,
    last: Instant,
    /// The first intervals, until they are judged.
    intervals: Vec<Silence>,
    beat: Option<Beat>,
}

impl Track {
    fn new(time: Instant) -> Self {
        Self { count: 1, from: time, to: time, last: time, intervals: Vec::new(), beat: None }
    }

    /// Notes one more time; answers whether it may still be a pulse.
    fn see(&mut self, time: Instant) -> bool {
        let interval = Silence::between(self.last, time);
        self.count += 1;
        (self.from, self.to, self.last) = (self.from.min(time), self.to.max(time), time);
        if let Some(beat) = &mut self.beat {
            beat.see(interval);
            return true;
        }
        self.intervals.push(interval);
        if self.intervals.len() < JUDGED_INTERVALS {
            return true;
        }
        self.beat = Beat::of(&std::mem::take(&mut self.intervals));
        self.beat.is_some()
    }

    fn told(self, actor: &str, action: String) -> Option<Pulse> {
        let beat = self.beat.or_else(|| Beat::of(&self.intervals)).filter(|_| self.count >= TIMES_MIN)?;
        Some(Pulse {
            actor: actor.to_string(),
            action,
            count: self.count,
            period_micros: beat.period,
            from: self.from,
            to: self.to,
            silences: beat.silences,
        })
    }
}

/// Follows the pairs that were met first; one that turns out to be irregular gives its place to another.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulses {
    tracks: BTreeMap<String, BTreeMap<String, Track>>,
    pairs: usize,
}

impl Pulses {
    /// Notes an act at an exact time.
    pub fn see(&mut self, actor: &str, action: &str, time: Instant) {
        if action.is_empty() {
            return;
        }
        let known = self.tracks.get_mut(actor).and_then(|actions| actions.get_mut(action));
        match known.map(|track| track.see(time)) {
            Some(true) => {}
            Some(false) => self.forget(actor, action),
            None if self.pairs < PAIRS_MAX => {
                self.pairs += 1;
                let actions = self.tracks.entry(actor.to_string()).or_default();
                actions.insert(action.to_string(), Track::new(time));
            }
            None => {}
        }
    }

    fn forget(&mut self, actor: &str, action: &str) {
        let Some(actions) = self.tracks.get_mut(actor) else { return };
        if actions.remove(action).is_some() {
            self.pairs -= 1;
        }
        if actions.is_empty() {
            self.tracks.remove(actor);
        }
    }

    /// What recurs regularly.
    pub fn finish(&mut self) -> Vec<Pulse> {
        let told = |(actor, actions): (String, BTreeMap<String, Track>)| {
            let pulses: Vec<Pulse> =
                actions.into_iter().filter_map(|(action, track)| track.told(&actor, action)).collect();
            pulses
        };
        self.pairs = 0;
        std::mem::take(&mut self.tracks).into_iter().flat_map(told).collect()
    }
}
