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
use crate::component::acts::chain_of_acts;
use crate::component::clock_chart::{ClockChart, is_piled};

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
    let subsection = |section: Section| narrative::subsection(case, section, edit);
    let kept = |page: &str, body: AnyView| kept(case, part, page, body);
    match part {
        Part::Summary => section(Section::Summary),
        Part::Impact => section(Section::Impact),
        Part::WhatHappened => section(Section::WhatHappened),
        Part::Timeline => kept("timeline", timeline(case)),
        Part::Factors => view! { {section(Section::Contributing)}{findings::factors(case)} }.into_any(),
        Part::Severity => kept("severity", judgement::severity(case)),
        Part::Verdict => kept("verdict", judgement::verdict(case)),
        Part::Gaps => {
            view! { {kept("gaps", findings::gaps(case))}{Section::REQUIRED.map(subsection).into_iter().collect_view()} }
                .into_any()
        }
        Part::Luck => kept("gaps#luck", findings::luck(case)),
        Part::Claims => kept("claims", findings::claims(case)),
        Part::Unknowns => {
            view! { {section(Section::Unknowns)}{findings::unknowns(case)}{subsection(Section::Lessons)} }.into_any()
        }
        Part::Remediation => kept("remediation", records::remediation(case)),
        Part::Evidence => kept("evidence", records::evidence(case)),
        Part::Revisions => kept("revisions", records::revisions(case)),
    }
}

/// A part that another page keeps, with the way there.
fn kept(case: &Case, part: Part, page: &str, body: AnyView) -> AnyView {
    let (href, name) = (case.url(page), part.label().to_lowercase());
    view! {
        <h2 id=format!("part-{}", part.word())>{part.label()}</h2>
        {body}
        <p class="actions"><small><a href=href>{format!("Open {name}")}</a></small></p>
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
        {if is_piled(case) { chain_of_acts(case, 0) } else { Some(view! { <ClockChart case=case.clone()/> }.into_any()) }}
        {rows}
        {(left > 0).then(|| view! { <p class="muted">{format!("{left} later events are on the ")}<a href=whole>"timeline"</a>"."</p> })}
    }
    .into_any()
}
