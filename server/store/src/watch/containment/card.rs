//! What lists find a containment by, and what is to be sent for it: all of it follows from its record.

use domain::Instant;
use domain::watch::{Cause, Containment, ContainmentState};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::digest::storable;
use crate::engine::Tx;
use crate::{Error, Result};

/// The columns of a card, as `read` wants them.
pub(crate) const COLUMNS: &str = "id, agent_id, state, stop_id, incident_id, by_rule, is_dry_run, awaits_second, requested_at, sent_at, quiet_until, review_due, since";

/// A row of `containments`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    id: String,
    agent_id: String,
    state: String,
    stop_id: Option<String>,
    incident_id: Option<String>,
    by_rule: i64,
    is_dry_run: i64,
    awaits_second: i64,
    requested_at: i64,
    sent_at: Option<i64>,
    quiet_until: Option<i64>,
    review_due: i64,
    since: i64,
}

impl Row {
    /// The card of a containment.
    pub(crate) fn of(containment: &Containment) -> Self {
        Self {
            id: storable(containment.id.as_str()),
            agent_id: storable(containment.agent.as_str()),
            state: containment.state().word().into(),
            stop_id: containment.stop.as_ref().map(|stop| storable(stop.id.as_str())),
            incident_id: containment.incident.as_ref().map(|incident| storable(incident.as_str())),
            by_rule: i64::from(matches!(containment.cause, Cause::Rule { .. })),
            is_dry_run: i64::from(containment.is_dry_run),
            awaits_second: i64::from(containment.awaits_second()),
            requested_at: containment.requested_at.micros(),
            sent_at: containment.sent_at.map(Instant::micros),
            quiet_until: containment.quiet_until().map(Instant::micros),
            review_due: containment.review_due.micros(),
            since: containment.since().micros(),
        }
    }

    /// A stored card.
    pub(crate) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            agent_id: row.try_get("agent_id")?,
            state: row.try_get("state")?,
            stop_id: row.try_get("stop_id")?,
            incident_id: row.try_get("incident_id")?,
            by_rule: row.try_get("by_rule")?,
            is_dry_run: row.try_get("is_dry_run")?,
            awaits_second: row.try_get("awaits_second")?,
            requested_at: row.try_get("requested_at")?,
            sent_at: row.try_get("sent_at")?,
            quiet_until: row.try_get("quiet_until")?,
            review_due: row.try_get("review_due")?,
            since: row.try_get("since")?,
        })
    }

    async fn write(&self, tx: &mut Tx) -> Result<()> {
        sqlx::query(
            "insert into containments (id, agent_id, state, stop_id, incident_id, by_rule, is_dry_run, awaits_second,
                                       requested_at, sent_at, quiet_until, review_due, since)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             on conflict (id) do update set
                 state = excluded.state, incident_id = excluded.incident_id, awaits_second = excluded.awaits_second,
                 sent_at = excluded.sent_at, quiet_until = excluded.quiet_until, review_due = excluded.review_due,
                 since = excluded.since",
        )
        .bind(&self.id)
        .bind(&self.agent_id)
        .bind(&self.state)
        .bind(self.stop_id.as_deref())
        .bind(self.incident_id.as_deref())
        .bind(self.by_rule)
        .bind(self.is_dry_run)
        .bind(self.awaits_second)
        .bind(self.requested_at)
        .bind(self.sent_at)
        .bind(self.quiet_until)
        .bind(self.review_due)
        .bind(self.since)
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}

/// Writes what follows from a containment that changed: its card, and what is to be sent for it.
pub(crate) async fn follow(tx: &mut Tx, containment: &Containment, now: Instant) -> Result<()> {
    let card = Row::of(containment);
    card.write(tx).await?;
    let Some(stop) = &card.stop_id else { return Ok(()) };
    match containment.state() {
        ContainmentState::Requested if !containment.awaits_second() && !containment.is_dry_run => {
            queue(tx, &card, "suspend", stop, now).await
        }
        ContainmentState::Restored if containment.sent_at.is_some() => {
            call_off(tx, &card).await?;
            queue(tx, &card, "restore", stop, now).await
        }
        ContainmentState::Cancelled | ContainmentState::Restored => call_off(tx, &card).await,
        _ => Ok(()),
    }
}

async fn queue(tx: &mut Tx, card: &Row, purpose: &str, stop: &str, now: Instant) -> Result<()> {
    sqlx::query(
        "insert into containment_sends (containment_id, purpose, agent_id, stop_id, next_at, attempts)
         values ($1, $2, $3, $4, $5, 0) on conflict (containment_id, purpose) do nothing",
    )
    .bind(&card.id)
    .bind(purpose)
    .bind(&card.agent_id)
    .bind(stop)
    .bind(now.micros())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// What was not sent yet is not sent any more.
async fn call_off(tx: &mut Tx, card: &Row) -> Result<()> {
    let now: i64 = card.since;
    sqlx::query("update containment_sends set done_at = $2 where containment_id = $1 and done_at is null")
        .bind(&card.id)
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
    Ok(())
}
