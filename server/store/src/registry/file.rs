//! Reading the file of an agent, and its log.

use domain::access::Permit;
use domain::agent::{Agent, AgentCase, AgentChange, AgentNoun};
use domain::{Id, Refusal};
use serde_json::Value;
use sqlx::{Any, Executor, Row};

use crate::change::{CHANGES_MAX, Line, StoredChange};
use crate::digest::storable;
use crate::dossier::unsigned;
use crate::engine::Tx;
use crate::{Actor, Error, Result, Store};

/// One line of an agent's log.
pub type StoredAgentChange = StoredChange<AgentNoun>;

impl StoredAgentChange {
    /// The change without its link in the chain.
    pub fn into_change(self) -> AgentChange {
        let Self { version, at, actor, kind, noun, id, before, after, .. } = self;
        AgentChange { version, at, actor, kind, noun, id, before, after }
    }
}

impl Store {
    /// The file of an agent.
    pub async fn agent(&self, actor: &Actor, id: &Id) -> Result<AgentCase> {
        actor.permit(Permit::Read)?;
        load(self.reader(), id).await?.ok_or_else(|| absent().into())
    }

    /// How many changes the file of an agent has seen.
    pub async fn agent_version(&self, actor: &Actor, id: &Id) -> Result<u64> {
        actor.permit(Permit::Read)?;
        let version: Option<i64> =
            sqlx::query_scalar("select s.version from subjects s join agents a on a.id = s.id where a.id = $1")
                .bind(storable(id.as_str()))
                .fetch_optional(self.reader())
                .await?;
        unsigned(version.ok_or_else(absent)?)
    }

    /// Every agent that was not merged into another one, by name.
    pub async fn all_agents(&self, actor: &Actor) -> Result<Vec<Agent>> {
        actor.permit(Permit::Read)?;
        let bodies: Vec<String> = sqlx::query_scalar(
            "select r.body from agents a join registry_records r on r.subject_id = a.id and r.noun = 'agent'
             where a.merged_into is null order by a.folded, a.id",
        )
        .fetch_all(self.reader())
        .await?;
        crate::apart::apart(|| bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect())
    }

    /// The log of an agent after a version, oldest first.
    pub async fn agent_changes(
        &self,
        actor: &Actor,
        id: &Id,
        since: u64,
        limit: u32,
    ) -> Result<Vec<StoredAgentChange>> {
        actor.permit(Permit::Read)?;
        let known: Option<String> = sqlx::query_scalar("select id from agents where id = $1")
            .bind(storable(id.as_str()))
            .fetch_optional(self.reader())
            .await?;
        if known.is_none() {
            return Err(absent().into());
        }
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
             where subject_id = $1 and version > $2 order by version limit $3",
        )
        .bind(storable(id.as_str()))
        .bind(i64::try_from(since).unwrap_or(i64::MAX))
        .bind(i64::from(limit).clamp(1, CHANGES_MAX))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| open(Line::read(row)?)).collect()
    }
}

fn open(line: Line) -> Result<StoredAgentChange> {
    line.open_as(AgentNoun::parse)
}

/// What is said of an agent that is not there.
pub(super) fn absent() -> Refusal {
    Refusal::absent("agent of that id")
}

/// Loads an agent's file in one statement, so that version and records belong together.
pub(crate) async fn load<'e, E: Executor<'e, Database = Any>>(from: E, id: &Id) -> Result<Option<AgentCase>> {
    let rows = sqlx::query(
        "select s.version as subject_version, r.noun, r.version, r.body
         from subjects s join registry_records r on r.subject_id = s.id where s.id = $1",
    )
    .bind(storable(id.as_str()))
    .fetch_all(from)
    .await?;
    let mut file = AgentCase::default();
    for row in &rows {
        file.version = unsigned(row.try_get("subject_version")?)?;
        let noun = AgentNoun::parse(&row.try_get::<String, _>("noun")?).map_err(Error::internal)?;
        let body: String = row.try_get("body")?;
        file.load(noun, unsigned(row.try_get("version")?)?, &body)
            .map_err(|error| Error::internal(format!("agent {id}: {error}")))?;
    }
    Ok((!rows.is_empty()).then_some(file))
}

/// The newest changes of an agent, the newest first.
pub(super) async fn newest(tx: &mut Tx, agent: &Id, limit: u32) -> Result<Vec<AgentChange>> {
    let rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
         where subject_id = $1 order by version desc limit $2",
    )
    .bind(storable(agent.as_str()))
    .bind(i64::from(limit))
    .fetch_all(&mut *tx)
    .await?;
    rows.iter().map(|row| open(Line::read(row)?).map(|stored| stored.into_change())).collect()
}

/// What the log last said of a record up to a version.
pub(super) async fn as_of<'e, E: Executor<'e, Database = Any>>(
    from: E,
    (agent, noun, id): (&Id, AgentNoun, &Id),
    version: u64,
) -> Result<Option<Value>> {
    let after: Option<Option<String>> = sqlx::query_scalar(
        "select after from subject_changes where subject_id = $1 and noun = $2 and record_id = $3 and version <= $4
         order by version desc limit 1",
    )
    .bind(storable(agent.as_str()))
    .bind(noun.word())
    .bind(storable(id.as_str()))
    .bind(i64::try_from(version).unwrap_or(i64::MAX))
    .fetch_optional(from)
    .await?;
    Ok(after.flatten().map(|text| serde_json::from_str(&text)).transpose()?)
}
