//! Acts and decisions that the log gives no id. Which decision is of which act cannot be told; but a decision that can be
//! of an act is no act beside it.

use std::collections::{HashMap, VecDeque};

use super::held::Held;
use super::{Decision, HELD_MAX, KNOWN_MAX, Out, is_far_behind, set_mode, strayed};

/// What a session has without an id.
#[derive(Default)]
struct Seen {
    acts: bool,
    decisions: bool,
}

enum What {
    Act(Box<Held>),
    Decision(Box<Decision>),
}

struct Waiting {
    session: String,
    /// Where it stands, and in which piece.
    place: (u64, u64),
    what: What,
}

/// Acts and decisions without an id, until it is known whether there is another half.
#[derive(Default)]
pub(super) struct Nameless {
    waiting: VecDeque<Waiting>,
    sessions: HashMap<String, Seen>,
}

impl Nameless {
    /// Takes an act: with a decision that can be of it, or to wait for one.
    pub(super) fn act(&mut self, mut held: Held, place: (u64, u64), out: &mut dyn Out) {
        let session = held.key.session.clone();
        self.note(&session, |seen| seen.acts = true);
        match self.decision_for(&held) {
            Some(decision) => {
                held.leave_open();
                held.give(out);
                out.record(decision.record);
            }
            None => self.hold(Waiting { session, place, what: What::Act(Box::new(held)) }, out),
        }
    }

    /// Takes a decision: with an act that it can be of, or to wait for one.
    pub(super) fn decision(&mut self, session: String, decision: Decision, place: (u64, u64), out: &mut dyn Out) {
        self.note(&session, |seen| seen.decisions = true);
        match self.act_for(&session, &decision) {
            Some(held) => {
                held.give(out);
                out.record(decision.record);
            }
            None => self.hold(Waiting { session, place, what: What::Decision(Box::new(decision)) }, out),
        }
    }

    /// Whether a session has decisions without an id.
    pub(super) fn has_decisions(&self, session: &str) -> bool {
        self.sessions.get(session).is_some_and(|seen| seen.decisions)
    }

    /// The last decision before an act that can be of it; it waits no longer.
    pub(super) fn decision_for(&mut self, held: &Held) -> Option<Decision> {
        let fits = |(place, waiting): (usize, &Waiting)| match &waiting.what {
            What::Decision(decision) if waiting.session == held.key.session && decision.can_be_of(held) => {
                Some((decision.record.time, place))
            }
            _ => None,
        };
        let (_, place) = self.waiting.iter().enumerate().filter_map(fits).max()?;
        match self.waiting.remove(place)?.what {
            What::Decision(decision) => Some(*decision),
            What::Act(_) => None,
        }
    }

    /// The first act after a decision that can be of it, and stays open; it waits no longer.
    pub(super) fn act_for(&mut self, session: &str, decision: &Decision) -> Option<Held> {
        let fits = |(place, waiting): (usize, &Waiting)| match &waiting.what {
            What::Act(held) if waiting.session == session && decision.can_be_of(held) => {
                Some((held.times.ended, place))
            }
            _ => None,
        };
        let (_, place) = self.waiting.iter().enumerate().filter_map(fits).min()?;
        match self.waiting.remove(place)?.what {
            What::Act(mut held) => {
                held.leave_open();
                Some(*held)
            }
            What::Decision(_) => None,
        }
    }

    /// Gives out what is too far behind.
    pub(super) fn pass(&mut self, read: (u64, u64), out: &mut dyn Out) {
        while let Some(oldest) = self.waiting.pop_front_if(|waiting| is_far_behind(waiting.place, read)) {
            self.release(oldest, out);
        }
    }

    /// Gives out everything.
    pub(super) fn finish(&mut self, out: &mut dyn Out) {
        while let Some(oldest) = self.waiting.pop_front() {
            self.release(oldest, out);
        }
        self.sessions.clear();
    }

    fn note(&mut self, session: &str, note: impl FnOnce(&mut Seen)) {
        if self.sessions.len() < KNOWN_MAX || self.sessions.contains_key(session) {
            note(self.sessions.entry(session.to_string()).or_default());
        }
    }

    fn hold(&mut self, waiting: Waiting, out: &mut dyn Out) {
        self.waiting.push_back(waiting);
        if self.waiting.len() > HELD_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.release(oldest, out);
        }
    }

    fn release(&self, Waiting { session, what, .. }: Waiting, out: &mut dyn Out) {
        match what {
            What::Act(mut held) => {
                if let Some(fallback) = held.fallback.take() {
                    set_mode(&mut held.record, fallback);
                }
                held.give(out);
            }
            // Beside acts without an id, a yes may be of any of them.
            What::Decision(decision) if self.sessions.get(&session).is_none_or(|seen| seen.acts) => {
                out.record(strayed(*decision));
            }
            What::Decision(decision) => out.record(decision.alone),
        }
    }
}
