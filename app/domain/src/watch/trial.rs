//! What a rule would have said: the same offences as while acts come in, counted as alerts would take them in.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Level, Offence, RuleKind, RuleSetting};
use crate::{Id, Instant};

/// So many agents and resources are told apart; behind them a trial stops.
pub const TRIED_MAX: usize = 20_000;
/// So many moments are remembered, to tell one alert from the next.
const MOMENTS_MAX: usize = 500_000;
/// Of moments within a second one is enough: the shortest window is as long.
const SECOND: i64 = 1_000_000;

/// What a rule would have said of one agent at one resource.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Said {
    /// The agent, where the registry knows it.
    pub agent: Option<Id>,
    /// Who acted.
    pub name: String,
    /// To what.
    pub resource: String,
    /// Why, of the first act.
    pub why: String,
    /// How much it matters, at most.
    pub level: Level,
    /// How many alerts.
    pub alerts: u64,
    /// How many acts.
    pub acts: u64,
    /// When the first act was done.
    pub first_at: Instant,
    /// When the last one was.
    pub last_at: Instant,
}

/// What a rule would have said.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RuleTrial {
    /// What the rule is called.
    pub name: &'static str,
    /// How it was set for the trial.
    pub setting: RuleSetting,
    /// Over how many days it looked back.
    pub days: i64,
    /// How many alerts there would have been, had nobody muted any.
    pub alerts: u64,
    /// How many acts they would have counted.
    pub acts: u64,
    /// By agent and resource, what is said most often first.
    pub items: Vec<Said>,
    /// How many of those are left off.
    pub left_off: u64,
    /// What was read.
    pub read: TrialRead,
    /// Why it ended before all was read; nothing where all was.
    pub stopped: Option<String>,
}

/// How much stored data a trial read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TrialRead {
    /// Sources.
    pub sources: u64,
    /// Sealed segments.
    pub segments: u64,
    /// Batches that are not sealed yet.
    pub batches: u64,
    /// Bytes.
    pub bytes: u64,
    /// Acts and other records.
    pub records: u64,
    /// Segments whose bytes are not kept any more.
    pub removed: u64,
}

/// What was said so far. It is bounded.
#[derive(Debug, Default)]
pub struct Tried {
    said: BTreeMap<(RuleKind, String, String), (Said, Vec<i64>)>,
    moments: usize,
}

impl Tried {
    /// Takes in an offence of an act that came in then. Answers whether there is room for more.
    pub fn add(&mut self, offence: Offence, received_at: Instant) -> bool {
        let (at, key) = (offence.at, offence.key());
        let (said, moments) = self.said.entry(key).or_insert_with(|| {
            let Offence { agent, name, resource, why, level, .. } = offence.clone();
            (Said { agent, name, resource, why, level, alerts: 0, acts: 0, first_at: at, last_at: at }, Vec::new())
        });
        said.acts += 1;
        said.level = said.level.max(offence.level);
        if at < said.first_at {
            (said.first_at, said.why) = (at, offence.why);
        }
        said.last_at = said.last_at.max(at);
        let moment = received_at.micros();
        if moments.last().is_none_or(|last| (moment - last).abs() >= SECOND) {
            moments.push(moment);
            self.moments += 1;
        }
        self.moments < MOMENTS_MAX && self.said.len() < TRIED_MAX
    }

    /// Everything that was said, what was said most often first. An alert takes in what happens again within so many
    /// seconds.
    pub fn said(self, window_seconds: u32) -> Vec<Said> {
        let window = i64::from(window_seconds) * SECOND;
        let counted = |(mut said, mut moments): (Said, Vec<i64>)| {
            moments.sort_unstable();
            let mut end = None;
            for moment in moments {
                if end.is_none_or(|end| moment >= end) {
                    (said.alerts, end) = (said.alerts + 1, Some(moment + window));
                }
            }
            said
        };
        let mut all: Vec<Said> = self.said.into_values().map(counted).collect();
        all.sort_by(|one, other| (other.alerts, other.acts, &one.name).cmp(&(one.alerts, one.acts, &other.name)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Response;

    fn offence(name: &str, second: i64) -> Offence {
        Offence {
            rule: RuleKind::OutOfScope,
            agent: None,
            name: name.into(),
            resource: "payroll".into(),
            why: format!("at {second}"),
            level: Level::Warning,
            response: Response::Alert,
            act: 0,
            at: at(second),
        }
    }

    fn at(second: i64) -> Instant {
        Instant::from_micros(second * SECOND)
    }

    #[test]
    fn an_alert_takes_in_what_happens_within_its_window_in_whatever_order_it_is_read() {
        let mut tried = Tried::default();
        for second in [500, 0, 59, 60, 100] {
            assert!(tried.add(offence("bot", second), at(second)));
        }
        assert!(tried.add(offence("other", 7), at(7)));
        let said = tried.said(60);
        let counts: Vec<_> = said.iter().map(|said| (said.name.as_str(), said.alerts, said.acts)).collect();
        assert_eq!(counts, [("bot", 3, 5), ("other", 1, 1)]);
        assert_eq!((said[0].why.as_str(), said[0].first_at, said[0].last_at), ("at 0", at(0), at(500)));
    }

    #[test]
    fn it_says_when_there_is_no_room_for_more() {
        let mut tried = Tried::default();
        let is_room = |tried: &mut Tried, number: usize| tried.add(offence(&format!("bot {number}"), 0), at(0));
        assert!((1..TRIED_MAX).all(|number| is_room(&mut tried, number)));
        assert!(!is_room(&mut tried, TRIED_MAX));
    }
}
