//! The fields of an agent, and the page that registers one or many.

use domain::agent::{Agent, CSV_COLUMNS};
use domain::principal::Fallback;
use domain::time::moment_as_typed;
use leptos::prelude::*;

use crate::component::address::asked;
use crate::component::shell::One;
use crate::component::{Choice, Field, Flag, Form, OpenForm, Select, TextArea, choices};
use crate::frame::Frame;

/// The page on which an agent is registered. Its address may bring a name from a log or an incident.
pub fn new_page() -> AnyView {
    let name = asked("name").unwrap_or_default();
    let identifier = asked("identifier").unwrap_or_else(|| name.clone());
    let hint = format!("The first line names the columns: {}. Only the name is required.", CSV_COLUMNS.join(", "));
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a></nav>
            <h1>"Register an agent"</h1>
            <p class="muted">"It is proposed until somebody makes it active. Whoever answers for it sees to its permissions and their review."</p>
            <section class="card">
                <header><h2>"One agent"</h2></header>
                <Form id="register" action="/agents" submit="Register">{fields(None, &name, &identifier)}</Form>
            </section>
            <section class="card">
                <header><h2>"Many agents"</h2></header>
                <OpenForm label="Paste a table" form="import">
                    <Form id="import" action="/agents/import" submit="Register all">
                        <TextArea name="csv" label="Rows with commas between (CSV)" rows=8 required=true hint=hint/>
                    </Form>
                </OpenForm>
                <p class="hint">"All rows are registered, or none: each line that cannot be is named."</p>
            </section>
        </One>
    }
    .into_any()
}

/// The fields, with what is known.
pub(super) fn fields(agent: Option<&Agent>, name: &str, identifier: &str) -> AnyView {
    let text = |of: fn(&Agent) -> &String| agent.map(of).cloned().unwrap_or_default();
    let name = agent.map_or(name.to_string(), |agent| agent.name.clone());
    let identifiers = agent.map_or(identifier.to_string(), |agent| {
        agent.identifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    });
    let owner = agent.and_then(|agent| agent.owner.as_ref()).map(ToString::to_string).unwrap_or_default();
    let fallback = agent.map_or(Fallback::Undefined, |agent| agent.default_on_unconfirmable);
    let days = agent.map_or(Some(90), |agent| agent.review_days).map(|days| days.to_string()).unwrap_or_default();
    let frame = Frame::current();
    let drill = agent.and_then(|agent| agent.stop.last_drill);
    let drill = drill.map(|at| moment_as_typed(at, frame.now, &frame.zone)).unwrap_or_default();
    view! {
        <div class="row">
            <Field name="name" label="Name" value=name required=true/>
            <Field name="team" label="Team" value=text(|agent| &agent.team)/>
        </div>
        <Field name="identifiers:l" label="Names under which logs know it" value=identifiers
            hint="Client ids, service accounts, app ids, bot users, gen_ai.agent.id; with commas between. A * stands for any characters."/>
        <div class="row">
            <Select name="owner" label="Owner" options=people(&owner) value=owner blank="nobody with an account here" hint="The person who answers for it."/>
            <Field name="owner_name" label="Or somebody without an account" value=text(|agent| &agent.owner_name)/>
        </div>
        <TextArea name="purpose" label="What it is for" value=text(|agent| &agent.purpose) rows=3 hint="Markdown works."/>
        <div class="row">
            <Field name="model" label="Model" value=text(|agent| &agent.model)/>
            <Field name="agent_version" label="Version" value=text(|agent| &agent.agent_version)/>
        </div>
        <div class="row">
            <Field name="framework" label="Framework" value=text(|agent| &agent.framework)/>
            <Field name="environment" label="Where it runs" value=text(|agent| &agent.environment)/>
        </div>
        <Select name="default_on_unconfirmable" label="When it cannot ask for confirmation, it" options=choices(Fallback::ALL, Fallback::word, Fallback::label) value=fallback.word()
            hint="As it is declared; what was observed is shown beside it."/>
        <fieldset>
            <legend>"How it is stopped"</legend>
            <div class="row">
                <Field name="stop.place" label="Where" value=agent.map(|agent| agent.stop.place.clone()).unwrap_or_default() hint="A page, a command, a switch."/>
                <Field name="stop.who" label="Who may" value=agent.map(|agent| agent.stop.who.clone()).unwrap_or_default()/>
                <Field name="stop.last_drill" label="Last tried" value=drill hint="A day, such as 2026-03-18."/>
            </div>
        </fieldset>
        <div class="row">
            <Field name="review_days:n" label="Days between reviews of its grants" kind="number" value=days/>
            <Flag name="critical:b" label="Critical: two people decide about stopping it" value=agent.is_some_and(|agent| agent.critical)/>
        </div>
    }
    .into_any()
}

/// The people with an account in use, and the one who was named so far.
fn people(chosen: &str) -> Vec<Choice> {
    let frame = Frame::current();
    let mut people: Vec<Choice> = frame.people.iter().map(|known| (known.id.to_string(), known.name.clone())).collect();
    if !chosen.is_empty() && !people.iter().any(|(id, _)| id == chosen) {
        people.push((chosen.to_string(), "the owner named so far, whose account is disabled".into()));
    }
    people.sort_by(|one, other| one.1.cmp(&other.1));
    people
}
