//! The incident's clock in numbers: range in, range out, never zero-filled.

mod reported;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Id;
use crate::casefile::Dossier;
use crate::time::{DurationRange, TimeRange};
use crate::timeline::MarkName;
use crate::words::words;

pub use reported::{Reported, reported};

words! {
    /// The durations an incident is measured by.
    MetricName is "a metric" {
        TimeToDetect "time_to_detect" "time to detect", Dwell "dwell" "dwell", TimeToAcknowledge "time_to_acknowledge" "time to acknowledge",
        TimeToContain "time_to_contain" "time to contain", Exposure "exposure" "exposure", TimeToResolve "time_to_resolve" "time to resolve",
        RelianceLatency "reliance_latency" "reliance latency", RevocationLatency "revocation_latency" "revocation latency",
        StopHonourLatency "stop_honour_latency" "stop-honour latency", TimeToVerdict "time_to_verdict" "time to verdict",
        DamageRepairRatio "damage_repair_ratio" "damage/repair ratio",
    }
}

impl MetricName {
    /// The marks between which it is measured: (from, to).
    const fn ends(self) -> (MarkName, MarkName) {
        use MarkName::*;
        match self {
            Self::TimeToDetect => (ImpactStart, Detected),
            Self::Dwell => (ActionExecuted, Detected),
            Self::TimeToAcknowledge => (AlertFired, Acknowledged),
            Self::TimeToContain => (Detected, Contained),
            Self::Exposure | Self::DamageRepairRatio => (ImpactStart, Contained),
            Self::TimeToResolve => (ImpactStart, Resolved),
            Self::RelianceLatency => (ArtefactPublished, ReliedOn),
            Self::RevocationLatency => (Detected, Revoked),
            Self::StopHonourLatency => (StopSent, Contained),
            Self::TimeToVerdict => (Contained, VerdictSet),
        }
    }
}

/// Whether a metric has a value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MetricState {
    /// Both events are marked and timed.
    Recorded(DurationRange),
    /// How many times as long as the agent's action the exposure lasted, at the least and at the most.
    Ratio(u64, Option<u64>),
    /// This mark is still missing, or its event has no time.
    Pending(MarkName),
    /// It does not apply to this incident.
    NotApplicable,
    /// The end is before the start.
    Invalid,
}

/// One metric with its formula and the two events behind it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Metric {
    /// Which one.
    pub name: MetricName,
    /// How it is computed: later mark minus earlier mark.
    pub formula: String,
    /// Its value.
    pub state: MetricState,
    /// The event it starts at.
    pub from: Option<Id>,
    /// The event it ends at.
    pub to: Option<Id>,
    /// What is reported of it, whatever the clock says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Reported>,
}

impl Metric {
    /// The length to show first, and whether it is only reported: what the clock gives where both ends are exact,
    /// else what is reported, else what the clock allows.
    pub fn headline(&self) -> Option<(DurationRange, bool)> {
        let clock = match &self.state {
            MetricState::Recorded(range) if *range != DurationRange::unknown() => Some(*range),
            _ => None,
        };
        match (clock, &self.reported) {
            (Some(exact), _) if exact.is_exact() => Some((exact, false)),
            (_, Some(reported)) => Some((reported.range, true)),
            (clock, None) => clock.map(|range| (range, false)),
        }
    }
}

/// Every metric of the incident.
pub fn metrics(dossier: &Dossier) -> Vec<Metric> {
    MetricName::ALL.iter().map(|name| measure(dossier, *name)).collect()
}

/// What the clock alone gives of a length, whatever is reported of it: unknown where a mark is missing, has no time, or
/// comes before the one it should follow, or where no more is known than that it does not.
pub fn by_clock(dossier: &Dossier, name: MetricName) -> DurationRange {
    let (from, to) = ends(dossier, name);
    let times = dossier.marked(from).zip(dossier.marked(to));
    match times.map(|((_, start), (_, end))| between(start, end, from, to)) {
        // At least nothing and at most anything says nothing.
        Some(MetricState::Recorded(range)) if range != (DurationRange { min: Some(0), max: None }) => range,
        _ => DurationRange::unknown(),
    }
}

/// The marks between which it is measured in that incident.
fn ends(dossier: &Dossier, name: MetricName) -> (MarkName, MarkName) {
    let (from, to) = name.ends();
    let is_without_alert = name == MetricName::TimeToAcknowledge && dossier.marked(from).is_none();
    (if is_without_alert { MarkName::Detected } else { from }, to)
}

fn measure(dossier: &Dossier, name: MetricName) -> Metric {
    let (from, to) = ends(dossier, name);
    let formula = format!("{to} − {from}");
    let (start, end) = (dossier.marked(from), dossier.marked(to));
    let state = match (start, end) {
        (Some((_, start)), Some((_, end))) => between(start, end, from, to),
        _ if name == MetricName::StopHonourLatency && start.is_none() => MetricState::NotApplicable,
        (None, _) => MetricState::Pending(from),
        (_, None) => MetricState::Pending(to),
    };
    let to = end.map(|(id, _)| id.clone());
    if name == MetricName::DamageRepairRatio {
        let (state, from) = ratio(dossier, state);
        return Metric {
            name,
            formula: format!("({formula}) ÷ (action executed − agent invoked)"),
            state,
            from,
            to,
            reported: None,
        };
    }
    let reported = reported(dossier, name);
    Metric { name, formula, state, from: start.map(|(id, _)| id.clone()), to, reported }
}

/// The exposure over the duration of the agent's action: from being invoked to
/// having acted. Ranges stay ranges: the least is the shortest exposure over the
/// longest action.
fn ratio(dossier: &Dossier, exposure: MetricState) -> (MetricState, Option<Id>) {
    let (invoked, acted) = (dossier.marked(MarkName::AgentInvoked), dossier.marked(MarkName::ActionExecuted));
    let (Some((_, invoked)), Some((action, acted))) = (invoked, acted) else {
        let missing = if acted.is_none() { MarkName::ActionExecuted } else { MarkName::AgentInvoked };
        return (MetricState::Pending(missing), acted.map(|(id, _)| id.clone()));
    };
    let state = match (exposure, between(invoked, acted, MarkName::AgentInvoked, MarkName::ActionExecuted)) {
        (MetricState::Recorded(exposure), MetricState::Recorded(lasted)) => {
            let over = |damage: Option<i64>, action: Option<i64>| {
                let (damage, action) = (u64::try_from(damage?).ok()?, u64::try_from(action?).ok()?);
                damage.checked_div(action)
            };
            MetricState::Ratio(over(exposure.min, lasted.max).unwrap_or(0), over(exposure.max, lasted.min))
        }
        (MetricState::Recorded(_), state) | (state, _) => state,
    };
    (state, Some(action.clone()))
}

impl MetricState {
    /// A ratio as people read it: `×60`, `×55–65`.
    pub fn show_ratio(least: u64, most: Option<u64>) -> String {
        match most {
            Some(most) if most == least => format!("×{least}"),
            Some(most) => format!("×{least}–{most}"),
            None if least == 0 => "unknown".into(),
            None => format!("×{least} or more"),
        }
    }
}

fn between(start: &TimeRange, end: &TimeRange, from: MarkName, to: MarkName) -> MetricState {
    if start.sort_key().is_none() {
        return MetricState::Pending(from);
    }
    if end.sort_key().is_none() {
        return MetricState::Pending(to);
    }
    let range = DurationRange::between(start, end);
    match range.max {
        Some(max) if max < 0 => MetricState::Invalid,
        _ => MetricState::Recorded(DurationRange { min: range.min.map(|min| min.max(0)), max: range.max }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_told_as_finely_as_it_is_known() {
        let told = [(60, Some(60)), (55, Some(65)), (3, None), (0, None)]
            .map(|(least, most)| MetricState::show_ratio(least, most));
        assert_eq!(told, ["×60", "×55–65", "×3 or more", "unknown"]);
    }
}
