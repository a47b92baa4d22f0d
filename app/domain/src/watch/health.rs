//! How a source is.

use serde::Serialize;

use super::Source;
use crate::Instant;
use crate::words::words;

/// Records that wait for longer than so many seconds are late.
const LATE_SECONDS: i64 = 30;

words! {
    /// How a source is, in a word.
    SourceState is "a state of a source" {
        Waiting "waiting" "nothing came yet", Live "live" "live", Silent "silent" "silent", Late "late" "judged late",
        Closed "closed" "closed",
    }
}

/// What is known of a source beside what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SourceHealth {
    /// How it is, in a word.
    pub state: SourceState,
    /// When the last record came.
    pub last_at: Option<Instant>,
    /// How many records came in all.
    pub records: i64,
    /// How many bytes.
    pub bytes: i64,
    /// How many records came in the last minute.
    pub records_last_minute: i64,
    /// How many of the records were judged: a record here is an act, of which a sender may count more or fewer.
    pub judged: i64,
    /// How many batches wait to be judged.
    pub waiting: i64,
    /// For how long the oldest of those waits, in microseconds.
    pub waiting_micros: Option<i64>,
    /// How long the oldest record of the last evaluation had waited, in microseconds.
    pub lag_micros: Option<i64>,
    /// Since when it is silent beyond its heartbeat.
    pub silent_since: Option<Instant>,
    /// How many segments are sealed.
    pub segments: i64,
    /// The link of the last of them.
    pub head: String,
}

/// Since when a source is silent beyond its heartbeat: from the moment at which the next sign of life was due.
pub fn silent_since(source: &Source, last_at: Option<Instant>, now: Instant) -> Option<Instant> {
    let seconds = source.heartbeat_seconds.filter(|_| source.closed_at.is_none())?;
    let due = last_at.unwrap_or(source.created_at).plus_micros(seconds.saturating_mul(1_000_000));
    (due < now).then_some(due)
}

impl SourceHealth {
    /// The word for it.
    pub fn state_of(
        source: &Source,
        last_at: Option<Instant>,
        waiting_micros: Option<i64>,
        now: Instant,
    ) -> SourceState {
        if source.closed_at.is_some() {
            SourceState::Closed
        } else if silent_since(source, last_at, now).is_some() {
            SourceState::Silent
        } else if waiting_micros.is_some_and(|micros| micros > LATE_SECONDS * 1_000_000) {
            SourceState::Late
        } else if last_at.is_none() {
            SourceState::Waiting
        } else {
            SourceState::Live
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use crate::watch::SourceDraft;

    fn source(heartbeat: Option<i64>) -> Source {
        let draft = SourceDraft { name: "a".into(), heartbeat_seconds: heartbeat, ..SourceDraft::default() };
        draft.apply(Id::new("s"), Instant::from_micros(0)).unwrap()
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn silence_is_what_goes_beyond_the_heartbeat() {
        let watched = source(Some(60));
        assert_eq!(silent_since(&watched, Some(at(100)), at(160)), None, "just in time");
        assert_eq!(silent_since(&watched, Some(at(100)), at(161)), Some(at(160)));
        assert_eq!(silent_since(&watched, None, at(61)), Some(at(60)), "nothing ever came");
        assert_eq!(silent_since(&source(None), Some(at(0)), at(9_999)), None);
        let closed = Source { closed_at: Some(at(1)), ..watched };
        assert_eq!(silent_since(&closed, Some(at(100)), at(9_999)), None);
    }

    #[test]
    fn the_word_says_the_worst() {
        let word = |source: &Source, last: Option<i64>, waits: Option<i64>, now: i64| {
            SourceHealth::state_of(source, last.map(at), waits.map(|seconds| seconds * 1_000_000), at(now))
        };
        let watched = source(Some(60));
        assert_eq!(word(&watched, None, None, 10), SourceState::Waiting);
        assert_eq!(word(&watched, Some(9), None, 10), SourceState::Live);
        assert_eq!(word(&watched, Some(9), Some(31), 50), SourceState::Late);
        assert_eq!(word(&watched, Some(9), Some(31), 70), SourceState::Silent);
    }
}
