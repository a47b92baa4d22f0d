//! Decisions: what was decided while the incident was handled, by whom, when, and on what grounds.

use domain::Id;
use domain::casefile::{CaseItem, Noun};
use domain::decision::Decision;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::{ActButton, Field, Form, OpenForm, TextArea, When, time_text};
use crate::island::Understood;
use crate::markdown::writer::Html;

/// The decisions in the order of their time, and the form for one.
pub(super) fn section(case: &Case, edit: Option<&Id>) -> impl IntoView + use<> {
    let rows = case.dossier.decisions_in_order().into_iter().map(|decision| row(case, decision)).collect_view();
    let none = case.dossier.decisions.is_empty();
    let editing = edit.and_then(|id| case.dossier.decisions.get(id)).cloned();
    view! {
        <section class="card" id="decisions">
            <header><h2>"Decisions"</h2><small class="muted">"as they were made, with what was known then"</small></header>
            {none.then(|| view! {
                <Empty title="No decision is recorded yet" text="Write down what was decided while it happened: to stop the agent, to keep a service open, to tell customers. Say who decided and what they knew, so that nobody has to guess later."/>
            })}
            {(!none).then(|| view! { <ol class="hairline">{rows}</ol> })}
            {case.may_edit().then(|| form(case, editing.as_ref()))}
        </section>
    }
}

fn row(case: &Case, decision: &CaseItem<Decision>) -> impl IntoView + use<> {
    let edit = format!("{}#decision-form", case.url(&format!("claims?edit={}", decision.id)));
    let delete = case.url(&format!("decisions/{}/delete", decision.id));
    let name = domain::timeline::first_line(&decision.statement);
    let mut grounds = Html::default();
    grounds.prose(&decision.grounds);
    let grounds = (!decision.grounds.trim().is_empty()).then(|| grounds.finish());
    view! {
        <li id=format!("decision-{}", decision.id) data-item="" tabindex="0">
            <p><b>{decision.statement.clone()}</b></p>
            <p class="muted"><small><When time=decision.time.clone()/>" · decided by "{decision.decided_by.clone()}</small></p>
            {grounds.map(|html| view! { <div class="md" inner_html=html></div> })}
            <div class="actions">
                {case.may_edit().then(|| view! {
                    <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit: {name}")>"Edit"</a>
                    <ActButton action=delete label="Delete" title=format!("Delete: {name}") seen=decision.version/>
                })}
                {history_of(case, Noun::Decision, &decision.id, &name)}
            </div>
            {discussion(case, &format!("decision/{}", decision.id), &name)}
        </li>
    }
}

fn form(case: &Case, editing: Option<&CaseItem<Decision>>) -> AnyView {
    let owned = case.clone();
    let Some(decision) = editing else {
        return view! {
            <div id="decision-form">
                <OpenForm label="Add a decision" form="add-decision">
                    <Form id="add-decision" action=owned.url("decisions") submit="Add it">{fields("add-decision", None)}</Form>
                </OpenForm>
            </div>
        }
        .into_any();
    };
    let (action, seen) = (case.url(&format!("decisions/{}", decision.id)), decision.version);
    let record = decision.record.clone();
    view! {
        <section id="decision-form">
            <h3>"Edit a decision"</h3>
            <Form id="edit-decision" action=action submit="Save" seen=seen keep=format!("decisions/{}", decision.id)>{fields("edit-decision", Some(&record))}</Form>
            <p><a href=owned.url("claims")>"Close this form"</a></p>
        </section>
    }
    .into_any()
}

fn fields(form: &str, decision: Option<&Decision>) -> impl IntoView + use<> {
    let get = |field: fn(&Decision) -> &String| decision.map(|one| field(one).clone()).unwrap_or_default();
    let time = decision.map(|one| time_text(&one.time)).unwrap_or_default();
    view! {
        <TextArea name="statement" label="What was decided" rows=2 value=get(|one| &one.statement) required=true hint="In a sentence: “Suspend the agent, and leave the forum open.”"/>
        <div class="row">
            <div>
                <Field name="time" label="When" value=time required=true hint="As you would say it: “17:40 CET”, “about 2 h ago”, “unknown”."/>
                <Understood input=format!("{form}-time")/>
            </div>
            <Field name="decided_by" label="Who decided" value=get(|one| &one.decided_by) required=true hint="A name or a role."/>
        </div>
        <TextArea name="grounds" label="On what grounds" rows=3 value=get(|one| &one.grounds) hint="What was known then, and what else could have been done. Markdown."/>
    }
}
