//! Telling incidents of their containments: events and marks, through the ordinary entry.

use domain::access::Permit;
use domain::agent::AgentNoun;
use domain::{Id, Key};

use crate::registry::load;
use crate::{Actor, Error, Result, Store};

/// So many are told of at once.
const AT_ONCE: i64 = 50;

impl Store {
    /// Tells incidents of what happened to their containments since. Any node may, as often as it likes.
    pub async fn tell_containments(&self) -> Result<()> {
        let due: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "select c.id, c.agent_id, i.number, r.version
             from containments c
             join incidents i on i.id = c.incident_id
             join registry_records r on r.subject_id = c.agent_id and r.noun = $1 and r.id = c.id
             left join containment_told t on t.containment_id = c.id
             where c.is_dry_run = 0 and r.version > coalesce(t.version, 0)
             order by c.requested_at, c.id limit $2",
        )
        .bind(AgentNoun::Containment.word())
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        for (id, agent, number, version) in due {
            self.tell_containment(&Id::new(id), &Id::new(agent), Key(number), version).await?;
        }
        Ok(())
    }

    async fn tell_containment(&self, id: &Id, agent: &Id, key: Key, version: i64) -> Result<()> {
        let file = load(self.reader(), agent).await?;
        let Some(file) = file else { return Ok(()) };
        let (name, kept) = (file.agent()?.name.clone(), file.containments.get(id));
        let Some(containment) = kept.map(|kept| kept.record.clone()) else { return Ok(()) };
        let told = self.enter(&Actor::system(), key, Permit::Edit, move |entry| containment.tell(entry, &name)).await;
        match told {
            // An incident that takes nothing any more, such as one that was merged, is not asked again.
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
        sqlx::query(
            "insert into containment_told (containment_id, version) values ($1, $2)
             on conflict (containment_id) do update set version = excluded.version",
        )
        .bind(id.as_str())
        .bind(version)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
