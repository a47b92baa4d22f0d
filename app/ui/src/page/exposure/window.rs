//! The exposure window: from the earliest start to the latest end.

use domain::casefile::Noun;
use domain::exposure::Exposure;
use domain::{Id, TimeRange};
use leptos::prelude::*;

use super::{evidence_choices, evidence_link, seen};
use crate::case::Case;
use crate::component::past::history_of;
use crate::component::times::{length_text, span_text};
use crate::component::{Field, Form, Many, OpenForm, Sign, When, time_text};
use crate::island::Understood;

/// The window with what shows its ends, and the form that sets it.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let exposure = case.dossier.exposure();
    let unset = exposure.start.is_none() && exposure.end.is_none();
    view! {
        <section class="card" id="the-window">
            <header>
                <h2>"The window"</h2>
                {(case.may_edit() && !unset).then(|| view! { <div class="actions">{form(case, &exposure, false)}</div> })}
            </header>
            {unset.then(|| view! { <p>"From when to when was it exposed? Write ranges where that is all that is known: the conservative reading counts, from the earliest start to the latest end. An end that stays unknown makes the window unbounded, and then nothing can be determined."</p> })}
            {(case.may_edit() && unset).then(|| form(case, &exposure, true))}
            {(!unset).then(|| facts(case, &exposure))}
            {(!case.dossier.exposures.is_empty()).then(|| view! { <div class="actions">{history_of(case, Noun::Exposure, &exposure.id, "the exposure")}</div> })}
        </section>
    }
}

fn facts(case: &Case, exposure: &Exposure) -> impl IntoView + use<> {
    let (from, to) =
        (exposure.start.as_ref().and_then(|start| start.earliest), exposure.end.as_ref().and_then(|end| end.latest));
    let counted = match (from, to) {
        (Some(_), Some(_)) => format!("{} ({})", span_text(from, to), length_text(from, to)),
        _ => format!("unbounded: {}", span_text(from, to)),
    };
    let unbounded = from.is_none() || to.is_none();
    view! {
        <dl class="facts">
            <dt>"Began"</dt><dd>{bound(case, exposure.start.as_ref(), &exposure.start_evidence)}</dd>
            <dt>"Ended"</dt><dd>{bound(case, exposure.end.as_ref(), &exposure.end_evidence)}</dd>
            <dt>"Counted as"</dt><dd>{unbounded.then(|| view! { <Sign kind="un"/> " " })}{counted}</dd>
            <dt>"Clock skew"</dt><dd class="num">{format!("{} s: a hole no longer than this counts as covered", exposure.clock_skew_seconds)}</dd>
        </dl>
    }
}

fn bound(case: &Case, time: Option<&TimeRange>, evidence: &[Id]) -> impl IntoView + use<> {
    let links = evidence.iter().map(|id| view! { " " {evidence_link(case, id)} }).collect_view();
    let shown = if evidence.is_empty() {
        view! { <span class="un">"no evidence is linked to it"</span> }.into_any()
    } else {
        view! { "shown by" {links} }.into_any()
    };
    match time {
        None => view! { <p>"unknown; " {shown}</p> }.into_any(),
        Some(time) => view! { <p><When time=time.clone()/> "; " {shown}</p> }.into_any(),
    }
}

fn form(case: &Case, exposure: &Exposure, open: bool) -> impl IntoView + use<> {
    let action = case.url("exposure/window");
    let label = if open { "Set the window" } else { "Edit" };
    let (case, exposure, seen) = (case.clone(), exposure.clone(), seen(case));
    view! {
        <OpenForm label=label form="window" open=open>
            <Form id="window" action=action submit="Set the window" seen=seen>{fields(&case, exposure)}</Form>
        </OpenForm>
    }
}

fn fields(case: &Case, exposure: Exposure) -> impl IntoView + use<> {
    let text = |time: &Option<TimeRange>| time.as_ref().map(time_text).unwrap_or_default();
    let ids = |ids: &[Id]| ids.iter().map(Id::to_string).collect::<Vec<_>>();
    let choices = evidence_choices(case);
    let none = "Upload evidence first; then say which item shows this.";
    view! {
        <Field name="start" label="Began" value=text(&exposure.start) hint="Such as 18 March 2026 17:05 CET, or 17:00–17:05. Empty is unknown."/>
        <Understood input="window-start".to_string()/>
        <Many name="start_evidence[]" label="What shows when it began" options=choices.clone() value=ids(&exposure.start_evidence) empty=none/>
        <Field name="end" label="Ended" value=text(&exposure.end) hint="When the last access path was shut. Empty is unknown."/>
        <Understood input="window-end".to_string()/>
        <Many name="end_evidence[]" label="What shows when it ended" options=choices value=ids(&exposure.end_evidence) empty=none/>
        <Field name="clock_skew_seconds:n" label="Clock skew in seconds" kind="number" value=exposure.clock_skew_seconds.to_string() hint="How far the clocks of the sources may differ, at most 3600."/>
    }
}
