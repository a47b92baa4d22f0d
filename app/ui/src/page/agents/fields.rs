//! The fields of an agent, and the page that registers one or many.

use domain::Id;
use domain::agent::{Agent, CSV_COLUMNS};
use domain::draft::typed_list;
use domain::principal::Fallback;
use domain::time::moment_as_typed;
use leptos::prelude::*;

use crate::component::address::asked;
use crate::component::shell::One;
use crate::component::{Choice, Field, Flag, Form, OpenForm, Select, TextArea, choices};
use crate::frame::Frame;

/// The interval of reviews that a new agent is offered.
const REVIEW_DAYS: u32 = 90;

/// The page on which an agent is registered. Its address may bring a name from a log or an incident.
pub fn new_page() -> AnyView {
    let known = |name: &str| asked(name).unwrap_or_default();
    let name = known("name");
    let identifier = asked("identifier").unwrap_or_else(|| typed_list([&name]));
    let known = Agent {
        owner_name: known("owner_name"),
        model: known("model"),
        agent_version: known("agent_version"),
        framework: known("framework"),
        review_days: Some(REVIEW_DAYS),
        ..Agent::named(Id::new(""), name, Frame::current().now)
    };
    // Whoever comes from an incident goes back there.
    let then = asked("then").map(|then| view! { <input type="hidden" name="then" value=then/> });
    let hint = format!("The first line names the columns: {}. Only the name is required.", CSV_COLUMNS.join(", "));
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a></nav>
            <h1>"Register an agent"</h1>
            <section class="card">
                <header><h2>"One agent"</h2></header>
                <p class="muted">"A new agent has the status “proposed” until somebody makes it active. Its owner looks after its grants and reviews."</p>
                <Form id="register" action="/agents" submit="Register">{then}{fields(&known, identifier)}</Form>
            </section>
            <section class="card">
                <header><h2>"Many agents"</h2></header>
                <OpenForm label="Paste a CSV table" form="import">
                    <Form id="import" action="/agents/import" submit="Register all">
                        <TextArea name="csv" label="Rows with commas between (CSV)" rows=8 required=true hint=hint/>
                    </Form>
                </OpenForm>
                <p class="hint">"Either all rows are registered or none. Lines with errors are listed."</p>
            </section>
        </One>
    }
    .into_any()
}

/// The identifiers of an agent as they are typed.
pub(super) fn identifiers(agent: &Agent) -> String {
    typed_list(agent.identifiers.iter().map(ToString::to_string))
}

/// The fields, with what is known.
pub(super) fn fields(agent: &Agent, identifiers: String) -> AnyView {
    let Agent { name, owner_name, team, purpose, model, agent_version, framework, environment, stop, .. } =
        agent.clone();
    let owner = agent.owner.as_ref().map(ToString::to_string).unwrap_or_default();
    let days = agent.review_days.map(|days| days.to_string()).unwrap_or_default();
    let frame = Frame::current();
    let drill = stop.last_drill.map(|at| moment_as_typed(at, frame.now, &frame.zone)).unwrap_or_default();
    view! {
        <div class="row">
            <Field name="name" label="Name" value=name required=true/>
            <Field name="team" label="Team" value=team/>
        </div>
        <Field name="identifiers:l" label="Identifiers in logs" value=identifiers
            hint="Client ids, service accounts, app ids, bot users or gen_ai.agent.id, separated by commas. * matches any characters."/>
        <div class="row">
            <Select name="owner" label="Owner" options=people(&owner) value=owner blank="no account here" hint="The person who is responsible for it."/>
            <Field name="owner_name" label="Owner without an account" value=owner_name/>
        </div>
        <TextArea name="purpose" label="What it is for" value=purpose rows=3 hint="Markdown works."/>
        <div class="row">
            <Field name="model" label="Model" value=model/>
            <Field name="agent_version" label="Version" value=agent_version/>
        </div>
        <div class="row">
            <Field name="framework" label="Framework" value=framework/>
            <Field name="environment" label="Where it runs" value=environment/>
        </div>
        <Select name="default_on_unconfirmable" label="If nobody can confirm, the agent" options=choices(Fallback::ALL, Fallback::word, Fallback::label) value=agent.default_on_unconfirmable.word()
            hint="What is declared. Incidents show what was observed."/>
        <fieldset>
            <legend>"How to stop it"</legend>
            <div class="row">
                <Field name="stop.place" label="Where" value=stop.place hint="A page, a command, a switch."/>
                <Field name="stop.who" label="Who may stop it" value=stop.who/>
                <Field name="stop.last_drill" label="Last stop drill" value=drill hint="A day, such as 2026-03-18."/>
            </div>
        </fieldset>
        <div class="row">
            <Field name="review_days:n" label="Days between reviews of its grants" kind="number" value=days/>
            <Flag name="critical:b" label="Critical: two people have to agree to stop it" value=agent.critical/>
            <Flag name="may_be_suspended_by_rules:b" label="Rules may suspend it without a person" value=agent.may_be_suspended_by_rules/>
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
