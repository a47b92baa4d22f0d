//! What waits to be judged. Where it is too much, senders are asked to come again: what they keep is not lost, and what
//! is judged too late helps nobody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Id, Instant};

use crate::{Error, Result};

/// So many bytes of one source may wait.
const BACKLOG_BYTES_MAX: i64 = 256 << 20;
/// After so long it is asked anew, by letting one post through.
const ASKED_MICROS: i64 = 1_000_000;

/// The sources of which too much waited when something of theirs was last kept, and when that was.
#[derive(Default)]
pub(super) struct Backlog(Mutex<HashMap<Id, Instant>>);

impl Backlog {
    /// So many bytes wait now.
    pub(super) fn set(&self, source: &Id, bytes: i64, now: Instant) {
        let mut known = self.known();
        if bytes > BACKLOG_BYTES_MAX {
            known.insert(source.clone(), now);
        } else {
            known.remove(source);
        }
    }

    /// Refuses what comes while too much waits.
    pub(super) fn refuse(&self, source: &Id, now: Instant) -> Result<()> {
        match self.known().get(source) {
            Some(at) if now.micros() - at.micros() < ASKED_MICROS => {
                Err(Error::Busy("more waits to be judged than is kept for one source".into()))
            }
            _ => Ok(()),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Id, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
