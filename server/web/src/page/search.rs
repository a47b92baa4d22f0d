//! Searching everything.

use app::page::search::{self, AgentHit, Found, HitRow};
use axum::response::{IntoResponse, Redirect, Response};
use store::{AgentFilter, Filter, IncidentSummary, Result};

use super::PageRequest;
use super::house::{called, card};
use crate::bench;

/// How many incidents are shown, and how many agents.
const SHOWN: u32 = 10;
/// How many records of an incident are named.
const HITS: usize = 3;

pub(super) async fn show(asked: PageRequest) -> Response {
    let q = asked.query.get("q").map(|q| q.trim().to_string()).unwrap_or_default();
    if let Some(key) = called(&asked, &q).await {
        return Redirect::to(&format!("/incidents/{key}")).into_response();
    }
    match find(&asked, &q).await {
        Ok(found) => asked.show("Search", || search::page(&q, &found)).await,
        Err(error) => asked.fail(&error),
    }
}

async fn find(asked: &PageRequest, q: &str) -> Result<Found> {
    if q.is_empty() {
        return Ok(Found::default());
    }
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let page = store.incidents(actor, &Filter { q: Some(q.into()), ..Filter::default() }, None, SHOWN).await?;
    let mut incidents = Vec::new();
    for incident in page.items {
        let hits = hits(asked, &incident, q).await?;
        incidents.push((card(incident), hits));
    }
    let agents = store.agents(actor, &AgentFilter { q: Some(q.into()), ..AgentFilter::default() }, None, SHOWN).await?;
    let agent = |agent: store::AgentCard| AgentHit { id: agent.id, name: agent.name, owner: agent.owner_name };
    let agents = agents.items.into_iter().map(agent).collect();
    Ok(Found { incidents, more: page.next_cursor.is_some(), agents })
}

/// Where in an incident the words are.
async fn hits(asked: &PageRequest, incident: &IncidentSummary, q: &str) -> Result<Vec<HitRow>> {
    let dossier = asked.site.store.dossier(&asked.signed.actor, incident.key).await?;
    let found = bench::run(|| store::hits(&dossier, q, HITS)).await;
    // Its title stands above.
    let row = |hit: store::Hit| HitRow {
        noun: hit.noun.label(),
        href: format!("/incidents/{}/{}", incident.key, hit.place),
        name: hit.name,
        text: hit.text,
    };
    Ok(found.into_iter().filter(|hit| hit.text != incident.title).map(row).collect())
}
