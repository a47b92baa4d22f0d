//! Acts of agents that are being stopped, noted in the transaction in which they are judged. Nothing is decided here:
//! that happens a moment later, in the agent's file.

use std::collections::BTreeMap;

use domain::watch::Act;
use domain::watch::containment::ActAfter;
use domain::{Id, Instant};
use sqlx::Row as _;

use crate::engine::Tx;
use crate::{Error, Result, Store};

/// So many acts are kept one by one for each containment; the others are counted.
const KEPT_MAX: i64 = 200;

/// A containment that an act could speak about.
struct Open {
    id: String,
    agent: Id,
    sent_at: Option<Instant>,
}

impl Store {
    /// The same as `note_contained_acts`, in a transaction of its own.
    pub async fn note_acts(&self, acts: &[Act], received_at: Instant) -> Result<()> {
        let mut tx = self.db().begin().await?;
        self.note_contained_acts(&mut tx, acts, received_at).await?;
        tx.commit().await
    }

    /// Notes acts of agents that are being stopped. `received_at` is when the records came.
    pub(crate) async fn note_contained_acts(&self, tx: &mut Tx, acts: &[Act], received_at: Instant) -> Result<()> {
        if acts.iter().all(|act| act.agent.is_none()) {
            return Ok(());
        }
        let open = open_containments(tx).await?;
        if open.is_empty() {
            return Ok(());
        }
        let mut by_agent: BTreeMap<&Id, Vec<ActAfter>> = BTreeMap::new();
        for act in acts {
            let Some(agent) = act.agent.as_ref().filter(|agent| open.iter().any(|open| &open.agent == *agent)) else {
                continue;
            };
            by_agent.entry(agent).or_default().extend(ActAfter::of(act, received_at));
        }
        for open in &open {
            if let Some(acts) = by_agent.get(&open.agent) {
                note(tx, open, acts).await?;
            }
        }
        Ok(())
    }
}

async fn open_containments(tx: &mut Tx) -> Result<Vec<Open>> {
    let rows = sqlx::query(
        "select id, agent_id, sent_at from containments
         where state in ('requested', 'sent', 'acknowledged', 'effective', 'not_effective', 'unproven', 'failed')
           and is_dry_run = 0 and awaits_second = 0",
    )
    .fetch_all(&mut *tx)
    .await?;
    let open = |row: &sqlx::any::AnyRow| {
        let sent_at: Option<i64> = row.try_get("sent_at")?;
        Ok(Open {
            id: row.try_get("id")?,
            agent: Id::new(row.try_get::<String, _>("agent_id")?),
            sent_at: sent_at.map(Instant::from_micros),
        })
    };
    rows.iter().map(open).collect()
}

async fn note(tx: &mut Tx, open: &Open, acts: &[ActAfter]) -> Result<()> {
    let (mut kept, mut number): (i64, i64) = sqlx::query_as(
        "select cast(count(*) as bigint), coalesce(max(number), 0) from containment_acts where containment_id = $1",
    )
    .bind(&open.id)
    .fetch_one(&mut *tx)
    .await?;
    if open.sent_at.is_none() {
        // The stop may be under way right now, so the last acts count and not the first ones.
        let acts = &acts[acts.len().saturating_sub(usize::try_from(KEPT_MAX).unwrap_or_default())..];
        sqlx::query("delete from containment_acts where containment_id = $1 and number <= $2")
            .bind(&open.id)
            .bind(number + i64::try_from(acts.len()).map_err(Error::internal)? - KEPT_MAX)
            .execute(&mut *tx)
            .await?;
        kept = 0;
    }
    let mut others = BTreeMap::new();
    for act in acts.iter().filter(|act| open.sent_at.is_none_or(|sent| act.is_after(sent))) {
        if kept < KEPT_MAX {
            (kept, number) = (kept + 1, number + 1);
            sqlx::query("insert into containment_acts (containment_id, number, body) values ($1, $2, $3)")
                .bind(&open.id)
                .bind(number)
                .bind(crate::digest::storable(&serde_json::to_string(act)?))
                .execute(&mut *tx)
                .await?;
        } else if open.sent_at.is_some() {
            let (count, last) = others.entry(&act.source).or_insert((0_i64, act.happened_at()));
            (*count, *last) = (*count + 1, (*last).max(act.happened_at()));
        }
    }
    for (source, (count, last)) in others {
        sqlx::query(
            "insert into containment_counts (containment_id, source_id, acts, last_at) values ($1, $2, $3, $4)
             on conflict (containment_id, source_id) do update set
                 acts = containment_counts.acts + excluded.acts,
                 last_at = case when excluded.last_at > containment_counts.last_at then excluded.last_at
                                else containment_counts.last_at end",
        )
        .bind(&open.id)
        .bind(source.as_str())
        .bind(count)
        .bind(last.micros())
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
    }
    Ok(())
}
