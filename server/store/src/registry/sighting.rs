//! Where agents appear: rows that follow from the case files, and what lists say of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::access::Permit;
use domain::agent::Identifier;
use domain::casefile::Dossier;
use domain::principal::sightings;
use domain::spelling::fold;
use domain::{Id, Instant, Key};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::digest::storable;
use crate::engine::Tx;
use crate::incident::VISIBLE;
use crate::{Actor, Error, Result, Store};

/// So many names are looked at that no identifier knows exactly.
const NAMES_MAX: i64 = 20_000;

/// A row of `incident_agents`: principal, name, folded name, agent, last act, acts, acts outside.
type Line = (String, String, String, Option<String>, Option<i64>, i64, i64);

/// The agents of an incident, as rows.
#[derive(Debug, PartialEq)]
pub(crate) struct Sightings(BTreeSet<Line>);

impl Sightings {
    /// Of a case file.
    pub(crate) fn of(dossier: &Dossier) -> Result<Self> {
        let line = |seen: domain::principal::Sighting| {
            Ok((
                storable(seen.principal.as_str()),
                storable(&seen.name),
                storable(&fold(&seen.name)),
                seen.agent.map(|agent| storable(agent.as_str())),
                seen.last_at.map(Instant::micros),
                i64::try_from(seen.acts).map_err(Error::internal)?,
                i64::try_from(seen.outside).map_err(Error::internal)?,
            ))
        };
        Ok(Self(sightings(dossier).into_iter().map(line).collect::<Result<_>>()?))
    }

    /// Those that are kept of an incident.
    pub(crate) async fn kept(tx: &mut Tx, incident: &str) -> Result<Self> {
        let rows: Vec<Line> = sqlx::query_as(
            "select principal_id, name, folded, agent_id, last_at, acts, outside from incident_agents where incident_id = $1",
        )
        .bind(incident)
        .fetch_all(&mut *tx)
        .await?;
        Ok(Self(rows.into_iter().collect()))
    }

    /// Writes them in the place of those before.
    pub(crate) async fn write(&self, tx: &mut Tx, incident: &str) -> Result<()> {
        if Self::kept(tx, incident).await? == *self {
            return Ok(());
        }
        sqlx::query("delete from incident_agents where incident_id = $1").bind(incident).execute(&mut *tx).await?;
        for (principal, name, folded, agent, last_at, acts, outside) in &self.0 {
            sqlx::query(
                "insert into incident_agents (incident_id, principal_id, name, folded, agent_id, last_at, acts, outside)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(incident)
            .bind(principal)
            .bind(name)
            .bind(folded)
            .bind(agent.as_deref())
            .bind(*last_at)
            .bind(*acts)
            .bind(*outside)
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }
}

/// An incident in which an agent appears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appearance {
    /// The incident.
    pub incident: Key,
    /// Its title.
    pub title: String,
    /// The principal.
    pub principal: Id,
    /// What it is called there.
    pub name: String,
    /// When it was last seen to act.
    pub last_at: Option<Instant>,
    /// How many acts of it the timeline has.
    pub acts: u64,
    /// How many of them lay outside of what it was granted.
    pub outside: u64,
}

/// A name that no agent of the registry is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stranger {
    /// As it is spelt in the newest incident that has it.
    pub name: String,
    /// Where it is a principal, the newest first.
    pub incidents: Vec<Key>,
    /// When it was last seen to act.
    pub last_at: Option<Instant>,
    /// How many acts the timelines have.
    pub acts: u64,
}

impl Store {
    /// Where each of these agents appears, in incidents that the actor may see, the newest first.
    pub async fn appearances(&self, actor: &Actor, agents: &[Id]) -> Result<HashMap<Id, Vec<Appearance>>> {
        actor.permit(Permit::Read)?;
        let mut found: HashMap<Id, Vec<Appearance>> = HashMap::new();
        if agents.is_empty() {
            return Ok(found);
        }
        // Linked by a person, also to an agent that turned out to be this one; or called as an identifier says.
        let places: Vec<String> = (5..5 + agents.len()).map(|place| format!("${place}")).collect();
        let places = places.join(", ");
        let visible = if actor.sees_all() { "1 = 1" } else { VISIBLE };
        let statement = format!(
            "with recursive stands (id, agent) as (
                 select a.id, a.id from agents a where a.id in ({places})
                 union select a.id, s.agent from agents a join stands s on a.merged_into = s.id)
             select k.agent, i.number, i.title, s.principal_id, s.name, s.last_at, s.acts, s.outside
             from (select s.incident_id, s.principal_id, t.agent from stands t join incident_agents s on s.agent_id = t.id
                   union
                   select s.incident_id, s.principal_id, n.agent_id as agent from agent_identifiers n
                   join incident_agents s on s.folded = n.identifier and s.agent_id is null
                   where n.is_pattern = 0 and n.agent_id in ({places})) k
             join incident_agents s on s.incident_id = k.incident_id and s.principal_id = k.principal_id
             join incidents i on i.id = s.incident_id
             where i.merged_into is null and $1 = $2 and $3 > 0 and {visible} order by i.number desc, s.principal_id"
        );
        let mut query = sqlx::query(AssertSqlSafe(statement)).bind(0_i64).bind(0_i64).bind(1_i64);
        query = query.bind(actor.person.id.as_str());
        for agent in agents {
            query = query.bind(storable(agent.as_str()));
        }
        for row in query.fetch_all(self.reader()).await? {
            let agent = Id::new(row.try_get::<String, _>("agent")?);
            found.entry(agent).or_default().push(read(&row)?);
        }
        self.add_patterned(actor, agents, &mut found).await?;
        for places in found.values_mut() {
            places.sort_by(|one, other| other.incident.cmp(&one.incident).then(one.principal.cmp(&other.principal)));
        }
        Ok(found)
    }

    /// Adds those that only a pattern knows.
    async fn add_patterned(
        &self,
        actor: &Actor,
        agents: &[Id],
        found: &mut HashMap<Id, Vec<Appearance>>,
    ) -> Result<()> {
        let patterns = self.patterns().await?;
        let mut patterns = patterns.into_iter().filter(|(agent, _)| agents.contains(agent)).collect::<Vec<_>>();
        patterns.dedup();
        if patterns.is_empty() {
            return Ok(());
        }
        for row in self.unknown_rows(actor).await? {
            let name: String = row.try_get("name")?;
            let known: HashSet<&Id> =
                patterns.iter().filter(|(_, pattern)| pattern.matches(&name)).map(|(agent, _)| agent).collect();
            for agent in known {
                found.entry(agent.clone()).or_default().push(read(&row)?);
            }
        }
        Ok(())
    }

    /// Names of agents in incidents that no agent of the registry is known by, the most acts first.
    pub async fn strangers(&self, actor: &Actor) -> Result<Vec<Stranger>> {
        actor.permit(Permit::Read)?;
        let patterns = self.patterns().await?;
        let mut strangers: BTreeMap<String, Stranger> = BTreeMap::new();
        for row in self.unknown_rows(actor).await? {
            let seen = read(&row)?;
            if patterns.iter().any(|(_, pattern)| pattern.matches(&seen.name)) {
                continue;
            }
            let stranger = strangers.entry(fold(&seen.name)).or_insert_with(|| Stranger {
                name: seen.name.clone(),
                incidents: Vec::new(),
                last_at: None,
                acts: 0,
            });
            stranger.last_at = stranger.last_at.max(seen.last_at);
            stranger.acts += seen.acts;
            if stranger.incidents.last() != Some(&seen.incident) {
                stranger.incidents.push(seen.incident);
            }
        }
        let mut strangers: Vec<Stranger> = strangers.into_values().collect();
        strangers.sort_by(|one, other| other.acts.cmp(&one.acts).then(one.name.cmp(&other.name)));
        Ok(strangers)
    }

    /// Principals that no identifier knows exactly and nobody linked.
    async fn unknown_rows(&self, actor: &Actor) -> Result<Vec<AnyRow>> {
        let visible = if actor.sees_all() { "1 = 1" } else { VISIBLE };
        let statement = format!(
            "select i.number, i.title, s.principal_id, s.name, s.last_at, s.acts, s.outside
             from incident_agents s join incidents i on i.id = s.incident_id
             where s.agent_id is null and i.merged_into is null and $1 = $2 and {visible}
               and not exists (select 1 from agent_identifiers n where n.identifier = s.folded and n.is_pattern = 0)
             order by i.number desc limit $3"
        );
        Ok(sqlx::query(AssertSqlSafe(statement))
            .bind(0_i64)
            .bind(0_i64)
            .bind(NAMES_MAX)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?)
    }

    /// Every pattern under which an agent is known.
    pub(crate) async fn patterns(&self) -> Result<Vec<(Id, Identifier)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("select agent_id, identifier from agent_identifiers where is_pattern = 1")
                .fetch_all(self.reader())
                .await?;
        let read = |(agent, text): (String, String)| {
            Identifier::parse("identifiers", &text).ok().map(|identifier| (Id::new(agent), identifier))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }
}

fn read(row: &AnyRow) -> Result<Appearance> {
    let count = |column: &str| Ok::<_, Error>(row.try_get::<i64, _>(column)?.unsigned_abs());
    Ok(Appearance {
        incident: Key(row.try_get("number")?),
        title: row.try_get("title")?,
        principal: Id::new(row.try_get::<String, _>("principal_id")?),
        name: row.try_get("name")?,
        last_at: row.try_get::<Option<i64>, _>("last_at")?.map(Instant::from_micros),
        acts: count("acts")?,
        outside: count("outside")?,
    })
}
