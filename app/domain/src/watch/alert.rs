//! An alert: what a rule said, and what people make of it.

use serde::{Deserialize, Serialize};

use super::decided::{Decided, HAPPENED_AGAIN, Standing};
use super::{Gathered, Level, Place, Response, RuleKind};
use crate::access::refuse_agent;
use crate::reader::log::Raw;
use crate::spelling::parse_line;
use crate::words::words;
use crate::{Id, Instant, Key, Person, Refusal, Ruled, Stamp};

/// The longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// An alert is muted for so many days at most.
pub const MUTE_DAYS_MAX: i64 = 90;

const DAY: i64 = 24 * 3_600 * 1_000_000;

words! {
    /// What became of an alert.
    AlertState is "a state of an alert" {
        Open "open" "open", Acknowledged "acknowledged" "acknowledged", Muted "muted" "muted",
        FalseAlarm "false_alarm" "false alarm", Closed "closed" "closed",
    }
}

/// One of the records an alert is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sample {
    /// When it was done; when it came in, where that is not known.
    pub at: Instant,
    /// When it came in.
    pub received: Instant,
    /// Where it stands.
    pub place: Place,
    /// Where in its batch or segment.
    pub raw: Raw,
}

/// What somebody did with an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AlertStep {
    /// What it became.
    pub state: AlertState,
    /// Who and when.
    pub stamp: Stamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Until when it is muted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// That acts of an agent offended a rule.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Alert {
    /// Its id.
    pub id: Id,
    /// How often it was changed.
    pub version: u64,
    /// The rule.
    pub rule: RuleKind,
    /// How much it matters.
    pub level: Level,
    /// What followed.
    pub response: Response,
    /// The source that showed the first act.
    pub source: Id,
    /// The agent, where the registry knows it.
    pub agent: Option<Id>,
    /// Who acted.
    pub name: String,
    /// To what.
    pub resource: String,
    /// Why, in a sentence.
    pub why: String,
    /// How many acts.
    pub count: u64,
    /// When it was raised.
    pub raised_at: Instant,
    /// When the last act came in.
    pub seen_at: Instant,
    /// What happens again before then is counted here.
    pub window_end: Instant,
    /// The first act.
    pub first: Sample,
    /// The last.
    pub last: Sample,
    /// What became of it, as somebody said last.
    pub state: AlertState,
    /// Who looks after it.
    pub assignee: Option<Person>,
    /// The incident it belongs to.
    pub incident: Option<Key>,
    /// What people did with it, the first first.
    pub steps: Vec<AlertStep>,
}

/// A request to mute.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
pub struct MuteDraft {
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Until when.
    pub until: Option<Instant>,
}

impl Alert {
    /// What it is now: one whose muting has ended is open again.
    pub fn state_at(&self, now: Instant) -> AlertState {
        match self.state {
            AlertState::Muted if self.muted_until().is_none_or(|until| until <= now) => AlertState::Open,
            state => state,
        }
    }

    /// Until when it is muted.
    pub fn muted_until(&self) -> Option<Instant> {
        self.steps.last().filter(|_| self.state == AlertState::Muted).and_then(|step| step.until)
    }

    /// Everything in it that people set.
    pub fn standing(&self) -> Standing {
        Standing {
            rule: self.rule,
            state: self.state,
            until: self.muted_until(),
            assignee: self.assignee.clone(),
            steps: self.steps.clone(),
        }
    }

    /// Whether what happens again is counted here: within its window, and as long as it is muted.
    pub fn takes_in(&self, now: Instant) -> bool {
        now < self.window_end || self.state_at(now) == AlertState::Muted
    }

    /// Whether people want to hear nothing of what happens again.
    pub fn is_quiet(&self, now: Instant) -> bool {
        matches!(self.state_at(now), AlertState::Muted | AlertState::FalseAlarm)
    }

    /// It happened again. What was closed is open again, for it was not over.
    pub fn again(&mut self, found: &Gathered, (first, last): (Sample, Sample), stamp: Stamp) {
        self.count += found.count;
        self.seen_at = stamp.at;
        (self.level, self.response) = (self.level.max(found.first.level), self.response.max(found.first.response));
        if first.at < self.first.at {
            self.first = first;
        }
        if last.at >= self.last.at {
            self.last = last;
        }
        if self.state == AlertState::Closed {
            self.state = AlertState::Open;
            self.steps.push(AlertStep { state: AlertState::Open, stamp, reason: HAPPENED_AGAIN.into(), until: None });
        }
    }

    /// Somebody has seen it and looks after it.
    pub fn acknowledge(&mut self, stamp: Stamp) -> Ruled<Decided> {
        match self.state_at(stamp.at) {
            AlertState::Open => self.step(AlertState::Acknowledged, stamp, String::new(), None),
            state => Err(Refusal::state(format!("This alert is {state}: only an open one is acknowledged."))),
        }
    }

    /// Nobody is told of it for a while.
    pub fn mute(&mut self, stamp: Stamp, draft: MuteDraft) -> Ruled<Decided> {
        let reason =
            required(draft.reason, "Say why nobody needs to be told, such as the ticket in which it is solved.")?;
        let until = draft.until.ok_or_else(|| Refusal::field("until", "Say until when nobody needs to be told."))?;
        if until <= stamp.at {
            return Err(Refusal::field("until", "This time has passed: choose one that is to come."));
        }
        if until.micros() - stamp.at.micros() > MUTE_DAYS_MAX * DAY {
            return Err(Refusal::field("until", format!("Mute it for at most {MUTE_DAYS_MAX} days; then look again.")));
        }
        self.step(AlertState::Muted, stamp, reason, Some(until))
    }

    /// The rule was wrong: what was done was as it should be.
    pub fn call_false(&mut self, stamp: Stamp, reason: String) -> Ruled<Decided> {
        let reason = required(reason, "Say why the act was as it should be: the rule is made better by it.")?;
        self.refuse_same(AlertState::FalseAlarm)?;
        self.step(AlertState::FalseAlarm, stamp, reason, None)
    }

    /// Everything is done about it.
    pub fn close(&mut self, stamp: Stamp, reason: String) -> Ruled<Decided> {
        let reason = parse_line("reason", reason, REASON_CHARS_MAX)?;
        self.refuse_same(AlertState::Closed)?;
        self.step(AlertState::Closed, stamp, reason, None)
    }

    /// It is open again.
    pub fn reopen(&mut self, stamp: Stamp, reason: String) -> Ruled<Decided> {
        let reason = parse_line("reason", reason, REASON_CHARS_MAX)?;
        self.refuse_same(AlertState::Open)?;
        self.step(AlertState::Open, stamp, reason, None)
    }

    /// Somebody looks after it, or nobody any more.
    pub fn assign(&mut self, stamp: Stamp, assignee: Option<Person>) -> Ruled<Decided> {
        refuse_agent(&stamp.by, "assign alerts")?;
        self.assignee.clone_from(&assignee);
        Ok(Decided::Assigned { to: assignee, stamp })
    }

    fn refuse_same(&self, state: AlertState) -> Ruled<()> {
        if self.state == state {
            return Err(Refusal::state(format!("This alert is {state} already.")));
        }
        Ok(())
    }

    fn step(&mut self, state: AlertState, stamp: Stamp, reason: String, until: Option<Instant>) -> Ruled<Decided> {
        refuse_agent(&stamp.by, "say what becomes of an alert")?;
        let step = AlertStep { state, stamp, reason, until };
        self.state = state;
        self.steps.push(step.clone());
        Ok(Decided::Step(step))
    }
}

fn required(reason: String, missing: &str) -> Ruled<String> {
    let reason = parse_line("reason", reason, REASON_CHARS_MAX)?;
    if reason.is_empty() { Err(Refusal::field("reason", missing)) } else { Ok(reason) }
}

/// How often a rule was right, by what people said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Precision {
    /// Alerts about which people decided: those they closed, and false alarms. What closed by itself is not among them.
    pub decided: u64,
    /// False alarms among them.
    pub false_alarms: u64,
}

impl Precision {
    /// The part of decided alerts that were no false alarms, in percent; `None` while nobody decided about any.
    pub fn percent(self) -> Option<u64> {
        let right = self.decided.checked_sub(self.false_alarms)?;
        (self.decided > 0).then(|| right * 100 / self.decided)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert() -> Alert {
        let at = Instant::from_micros(0);
        let place = Place { source: "s".into(), batch: Some(1), segment: None };
        let sample = Sample { at, received: at, place, raw: Raw::default() };
        Alert {
            id: "a".into(),
            version: 1,
            rule: RuleKind::OutOfScope,
            level: Level::Warning,
            response: Response::Alert,
            source: "s".into(),
            agent: None,
            name: "bot".into(),
            resource: "payroll".into(),
            why: String::new(),
            count: 1,
            raised_at: at,
            seen_at: at,
            window_end: Instant::from_micros(3_600_000_000),
            first: sample.clone(),
            last: sample,
            state: AlertState::Open,
            assignee: None,
            incident: None,
            steps: Vec::new(),
        }
    }

    fn stamp(seconds: i64, agent: Option<&str>) -> Stamp {
        let by = Person { id: "p".into(), name: "Ada".into(), agent: agent.map(str::to_string) };
        Stamp { at: Instant::from_micros(seconds * 1_000_000), by }
    }

    #[test]
    fn muting_needs_a_reason_and_an_end_and_ends_by_itself() {
        let mut alert = alert();
        let until = Some(Instant::from_micros(60_000_000));
        let field = |result: Ruled<Decided>| result.unwrap_err().field;
        let mute = |reason: &str, until| MuteDraft { reason: reason.into(), until };
        assert_eq!(field(alert.mute(stamp(1, None), mute(" ", until))).as_deref(), Some("reason"));
        assert_eq!(field(alert.mute(stamp(1, None), mute("planned", None))).as_deref(), Some("until"));
        assert_eq!(field(alert.mute(stamp(61, None), mute("planned", until))).as_deref(), Some("until"));
        let late = Some(Instant::from_micros((MUTE_DAYS_MAX + 1) * DAY));
        assert_eq!(field(alert.mute(stamp(1, None), mute("planned", late))).as_deref(), Some("until"));
        alert.mute(stamp(1, None), mute("planned", until)).expect("muted");
        assert_eq!(alert.state_at(Instant::from_micros(59_999_999)), AlertState::Muted);
        assert_eq!(alert.state_at(Instant::from_micros(60_000_000)), AlertState::Open);
    }

    #[test]
    fn an_agent_says_nothing_of_alerts() {
        let mut alert = alert();
        let by_agent = stamp(1, Some("bot"));
        assert!(alert.acknowledge(by_agent.clone()).is_err());
        assert!(alert.call_false(by_agent.clone(), "fine".into()).is_err());
        assert!(alert.close(by_agent.clone(), String::new()).is_err());
        assert!(alert.assign(by_agent, None).is_err());
        assert_eq!((alert.state, alert.steps.len()), (AlertState::Open, 0));
    }

    #[test]
    fn what_became_of_it_is_told_in_steps() {
        let mut alert = alert();
        alert.acknowledge(stamp(1, None)).expect("acknowledged");
        assert!(alert.acknowledge(stamp(2, None)).is_err(), "once");
        assert!(alert.call_false(stamp(2, None), String::new()).is_err(), "without a reason");
        alert.call_false(stamp(3, None), "a drill".into()).expect("a false alarm");
        alert.reopen(stamp(4, None), "it was none".into()).expect("reopened");
        alert.close(stamp(5, None), String::new()).expect("closed");
        let states: Vec<_> = alert.steps.iter().map(|step| step.state.word()).collect();
        assert_eq!(states, ["acknowledged", "false_alarm", "open", "closed"]);
    }

    #[test]
    fn precision_counts_what_was_decided() {
        assert_eq!(Precision::default().percent(), None);
        assert_eq!(Precision { decided: 4, false_alarms: 1 }.percent(), Some(75));
        assert_eq!(Precision { decided: 3, false_alarms: 3 }.percent(), Some(0));
    }
}
