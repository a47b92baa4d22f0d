//! Writing a draft down, and adding to an incident. The alerts and the incident are written in one transaction.

use domain::access::Permit;
use domain::watch::drafting::Joined;
use domain::{Key, RefusalKind};

use super::File;
use super::waiting::{Known, Waiting};
use crate::apart::apart;
use crate::engine::Tx;
use crate::{Actor, Error, Result, Store, Topic};

impl Store {
    /// Files an incident of the alerts of one agent, unless another node has by now.
    pub(super) async fn file_draft(
        &self,
        who: &str,
        newest: Option<i64>,
        waiting: &[Waiting],
        agent: File<'_>,
    ) -> Result<()> {
        let raised = self.raised(waiting, &Known::default()).await?;
        let mut writing = self.begin_new(&Actor::system()).await?;
        let joined = apart(|| writing.entry.draft_incident(&raised, agent))?;
        let dossier = writing.entry.dossier();
        let (key, id) = (dossier.key(), dossier.incident()?.id.to_string());
        writing.incident = id;
        let mut prepared = writing.prepare().await?;
        let version = self.lock_alerts(&mut prepared.tx).await?;
        let now: Option<i64> = sqlx::query_scalar("select max(incident) from alerts where who = $1")
            .bind(who)
            .fetch_one(&mut prepared.tx)
            .await?;
        if now != newest {
            return Err(faster());
        }
        claim(&mut prepared.tx, waiting, key, &joined).await?;
        prepared.commit().await?;
        self.live().tell(Topic::Watch, version);
        Ok(())
    }

    /// Adds to an incident what happened again.
    pub(super) async fn add_to(&self, key: Key, waiting: &[Waiting], agent: File<'_>) -> Result<()> {
        let known = self.known_of(key).await?;
        let raised = self.raised(waiting, &known).await?;
        let new = waiting.iter().filter(|one| one.alert.incident != Some(key)).count() as u64;
        let before = known.ids();
        let mut writing = self.begin(&Actor::system(), key, Permit::Edit).await?;
        let joined = apart(|| writing.entry.join_alerts(&raised, agent, known.alerts + new, &before));
        let joined = match joined {
            Ok(joined) if !writing.entry.changes().is_empty() => {
                let mut prepared = match writing.prepare().await {
                    // It takes nothing any more, as one that was merged meanwhile.
                    Err(Error::Refused(refusal)) => {
                        tracing::warn!(%key, refusal = refusal.sentence, "acts could not be added to an incident");
                        return self.only_alerts(key, waiting, &Joined::default()).await;
                    }
                    prepared => prepared?,
                };
                let version = self.lock_alerts(&mut prepared.tx).await?;
                claim(&mut prepared.tx, waiting, key, &joined).await?;
                prepared.commit().await?;
                self.live().tell(Topic::Watch, version);
                return Ok(());
            }
            Ok(joined) => joined,
            Err(refusal) if refusal.kind == RefusalKind::Absent => return Err(refusal.into()),
            Err(refusal) => {
                tracing::warn!(%key, refusal = refusal.sentence, "acts could not be added to an incident");
                Joined::default()
            }
        };
        drop(writing);
        self.only_alerts(key, waiting, &joined).await
    }

    /// The alerts belong to the incident, and nothing is written into it.
    async fn only_alerts(&self, key: Key, waiting: &[Waiting], joined: &Joined) -> Result<()> {
        let mut tx = self.db().begin().await?;
        let version = self.lock_alerts(&mut tx).await?;
        claim(&mut tx, waiting, key, joined).await?;
        tx.commit().await?;
        self.live().tell(Topic::Watch, version);
        Ok(())
    }

    /// Nothing is drafted for an alert about which nobody wants to hear.
    pub(super) async fn pass_over(&self, waiting: &Waiting) -> Result<()> {
        sqlx::query("update alerts set to_draft = 0 where id = $1 and version = $2")
            .bind(waiting.alert.id.as_str())
            .bind(i64::try_from(waiting.alert.version).map_err(Error::internal)?)
            .execute(self.writer())
            .await?;
        Ok(())
    }
}

/// Says which incident the alerts belong to, and which events tell of their acts. One that changed since it was read
/// goes on waiting; one that another node has taken by now ends the write.
async fn claim(tx: &mut Tx, waiting: &[Waiting], key: Key, joined: &Joined) -> Result<()> {
    for one in waiting {
        let alert = &one.alert;
        let told = joined.told.get(&alert.id).copied().unwrap_or(one.told);
        let claimed = sqlx::query(
            "update alerts set incident = $2, told = $3, version = version + 1,
                    to_draft = case when version = $4 then 0 else 1 end
             where id = $1 and to_draft = 1 and coalesce(incident, 0) = $5",
        )
        .bind(alert.id.as_str())
        .bind(key.0)
        .bind(i64::try_from(told).map_err(Error::internal)?)
        .bind(i64::try_from(alert.version).map_err(Error::internal)?)
        .bind(alert.incident.map_or(0, |key| key.0))
        .execute(&mut *tx)
        .await?;
        if claimed.rows_affected() != 1 {
            return Err(faster());
        }
    }
    for ((alert, number), event) in &joined.placed {
        // Where there was no room for an event, there is nothing to prove either.
        let unproven = event.is_none().then_some("");
        let placed = sqlx::query(
            "update alert_records set promoted = 1, event_id = $3, evidence_id = $4
             where alert_id = $1 and number = $2 and promoted = 0",
        )
        .bind(alert.as_str())
        .bind(number)
        .bind(event.as_ref().map_or("", |event| event.as_str()))
        .bind(unproven)
        .execute(&mut *tx)
        .await?;
        if placed.rows_affected() != 1 {
            return Err(faster());
        }
    }
    Ok(())
}

fn faster() -> Error {
    Error::Busy("another node drafts the same incident".into())
}
