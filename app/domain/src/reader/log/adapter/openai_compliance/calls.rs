//! Calls of connectors and apps that wait for their other half. A log may tell the end of a call before its request, and
//! what an agent is before or after both, so that a call is only given out when nobody keeps its pieces for much longer.

use std::collections::VecDeque;

use super::agents::Agents;
use super::entry::refused;
use super::{HELD_MAX, Out};
use crate::reader::log::adapter::gate::is_far_behind;
use crate::reader::log::record::{LogRecord, Raw};
use crate::vocabulary::Confirmation;

/// One half of a call of a connector, or both.
pub(super) struct Call {
    /// Its id within the run of its agent.
    pub key: Option<String>,
    /// The agent and the connector, by their ids.
    pub of: (Option<String>, String),
    /// The request, and how it says that the call is confirmed.
    pub asked: Option<LogRecord>,
    pub says: Option<(Confirmation, &'static str)>,
    /// The end.
    pub ended: Option<LogRecord>,
}

/// A request of an app that is not answered yet, or answers to one that is not told yet.
struct App {
    key: String,
    asked: Option<LogRecord>,
    answers: Vec<LogRecord>,
}

/// What waits.
#[derive(Default)]
pub(super) struct Calls {
    calls: VecDeque<Call>,
    apps: VecDeque<App>,
}

impl Calls {
    /// Takes half a call of a connector; answers whether its other half was there.
    pub fn connector(&mut self, call: Call, agents: &Agents, out: &mut dyn Out) -> bool {
        let other =
            self.calls.iter_mut().find(|known| call.key.is_some() && known.key == call.key && known.completes(&call));
        if let Some(other) = other {
            other.says = other.says.or(call.says);
            other.asked = other.asked.take().or(call.asked);
            other.ended = other.ended.take().or(call.ended);
            return true;
        }
        self.calls.push_back(call);
        if self.calls.len() > HELD_MAX
            && let Some(oldest) = self.calls.pop_front()
        {
            oldest.give(agents, out);
        }
        false
    }

    /// Takes a request of an app.
    pub fn app_asked(&mut self, key: String, asked: LogRecord, out: &mut dyn Out) {
        let fits = |app: &App| {
            app.key == key && app.asked.is_none() && app.answers.iter().all(|answer| asked.time <= answer.time)
        };
        match self.only(fits) {
            Some(App { answers, .. }) => answer(Some(&asked), answers, out),
            None => self.hold(App { key, asked: Some(asked), answers: Vec::new() }, out),
        }
    }

    /// Takes the answers of an app to one request.
    pub fn app_answered(&mut self, key: String, answers: Vec<LogRecord>, out: &mut dyn Out) {
        match self.only(|app| app.key == key && app.asked.is_some()) {
            Some(App { asked, .. }) => answer(asked.as_ref(), answers, out),
            None => self.hold(App { key, asked: None, answers }, out),
        }
    }

    /// The only one that fits; two that wait could be either's.
    fn only(&mut self, fits: impl Fn(&App) -> bool) -> Option<App> {
        let mut waiting = self.apps.iter().enumerate().filter(|(_, app)| fits(app)).map(|(place, _)| place);
        let (Some(place), None) = (waiting.next(), waiting.next()) else { return None };
        self.apps.remove(place)
    }

    fn hold(&mut self, app: App, out: &mut dyn Out) {
        self.apps.push_back(app);
        if self.apps.len() > HELD_MAX
            && let Some(oldest) = self.apps.pop_front()
        {
            oldest.give(out);
        }
    }

    /// Gives out what is too far behind this place.
    pub fn pass(&mut self, now: Raw, agents: &Agents, out: &mut dyn Out) {
        let is_old = |raw: Raw| is_far_behind((raw.offset, raw.first_line), (now.offset, now.first_line));
        while let Some(call) = self.calls.pop_front_if(|call| call.place().is_none_or(is_old)) {
            call.give(agents, out);
        }
        while let Some(app) = self.apps.pop_front_if(|app| app.place().is_none_or(is_old)) {
            app.give(out);
        }
    }

    /// Gives out everything.
    pub fn finish(&mut self, agents: &Agents, out: &mut dyn Out) {
        self.calls.drain(..).for_each(|call| call.give(agents, out));
        self.apps.drain(..).for_each(|app| app.give(out));
    }
}

impl Call {
    /// Whether the other is the half that this one misses.
    fn completes(&self, other: &Self) -> bool {
        let (Some(asked), Some(ended)) =
            (self.asked.as_ref().or(other.asked.as_ref()), self.ended.as_ref().or(other.ended.as_ref()))
        else {
            return false;
        };
        let is_half = self.asked.is_some() != self.ended.is_some() && self.asked.is_some() != other.asked.is_some();
        is_half && asked.time.zip(ended.time).is_none_or(|(asked, ended)| asked <= ended)
    }

    fn place(&self) -> Option<Raw> {
        let halves = self.asked.iter().chain(&self.ended).map(|half| half.raw);
        halves.min_by_key(|raw| raw.offset)
    }

    fn give(self, agents: &Agents, out: &mut dyn Out) {
        let Self { of: (agent, connector), asked, says, ended, .. } = self;
        let (mut record, ended) = match (asked, ended) {
            (Some(asked), ended) => (asked, ended),
            (None, Some(ended)) => (ended, None),
            (None, None) => return,
        };
        if let Some(ended) = ended {
            (record.received, record.outcome, record.error) = (ended.time, ended.outcome, ended.error);
        }
        let mut never = false;
        if let Some(id) = agent {
            never = agents.never_asks(&id, &connector, record.time);
            if record.actor.name == id {
                record.actor = agents.actor(&id, record.time);
            }
        }
        let says = says.or(never.then_some((Confirmation::Automatic, "user_approvals: never")));
        if let Some((how, says)) = says {
            let raw = record.raw;
            record.set_confirmation(how, says, raw);
        }
        refused(&mut record);
        out.record(record);
    }
}

impl App {
    fn place(&self) -> Option<Raw> {
        self.asked.iter().chain(&self.answers).map(|half| half.raw).next()
    }

    fn give(self, out: &mut dyn Out) {
        self.asked.into_iter().for_each(|asked| out.record(asked));
        answer(None, self.answers, out);
    }
}

/// Gives out answers, as what was asked for.
fn answer(asked: Option<&LogRecord>, answers: Vec<LogRecord>, out: &mut dyn Out) {
    for mut one in answers {
        if let Some(asked) = asked {
            (one.received, one.time) = (one.time, asked.time);
            one.message.clone_from(&asked.message);
        }
        out.record(one);
    }
}
