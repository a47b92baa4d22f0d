//! Whether stops worked: what was seen since is taken into the record, and what the sources show decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Permit;
use domain::watch::containment::{Happening, Watching};
use domain::watch::{Containment, ContainmentState};
use domain::{Id, Instant};
use sqlx::Row as _;

use super::seen::{acts_of, seen_of};
use crate::registry::load;
use crate::{Actor, Error, Result, Store};

/// So many are weighed at once.
const AT_ONCE: i64 = 100;

impl Store {
    /// Weighs what is due: acts that were noted, and quiet times that are over. Any node may, as often as it likes.
    pub async fn weigh_containments(&self) -> Result<()> {
        let due: Vec<(String, String)> = sqlx::query_as(
            "select c.id, c.agent_id from containments c
             where c.is_dry_run = 0
               and (c.state in ('sent', 'acknowledged', 'failed') and c.quiet_until <= $1
                    or c.state in ('sent', 'acknowledged', 'failed', 'effective', 'unproven')
                       and exists (select 1 from containment_acts a where a.containment_id = c.id)
                       and c.sent_at is not null)
             order by c.requested_at, c.id limit $2",
        )
        .bind(self.now().micros())
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        for (id, agent) in due {
            self.weigh_containment(&Id::new(id), &Id::new(agent)).await?;
        }
        Ok(())
    }

    async fn weigh_containment(&self, id: &Id, agent: &Id) -> Result<()> {
        let watching = self.watching(agent).await?;
        // Without the lock of the registry first: what waits for a source is looked at every second.
        let file = load(self.reader(), agent).await?;
        let known = file.as_ref().and_then(|file| file.containments.get(id));
        let waits = known.is_some_and(|kept| kept.record.weigh(&watching, self.now()).is_none());
        if waits && acts_of(self.reader(), id).await?.is_empty() {
            return Ok(());
        }
        let mut registering = self.registering(&Actor::system(), Permit::Admin).await?;
        let mut seen = seen_of(&mut registering.tx, id).await?;
        let mut opened = registering.open(agent).await?;
        let containment = opened.entry.get::<Containment>(id)?.record;
        // Noted while the stop was under way, and before it: they say nothing.
        if let Some(sent) = containment.sent_at {
            seen.acts.retain(|act| act.is_after(sent));
            if seen.acts.is_empty() && seen.others.is_empty() {
                sqlx::query("delete from containment_acts where containment_id = $1")
                    .bind(id.as_str())
                    .execute(&mut registering.tx)
                    .await
                    .map_err(Error::from)?;
            }
        }
        let state = opened.entry.move_containment(id, Happening::Seen(seen))?;
        if state != ContainmentState::NotEffective
            && let Some(shown) = containment.weigh(&watching, registering.now())
        {
            opened.entry.move_containment(id, shown)?;
        }
        registering.put(opened, ()).await?;
        registering.commit().await
    }

    /// The sources that say they would show what this agent does, and until when they did: everything that came until
    /// then was judged.
    async fn watching(&self, agent: &Id) -> Result<Vec<Watching>> {
        let rows = sqlx::query(
            "select s.id, s.name, s.agents, s.heartbeat_seconds,
                    case when st.judged_seq >= st.last_seq then st.last_at
                         else coalesce((select max(b.received_at) from source_batches b
                                        where b.source_id = s.id and b.seq <= st.judged_seq),
                                       (select max(g.last_at) from source_segments g
                                        where g.source_id = s.id and g.last_seq <= st.judged_seq)) end as shown
             from sources s join source_states st on st.source_id = s.id
             where s.closed_at is null order by s.id",
        )
        .fetch_all(self.reader())
        .await?;
        let mut watching = Vec::new();
        for row in &rows {
            let agents: Vec<Id> = serde_json::from_str(&row.try_get::<String, _>("agents")?)?;
            if agents.contains(agent) {
                watching.push(Watching {
                    source: Id::new(row.try_get::<String, _>("id")?),
                    name: row.try_get("name")?,
                    shown_until: row.try_get::<Option<i64>, _>("shown")?.map(Instant::from_micros),
                    heartbeat_seconds: row.try_get("heartbeat_seconds")?,
                });
            }
        }
        Ok(watching)
    }

    /// What sources are called.
    pub(super) async fn source_names(&self, sources: &BTreeSet<&Id>) -> Result<BTreeMap<Id, String>> {
        let mut names = BTreeMap::new();
        for id in sources {
            let name: Option<String> = sqlx::query_scalar("select name from sources where id = $1")
                .bind(crate::digest::storable(id.as_str()))
                .fetch_optional(self.reader())
                .await?;
            names.extend(name.map(|name| ((*id).clone(), name)));
        }
        Ok(names)
    }
}
