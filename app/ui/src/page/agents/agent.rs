//! One agent: what is known of it, what it may do, where it appears, and what was said.

use domain::access::Permit;
use domain::agent::{Agent, AgentCase, AgentChange, AgentComment, AgentStatus};
use domain::casefile::CaseItem;
use domain::counted::counted;
use domain::{Id, Instant, Key};
use leptos::prelude::*;

use super::{containments, day_or, fields, grants, history, owner_text, review, review_text, status_flag};
use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::times::to_minute;
use crate::component::unsaved;
use crate::component::{Field, Form, OpenForm, Select, TextArea, When};
use crate::frame::Frame;
use crate::markdown::{talk, to_html};
use crate::page::watch::ContainmentView;

/// An incident in which the agent appears.
#[derive(Debug, Clone)]
pub struct Place {
    /// The incident.
    pub key: Key,
    /// Its title.
    pub title: String,
    /// What the agent is called there.
    pub name: String,
    /// When it was last seen to act.
    pub last_at: Option<Instant>,
    /// How many acts of it the timeline has.
    pub acts: u64,
    /// How many of them lay outside of what it was granted.
    pub outside: u64,
}

/// Everything a page of one agent shows.
#[derive(Debug, Clone)]
pub struct AgentView {
    /// Its file.
    pub case: AgentCase,
    /// Who answers for it, as shown.
    pub owner: String,
    /// Whether nobody does.
    pub unowned: bool,
    /// Where it appears.
    pub places: Vec<Place>,
    /// The newest changes of its file, the newest first.
    pub changes: Vec<(AgentChange, String)>,
    /// Whether there are older ones.
    pub is_cut: bool,
    /// The other agents that it could turn out to be.
    pub others: Vec<(Id, String)>,
    /// The name of the agent that it was merged into.
    pub merged_into: Option<String>,
    /// How it was stopped, the newest first.
    pub containments: Vec<ContainmentView>,
    /// The ways to stop it.
    pub stops: Vec<containments::StopChoice>,
}

/// The page.
pub fn page(agent: &Agent, view: &AgentView) -> AnyView {
    let now = Frame::current().now;
    let (name, status) = (agent.name.clone(), status_flag(agent.status()));
    let merged = agent.merged_into.as_ref().map(|into| {
        let (href, words) = (format!("/agents/{into}"), view.merged_into.clone().unwrap_or_else(|| "another agent".into()));
        view! { <p class="notice info">"This agent was merged into "<a href=href>{words}</a>". It is read-only here."</p> }
    });
    let late = agent.is_overdue(now) && agent.merged_into.is_none();
    let overdue = late.then(|| {
        let href = format!("/agents/{}/review", agent.id);
        view! { <p class="notice warn" role="status">"The review of this agent is overdue. "<a href=href>"Review its grants"</a></p> }
    });
    let unowned = (view.unowned && agent.status() != AgentStatus::Retired && agent.merged_into.is_none()).then(|| {
        view! { <p class="notice stop" role="status">"This agent has no owner. Edit it to name one, or retire it."</p> }
    });
    let stopped = containments::card(agent, &view.containments, &view.stops);
    let parts =
        (facts(agent, view), grants::card(agent, &view.case), stopped, places(&view.places), review::past(&view.case));
    let unsaved = unsaved::elsewhere(&format!("/agents/{}", agent.id));
    let (talk, history, names) = (comments(agent, view), history::card(agent, view), names(agent, view));
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a></nav>
            <div class="spread"><h1>{name}</h1><div class="badges">{status}</div></div>
            {merged}{unowned}{overdue}
            {unsaved}
            {parts}{talk}{names}{history}
            <p><span class="live">"updates when the page is reloaded"</span></p>
        </One>
    }
    .into_any()
}

/// Whether the reader may work on it.
pub(super) fn may_edit(agent: &Agent) -> bool {
    Frame::current().may(Permit::Edit) && agent.merged_into.is_none()
}

fn known(text: &str) -> AnyView {
    match text {
        "" => view! { <span class="muted">"not known"</span> }.into_any(),
        text => text.to_string().into_any(),
    }
}

fn facts(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let next = agent.next_review();
    let overdue = agent.is_overdue(Frame::current().now);
    let every = agent.review_days.map_or_else(String::new, |days| format!(" (every {days} days)"));
    let identifiers = agent.identifiers.iter().map(ToString::to_string).collect::<Vec<_>>();
    let identifiers = match identifiers.is_empty() {
        true => view! { <span class="muted">"its name"</span> }.into_any(),
        false => identifiers.into_iter().map(|text| view! { <code>{text}</code>" " }).collect_view().into_any(),
    };
    let former = (!agent.former_names.is_empty())
        .then(|| view! { <dt>"Former names"</dt><dd>{agent.former_names.join(", ")}</dd> });
    let purpose = (!agent.purpose.is_empty())
        .then(|| view! { <div class="md" inner_html=to_html(&agent.purpose).to_string()></div> });
    let stop = match (agent.stop.place.as_str(), agent.stop.who.as_str()) {
        ("", "") => view! { <span class="flag un">"not recorded"</span> }.into_any(),
        (place, who) => {
            let who = if who.is_empty() { "by whom is not known".to_string() } else { format!("by {who}") };
            let place = if place.is_empty() { "where is not known".to_string() } else { place.to_string() };
            format!("{place}, {who}").into_any()
        }
    };
    let standing = agent.history.last();
    let since = standing.map(|standing| {
        let by = standing.by.as_ref().map(|by| format!(" by {}", by.spoken())).unwrap_or_default();
        let why = (!standing.reason.is_empty()).then(|| format!(": {}", standing.reason));
        view! { " since "<Day at=standing.from/>{by}{why} }
    });
    let edit = may_edit(agent).then(|| acts(agent, view));
    view! {
        <section class="card">
            <header><h2>"Details"</h2></header>
            {purpose}
            <div class="stack">
                <dl class="facts">
                    <dt>"Owner"</dt><dd>{owner_text(&view.owner, view.unowned)}</dd>
                    <dt>"Status"</dt><dd>{agent.status().label()}{since}</dd>
                    <dt>"Identifiers in logs"</dt><dd>{identifiers}</dd>
                    {former}
                    <dt>"Team"</dt><dd>{known(&agent.team)}</dd>
                    <dt>"Model"</dt><dd>{known(&agent.model)}</dd>
                    <dt>"Version"</dt><dd>{known(&agent.agent_version)}</dd>
                    <dt>"Framework"</dt><dd>{known(&agent.framework)}</dd>
                    <dt>"Runs in"</dt><dd>{known(&agent.environment)}</dd>
                    <dt>"If nobody can confirm"</dt><dd>{agent.default_on_unconfirmable.label()}</dd>
                    <dt>"How to stop it"</dt><dd>{stop}</dd>
                    <dt>"Last stop drill"</dt><dd>{day_or(agent.stop.last_drill, "none recorded")}</dd>
                    <dt>"Suspended by rules"</dt><dd>{if agent.may_be_suspended_by_rules { "yes: a rule may suspend it" } else { "no: only a person stops it" }}</dd>
                    <dt>"Critical"</dt><dd>{if agent.critical { "yes: two people have to agree to stop it" } else { "no" }}</dd>
                    <dt>"Last review"</dt><dd>{day_or(agent.last_review, "never")}</dd>
                    <dt>"Next review"</dt><dd>{review_text(next, overdue)}{every}</dd>
                </dl>
                {edit}
            </div>
        </section>
    }
}

/// What may be done with the agent itself.
fn acts(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let action = format!("/agents/{}", agent.id);
    let (owned, kept) = (agent.clone(), view.case.agents.get(&agent.id).map_or(view.case.version, |kept| kept.version));
    let next: Vec<_> =
        agent.status().next().iter().map(|next| (next.word().to_string(), next.label().to_string())).collect();
    let hint = "An agent needs an owner before it becomes active. Acts of a suspended or retired agent are flagged.";
    let status = format!("{action}/status");
    view! {
        <div class="actions">
            <OpenForm label="Edit" form="edit-agent" key="e">
                <Form id="edit-agent" action=action submit="Save" seen=kept keep="agent">{fields::fields(&owned, fields::identifiers(&owned))}</Form>
            </OpenForm>
            <OpenForm label="Change status" form="agent-status">
                <Form id="agent-status" action=status submit="Change status" keep="status">
                    <Select name="status" label="New status" options=next asks=true hint=hint/>
                    <Field name="reason" label="Reason"/>
                </Form>
            </OpenForm>
        </div>
    }
}

fn places(places: &[Place]) -> impl IntoView + use<> {
    let body = if places.is_empty() {
        view! { <Empty title="No incidents" text="When an incident you may see names this agent, or a person links it to this agent, the incident is listed here with what the agent did."/> }.into_any()
    } else {
        let rows = places.iter().map(place).collect_view();
        view! { <ul class="hairline">{rows}</ul> }.into_any()
    };
    view! { <section class="card" id="incidents"><header><h2>"Incidents"</h2><small class="muted">{places.len().to_string()}</small></header>{body}</section> }
}

fn place(place: &Place) -> impl IntoView + use<> {
    let href = format!("/incidents/{}/timeline", place.key);
    let acts = counted(place.acts, "act");
    let outside = (place.outside > 0)
        .then(|| view! { " "<span class="flag no">{format!("{} outside its grants", place.outside)}</span> });
    view! {
        <li class="spread">
            <a href=href data-item><span class="mono">{place.key.to_string()}</span>" "{place.title.clone()}</a>
            <span class="muted">{format!("as “{}”, {acts}", place.name)}{outside}{place.last_at.map(|at| view! { ", last "<Day at=at/> })}</span>
        </li>
    }
}

fn comments(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let frame = Frame::current();
    let may = frame.may(Permit::Review);
    let shown = view.case.comments.iter().map(|one| comment(agent, one)).collect_view();
    let none = view.case.comments.is_empty().then(|| view! { <p class="muted">"No comments yet."</p> });
    let action = format!("/agents/{}/comments", agent.id);
    view! {
        <section class="card" id="comments">
            <header><h2>"Comments"</h2></header>
            {none}{shown}
            {may.then(|| view! {
                <Form id="agent-comment" action=action submit="Comment" keep="comments">
                    <TextArea name="body" label="Your comment" rows=3 required=true hint="Markdown works."/>
                </Form>
            })}
        </section>
    }
}

fn comment(agent: &Agent, comment: &CaseItem<AgentComment>) -> impl IntoView + use<> {
    let (name, at) = (comment.said.by.spoken(), to_minute(comment.said.at));
    let frame = Frame::current();
    let body = match &comment.taken_back {
        Some(_) => view! { <p class="muted">"This comment was withdrawn."</p> }.into_any(),
        None => {
            let html = talk(&comment.body, &frame.people).to_string();
            view! { <div class="md" inner_html=html></div> }.into_any()
        }
    };
    let is_own = frame.reader.as_ref().is_some_and(|reader| reader.id == comment.said.by.id);
    let edit = (is_own && comment.taken_back.is_none() && frame.may(Permit::Review)).then(|| {
        let (form, action) = (format!("edit-{}", comment.id), format!("/agents/{}/comments/{}", agent.id, comment.id));
        let (id, keep, text) = (form.clone(), format!("comments/{}", comment.id), comment.body.clone());
        let seen = comment.version;
        view! {
            <OpenForm label="Edit" form=form quiet=true>
                <Form id=id action=action submit="Save" seen=seen keep=keep>
                    <TextArea name="body" label="Your comment" value=text rows=3 required=true/>
                </Form>
            </OpenForm>
        }
    });
    view! {
        <article class="comment" id=format!("comment-{}", comment.id)>
            <header><b>{name}</b>" "<When time=at/></header>
            {body}{edit}
        </article>
    }
}

/// Two that are one, and one that is two.
fn names(agent: &Agent, view: &AgentView) -> Option<AnyView> {
    if !may_edit(agent) {
        return None;
    }
    let others: Vec<_> = view.others.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let (merge, split) = (format!("/agents/{}/merge", agent.id), format!("/agents/{}/split", agent.id));
    let can_merge = !others.is_empty();
    let can_split = !agent.identifiers.is_empty() || !agent.former_names.is_empty();
    (can_merge || can_split).then(|| {
        view! {
            <section class="card">
                <header><h2>"Merge or split"</h2></header>
                <p class="muted">"Identifiers move from now on. What was recorded before stays as it is, and the history of both agents shows the change."</p>
                <div class="actions">
                    {can_merge.then(|| view! {
                        <OpenForm label="Merge into another agent" form="merge-agent">
                            <Form id="merge-agent" action=merge submit="Merge">
                                <Select name="into" label="Merge into" options=others blank="choose an agent" hint="The names and current grants of this agent move there. This agent becomes read-only."/>
                            </Form>
                        </OpenForm>
                    })}
                    {can_split.then(|| view! {
                        <OpenForm label="Split off another agent" form="split-agent">
                            <Form id="split-agent" action=split submit="Split">
                                <Field name="name" label="Name of the new agent" required=true/>
                                <Field name="identifiers:l" label="Identifiers that move to it" required=true hint="Identifiers or former names of this agent, separated by commas. The new agent starts without grants."/>
                            </Form>
                        </OpenForm>
                    })}
                </div>
            </section>
        }
        .into_any()
    })
}
