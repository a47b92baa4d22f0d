//! Containments that a rule asked for belong to the incident of the alert behind them, once there is one: the stop is
//! not kept waiting for it.

use domain::access::Permit;
use domain::{Id, Key};

use crate::{Actor, Result, Store};

/// So many requests are looked at together.
const AT_ONCE: i64 = 20;

impl Store {
    /// Says of containments which incident they belong to. Any node may, as often as it likes.
    pub async fn tie_containments(&self) -> Result<()> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "select r.agent_id, r.alert_id, a.incident from containment_requests r join alerts a on a.id = r.alert_id
             where r.done_at is not null and r.incident_id is null and a.incident is not null
             order by r.requested_at, r.id limit $1",
        )
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        for (agent, alert, number) in rows {
            let dossier = self.dossier(&Actor::system(), Key(number)).await?;
            let incident = dossier.incident()?.id.clone();
            self.tie_containment(&Id::new(agent), &Id::new(alert), &incident).await?;
        }
        Ok(())
    }

    async fn tie_containment(&self, agent: &Id, alert: &Id, incident: &Id) -> Result<()> {
        let mut registering = self.registering(&Actor::system(), Permit::Admin).await?;
        let mut opened = registering.open(agent).await?;
        if opened.entry.tie_containments(alert, incident) > 0 {
            registering.put(opened, ()).await?;
        }
        sqlx::query("update containment_requests set incident_id = $2 where alert_id = $1")
            .bind(alert.as_str())
            .bind(incident.as_str())
            .execute(&mut registering.tx)
            .await?;
        registering.commit().await
    }
}
