//! The list of incidents, and the form that files one.

mod filter;
mod new;

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::incident::Status;
use domain::severity::Sev;
use domain::verdict::Verdict;
use domain::watch::drafting::DraftState;
use domain::{Instant, Key, TimeRange};
use leptos::prelude::*;

use crate::component::badge::{SevBadge, VerdictBadge};
use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::{ActButton, Icon, When};
use crate::frame::Frame;

pub use new::new_page;

/// An incident as the list shows it.
#[derive(Debug, Clone)]
pub struct IncidentRow {
    /// Its key.
    pub key: Key,
    /// Its title.
    pub title: String,
    /// Where the work stands.
    pub status: Status,
    /// Whether only members see it.
    pub private: bool,
    /// The effective severity, if it was rated or declared.
    pub severity: Option<Sev>,
    /// The verdict.
    pub verdict: Verdict,
    /// When it happened, as finely as it is known.
    pub occurred: TimeRange,
    /// The incident that it was merged into.
    pub merged_into: Option<Key>,
    /// What became of it, where a rule drafted it.
    pub drafted: Option<DraftState>,
    /// When it was filed.
    pub filed: Instant,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// The incidents that match, newest first. `next` is the cursor of older ones;
/// `total_known_empty` says that the instance has none at all.
pub fn list_page(
    cards: &[IncidentRow],
    query: &BTreeMap<String, String>,
    next: Option<i64>,
    total_known_empty: bool,
) -> AnyView {
    if cards.is_empty() && total_known_empty {
        return first_steps();
    }
    let list = if cards.is_empty() { nothing_found() } else { table(cards) };
    let (filters, pager) = (filter::bar(query), pager(query, next));
    view! {
        <One>
            <div class="stack">
                <div class="spread">
                    <h1>"Incidents"</h1>
                    {may_file().then(|| view! { <a class="btn p" href="/incidents/new"><Icon name="plus"/>"File an incident"</a> })}
                </div>
                {filters}
                {list}
                {pager}
            </div>
        </One>
    }
    .into_any()
}

fn may_file() -> bool {
    Frame::current().may(Permit::Edit)
}

/// What leads somebody who sees no incident yet.
pub(super) fn first_steps() -> AnyView {
    let library = Frame::current().may(Permit::Admin);
    view! {
        <One>
            <section class="hero">
                <Icon name="plus"/>
                <h1>"No incidents yet"</h1>
                <p>"Here stands every incident in which an AI agent acted: what it did and on whose behalf, how bad it was, whether anybody knows that nothing was harmed, and which control should have stopped it."</p>
                <p>"Filing one takes a minute: a title, what happened, and roughly when. Everything else can follow while you find out."</p>
                {library.then(|| view! { <p class="muted">"The example library holds five public agent incidents, worked through: what a case file looks like when it is done, contradictions and open questions included."</p> })}
                {(!may_file()).then(|| view! { <p class="muted">"Your role reads incidents. A responder or an admin files the first one."</p> })}
                <div class="actions">
                    {may_file().then(|| view! { <a class="btn p" href="/incidents/new">"File the first incident"</a> })}
                    {library.then(|| view! { <ActButton action="/library" label="Load the example library" class="btn"/> })}
                </div>
            </section>
        </One>
    }
    .into_any()
}

fn nothing_found() -> AnyView {
    view! {
        <h2 class="visually-hidden">"Results"</h2>
        <Empty title="No incident matches" text="Take a filter away, or search for another word.">
            <p><a class="btn" href="/incidents">"Show all incidents"</a></p>
        </Empty>
    }
    .into_any()
}

fn table(cards: &[IncidentRow]) -> AnyView {
    let heads = ["Incident", "Severity", "Verdict", "Occurred", "Status"];
    view! {
        <table class="table" role="table" aria-label="Incidents">
            <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
            <tbody role="rowgroup">{cards.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(card: &IncidentRow) -> impl IntoView + use<> {
    let key = card.key.to_string();
    let occurred = view! { <When time=card.occurred.clone()/> };
    // The library's own marks tell nobody anything.
    let tags: Vec<&str> = card.tags.iter().map(String::as_str).filter(|tag| !tag.starts_with("example:")).collect();
    let tags = tags.join(" · ");
    view! {
        <tr role="row" id=format!("incident-{key}")>
            <th scope="row" role="rowheader">
                <a href=format!("/incidents/{key}") data-item>{card.title.clone()}</a>
                <br/>
                <small class="muted">
                    <span class="mono">{key.clone()}</span>
                    {card.private.then(|| view! { " · " <Icon name="lock"/> " private" })}
                    {card.merged_into.map(|into| view! { " · " <a href=format!("/incidents/{into}")>{format!("Merged into {into}")}</a> })}
                    {card.drafted.map(|state| format!(" · {}", draft_words(state)))}
                    {(!tags.is_empty()).then(|| format!(" · {tags}"))}
                </small>
            </th>
            <td role="cell" data-label="Severity"><SevBadge sev=card.severity/></td>
            <td role="cell" data-label="Verdict"><VerdictBadge verdict=card.verdict/></td>
            <td role="cell" data-label="Occurred">{occurred}<br/><small class="muted">"filed " <Day at=card.filed/></small></td>
            <td role="cell" data-label="Status">{card.status.label()}</td>
        </tr>
    }
}

/// What a list says of a draft. One that was adopted is an incident like any other, and was drafted all the same.
fn draft_words(state: DraftState) -> &'static str {
    match state {
        DraftState::Drafted => "drafted by a rule, not adopted yet",
        DraftState::Adopted => "drafted by a rule",
        DraftState::Discarded => "drafted by a rule and discarded",
    }
}

fn pager(query: &BTreeMap<String, String>, next: Option<i64>) -> Option<AnyView> {
    let later = query.contains_key("cursor");
    if !later && next.is_none() {
        return None;
    }
    let newest = later.then(|| filter::address(query, None));
    let older = next.map(|cursor| filter::address(query, Some(cursor)));
    let link = |href: String, label: &'static str| view! { <a class="btn small" href=href>{label}</a> };
    Some(view! { <nav class="pager" aria-label="Pages">{newest.map(|href| link(href, "Newest"))}{older.map(|href| link(href, "Older"))}</nav> }.into_any())
}
