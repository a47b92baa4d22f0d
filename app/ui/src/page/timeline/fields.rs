//! The fields of an event: what every event needs first, the rest below a line.

use domain::Id;
use domain::timeline::{
    Effect, Event, EventKind, EvidenceLink, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb,
};
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::form::FormId;
use crate::component::{Choice, Field, Select, TextArea, TriChoice, Trouble, choices, time_text};
use crate::island::Understood;

/// How many blank rows for evidence a form offers.
const EVIDENCE_ROWS_BLANK: usize = 2;

/// The fields, prefilled with the event being edited; nobody is put on an act of whom nobody said it.
pub(super) fn fields(case: &Case, event: Option<&Event>) -> AnyView {
    let (form, mut known) = (use_context::<FormId>().map_or_else(String::new, |form| form.0), people(case));
    known.sort_by_key(|(_, name)| name.to_lowercase());
    let actor = event.map(|event| event.actor.clone());
    let time = event.map(|event| time_text(&event.time)).unwrap_or_default();
    view! {
        <Field name="time" label="When" value=time required=true
            hint="As you would say it: “18 March 2026 17:05 CET”, “about 2 h ago”, “17:00–17:10”, “before 18 March 2026”, “unknown”."/>
        <Understood input=format!("{form}-time")/>
        {who(&known, actor.as_ref(), event.is_none())}
        {what(event)}
        {answers(event)}
        {confirmers(case, event)}
        <TextArea name="body" label="What happened" rows=3 value=event.map(|event| event.body.clone()).unwrap_or_default()
            hint="Markdown. Roles such as asker and invoker read better than names."/>
        {evidence(case, event)}
        {rest(&known, event)}
    }
    .into_any()
}

fn people(case: &Case) -> Vec<Choice> {
    case.dossier
        .principals
        .iter()
        .map(|kept| (kept.id.to_string(), format!("{} ({})", kept.name, kept.kind.label())))
        .collect()
}

fn who(known: &[Choice], actor: Option<&Id>, new: bool) -> impl IntoView + use<> {
    let chosen = actor.map(ToString::to_string).unwrap_or_default();
    let hint = if new {
        "Only for someone not listed; they are added to the principals."
    } else {
        "Only for someone not listed."
    };
    view! {
        <Trouble name="actor"/>
        <div class="row">
            <Select name="actor.id" label="Who acted" options=known.to_vec() value=chosen blank="Choose…"/>
            <Field name="actor.name" label="Or somebody else" hint=hint/>
            <Select name="actor.kind" label="What they are" options=choices(PrincipalKind::ALL, PrincipalKind::word, PrincipalKind::label) value="unknown"/>
        </div>
    }
}

fn what(event: Option<&Event>) -> impl IntoView + use<> {
    let kind = event.map_or(EventKind::Action, |event| event.kind);
    let verb = event.map_or(Verb::Other, |event| event.verb);
    let effect = event.map_or(Effect::None, |event| event.effect);
    let outcome = event.map_or(Outcome::Unknown, |event| event.outcome);
    view! {
        <div class="row">
            <Select name="kind" label="Kind of event" options=choices(EventKind::ALL, EventKind::word, EventKind::label) value=kind.word()/>
            <Select name="verb" label="What was done" options=choices(Verb::ALL, Verb::word, Verb::label) value=verb.word()/>
            <Field name="resource" label="To what" value=event.map(|event| event.resource.clone()).unwrap_or_default()/>
        </div>
        <div class="row">
            <Select name="effect" label="What it could change" options=choices(Effect::ALL, Effect::word, Effect::label) value=effect.word()/>
            <Select name="outcome" label="How it ended" options=choices(Outcome::ALL, Outcome::word, Outcome::label) value=outcome.word()/>
        </div>
    }
}

fn answers(event: Option<&Event>) -> impl IntoView + use<> {
    let answer = |of: fn(&Event) -> domain::Tri| event.map(of).unwrap_or_default();
    view! {
        <div class="row">
            <TriChoice name="requested" label="Did somebody ask for it?" value=answer(|event| event.requested)/>
            <TriChoice name="authorised" label="Was the actor allowed to?" value=answer(|event| event.authorised)/>
            <TriChoice name="confirmed" label="Did a person confirm it first?" value=answer(|event| event.confirmed)/>
        </div>
    }
}

/// Who confirmed it: of somebody who said that they did, and of another one.
fn confirmers(case: &Case, event: Option<&Event>) -> impl IntoView + use<> {
    let people: Vec<Choice> = (case.dossier.principals.iter())
        .filter(|kept| matches!(kept.kind, PrincipalKind::Human | PrincipalKind::Unknown))
        .map(|kept| (kept.id.to_string(), kept.name.clone()))
        .collect();
    let named: Vec<Id> = event.map(|event| event.confirmed_by.clone()).unwrap_or_default();
    let rows = named.len().max(1) + 1;
    let row = move |place: usize| {
        let (number, value) = (place + 1, named.get(place).map(ToString::to_string).unwrap_or_default());
        view! {
            <div class="row">
                <Select name=format!("confirmed_by.{place}.id") label=format!("Confirmed by, person {number}") options=people.clone() value=value blank="nobody, or not known"/>
                <Field name=format!("confirmed_by.{place}.name") label=format!("Or by somebody else, person {number}")/>
            </div>
        }
    };
    view! {
        <details class="fold">
            <summary>"Who confirmed it"</summary>
            <Trouble name="confirmed_by"/>
            <div class="stack">{(0..rows).map(row).collect_view()}</div>
        </details>
    }
}

/// What shows it: an item and, perhaps, the lines.
fn evidence(case: &Case, event: Option<&Event>) -> AnyView {
    let items: Vec<Choice> =
        case.dossier.evidence.iter().map(|item| (item.id.to_string(), item.name.clone())).collect();
    if items.is_empty() {
        return view! { <p class="hint">"There is no evidence in this incident yet. Once there is, an event can point at the lines that show it."</p> }.into_any();
    }
    let links: Vec<Option<EvidenceLink>> =
        event.into_iter().flat_map(|event| &event.evidence).cloned().map(Some).collect();
    let blanks = if links.is_empty() { EVIDENCE_ROWS_BLANK } else { 1 };
    let rows = links.into_iter().chain(std::iter::repeat_n(None, blanks)).enumerate();
    let rows = rows.map(|(place, link)| evidence_row(place, link, items.clone())).collect_view();
    view! { <fieldset><legend>"Evidence"</legend><Trouble name="evidence"/>{rows}</fieldset> }.into_any()
}

fn evidence_row(place: usize, link: Option<EvidenceLink>, items: Vec<Choice>) -> impl IntoView {
    let id = link.as_ref().map(|link| link.id.to_string()).unwrap_or_default();
    let lines = link.as_ref().and_then(|link| link.lines).map(|lines| lines.to_string()).unwrap_or_default();
    let record = link.as_ref().and_then(|link| link.record).map(|record| record.to_string()).unwrap_or_default();
    let number = place + 1;
    view! {
        <div class="row">
            <Select name=format!("evidence.{place}.id") label=format!("Evidence {number}") options=items value=id blank="none"/>
            <Field name=format!("evidence.{place}.lines") label=format!("Lines in evidence {number}") value=lines hint="41 or 9–61"/>
            <Field name=format!("evidence.{place}.record:n") label=format!("Or record in evidence {number}") value=record/>
        </div>
    }
}

/// What is known less often.
fn rest(known: &[Choice], event: Option<&Event>) -> impl IntoView + use<> {
    let id = |of: fn(&Event) -> &Option<Id>| {
        event.and_then(|event| of(event).as_ref()).map(ToString::to_string).unwrap_or_default()
    };
    let mode = event.and_then(|event| event.output_mode).map(OutputMode::word).unwrap_or_default();
    let label = event.map_or(ProvenanceLabel::Unknown, |event| event.provenance_label);
    let undo = event.map_or(Reversibility::Unknown, |event| event.reversibility);
    let prevented = event.and_then(|event| event.prevented_by).map(PreventedBy::word).unwrap_or_default();
    view! {
        <fieldset>
            <legend>"On whose behalf"</legend>
            <Trouble name="on_behalf_of"/>
            <Trouble name="invoked_by"/>
            <div class="row">
                <Select name="on_behalf_of.id" label="For whom" options=known.to_vec() value=id(|event| &event.on_behalf_of) blank="nobody, or not known"/>
                <Field name="on_behalf_of.name" label="Or for somebody else"/>
            </div>
            <div class="row">
                <Select name="invoked_by.id" label="Invoked by" options=known.to_vec() value=id(|event| &event.invoked_by) blank="nobody, or not known"/>
                <Field name="invoked_by.name" label="Or by somebody else"/>
            </div>
        </fieldset>
        <fieldset>
            <legend>"Agent output and reversibility"</legend>
            <div class="row">
                <Select name="output_mode" label="How it reached people" options=choices(OutputMode::ALL, OutputMode::word, OutputMode::label) value=mode blank="not an output, or not known"/>
                <Select name="provenance_label" label="What marked it as an agent’s" options=choices(ProvenanceLabel::ALL, ProvenanceLabel::word, ProvenanceLabel::label) value=label.word()/>
            </div>
            <div class="row">
                <Select name="reversibility" label="How it can be undone" options=choices(Reversibility::ALL, Reversibility::word, Reversibility::label) value=undo.word()/>
                <Select name="prevented_by" label="What kept it from being worse" options=choices(PreventedBy::ALL, PreventedBy::word, PreventedBy::label) value=prevented blank="nothing did"/>
            </div>
            <div class="row">
                <Field name="trace" label="Trace or session" value=event.and_then(|event| event.trace.clone()).unwrap_or_default()/>
                <Field name="ticket" label="Ticket" value=event.and_then(|event| event.ticket.clone()).unwrap_or_default() hint="Where it is tracked elsewhere: a key or an address."/>
            </div>
        </fieldset>
    }
}
