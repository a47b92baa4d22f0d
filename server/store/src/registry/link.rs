//! From an incident's principal to an agent of the registry.

use std::collections::BTreeMap;

use domain::access::{Permit, refuse_agent};
use domain::agent::Identifier;
use domain::casefile::Dossier;
use domain::principal::LinkDraft;
use domain::spelling::fold;
use domain::{Id, Key, Refusal};
use serde::Serialize;
use sqlx::Row;

use super::load;
use crate::digest::storable;
use crate::{Actor, Entered, Result, Store};

/// Agents are suggested for so many principals of an incident.
const SUGGESTED_MAX: usize = 100;

/// An agent that a principal may well be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SuggestedAgent {
    /// Its id in the registry.
    pub id: Id,
    /// What it is called there.
    pub name: String,
}

impl Store {
    /// Links a principal to an agent, and pins what the registry says of it now.
    pub async fn link_agent(&self, actor: &Actor, key: Key, principal: &Id, draft: LinkDraft) -> Result<Entered<()>> {
        actor.permit(Permit::Edit)?;
        refuse_agent(&actor.person, "say which agent acted")?;
        let agent = match self.agents_named(draft.agent.as_str()).await?.as_slice() {
            [only] => only.id.clone(),
            _ => draft.agent,
        };
        let case = load(self.reader(), &agent).await?.ok_or_else(|| {
            Refusal::field(
                "agent",
                "There is no agent of that name in the registry: write its name as it stands there, or register it first.",
            )
        })?;
        self.enter(actor, key, Permit::Edit, move |entry| entry.link_agent(principal, draft.task, &case)).await
    }

    /// Agents that principals may well be, by the names under which logs know them; a person says whether they are. Who
    /// could be several is left to people.
    pub async fn suggested_agents(&self, dossier: &Dossier) -> Result<BTreeMap<Id, SuggestedAgent>> {
        let mut patterns = None;
        let mut suggested = BTreeMap::new();
        let unlinked = dossier.principals.iter().filter(|principal| principal.names_to_link().next().is_some());
        for principal in unlinked.take(SUGGESTED_MAX) {
            let mut found = Vec::new();
            for name in principal.names_to_link() {
                found.extend(self.agents_named(name).await?);
            }
            if found.is_empty() {
                if patterns.is_none() {
                    patterns = Some(self.agent_patterns().await?);
                }
                let by_pattern = patterns
                    .iter()
                    .flatten()
                    .filter(|(pattern, _)| principal.names_to_link().any(|name| pattern.matches(name)));
                found.extend(by_pattern.map(|(_, agent)| agent.clone()));
            }
            found.dedup();
            if let [agent] = found.as_slice() {
                suggested.insert(principal.id.clone(), agent.clone());
            }
        }
        Ok(suggested)
    }

    async fn agents_named(&self, name: &str) -> Result<Vec<SuggestedAgent>> {
        let rows = sqlx::query(
            "select a.id, a.name from agents a where a.merged_into is null and a.id in (
                 select i.agent_id from agent_identifiers i where i.identifier = $1 and i.is_pattern = 0
                 union select b.id from agents b where b.folded = $1)
             order by a.id limit 2",
        )
        .bind(storable(&fold(name)))
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| Ok(SuggestedAgent { id: Id::new(row.try_get::<String, _>("id")?), name: row.try_get("name")? }))
            .collect()
    }

    async fn agent_patterns(&self) -> Result<Vec<(Identifier, SuggestedAgent)>> {
        let rows = sqlx::query(
            "select i.identifier, a.id, a.name from agent_identifiers i join agents a on a.id = i.agent_id
             where i.is_pattern = 1 and a.merged_into is null order by a.id",
        )
        .fetch_all(self.reader())
        .await?;
        let mut patterns = Vec::with_capacity(rows.len());
        for row in &rows {
            let text: String = row.try_get("identifier")?;
            let agent = SuggestedAgent { id: Id::new(row.try_get::<String, _>("id")?), name: row.try_get("name")? };
            patterns.extend(Identifier::parse("identifiers", &text).ok().map(|pattern| (pattern, agent)));
        }
        Ok(patterns)
    }
}
