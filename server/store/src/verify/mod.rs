//! Verifying: every link of every chain, everything that follows from it, and every byte of evidence with what was
//! read of it.

mod alerts;
mod chain;
mod checkpoints;
mod expected;
mod instance;
mod names;
mod read;
mod records;
mod registry;
mod revisions;
mod sources;
mod whole;

use domain::export::ChainHead;
use domain::{Id, Key};
use serde::Serialize;
use sqlx::Row;

use crate::dossier::load;
use crate::{Result, Store};

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// Incidents looked at.
    pub incidents: u64,
    /// Changes whose hash was computed again, of incidents and of the instance.
    pub changes: u64,
    /// Evidence items whose bytes were hashed again.
    pub evidence: u64,
    /// Records read from logs whose digest was computed again.
    pub records: u64,
    /// Published revisions whose files were held against the chain.
    pub revisions: u64,
    /// Accounts, tokens, invitations, and what else the instance's log vouches for, held against it.
    pub grants: u64,
    /// Agents of the registry whose records were held against their log.
    pub agents: u64,
    /// Sealed segments of sources whose bytes were hashed again.
    pub segments: u64,
    /// The end of each chain that was walked.
    pub heads: Vec<ChainHead>,
    /// What differs: of each chain its first broken link, and everything broken beside.
    pub broken: Vec<Broken>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Broken {
    /// The incident, if it is in one.
    pub incident: Option<Key>,
    /// The evidence item, if it is one.
    pub evidence: Option<Id>,
    /// What differs, in a sentence.
    pub sentence: String,
}

impl Report {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    fn blame(&mut self, incident: Key, sentence: String) {
        self.broken.push(Broken { incident: Some(incident), evidence: None, sentence });
    }

    fn blame_instance(&mut self, sentence: String) {
        self.broken.push(Broken { incident: None, evidence: None, sentence });
    }
}

/// An incident as its card names it.
struct Subject {
    id: String,
    key: Key,
    version: i64,
    head: String,
}

impl Store {
    /// Verifies one incident, or the whole instance. Reads only; `check_evidence` marks what failed.
    pub async fn verify(&self, key: Option<Key>) -> Result<Report> {
        let mut report = Report::default();
        let mut after = key.map(|key| key.0.saturating_sub(1));
        loop {
            let next: Option<i64> = sqlx::query_scalar(
                "select number from incidents where $1 is null or number > $1 order by number limit 1",
            )
            .bind(after)
            .fetch_optional(self.reader())
            .await?;
            let Some(number) = next.filter(|next| key.is_none_or(|key| key.0 == *next)) else { break };
            self.verify_incident(Key(number), &mut report).await?;
            after = Some(number);
        }
        if report.incidents == 0 && key.is_some() {
            return Err(crate::dossier::absent().into());
        }
        if key.is_none() {
            self.verify_instance(&mut report).await?;
            self.verify_registry(&mut report).await?;
            self.verify_sources(&mut report).await?;
            self.verify_alerts(&mut report).await?;
            self.verify_checkpoints(&mut report).await?;
            self.verify_numbers(&mut report).await?;
            self.verify_search(&mut report).await?;
        }
        Ok(report)
    }

    async fn verify_incident(&self, key: Key, report: &mut Report) -> Result<()> {
        report.incidents += 1;
        // One snapshot for log, records and all that follows from them: people go on working meanwhile.
        let mut tx = self.db().snapshot().await?;
        let row = sqlx::query("select id, version, head from incidents where number = $1")
            .bind(key.0)
            .fetch_one(&mut tx)
            .await?;
        let incident =
            Subject { id: row.try_get("id")?, key, version: row.try_get("version")?, head: row.try_get("head")? };
        let whole = match chain::walk_incident(&mut tx, &incident, report).await? {
            Ok(last) => records::compare(&mut tx, &incident, &last).await?.map_or(Ok(last), Err),
            Err(sentence) => Err(sentence),
        };
        let dossier = match load(&mut tx, &incident.id, key).await {
            Ok(dossier) => dossier,
            // A document that cannot be read was altered.
            Err(error) => {
                report.blame(key, whole.err().unwrap_or_else(|| format!("{key}: a record cannot be read: {error}.")));
                return Ok(());
            }
        };
        match whole {
            Ok(walk) => records::compare_card(&mut tx, &incident, &dossier, &walk, report).await?,
            // What follows from altered records is altered with them: one sentence is enough.
            Err(sentence) => report.blame(key, sentence),
        }
        revisions::compare(&mut tx, &incident, &dossier, &self.signing_keys().await?, report).await?;
        let unread = read::compare(&mut tx, &incident, &dossier, report).await?;
        tx.rollback().await?;
        self.verify_bytes(key, &dossier, report).await?;
        self.read_again(key, unread, report).await
    }
}
