//! What a session is set to: who is asked where nothing else decides.

use std::collections::HashMap;

use super::set_mode;
use crate::reader::log::record::{LogRecord, Raw};
use crate::time::Instant;
use crate::vocabulary::Confirmation;

/// The modes of so many sessions are known.
const SESSIONS_MAX: usize = 10_000;

/// So many changes of the mode of a session are known: the last ones.
const CHANGES_MAX: usize = 1_000;

/// What holds for acts that nothing is decided about.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// How they are confirmed.
    pub how: Confirmation,
    /// What the log says, in a few words.
    pub says: String,
    /// Where.
    pub raw: Raw,
    /// Why a person should look at an act that changed something.
    pub review: Option<&'static str>,
}

/// From when on a session is in a mode, and what holds in it.
type Mode = (Option<Instant>, Option<Fallback>);

/// The modes of sessions, each in the order of their times: a log may tell its end first.
#[derive(Default)]
pub struct Modes(HashMap<String, Vec<Mode>>);

impl Modes {
    /// Notes that something holds in a session from a time on; `None` where acts are asked about.
    pub fn note(&mut self, session: &str, at: Option<Instant>, fallback: Option<Fallback>) {
        if self.0.len() >= SESSIONS_MAX && !self.0.contains_key(session) {
            return;
        }
        let modes = self.0.entry(session.to_string()).or_default();
        let place = modes.partition_point(|(from, _)| *from <= at);
        let before = place.checked_sub(1).and_then(|place| modes.get(place));
        if before.is_some_and(|(_, known)| known.is_some() == fallback.is_some()) {
            return;
        }
        modes.insert(place, (at, fallback));
        if modes.len() > CHANGES_MAX {
            modes.remove(0);
        }
    }

    /// What holds for an act, as far as it is known by then.
    pub fn of(&self, record: &LogRecord) -> Option<Fallback> {
        let session = record.session.as_deref().or(record.trace.as_deref()).unwrap_or_default();
        let modes = self.0.get(session)?;
        let place = modes.partition_point(|(from, _)| *from <= record.time).checked_sub(1)?;
        modes.get(place)?.1.clone()
    }

    /// Says of an act how it is confirmed by the mode, unless the record says it itself.
    pub fn apply(&self, record: &mut LogRecord) {
        if let Some(fallback) = self.of(record) {
            set_mode(record, fallback);
        }
    }
}
