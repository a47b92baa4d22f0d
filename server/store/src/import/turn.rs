//! Threads for reading. A thread that waits for bytes serves nobody else, so that they are few: what does not get one
//! at once is read later, from the evidence store.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// Uploads that are read while they arrive.
const ARRIVING_MAX: usize = 4;
/// Items that are read from the evidence store at once; the others wait.
const STORED_MAX: usize = 2;
/// Files that are looked into at once, for a trial or for a page of packed lines.
const LOOKING_MAX: usize = 8;

/// The threads for reading.
pub(crate) struct Turns {
    arriving: Arc<Semaphore>,
    stored: Arc<Semaphore>,
    looking: Arc<Semaphore>,
}

/// How an import comes to its thread.
pub(super) enum Turn {
    /// It has one.
    Has(OwnedSemaphorePermit),
    /// It waits until there is one.
    Waits,
}

impl Default for Turns {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self { arriving: places(ARRIVING_MAX), stored: places(STORED_MAX), looking: places(LOOKING_MAX) }
    }
}

impl Turns {
    /// A thread for an upload that arrives, if there is one left.
    pub(super) fn arriving(&self) -> Option<Turn> {
        self.arriving.clone().try_acquire_owned().ok().map(Turn::Has)
    }

    pub(super) async fn come(&self, turn: Turn) -> Result<OwnedSemaphorePermit> {
        match turn {
            Turn::Has(permit) => Ok(permit),
            Turn::Waits => self.stored.clone().acquire_owned().await.map_err(Error::internal),
        }
    }

    /// A thread for a look into a file; waits until there is one.
    pub(super) async fn look(&self) -> Result<OwnedSemaphorePermit> {
        self.looking.clone().acquire_owned().await.map_err(Error::internal)
    }
}
