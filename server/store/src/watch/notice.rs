//! Telling people of alerts, and telling them less where too much is to be told.

use domain::access::Permit;
use domain::mail::{Mail, ending};
use domain::watch::notice::{WITHHELD_SECONDS, mail, payload, withheld_mail, withheld_payload};
use domain::watch::stop::{Meaning, wait_seconds};
use domain::watch::{Alert, NoticeDraft, NoticeSetting};
use domain::{Id, Instant};
use sqlx::{Any, Executor, Row};

use super::alert::told_now;
use super::containment::told_by;
use super::{StopOutcome, named};
use crate::change::canonical;
use crate::engine::Tx;
use crate::grant::Grant;
use crate::{Actor, Result, Store};

/// The name of the row that holds who is told.
const SETTING: &str = "notices";
/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;
/// How long a node may take to send what it claimed. The attempt itself ends well before.
const CLAIM_MICROS: i64 = 60_000_000;
/// After so many attempts a webhook is given up: an hour and a half.
const ATTEMPTS_MAX: i64 = 90;

/// A webhook that this node is to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingNotice {
    /// Its name; the same in every attempt.
    pub id: Id,
    /// Where it goes.
    pub url: String,
    /// The environment variable with the key of its signature.
    pub secret: String,
    /// What it says.
    pub body: String,
}

/// Who is told now.
async fn load<'e, E: Executor<'e, Database = Any>>(from: E) -> Result<NoticeSetting> {
    let body: Option<String> =
        sqlx::query_scalar("select body from watch_settings where id = $1").bind(SETTING).fetch_optional(from).await?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?.unwrap_or_default())
}

impl Store {
    /// Who is told of alerts.
    pub async fn notices(&self, actor: &Actor) -> Result<NoticeSetting> {
        actor.permit(Permit::Admin)?;
        load(self.reader()).await
    }

    /// Says otherwise who is told. The instance's log says who did.
    pub async fn set_notices(&self, actor: &Actor, draft: NoticeDraft) -> Result<NoticeSetting> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        let mut act = self.administer(actor.person.clone()).await?;
        let people = match draft.people {
            Some(people) => Some(named::accounts(&mut act.tx, "people", &people).await?),
            None => None,
        };
        let new = NoticeDraft { people, ..draft }.apply(&load(&mut act.tx).await?, &self.stopping().hosts)?;
        act.watch(Grant::WatchSetting, &Id::new(SETTING)).await?;
        let now = act.now().micros();
        sqlx::query(
            "insert into watch_settings (id, body, created_at) values ($1, $2, $3)
             on conflict (id) do update set body = excluded.body",
        )
        .bind(SETTING)
        .bind(canonical(&serde_json::to_value(&new)?))
        .bind(now)
        .execute(&mut act.tx)
        .await?;
        act.commit().await?;
        Ok(new)
    }

    /// Tells of what was raised, and of what was withheld once its time is over. Any node may, as often as it likes.
    pub async fn tell_alerts(&self) -> Result<()> {
        let now = self.now();
        let due = now.micros() - WITHHELD_SECONDS * 1_000_000;
        let is_due: Option<i64> = sqlx::query_scalar(
            "select 1 where exists (select 1 from alerts where to_tell = 1)
                 or exists (select 1 from notices where withheld = 1 and summed_at is null and at <= $1)",
        )
        .bind(due)
        .fetch_optional(self.reader())
        .await?;
        if is_due.is_none() {
            return Ok(());
        }
        let mut tx = self.db().begin().await?;
        // One node at a time: how many were told within the hour has one answer.
        sqlx::query(
            "insert into watch_counts (name, value) values ('notices', 1)
             on conflict (name) do update set value = watch_counts.value + 1",
        )
        .execute(&mut tx)
        .await?;
        let setting = load(&mut tx).await?;
        for alert in told_now(&mut tx).await?.into_iter().filter(|alert| setting.is_told(alert, now)) {
            let is_withheld = self.told_within_an_hour(&mut tx, now).await? >= i64::from(setting.per_hour);
            sqlx::query("insert into notices (id, alert_id, at, withheld) values ($1, $2, $3, $4)")
                .bind(self.clock().new_id().as_str())
                .bind(alert.id.as_str())
                .bind(now.micros())
                .bind(i64::from(is_withheld))
                .execute(&mut tx)
                .await?;
            if !is_withheld {
                let body = payload(&alert, now, self.mail_url());
                let words = |zone: &_, url: &str| mail(&alert, zone, url);
                self.tell(&mut tx, &setting, &format!("alert {} {}", alert.id, alert.version), body, words).await?;
            }
        }
        self.tell_withheld(&mut tx, &setting, due, now).await?;
        tx.commit().await
    }

    async fn told_within_an_hour(&self, tx: &mut Tx, now: Instant) -> Result<i64> {
        Ok(sqlx::query_scalar("select cast(count(*) as bigint) from notices where withheld = 0 and at > $1")
            .bind(now.micros() - HOUR)
            .fetch_one(&mut *tx)
            .await?)
    }

    /// Tells together of what was withheld, once the first of it has waited long enough.
    async fn tell_withheld(&self, tx: &mut Tx, setting: &NoticeSetting, due: i64, now: Instant) -> Result<()> {
        let waiting: Vec<(String, String, i64)> = sqlx::query_as(
            "select id, alert_id, at from notices where withheld = 1 and summed_at is null order by at, id",
        )
        .fetch_all(&mut *tx)
        .await?;
        let Some((first, _, _)) = waiting.first().filter(|(_, _, at)| *at <= due) else { return Ok(()) };
        let mut alerts: Vec<Alert> = Vec::new();
        for (_, id, _) in &waiting {
            alerts.extend(super::alert::alert_in(tx, id).await?);
        }
        sqlx::query("update notices set summed_at = $1 where withheld = 1 and summed_at is null")
            .bind(now.micros())
            .execute(&mut *tx)
            .await?;
        let body = withheld_payload(&alerts, setting.per_hour, now);
        let words = |_: &_, url: &str| withheld_mail(&alerts, setting.per_hour, url);
        self.tell(tx, setting, &format!("withheld {first}"), body, words).await
    }

    /// Puts letters into the outbox, and a webhook beside it.
    async fn tell(
        &self,
        tx: &mut Tx,
        setting: &NoticeSetting,
        key: &str,
        body: String,
        words: impl Fn(&domain::time::Zone, &str) -> Mail,
    ) -> Result<()> {
        if setting.webhook_url.is_some() {
            sqlx::query("insert into notice_posts (id, body, next_at, attempts) values ($1, $2, $3, 0)")
                .bind(self.clock().new_id().as_str())
                .bind(crate::digest::storable(&body))
                .bind(self.now().micros())
                .execute(&mut *tx)
                .await?;
        }
        let Some(url) = self.mail_url().filter(|_| !setting.people.is_empty()) else { return Ok(()) };
        let users = self.users(&Actor::system()).await?;
        let told = users.into_iter().filter(|user| user.mail && user.disabled_at.is_none());
        for user in told.filter(|user| setting.people.contains(&user.id)) {
            let mut letter = words(&user.actor().zone, url);
            letter.body += &ending(&format!("{url}/account"));
            self.post(&mut *tx, &format!("{key} {}", user.id), &user.email, &letter, true).await?;
        }
        Ok(())
    }

    /// Claims webhooks that are due, for this node and for a minute.
    pub async fn claim_notices(&self, limit: u32) -> Result<Vec<OutgoingNotice>> {
        let setting = load(self.reader()).await?;
        let (Some(url), Some(secret)) = (setting.webhook_url, setting.webhook_secret) else { return Ok(Vec::new()) };
        let now = self.now().micros();
        let rows = sqlx::query(
            "update notice_posts set node = $1, claimed_until = $2, attempts = attempts + 1
             where id in (select id from notice_posts where done_at is null and next_at <= $3 and coalesce(claimed_until, 0) <= $3
                          order by next_at, id limit $4)
               and done_at is null and coalesce(claimed_until, 0) <= $3
             returning id, body",
        )
        .bind(self.node())
        .bind(now + CLAIM_MICROS)
        .bind(now)
        .bind(i64::from(limit))
        .fetch_all(self.writer())
        .await?;
        let outgoing = |row: &sqlx::any::AnyRow| {
            let (id, body) = (Id::new(row.try_get::<String, _>("id")?), row.try_get("body")?);
            Ok(OutgoingNotice { id, url: url.clone(), secret: secret.clone(), body })
        };
        rows.iter().map(outgoing).collect()
    }

    /// Notes what an attempt came to.
    pub async fn notice_attempted(&self, id: &Id, outcome: &StopOutcome) -> Result<()> {
        let now = self.now().micros();
        let attempts: i64 = sqlx::query_scalar("select attempts from notice_posts where id = $1")
            .bind(id.as_str())
            .fetch_one(self.reader())
            .await?;
        let (_, said, meaning, asked) = told_by(outcome);
        let trouble = (meaning != Meaning::Done).then_some(said);
        if let Some(trouble) = &trouble {
            tracing::warn!(notice = %id, %trouble, "a notice of an alert was not taken");
        }
        let is_over = meaning != Meaning::Again || attempts >= ATTEMPTS_MAX;
        let wait = wait_seconds(attempts, asked);
        sqlx::query(
            "update notice_posts set trouble = $2, next_at = $3, done_at = $4, claimed_until = null,
                 body = case when $4 is null then body else '' end where id = $1",
        )
        .bind(id.as_str())
        .bind(trouble.map(|trouble| crate::digest::storable(&trouble)))
        .bind(now + wait * 1_000_000)
        .bind(is_over.then_some(now))
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
