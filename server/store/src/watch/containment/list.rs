//! Reading containments.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Permit;
use domain::watch::containment::Seen;
use domain::watch::{Containment, ContainmentState};
use domain::{Id, Instant, Key, Refusal};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Row as _};

use super::Purpose;
use super::seen::{acts_of, others_of};
use crate::digest::storable;
use crate::incident::VISIBLE;
use crate::registry::load;
use crate::{Actor, Result, Store};

/// The most containments one answer lists.
const LIMIT_MAX: u32 = 200;

/// Which containments are asked for.
#[derive(Debug, Clone, Default)]
pub struct ContainmentFilter {
    /// In one state.
    pub state: Option<ContainmentState>,
    /// Those that wait for a reviewer, or a second person.
    pub is_open: bool,
    /// Of one agent.
    pub agent: Option<Id>,
    /// Of one incident.
    pub incident: Option<Key>,
    /// Those that were asked for before this time, to go on with a list.
    pub before: Option<Instant>,
    /// How many.
    pub limit: u32,
}

/// A containment as a list or a page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ContainmentShown {
    /// What is known of it, with everything that was seen until now.
    #[serde(flatten)]
    pub containment: Containment,
    /// The version of the agent's file that last wrote it.
    pub version: u64,
    /// How far it is.
    pub state: ContainmentState,
    /// What the agent is called.
    pub agent_name: String,
    /// The incident, where the one who asks may see it.
    pub incident_key: Option<Key>,
    /// Whether it waits for a second person.
    pub awaits_second: bool,
    /// Whether the review is late.
    pub overdue: bool,
    /// Whether a missing or broken kill switch is worth a look: there were acts after the stop.
    pub suggests_kill_switch: bool,
    /// What the last try to tell the stop came to, while it is tried again.
    pub trouble: Option<String>,
    /// What the sources in it are called.
    pub source_names: BTreeMap<Id, String>,
}

impl Store {
    /// The containments, the newest first.
    pub async fn containments(&self, actor: &Actor, filter: &ContainmentFilter) -> Result<Vec<ContainmentShown>> {
        actor.permit(Permit::Read)?;
        let incident = match filter.incident {
            Some(key) => Some(self.dossier(actor, key).await?.incident()?.id.clone()),
            None => None,
        };
        let state = filter.state.map(ContainmentState::word).unwrap_or_default();
        let open = "state in ('requested', 'sent', 'acknowledged', 'effective', 'not_effective', 'unproven', 'failed')";
        let open = if filter.is_open { open } else { "1 = 1" };
        let statement = format!(
            "select id, agent_id from containments
             where ($1 = '' or state = $1) and ($2 = '' or agent_id = $2) and ($3 = '' or incident_id = $3)
               and requested_at < $4 and {open} order by requested_at desc, id desc limit $5"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(state)
            .bind(filter.agent.as_ref().map_or_else(String::new, |id| storable(id.as_str())))
            .bind(incident.as_ref().map_or_else(String::new, |id| storable(id.as_str())))
            .bind(filter.before.map_or(i64::MAX, Instant::micros))
            .bind(i64::from(filter.limit.clamp(1, LIMIT_MAX)))
            .fetch_all(self.reader())
            .await?;
        let mut shown = Vec::new();
        for row in &rows {
            let (id, agent): (String, String) = (row.try_get("id")?, row.try_get("agent_id")?);
            shown.extend(self.shown_containment(actor, &Id::new(id), &Id::new(agent)).await?);
        }
        Ok(shown)
    }

    /// One containment.
    pub async fn containment(&self, actor: &Actor, id: &Id) -> Result<ContainmentShown> {
        let agent = self.contained_agent(actor, id).await?;
        self.shown_containment(actor, id, &agent).await?.ok_or_else(|| absent().into())
    }

    /// The agent whose containment it is.
    pub(super) async fn contained_agent(&self, actor: &Actor, id: &Id) -> Result<Id> {
        actor.permit(Permit::Read)?;
        let agent: Option<String> = sqlx::query_scalar("select agent_id from containments where id = $1")
            .bind(storable(id.as_str()))
            .fetch_optional(self.reader())
            .await?;
        Ok(Id::new(agent.ok_or_else(absent)?))
    }

    async fn shown_containment(&self, actor: &Actor, id: &Id, agent: &Id) -> Result<Option<ContainmentShown>> {
        let Some(file) = load(self.reader(), agent).await? else { return Ok(None) };
        let Some(kept) = file.containments.get(id) else { return Ok(None) };
        let seen = Seen { acts: acts_of(self.reader(), id).await?, others: others_of(self.reader(), id).await? };
        let mut containment = kept.record.clone().with_seen(&seen);
        let incident_key = match &containment.incident {
            Some(incident) => self.visible_key(actor, incident).await?,
            None => None,
        };
        if incident_key.is_none() {
            containment.incident = None;
        }
        let sources: BTreeSet<&Id> = containment.honoured.iter().map(|honoured| &honoured.source).collect();
        let source_names = self.source_names(&sources).await?;
        Ok(Some(ContainmentShown {
            version: kept.version,
            state: containment.state(),
            agent_name: file.agent()?.name.clone(),
            incident_key,
            awaits_second: containment.awaits_second(),
            overdue: containment.is_overdue(self.now()),
            trouble: self.trouble_of(id).await?,
            suggests_kill_switch: !containment.honoured.is_empty(),
            source_names,
            containment,
        }))
    }

    async fn trouble_of(&self, id: &Id) -> Result<Option<String>> {
        let trouble: Option<Option<String>> = sqlx::query_scalar(
            "select trouble from containment_sends where containment_id = $1 and purpose = $2 and done_at is null",
        )
        .bind(id.as_str())
        .bind(Purpose::Suspend.word())
        .fetch_optional(self.reader())
        .await?;
        Ok(trouble.flatten())
    }

    /// The key of an incident, where the actor may see it.
    pub(super) async fn visible_key(&self, actor: &Actor, incident: &Id) -> Result<Option<Key>> {
        let visible = if actor.sees_all() { "$2 <> ''".to_string() } else { VISIBLE.replace("$4", "$2") };
        let statement = format!("select i.number from incidents i where i.id = $1 and {visible}");
        let number: Option<i64> = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(storable(incident.as_str()))
            .bind(actor.person.id.as_str())
            .fetch_optional(self.reader())
            .await?;
        Ok(number.map(Key))
    }
}

fn absent() -> Refusal {
    Refusal::absent("containment of that id")
}
