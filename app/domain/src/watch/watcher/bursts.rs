//! How many acts of an agent lie close together.

use std::collections::HashMap;

use crate::Instant;

/// So many agents are remembered.
const AGENTS_MAX: usize = 20_000;

/// The times of acts, by agent.
#[derive(Debug, Default)]
pub(super) struct Bursts(HashMap<String, Vec<i64>>);

impl Bursts {
    /// Adds an act; answers whether it is one of so many within a time. In whatever order acts come, one of those that
    /// lie close together says so.
    pub(super) fn add(&mut self, agent: &str, at: Instant, count: usize, micros: i64) -> bool {
        let at = at.micros();
        if self.0.len() >= AGENTS_MAX && !self.0.contains_key(agent) {
            self.0.retain(|_, times| times.last().is_some_and(|last| at - last <= micros));
            if self.0.len() >= AGENTS_MAX {
                self.0.clear();
            }
        }
        let times = self.0.entry(agent.to_string()).or_default();
        let place = times.partition_point(|time| *time <= at);
        times.insert(place, at);
        let firsts = place.saturating_sub(count - 1)..=place;
        let is_burst = firsts.into_iter().any(|first| match times.get(first + count - 1) {
            Some(last) => last - times[first] <= micros,
            None => false,
        });
        // Those at one end matter no more once so many stand beyond them.
        if times.len() > 4 * count + 64 {
            times.drain(..times.len() / 2);
        }
        is_burst
    }
}
