//! The guard of what is no incident: a subject has a version, a log and a chain as an incident has.
//!
//! begin · raise and lock the version · name what will change · the SQL · a log line for each that did change · commit.
//! One is the instance: accounts, tokens and invitations. The agents of the registry are the others (`registry/`).

use domain::{Id, Instant, Person};
use sqlx::Row;

use crate::change::{Line, canonical};
use crate::engine::Tx;
use crate::grant::Grant;
use crate::{Error, Result, Store};

/// The subject that stands for this instance: who may come in and do what.
pub(crate) const INSTANCE: &str = "instance";

/// A change of a subject under way. Dropped before the commit, nothing happened.
pub(crate) struct Administration {
    /// To change what was named with `watch`.
    pub(crate) tx: Tx,
    subject: &'static str,
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
        let row = sqlx::query("update subjects set version = version where id = $1 returning version, head")
            .bind(INSTANCE)
            .fetch_optional(&mut tx)
            .await?
            .ok_or_else(|| Error::accident("the head of the instance's log is gone: `inquest verify` says more"))?;
        let (version, head) = (row.try_get("version")?, row.try_get("head")?);
        Ok(Administration { tx, subject: INSTANCE, by, at: self.now(), version, head, watched: Vec::new() })
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
        if act.version > 0 || lines > 0 {
            return Ok(());
        }
        for grant in Grant::ALL {
            let rows = sqlx::query(sqlx::AssertSqlSafe(grant.select("order by created_at, id")))
                .fetch_all(&mut act.tx)
                .await?;
            for row in rows {
                act.note("found", grant, row.try_get("id")?, None, Some(grant.read(&row)?)).await?;
            }
        }
        act.commit().await
    }
}

impl Administration {
    /// When the change is made.
    pub(crate) fn now(&self) -> Instant {
        self.at
    }

    /// Names what will change, or come to be: the log notes what it was and what became of it.
    pub(crate) async fn watch(&mut self, grant: Grant, id: &Id) -> Result<()> {
        let before = grant.find(&mut self.tx, id.as_str()).await?;
        self.watched.push((grant, id.to_string(), before));
        Ok(())
    }

    /// Commits, with a line of the log for each that changed.
    pub(crate) async fn commit(mut self) -> Result<()> {
        for (grant, id, before) in std::mem::take(&mut self.watched) {
            let after = grant.find(&mut self.tx, &id).await?;
            if before == after {
                continue;
            }
            let kind = match (&before, &after) {
                (None, _) => "added",
                (_, None) => "deleted",
                _ => "edited",
            };
            self.note(kind, grant, id, before, after).await?;
        }
        sqlx::query("update subjects set version = $2, head = $3 where id = $1")
            .bind(self.subject)
            .bind(self.version)
            .bind(&self.head)
            .execute(&mut self.tx)
            .await?;
        self.tx.commit().await
    }

    async fn note(
        &mut self,
        kind: &str,
        grant: Grant,
        id: String,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<()> {
        let mut line = Line {
            version: self.version + 1,
            at: self.at.micros(),
            actor: canonical(&serde_json::to_value(&self.by)?),
            kind: kind.to_string(),
            noun: grant.noun().to_string(),
            id,
            before,
            after,
            hash: String::new(),
        };
        line.hash = line.hash_after(&self.head);
        line.insert(&mut self.tx, self.subject).await?;
        (self.version, self.head) = (line.version, line.hash);
        Ok(())
    }
}
