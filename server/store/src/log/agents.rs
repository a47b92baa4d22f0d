//! Which agents the records of logs name, and which verbs an agent used.

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::reader::log::Filter;
use domain::spelling::fold;
use domain::timeline::Verb;
use domain::vocabulary::PrincipalKind;
use domain::{Id, Instant, Key};
use sqlx::AssertSqlSafe;

use super::scan::Scan;
use crate::incident::VISIBLE;
use crate::{Actor, Result, Store};

/// So many incidents are looked through, the newest first.
const INCIDENTS_MAX: i64 = 100;
/// So many records are looked through for one page: some 60 ms.
const RECORDS_MAX: u64 = 2_000_000;
/// So many names of one agent are looked for.
const NAMES_MAX: usize = 10;

/// An agent that logs name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAgent {
    /// As the log spells it.
    pub name: String,
    /// How many records it has.
    pub records: u64,
    /// The incidents whose logs name it, the newest first.
    pub incidents: Vec<Key>,
}

impl Store {
    /// Agents in the records of incidents that the actor may see and that no agent of the registry is known by. Also
    /// answers whether older logs were left out.
    pub async fn logged_strangers(&self, actor: &Actor) -> Result<(Vec<LoggedAgent>, bool)> {
        actor.permit(Permit::Read)?;
        let visible = if actor.sees_all() { "1 = 1" } else { VISIBLE };
        let statement = format!(
            "select i.number from incidents i where i.merged_into is null and $1 = $2 and {visible}
               and exists (select 1 from log_segments s where s.incident_id = i.id)
             order by i.number desc limit $3"
        );
        let numbers: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(0_i64)
            .bind(0_i64)
            .bind(INCIDENTS_MAX)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?;
        let filter = Filter { kind: Some(PrincipalKind::Agent), ..Filter::default() };
        let (mut seen, mut looked): (BTreeMap<String, LoggedAgent>, u64) = (BTreeMap::new(), 0);
        let mut is_cut = i64::try_from(numbers.len()).is_ok_and(|count| count == INCIDENTS_MAX);
        for key in numbers.into_iter().map(Key) {
            let view = self.incident(actor, key).await?.view(None).await?;
            if looked > 0 && looked + view.records() > RECORDS_MAX {
                is_cut = true;
                break;
            }
            looked += view.records();
            let mut scan = Scan::new(&filter, None, None, 0);
            self.scan(&view, &filter, &mut scan).await?;
            for (name, records) in scan.finish().1.actors {
                let known =
                    seen.entry(fold(&name)).or_insert_with(|| LoggedAgent { name, records: 0, incidents: Vec::new() });
                known.records += records;
                known.incidents.push(key);
            }
        }
        let mut strangers = Vec::new();
        for (folded, agent) in seen {
            if !folded.is_empty() && !self.is_registered(&agent.name).await? {
                strangers.push(agent);
            }
        }
        Ok((strangers, is_cut))
    }

    /// Which verbs an agent used since a time, and how often: in the logs and timelines of incidents that the actor may
    /// see and in which it appears.
    pub async fn verbs_used(&self, actor: &Actor, agent: &Id, since: Instant) -> Result<BTreeMap<Verb, u64>> {
        let places = self.appearances(actor, std::slice::from_ref(agent)).await?.remove(agent).unwrap_or_default();
        let (mut used, mut looked): (BTreeMap<Verb, u64>, u64) = (BTreeMap::new(), 0);
        for place in places.iter().take(NAMES_MAX) {
            let dossier = self.dossier(actor, place.incident).await?;
            let is_recent = |at: Option<Instant>| at.is_none_or(|at| at >= since);
            for event in dossier.events.iter().filter(|event| event.actor == place.principal) {
                if is_recent(event.time.latest) {
                    *used.entry(event.verb).or_default() += 1;
                }
            }
            let view = self.incident(actor, place.incident).await?.view(None).await?;
            looked += view.records();
            if looked > RECORDS_MAX {
                break;
            }
            let filter = Filter { actor: Some(place.name.clone()), from: Some(since), ..Filter::default() };
            let mut scan = Scan::new(&filter, None, None, 0);
            self.scan(&view, &filter, &mut scan).await?;
            for (verb, count) in scan.finish().1.verbs {
                *used.entry(verb).or_default() += count;
            }
        }
        Ok(used)
    }

    /// Whether an agent of the registry is known by a name.
    async fn is_registered(&self, name: &str) -> Result<bool> {
        let exact: Option<String> = sqlx::query_scalar(
            "select agent_id from agent_identifiers where identifier = $1 and is_pattern = 0 limit 1",
        )
        .bind(crate::digest::storable(&fold(name)))
        .fetch_optional(self.reader())
        .await?;
        Ok(exact.is_some() || self.patterns().await?.iter().any(|(_, pattern)| pattern.matches(name)))
    }
}
