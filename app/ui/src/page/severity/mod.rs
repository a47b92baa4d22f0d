//! Severity: how bad it was, how bad it could have been, and the working.

mod form;
mod history;

use domain::rating::Severities;
use domain::severity::{Sev, Severity};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::shell::Empty;

/// The severity page: the answer, the rating form, departures from what was computed, and every rating so far.
pub fn page(case: &Case) -> AnyView {
    let severities = case.dossier.severities(case.verdict());
    let body = view! {
        {answer(case, &severities)}
        {case.may_edit().then(|| form::section(case))}
        {history::overrides(case, &severities)}
        {history::ratings(case)}
    };
    case_page(case, "severity", body.into_any())
}

fn answer(case: &Case, severities: &Severities) -> impl IntoView + use<> {
    let computed = severities.computed.as_ref().map(working);
    let none = computed.is_none();
    let rubric = case.dossier.latest_rating().map(|rating| rating.facts.rubric.to_uppercase());
    view! {
        <section class="card" id="answer">
            <header><h2>"How bad"</h2>{rubric.map(|rubric| view! { <small class="muted">"rubric " {rubric}</small> })}</header>
            {none.then(|| view! {
                <Empty title="Not rated yet" text="A rating answers eight questions, each from 0 to 4 in the words of the rubric. What nobody knows yet stays unknown: say the worst that is credible, and the answer is a range. The more severe end counts."/>
            })}
            {computed}
            {readings(severities)}
        </section>
    }
}

/// The computed severity on the scale, with its range and reasons.
fn working(severity: &Severity) -> impl IntoView + use<> {
    let [worst, mildest] = severity.range;
    let range = match severity.between() {
        Some(between) => format!("{between} The more severe end counts."),
        None => "The range is this one severity: nothing that matters is unknown.".to_string(),
    };
    let reasons = severity.reasons.iter().map(|reason| view! { <li>{reason.clone()}</li> }).collect_view();
    view! {
        <div class="stack">
            {scale(severity.sev, worst, mildest)}
            <p>{range}</p>
            <p class="muted num">{severity.figures()}</p>
        </div>
        <h3>"How it came about"</h3>
        <ul class="hairline">{reasons}</ul>
    }
}

/// The five steps: solid where it is, hatched where it could be.
fn scale(is: Sev, worst: Sev, mildest: Sev) -> impl IntoView {
    let step = move |sev: Sev| {
        let could = !sev.is_worse_than(worst) && !mildest.is_worse_than(sev);
        let class = if sev == is {
            format!("is sev{}", sev.number())
        } else if could {
            "could".into()
        } else {
            String::new()
        };
        let note = if sev == is {
            ", rated"
        } else if could {
            ", possible"
        } else {
            ""
        };
        view! { <li class=class aria-current=(sev == is).then_some("true")>{format!("Sev {}", sev.number())}<span class="visually-hidden">{note}</span></li> }
    };
    view! { <ol class="scale" aria-label="Severity, the worst first">{Sev::ALL.map(step).into_iter().collect_view()}</ol> }
}

/// Declared, computed, final and peak: kept apart.
fn readings(severities: &Severities) -> impl IntoView + use<> {
    let shown = |sev: Option<Sev>, none: &'static str| match sev {
        Some(sev) => view! { <span class=format!("badge sev{}", sev.number())>{sev.label()}</span> }.into_any(),
        None => view! { <span class="muted">{none}</span> }.into_any(),
    };
    view! {
        <h3>"Four readings, kept apart"</h3>
        <dl class="facts">
            <dt>"Declared"</dt><dd>{shown(severities.declared, "nobody declared one")}</dd>
            <dt>"Computed"</dt><dd>{shown(severities.computed.as_ref().map(|severity| severity.sev), "not rated yet")}</dd>
            <dt>"Final"</dt><dd>{shown(severities.final_sev, "follows from a rating")} <span class="muted">" (overrides applied)"</span></dd>
            <dt>"Peak"</dt><dd>{shown(severities.peak, "none yet")} <span class="muted">" the worst it ever was; never lowered"</span></dd>
        </dl>
    }
}
