//! Tool calls of agents: which result belongs to which call, and which decision.

use std::collections::VecDeque;

use super::Out;
use super::gate::{Act as Gated, Decision, Fallback, Gate, Key, Telling, Times, is_far_behind, set};
use super::tools::Ending;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, clip};
use crate::time::Instant;
use crate::vocabulary::Confirmation;
use crate::vocabulary::Outcome;

/// So many calls wait for their results.
const WAITING_MAX: usize = 256;

struct Waiting {
    id: Option<String>,
    batch: u64,
    record: LogRecord,
}

/// A result that is told before its call.
struct Early {
    session: Option<String>,
    id: String,
    ending: Ending,
    record: LogRecord,
    /// Where it stands, and in which piece.
    place: (u64, u64),
}

/// A decision that no person made, for a call at hand.
struct HeldDecision {
    how: Confirmation,
    by: LogActor,
    says: String,
    raw: Raw,
}

impl HeldDecision {
    /// A person's yes is only taken by the gate, which knows what it can be of.
    fn confirm(self, record: &mut LogRecord) {
        let how = if self.how == Confirmation::Human { Confirmation::Unknown } else { self.how };
        set(record, how, &self.by, &self.says, self.raw);
    }
}

/// Calls that wait for their results. Ids may repeat or be missing: a result belongs to the latest run of calls
/// without a result between them, and in it to the first with its id.
#[derive(Default)]
pub struct Calls {
    waiting: VecDeque<Waiting>,
    batch: u64,
    answered: bool,
    /// Where the format tells decisions about its calls.
    gate: Option<Gate>,
    /// Decisions about calls that are not told yet.
    early: VecDeque<(Key, HeldDecision)>,
    /// Results of calls that are not told yet.
    results: VecDeque<Early>,
    /// How many bytes and pieces were read.
    read: (u64, u64),
}

impl Calls {
    /// Of a format that tells decisions about its calls.
    pub fn gated() -> Self {
        Self { gate: Some(Gate::default()), ..Self::default() }
    }

    /// Takes a decision about a call.
    pub fn decide(&mut self, key: Key, decision: Decision, out: &mut dyn Out) {
        match &mut self.gate {
            Some(gate) => gate.decision(key, decision, out),
            None => {
                let told =
                    HeldDecision { how: decision.how, by: decision.by, says: decision.says, raw: decision.record.raw };
                let fits = |waiting: &&mut Waiting| waiting.id.as_deref() == Some(key.id.as_str());
                match self.waiting.iter_mut().rev().find(fits) {
                    Some(Waiting { record, .. }) => told.confirm(record),
                    None => self.early.push_back((key, told)),
                }
                if self.early.len() > WAITING_MAX {
                    self.early.pop_front();
                }
                out.record(decision.record);
            }
        }
    }

    /// Notes what holds in a session from a time on.
    pub fn note(&mut self, session: &str, at: Option<Instant>, fallback: Option<Fallback>) {
        if let Some(gate) = &mut self.gate {
            gate.modes.note(session, at, fallback);
        }
    }

    /// Says how an act is confirmed that no decision can be of.
    pub fn confirm(&self, act: &mut LogRecord) {
        if let Some(gate) = &self.gate {
            gate.modes.apply(act);
        }
    }

    /// Says that a call is also known under another id.
    pub fn same(&mut self, one: Key, other: Key, out: &mut dyn Out) {
        if let Some(gate) = &mut self.gate {
            gate.same(one, other, out);
        }
    }

    /// Says that a piece was read up to this byte.
    pub fn pass(&mut self, end: u64, out: &mut dyn Out) {
        self.read = (end, self.read.1 + 1);
        let read = self.read;
        while let Some(oldest) = self.results.pop_front_if(|early| is_far_behind(early.place, read)) {
            alone(oldest.record, out);
        }
        if let Some(gate) = &mut self.gate {
            gate.pass(end, out);
        }
    }

    /// Takes an act that is told with its end, and without a call.
    pub fn told(&mut self, id: &str, act: LogRecord, out: &mut dyn Out) {
        let ended = act.time;
        match &mut self.gate {
            Some(gate) => {
                let key = Key { session: act.session.clone().unwrap_or_default(), id: clip(id, NAME_CHARS_MAX) };
                let times = Times { asked: None, began: None, ended };
                gate.act(Gated { key, telling: Telling::Event, times, record: act }, out);
            }
            None => out.record(act),
        }
    }

    /// Gives out a call that is whole, by the gate where decisions about it may come.
    fn give(&mut self, id: Option<&str>, call: LogRecord, ended: Option<Instant>, out: &mut dyn Out) {
        match &mut self.gate {
            Some(gate) => {
                let id = id.unwrap_or_default().to_string();
                let key = Key { session: call.session.clone().unwrap_or_default(), id };
                let times = Times { asked: call.time, began: None, ended };
                gate.act(Gated { key, telling: Telling::Event, times, record: call }, out);
            }
            None => out.record(call),
        }
    }

    /// Holds a call.
    pub fn call(&mut self, id: Option<&str>, mut record: LogRecord, out: &mut dyn Out) {
        let session = record.session.as_deref().unwrap_or_default();
        if let Some(place) =
            self.early.iter().position(|(key, _)| Some(key.id.as_str()) == id && key.session == session)
            && let Some((_, told)) = self.early.remove(place)
        {
            told.confirm(&mut record);
        }
        if let Some(Early { id, ending, record: result, .. }) = self.result_before(id, &record) {
            return self.end(Some(&id), record, &ending, result, out);
        }
        if std::mem::take(&mut self.answered) {
            self.batch += 1;
        }
        self.waiting.push_back(Waiting { id: id.map(|id| clip(id, NAME_CHARS_MAX)), batch: self.batch, record });
        if self.waiting.len() > WAITING_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.give(oldest.id.as_deref(), oldest.record, None, out);
        }
    }

    /// Gives out the call that a result belongs to, then the result as a record of its own.
    pub fn result(&mut self, id: Option<&str>, ending: Ending, mut result: LogRecord, out: &mut dyn Out) {
        self.answered = true;
        let id = id.map(|id| clip(id, NAME_CHARS_MAX));
        let fits = |waiting: &&Waiting| id.is_none() || waiting.id == id;
        let count = self.waiting.iter().filter(fits).count();
        let latest = self.waiting.iter().filter(fits).map(|waiting| waiting.batch).max();
        let place = self.waiting.iter().position(|waiting| fits(&waiting) && Some(waiting.batch) == latest);
        (result.outcome, result.error) = (ending.outcome, ending.error.clone());
        match (place.and_then(|place| self.waiting.remove(place)), id) {
            (Some(mut waiting), id) => {
                if id.is_some() && count > 1 {
                    waiting.record.needs_review =
                        Some("Several calls have this id: the result was given to the nearest.".into());
                }
                self.end(waiting.id.as_deref(), waiting.record, &ending, result, out);
            }
            (None, Some(id)) if self.gate.is_some() && result.time.is_some() => {
                let (session, place) = (result.session.clone(), self.read);
                self.results.push_back(Early { session, id, ending, record: result, place });
                if self.results.len() > WAITING_MAX
                    && let Some(oldest) = self.results.pop_front()
                {
                    alone(oldest.record, out);
                }
            }
            (None, _) => alone(result, out),
        }
    }

    /// Gives out a call with its result, then the result.
    fn end(
        &mut self,
        id: Option<&str>,
        mut call: LogRecord,
        ending: &Ending,
        mut result: LogRecord,
        out: &mut dyn Out,
    ) {
        (call.outcome, call.error) = (result.outcome, result.error.clone());
        if call.outcome == Outcome::Denied {
            call.set_confirmation(Confirmation::Refused, result.error.as_deref().unwrap_or("denied"), result.raw);
        }
        (result.tool, result.resource) = (call.tool.clone(), call.resource.clone());
        self.give(id, call, result.time.filter(|_| !ending.waits), out);
        out.record(result);
    }

    /// The result of a call that was told before it, and came after it.
    fn result_before(&mut self, id: Option<&str>, call: &LogRecord) -> Option<Early> {
        let (id, asked) = (clip(id?, NAME_CHARS_MAX), call.time?);
        let fits = |early: &Early| {
            early.id == id && early.session == call.session && early.record.time.is_some_and(|ended| asked <= ended)
        };
        let place = self.results.iter().position(fits)?;
        self.results.remove(place)
    }

    /// Whether a call of this id has no result yet.
    pub fn waits_for(&self, id: &str) -> bool {
        self.waiting.iter().any(|waiting| waiting.id.as_deref() == Some(id))
    }

    /// Gives out the calls that have no result.
    pub fn finish(&mut self, out: &mut dyn Out) {
        for early in std::mem::take(&mut self.results) {
            alone(early.record, out);
        }
        for waiting in std::mem::take(&mut self.waiting) {
            self.give(waiting.id.as_deref(), waiting.record, None, out);
        }
        if let Some(gate) = &mut self.gate {
            gate.finish(out);
        }
    }
}

/// A result without its call.
fn alone(mut result: LogRecord, out: &mut dyn Out) {
    result.needs_review = Some("The call that this result belongs to is not in the file, or too far above.".into());
    out.record(result);
}
