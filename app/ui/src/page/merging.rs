//! An incident that was filed twice: what merging it would do, and what undoing that would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Key;
use domain::access::Permit;
use domain::casefile::{Dossier, Noun};
use domain::merging::{Parting, Plan};
use leptos::prelude::*;

use super::case::case_page;
use crate::capital::in_capital;
use crate::case::Case;
use crate::component::{Flag, Form, Icon};
use crate::frame::Frame;

/// So many names a list shows; the others are counted.
const NAMES_MAX: usize = 50;

/// What the page has to show.
pub enum Looked {
    /// The reader may not merge.
    NotAllowed,
    /// Nothing was chosen yet.
    Nothing,
    /// What was chosen cannot be: the choice, and why.
    Refused(String, String),
    /// What merging into this incident would do.
    Plan(Box<Plan>, Arc<Dossier>),
    /// What undoing would do, and the incident that stays.
    Parting(Parting, Key),
}

/// The page.
pub fn page(case: &Case, looked: &Looked) -> AnyView {
    let body = match looked {
        Looked::NotAllowed => {
            view! { <section class="card"><p>"Your role reads incidents. A responder or an admin merges those that were filed twice."</p></section> }.into_any()
        }
        Looked::Nothing => choose(case, "", None),
        Looked::Refused(_, sentence) if case.dossier.merged_into().is_some() => {
            view! { <section class="card"><p class="notice stop" role="alert">{sentence.clone()}</p></section> }.into_any()
        }
        Looked::Refused(into, sentence) => choose(case, into, Some(sentence)),
        Looked::Plan(plan, into) => {
            let key = into.key().to_string();
            view! { {choose(case, &key, None)} {planned(case, plan, into)} }.into_any()
        }
        Looked::Parting(parting, into) => undo(case, parting, *into),
    };
    case_page(case, "merge", body)
}

/// The question which incident stays. It changes nothing: the answer is shown first.
fn choose(case: &Case, into: &str, refused: Option<&str>) -> AnyView {
    let key = case.key().to_string();
    view! {
        <section class="card" id="choose">
            <header><h2>"Which incident stays?"</h2></header>
            <p>{format!("Was {key} filed twice? Then its records are taken over by the other incident, and {key} says where they are. Nothing is lost, and it can be undone.")}</p>
            {refused.map(|sentence| view! { <p class="notice stop" role="alert">{sentence.to_string()}</p> })}
            <form method="get" action=case.url("merge") class="form">
                <div class="field">
                    <label for="merge-into">"The incident that stays"</label>
                    <input id="merge-into" name="into" value=into.to_string() placeholder="INC-3" required autocomplete="off"/>
                </div>
                <div class="actions"><button type="submit" class="btn">"Show what would be done"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn planned(case: &Case, plan: &Plan, into: &Dossier) -> AnyView {
    let (key, target) = (case.key().to_string(), into.key().to_string());
    let title = into.incident().map(|incident| incident.title.clone()).unwrap_or_default();
    let joined: Vec<String> = plan
        .joined
        .iter()
        .map(|one| if one.name == one.into { one.name.clone() } else { format!("{} and {}", one.name, one.into) })
        .collect();
    let href = format!("/incidents/{target}");
    let (from_version, into_version) = (case.dossier.version.to_string(), into.version.to_string());
    view! {
        <section class="card" id="plan">
            <header><h2>{format!("What merging {key} into {target} does")}</h2></header>
            <p>"It stays: "<a href=href><span class="mono">{target.clone()}</span>" "{title}</a></p>
            <h3>{format!("Taken over by {target}")}</h3>
            {counts(&plan.moved)}
            {(!joined.is_empty()).then(|| view! { <h3>"Known in both, and one from then on"</h3> {list(&joined)} })}
            {(!plan.open.is_empty()).then(|| view! { <h3>"To be decided by somebody"</h3> <p class="muted">{format!("A comment in {target} will say so.")}</p> {list(&plan.open)} })}
            <h3>{format!("Staying in {key}")}</h3>
            {list(&plan.stays)}
            <p class="muted">{format!("The verdict of {target} is weighed anew. Nobody’s signature or approval is taken over.")}</p>
            <Form id="merge" action=case.url("merge") submit=format!("Merge {key} into {target}") danger=true>
                <input type="hidden" name="into" value=target.clone()/>
                <input type="hidden" name="from_version:n" value=from_version/>
                <input type="hidden" name="into_version:n" value=into_version/>
            </Form>
        </section>
    }
    .into_any()
}

fn undo(case: &Case, parting: &Parting, into: Key) -> AnyView {
    let (key, target) = (case.key().to_string(), into.to_string());
    let edited = !parting.edited.is_empty();
    view! {
        <section class="card" id="undo">
            <header><h2>{format!("What undoing the merge into {target} does")}</h2></header>
            <p>{format!("{key} can be written to again. It has everything it had when it was merged.")}</p>
            <h3>{format!("Taken out of {target}")}</h3>
            {counts(&parting.taken)}
            {edited.then(|| view! { <h3>{format!("Edited in {target} since, and staying there")}</h3> {list(&parting.edited)} })}
            {(!parting.held.is_empty()).then(|| view! { <h3>{format!("Referred to in {target}, and staying there")}</h3> {list(&parting.held)} })}
            <Form id="part" action=case.url("merge/delete") submit="Undo the merge">
                {edited.then(|| view! { <Flag name="take_edited:b" label="Take out what was edited as well; the edits stay in the history" value=false/> })}
            </Form>
        </section>
    }
    .into_any()
}

fn counts(moved: &BTreeMap<&'static str, usize>) -> AnyView {
    if moved.is_empty() {
        return view! { <p>"No records."</p> }.into_any();
    }
    let rows = moved.iter().map(|(word, count)| {
        let label = in_capital(Noun::parse(word).map_or(*word, Noun::label));
        view! { <li class="spread"><span>{label}</span><b class="num">{count.to_string()}</b></li> }
    });
    view! { <ul class="hairline">{rows.collect_view()}</ul> }.into_any()
}

fn list(items: &[String]) -> AnyView {
    let more = items.len().saturating_sub(NAMES_MAX);
    let shown = items.iter().take(NAMES_MAX).map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    view! { <ul class="hairline">{shown}{(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}</ul> }
        .into_any()
}

/// On every page of an incident that was merged: where its records are, and how that is undone.
pub(super) fn banner(case: &Case) -> Option<AnyView> {
    let into = case.dossier.merged_into()?.to_string();
    let by = case.incident().and_then(|incident| incident.merged.as_ref()).map(|merged| merged.by.name.clone());
    let (href, may) = (format!("/incidents/{into}"), Frame::current().may(Permit::Edit));
    Some(
        view! {
            <div class="notice warn" id="merged" role="status">
                <Icon name="question"/>
                <div>
                    <b>"Merged into "<a href=href>{into.clone()}</a></b>
                    <p>
                        {by.map(|by| format!("By {by}. "))}
                        {format!("Its records stand in {into} now. What is here is as it was then, and read-only. ")}
                        {may.then(|| view! { <a href=case.url("merge")>"Undo the merge"</a> })}
                    </p>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// On the page History: what was merged into this incident, and where that is undone.
pub(super) fn past(case: &Case) -> Option<AnyView> {
    let merges: Vec<_> = case.dossier.merges.iter().rev().map(|kept| kept.record.clone()).collect();
    if merges.is_empty() {
        return None;
    }
    let rows = merges.into_iter().map(|merge| {
        let from = merge.from.to_string();
        let (href, undo) = (format!("/incidents/{from}"), format!("/incidents/{from}/merge"));
        let records = domain::counted::counted(merge.added.len(), "record");
        let standing = match &merge.undone {
            None => view! { <a class="btn quiet small" href=undo>"Undo the merge"<span class="visually-hidden">{format!(" of {from}")}</span></a> }.into_any(),
            Some(stamp) => view! { <small class="muted">{format!("undone by {}", stamp.by.name)}</small> }.into_any(),
        };
        view! {
            <li class="spread" id=format!("merge-{}", merge.id)>
                <span><a href=href><span class="mono">{from.clone()}</span></a>{format!(" “{}”: {records}, by {}", merge.title, merge.merged.by.name)}</span>
                {standing}
            </li>
        }
    });
    Some(
        view! {
            <section class="card" id="merges">
                <header><h2>"Merged into this incident"</h2></header>
                <ul class="hairline">{rows.collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}

/// On the page Settings: the way to the merge.
pub(super) fn offer(case: &Case) -> Option<AnyView> {
    case.may_edit().then(|| {
        view! {
            <section class="card" id="twice">
                <header><h2>"Filed twice?"</h2></header>
                <p class="muted">"If another incident tells of the same, merge this one into it: its records are taken over with all they refer to. You see first what would be done, and it can be undone."</p>
                <p><a class="btn" href=case.url("merge")>"Merge into another incident"</a></p>
            </section>
        }
        .into_any()
    })
}
