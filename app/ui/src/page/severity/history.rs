//! Every rating so far, and the wishes to depart from what was computed.

use domain::casefile::{CaseItem, Noun};
use domain::rating::{Override, Rating, Severities};
use domain::severity::{Class, Dimension, Sev, Severity};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::past::history_of;
use crate::component::times::to_minute;
use crate::component::{ActButton, Choice, Form, Icon, OpenForm, Select, Sign, TextArea, When};
use crate::page::verdict::reader;

/// The overrides, with the form that asks for one and the button that approves it.
pub(super) fn overrides(case: &Case, severities: &Severities) -> impl IntoView + use<> {
    let rows = case.dossier.overrides.iter().rev().map(|kept| wish(case, kept)).collect_view();
    let none = case.dossier.overrides.is_empty();
    let ask = severities.computed.as_ref().filter(|_| case.may_edit()).map(|computed| ask(case, computed));
    view! {
        <section class="card" id="overrides">
            <header><h2>"Override"</h2>{ask.map(|ask| view! { <div class="actions">{ask}</div> })}</header>
            {none.then(|| view! { <p>"No override requested. An override moves one step, needs a reason, and is approved by somebody who neither rated nor asked."</p> })}
            <ul class="hairline">{rows}</ul>
        </section>
    }
}

fn ask(case: &Case, computed: &Severity) -> impl IntoView + use<> {
    let (action, sev) = (case.url("overrides"), computed.sev);
    let near = move |other: &Sev| other.number().abs_diff(sev.number()) == 1;
    let steps: Vec<Choice> =
        Sev::ALL.into_iter().filter(near).map(|step| (step.number().to_string(), step.label().to_string())).collect();
    view! {
        <OpenForm label="Ask for an override" form="override">
            <Form id="override" action=action submit="Ask for it">
                <Select name="to:n" label="To" options=steps asks=true hint=format!("The rating computed {}.", sev.label())/>
                <TextArea name="reason" label="Why the computed severity does not fit" rows=3 required=true/>
            </Form>
        </OpenForm>
    }
}

fn wish(case: &Case, kept: &CaseItem<Override>) -> impl IntoView + use<> {
    let (asked, by, to) = (to_minute(kept.asked.at), kept.asked.by.name.clone(), kept.to.label());
    let current = case.dossier.latest_rating().is_some_and(|rating| rating.id == kept.rating);
    view! {
        <li id=format!("override-{}", kept.id) class="stack" data-item="" tabindex="0">
            <div class="spread"><b>"To " {to}</b><small class="muted">"asked by " {by} ", " <When time=asked/></small></div>
            <p>{kept.reason.clone()}</p>
            {state(case, kept)}
            <div class="actions">{history_of(case, Noun::Override, &kept.id, &format!("the override to {to}"))}</div>
            {(!current).then(|| view! { <p class="muted">"It departs from an earlier rating, so it no longer counts."</p> })}
        </li>
    }
}

/// Approved, or who may approve it.
fn state(case: &Case, kept: &CaseItem<Override>) -> AnyView {
    if let Some(approved) = &kept.approved {
        let (by, when) = (approved.by.name.clone(), to_minute(approved.at));
        return view! { <p><Icon name="check"/> " Approved by " {by} ", " <When time=when/></p> }.into_any();
    }
    let rater = case.dossier.ratings.find(&kept.rating).map(|rating| rating.rated.by.id.clone());
    let involved = reader().is_none_or(|person| person.id == kept.asked.by.id || Some(&person.id) == rater.as_ref());
    if involved || !case.may_review() {
        return view! { <p><Sign kind="un"/> " Not approved yet. Somebody who neither rated nor asked has to approve it."</p> }.into_any();
    }
    let action = case.url(&format!("overrides/{}/approve", kept.id));
    view! { <ActButton action=action label="Approve" title=format!("Approve the override to {}", kept.to.label()) class="btn"/> }.into_any()
}

/// The history of ratings, the latest first.
pub(super) fn ratings(case: &Case) -> impl IntoView + use<> {
    let rows = case.dossier.ratings.iter().rev().map(|kept| rating(&kept.record)).collect_view();
    let none = case.dossier.ratings.is_empty();
    view! {
        <section class="card" id="ratings">
            <header><h2>"Ratings so far"</h2><small class="muted">"none is ever edited"</small></header>
            {none.then(|| view! { <p>"None yet."</p> })}
            <ol class="history">{rows}</ol>
        </section>
    }
}

fn rating(rating: &Rating) -> impl IntoView + use<> {
    let (when, by) = (to_minute(rating.rated.at), rating.rated.by.name.clone());
    let sev =
        rating.facts.rate().ok().map(
            |severity| view! { <span class=format!("badge sev{}", severity.sev.number())>{severity.label}</span> },
        );
    let mut notes = vec![format!("rubric {}", rating.facts.rubric.to_uppercase())];
    if rating.facts.class == Class::Hazard {
        notes.push("hazard".into());
    }
    if rating.facts.ongoing {
        notes.push("ongoing".into());
    }
    let why = rating
        .rationale
        .iter()
        .map(|(dimension, text)| view! { <dt>{dimension.label()}</dt><dd>{text.clone()}</dd> })
        .collect_view();
    view! {
        <li id=format!("rating-{}", rating.id) data-item="" tabindex="0">
            <When time=when/>
            <div>
                <p><span class="who">{by}</span> " rated " {sev} " " <span class="muted">{notes.join(" · ")}</span></p>
                <p class="num">{vector(rating)}</p>
                {(!rating.rationale.is_empty()).then(|| view! { <details><summary>"Why each level"</summary><dl class="facts">{why}</dl></details> })}
            </div>
        </li>
    }
}

/// The levels in a line; what is unknown is said with the worst that is credible.
fn vector(rating: &Rating) -> String {
    let level = |dimension: &Dimension| {
        format!("{} {}", dimension.label().to_lowercase(), rating.facts.level_words(*dimension))
    };
    Dimension::ALL.iter().map(level).collect::<Vec<_>>().join(" · ")
}
