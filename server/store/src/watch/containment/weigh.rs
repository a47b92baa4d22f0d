//! Whether stops worked: what was seen since is taken into the record, and what the sources show decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::Id;
use domain::access::Permit;
use domain::watch::containment::{Happening, Watching};
use domain::watch::{Containment, ContainmentState};

use super::seen::seen_of;
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

    /// The sources that say they would show what this agent does, and until when they did.
    async fn watching(&self, _agent: &Id) -> Result<Vec<Watching>> {
        Ok(Vec::new())
    }

    /// What sources are called.
    pub(super) async fn source_names(&self, _sources: &BTreeSet<&Id>) -> Result<BTreeMap<Id, String>> {
        Ok(BTreeMap::new())
    }
}
