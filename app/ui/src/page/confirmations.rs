//! The confirmation-gate map: what agents did, how often, and whether a person confirmed it.

use std::collections::BTreeMap;

use domain::confirmations::{GateMap, GateRow, way_of_confirming};
use domain::counted::counted;
use domain::reader::log::Filter;
use domain::timeline::{Effect, Verb};
use domain::vocabulary::Confirmation;
use leptos::context::Provider;
use leptos::prelude::*;

use super::case::case_page;
use super::records::FILTER;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::day::Day;
use crate::component::form::FormId;
use crate::component::pick::evidence_choices;
use crate::component::shell::Empty;
use crate::component::{ActButton, Field, Select};

/// What the map is asked for.
#[derive(Debug, Clone, Default)]
pub struct MapQuery {
    /// What is counted.
    pub filter: Filter,
    /// A row for each agent, and not for all together.
    pub is_by_agent: bool,
    /// The fields as they were typed.
    pub typed: BTreeMap<String, String>,
}

impl MapQuery {
    fn typed(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }

    /// The same as the query of another page, with a narrower filter.
    fn query(&self, filter: &Filter) -> String {
        let evidence = self.typed.get("evidence").filter(|id| !id.is_empty()).cloned();
        let pairs = filter.pairs().into_iter().chain(evidence.map(|id| ("evidence", id)));
        pairs.map(|(name, value)| format!("{name}={}", encode(&value))).collect::<Vec<_>>().join("&")
    }
}

/// The page; without a map, what was typed could not be read.
pub fn page(case: &Case, query: &MapQuery, map: Option<&GateMap>) -> AnyView {
    // Where no log tells of an agent, there is nothing to choose from.
    let is_narrowed = query.typed.values().any(|value| !value.is_empty());
    let form = (is_narrowed || map.is_none_or(|map| !map.rows.is_empty())).then(|| form(case, query));
    let body = view! {
        <section class="card" id="map">
            <header><h2>"What people confirmed"</h2>{map.map(|map| view! { <small class="muted">{counted(map.total, "act")}</small> })}</header>
            <div class="stack">
                <p class="muted">"Each row is something that agents did, to a group of resources: what cannot be undone stands first. Only a person’s yes to the act itself, before it, is a confirmation. Every number leads to its records."</p>
                {form}
            </div>
            {map.map(|map| shown(case, query, map))}
        </section>
    };
    case_page(case, "confirmations", body.into_any())
}

fn form(case: &Case, query: &MapQuery) -> impl IntoView + use<> {
    let (action, items) = (case.url("confirmations"), evidence_choices(case));
    let by = vec![("all".to_string(), "all agents".to_string()), ("agent".into(), "each agent".into())];
    let chosen = if query.is_by_agent { "agent" } else { "all" };
    let (evidence, from, to, actor) =
        (query.typed("evidence"), query.typed("from"), query.typed("to"), query.typed("actor"));
    view! {
        <form method="get" action=action aria-label="Choose what is counted">
            <Provider value=FormId(FILTER.into())>
                <div class="filters">
                    <Select name="by" label="A row for" options=by value=chosen/>
                    <Field name="actor" label="Agent" value=actor/>
                    <Select name="evidence" label="Evidence" options=items value=evidence blank="all"/>
                    <Field name="from" label="From" value=from/>
                    <Field name="to" label="Until" value=to/>
                    <button class="btn">"Show"</button>
                </div>
            </Provider>
        </form>
    }
}

fn shown(case: &Case, query: &MapQuery, map: &GateMap) -> AnyView {
    if map.rows.is_empty() {
        return view! {
            <Empty title="No act of an agent is in these logs" text="When a log is added as evidence and read, this page counts what agents did and how each act was confirmed. What these logs do not record, they cannot show."/>
        }
        .into_any();
    }
    let by = if query.is_by_agent { "&by=agent" } else { "" };
    let export = format!("{}?{}{by}", case.url("confirmations/export"), query.query(&query.filter));
    let old = match map.without_confirmation {
        0 => None,
        1 => Some("1 record was".to_string()),
        count => Some(format!("{count} records were")),
    };
    view! {
        {old.map(|records| view! { <p class="muted">{format!("{records} read before it was kept how each act was confirmed, and stand here as unknown: have the log read again.")}</p> })}
        {table(case, query, &map.rows)}
        {(map.left_out > 0).then(|| view! { <p class="muted">{format!("{} more rows are not shown: choose an agent, an evidence item or a shorter time.", map.left_out)}</p> })}
        {dark(&map.dark)}
        <div class="stack">
            <p><a href=export>"Download this map as a table"</a></p>
            {in_postmortem(case, query)}
        </div>
    }
    .into_any()
}

/// What the postmortem shows of it, and the way to put this map there.
fn in_postmortem(case: &Case, query: &MapQuery) -> Option<impl IntoView + use<>> {
    let (kept, action) = (case.dossier.postmortem().map, case.url("postmortem/confirmations"));
    let names = ["evidence", "from", "to", "actor"];
    let typed = names.map(|name| (name, query.typed(name))).into_iter().filter(|(_, value)| !value.is_empty());
    let by = query.is_by_agent.then(|| ("by", "agent".to_string()));
    let (fields, remove) = (typed.chain(by).collect::<Vec<_>>(), format!("{action}/delete"));
    let label = if kept.is_some() { "Replace it with this map" } else { "Put this map into the postmortem" };
    let postmortem = format!("{}#part-confirmations", case.url("postmortem"));
    let told = kept.as_ref().map(|map| {
        let acts = counted(map.total, "act");
        view! { <p>{format!("The postmortem shows a map of {acts}, put there by {} on ", map.kept.by.name)}<Day at=map.kept.at/>". "<a href=postmortem>"Show it"</a></p> }
    });
    let is_kept = kept.is_some();
    (case.may_edit() || is_kept).then(|| {
        view! {
            <section class="stack" aria-labelledby="in-postmortem">
                <h3 id="in-postmortem">"In the postmortem"</h3>
                {told}
                {case.may_edit().then(|| view! {
                    <div class="cluster">
                        <ActButton action=action label=label class="btn small" fields=fields/>
                        {is_kept.then(|| view! { <ActButton action=remove label="Remove it from the postmortem"/> })}
                    </div>
                })}
            </section>
        }
    })
}

fn table(case: &Case, query: &MapQuery, rows: &[GateRow]) -> impl IntoView + use<> {
    let head = |text: &'static str| view! { <th role="columnheader" scope="col">{text}</th> };
    let ways = Confirmation::ALL.iter().map(|way| head(way_of_confirming(*way))).collect_view();
    let rows = rows.iter().map(|row| line(case, query, row)).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Acts by how they were confirmed">
            <table class="table gate-map" role="table">
                <caption class="visually-hidden">"What agents did, by how it was confirmed"</caption>
                <thead><tr role="row">{head("What")}{head("Declared rule")}{ways}{head("In all")}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn line(case: &Case, query: &MapQuery, row: &GateRow) -> impl IntoView + use<> {
    let narrowed = Filter {
        verb: Some(row.verb),
        effect: Some(row.effect),
        group: (!row.group.is_empty()).then(|| row.group.clone()),
        actor: if row.actor.is_empty() { query.filter.actor.clone() } else { Some(row.actor.clone()) },
        ..query.filter.clone()
    };
    let records = |filter: &Filter| format!("{}?{}", case.url("records"), query.query(filter));
    let name = row.name();
    let cells = Confirmation::ALL.iter().map(|way| {
        let count = row.count(*way);
        let href = records(&Filter { confirmation: Some(*way), ..narrowed.clone() });
        let label = format!("{count} records, {}: {name}", way_of_confirming(*way));
        let inside = match count {
            0 => view! { <span class="muted">"0"</span> }.into_any(),
            _ => view! { <a href=href aria-label=label>{count}</a> }.into_any(),
        };
        view! { <td role="cell" data-label=way_of_confirming(*way)>{inside}</td> }
    });
    let all = records(&narrowed);
    let grave = row.effect >= Effect::Destructive;
    let open = row.is_open.then(|| view! { " " <span class="flag no">"without the yes it needs"</span> });
    view! {
        <tr role="row">
            <td role="cell" data-label="What"><b>{name.clone()}</b>" "<span class=if grave { "flag no" } else { "flag" }>{row.effect.label()}</span>{bar(row)}</td>
            <td role="cell" data-label="Declared rule">{row.declared.clone()}{open}</td>
            {cells.collect_view()}
            <td role="cell" data-label="In all"><a href=all aria-label=format!("{} records in all: {name}", row.total())>{row.total()}</a></td>
        </tr>
    }
}

/// The counts as one bar; the numbers beside it say the same.
fn bar(row: &GateRow) -> impl IntoView + use<> {
    let total = row.total().max(1) as f64;
    let mut from = 0.0;
    let parts = Confirmation::ALL.iter().filter(|way| row.count(**way) > 0).map(|way| {
        let width = row.count(*way) as f64 / total * 100.0;
        let x = from;
        from += width;
        view! { <rect class=way.word() x=format!("{x:.2}") y="0" width=format!("{width:.2}") height="8"/> }
    });
    let parts = parts.collect_view();
    view! { <svg class="gate-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">{parts}</svg> }
}

/// The verbs that nobody's records show here.
fn dark(verbs: &[Verb]) -> Option<impl IntoView + use<>> {
    let verbs: Vec<&str> = verbs.iter().map(|verb| verb.label()).collect();
    (!verbs.is_empty()).then(|| view! {
        <section class="gate-dark" aria-labelledby="dark">
            <h3 id="dark">"Dark: no source shows these"</h3>
            <p>{verbs.join(" · ")}</p>
            <p class="muted">"The chosen logs hold no such act by anybody, so that they may not record it at all. That is not zero: add a log that would show it."</p>
        </section>
    })
}
