//! Acts and the decisions about them: a request, a decision, a call and its result are one act, in whatever order a log
//! tells them, with ids that repeat and with a half that is missing.
//!
//! A person's yes counts for an act only if it names the act by its id, came after the act was asked for and before it
//! began, and could be of no other act. Where one of these cannot be told, it is not known how the act was confirmed.

mod held;
mod modes;
mod nameless;
mod repeats;

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Out;
use crate::reader::log::record::{LogActor, LogRecord, Raw};
use crate::time::Instant;
use crate::vocabulary::{Confirmation, PrincipalKind};
use held::{Held, less, own, quiet};
pub use modes::{Fallback, Modes};
use nameless::Nameless;
use repeats::Repeats;

/// So many acts wait for decisions, and decisions for acts; the oldest goes first.
const HELD_MAX: usize = 1_024;

/// So many acts and decisions of one id wait.
const GROUP_MAX: usize = 64;

/// What waits is no further behind than so many bytes and so many pieces: whoever keeps the raw pieces of a file to search
/// them keeps some more.
const BEHIND_BYTES_MAX: u64 = 3 << 20;
const BEHIND_PIECES_MAX: u64 = 3_000;

/// So many acts that went are remembered by the hashes of their ids.
const GONE_MAX: usize = 1 << 20;

/// So many sessions, and so many other ids of acts, are known.
const KNOWN_MAX: usize = 100_000;

/// Why a person should look at a decision.
const STRAYED: &str = "This decision is about none of the acts that the log shows under its id.";
const FAR_BEHIND: &str =
    "A decision about an act of this id stands far before it in the log: whether it is of this act cannot be told.";
const FAR_BEFORE: &str =
    "An act of this id stands far before this decision in the log: whether it is of that act cannot be told.";
const REUSED: &str = "Several acts have this id: whose the decision about it is cannot be told.";

/// An act by its id in a session. One whose id is empty has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The session, conversation or trace.
    pub session: String,
    /// The id of the call.
    pub id: String,
}

/// What tells of an act. One act may be told as a span and as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// A span, from its beginning to its end.
    Span,
    /// An event at its end.
    Event,
}

/// When an act was asked for, began and ended, as far as the log says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    /// When it was asked for.
    pub asked: Option<Instant>,
    /// When it began.
    pub began: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
}

/// A decision about an act.
pub struct Decision {
    /// How it confirms the act, if it is of this act and came before it.
    pub how: Confirmation,
    /// Who decided.
    pub by: LogActor,
    /// What the log says, in a few words.
    pub says: String,
    /// The tool it was about, where the log says.
    pub tool: Option<String>,
    /// The decision as a record that changes nothing.
    pub record: LogRecord,
    /// The act that was decided on, as far as the decision alone tells of it.
    pub alone: LogRecord,
}

/// An act as an adapter tells it.
pub struct Act {
    /// Its id.
    pub key: Key,
    /// What tells of it.
    pub telling: Telling,
    /// When.
    pub times: Times,
    /// The act.
    pub record: LogRecord,
}

/// Where an act stands among those of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Only,
    First,
    Later,
}

/// What is known under one id.
#[derive(Default)]
struct Group {
    acts: Vec<Held>,
    decisions: Vec<Decision>,
    parts: Vec<(Times, LogRecord)>,
    /// Where the first of it stands, and in which piece.
    place: (u64, u64),
}

/// Holds acts and decisions until both are there.
#[derive(Default)]
pub struct Gate {
    groups: HashMap<Key, Group>,
    /// The ids in the order in which they came first.
    order: VecDeque<Key>,
    /// The ids of acts that went.
    gone: HashSet<u64>,
    /// The same of decisions that went before their acts came.
    early: HashSet<u64>,
    /// How many bytes and pieces were read.
    read: (u64, u64),
    /// The sessions of which the log shows decisions.
    shown: HashSet<String>,
    repeats: Repeats,
    nameless: Nameless,
    /// What sessions are set to.
    pub modes: Modes,
    /// Other ids of acts.
    aliases: HashMap<Key, Key>,
    alias_order: VecDeque<Key>,
}

impl Gate {
    /// Takes an act.
    pub fn act(&mut self, mut act: Act, out: &mut dyn Out) {
        if act.key.id.is_empty() {
            let fallback = self.modes.of(&act.record);
            return self.nameless.act(Held::of(act, fallback), self.read, out);
        }
        if self.repeats.is_repeated(&act.key, &act.record, "") {
            return out.record(quiet(act.record));
        }
        act.key = self.resolved(act.key);
        // What has no time is told in the order of the lines; else a mode may come that held before.
        let fallback = if act.record.time.is_none() { self.modes.of(&act.record) } else { None };
        let group = self.group(&act.key, out);
        match group.acts.iter_mut().find(|held| held.is_told_by(act.telling, act.times)) {
            Some(known) => known.tell(act),
            None => group.acts.push(Held::of(act, fallback)),
        }
    }

    /// Says that two ids are of one act: what is known under the first goes to the other.
    pub fn same(&mut self, one: Key, other: Key, out: &mut dyn Out) {
        if one == other {
            return;
        }
        if self.aliases.len() >= KNOWN_MAX
            && let Some(oldest) = self.alias_order.pop_front()
        {
            self.aliases.remove(&oldest);
        }
        if let Some(group) = self.groups.remove(&one) {
            let known = self.group(&other, out);
            known.decisions.extend(group.decisions);
            known.parts.extend(group.parts);
            known.acts.extend(group.acts);
        }
        self.alias_order.push_back(one.clone());
        self.aliases.insert(one, other);
    }

    fn resolved(&self, key: Key) -> Key {
        self.aliases.get(&key).cloned().unwrap_or(key)
    }

    /// Takes a part of an act that is no act of its own: it says when the act began.
    pub fn part(&mut self, key: Key, times: Times, record: LogRecord, out: &mut dyn Out) {
        let key = self.resolved(key);
        self.group(&key, out).parts.push((times, record));
    }

    /// Takes a decision.
    pub fn decision(&mut self, key: Key, decision: Decision, out: &mut dyn Out) {
        if self.repeats.is_repeated(&key, &decision.record, &decision.says) {
            return out.record(decision.record);
        }
        if key.id.is_empty() {
            return self.nameless.decision(key.session, decision, self.read, out);
        }
        if self.shown.len() < KNOWN_MAX {
            self.shown.insert(key.session.clone());
        }
        let key = self.resolved(key);
        self.group(&key, out).decisions.push(decision);
    }

    /// Gives out everything.
    pub fn finish(&mut self, out: &mut dyn Out) {
        while let Some(key) = self.order.pop_front() {
            self.release(&key, out);
        }
        self.nameless.finish(out);
        self.shown.clear();
    }

    /// What is known under an id; the oldest makes room.
    fn group(&mut self, key: &Key, out: &mut dyn Out) -> &mut Group {
        let count = |group: &Group| group.acts.len() + group.decisions.len() + group.parts.len();
        let is_full = self.groups.get(key).is_some_and(|group| count(group) >= GROUP_MAX);
        if is_full {
            self.release(key, out);
        }
        if !self.groups.contains_key(key) {
            self.order.push_back(key.clone());
        }
        if self.order.len() > HELD_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.release(&oldest, out);
        }
        let place = self.read;
        self.groups.entry(key.clone()).or_insert_with(|| Group { place, ..Group::default() })
    }

    /// Says that a piece was read up to this byte, and gives out what is too far behind.
    pub fn pass(&mut self, end: u64, out: &mut dyn Out) {
        self.read = (end, self.read.1 + 1);
        self.nameless.pass(self.read, out);
        while let Some(oldest) = self.order.front() {
            let (from, piece) = self.groups.get(oldest).map_or((0, 0), |group| group.place);
            if !is_far_behind((from, piece), self.read) {
                return;
            }
            let Some(oldest) = self.order.pop_front() else { return };
            self.release(&oldest, out);
        }
    }

    /// Gives out all that is known under an id.
    fn release(&mut self, key: &Key, out: &mut dyn Out) {
        let Some(Group { mut acts, decisions, parts, .. }) = self.groups.remove(key) else { return };
        if let [held] = acts.as_mut_slice() {
            parts.into_iter().for_each(|(times, part)| held.add(times, part));
        } else {
            parts.into_iter().for_each(|(_, part)| out.record(part));
        }
        let mut place = match (self.gone.contains(&hash(key)), acts.len() > 1) {
            (true, _) => Place::Later,
            (false, true) => Place::First,
            (false, false) => Place::Only,
        };
        // A decision that went without its act may be of one that comes yet.
        if self.early.len() < GONE_MAX && acts.is_empty() && !decisions.is_empty() {
            self.early.insert(hash(key));
        }
        if self.gone.len() < GONE_MAX && !acts.is_empty() {
            self.gone.insert(hash(key));
        }
        let is_alone = acts.is_empty();
        let went = is_alone && self.gone.contains(&hash(key));
        acts.sort_by_key(|held| (held.times.began.or(held.times.ended), held.record.raw.offset));
        let mut used = vec![false; decisions.len()];
        for mut held in acts {
            self.decide(&mut held, &decisions, place, &mut used, out);
            place = if place == Place::Only { place } else { Place::Later };
            held.give(out);
        }
        for (decision, is_used) in decisions.into_iter().zip(used) {
            if is_alone && let Some(held) = self.nameless.act_for(&key.session, &decision) {
                held.give(out);
                out.record(decision.record);
                continue;
            }
            // A decision without its act is all that the log says of it.
            out.record(match (is_used, is_alone) {
                (true, _) => decision.record,
                (false, true) if went && decision.how != Confirmation::Refused => {
                    LogRecord { needs_review: Some(FAR_BEFORE.into()), ..decision.record }
                }
                (false, true) => decision.alone,
                (false, false) => strayed(decision),
            });
        }
    }

    /// Decides how an act was confirmed.
    fn decide(&mut self, held: &mut Held, decisions: &[Decision], place: Place, used: &mut [bool], out: &mut dyn Out) {
        let mut found: Option<(Confirmation, &Decision)> = None;
        let mut judged: Vec<(Confirmation, &LogActor)> = Vec::new();
        for (decision, is_used) in decisions.iter().zip(used.iter_mut()) {
            let is_own = match place {
                Place::Only => true,
                Place::First => decision.comes_before(&held.times),
                // A yes between two acts may be late for the one and early for the other.
                Place::Later => false,
            };
            if *is_used || !is_own || !decision.is_about(&held.record) {
                continue;
            }
            *is_used = true;
            let how = held.judged(decision);
            judged.push((how, &decision.by));
            // The last word before the act counts; where times are the same, the one that confirms less.
            let later = found
                .is_none_or(|(known, before)| (decision.record.time, less(how)) > (before.record.time, less(known)));
            if later {
                found = Some((how, decision));
            }
        }
        match found {
            Some((how, decision)) => {
                held.take_over(how, decision);
                held.name_others(&judged);
            }
            None => match self.nameless.decision_for(held) {
                Some(decision) => {
                    held.leave_open();
                    out.record(decision.record);
                }
                None => self.decide_without(held, place != Place::Only && !decisions.is_empty()),
            },
        }
    }

    /// What holds for an act that no decision is known to be of.
    fn decide_without(&self, held: &mut Held, is_reused: bool) {
        let session = &held.key.session;
        if self.early.contains(&hash(&held.key)) {
            held.record.confirmation = own(&held.record, Confirmation::Unknown);
            held.review(FAR_BEHIND);
        } else if is_reused {
            held.record.confirmation = own(&held.record, Confirmation::Unknown);
            held.review(REUSED);
        } else if let Some(fallback) = held.fallback.take().or_else(|| self.modes.of(&held.record)) {
            set_mode(&mut held.record, fallback);
        } else if self.shown.contains(session) && !self.nameless.has_decisions(session) {
            held.record.confirmation = own(&held.record, Confirmation::None);
        }
    }
}

/// Whether what stands at a byte, in a piece, is too far behind to be held any longer.
pub fn is_far_behind((from, piece): (u64, u64), (end, read): (u64, u64)) -> bool {
    end.saturating_sub(from) > BEHIND_BYTES_MAX || read.saturating_sub(piece) > BEHIND_PIECES_MAX
}

/// Says of an act how it is confirmed by what holds in its session, unless the record itself says more.
fn set_mode(record: &mut LogRecord, fallback: Fallback) {
    if record.confirmation_proof.is_some() {
        return;
    }
    record.set_confirmation(fallback.how, &fallback.says, fallback.raw);
    let review = fallback.review.filter(|_| record.effect.is_effectful());
    record.needs_review = record.needs_review.take().or(review.map(Into::into));
}

fn hash(key: &Key) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// A decision that is of none of the acts under its id: of which it is cannot be told.
fn strayed(decision: Decision) -> LogRecord {
    let mut record = decision.alone;
    if record.confirmation == Confirmation::Human {
        (record.confirmation, record.confirmed_by) = (Confirmation::Unknown, None);
    }
    record.needs_review = record.needs_review.or(Some(STRAYED.into()));
    record
}

/// Takes over how an act was confirmed. A person is named only where one confirmed it; and where an agent or a program
/// decided, no person did.
pub fn set(record: &mut LogRecord, how: Confirmation, by: &LogActor, says: &str, raw: Raw) {
    let is_person = by.kind == PrincipalKind::Human;
    let how = if how == Confirmation::Human && !is_person { Confirmation::Automatic } else { how };
    record.set_confirmation(how, says, raw);
    record.confirmed_by = (how == Confirmation::Human).then(|| by.clone());
}
