//! Agents and sources as people name them: by what they are called, or by their id.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Permit;
use domain::spelling::fold;
use domain::{Id, Refusal};
use sqlx::{Any, AssertSqlSafe, Executor};

use crate::digest::storable;
use crate::{Actor, Error, Result, Store};

/// So many are looked up at once.
const NAMED_MAX: usize = 1_000;

/// What is named: how its rows are found, and what is said where there is none.
struct Kind {
    /// Selects its id by the id or the folded name that was sent, as `id`, `folded` and `found`.
    select: &'static str,
    missing: &'static str,
}

/// One that was merged into another stands for that one.
const AGENTS: Kind = Kind {
    select: "select id, folded, coalesce(merged_into, id) as found, case when merged_into is null then 0 else 1 end as last from agents",
    missing: "in the registry: write the name or the id of an agent that is registered.",
};

const SOURCES: Kind = Kind {
    select: "select id, folded, id as found, case when closed_at is null then 0 else 1 end as last from sources",
    missing: "here: write the name or the id of a source.",
};

const ACCOUNTS: Kind = Kind {
    select: "select * from (select id, lower(email) as folded, id as found, case when disabled_at is null then 0 else 1 end as last from users) as accounts",
    missing: "among the accounts: write the address with which somebody signs in.",
};

/// The ids of accounts.
pub(super) async fn accounts<'e, E: Executor<'e, Database = Any>>(
    from: E,
    field: &str,
    sent: &[Id],
) -> Result<Vec<Id>> {
    found(from, &ACCOUNTS, field, sent).await
}

/// The ids of agents; a refusal belongs to the field.
pub(super) async fn agents<'e, E: Executor<'e, Database = Any>>(from: E, field: &str, sent: &[Id]) -> Result<Vec<Id>> {
    found(from, &AGENTS, field, sent).await
}

/// The ids of sources.
pub(super) async fn sources<'e, E: Executor<'e, Database = Any>>(from: E, field: &str, sent: &[Id]) -> Result<Vec<Id>> {
    found(from, &SOURCES, field, sent).await
}

async fn found<'e, E: Executor<'e, Database = Any>>(from: E, kind: &Kind, field: &str, sent: &[Id]) -> Result<Vec<Id>> {
    let sent: Vec<&str> = sent.iter().map(|one| one.as_str().trim()).filter(|one| !one.is_empty()).collect();
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    if sent.len() > NAMED_MAX {
        return Err(Refusal::field(field, format!("Name at most {NAMED_MAX}.")).into());
    }
    let places: Vec<String> = (1..=2 * sent.len()).map(|place| format!("${place}")).collect();
    let (ids, names) = places.split_at(sent.len());
    let statement = format!(
        "select id, folded, found from ({} where id in ({}) or folded in ({})) as known order by last desc, id desc",
        kind.select,
        ids.join(", "),
        names.join(", ")
    );
    let mut query = sqlx::query_as::<_, (String, String, String)>(AssertSqlSafe(statement));
    for one in &sent {
        query = query.bind(storable(one));
    }
    for one in &sent {
        query = query.bind(storable(&fold(one)));
    }
    let rows = query.fetch_all(from).await.map_err(Error::from)?;
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    // Of several that have a name the oldest that is in use counts; an id is nobody's name.
    known.extend(rows.iter().map(|(_, folded, found)| (folded.clone(), found.clone())));
    known.extend(rows.iter().map(|(id, _, found)| (id.clone(), found.clone())));
    let mut ids = BTreeSet::new();
    for one in sent {
        let id = known.get(one).or_else(|| known.get(&fold(one)));
        let id = id.ok_or_else(|| Refusal::field(field, format!("There is no “{one}” {}", kind.missing)))?;
        ids.insert(Id::new(id.clone()));
    }
    Ok(ids.into_iter().collect())
}

impl Store {
    /// What agents are called; those that are not there are left out.
    pub async fn agent_names(&self, actor: &Actor, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
        actor.permit(Permit::Read)?;
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
        let statement = format!("select id, name from agents where id in ({})", places.join(", "));
        let mut query = sqlx::query_as::<_, (String, String)>(AssertSqlSafe(statement));
        for id in ids {
            query = query.bind(storable(id.as_str()));
        }
        let rows = query.fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(|(id, name)| (Id::new(id), name)).collect())
    }
}
