//! Acts and the decisions about them: a request, a decision, a call and its result are one act, in whatever order a log
//! tells them, with ids that repeat and with a half that is missing.
//!
//! A person's yes counts for an act only if it names the act by its id, came after the act was asked for and before it
//! began, and could be of no other act. Where one of these cannot be told, it is not known how the act was confirmed.

use std::collections::{HashMap, HashSet, VecDeque};

use super::Out;
use crate::reader::log::record::{LogActor, LogRecord, Raw};
use crate::time::Instant;
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::{Confirmation, PrincipalKind};

/// So many acts wait for decisions, and decisions for acts; the oldest goes first.
const HELD_MAX: usize = 1_024;

/// So many acts and decisions of one id wait.
const GROUP_MAX: usize = 64;

/// So many acts that went are remembered by their ids.
const GONE_MAX: usize = 100_000;

/// Times in milliseconds, of a length in milliseconds, may be off by so much.
const ROUNDING_MICROS: i64 = 5_000;

/// Why a person should look at a decision.
const LATE: &str = "A yes to this act came after it.";
const REFUSED_LATE: &str = "A no to this act came after it.";
const BETWEEN: &str = "A yes came while this act was under way: whether it came first cannot be told.";
const STRAYED: &str = "This decision is about none of the acts that the log shows under its id.";
const REUSED: &str = "Several acts have this id: whose the decision about it is cannot be told.";

/// An act by its id in a session.
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

/// What holds for acts that nothing is decided about, such as the mode of a session.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// How they are confirmed.
    pub how: Confirmation,
    /// What the log says, in a few words.
    pub says: String,
    /// Where.
    pub raw: Raw,
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
    /// What holds for it if nothing was decided.
    pub fallback: Option<Fallback>,
}

/// Where an act stands among those of its id. A yes between two of them may be late for the one and early for the other:
/// only one that came after the later was asked for is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Only,
    First,
    Later,
}

struct Held {
    key: Key,
    fallback: Option<Fallback>,
    tellings: Vec<Telling>,
    times: Times,
    record: LogRecord,
    echoes: Vec<LogRecord>,
}

/// What is known under one id.
#[derive(Default)]
struct Group {
    acts: Vec<Held>,
    decisions: Vec<Decision>,
    parts: Vec<(Times, LogRecord)>,
}

/// Holds acts and decisions until both are there.
#[derive(Default)]
pub struct Gate {
    groups: HashMap<Key, Group>,
    /// The ids in the order in which they came first.
    order: VecDeque<Key>,
    /// The ids of acts that went.
    gone: HashSet<Key>,
    /// The sessions of which the log shows decisions.
    shown: HashSet<String>,
    /// Other ids of acts.
    aliases: HashMap<Key, Key>,
}

impl Gate {
    /// Takes an act.
    pub fn act(&mut self, mut act: Act, out: &mut dyn Out) {
        act.key = self.resolved(act.key);
        let group = self.group(&act.key, out);
        match group.acts.iter_mut().find(|held| held.is_told_by(act.telling, act.times)) {
            Some(known) => known.tell(act),
            None => group.acts.push(Held::of(act)),
        }
    }

    /// Says that two ids are of one act: what is known under the first goes to the other.
    pub fn same(&mut self, one: Key, other: Key, out: &mut dyn Out) {
        if one == other || self.aliases.len() >= GONE_MAX {
            return;
        }
        self.order.retain(|known| *known != one);
        if let Some(group) = self.groups.remove(&one) {
            let known = self.group(&other, out);
            known.decisions.extend(group.decisions);
            known.parts.extend(group.parts);
            known.acts.extend(group.acts);
        }
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
        if self.shown.len() < GONE_MAX {
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
        self.shown.clear();
    }

    /// What is known under an id; the oldest makes room.
    fn group(&mut self, key: &Key, out: &mut dyn Out) -> &mut Group {
        let count = |group: &Group| group.acts.len() + group.decisions.len() + group.parts.len();
        let is_full = self.groups.get(key).is_some_and(|group| count(group) >= GROUP_MAX);
        if is_full {
            self.order.retain(|known| known != key);
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
        self.groups.entry(key.clone()).or_default()
    }

    /// Gives out all that is known under an id.
    fn release(&mut self, key: &Key, out: &mut dyn Out) {
        let Some(Group { mut acts, decisions, parts }) = self.groups.remove(key) else { return };
        if let [held] = acts.as_mut_slice() {
            parts.into_iter().for_each(|(times, part)| held.add(times, part));
        } else {
            parts.into_iter().for_each(|(_, part)| out.record(part));
        }
        let mut place = match (self.gone.contains(key), acts.len() > 1) {
            (true, _) => Place::Later,
            (false, true) => Place::First,
            (false, false) => Place::Only,
        };
        if self.gone.len() < GONE_MAX && !acts.is_empty() {
            self.gone.insert(key.clone());
        }
        let is_alone = acts.is_empty();
        acts.sort_by_key(|held| (held.times.began.or(held.times.ended), held.record.raw.offset));
        let mut used = vec![false; decisions.len()];
        for mut held in acts {
            self.settle(&mut held, &decisions, place, &mut used);
            place = if place == Place::Only { place } else { Place::Later };
            out.record(held.record);
            held.echoes.into_iter().for_each(|echo| out.record(echo));
        }
        for (decision, is_used) in decisions.into_iter().zip(used) {
            // A decision without its act is all that the log says of it.
            out.record(match (is_used, is_alone) {
                (true, _) => decision.record,
                (false, true) => decision.alone,
                (false, false) => strayed(decision),
            });
        }
    }

    /// Decides how an act was confirmed.
    fn settle(&self, held: &mut Held, decisions: &[Decision], place: Place, used: &mut [bool]) {
        let mut found: Option<(Confirmation, &Decision)> = None;
        for (decision, is_used) in decisions.iter().zip(used.iter_mut()) {
            let is_own = match place {
                Place::Only => true,
                Place::First => decision.comes_before(&held.times),
                Place::Later => decision.comes_before(&held.times) && decision.comes_after(held.times.asked),
            };
            if *is_used || !is_own || !decision.is_about(&held.record) {
                continue;
            }
            *is_used = true;
            let how = held.judged(decision);
            // The last word before the act counts; where times are the same, the one that confirms less.
            let later = found
                .is_none_or(|(known, before)| (decision.record.time, less(how)) > (before.record.time, less(known)));
            if later {
                found = Some((how, decision));
            }
        }
        match found {
            Some((how, decision)) => held.take_over(how, decision),
            None if place != Place::Only && !decisions.is_empty() => {
                held.record.confirmation = own(&held.record, Confirmation::Unknown);
                held.review(REUSED);
            }
            None if held.fallback.is_some() => held.fall_back(),
            None if self.shown.contains(&held.key.session) => {
                held.record.confirmation = own(&held.record, Confirmation::None);
            }
            None => {}
        }
    }
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

/// What a record says itself goes before what is missing.
fn own(record: &LogRecord, otherwise: Confirmation) -> Confirmation {
    if record.confirmation == Confirmation::Unknown && record.confirmation_proof.is_none() {
        otherwise
    } else {
        record.confirmation
    }
}

/// The less a confirmation says, the higher.
const fn less(how: Confirmation) -> u8 {
    match how {
        Confirmation::Human => 0,
        Confirmation::Unknown => 1,
        Confirmation::Standing => 2,
        Confirmation::Automatic => 3,
        Confirmation::None => 4,
        Confirmation::Refused => 5,
    }
}

/// What repeats an act, as a record that changes nothing.
fn echo(mut record: LogRecord) -> LogRecord {
    (record.verb, record.effect) = (Verb::Other, Effect::None);
    record.hints.logging_control = false;
    record
}

impl Decision {
    fn is_about(&self, record: &LogRecord) -> bool {
        let (Some(own), Some(tool)) = (&self.tool, &record.tool) else { return true };
        own.eq_ignore_ascii_case(tool)
    }

    /// Whether it surely came after the act was asked for.
    fn comes_after(&self, asked: Option<Instant>) -> bool {
        self.record.time.zip(asked).is_some_and(|(at, asked)| at >= asked)
    }

    /// Whether it surely came before the act began.
    fn comes_before(&self, times: &Times) -> bool {
        let (Some(at), Some(limit)) = (self.record.time, times.began.or(times.ended)) else { return false };
        at.micros() <= limit.micros() + ROUNDING_MICROS
    }
}

impl Held {
    /// Whether another telling is of this act: it is told in no such way yet, and the times fit.
    fn is_told_by(&self, telling: Telling, times: Times) -> bool {
        let reach = |times: &Times| times.began.or(times.ended).zip(times.ended.or(times.began));
        let fits = match (reach(&self.times), reach(&times)) {
            (Some((from, to)), Some((began, ended))) => {
                let slack = 1_000_000;
                began.micros() <= to.micros() + slack && ended.micros() >= from.micros() - slack
            }
            _ => true,
        };
        !self.tellings.contains(&telling) && fits
    }

    /// Takes a part that says when the act began.
    fn add(&mut self, times: Times, record: LogRecord) {
        self.times.began = times.began.or(self.times.began);
        self.echoes.push(echo(record));
    }

    fn of(act: Act) -> Self {
        let Act { key, telling, times, record, fallback } = act;
        Self { key, fallback, tellings: vec![telling], times, record, echoes: Vec::new() }
    }

    /// Takes over what holds where nothing was decided, unless the record itself says more.
    fn fall_back(&mut self) {
        let Some(fallback) = self.fallback.take().filter(|_| self.record.confirmation_proof.is_none()) else { return };
        self.record.set_confirmation(fallback.how, &fallback.says, fallback.raw);
    }

    fn tell(&mut self, act: Act) {
        let Act { telling, times, record, fallback, .. } = act;
        self.fallback = self.fallback.take().or(fallback);
        self.tellings.push(telling);
        self.times.asked = self.times.asked.or(times.asked);
        self.times.began = self.times.began.or(times.began);
        self.times.ended = self.times.ended.or(times.ended);
        if self.record.outcome == Outcome::Unknown {
            (self.record.outcome, self.record.error) = (record.outcome, record.error.clone());
        }
        if self.record.arguments_sha256.is_none() {
            self.record.arguments_sha256 = record.arguments_sha256.clone();
        }
        let told = record.confirmation_proof.is_some();
        if told
            && (self.record.confirmation_proof.is_none() || less(record.confirmation) > less(self.record.confirmation))
        {
            self.record.confirmation = record.confirmation;
            self.record.confirmed_by = record.confirmed_by.clone();
            self.record.confirmation_proof = record.confirmation_proof.clone();
        }
        self.echoes.push(echo(record));
    }

    /// What a decision is worth for this act.
    fn judged(&mut self, decision: &Decision) -> Confirmation {
        let is_late = |at: Instant, ended: Instant| at.micros() > ended.micros() + ROUNDING_MICROS;
        if decision.how == Confirmation::Refused
            && self.times.ended.zip(decision.record.time).is_some_and(|(ended, at)| is_late(at, ended))
        {
            self.review(REFUSED_LATE);
            return Confirmation::None;
        }
        if decision.how != Confirmation::Human {
            return decision.how;
        }
        let Some(at) = decision.record.time else { return Confirmation::Unknown };
        if self.times.asked.is_some_and(|asked| at < asked) {
            return Confirmation::Unknown;
        }
        if decision.comes_before(&self.times) {
            return Confirmation::Human;
        }
        match self.times.ended {
            Some(ended) if is_late(at, ended) => {
                self.review(LATE);
                Confirmation::None
            }
            Some(_) => {
                self.review(BETWEEN);
                Confirmation::Unknown
            }
            None => Confirmation::Unknown,
        }
    }

    fn review(&mut self, why: &'static str) {
        self.record.needs_review = self.record.needs_review.take().or(Some(why.into()));
    }

    /// Takes over a decision, unless the record itself says that less was confirmed.
    fn take_over(&mut self, how: Confirmation, decision: &Decision) {
        let known = &self.record;
        if known.confirmation_proof.is_some() && less(known.confirmation) > less(how) {
            return;
        }
        set(&mut self.record, how, &decision.by, &decision.says, decision.record.raw);
    }
}

/// Takes over how an act was confirmed. A person is named only where one confirmed it; and where an agent or a program
/// decided, no person did.
pub fn set(record: &mut LogRecord, how: Confirmation, by: &LogActor, says: &str, raw: Raw) {
    let is_person = by.kind == PrincipalKind::Human;
    let how = if how == Confirmation::Human && !is_person { Confirmation::Automatic } else { how };
    record.set_confirmation(how, says, raw);
    record.confirmed_by = (how == Confirmation::Human).then(|| by.clone());
}
