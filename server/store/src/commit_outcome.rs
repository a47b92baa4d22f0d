//! A commit that was not answered: whether it is stored is found out, not guessed.

use std::time::Duration;

use crate::engine::Engine;
use crate::{Error, Result, Store};

/// How long to ask a database that went away while it was storing.
const ASK_MAX: Duration = Duration::from_secs(15);

/// The same of a disk that fails: it is not being restarted.
const ASK_DISK_MAX: Duration = Duration::from_secs(1);

/// How long to wait between two tries.
const RETRY: Duration = Duration::from_millis(250);

impl Store {
    /// Goes on as if the commit had been answered where the log holds its last change: that has this hash. Else the
    /// error says that nothing was stored, or that nobody knows.
    pub(crate) async fn commit_outcome(&self, error: Error, incident: &str, version: u64, hash: &str) -> Result<()> {
        let Error::CommitUnknown(cause) = error else { return Err(error) };
        let begun = tokio::time::Instant::now();
        let asks_max = if self.db().engine == Engine::Sqlite { ASK_DISK_MAX } else { ASK_MAX };
        loop {
            match self.holds(incident, version, hash).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(Error::Unavailable(cause)),
                Err(_) if begun.elapsed() > asks_max => return Err(Error::CommitUnknown(cause)),
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    }

    async fn holds(&self, incident: &str, version: u64, hash: &str) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        // Waits for the locks of the write in question, whose connection may be gone on this side only.
        sqlx::query("update counters set value = value where name = 'incident'").execute(&mut tx).await?;
        sqlx::query("update incidents set version = version where id = $1").bind(incident).execute(&mut tx).await?;
        let found: Option<String> =
            sqlx::query_scalar("select hash from changes where incident_id = $1 and version = $2")
                .bind(incident)
                .bind(i64::try_from(version).map_err(Error::internal)?)
                .fetch_optional(&mut tx)
                .await?;
        // Not rolled back: on SQLite a commit that is seen by others leaves nothing of a broken one behind it.
        tx.commit().await?;
        Ok(found.is_some_and(|found| found == hash))
    }
}
