//! The guard of what is no incident: a subject has a version, a log and a chain as an incident has.
//!
//! begin · raise and lock the version · name what will change · the SQL · a log line for each that did change · commit.
//! One is the instance: accounts, tokens, settings, and decisions about alerts. The agents of the registry are the others (`registry/`).

use domain::instance::InstanceNoun;
use domain::{Id, Instant, Person};
use serde_json::Value;
use sqlx::{Any, Executor, Row};

use crate::change::{Line, canonical};
use crate::engine::Tx;
use crate::grant::Grant;
use crate::{Error, Result, Store};

/// The subject that stands for this instance: who may come in and do what.
pub(crate) const INSTANCE: &str = "instance";

/// The kind of a line that says: from here on the log has every row of this table.
const BEGUN: &str = "begun";

/// A change of a subject under way. Dropped before the commit, nothing happened.
pub(crate) struct Administration {
    /// To change what was named with `watch`.
    pub(crate) tx: Tx,
    ledger: Ledger,
}

/// The instance's log, open and locked, in a transaction that may hold other locks already. Whoever takes more than one
/// takes that of an incident first, then this one, then that of the alerts.
pub(crate) struct Ledger {
    by: Person,
    at: Instant,
    version: i64,
    head: String,
    watched: Vec<(Grant, String, Option<String>)>,
}

impl Store {
    /// Begins a change of who may do what. Such changes wait for each other: two admins at once cannot close each
    /// other's account.
    pub(crate) async fn administer(&self, by: Person) -> Result<Administration> {
        let mut tx = self.db().begin().await?;
        let ledger = Ledger::open(&mut tx, by, self.now()).await?;
        Ok(Administration { tx, ledger })
    }

    /// Begins the instance's log with what was there before it. Does it once, on an older database.
    pub(crate) async fn begin_log(&self) -> Result<()> {
        let begun: i64 = sqlx::query_scalar("select coalesce(max(version), 0) from subjects where id = $1")
            .bind(INSTANCE)
            .fetch_one(self.reader())
            .await?;
        if begun > 0 {
            return Ok(());
        }
        let mut act = self.administer(crate::Actor::system().person).await?;
        let lines: i64 =
            sqlx::query_scalar("select cast(count(*) as bigint) from subject_changes where subject_id = $1")
                .bind(INSTANCE)
                .fetch_one(&mut act.tx)
                .await?;
        // A head that was put back to nothing is for `verify` to find, not to be covered up here.
        if act.ledger.version > 0 || lines > 0 {
            return Ok(());
        }
        for grant in Grant::ALL {
            let rows = sqlx::query(sqlx::AssertSqlSafe(grant.select("order by created_at, id")))
                .fetch_all(&mut act.tx)
                .await?;
            for row in rows {
                let found = (None, Some(grant.read(&row)?));
                act.ledger.note(&mut act.tx, "found", grant.noun(), row.try_get("id")?, found).await?;
            }
        }
        act.commit().await
    }
}

impl Administration {
    /// When the change is made.
    pub(crate) fn now(&self) -> Instant {
        self.ledger.at
    }

    /// Names what will change, or come to be: the log notes what it was and what became of it.
    pub(crate) async fn watch(&mut self, grant: Grant, id: &Id) -> Result<()> {
        self.ledger.watch(&mut self.tx, grant, id).await
    }

    /// Notes what happened and is no row: nothing is to be compared with it.
    pub(crate) async fn note(&mut self, kind: &str, noun: InstanceNoun, id: &Id, what: &Value) -> Result<()> {
        let what = Some(canonical(what));
        self.ledger.note(&mut self.tx, kind, noun, id.to_string(), (None, what)).await
    }

    /// The transaction with its log, for what is written by both.
    pub(crate) fn parts(&mut self) -> (&mut Tx, &mut Ledger) {
        (&mut self.tx, &mut self.ledger)
    }

    /// Commits, with a line of the log for each that changed.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.ledger.write(&mut self.tx).await?;
        self.tx.commit().await
    }
}

impl Ledger {
    /// Locks the log.
    pub(crate) async fn open(tx: &mut Tx, by: Person, at: Instant) -> Result<Self> {
        let row = sqlx::query("update subjects set version = version where id = $1 returning version, head")
            .bind(INSTANCE)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| Error::internal("the head of the instance's log is gone: `inquest verify` says more"))?;
        Ok(Self { by, at, version: row.try_get("version")?, head: row.try_get("head")?, watched: Vec::new() })
    }

    /// How many lines the log has.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Names what will change, or come to be: the log notes what it was and what became of it.
    pub(crate) async fn watch(&mut self, tx: &mut Tx, grant: Grant, id: &Id) -> Result<()> {
        let before = grant.find(&mut *tx, id.as_str()).await?;
        self.watched.push((grant, id.to_string(), before));
        Ok(())
    }

    /// Notes rows that were there before the log knew of their table, and that from now on it has all of them.
    pub(crate) async fn begin_table(&mut self, tx: &mut Tx, grant: Grant, found: &[Id]) -> Result<()> {
        self.note(tx, BEGUN, grant.noun(), grant.table().into(), (None, None)).await?;
        for id in found {
            let row = grant.find(&mut *tx, id.as_str()).await?;
            self.note(tx, "found", grant.noun(), id.to_string(), (None, row)).await?;
        }
        Ok(())
    }

    /// Whether the log has all rows of a table that is younger than the log.
    pub(crate) async fn has_begun<'e, E: Executor<'e, Database = Any>>(from: E, grant: Grant) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar(
            "select version from subject_changes where subject_id = $1 and noun = $2 and record_id = $3 and kind = $4 limit 1",
        )
        .bind(INSTANCE)
        .bind(grant.noun().word())
        .bind(grant.table())
        .bind(BEGUN)
        .fetch_optional(from)
        .await?;
        Ok(found.is_some())
    }

    /// Writes a line for each that changed. The caller commits.
    pub(crate) async fn write(&mut self, tx: &mut Tx) -> Result<()> {
        for (grant, id, before) in std::mem::take(&mut self.watched) {
            let after = grant.find(&mut *tx, &id).await?;
            if before == after {
                continue;
            }
            let kind = match (&before, &after) {
                (None, _) => "added",
                (_, None) => "deleted",
                _ => "edited",
            };
            self.note(tx, kind, grant.noun(), id, (before, after)).await?;
        }
        sqlx::query("update subjects set version = $2, head = $3 where id = $1")
            .bind(INSTANCE)
            .bind(self.version)
            .bind(&self.head)
            .execute(&mut *tx)
            .await?;
        Ok(())
    }

    async fn note(
        &mut self,
        tx: &mut Tx,
        kind: &str,
        noun: InstanceNoun,
        id: String,
        (before, after): (Option<String>, Option<String>),
    ) -> Result<()> {
        if self.version == 0 {
            // A log that begins today has every decision: nothing is to be found later that was there before it.
            let table = Grant::AlertStep.table().to_string();
            self.line(tx, BEGUN, InstanceNoun::AlertStep, table, (None, None)).await?;
        }
        self.line(tx, kind, noun, id, (before, after)).await
    }

    async fn line(
        &mut self,
        tx: &mut Tx,
        kind: &str,
        noun: InstanceNoun,
        id: String,
        (before, after): (Option<String>, Option<String>),
    ) -> Result<()> {
        let mut line = Line {
            version: self.version + 1,
            at: self.at.micros(),
            actor: canonical(&serde_json::to_value(&self.by)?),
            kind: kind.to_string(),
            noun: noun.word().to_string(),
            id,
            before,
            after,
            hash: String::new(),
        };
        line.hash = line.hash_after(&self.head);
        line.insert(tx, INSTANCE).await?;
        (self.version, self.head) = (line.version, line.hash);
        Ok(())
    }
}
