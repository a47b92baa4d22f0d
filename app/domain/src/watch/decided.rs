//! What people decided about an alert, and whether the alert says the same. The log keeps the decisions; the alert has
//! them beside what rules made of it.

use serde::{Deserialize, Serialize};

use super::{AlertState, AlertStep, RuleKind};
use crate::id::SYSTEM;
use crate::{Instant, Person, Stamp};

/// Why a closed alert is open again without anybody saying so.
pub(super) const HAPPENED_AGAIN: &str = "It happened again.";
/// Why an alert of silence closes by itself.
pub const SPEAKS_AGAIN: &str = "The source speaks again.";
/// Why an alert of silence closes by itself where the source is not used any more.
pub const SOURCE_CLOSED: &str = "The source was closed.";

/// What somebody decided about an alert, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decided {
    /// What becomes of it.
    Step(AlertStep),
    /// Who looks after it.
    Assigned {
        /// The person; nobody any more where it is empty.
        to: Option<Person>,
        /// Who said so, and when.
        stamp: Stamp,
    },
}

impl Decided {
    /// What the alert became by it; nothing where only its assignee changed.
    pub fn state(&self) -> Option<AlertState> {
        self.step().map(|step| step.state)
    }

    /// The step, where it is one.
    pub fn step(&self) -> Option<&AlertStep> {
        match self {
            Self::Step(step) => Some(step),
            Self::Assigned { .. } => None,
        }
    }

    /// When it was decided.
    pub fn at(&self) -> Instant {
        match self {
            Self::Step(step) => step.stamp.at,
            Self::Assigned { stamp, .. } => stamp.at,
        }
    }
}

/// How an alert stands: everything in it that people set.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The rule that raised it.
    pub rule: RuleKind,
    /// What became of it.
    pub state: AlertState,
    /// Until when it is muted.
    pub until: Option<Instant>,
    /// Who looks after it.
    pub assignee: Option<Person>,
    /// What was done with it, the first first.
    pub steps: Vec<AlertStep>,
}

impl Standing {
    /// The decisions of people that led here, where nothing else is known of them. `found` is who found them and when:
    /// nobody wrote down who assigned an alert.
    pub fn decisions(&self, found: &Stamp) -> Vec<Decided> {
        let by_people = self.steps.iter().filter(|step| step.stamp.by.id.as_str() != SYSTEM);
        let steps = by_people.cloned().map(Decided::Step);
        let assigned = self.assignee.clone().map(|person| Decided::Assigned { to: Some(person), stamp: found.clone() });
        steps.chain(assigned).collect()
    }

    /// What is in it that does not follow from the decisions of people, in a sentence.
    pub fn differs(&self, decided: &[Decided]) -> Option<&'static str> {
        let mut due = decided.iter().filter_map(Decided::step).peekable();
        let (mut state, mut until) = (AlertState::Open, None);
        for step in &self.steps {
            if due.peek() == Some(&step) {
                due.next();
            } else if !self.is_by_itself(step, state, until) {
                return Some("it has a step that nobody took");
            }
            (state, until) = (step.state, step.until);
        }
        if due.next().is_some() {
            return Some("a step that somebody took is missing in it");
        }
        if self.state != state {
            return Some("it is not what its last step made of it");
        }
        if self.until != until.filter(|_| state == AlertState::Muted) {
            return Some("it is muted until another time than somebody said");
        }
        let assigned = decided.iter().rev().find_map(|decided| match decided {
            Decided::Assigned { to, .. } => Some(to.as_ref()),
            Decided::Step(_) => None,
        });
        (self.assignee.as_ref() != assigned.flatten()).then_some("it is assigned to somebody else than was said")
    }

    /// Whether an alert that stood so may take this step without anybody: what was closed happened again, or a silence
    /// is over.
    fn is_by_itself(&self, step: &AlertStep, before: AlertState, until: Option<Instant>) -> bool {
        if step.stamp.by.id.as_str() != SYSTEM || step.until.is_some() {
            return false;
        }
        match (self.rule == RuleKind::SourceSilent, step.state) {
            (false, AlertState::Open) => before == AlertState::Closed && step.reason == HAPPENED_AGAIN,
            (true, AlertState::Closed) => {
                let is_open = match before {
                    AlertState::Open | AlertState::Acknowledged => true,
                    AlertState::Muted => until.is_none_or(|until| until <= step.stamp.at),
                    AlertState::FalseAlarm | AlertState::Closed => false,
                };
                is_open && [SPEAKS_AGAIN, SOURCE_CLOSED].contains(&step.reason.as_str())
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(state: AlertState, by: &str, reason: &str) -> AlertStep {
        let by = Person { id: by.into(), name: by.into(), agent: None };
        AlertStep { state, stamp: Stamp { at: Instant::from_micros(9), by }, reason: reason.into(), until: None }
    }

    /// An alert that stands as its steps say.
    fn standing(rule: RuleKind, steps: &[AlertStep]) -> Standing {
        let state = steps.last().map_or(AlertState::Open, |step| step.state);
        Standing { rule, state, until: None, assignee: None, steps: steps.to_vec() }
    }

    fn said(steps: &[AlertStep]) -> Vec<Decided> {
        steps.iter().cloned().map(Decided::Step).collect()
    }

    #[test]
    fn what_nobody_said_is_seen() {
        let closed = step(AlertState::Closed, "ada", "");
        let false_alarm = step(AlertState::FalseAlarm, "ada", "a drill");
        let alert = standing(RuleKind::OutOfScope, std::slice::from_ref(&closed));
        assert_eq!(alert.differs(&said(std::slice::from_ref(&closed))), None);
        assert!(alert.differs(&[]).is_some(), "a step that nobody took");
        assert!(alert.differs(&said(&[closed.clone(), false_alarm.clone()])).is_some(), "one that is gone");
        assert!(alert.differs(&said(&[false_alarm])).is_some(), "another one");
        let other = Standing { state: AlertState::FalseAlarm, ..alert.clone() };
        assert!(other.differs(&said(std::slice::from_ref(&closed))).is_some(), "another state");
        let other = Standing { until: Some(Instant::from_micros(1)), ..alert.clone() };
        assert!(other.differs(&said(std::slice::from_ref(&closed))).is_some(), "another end");
        let other = Standing { assignee: Some(closed.stamp.by.clone()), ..alert };
        assert!(other.differs(&said(&[closed])).is_some(), "another assignee");
    }

    #[test]
    fn the_last_who_was_named_looks_after_it() {
        let stamp = step(AlertState::Open, "ada", "").stamp;
        let person = Some(stamp.by.clone());
        let assigned = |to: &Option<Person>| Decided::Assigned { to: to.clone(), stamp: stamp.clone() };
        let nobody = standing(RuleKind::OutOfScope, &[]);
        let ada = Standing { assignee: person.clone(), ..nobody.clone() };
        assert_eq!(ada.differs(&[assigned(&None), assigned(&person)]), None);
        assert_eq!(nobody.differs(&[assigned(&person), assigned(&None)]), None);
        assert!(ada.differs(&[assigned(&person), assigned(&None)]).is_some());
    }

    #[test]
    fn by_itself_an_alert_opens_again_and_only_a_silence_closes() {
        let closed = step(AlertState::Closed, "ada", "");
        let again = step(AlertState::Open, SYSTEM, HAPPENED_AGAIN);
        let over = step(AlertState::Closed, SYSTEM, SPEAKS_AGAIN);
        let differs = |rule, steps: &[AlertStep]| {
            let people: Vec<_> = steps.iter().filter(|step| step.stamp.by.id.as_str() != SYSTEM).cloned().collect();
            standing(rule, steps).differs(&said(&people)).is_some()
        };
        assert!(!differs(RuleKind::OutOfScope, &[closed.clone(), again.clone()]));
        assert!(differs(RuleKind::OutOfScope, std::slice::from_ref(&again)), "it was not closed");
        assert!(differs(RuleKind::OutOfScope, std::slice::from_ref(&over)), "no silence");
        assert!(!differs(RuleKind::SourceSilent, std::slice::from_ref(&over)));
        assert!(differs(RuleKind::SourceSilent, &[closed, over.clone()]), "closed twice");
        let reworded = AlertStep { reason: "Nothing to see.".into(), ..over.clone() };
        assert!(differs(RuleKind::SourceSilent, &[reworded]));
        let mut muted = step(AlertState::Muted, "ada", "planned");
        muted.until = Some(Instant::from_micros(9));
        assert!(!differs(RuleKind::SourceSilent, &[muted.clone(), over.clone()]), "muted until then");
        muted.until = Some(Instant::from_micros(10));
        assert!(differs(RuleKind::SourceSilent, &[muted, over]), "still muted");
        let denied = AlertStep { state: AlertState::FalseAlarm, ..again };
        assert!(differs(RuleKind::OutOfScope, &[denied]));
    }

    #[test]
    fn what_was_there_before_follows_from_itself() {
        let steps = [
            step(AlertState::Closed, "ada", ""),
            step(AlertState::Open, SYSTEM, HAPPENED_AGAIN),
            step(AlertState::Acknowledged, "grace", ""),
        ];
        let mut alert = standing(RuleKind::Burst, &steps);
        alert.assignee = Some(steps[2].stamp.by.clone());
        let decided = alert.decisions(&steps[1].stamp);
        assert_eq!((decided.len(), alert.differs(&decided)), (3, None));
    }
}
