//! The forms of an item: adding, editing, verifying, giving up.

use domain::Id;
use domain::casefile::CaseItem;
use domain::gap::Enforcement;
use domain::remediation::{Priority, Remediation, RemediationKind};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::pick::{evidence_choices, ids};
use crate::component::{Choice, Field, Form, Many, OpenForm, Select, TextArea, choices, due_text};
use crate::island::Understood;

/// A new item that closes these gaps.
pub(super) fn add(case: &Case, gaps: &[Id]) -> impl IntoView + use<> {
    let (action, case, gaps) = (case.url("remediations"), case.clone(), gaps.to_vec());
    view! { <Form id="add-remediation" action=action submit="Add it">{fields(&case, None, &gaps)}</Form> }
}

/// The item as it is, to change.
pub(super) fn edit(case: &Case, item: &CaseItem<Remediation>) -> impl IntoView + use<> {
    let (action, seen) = (case.url(&format!("remediations/{}", item.id)), item.version);
    let (case, item) = (case.clone(), item.record.clone());
    view! { <Form id="edit-remediation" action=action submit="Save" seen=seen>{fields(&case, Some(&item), &item.gaps)}</Form> }
}

fn fields(case: &Case, item: Option<&Remediation>, gaps: &[Id]) -> impl IntoView + use<> {
    let get = |field: fn(&Remediation) -> &String| item.map(|item| field(item).clone()).unwrap_or_default();
    let form = if item.is_some() { "edit-remediation" } else { "add-remediation" };
    let kind = item.map_or("", |item| item.kind.word());
    let enforcement = item.map_or("", |item| item.enforcement.word());
    let priority = item.map_or(Priority::P1, |item| item.priority).word();
    let account = item
        .and_then(|item| item.owner_account.as_ref())
        .map(|id| view! { <input type="hidden" name="owner_account" value=id.to_string()/> });
    let evidence = item.map(|item| ids(&item.evidence)).unwrap_or_default();
    view! {
        {account}
        <Field name="title" label="What is to be done" value=get(|item| &item.title) required=true hint="One line, as an act: “Ask before any change of access lists”."/>
        <Many name="gaps[]" label="Gaps it closes" options=gap_choices(case) value=ids(gaps) empty="No gap is recorded yet. An item may also stand alone."/>
        <div class="row">
            <Select name="kind" label="Kind" options=choices(RemediationKind::ALL, RemediationKind::word, RemediationKind::label) value=kind asks=true/>
            <Select name="enforcement" label="Hard or soft" options=choices(Enforcement::ALL, Enforcement::word, Enforcement::label) value=enforcement asks=true hint="Hard: it cannot be argued with. Soft: it asks."/>
            <Select name="priority" label="Priority" options=choices(Priority::ALL, Priority::word, Priority::label) value=priority/>
        </div>
        <div class="row">
            <Field name="owner" label="Owner" value=get(|item| &item.owner) hint="Who sees to it. Somebody else verifies it."/>
            <div>
                <Field name="due" label="Due" value=item.and_then(|item| item.due).map(due_text).unwrap_or_default() hint="A day, such as 1 April 2026."/>
                <Understood input=format!("{form}-due")/>
            </div>
        </div>
        <TextArea name="acceptance_test" label="Acceptance test" rows=2 value=get(|item| &item.acceptance_test) hint="How one will know that it works."/>
        <details open=item.is_some()>
            <summary>"More"</summary>
            <div class="stack">
                <TextArea name="completion" label="What shows that it is done" rows=2 value=get(|item| &item.completion)/>
                <Field name="link" label="Link to the tracker" kind="url" value=get(|item| &item.link)/>
                <Many name="evidence[]" label="Evidence of completion" options=evidence_choices(case) value=evidence empty="There is no evidence yet."/>
            </div>
        </details>
    }
}

fn gap_choices(case: &Case) -> Vec<Choice> {
    case.dossier
        .gaps
        .iter()
        .map(|gap| (gap.id.to_string(), format!("{} ({})", gap.control.label(), gap.state.label())))
        .collect()
}

/// Says what shows that it works; a person other than the owner does this.
pub(super) fn verify(case: &Case, item: &Remediation) -> impl IntoView + use<> {
    let form = format!("verify-{}", item.id);
    let (action, options, completion) =
        (case.url(&format!("remediations/{}/verify", item.id)), evidence_choices(case), item.completion.clone());
    let label = format!("Verify “{}”", item.title);
    view! {
        <OpenForm label="Verify" form=form.clone() quiet=true>
            <Form id=form action=action submit="It works">
                <p class="muted">{label}": only this closes its gaps. Its owner cannot do it."</p>
                <TextArea name="completion" label="What shows that it works" rows=3 value=completion/>
                <Many name="evidence[]" label="Evidence" options=options empty="There is no evidence yet; the text above will do."/>
            </Form>
        </OpenForm>
    }
}

/// Gives it up, with the reason; whoever does it approves it.
pub(super) fn give_up(case: &Case, item: &Remediation) -> impl IntoView + use<> {
    let form = format!("wont-fix-{}", item.id);
    let action = case.url(&format!("remediations/{}/wont-fix", item.id));
    view! {
        <OpenForm label="Will not fix" form=form.clone() quiet=true>
            <Form id=form action=action submit="Approve not doing it" danger=true>
                <TextArea name="reason" label="Why it will not be done" rows=3 required=true hint="You approve this with your name. The owner cannot."/>
            </Form>
        </OpenForm>
    }
}
