//! What was searched for, wherever it is: pages, incidents with the records that have the words, and agents.

use domain::Id;
use domain::access::Permit;
use domain::inbox::excerpt;
use leptos::prelude::*;

use super::incidents::IncidentRow;
use crate::component::badge::{SevBadge, VerdictBadge};
use crate::component::shell::{Empty, One};
use crate::frame::Frame;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Incidents, each with where the words are.
    pub incidents: Vec<(IncidentRow, Vec<HitRow>)>,
    /// Whether there are more of them.
    pub more: bool,
    /// Agents of the registry.
    pub agents: Vec<AgentHit>,
}

/// A record that has the words.
#[derive(Debug, Clone)]
pub struct HitRow {
    /// What it is.
    pub noun: &'static str,
    /// Its path.
    pub href: String,
    /// What it is called, where that is not the text itself.
    pub name: Option<String>,
    /// The text that has them.
    pub text: String,
}

/// An agent that has the words.
#[derive(Debug, Clone)]
pub struct AgentHit {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
}

/// A page that is found by what it is for.
struct Place {
    path: &'static str,
    name: &'static str,
    /// Other words for it.
    words: &'static str,
    /// What one may do who has something to do there.
    permit: Permit,
}

const fn place(path: &'static str, name: &'static str, words: &'static str, permit: Permit) -> Place {
    Place { path, name, words, permit }
}

const PLACES: [Place; 17] = [
    place("/", "Now", "home start first page", Permit::Read),
    place("/incidents", "Incidents", "list cases", Permit::Read),
    place("/incidents/new", "File an incident", "new report declare create", Permit::Edit),
    place("/inbox", "For you", "inbox mentions approvals waiting", Permit::Read),
    place("/remediation", "Remediation", "board actions tasks follow-up", Permit::Read),
    place("/remediation?overdue=true", "Overdue remediation", "late", Permit::Read),
    place("/agents", "Agents", "registry", Permit::Read),
    place("/agents/new", "Register an agent", "new add", Permit::Edit),
    place("/watch", "Watch", "alerts", Permit::Read),
    place("/watch/rules", "Rules of the watch", "alerts detection", Permit::Read),
    place("/watch/sources", "Sources", "connect logs intake otlp", Permit::Read),
    place("/watch/stops", "Ways to stop agents", "containment suspend kill", Permit::Read),
    place("/trends", "Trends", "statistics metrics months", Permit::Read),
    place("/account", "Account and tokens", "password zone time theme api", Permit::Read),
    place("/help", "Keyboard and help", "keys shortcuts legend", Permit::Read),
    place("/people", "People", "users accounts invite roles", Permit::Admin),
    place("/changes", "Log of the instance", "changes audit history sign-ins refused", Permit::Admin),
];

/// The page. `q` is what was searched for.
pub fn page(q: &str, found: &Found) -> AnyView {
    let typed = q.to_string();
    let places = places(q);
    let is_empty = places.is_empty() && found.incidents.is_empty() && found.agents.is_empty();
    let body = match (q.trim().is_empty(), is_empty) {
        (true, _) => view! { <p class="muted">"Search for a key such as INC-12, for words of any record, for an agent, or for a page."</p> }.into_any(),
        (false, true) => view! {
            <h2 class="visually-hidden">"Results"</h2>
            <Empty title="Nothing found" text="Every word has to occur, each as a whole or as a beginning. Try fewer words, or the beginning of one."/>
        }
        .into_any(),
        (false, false) => {
            let parts = [part("Pages", places), incidents(found, q), agents(found)];
            view! { {parts.into_iter().flatten().collect_view()} }.into_any()
        }
    };
    view! {
        <One>
            <h1>"Search"</h1>
            <form class="filters" action="/search" method="get" role="search" aria-label="Search everything">
                <div class="field"><label for="search-q">"Search for"</label><input id="search-q" name="q" type="search" value=typed/></div>
                <button class="btn">"Search"</button>
            </form>
            {body}
        </One>
    }
    .into_any()
}

fn part(name: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty())
        .then(|| view! { <section class="card"><h2>{name}</h2><ul class="hairline">{rows}</ul></section> }.into_any())
}

/// The pages that have every word in their name or in other words for it.
fn places(q: &str) -> Vec<AnyView> {
    let words: Vec<String> = q.split_whitespace().map(str::to_lowercase).collect();
    let frame = Frame::current();
    let fits = |place: &&Place| {
        let text = format!("{} {}", place.name.to_lowercase(), place.words);
        let has = |word: &String| text.split_whitespace().any(|known| known.starts_with(word.as_str()));
        !words.is_empty() && words.iter().all(has) && frame.may(place.permit)
    };
    let row = |place: &Place| view! { <li><a href=place.path data-item="">{place.name}</a></li> }.into_any();
    PLACES.iter().filter(fits).map(row).collect()
}

fn incidents(found: &Found, q: &str) -> Option<AnyView> {
    let hit = |hit: &HitRow| {
        let (href, text) = (hit.href.clone(), excerpt(&hit.text));
        let (called, said) = match &hit.name {
            Some(name) => (excerpt(name), Some(view! { <small class="muted">" · "{text}</small> })),
            None => (text, None),
        };
        view! { <li><small class="muted">{hit.noun}" "</small><a href=href>{called}</a>{said}</li> }
    };
    let row = |(card, hits): &(IncidentRow, Vec<HitRow>)| {
        let (href, key, title) = (format!("/incidents/{}", card.key), card.key.to_string(), card.title.clone());
        let hits = (!hits.is_empty()).then(|| view! { <ul class="hits">{hits.iter().map(hit).collect_view()}</ul> });
        view! {
            <li>
                <a href=href data-item="">{title}</a>" "<small class="muted mono">{key}</small>
                <p class="cluster"><SevBadge sev=card.severity/><VerdictBadge verdict=card.verdict/><small class="muted">{card.status.label()}</small></p>
                {hits}
            </li>
        }
        .into_any()
    };
    let mut rows: Vec<AnyView> = found.incidents.iter().map(row).collect();
    if found.more {
        let href = format!("/incidents?q={}", form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>());
        rows.push(view! { <li><a href=href>"More incidents with these words"</a></li> }.into_any());
    }
    part("Incidents", rows)
}

fn agents(found: &Found) -> Option<AnyView> {
    let row = |agent: &AgentHit| {
        let owner = (!agent.owner.is_empty()).then(|| format!(" · {} answers for it", agent.owner));
        view! { <li><a href=format!("/agents/{}", agent.id) data-item="">{agent.name.clone()}</a><small class="muted">{owner}</small></li> }.into_any()
    };
    part("Agents", found.agents.iter().map(row).collect())
}
