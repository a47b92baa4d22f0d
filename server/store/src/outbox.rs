//! Letters to send.
//!
//! A letter is written in the transaction of what it tells of, and a node claims it before it
//! sends. When a node dies between the mail server's “yes” and the mark here, the letter is sent
//! once more under the same Message-ID, by which mail servers know it again: nothing is lost, and
//! nobody reads it twice.

use domain::Id;
use domain::mail::Mail;
use sqlx::Row;

use crate::engine::Tx;
use crate::{Actor, Result, Store};

/// How long a node may take to send what it claimed. The attempt itself ends well before.
const CLAIM_MICROS: i64 = 5 * 60 * 1_000_000;
/// After so many attempts a letter is given up: a day and a half.
const ATTEMPTS_MAX: i64 = 12;
/// The longest wait between two attempts.
const WAIT_MINUTES_MAX: i64 = 6 * 60;
/// The hour of the digest, in each person's zone.
const DIGEST_HOUR: u32 = 8;

/// A letter that this node is to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its name; also in its Message-ID.
    pub id: Id,
    /// To whom.
    pub email: String,
    /// What it says.
    pub letter: Mail,
}

impl Store {
    /// Claims letters that are due, for this node and for a few minutes.
    pub async fn claim_mails(&self, limit: u32) -> Result<Vec<Outgoing>> {
        let now = self.now().micros();
        // The outer conditions once more: on PostgreSQL they are looked at again after waiting for a lock.
        let rows = sqlx::query(
            "update outbox set node = $1, claimed_until = $2, attempts = attempts + 1
             where id in (select id from outbox where done_at is null and next_at <= $3 and coalesce(claimed_until, 0) <= $3
                          order by next_at, id limit $4)
               and done_at is null and coalesce(claimed_until, 0) <= $3
             returning id, email, subject, body, gathers, mentions, ending",
        )
        .bind(self.node())
        .bind(now + CLAIM_MICROS)
        .bind(now)
        .bind(i64::from(limit))
        .fetch_all(self.writer())
        .await?;
        let mut letters = Vec::new();
        for row in &rows {
            let id = Id::new(row.try_get::<String, _>("id")?);
            let mut letter = Mail { subject: row.try_get("subject")?, body: row.try_get("body")? };
            if row.try_get::<Option<String>, _>("gathers")?.is_some() {
                let ending: String = row.try_get("ending")?;
                letter = self.with_mentions(&id, letter, row.try_get("mentions")?, &ending).await?;
            }
            letters.push(Outgoing { id, email: row.try_get("email")?, letter });
        }
        Ok(letters)
    }

    /// Notes that a letter was taken by the mail server.
    pub async fn mail_sent(&self, id: &Id) -> Result<()> {
        sqlx::query("update outbox set done_at = $2, body = '', claimed_until = null, trouble = null where id = $1")
            .bind(id.as_str())
            .bind(self.now().micros())
            .execute(self.writer())
            .await?;
        self.empty(id).await
    }

    /// What was sent or given up holds no text any more.
    async fn empty(&self, id: &Id) -> Result<()> {
        sqlx::query("delete from outbox_mentions where outbox_id = $1")
            .bind(id.as_str())
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Notes that a letter was not taken: later again, or never where that is for good.
    pub async fn mail_failed(&self, id: &Id, trouble: &str, for_good: bool) -> Result<()> {
        let now = self.now().micros();
        let attempts: Option<i64> = sqlx::query_scalar("select attempts from outbox where id = $1")
            .bind(id.as_str())
            .fetch_optional(self.reader())
            .await?;
        let attempts = attempts.unwrap_or(ATTEMPTS_MAX);
        let wait = (1_i64 << attempts.clamp(0, 16)).min(WAIT_MINUTES_MAX) * 60 * 1_000_000;
        let given_up = for_good || attempts >= ATTEMPTS_MAX;
        sqlx::query(
            "update outbox set trouble = $2, next_at = $3, done_at = $4, claimed_until = null,
                               body = case when $4 is null then body else '' end where id = $1",
        )
        .bind(id.as_str())
        .bind(crate::digest::storable(trouble))
        .bind(now + wait)
        .bind(given_up.then_some(now))
        .execute(self.writer())
        .await?;
        if given_up { self.empty(id).await } else { Ok(()) }
    }

    /// Writes the day's digests for those whose morning it is. Any node may, as often as it likes.
    pub async fn write_digests(&self) -> Result<()> {
        let Some(url) = self.mail_url() else { return Ok(()) };
        let now = self.now();
        for user in
            self.users(&Actor::system()).await?.into_iter().filter(|user| user.mail && user.disabled_at.is_none())
        {
            let actor = user.actor();
            let local = actor.zone.local(now);
            if local.format("%H").to_string().parse::<u32>().unwrap_or(0) < DIGEST_HOUR {
                continue;
            }
            let key = format!("digest {} {}", user.id, local.date());
            let known: Option<String> = sqlx::query_scalar("select id from outbox where key = $1")
                .bind(&key)
                .fetch_optional(self.reader())
                .await?;
            if known.is_some() {
                continue;
            }
            let inbox = self.inbox(&actor).await?;
            let late = inbox.reviews.into_iter().filter(|review| review.overdue);
            let reviews: Vec<_> = late
                .map(|review| {
                    let link = format!("{url}/agents/{}/review", review.agent);
                    (review.name, review.due, link)
                })
                .collect();
            let items: Vec<_> = inbox
                .due
                .into_iter()
                .filter(|item| item.remediation.is_overdue(now))
                .map(|item| {
                    let link =
                        format!("{url}/incidents/{0}/remediation#remediation-{1}", item.incident, item.remediation.id);
                    (item.incident, item.remediation, link)
                })
                .collect();
            let letter = Mail::digest(&items, &reviews, &actor.zone, &format!("{url}/account"));
            let mut tx = self.db().begin().await?;
            // A day without anything late is noted as well, so that it stays without a letter.
            self.post(&mut tx, &key, &user.email, &letter, !items.is_empty() || !reviews.is_empty()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Puts a letter into the outbox. One of the same key is there once.
    pub(crate) async fn post(&self, tx: &mut Tx, key: &str, email: &str, letter: &Mail, to_send: bool) -> Result<()> {
        let now = self.now().micros();
        sqlx::query(
            "insert into outbox (id, key, email, subject, body, created_at, next_at, attempts, done_at)
             values ($1, $2, $3, $4, $5, $6, $6, 0, $7) on conflict (key) do nothing",
        )
        .bind(self.clock().new_id().as_str())
        .bind(key)
        .bind(email)
        .bind(crate::digest::storable(&letter.subject))
        .bind(if to_send { crate::digest::storable(&letter.body) } else { String::new() })
        .bind(now)
        .bind((!to_send).then_some(now))
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}
