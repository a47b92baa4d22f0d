//! Where acts are judged, in the transaction that says how far a source was judged.

use domain::watch::{Act, Intake};
use domain::{Id, Instant};

use crate::engine::Tx;
use crate::{Result, Store};

impl Store {
    /// Judges acts of a source. Everything is written in the given transaction.
    pub(crate) async fn judge(&self, _tx: &mut Tx, intake: &Intake<'_>, acts: &[Act], now: Instant) -> Result<()> {
        tracing::trace!(source = %intake.source, acts = acts.len(), at = %now.rfc3339(), "acts came in");
        Ok(())
    }

    /// Does what follows from what was judged, once that is committed.
    pub async fn respond(&self) -> Result<()> {
        Ok(())
    }

    /// Forgets what is remembered of a source, whose acts will be judged again.
    pub(crate) fn forget_watcher(&self, source: &Id) {
        tracing::trace!(%source, "a source is judged from its context on");
    }
}
