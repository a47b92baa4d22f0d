//! Whether a stop is proven: what the sources that would show an act of the agent say.

use super::{Containment, ContainmentState, Happening};
use crate::{Id, Instant};

/// Nobody waits longer than this for a source to show that it still works.
const WAIT_SECONDS_MAX: i64 = 3600;

/// A source that would show an act of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watching {
    /// The source.
    pub source: Id,
    /// What it is called.
    pub name: String,
    /// Something came from it then, and everything that came until then was looked at. A source that says nothing may be
    /// broken, so its silence proves nothing.
    pub shown_until: Option<Instant>,
    /// It says something once in so many seconds, if it is known how often.
    pub heartbeat_seconds: Option<i64>,
}

impl Containment {
    /// What the sources say about the stop by now; nothing while it is to be waited for. All of them have to show the
    /// quiet time: each sees other resources.
    pub fn weigh(&self, watching: &[Watching], now: Instant) -> Option<Happening> {
        use ContainmentState::{Acknowledged, Failed, Sent};
        let until = self.quiet_until().filter(|until| *until <= now)?;
        if !matches!(self.state(), Sent | Acknowledged | Failed) || !self.honoured.is_empty() {
            return None;
        }
        if watching.is_empty() {
            let why = "No source says that it would show the acts of this agent.";
            return Some(Happening::NotShown(why.into())).filter(|_| self.state() != Failed);
        }
        let is_dark = |source: &&Watching| source.shown_until.is_none_or(|shown| shown < until);
        let dark: Vec<&str> = watching.iter().filter(is_dark).map(|source| source.name.as_str()).collect();
        if dark.is_empty() {
            return Some(Happening::Quiet(watching.iter().map(|source| source.name.clone()).collect()));
        }
        let longest = watching.iter().filter_map(|source| source.heartbeat_seconds).max().unwrap_or_default();
        let wait = longest.max(self.quiet_seconds).min(WAIT_SECONDS_MAX);
        let is_late = until.plus_micros(wait * 1_000_000) <= now && self.state() != Failed;
        is_late.then(|| {
            let why = format!("Nothing came from {} since, so nobody knows whether the agent acts.", dark.join(", "));
            Happening::NotShown(why)
        })
    }
}
