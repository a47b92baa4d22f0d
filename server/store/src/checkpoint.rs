//! The log of signed checkpoints: one for each chain that went on, once a day and at every publication.

use domain::checkpoint::{Checkpoint, Checkpoints, LIST_FORM};
use domain::revision::digest;
use domain::{Instant, Key};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::dossier::unsigned;
use crate::engine::Tx;
use crate::signing::Signer;
use crate::subject::INSTANCE;
use crate::{Error, Result, Store};

/// So many are fetched at once.
pub(crate) const PAGE_MAX: i64 = 1000;
/// So many are written in one transaction: others write meanwhile.
const BATCH_MAX: i64 = 200;
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// The columns of a checkpoint, as `read` wants them.
pub(crate) const COLUMNS: &str = "number, subject_id, changes, head, at, previous, key_id, signature";

/// A checkpoint, from its row.
pub(crate) fn read(row: &AnyRow) -> Result<Checkpoint> {
    Ok(Checkpoint {
        number: unsigned(row.try_get("number")?)?,
        chain: digest(row.try_get::<String, _>("subject_id")?.as_bytes()),
        changes: unsigned(row.try_get("changes")?)?,
        head: row.try_get("head")?,
        at: Instant::from_micros(row.try_get("at")?),
        previous: row.try_get("previous")?,
        key: row.try_get("key_id")?,
        signature: row.try_get("signature")?,
    })
}

impl Store {
    /// Signs the heads of all chains that went on, if that was not done for a day. Answers how many.
    pub async fn checkpoint_daily(&self) -> Result<u64> {
        let last: Option<i64> = sqlx::query_scalar("select max(at) from checkpoints").fetch_one(self.reader()).await?;
        if last.is_some_and(|last| last > self.now().micros() - DAY_MICROS) && !self.is_behind().await? {
            return Ok(0);
        }
        self.checkpoint().await
    }

    /// Signs the heads of all chains that went on since their last checkpoint.
    pub async fn checkpoint(&self) -> Result<u64> {
        let signer = self.signer().await?;
        let mut written = 0;
        loop {
            let due: Vec<(String, i64, String)> = sqlx::query_as(
                "select id, version, head from (
                     select id, version, head from incidents where version > 0
                     union all select id, version, head from subjects where version > 0) chains
                 where version > coalesce((select max(c.changes) from checkpoints c where c.subject_id = chains.id), 0)
                 order by id limit $1",
            )
            .bind(BATCH_MAX)
            .fetch_all(self.reader())
            .await?;
            if due.is_empty() {
                return Ok(written);
            }
            written += due.len() as u64;
            self.write_checkpoints(&signer, due).await?;
        }
    }

    /// Signs the head of one incident's chain, as at a publication.
    pub(crate) async fn checkpoint_of(&self, key: Key) -> Result<()> {
        let signer = self.signer().await?;
        let due: Vec<(String, i64, String)> =
            sqlx::query_as("select id, version, head from incidents where number = $1")
                .bind(key.0)
                .fetch_all(self.reader())
                .await?;
        self.write_checkpoints(&signer, due).await
    }

    /// The log of checkpoints after a number, with the keys to check them by.
    pub async fn checkpoints(&self, since: u64) -> Result<Checkpoints> {
        let statement = format!("select {COLUMNS} from checkpoints where number > $1 order by number limit $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(i64::try_from(since).unwrap_or(i64::MAX))
            .bind(PAGE_MAX)
            .fetch_all(self.reader())
            .await?;
        let checkpoints: Vec<Checkpoint> = rows.iter().map(read).collect::<Result<_>>()?;
        let is_full = i64::try_from(checkpoints.len()).is_ok_and(|count| count == PAGE_MAX);
        let next = checkpoints.last().filter(|_| is_full).map(|last| last.number);
        Ok(Checkpoints { form: LIST_FORM.into(), keys: self.signing_keys().await?, checkpoints, next })
    }

    /// Whether a day's checkpoints were begun and not finished, as when the process died in between.
    async fn is_behind(&self) -> Result<bool> {
        let day_ago = self.now().micros() - DAY_MICROS;
        let behind: Option<String> = sqlx::query_scalar(
            "select i.id from incidents i where i.version > 0 and i.updated_at <= $1
             and not exists (select 1 from checkpoints c where c.subject_id = i.id and c.changes >= i.version) limit 1",
        )
        .bind(day_ago)
        .fetch_optional(self.reader())
        .await?;
        Ok(behind.is_some())
    }

    async fn write_checkpoints(&self, signer: &Signer, due: Vec<(String, i64, String)>) -> Result<()> {
        let mut tx = self.db().begin().await?;
        let last: i64 = sqlx::query_scalar(
            "update counters set value = value + $1 where name = 'checkpoints' returning value - $1",
        )
        .bind(i64::try_from(due.len()).map_err(Error::internal)?)
        .fetch_one(&mut tx)
        .await?;
        let mut previous = previous(&mut tx, last).await?;
        for (number, (subject, changes, head)) in (last + 1..).zip(due) {
            let mut point = Checkpoint {
                number: unsigned(number)?,
                chain: digest(subject.as_bytes()),
                changes: unsigned(changes)?,
                head,
                at: self.now(),
                previous,
                key: signer.id.clone(),
                signature: String::new(),
            };
            point.signature = signer.sign(point.text()).signature;
            sqlx::query(
                "insert into checkpoints (number, subject_id, changes, head, at, previous, key_id, signature)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(number)
            .bind(subject)
            .bind(changes)
            .bind(&point.head)
            .bind(point.at.micros())
            .bind(&point.previous)
            .bind(&point.key)
            .bind(&point.signature)
            .execute(&mut tx)
            .await?;
            previous = point.digest();
        }
        tx.commit().await
    }
}

/// What the next checkpoint names as the one before it.
async fn previous(tx: &mut Tx, number: i64) -> Result<String> {
    let statement = format!("select {COLUMNS} from checkpoints where number = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(number).fetch_optional(tx).await?;
    Ok(row.as_ref().map(read).transpose()?.map(|point| point.digest()).unwrap_or_default())
}

/// Whose chain a checkpoint is of, for a subject's id.
pub(crate) fn name_of(subject: &str, key: Option<Key>) -> String {
    match key {
        Some(key) => key.to_string(),
        None if subject == INSTANCE => "The instance".into(),
        None => format!("Agent {subject}"),
    }
}
