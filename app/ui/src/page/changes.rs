//! The log of the instance: who did what to whom and when. For admins.

use std::collections::BTreeMap;

use domain::Instant;
use domain::instance::told::{ChangeSentence, Names, fields, tell};
use domain::instance::{InstanceChange, InstanceNoun};
use leptos::context::Provider;
use leptos::prelude::*;

use super::history::{by_day, details, link, person};
use crate::component::address::encode;
use crate::component::day::Day;
use crate::component::form::FormId;
use crate::component::shell::One;
use crate::component::times::to_minute;
use crate::component::{Clock, Select, choices};
use crate::frame::Frame;

/// The filters that the log knows.
const FILTERS: [&str; 2] = ["person", "noun"];

/// A page of the log.
#[derive(Debug, Clone)]
pub struct LogView {
    /// The lines with their links in the chain, the newest first.
    pub changes: Vec<(InstanceChange, String)>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What the accounts are called.
    pub names: Names,
    /// How many lines the log has, and the hash of the last one.
    pub head: (u64, String),
    /// Up to which line the log was signed, and when.
    pub signed: Option<(u64, Instant)>,
}

/// The page. The query holds the filters.
pub fn page(view: &LogView, query: &BTreeMap<String, String>) -> AnyView {
    let filtered = FILTERS.iter().any(|name| query.get(*name).is_some_and(|value| !value.is_empty()));
    let (checked, filters, pager) = (checked(view), filters(view, query, filtered), pager(view, query));
    let version = format!("version {}", view.head.0);
    let none =
        view.changes.is_empty().then(|| view! { <p class="muted">"No line matches. Remove a filter to see more."</p> });
    let days = by_day(view.changes.iter().map(|(change, hash)| (change.at, row(change, hash, &view.names))));
    view! {
        <One>
            <div class="stack">
                <nav class="crumbs" aria-label="Path"><a href="/people">"People"</a></nav>
                <h1>"Log of the instance"</h1>
                <section class="card">
                    <header><h2>"Changes"</h2><small class="muted">{version}</small></header>
                    <p class="muted">"Who did what to accounts, tokens, invitations, sources, rules and alerts, and who was not let in. Each line carries the hash of the one before it. What changes in an incident or an agent is in its own history."</p>
                    {filters}
                    {none}
                    {days}
                    {pager}
                </section>
                {checked}
            </div>
        </One>
    }
    .into_any()
}

fn filters(view: &LogView, query: &BTreeMap<String, String>, filtered: bool) -> impl IntoView + use<> {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (chosen, noun) = (value("person"), value("noun"));
    let mut people: Vec<_> = view.names.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    people.sort_by_key(|(_, name)| name.to_lowercase());
    view! {
        <form class="filters" action="/changes" method="get" aria-label="Filter">
            <Provider value=FormId("filter".into())>
                <Select name="person" label="Person" options=people value=chosen blank="anybody"/>
                <Select name="noun" label="Kind" options=choices(InstanceNoun::ALL, InstanceNoun::word, InstanceNoun::label) value=noun blank="any"/>
            </Provider>
            <button class="btn">"Filter"</button>
            {filtered.then(|| view! { <a class="btn quiet" href="/changes">"Clear"</a> })}
        </form>
    }
}

fn row(change: &InstanceChange, hash: &str, names: &Names) -> AnyView {
    let ChangeSentence { who, act, place } = tell(change, names);
    let (who, link) = (who.as_ref().map(person), link(change.version, hash));
    let fields = details(fields(change, &Frame::current().zone));
    let shown = place.map(|href| view! { " "<a href=href>"Show"<span class="visually-hidden">{format!(" what change {} is about", change.version)}</span></a> });
    view! {
        <li id=format!("change-{}", change.version) data-item="" tabindex="0">
            <Clock time=to_minute(change.at)/>
            <div><p>{who}{act}{shown}</p>{fields}{link}</div>
        </li>
    }
    .into_any()
}

/// How the log is checked, and its end, to be kept elsewhere.
fn checked(view: &LogView) -> impl IntoView + use<> {
    let (version, hash) = view.head.clone();
    let signed = match view.signed {
        Some((until, at)) => view! { <dd>{format!("up to version {until}, ")}<Day at=at/></dd> }.into_any(),
        None => view! { <dd>"not yet; it is once a day"</dd> }.into_any(),
    };
    view! {
        <section class="card">
            <header><h2>"How it is checked"</h2></header>
            <p class="muted"><code>"inquest verify"</code>" walks the log from its first line, works out every hash again, and compares every account, token, invitation, source, way to stop agents, setting, decision about an alert and signing key with the last line about it. It names the first line that was altered, and each row that was changed behind the log’s back."</p>
            <p class="muted">"Whoever owns the database could write the whole log anew. Keep this hash, or the "<a href="/.well-known/inquest/checkpoints">"signed checkpoints"</a>", somewhere else: "<code>"inquest verify --checkpoints FILE"</code>" compares them."</p>
            <dl class="facts"><dt>"Last line"</dt><dd class="num">{format!("version {version}")}</dd><dt>"Its hash"</dt><dd><code>{hash}</code></dd><dt>"Signed"</dt>{signed}</dl>
        </section>
    }
}

fn pager(view: &LogView, query: &BTreeMap<String, String>) -> Option<AnyView> {
    let is_first = query.get("cursor").is_none_or(String::is_empty);
    if is_first && view.next.is_none() {
        return None;
    }
    let kept = |name: &&str| {
        query.get(*name).filter(|value| !value.is_empty()).map(|value| format!("{name}={}", encode(value)))
    };
    let pairs: Vec<String> = FILTERS.iter().filter_map(kept).collect();
    let older = view.next.as_ref().map(|next| {
        let href = format!("/changes?{}", [pairs.clone(), vec![format!("cursor={next}")]].concat().join("&"));
        view! { <a class="btn small" href=href>"Older"</a> }
    });
    let newest = format!("/changes?{}", pairs.join("&"));
    Some(view! { <nav class="pager" aria-label="Pages of the log">{(!is_first).then(|| view! { <a class="btn small" href=newest>"Newest"</a> })}{older}</nav> }.into_any())
}
