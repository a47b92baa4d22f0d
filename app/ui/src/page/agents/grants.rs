//! What an agent may do: its grants, and the forms that give, narrow and revoke.

use domain::Instant;
use domain::agent::{Agent, AgentCase, ConfirmationRule, Grant, Until};
use domain::casefile::CaseItem;
use domain::draft::typed_list;
use domain::timeline::{Effect, Verb};
use leptos::prelude::*;

use super::agent::may_edit;
use crate::component::day::Day;
use crate::component::shell::Empty;
use crate::component::{ActButton, Field, Flag, Form, Many, OpenForm, Select, TextArea, choices};
use crate::frame::Frame;

/// The verbs that can be granted: nobody knows what another one would allow.
pub(super) fn verbs() -> Vec<(String, String)> {
    choices(Verb::ALL, Verb::word, Verb::label).into_iter().filter(|(word, _)| word != Verb::Other.word()).collect()
}

/// The grants that have not ended, then those that have.
pub(super) fn card(agent: &Agent, case: &AgentCase) -> impl IntoView + use<> {
    let now = Frame::current().now;
    let has_ended = |grant: &Grant| grant.ends().is_some_and(|end| end <= now);
    let may = may_edit(agent);
    let open: Vec<_> = case.grants.iter().filter(|grant| !has_ended(grant)).collect();
    let ended: Vec<_> = case.grants.iter().filter(|grant| has_ended(grant)).collect();
    let body = if open.is_empty() {
        view! { <Empty title="No grants" text="Without a grant, every act of this agent counts as outside its scope. Add a grant for what its task needs: which actions, on which resources, why, and until when."/> }.into_any()
    } else {
        let rows = open.iter().map(|grant| shown(agent, grant, now, may)).collect_view();
        view! { <ul class="hairline">{rows}</ul> }.into_any()
    };
    let past = (!ended.is_empty()).then(|| {
        let rows = ended.iter().map(|grant| shown(agent, grant, now, false)).collect_view();
        view! { <details><summary>{format!("Ended ({})", ended.len())}</summary><ul class="hairline">{rows}</ul></details> }
    });
    let review = agent
        .merged_into
        .is_none()
        .then(|| view! { <a class="btn" href=format!("/agents/{}/review", agent.id)>"Review grants"</a> });
    let action = format!("/agents/{}/grants", agent.id);
    view! {
        <section class="card" id="grants">
            <header><h2>"Grants"</h2><small class="muted">{open.len().to_string()}</small></header>
            {body}{past}
            <div class="actions">
                {may.then(|| view! { <OpenForm label="Add a grant" form="grant" key="n"><Form id="grant" action=action submit="Add grant" keep="grants">{form()}</Form></OpenForm> })}
                {review}
            </div>
        </section>
    }
}

/// A grant in a line.
pub(super) fn sentence(grant: &Grant) -> String {
    let verbs: Vec<&str> = grant.verbs.iter().map(|verb| verb.label()).collect();
    let resources: Vec<&str> = grant.resources.iter().map(|pattern| pattern.as_str()).collect();
    format!("{} on {}", verbs.join(", "), resources.join(", "))
}

/// The strongest effect, in words.
pub(super) fn ceiling_text(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "no effect",
        Effect::Read => "can read",
        Effect::Mutating => "can change data",
        Effect::Destructive => "can destroy data",
        Effect::Privilege => "can change privileges",
    }
}

fn shown(agent: &Agent, grant: &CaseItem<Grant>, now: Instant, may: bool) -> impl IntoView + use<> {
    let line = |name: &'static str, text: &str| {
        (!text.is_empty()).then(|| view! { <dt>{name}</dt><dd>{text.to_string()}</dd> })
    };
    let task = match (grant.task.text.as_str(), grant.task.reference.as_str()) {
        (text, "") => text.to_string(),
        ("", reference) => reference.to_string(),
        (text, reference) => format!("{text} ({reference})"),
    };
    let waits = grant.from > now;
    let ended = grant.ended.as_ref().map(|ended| {
        let by = ended.by.as_ref().map(|by| format!(" by {}", by.spoken())).unwrap_or_default();
        view! { <p>{format!("Ended{by}: {}", ended.reason)}</p> }
    });
    let grave = if grant.is_grave() { "flag no" } else { "flag" };
    let confirmed = match grant.rule {
        ConfirmationRule::None => "no confirmation needed".to_string(),
        ConfirmationRule::TwoPeople => "two people confirm every act".to_string(),
        rule => format!("a person confirms {}", rule.label()),
    };
    let acts = may.then(|| acts(agent, grant));
    view! {
        <li class="stack" id=format!("grant-{}", grant.id) data-item tabindex="0">
            <h3>{sentence(grant)}</h3>
            <p class="cluster">
                <span class=grave>{ceiling_text(grant.ceiling)}</span>
                <span class="flag">{confirmed}</span>
                {waits.then(|| view! { <span class="flag un">"not valid yet"</span> })}
            </p>
            <dl class="facts">
                {line("Task", &task)}
                {line("Reason", &grant.rationale)}
                {line("Conditions", &grant.conditions)}
                <dt>"Approved by"</dt><dd>{approver(grant)}</dd>
                <dt>"Valid from"</dt><dd><Day at=grant.from/></dd>
                {grant.is_backdated().then(|| view! { <dt>"Recorded"</dt><dd><Day at=grant.since()/></dd> })}
                <dt>"Until"</dt><dd>{until(grant.until)}</dd>
            </dl>
            {ended}{acts}
        </li>
    }
}

fn approver(grant: &Grant) -> String {
    match (grant.approver_name.as_str(), &grant.approver) {
        ("", _) => "not known".into(),
        (name, Some(_)) => name.into(),
        (name, None) => format!("{name}, as reported"),
    }
}

fn until(until: Until) -> AnyView {
    match until {
        Until::Never => view! { <span class="flag un">"no end date"</span> }.into_any(),
        Until::Time { at } => view! { <Day at=at/> }.into_any(),
        Until::TaskClosed { at: None } => "until the task is closed".into_any(),
        Until::TaskClosed { at: Some(at) } => view! { "task closed "<Day at=at/> }.into_any(),
    }
}

fn acts(agent: &Agent, grant: &CaseItem<Grant>) -> impl IntoView + use<> {
    let at = format!("/agents/{}/grants/{}", agent.id, grant.id);
    let (narrow, revoke) = (format!("narrow-{}", grant.id), format!("revoke-{}", grant.id));
    let (narrow_id, revoke_id) = (narrow.clone(), revoke.clone());
    let (narrow_at, revoke_at, close_at) = (format!("{at}/narrow"), format!("{at}/revoke"), format!("{at}/close-task"));
    let record = grant.record.clone();
    let keep = (format!("grants/{}/narrow", grant.id), format!("grants/{}/revoke", grant.id));
    let closes = matches!(grant.until, Until::TaskClosed { at: None });
    view! {
        <div class="actions">
            <OpenForm label="Narrow" form=narrow quiet=true>
                <Form id=narrow_id action=narrow_at submit="Narrow the grant" keep=keep.0>
                    {narrower("to", &record, &record)}
                    <Field name="reason" label="Reason" required=true/>
                </Form>
            </OpenForm>
            <OpenForm label="Revoke" form=revoke quiet=true>
                <Form id=revoke_id action=revoke_at submit="Revoke the grant" danger=true keep=keep.1><Field name="reason" label="Reason" required=true/></Form>
            </OpenForm>
            {closes.then(|| view! { <ActButton action=close_at label="Mark the task as closed"/> })}
        </div>
    }
}

/// The fields of a narrower form of a grant, below a path; `to` is what is chosen at first.
pub(super) fn narrower(path: &str, grant: &Grant, to: &Grant) -> AnyView {
    let name = |field: &str| format!("{path}.{field}");
    let chosen: Vec<String> = to.verbs.iter().map(|verb| verb.word().to_string()).collect();
    let options = grant.verbs.iter().map(|verb| (verb.word().to_string(), verb.label().to_string())).collect();
    let resources = typed_list(grant.resources.iter().map(ToString::to_string));
    let ceilings = Effect::ALL.iter().filter(|effect| **effect <= grant.ceiling);
    let ceilings = ceilings.map(|effect| (effect.word().to_string(), ceiling_text(*effect).to_string())).collect();
    let rules = ConfirmationRule::ALL.iter().filter(|rule| **rule >= grant.rule);
    let rules = rules.map(|rule| (rule.word().to_string(), rule.label().to_string())).collect();
    view! {
        <Many name=name("verbs[]") label="Allowed actions" options=options value=chosen/>
        <Field name=name("resources:l") label="Resources" value=resources hint="Within the resources of the present grant; separated by commas."/>
        <div class="row">
            <Select name=name("ceiling") label="Strongest effect" options=ceilings value=grant.ceiling.word()/>
            <Select name=name("rule") label="A person confirms" options=rules value=grant.rule.word()/>
        </div>
    }
    .into_any()
}

fn form() -> AnyView {
    let ceilings = Effect::ALL.iter().map(|effect| (effect.word().to_string(), ceiling_text(*effect).to_string()));
    view! {
        <Many name="verbs[]" label="Allowed actions" options=verbs()/>
        <Field name="resources:l" label="Resources" required=true
            hint="As logs name them, separated by commas. * matches within one segment, ** across segments. Segments are separated by /, and by : in ARNs and URNs. Upper and lower case differ."/>
        <div class="row">
            <Select name="ceiling" label="Strongest effect" options=ceilings.collect() asks=true hint="Destructive acts and privileges have to be granted by somebody other than the owner."/>
            <Select name="rule" label="A person confirms" options=choices(ConfirmationRule::ALL, ConfirmationRule::word, ConfirmationRule::label) asks=true/>
        </div>
        <TextArea name="rationale" label="Reason" rows=2 required=true/>
        <div class="row">
            <Field name="task.text" label="Task"/>
            <Field name="task.reference" label="Ticket or other reference"/>
        </div>
        <div class="row">
            <Field name="from" label="Valid from" hint="Empty: from now on."/>
            <Field name="until" label="Valid until" hint="A day, such as 2026-06-30."/>
        </div>
        <Flag name="until_task_closed:b" label="Valid until the task is closed"/>
        <Field name="conditions" label="Conditions"/>
        <Field name="approver_name" label="Approved by, if not by you" hint="A person without an account here. It is shown as reported."/>
    }
    .into_any()
}
