//! Answers to writes that carried an Idempotency-Key: sent again, they are not done again.
//!
//! A key is taken before the write, and the write of a case file answers it in its own transaction: with what became
//! of the record, until the whole answer takes its place. So a server that dies in between leaves either the change
//! with an answer or neither. A key that was taken and never answered is free again after a while; should its write
//! still be under way, it finds that it no longer holds the key and is undone.

use domain::Refusal;
use domain::casefile::Change;
use serde_json::{Value, json};

use crate::digest::sha256;
use crate::engine::{Engine, Tx};
use crate::{Actor, Error, Result, Store};

/// The longest key.
const KEY_BYTES_MAX: usize = 255;

/// How long a key holds.
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// A write that has not answered after this long died with its server, or will find that it lost the key.
const WRITE_MICROS_MAX: i64 = 10 * 1_000_000;

/// How long a process remembers that it holds a key: longer than any upload takes.
const HELD_MICROS_MAX: i64 = DAY_MICROS;

tokio::task_local! {
    /// The account and the key under which this task writes.
    static ASKED: (String, String);
}

/// The answer a write gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Store {
    /// The answer this key already got; `None` when the write is now the caller's to do,
    /// who must call `remember_idempotent` or `forget_idempotent` after it.
    ///
    /// `request` stands for the request (method, path, body): a key that comes
    /// with another one is refused, and so is one whose write is still under way.
    pub async fn idempotency(&self, actor: &Actor, key: &str, request: &[u8]) -> Result<Option<Answer>> {
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(Refusal::rule(format!("An Idempotency-Key has 1 to {KEY_BYTES_MAX} characters.")).into());
        }
        let now = self.now().micros();
        let fingerprint = crate::digest::sha256_bytes(request);
        let asked = (actor.person.id.to_string(), sha256(key));
        let holder = format!("{} {}", self.node(), self.clock().new_id());
        // On SQLite nobody else answers: what another process left died with it.
        let left_by = if self.db().engine == Engine::Sqlite { format!("{} ", self.node()) } else { String::new() };
        // Takes the key if it is new, has expired, or was left by a server that died.
        let taken = sqlx::query(
            "insert into answers (user_id, key, fingerprint, created_at, holder) values ($1, $2, $3, $4, $5)
             on conflict (user_id, key) do update
             set fingerprint = excluded.fingerprint, status = null, body = null, created_at = excluded.created_at, holder = excluded.holder
             where answers.created_at <= $6
                or (answers.status is null and (answers.created_at <= $7 or substr(coalesce(answers.holder, ''), 1, length($8)) <> $8))",
        )
        .bind(&asked.0)
        .bind(&asked.1)
        .bind(&fingerprint)
        .bind(now)
        .bind(&holder)
        .bind(now - DAY_MICROS)
        .bind(now - WRITE_MICROS_MAX)
        .bind(left_by)
        .execute(self.writer())
        .await?;
        if taken.rows_affected() == 1 {
            let mut held = self.held_keys();
            // Those of requests that broke off and never gave their key back.
            held.retain(|_, (_, since)| now - *since < HELD_MICROS_MAX);
            held.insert(asked, (holder, now));
            return Ok(None);
        }
        let kept: Option<(String, Option<i64>, Option<String>)> =
            sqlx::query_as("select fingerprint, status, body from answers where user_id = $1 and key = $2")
                .bind(asked.0)
                .bind(asked.1)
                .fetch_optional(self.writer())
                .await?;
        match kept {
            Some((known, ..)) if known != fingerprint => Err(Refusal::rule(
                "This Idempotency-Key came with another request before: use a new key for a new request.",
            )
            .into()),
            Some((_, Some(status), body)) => {
                Ok(Some(Answer { status: u16::try_from(status).unwrap_or(200), body: body.unwrap_or_default() }))
            }
            _ => Err(Refusal::state(
                "The first request with this Idempotency-Key is still under way: try again in a moment.",
            )
            .into()),
        }
    }

    /// Does what is asked under a key: a change of a case file answers it in its own transaction.
    pub async fn under_key<T>(&self, actor: &Actor, key: &str, run: impl Future<Output = T>) -> T {
        ASKED.scope((actor.person.id.to_string(), sha256(key)), run).await
    }

    /// Keeps the answer of a write for a day.
    pub async fn remember_idempotent(&self, actor: &Actor, key: &str, answer: &Answer) -> Result<()> {
        let asked = (actor.person.id.to_string(), sha256(key));
        let Some((holder, _)) = self.held_keys().remove(&asked) else { return Ok(()) };
        sqlx::query(ANSWER)
            .bind(asked.0)
            .bind(asked.1)
            .bind(holder)
            .bind(i64::from(answer.status))
            .bind(crate::digest::storable(&answer.body))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Gives the key back after a write that failed, so that it can be tried again.
    pub async fn forget_idempotent(&self, actor: &Actor, key: &str) -> Result<()> {
        let asked = (actor.person.id.to_string(), sha256(key));
        let Some((holder, _)) = self.held_keys().remove(&asked) else { return Ok(()) };
        sqlx::query("delete from answers where user_id = $1 and key = $2 and holder = $3 and status is null")
            .bind(asked.0)
            .bind(asked.1)
            .bind(holder)
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Answers the key under which this task writes, if there is one, together with the change.
    pub(crate) async fn answer_asked(&self, tx: &mut Tx, changes: &[Change]) -> Result<()> {
        let Ok(asked) = ASKED.try_with(Clone::clone) else { return Ok(()) };
        let holder = self.held_keys().get(&asked).map(|(holder, _)| holder.clone());
        let Some((holder, change)) = holder.zip(changes.first()) else { return Ok(()) };
        let (status, body) = outcome(change);
        let answered = sqlx::query(ANSWER)
            .bind(asked.0)
            .bind(asked.1)
            .bind(holder)
            .bind(status)
            .bind(crate::digest::storable(&body.to_string()))
            .execute(tx)
            .await?;
        if answered.rows_affected() == 0 {
            return Err(Error::Busy("another request with the same Idempotency-Key was faster".into()));
        }
        Ok(())
    }
}

const ANSWER: &str = "update answers set status = $4, body = $5 where user_id = $1 and key = $2 and holder = $3";

/// What became of the record: the answer to whoever asks again because the server died before it answered.
fn outcome(change: &Change) -> (i64, Value) {
    let mut body = change.after.clone();
    match body.as_object_mut() {
        Some(fields) => drop(fields.insert("version".into(), json!(change.version))),
        None => body = json!({ "id": change.id, "deleted": true, "version": change.version }),
    }
    (if change.before.is_null() { 201 } else { 200 }, body)
}
