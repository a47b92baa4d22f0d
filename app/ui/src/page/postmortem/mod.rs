//! The postmortem: one page to read, in the order of its parts; sections open in place to be written.

mod bar;
mod findings;
mod judgement;
mod narrative;
mod records;

use domain::export::Part;
use domain::postmortem::Section;
use leptos::prelude::*;

use super::case::{Case, case_page};
use super::timeline::Rows;
use crate::component::clock_chart::ClockChart;

/// How many events the page shows; a longer timeline has a page of its own.
const EVENTS_MAX: usize = 400;

/// The postmortem. `edit` names the section whose form is open.
pub fn page(case: &Case, edit: Option<Section>) -> AnyView {
    let parts = Part::ALL.iter().map(|part| one(case, *part, edit)).collect_view();
    let body = view! {
        {bar::bar(case)}
        <article class="doc">{parts}</article>
    };
    case_page(case, "postmortem", body.into_any())
}

fn one(case: &Case, part: Part, edit: Option<Section>) -> AnyView {
    let section = |section: Section| narrative::section(case, section, edit);
    let head = |page: &'static str| head(case, part, page);
    match part {
        Part::Summary => section(Section::Summary),
        Part::Impact => section(Section::Impact),
        Part::WhatHappened => section(Section::WhatHappened),
        Part::Timeline => view! { <section>{head("timeline")}{timeline(case)}</section> }.into_any(),
        Part::Factors => view! { {section(Section::Contributing)}{findings::factors(case)} }.into_any(),
        Part::Severity => view! { <section>{head("severity")}{judgement::severity(case)}</section> }.into_any(),
        Part::Verdict => view! { <section>{head("verdict")}{judgement::verdict(case)}</section> }.into_any(),
        Part::Gaps => view! {
            <section>{head("gaps")}{findings::gaps(case)}</section>
            {Section::REQUIRED.map(|required| narrative::subsection(case, required, edit)).into_iter().collect_view()}
        }
        .into_any(),
        Part::Luck => view! { <section>{head("gaps#luck")}{findings::luck(case)}</section> }.into_any(),
        Part::Claims => view! { <section>{head("claims")}{findings::claims(case)}</section> }.into_any(),
        Part::Unknowns => view! { {section(Section::Unknowns)}{findings::unknowns(case)}{narrative::subsection(case, Section::Lessons, edit)} }.into_any(),
        Part::Remediation => view! { <section>{head("remediation")}{records::remediation(case)}</section> }.into_any(),
        Part::Evidence => view! { <section>{head("evidence")}{records::evidence(case)}</section> }.into_any(),
        Part::Revisions => view! { <section>{head("history")}{records::revisions(case)}</section> }.into_any(),
    }
}

/// The heading of a part that other pages keep, with the way there.
fn head(case: &Case, part: Part, page: &str) -> AnyView {
    let href = case.url(page);
    view! {
        <div class="spread">
            <h2 id=format!("part-{}", part.word())>{part.label()}</h2>
            <small class="actions"><a href=href>"Where it is kept"<span class="visually-hidden">": "{part.label()}</span></a></small>
        </div>
    }
    .into_any()
}

fn timeline(case: &Case) -> AnyView {
    let mut events = case.dossier.timeline();
    let left = events.len().saturating_sub(EVENTS_MAX);
    events.truncate(EVENTS_MAX);
    if events.is_empty() {
        return view! { <p class="muted">"No event is recorded yet."</p> }.into_any();
    }
    let (rows, whole) = (Rows::new(case, "").compact().list(&events, None), case.url("timeline"));
    view! {
        <ClockChart case=case.clone()/>
        {rows}
        {(left > 0).then(|| view! { <p class="muted">{format!("{left} later events are on the ")}<a href=whole>"timeline"</a>"."</p> })}
    }
    .into_any()
}
