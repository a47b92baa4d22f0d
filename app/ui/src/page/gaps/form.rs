//! The form of a gap: one that asks what the chosen control has to answer.

use domain::Id;
use domain::casefile::CaseItem;
use domain::draft::typed_list;
use domain::gap::{Control, Enforcement, Gap, GapState};
use domain::suggestion::Suggestion;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::pick::{event_choices, evidence_choices, ids};
use crate::component::{Field, Form, Icon, Many, OpenForm, Select, TextArea, choices};

/// The form: for the gap being edited, for the control asked for, or closed until somebody opens it.
pub(super) fn section(
    case: &Case,
    editing: Option<&CaseItem<Gap>>,
    control: Option<Control>,
    suggested: &[Suggestion],
) -> Option<AnyView> {
    if !case.may_edit() {
        return None;
    }
    let (head, form) = match (editing, control) {
        (Some(gap), _) => (format!("Edit “{}”", gap.control.label()), edit(case, gap)),
        (None, Some(control)) => (format!("Record “{}”", control.label()), add(case, control, suggested)),
        (None, None) => return Some(closed(case)),
    };
    Some(
        view! {
            <section class="card" id="gap-form">
                <header><h2>{head}</h2><div class="actions"><a class="btn quiet small" href=case.url("gaps")>"Close"</a></div></header>
                {form}
            </section>
        }
        .into_any(),
    )
}

fn edit(case: &Case, gap: &CaseItem<Gap>) -> AnyView {
    let (action, seen) = (case.url(&format!("gaps/{}", gap.id)), gap.version);
    let (case, gap) = (case.clone(), gap.record.clone());
    view! { <Form id="edit-gap" action=action submit="Save" seen=seen>{known(&case, gap.control, Some(&gap), &[])}</Form> }.into_any()
}

fn add(case: &Case, control: Control, suggested: &[Suggestion]) -> AnyView {
    let suggestion = suggested.iter().find(|suggestion| suggestion.control == control);
    let why = suggestion.map(|suggestion| view! { <p class="notice info"><Icon name="question"/><span>"Suggested because: "{suggestion.rule.clone()}</span></p> });
    let events = suggestion.map(|suggestion| suggestion.events.clone()).unwrap_or_default();
    let (action, case) = (case.url("gaps"), case.clone());
    view! { {why} <Form id="add-gap" action=action submit="Record it">{known(&case, control, None, &events)}</Form> }
        .into_any()
}

/// Closed: somebody who opens it chooses the control in it, so it asks the questions of every control.
fn closed(case: &Case) -> AnyView {
    let (action, case) = (case.url("gaps"), case.clone());
    view! {
        <section class="card" id="gap-form">
            <OpenForm label="Record another gap" form="any-gap" key="n">
                <Form id="any-gap" action=action submit="Record it">
                    <Select name="control" label="Control" options=choices(Control::ALL, Control::word, Control::label) asks=true hint="The control that should have stopped it, or shown it."/>
                    {standing(None)}
                    {answers(Control::Authorization, None)}
                    {answers(Control::HumanTrust, None)}
                    {sources(&case, &[], &[])}
                </Form>
            </OpenForm>
        </section>
    }
    .into_any()
}

/// The fields once the control is known.
fn known(case: &Case, control: Control, gap: Option<&Gap>, suggested: &[Id]) -> impl IntoView + use<> {
    let events = gap.map_or_else(|| suggested.to_vec(), |gap| gap.events.clone());
    let evidence = gap.map(|gap| gap.evidence.clone()).unwrap_or_default();
    let tags = gap.map_or_else(|| typed_list(control.tags()), |gap| typed_list(&gap.tags));
    view! {
        <input type="hidden" name="control" value=control.word()/>
        <p class="muted">{control.question()}</p>
        {standing(gap)}
        {answers(control, gap)}
        {sources(case, &events, &evidence)}
        <Field name="tags:l" label="Tags" value=tags hint="With commas between: OWASP Agentic Top 10 (ASI01–ASI10) and MITRE ATLAS mitigations."/>
    }
}

fn standing(gap: Option<&Gap>) -> impl IntoView + use<> {
    let state = gap.map_or("", |gap| gap.state.word());
    let enforcement = gap.and_then(|gap| gap.enforcement).map(Enforcement::word).unwrap_or_default();
    let statement = gap.map(|gap| gap.statement.clone()).unwrap_or_default();
    view! {
        <div class="row">
            <Select name="state" label="How it stood" options=choices(GapState::ALL, GapState::word, GapState::label) value=state asks=true/>
            <Select name="enforcement" label="Hard or soft" options=choices(Enforcement::ALL, Enforcement::word, Enforcement::label) value=enforcement blank="there was none" hint="A hard control cannot be argued with; a soft one asks."/>
        </div>
        <TextArea name="statement" label="What was found" value=statement rows=4 required=true hint="Or, for a control that worked, why it held. Markdown works."/>
    }
}

/// The questions that only this control asks.
fn answers(control: Control, gap: Option<&Gap>) -> Option<AnyView> {
    let get = |field: fn(&Gap) -> &String| gap.map(|gap| field(gap).clone()).unwrap_or_default();
    match control {
        Control::Authorization => Some(
            view! {
                <fieldset>
                    <legend>"For authorization: three scopes"</legend>
                    <TextArea name="granted_scope" label="What was granted" rows=2 value=get(|gap| &gap.granted_scope)/>
                    <TextArea name="needed_scope" label="What the task needed" rows=2 value=get(|gap| &gap.needed_scope)/>
                    <TextArea name="done_scope" label="What was done" rows=2 value=get(|gap| &gap.done_scope)/>
                </fieldset>
            }
            .into_any(),
        ),
        Control::HumanTrust => Some(
            view! {
                <fieldset>
                    <legend>"For human trust"</legend>
                    <TextArea name="signal" label="What marked the output as an agent’s" rows=2 value=get(|gap| &gap.signal)/>
                    <TextArea name="relied_by" label="Who relied on it" rows=2 value=get(|gap| &gap.relied_by)/>
                    <TextArea name="verified" label="What was verified first" rows=2 value=get(|gap| &gap.verified)/>
                </fieldset>
            }
            .into_any(),
        ),
        _ => None,
    }
}

fn sources(case: &Case, events: &[Id], evidence: &[Id]) -> impl IntoView + use<> {
    view! {
        <details open=!events.is_empty() || !evidence.is_empty()>
            <summary>"What shows it"</summary>
            <div class="stack">
                <Many name="events[]" label="Events it shows in" options=event_choices(case, events) value=ids(events) empty="The timeline is still empty."/>
                <Many name="evidence[]" label="Evidence for it" options=evidence_choices(case) value=ids(evidence) empty="There is no evidence yet."/>
            </div>
        </details>
    }
}
