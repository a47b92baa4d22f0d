//! An act that waits for the decisions about it, and what one of them is worth for it.

use super::{Act, Decision, Fallback, Key, Out, Telling, Times, set};
use crate::reader::log::record::{LogActor, LogRecord};
use crate::spelling::same_name;
use crate::time::Instant;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

/// Times in milliseconds, of a length in milliseconds, may be off by so much.
const ROUNDING_MICROS: i64 = 5_000;

/// So many other people who confirmed an act are named.
const PEOPLE_MAX: usize = 8;

/// Why a person should look at a decision.
const LATE: &str = "A yes to this act came after it.";
const REFUSED_LATE: &str = "A no to this act came after it.";
const NAMELESS: &str =
    "The log does not say of which act a decision is that can be of this one: how it was confirmed cannot be told.";
const BETWEEN: &str = "A yes came while this act was under way: whether it came first cannot be told.";

/// An act that waits.
pub(super) struct Held {
    pub(super) key: Key,
    pub(super) fallback: Option<Fallback>,
    pub(super) tellings: Vec<Telling>,
    pub(super) times: Times,
    pub(super) record: LogRecord,
    pub(super) echoes: Vec<LogRecord>,
}

impl Held {
    /// Whether another telling is of this act: it is told in no such way yet, and the times fit.
    pub(super) fn is_told_by(&self, telling: Telling, times: Times) -> bool {
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
    pub(super) fn add(&mut self, times: Times, record: LogRecord) {
        self.times.began = times.began.or(self.times.began);
        self.echoes.push(echo(record));
    }

    pub(super) fn of(act: Act, fallback: Option<Fallback>) -> Self {
        let Act { key, telling, times, record } = act;
        Self { key, fallback, tellings: vec![telling], times, record, echoes: Vec::new() }
    }

    pub(super) fn tell(&mut self, act: Act) {
        let Act { telling, times, record, .. } = act;
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
    pub(super) fn judged(&mut self, decision: &Decision) -> Confirmation {
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
            // Nothing shows that it began before.
            None if self.times.began.is_none() => Confirmation::Human,
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

    /// Leaves open how the act was confirmed, unless its record says so itself.
    pub(super) fn leave_open(&mut self) {
        self.record.confirmation = own(&self.record, Confirmation::Unknown);
        if self.record.confirmation_proof.is_none() {
            self.review(NAMELESS);
        }
    }

    /// Gives out the act, and what repeats it.
    pub(super) fn give(self, out: &mut dyn Out) {
        out.record(self.record);
        self.echoes.into_iter().for_each(|echo| out.record(echo));
    }

    pub(super) fn review(&mut self, why: &'static str) {
        self.record.needs_review = self.record.needs_review.take().or(Some(why.into()));
    }

    /// Names the other people who said yes, where everybody did.
    pub(super) fn name_others(&mut self, judged: &[(Confirmation, &LogActor)]) {
        if self.record.confirmation != Confirmation::Human || judged.iter().any(|(how, _)| *how != Confirmation::Human)
        {
            return;
        }
        for (_, by) in judged {
            let is_named = self.record.confirmers().any(|known| same_name(&known.name, &by.name));
            if !is_named && by.kind == PrincipalKind::Human && self.record.also_confirmed_by.len() < PEOPLE_MAX {
                self.record.also_confirmed_by.push((*by).clone());
            }
        }
    }

    /// Takes over a decision, unless the record itself says that less was confirmed.
    pub(super) fn take_over(&mut self, how: Confirmation, decision: &Decision) {
        let known = &self.record;
        if known.confirmation_proof.is_some() && less(known.confirmation) > less(how) {
            return;
        }
        set(&mut self.record, how, &decision.by, &decision.says, decision.record.raw);
    }
}

impl Decision {
    pub(super) fn is_about(&self, record: &LogRecord) -> bool {
        let (Some(own), Some(tool)) = (&self.tool, &record.tool) else { return true };
        own.eq_ignore_ascii_case(tool)
    }

    /// Whether it can be of an act where nothing names the act: it is no yes that came after it, and no refusal of an act
    /// that went through.
    pub(super) fn can_be_of(&self, held: &Held) -> bool {
        let is_late = |(at, ended): (Instant, Instant)| at.micros() > ended.micros() + ROUNDING_MICROS;
        let is_refused = self.how == Confirmation::Refused && held.record.outcome != Outcome::Denied;
        let is_after = self.record.time.zip(held.times.ended).is_some_and(is_late);
        !is_refused && !is_after && self.is_about(&held.record)
    }

    /// Whether it surely came before the act began.
    pub(super) fn comes_before(&self, times: &Times) -> bool {
        let (Some(at), Some(limit)) = (self.record.time, times.began.or(times.ended)) else { return false };
        at.micros() <= limit.micros() + ROUNDING_MICROS
    }
}

/// The less a confirmation says, the higher.
pub(super) const fn less(how: Confirmation) -> u8 {
    match how {
        Confirmation::Human => 0,
        Confirmation::Unknown => 1,
        Confirmation::Standing => 2,
        Confirmation::Automatic => 3,
        Confirmation::None => 4,
        Confirmation::Refused => 5,
    }
}

/// What a record says itself goes before what is missing.
pub(super) fn own(record: &LogRecord, otherwise: Confirmation) -> Confirmation {
    if record.confirmation == Confirmation::Unknown && record.confirmation_proof.is_none() {
        otherwise
    } else {
        record.confirmation
    }
}

/// What repeats an act, as a record that changes nothing.
fn echo(mut record: LogRecord) -> LogRecord {
    (record.verb, record.effect) = (Verb::Other, Effect::None);
    record.hints.logging_control = false;
    record
}

/// What tells the very same again, as a record that changes nothing and that nobody confirms.
pub(super) fn quiet(record: LogRecord) -> LogRecord {
    let mut record = echo(record);
    (record.confirmation, record.confirmed_by, record.confirmation_proof) = (Confirmation::Unknown, None, None);
    record.also_confirmed_by.clear();
    record
}
