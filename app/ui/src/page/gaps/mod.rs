//! Control gaps: which control should have stopped it, and how it stood.

mod form;
mod item;
mod luck;
pub(in crate::page) mod scopes;

use domain::Id;
use domain::casefile::CaseItem;
use domain::gap::{Control, Gap};
use domain::suggestion::{Suggestion, suggestions};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::shell::Empty;
use crate::component::{Icon, Sign};

/// The gaps. `edit` names the one whose form is open; `control` opens the form for a new one about that control.
pub fn page(case: &Case, edit: Option<&Id>, control: Option<Control>) -> AnyView {
    let suggested = suggestions(&case.dossier);
    let editing = edit.and_then(|id| case.dossier.gaps.get(id));
    let body = view! {
        {mandatory(case)}
        {others(case)}
        {form::section(case, editing, control, &suggested)}
        {suggestion_list(case, &suggested)}
        {scopes::table(case).map(|table| view! {
            <section class="card" id="scopes">
                <header><h2>"Asked, granted, done"</h2><small class="muted">"acts that were not within what their agent was granted"</small></header>
                {table}
            </section>
        })}
        {luck::section(case)}
    };
    case_page(case, "gaps", body.into_any())
}

/// The address that opens the form for a control.
fn record_url(case: &Case, control: Control) -> String {
    format!("{}#gap-form", case.url(&format!("gaps?control={}", control.word())))
}

fn mandatory(case: &Case) -> impl IntoView + use<> {
    let missing = case.dossier.missing_mandatory_gaps().len();
    let counted = match missing {
        0 => "all three are spoken of".to_string(),
        1 => "one is still missing".to_string(),
        count => format!("{count} are still missing"),
    };
    let cards = Control::MANDATORY.map(|control| {
        let known: Vec<_> = of_control(case, control).map(|gap| item::item(case, gap)).collect();
        if known.is_empty() { missing_card(case, control) } else { known.collect_view().into_any() }
    });
    view! {
        <section class="card" id="mandatory">
            <header><h2>"The three that every postmortem speaks of"</h2><small class="muted">{counted}</small></header>
            <div class="gaps">{cards.into_iter().collect_view()}</div>
        </section>
    }
}

fn of_control(case: &Case, control: Control) -> impl Iterator<Item = &CaseItem<Gap>> {
    case.dossier.gaps.iter().filter(move |gap| gap.control == control)
}

fn missing_card(case: &Case, control: Control) -> AnyView {
    let href = record_url(case, control);
    view! {
        <article class="gap absent"><div class="stack">
            <h3>{control.label()}</h3>
            <p><Sign kind="x"/>" Nothing is recorded yet: what was found, or why it held."</p>
            <p class="muted">{control.question()}</p>
            {case.may_edit().then(|| view! { <p><a class="btn small" href=href>"Record it"<span class="visually-hidden">": "{control.label()}</span></a></p> })}
        </div></article>
    }
    .into_any()
}

fn others(case: &Case) -> impl IntoView + use<> {
    let mut gaps: Vec<_> = case.dossier.gaps.iter().filter(|gap| !Control::MANDATORY.contains(&gap.control)).collect();
    gaps.sort_by_key(|gap| (gap.control, gap.id.clone()));
    let none = gaps.is_empty();
    let cards = gaps.into_iter().map(|gap| item::item(case, gap)).collect_view();
    view! {
        <section class="card" id="others">
            <header><h2>"Other controls"</h2></header>
            {none.then(|| view! {
                <Empty title="No other control is spoken of yet" text="Two failures need two fixes: each control that was absent, bypassed or failed is a record of its own, and so is one that held only by luck. The suggestions below come from the timeline; a person decides."/>
            })}
            {(!none).then(|| view! { <div class="gaps">{cards}</div> })}
        </section>
    }
}

/// What the timeline suggests, with the rule that fired and the events it fired on.
fn suggestion_list(case: &Case, suggested: &[Suggestion]) -> impl IntoView + use<> {
    const EVENTS_SHOWN_MAX: usize = 5;
    let line = |suggestion: &Suggestion| {
        let control = suggestion.control;
        let events =
            suggestion.events.iter().take(EVENTS_SHOWN_MAX).map(|id| item::event_link(case, id)).collect_view();
        let more = suggestion.events.len().saturating_sub(EVENTS_SHOWN_MAX);
        let href = record_url(case, control);
        view! {
            <li class="stack">
                <div class="spread">
                    <h3>{control.label()}</h3>
                    {case.may_edit().then(|| view! { <a class="btn small" href=href>"Record this gap"<span class="visually-hidden">": "{control.label()}</span></a> })}
                </div>
                <p>{suggestion.rule.clone()}</p>
                <ul class="flags">{events}{(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}</ul>
            </li>
        }
    };
    let none = suggested.is_empty();
    let lines = suggested.iter().map(line).collect_view();
    view! {
        <section class="card" id="suggestions">
            <header><h2>"Suggested by the timeline"</h2></header>
            {none.then(|| view! { <p class="muted"><Icon name="check"/>" No rule fires on an event that no gap speaks of."</p> })}
            {(!none).then(|| view! { <ul class="hairline">{lines}</ul> })}
        </section>
    }
}
