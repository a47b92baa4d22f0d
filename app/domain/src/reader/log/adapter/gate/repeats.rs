//! What was taken already: a log that was delivered twice tells everything twice.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{GONE_MAX, Key};
use crate::reader::log::record::LogRecord;

/// What was taken, by its hash.
#[derive(Default)]
pub(super) struct Repeats(HashSet<u64>);

impl Repeats {
    /// Whether the very same was taken before, with the same ids and at the same time. What has no time may be another.
    pub(super) fn is_repeated(&mut self, key: &Key, record: &LogRecord, says: &str) -> bool {
        let Some(time) = record.time else { return false };
        let mut hasher = DefaultHasher::new();
        (key, time.micros(), says, &record.action, &record.tool, &record.resource).hash(&mut hasher);
        (&record.arguments_sha256, &record.id, &record.trace, &record.message, &record.error).hash(&mut hasher);
        (record.outcome.word(), record.confirmation.word(), &record.actor.name).hash(&mut hasher);
        let hash = hasher.finish();
        self.0.contains(&hash) || (self.0.len() < GONE_MAX && !self.0.insert(hash))
    }
}
