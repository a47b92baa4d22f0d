//! Whether anything is wrong now, and what to do: alerts, agents that are stopped, and how the sources are.

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::counted::{counted, counted_as};
use domain::watch::{AlertState, Level, RuleKind, SourceState};
use leptos::context::Provider;
use leptos::prelude::*;

use super::alert::{self, AlertView};
use super::containment::{ContainmentView, line};
use super::nav::nav;
use super::{SourceView, moment, seconds, setup, state};
use crate::component::address::encode;
use crate::component::form::FormId;
use crate::component::shell::{Empty, One};
use crate::component::{Field, Select, choices};
use crate::frame::Frame;

/// The filters that the list knows.
const FILTERS: [&str; 6] = ["state", "level", "rule", "agent", "source", "incident"];

/// Everything the page shows.
#[derive(Debug, Clone, Default)]
pub struct WatchView {
    /// A page of alerts: those that are open first.
    pub alerts: Vec<AlertView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Containments that are not over.
    pub containments: Vec<ContainmentView>,
    /// All sources.
    pub sources: Vec<SourceView>,
}

/// The page. The query holds the filters.
pub fn page(view: &WatchView, query: &BTreeMap<String, String>) -> AnyView {
    let filtered = FILTERS.iter().any(|name| query.get(*name).is_some_and(|value| !value.is_empty()));
    let is_new = view.sources.is_empty() && view.alerts.is_empty() && !filtered;
    let body = if is_new { first_steps() } else { full(view, query, filtered) };
    view! {
        <One>
            <div class="stack">
                {nav()}
                <h1>"Watch"</h1>
                {body}
                {alert::people()}
                <p><span class="live">"updates when the page is reloaded"</span></p>
            </div>
        </One>
    }
    .into_any()
}

fn first_steps() -> AnyView {
    let may = Frame::current().may(Permit::Admin);
    let add = may.then(|| view! { <p><a class="btn p" href="/watch/sources/new">"Add a source"</a></p> });
    let text = "Inquest listens while agents act, tells at once when one leaves its scope, and proves from the log whether it was stopped. Add a source, then paste a few lines into what your agents already send.";
    let who = (!may).then(|| view! { <p class="muted">"An admin can add one."</p> });
    view! {
        <h2 class="visually-hidden">"First steps"</h2>
        <Empty title="Nothing is watched yet" text=text>{add}{who}</Empty>
        {setup::all("https://inquest.example", "ID", "TOKEN")}
    }
    .into_any()
}

fn full(view: &WatchView, query: &BTreeMap<String, String>, filtered: bool) -> AnyView {
    let (told, stopped, sources) = (told(view), stopped(&view.containments), sources(&view.sources));
    let is_first = query.get("cursor").is_none_or(String::is_empty);
    let above = is_first.then_some((told, stopped, sources));
    let filters = filters(query, filtered, &view.sources);
    let list = if view.alerts.is_empty() { none(filtered) } else { list(&view.alerts) };
    let pager = view.next.as_deref().map(|next| pager(query, next));
    view! {
        {above}
        <section class="card" id="alerts">
            <header><h2>"Alerts"</h2></header>
            {filters}{list}{pager}
        </section>
    }
    .into_any()
}

/// Whether anything is wrong now, in a sentence.
fn told(view: &WatchView) -> impl IntoView + use<> {
    let open = Frame::current().alerts;
    let not_stopped = view.containments.iter().filter(|one| one.acts_after() > 0).count();
    let ill = |view: &&SourceView| matches!(view.health.state, SourceState::Silent | SourceState::Late);
    let ill = view.sources.iter().filter(ill).count();
    let mut wrong = Vec::new();
    if open > 0 {
        wrong.push(counted(open, "open alert"));
    }
    if not_stopped > 0 {
        wrong.push(counted_as(not_stopped, "agent went on after its stop", "agents went on after their stop"));
    }
    if ill > 0 {
        wrong.push(counted_as(ill, "source is silent or late", "sources are silent or late"));
    }
    let listening = view.sources.iter().filter(|view| view.health.state == SourceState::Live).count();
    match (wrong.is_empty(), listening) {
        (false, _) => {
            let said = format!("{}.", domain::counted::and(&wrong));
            view! { <p class="notice stop" role="status">{said}</p> }.into_any()
        }
        (true, 0) => {
            view! { <p class="notice warn" role="status">"No alert is open, but no source is live: nobody would see an act."</p> }.into_any()
        }
        (true, live) => {
            let said = format!("No alert is open. {} live.", counted_as(live, "source is", "sources are"));
            view! { <p class="notice info" role="status">{said}</p> }.into_any()
        }
    }
}

fn stopped(containments: &[ContainmentView]) -> Option<AnyView> {
    (!containments.is_empty()).then(|| {
        view! {
            <section class="card" id="containments">
                <header><h2>"Stopped agents "<span class="count num">{containments.len().to_string()}</span></h2><small class="muted">"each waits for a reviewer"</small></header>
                <ul class="hairline">{containments.iter().map(line).collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

fn sources(sources: &[SourceView]) -> impl IntoView + use<> {
    let open: Vec<_> = sources.iter().filter(|view| view.health.state != SourceState::Closed).collect();
    let body = if open.is_empty() {
        view! { <p class="muted">"No source is open."</p> }.into_any()
    } else {
        view! { <ul class="hairline">{open.into_iter().map(source).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card" id="sources">
            <header><h2>"Sources"</h2><div class="actions"><a class="btn quiet small" href="/watch/sources">"All sources"</a></div></header>
            {body}
        </section>
    }
}

fn source(view: &SourceView) -> impl IntoView + use<> {
    let health = &view.health;
    let href = format!("/watch/sources/{}", view.source.id);
    let waits = health.waiting_micros.map(|micros| format!(", {} behind", seconds(micros)));
    let since = health.silent_since.map(|since| format!(", silent since {}", moment(Some(since))));
    let said = format!(
        "{} in the last minute, last {}",
        counted(u64::try_from(health.records_last_minute).unwrap_or(0), "record"),
        moment(health.last_at)
    );
    view! {
        <li class="spread">
            <span class="cluster"><a href=href data-item>{view.source.name.clone()}</a>{state(health.state)}</span>
            <small class="muted">{said}{waits}{since}</small>
        </li>
    }
}

fn filters(query: &BTreeMap<String, String>, filtered: bool, sources: &[SourceView]) -> impl IntoView + use<> {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (state, level, rule) = (value("state"), value("level"), value("rule"));
    let (agent, source, incident) = (value("agent"), value("source"), value("incident"));
    let known = sources.iter().map(|view| (view.source.id.to_string(), view.source.name.clone())).collect::<Vec<_>>();
    let kept = (!incident.is_empty()).then(|| view! { <Field name="incident" label="Incident" value=incident/> });
    view! {
        <form class="filters" action="/watch#alerts" method="get" aria-label="Filter">
            <Provider value=FormId("filter".into())>
                <Select name="state" label="State" options=choices(AlertState::ALL, AlertState::word, AlertState::label) value=state blank="open first"/>
                <Select name="level" label="Level" options=choices(Level::ALL, Level::word, Level::label) value=level blank="any"/>
                <Select name="rule" label="Rule" options=choices(RuleKind::ALL, RuleKind::word, RuleKind::label) value=rule blank="any"/>
                <Field name="agent" label="Agent" value=agent/>
                <Select name="source" label="Source" options=known value=source blank="any"/>
                {kept}
            </Provider>
            <button class="btn">"Filter"</button>
            {filtered.then(|| view! { <a class="btn quiet" href="/watch#alerts">"Clear"</a> })}
        </form>
    }
}

fn none(filtered: bool) -> AnyView {
    if filtered {
        view! { <p class="muted">"No alert matches. Remove a filter to see more."</p> }.into_any()
    } else {
        view! { <p class="muted">"The rules have said nothing yet. "<a href="/watch/rules">"See what they would have said"</a></p> }
            .into_any()
    }
}

fn list(alerts: &[AlertView]) -> AnyView {
    let rows = alerts.iter().map(|one| alert::row(one, true)).collect_view();
    view! { <ul class="hairline">{rows}</ul> }.into_any()
}

fn pager(query: &BTreeMap<String, String>, next: &str) -> impl IntoView + use<> {
    let kept = FILTERS.iter().filter_map(|name| query.get(*name).map(|value| (*name, value)));
    let kept = kept.filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let href = format!("/watch?{}#alerts", [pairs, vec![format!("cursor={}", encode(next))]].concat().join("&"));
    view! { <nav class="pager" aria-label="Pages"><a class="btn small" href="/watch#alerts">"First page"</a><a class="btn small" href=href>"Next"</a></nav> }
}
