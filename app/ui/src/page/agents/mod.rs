//! The registry of agents: the list, and one agent with its grants, reviews, incidents, comments and history.

mod agent;
mod containments;
mod fields;
mod grants;
mod history;
mod review;
mod seen;

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::agent::AgentStatus;
use domain::{Id, Instant, Key};
use leptos::context::Provider;
use leptos::prelude::*;

use crate::component::address::encode;
use crate::component::day::Day;
use crate::component::form::FormId;
use crate::component::shell::{Empty, One};
use crate::component::{Field, Select, choices};
use crate::frame::Frame;

pub use agent::{AgentView, Place, page as agent_page};
pub use containments::StopChoice;
pub use fields::new_page;
pub use history::news;
pub use review::page as review_page;
pub use seen::{SeenRow, page as seen_page};

/// An agent in the list.
#[derive(Debug, Clone)]
pub struct AgentRow {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Whether it may act at all.
    pub status: AgentStatus,
    /// Who answers for it; empty where nobody does.
    pub owner: String,
    /// Whether nobody answers for it any more.
    pub unowned: bool,
    /// Its team.
    pub team: String,
    /// How many grants have not ended.
    pub grants: u64,
    /// When they are to be reviewed.
    pub next_review: Option<Instant>,
    /// Whether that time has passed.
    pub overdue: bool,
    /// When it was last seen to act in an incident.
    pub last_seen: Option<Instant>,
    /// The incidents it appears in, the newest first.
    pub incidents: Vec<Key>,
    /// How many of its acts there lay outside of what it was granted.
    pub outside: u64,
}

/// How many agents there are.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// All of them.
    pub all: u64,
    /// Those whose review is overdue.
    pub overdue: u64,
    /// Those for which nobody answers.
    pub unowned: u64,
    /// Names in incidents that no agent is known by.
    pub strangers: Vec<String>,
}

/// The filters that the list knows.
const FILTERS: [&str; 5] = ["q", "owner", "status", "overdue", "unowned"];

/// The list. The query holds the filters; `next` is where the next page begins.
pub fn list_page(rows: &[AgentRow], counts: &Counts, query: &BTreeMap<String, String>, next: Option<&str>) -> AnyView {
    let filtered = FILTERS.iter().any(|name| query.get(*name).is_some_and(|value| !value.is_empty()));
    let body = match (rows.is_empty(), filtered) {
        (true, true) => no_match(),
        (true, false) => nothing(&counts.strangers),
        (false, _) => table(rows),
    };
    let empty = counts.all == 0;
    let (told, acts) = (told(counts), acts(empty));
    let filters = (!empty || filtered).then(|| filters(query, filtered));
    let pager = next.map(|next| pager(query, next));
    view! {
        <One>
            <div class="stack">
                <div class="spread"><h1>"Agents"</h1>{acts}</div>
                {told}
                {filters}
                {body}
                {pager}
            </div>
        </One>
    }
    .into_any()
}

fn acts(empty: bool) -> impl IntoView {
    let may = Frame::current().may(Permit::Edit);
    view! {
        <div class="actions">
            <a class="btn quiet" href="/agents/seen">"Seen in logs"</a>
            {(!empty).then(|| view! { <a class="btn quiet" href="/agents/export">"Download as CSV"</a> })}
            {may.then(|| view! { <a class="btn p" href="/agents/new">"Register an agent"</a> })}
        </div>
    }
}

/// What needs somebody, in a line with links.
fn told(counts: &Counts) -> Option<AnyView> {
    if counts.all == 0 {
        return None;
    }
    let all = if counts.all == 1 { "1 agent".to_string() } else { format!("{} agents", counts.all) };
    let link = |count: u64, href: &'static str, words: &'static str| {
        (count > 0).then(|| view! { " · "<a href=href>{format!("{count} {words}")}</a> })
    };
    let strangers = u64::try_from(counts.strangers.len()).unwrap_or(u64::MAX);
    Some(
        view! {
            <p class="muted">
                {all}
                {link(counts.overdue, "/agents?overdue=true", "with an overdue review")}
                {link(counts.unowned, "/agents?unowned=true", "without an owner")}
                {link(strangers, "/agents/seen", "seen in logs and not registered")}
            </p>
        }
        .into_any(),
    )
}

fn filters(query: &BTreeMap<String, String>, filtered: bool) -> impl IntoView + use<> {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (q, owner, status) = (value("q"), value("owner"), value("status"));
    let (overdue, unowned) = (value("overdue"), value("unowned"));
    view! {
        <form class="filters" action="/agents" method="get" aria-label="Filter">
            <Provider value=FormId("filter".into())>
                <Field name="q" label="Words" value=q/>
                <Field name="owner" label="Owner" value=owner/>
                <Select name="status" label="Status" options=choices(AgentStatus::ALL, AgentStatus::word, AgentStatus::label) value=status blank="any"/>
                <Select name="overdue" label="Review" options=vec![("true".into(), "overdue".into())] value=overdue blank="any"/>
                <Select name="unowned" label="Has an owner" options=vec![("true".into(), "no".into())] value=unowned blank="any"/>
            </Provider>
            <button class="btn">"Filter"</button>
            {filtered.then(|| view! { <a class="btn quiet" href="/agents">"Clear"</a> })}
        </form>
    }
}

fn no_match() -> AnyView {
    view! {
        <h2 class="visually-hidden">"List"</h2>
        <Empty title="No agent matches" text="Remove a filter, or search for a part of the name.">
            <p><a class="btn" href="/agents">"Show all agents"</a></p>
        </Empty>
    }
    .into_any()
}

fn nothing(strangers: &[String]) -> AnyView {
    let may = Frame::current().may(Permit::Edit);
    let named = strangers.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    let seen = match strangers.len() {
        0 => None,
        1 => Some(format!("Register {named}, seen in an incident")),
        many if many <= NAMED_MAX => Some(format!("Register {named}, seen in incidents")),
        many => Some(format!("Register {named} and {} more, seen in incidents", many - NAMED_MAX)),
    };
    view! {
        <h2 class="visually-hidden">"List"</h2>
        <Empty title="No agent is registered yet"
            text="Register the agents you run. Each one has an owner, grants that say what it may do, and a regular review. Inquest then compares what the agent does in logs and incidents with its grants. Start with the name your logs use for it.">
            <p class="cluster">
                {seen.map(|words| view! { <a class="btn p" href="/agents/seen">{words}</a> })}
                {may.then(|| view! { <a class="btn" href="/agents/new">"Register an agent"</a> })}
            </p>
        </Empty>
    }
    .into_any()
}

const HEADS: [&str; 8] =
    ["Agent", "Owner", "Status", "Grants", "Next review", "Last seen", "Incidents", "Acts outside grants"];

fn table(rows: &[AgentRow]) -> AnyView {
    view! {
        <table class="table" role="table" aria-label="Agents">
            <thead role="rowgroup"><tr role="row">{HEADS.into_iter().map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).collect_view()}</tr></thead>
            <tbody role="rowgroup">{rows.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(agent: &AgentRow) -> impl IntoView + use<> {
    let href = format!("/agents/{}", agent.id);
    let team = (!agent.team.is_empty()).then(|| view! { " "<small class="muted">{agent.team.clone()}</small> });
    let outside = match agent.outside {
        0 => view! { "none" }.into_any(),
        count => view! { <span class="flag no">{count.to_string()}</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader"><a href=href data-item>{agent.name.clone()}</a>{team}</th>
            <td role="cell" data-label="Owner">{owner_text(&agent.owner, agent.unowned)}</td>
            <td role="cell" data-label="Status">{status_flag(agent.status)}</td>
            <td role="cell" data-label="Grants">{agent.grants.to_string()}</td>
            <td role="cell" data-label="Next review">{review_text(agent.next_review, agent.overdue)}</td>
            <td role="cell" data-label="Last seen">{day_or(agent.last_seen, "not known")}</td>
            <td role="cell" data-label="Incidents">{incidents(&agent.incidents)}</td>
            <td role="cell" data-label="Acts outside grants">{outside}</td>
        </tr>
    }
}

/// So many incidents are named in a row; the others are on the agent's page.
const NAMED_MAX: usize = 3;

fn incidents(keys: &[Key]) -> AnyView {
    if keys.is_empty() {
        return view! { "none" }.into_any();
    }
    let mut keys: Vec<Key> = keys.to_vec();
    keys.dedup();
    let rest = keys.len().saturating_sub(NAMED_MAX);
    let links = keys.iter().take(NAMED_MAX).map(|key| {
        let href = format!("/incidents/{key}/principals");
        view! { <a class="mono" href=href>{key.to_string()}</a>" " }
    });
    view! { {links.collect_view()}{(rest > 0).then(|| view! { <span class="muted">{format!("and {rest} more")}</span> })} }
        .into_any()
}

/// Who answers for an agent; that nobody does is seen at once.
fn owner_text(owner: &str, unowned: bool) -> AnyView {
    match (owner, unowned) {
        ("", _) => view! { <span class="flag no">"no owner"</span> }.into_any(),
        (owner, true) => {
            view! { <span class="flag no">"no owner"</span>" "<small class="muted">{format!("the account of {owner} is disabled")}</small> }
                .into_any()
        }
        (owner, false) => owner.to_string().into_any(),
    }
}

fn status_flag(status: AgentStatus) -> AnyView {
    let class = match status {
        AgentStatus::Proposed => "flag un",
        AgentStatus::Active => "flag",
        AgentStatus::Suspended => "flag no",
        AgentStatus::Retired => "flag off",
    };
    view! { <span class=class>{status.label()}</span> }.into_any()
}

fn review_text(next: Option<Instant>, overdue: bool) -> AnyView {
    match next {
        None => view! { <span class="muted">"not scheduled"</span> }.into_any(),
        Some(at) if overdue => view! { <span class="flag no">"overdue"</span>" "<Day at=at/> }.into_any(),
        Some(at) => view! { <Day at=at/> }.into_any(),
    }
}

fn day_or(at: Option<Instant>, none: &'static str) -> AnyView {
    match at {
        Some(at) => view! { <Day at=at/> }.into_any(),
        None => view! { <span class="muted">{none}</span> }.into_any(),
    }
}

fn pager(query: &BTreeMap<String, String>, next: &str) -> impl IntoView + use<> {
    let kept = FILTERS.iter().filter_map(|name| query.get(*name).map(|value| (*name, value)));
    let kept = kept.filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let href = format!("/agents?{}", [pairs, vec![format!("cursor={next}")]].concat().join("&"));
    view! { <nav class="pager" aria-label="Pages"><a class="btn small" href="/agents">"First page"</a><a class="btn small" href=href>"Next"</a></nav> }
}
