//! The filter above a list of records: a plain form, so that a filtered list has an address; and the facets, each a
//! link that narrows or widens it.

use domain::reader::log::{Facets, Suggestion};
use domain::timeline::{Effect, Outcome, Verb};
use domain::vocabulary::{Confirmation, PrincipalKind};
use leptos::context::Provider;
use leptos::prelude::*;

use super::query::RecordQuery;
use crate::case::Case;
use crate::component::form::FormId;
use crate::component::{Choice, Field, Select, choices};

/// The id of the form; its fields are bound to it, so that a filter that cannot be read comes back with its sentence.
pub const FILTER: &str = "filter";

/// How many values of a facet stand there without being asked for.
const VALUES_MAX: usize = 6;

/// The form. `items` are the evidence items to choose from, where the page is not of one item.
pub(in crate::page) fn form(query: &RecordQuery, items: Option<Vec<Choice>>, submit: &'static str) -> AnyView {
    let (path, clear) = (query.path.clone(), query.path.clone());
    let narrows = query.narrows();
    let rest =
        ["actor", "action", "resource", "kind", "verb", "effect", "outcome", "confirmation", "group", "suggestion"];
    let open = rest.iter().any(|name| !query.typed(name).is_empty());
    let typed = |name: &str| query.typed(name);
    let (q, from, to, chosen) = (typed("q"), typed("from"), typed("to"), typed("evidence"));
    let (actor, action, resource) = (typed("actor"), typed("action"), typed("resource"));
    let (kind, verb, effect) = (typed("kind"), typed("verb"), typed("effect"));
    let group = typed("group");
    let (outcome, confirmation, suggestion) = (typed("outcome"), typed("confirmation"), typed("suggestion"));
    view! {
        <form class="record-filter" method="get" action=path id="records-filter" aria-label="Narrow the records">
            <Provider value=FormId(FILTER.into())>
                <div class="filters">
                    <Field name="q" label="Words" kind="search" value=q key="/"/>
                    <Field name="from" label="From" value=from/>
                    <Field name="to" label="Until" value=to/>
                    {items.map(|items| view! { <Select name="evidence" label="Evidence" options=items value=chosen blank="all"/> })}
                    <button class="btn">{submit}</button>
                    {narrows.then(|| view! { <a class="btn quiet" href=clear>"Show all"</a> })}
                </div>
                <details open=open data-stays="">
                    <summary>"More to narrow by"</summary>
                    <div class="filters">
                        <Field name="actor" label="Actor" value=actor/>
                        <Select name="kind" label="Kind of actor" options=choices(PrincipalKind::ALL, PrincipalKind::word, PrincipalKind::label) value=kind blank="any"/>
                        <Select name="verb" label="What was done" options=choices(Verb::ALL, Verb::word, Verb::label) value=verb blank="any"/>
                        <Field name="action" label="In the words of the log" value=action/>
                        <Field name="resource" label="Resource" value=resource/>
                        <Field name="group" label="Group of resources" value=group/>
                        <Select name="effect" label="Effect" options=choices(Effect::ALL, Effect::word, Effect::label) value=effect blank="any"/>
                        <Select name="outcome" label="Outcome" options=choices(Outcome::ALL, Outcome::word, Outcome::label) value=outcome blank="any"/>
                        <Select name="confirmation" label="Confirmation" options=choices(Confirmation::ALL, Confirmation::word, Confirmation::label) value=confirmation blank="any"/>
                        <Select name="suggestion" label="May need review" options=choices(Suggestion::ALL, Suggestion::word, Suggestion::label) value=suggestion blank="any"/>
                    </div>
                </details>
            </Provider>
        </form>
    }
    .into_any()
}

/// What may need a person's eyes, each as a link into the list. A suggestion is a place to look, and accuses nobody.
pub(in crate::page) fn suggestions(query: &RecordQuery, facets: &Facets) -> Option<AnyView> {
    let lines = facets.suggestions.iter().filter(|(_, count)| **count > 0).map(|(suggestion, count)| {
        let chosen = query.filter.suggestion == Some(*suggestion);
        let href = query.with("suggestion", (!chosen).then(|| suggestion.word()));
        let words = suggested(*suggestion, *count);
        view! { <li><a class="flag un" href=href aria-current=chosen.then_some("true")><span>{words}{chosen.then_some(" ×")}</span></a></li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="suggested" aria-labelledby="suggested">
                <h3 id="suggested">"May need review"</h3>
                <ul class="flags">{lines}</ul>
            </section>
        }
        .into_any()
    })
}

/// `12 changes by agents without confirmation`.
fn suggested(suggestion: Suggestion, count: u64) -> String {
    let (one, many) = match suggestion {
        Suggestion::AgentWrite => (
            "change by an agent without a confirmation on record",
            "changes by agents without a confirmation on record",
        ),
        Suggestion::Grant => ("grant of access", "grants of access"),
        Suggestion::Share => ("thing shared or posted", "things shared or posted"),
        Suggestion::Stop => ("stop, or access revoked", "stops, or access revoked"),
        Suggestion::LoggingControl => ("change of logging", "changes of logging"),
        Suggestion::RefusedActed => ("act that was refused and took place", "acts that were refused and took place"),
        Suggestion::NeedsReview => ("record the reader was not sure of", "records the reader was not sure of"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How often what occurs, as links.
pub(in crate::page) fn facets(query: &RecordQuery, facets: &Facets) -> AnyView {
    let filter = &query.filter;
    let word = |word: Option<&'static str>| word.map(str::to_string);
    let texts =
        |list: &[(String, u64)]| list.iter().map(|(text, count)| (text.clone(), text.clone(), *count)).collect();
    let groups: [(&str, &str, Option<String>, Vec<Value>); 7] = [
        (
            "Kind of actor",
            "kind",
            word(filter.kind.map(PrincipalKind::word)),
            values(&facets.kinds, PrincipalKind::word, PrincipalKind::label),
        ),
        ("Actor", "actor", filter.actor.clone(), texts(&facets.actors)),
        ("What was done", "verb", word(filter.verb.map(Verb::word)), values(&facets.verbs, Verb::word, Verb::label)),
        ("In the words of the log", "action", filter.action.clone(), texts(&facets.actions)),
        (
            "Effect",
            "effect",
            word(filter.effect.map(Effect::word)),
            values(&facets.effects, Effect::word, Effect::label),
        ),
        (
            "Outcome",
            "outcome",
            word(filter.outcome.map(Outcome::word)),
            values(&facets.outcomes, Outcome::word, Outcome::label),
        ),
        (
            "Confirmation",
            "confirmation",
            word(filter.confirmation.map(Confirmation::word)),
            values(&facets.confirmations, Confirmation::word, Confirmation::label),
        ),
    ];
    let groups =
        groups.into_iter().map(|(title, name, chosen, values)| group(query, title, name, chosen.as_deref(), values));
    view! { <div class="facets">{groups.collect_view()}</div> }.into_any()
}

/// A value as the filter writes it, as people read it, and how often it occurs.
type Value = (String, String, u64);

fn values<T: Copy>(
    counts: &std::collections::BTreeMap<T, u64>,
    word: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> Vec<Value> {
    let mut values: Vec<Value> = counts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(value, count)| (word(*value).to_string(), label(*value).to_string(), *count))
        .collect();
    values.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    values
}

fn group(
    query: &RecordQuery,
    title: &'static str,
    name: &'static str,
    chosen: Option<&str>,
    values: Vec<Value>,
) -> Option<AnyView> {
    if values.is_empty() {
        return None;
    }
    let mut lines: Vec<AnyView> = values
        .into_iter()
        .map(|(value, label, count)| {
            let is_chosen = chosen.is_some_and(|chosen| chosen.to_lowercase() == value.to_lowercase());
            line(query, name, &value, label, count, is_chosen)
        })
        .collect();
    let more = lines.split_off(lines.len().min(VALUES_MAX));
    let rest = (!more.is_empty())
        .then(|| view! { <details><summary>{format!("{} more", more.len())}</summary><ul>{more}</ul></details> });
    Some(view! { <section><h3>{title}</h3><ul>{lines}</ul>{rest}</section> }.into_any())
}

fn line(query: &RecordQuery, name: &str, value: &str, label: String, count: u64, is_chosen: bool) -> AnyView {
    let counted = view! { <span class="num">{count.to_string()}</span> };
    // A log that does not say who acted has nobody to narrow to.
    if value.is_empty() {
        return view! { <li><span class="muted">"not named"</span> {counted}</li> }.into_any();
    }
    let href = query.with(name, (!is_chosen).then_some(value));
    let title = if is_chosen { format!("Take {label} away") } else { format!("Only {label}") };
    view! { <li><a href=href title=title aria-current=is_chosen.then_some("true")>{label}{is_chosen.then_some(" ×")}</a> {counted}</li> }.into_any()
}

/// The items whose records were read, as choices.
pub(in crate::page) fn read_items(case: &Case) -> Vec<Choice> {
    let read = case.dossier.evidence.iter().filter(|kept| kept.records.is_some());
    read.map(|kept| (kept.id.to_string(), kept.name.clone())).collect()
}
