//! Answers to writes that carried an Idempotency-Key: sent again, they are not done again.

use domain::Refusal;

use crate::digest::sha256;
use crate::{Actor, Result, Store};

/// The longest key.
const KEY_BYTES_MAX: usize = 255;

/// How long a key holds.
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// A write that has not answered after this long died with its server.
const WRITE_MICROS_MAX: i64 = 60 * 1_000_000;

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
        // Takes the key if it is new, has expired, or was left by a server that died.
        let taken = sqlx::query(
            "insert into answers (user_id, key, fingerprint, created_at) values ($1, $2, $3, $4)
             on conflict (user_id, key) do update set fingerprint = excluded.fingerprint, status = null, body = null, created_at = excluded.created_at
             where answers.created_at <= $5 or (answers.status is null and answers.created_at <= $6)",
        )
        .bind(actor.person.id.as_str())
        .bind(sha256(key))
        .bind(&fingerprint)
        .bind(now)
        .bind(now - DAY_MICROS)
        .bind(now - WRITE_MICROS_MAX)
        .execute(self.writer())
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(None);
        }
        let kept: Option<(String, Option<i64>, Option<String>)> =
            sqlx::query_as("select fingerprint, status, body from answers where user_id = $1 and key = $2")
                .bind(actor.person.id.as_str())
                .bind(sha256(key))
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

    /// Keeps the answer of a write for a day.
    pub async fn remember_idempotent(&self, actor: &Actor, key: &str, answer: &Answer) -> Result<()> {
        sqlx::query("update answers set status = $3, body = $4 where user_id = $1 and key = $2")
            .bind(actor.person.id.as_str())
            .bind(sha256(key))
            .bind(i64::from(answer.status))
            .bind(crate::digest::storable(&answer.body))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Gives the key back after a write that failed, so that it can be tried again.
    pub async fn forget_idempotent(&self, actor: &Actor, key: &str) -> Result<()> {
        sqlx::query("delete from answers where user_id = $1 and key = $2 and status is null")
            .bind(actor.person.id.as_str())
            .bind(sha256(key))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
