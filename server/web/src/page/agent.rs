//! Pages of the registry of agents.

use std::collections::{BTreeMap, HashMap};

use app::page::agents::{self, AgentRow, AgentView, Counts, Place, SeenRow, StopChoice};
use axum::response::{Html, IntoResponse, Response};
use domain::Id;
use domain::agent::{Agent, AgentCase, AgentChange, USED_DAYS};
use domain::spelling::same_name;
use domain::timeline::Verb;
use leptos::prelude::{AnyView, IntoAny};
use store::{AgentFilter, Appearance, ContainmentFilter, Result, StoredAgentChange};

use super::PageRequest;
use super::watch::alerts::contained;
use crate::{bench, query};

/// How many agents a page of the list shows.
const PAGE: u32 = 50;
/// How many changes the page of an agent shows.
const CHANGES: u32 = 100;
/// How many containments it shows.
const CONTAINMENTS: u32 = 50;
/// How many agents a form offers to merge with.
const OTHERS: usize = 500;

pub(super) async fn list(asked: PageRequest) -> Response {
    match listed(&asked).await {
        Ok((rows, counts, next)) => {
            asked.show("Agents", || agents::list_page(&rows, &counts, &asked.query, next.as_deref())).await
        }
        Err(error) => asked.fail(&error),
    }
}

async fn listed(asked: &PageRequest) -> Result<(Vec<AgentRow>, Counts, Option<String>)> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let filter: AgentFilter = query::read(&asked.query)?;
    let cursor = asked.query.get("cursor").map(String::as_str).filter(|cursor| !cursor.is_empty());
    let page = store.agents(actor, &filter, cursor, PAGE).await?;
    let ids: Vec<Id> = page.items.iter().map(|card| card.id.clone()).collect();
    let (seen, counts, strangers) =
        tokio::join!(store.appearances(actor, &ids), store.agent_counts(actor), store.strangers(actor));
    let (mut seen, counts, strangers) = (seen?, counts?, strangers?);
    let strangers = strangers.into_iter().map(|stranger| stranger.name).collect();
    let counts = Counts { all: counts.all, overdue: counts.overdue, unowned: counts.unowned, strangers };
    let rows = page.items.into_iter().map(|card| {
        let places = seen.remove(&card.id).unwrap_or_default();
        AgentRow {
            id: card.id,
            name: card.name,
            status: card.status,
            owner: card.owner_name,
            unowned: card.unowned,
            team: card.team,
            grants: card.grants,
            next_review: card.next_review,
            overdue: card.overdue,
            last_seen: places.iter().filter_map(|place| place.last_at).max(),
            incidents: places.iter().map(|place| place.incident).collect(),
            outside: places.iter().map(|place| place.outside).sum(),
        }
    });
    Ok((rows.collect(), counts, page.next_cursor))
}

pub(super) async fn new(asked: PageRequest) -> Response {
    asked.show("Register an agent", agents::new_page).await
}

pub(super) async fn seen(asked: PageRequest) -> Response {
    let (named, logged) = tokio::join!(
        asked.site.store.strangers(&asked.signed.actor),
        asked.site.store.logged_strangers(&asked.signed.actor)
    );
    let (named, (logged, is_cut)) = match (named, logged) {
        (Ok(named), Ok(logged)) => (named, logged),
        (Err(error), _) | (_, Err(error)) => return asked.fail(&error),
    };
    let mut rows: Vec<SeenRow> = named
        .into_iter()
        .map(|row| SeenRow {
            name: row.name,
            incidents: row.incidents,
            last_at: row.last_at,
            acts: row.acts,
            records: 0,
        })
        .collect();
    for agent in logged {
        match rows.iter_mut().find(|row| same_name(&row.name, &agent.name)) {
            Some(row) => {
                row.records += agent.records;
                row.incidents.extend(agent.incidents);
            }
            None => rows.push(SeenRow {
                name: agent.name,
                incidents: agent.incidents,
                last_at: None,
                acts: 0,
                records: agent.records,
            }),
        }
    }
    for row in &mut rows {
        row.incidents.sort_unstable_by(|one, other| other.cmp(one));
        row.incidents.dedup();
    }
    asked.show("Seen in logs", || agents::seen_page(&rows, is_cut)).await
}

pub(super) async fn one(asked: PageRequest) -> Response {
    match viewed(&asked, &asked.param("id")).await {
        Ok((agent, view)) => {
            let news = asked.shown.map(|shown| view.changes.iter().filter(move |(change, _)| change.version > shown));
            let news: Option<Vec<AgentChange>> = news.map(|news| news.map(|(change, _)| change.clone()).collect());
            let title = agent.name.clone();
            let page = || (agents::agent_page(&agent, &view), news.map(|news| agents::news(&agent, &news)));
            follow(&asked, &title, (&agent.id, view.case.version), || page().into_any()).await
        }
        Err(error) => asked.fail(&error),
    }
}

pub(super) async fn review(asked: PageRequest) -> Response {
    let found: Result<(Agent, AgentCase, BTreeMap<Verb, u64>)> = async {
        let (id, actor) = (asked.param("id"), &asked.signed.actor);
        let case = asked.site.store.agent(actor, &id).await?;
        let since = asked.site.store.clock().now().plus_micros(-USED_DAYS * 24 * 3600 * 1_000_000);
        let used = asked.site.store.verbs_used(actor, &id, since).await?;
        Ok((case.agent()?.clone(), case, used))
    }
    .await;
    match found {
        Ok((agent, case, used)) => {
            let title = format!("Review of {}", agent.name);
            let page = || agents::review_page(&agent, &case, &used);
            follow(&asked, &title, (&agent.id, case.version), page).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// Shows a page that follows its agent, which has this version.
async fn follow(
    asked: &PageRequest,
    title: &str,
    (agent, version): (&Id, u64),
    page: impl FnOnce() -> AnyView,
) -> Response {
    let mut frame = asked.frame(title);
    frame.live = Some((format!("/agents/{agent}/live"), version));
    Html(bench::run(|| app::document(frame, page)).await).into_response()
}

async fn viewed(asked: &PageRequest, id: &Id) -> Result<(Agent, AgentView)> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let case = store.agent(actor, id).await?;
    let agent = case.agent()?.clone();
    let since = case.version.saturating_sub(u64::from(CHANGES));
    let ids = [id.clone()];
    let stopped = ContainmentFilter { agent: Some(id.clone()), limit: CONTAINMENTS, ..ContainmentFilter::default() };
    let (places, changes, all, directory, containments, stops) = tokio::join!(
        store.appearances(actor, &ids),
        store.agent_changes(actor, id, since, CHANGES),
        store.all_agents(actor),
        store.directory(),
        store.containments(actor, &stopped),
        store.stops(actor)
    );
    let (mut places, directory, all): (HashMap<Id, Vec<Appearance>>, _, _) = (places?, directory?, all?);
    let changes: Vec<StoredAgentChange> = changes?;
    let unowned = agent.is_unowned(|id| directory.is_in_use(id));
    let owner = match &agent.owner {
        Some(owner) => match directory.shown_name(owner) {
            Some(name) => name,
            None => directory.names_of(owner).first().cloned().unwrap_or_else(|| "The owner".into()),
        },
        None => agent.owner_name.clone(),
    };
    let merged_into = match &agent.merged_into {
        Some(into) => store.agent(actor, into).await?.agent().map(|into| into.name.clone()).ok(),
        None => None,
    };
    let others = all.into_iter().filter(|other| other.id != agent.id).take(OTHERS);
    let view = AgentView {
        owner,
        unowned,
        places: places.remove(id).unwrap_or_default().into_iter().map(place).collect(),
        changes: changes
            .into_iter()
            .rev()
            .map(|change| {
                let hash = change.hash.clone();
                (change.into_change(), hash)
            })
            .collect(),
        is_cut: since > 0,
        others: others.map(|other| (other.id, other.name)).collect(),
        merged_into,
        containments: containments?.into_iter().map(contained).collect(),
        stops: stops?.into_iter().filter(|stop| stop.serves(id)).map(choice).collect(),
        case,
    };
    Ok((agent, view))
}

fn place(seen: Appearance) -> Place {
    Place {
        key: seen.incident,
        title: seen.title,
        name: seen.name,
        last_at: seen.last_at,
        acts: seen.acts,
        outside: seen.outside,
    }
}

fn choice(stop: domain::watch::stop::StopSetting) -> StopChoice {
    StopChoice { id: stop.id, name: stop.name, is_dry_run: stop.is_dry_run }
}
