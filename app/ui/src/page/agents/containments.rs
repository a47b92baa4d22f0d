//! How an agent was stopped: each containment, what the log says of it, and what can be decided.

use domain::Id;
use domain::access::Permit;
use domain::agent::{Agent, AgentStatus};
use domain::counted::counted;
use domain::watch::containment::{ActAfter, Honoured, Step};
use domain::watch::{Cause, ContainmentState};
use leptos::prelude::*;

use super::agent::may_edit;
use crate::component::{ActButton, Field, Form, OpenForm, Select};
use crate::frame::Frame;
use crate::page::watch::{ContainmentView, chain, clock, meaning, seconds};

/// A way to stop the agent, to choose from.
#[derive(Debug, Clone)]
pub struct StopChoice {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Whether nothing is sent by it.
    pub is_dry_run: bool,
}

/// The section of an agent's page.
pub(super) fn card(agent: &Agent, containments: &[ContainmentView], stops: &[StopChoice]) -> impl IntoView + use<> {
    let may = may_edit(agent) && agent.status() != AgentStatus::Retired;
    let form = may.then(|| contain(agent, stops));
    let none = containments.is_empty().then(|| view! { <p class="muted">"This agent was never stopped here."</p> });
    let shown = containments.iter().map(one).collect_view();
    view! {
        <section class="card" id="containments">
            <header><h2>"Containments"</h2><small class="muted">{containments.len().to_string()}</small></header>
            {by_rules(agent)}
            {none}{shown}
            {form}
        </section>
    }
}

/// Whether a rule may stop it, and what to do where none may.
fn by_rules(agent: &Agent) -> impl IntoView + use<> {
    let words = match (agent.may_be_suspended_by_rules, agent.critical) {
        (true, true) => "A rule may ask to suspend this agent. It is critical, so a second person has to agree.",
        (true, false) => "A rule may suspend this agent, until a reviewer restores it.",
        (false, _) => {
            "No rule suspends this agent, because nobody said that one may. That is fine: alerts still tell you, and a person can stop it here. To let rules act, edit the agent and tick “Rules may suspend it without a person”."
        }
    };
    view! { <p class="muted">{words}</p> }
}

/// The form that stops it now.
fn contain(agent: &Agent, stops: &[StopChoice]) -> impl IntoView + use<> {
    let action = format!("/agents/{}/containments", agent.id);
    let choice = |stop: &StopChoice| {
        let dry = if stop.is_dry_run { " (dry run: nothing is sent)" } else { "" };
        (stop.id.to_string(), format!("{}{dry}", stop.name))
    };
    let first = stops.first().map(|stop| stop.id.to_string()).unwrap_or_default();
    let place = match (agent.stop.place.as_str(), stops.is_empty()) {
        (_, false) => "The agent is suspended here at once, and the stop is told. It can be restored.".to_string(),
        ("", true) => {
            "No stop is set up for this agent. Stop it yourself first; it is suspended here then.".to_string()
        }
        (place, true) => {
            format!("No stop is set up for this agent. Stop it yourself first, at {place}; it is suspended here then.")
        }
    };
    let second = agent.critical.then(|| {
        view! { <p class="notice warn">"This agent is critical: nothing is sent before a second person agrees."</p> }
    });
    let options: Vec<_> = stops.iter().map(choice).collect();
    view! {
        <div class="actions">
            <OpenForm label="Stop this agent" form="contain">
                <Form id="contain" action=action submit="Stop it now" danger=true>
                    {second}
                    <Field name="reason" label="Why" required=true/>
                    <div class="row">
                        <Select name="stop" label="How" options=options value=first blank="by hand: I have stopped it" hint=place/>
                        <Field name="incident" label="Incident" hint="Its key, such as INC-12. Leave it empty if there is none."/>
                    </div>
                </Form>
            </OpenForm>
        </div>
    }
}

fn one(view: &ContainmentView) -> impl IntoView + use<> {
    let containment = &view.containment;
    let now = Frame::current().now;
    let id = format!("containment-{}", containment.id);
    let refresh = view.is_under_way().then_some("");
    let late = containment.is_overdue(now).then(|| view! { " "<span class="flag no">"overdue"</span> });
    let review = containment.state().awaits_review().then(|| {
        view! { <dt>"Review due"</dt><dd>{clock(containment.review_due)}{late}</dd> }
    });
    let latency = containment.honour_micros().map(|micros| {
        view! { <dt>"Stop-honour latency"</dt><dd>{format!("{}, from the stop to the last act seen after it", seconds(micros))}</dd> }
    });
    let incident = view.incident.map(|key| {
        view! { <dt>"Incident"</dt><dd><a class="mono" href=format!("/incidents/{key}/timeline")>{key.to_string()}</a></dd> }
    });
    let approved = containment.approved.as_ref().map(|stamp| {
        view! { <dt>"Agreed to by"</dt><dd>{stamp.by.spoken()}", "{clock(stamp.at)}</dd> }
    });
    let claim = (!containment.claim.is_empty())
        .then(|| view! { <dt>"What the other side said"</dt><dd>{containment.claim.clone()}</dd> });
    let why = containment.why.clone();
    view! {
        <article class="containment" id=id tabindex="-1" data-refresh=refresh>
            <h3>{why}</h3>
            {chain(containment)}
            <p>{meaning(view)}</p>
            <dl class="facts">
                <dt>"Asked for by"</dt><dd>{cause(&containment.cause)}", "{clock(containment.requested_at)}</dd>
                {approved}
                <dt>"Stop"</dt><dd>{sent(view)}</dd>
                {claim}{latency}{review}{incident}
            </dl>
            {acts(view)}
            {steps(&containment.steps)}
            {decisions(view)}
        </article>
    }
}

fn cause(cause: &Cause) -> AnyView {
    match cause {
        Cause::Person { person } => person.spoken().into_any(),
        Cause::Rule { rule, alert } => {
            view! { "the rule “"{rule.label()}"”, for "<a href=format!("/watch/alerts/{alert}")>"this alert"</a> }
                .into_any()
        }
    }
}

/// By what it was stopped, and how that is undone. Of secrets not even the names: those are with the stop.
fn sent(view: &ContainmentView) -> AnyView {
    let Some(stop) = &view.containment.stop else { return "by hand".into_any() };
    let undone = (!stop.undone_by.is_empty()).then(|| format!(" It is undone by: {}", stop.undone_by));
    let href = format!("/watch/stops/{}", stop.id);
    view! { <a href=href>{stop.name.clone()}</a>{format!(", {}.", stop.kind)}{undone} }.into_any()
}

/// What the agent did after the stop.
fn acts(view: &ContainmentView) -> Option<AnyView> {
    let honoured = &view.containment.honoured;
    if honoured.is_empty() {
        return None;
    }
    let by_source = |one: &Honoured| {
        let said = format!(
            "{}: {}, the last one {} after the stop",
            view.source(&one.source),
            counted(one.acts, "act"),
            seconds(one.latency_micros)
        );
        view! { <li>{said}</li> }
    };
    let act = |act: &ActAfter| {
        let source = format!("/watch/sources/{}", act.source);
        view! { <li>{clock(act.happened_at())}" "{act.verb.clone()}" "<code>{act.resource.clone()}</code>" "<a href=source>{act.place.clone()}</a></li> }
    };
    Some(
        view! {
            <h4>"Acts seen after the stop"</h4>
            <ul>{honoured.iter().map(by_source).collect_view()}</ul>
            <details><summary>"The first ones"</summary><ol>{view.acts().iter().map(act).collect_view()}</ol></details>
        }
        .into_any(),
    )
}

fn steps(steps: &[Step]) -> impl IntoView + use<> {
    let step = |step: &Step| {
        let why = (!step.why.is_empty()).then(|| format!(": {}", step.why));
        view! { <li>{clock(step.at)}" "<b>{step.state.label()}</b>" by "{step.by.spoken()}{why}</li> }
    };
    view! { <details><summary>"Steps"</summary><ol>{steps.iter().map(step).collect_view()}</ol></details> }
}

/// What a reviewer can decide.
fn decisions(view: &ContainmentView) -> Option<AnyView> {
    let containment = &view.containment;
    let state = containment.state();
    if !Frame::current().may(Permit::Review)
        || matches!(state, ContainmentState::Restored | ContainmentState::Cancelled)
    {
        return None;
    }
    let base = format!("/containments/{}", containment.id);
    let form = |act: &'static str, label: &'static str, hint: &'static str, danger: bool| {
        let (id, action) = (format!("{act}-{}", containment.id), format!("{base}/{act}"));
        let open = id.clone();
        view! {
            <OpenForm label=label form=open quiet=true>
                <Form id=id action=action submit=label danger=danger><Field name="reason" label="Why" required=true hint=hint/></Form>
            </OpenForm>
        }
    };
    let approve = containment.awaits_second().then(|| {
        let (id, action) = (format!("approve-{}", containment.id), format!("{base}/approve"));
        view! { <ActButton action=action id=id label="Agree: stop it" title=format!("Agree to stop {}", view.agent_name) class="btn p small"/> }
    });
    let requested = state == ContainmentState::Requested;
    let cancel = requested.then(|| form("cancel", "Call it off", "Nothing was sent yet, and nothing will be.", false));
    let restore = (!requested).then(|| {
        form(
            "restore",
            "Restore",
            "By somebody who neither caused, asked for nor agreed to it. The agent may act again.",
            false,
        )
    });
    let permanent = (!requested && state != ContainmentState::Permanent).then(|| {
        form(
            "make-permanent",
            "Make permanent",
            "The agent stays stopped, and nobody is asked to review it any more.",
            true,
        )
    });
    Some(view! { <div class="actions">{approve}{cancel}{restore}{permanent}</div> }.into_any())
}
