//! One agent: what is known of it, what it may do, where it appears, and what was said.

use domain::access::Permit;
use domain::agent::{Agent, AgentCase, AgentChange, AgentComment, AgentStatus};
use domain::record::Kept;
use domain::{Id, Instant, Key};
use leptos::prelude::*;

use super::{day_or, fields, grants, history, owner_text, review, review_text, status_flag};
use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::times::to_minute;
use crate::component::{Field, Form, OpenForm, Select, TextArea, When};
use crate::frame::Frame;
use crate::markdown::{talk, to_html};

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
}

/// The page.
pub fn page(agent: &Agent, view: &AgentView) -> AnyView {
    let now = Frame::current().now;
    let (name, status) = (agent.name.clone(), status_flag(agent.status()));
    let merged = agent.merged_into.as_ref().map(|into| {
        let (href, words) = (format!("/agents/{into}"), view.merged_into.clone().unwrap_or_else(|| "another agent".into()));
        view! { <p class="notice info">"This agent was merged into "<a href=href>{words}</a>", which is known by its names now. Its file is read-only."</p> }
    });
    let late = agent.is_overdue(now) && agent.merged_into.is_none();
    let overdue = late.then(|| {
        let href = format!("/agents/{}/review", agent.id);
        view! { <p class="notice warn" role="status">"The review of its grants is overdue. "<a href=href>"Review them"</a></p> }
    });
    let unowned = (view.unowned && agent.status() != AgentStatus::Retired && agent.merged_into.is_none()).then(|| {
        view! { <p class="notice stop" role="status">"Nobody answers for this agent: name an owner with Edit, or retire it."</p> }
    });
    let parts = (facts(agent, view), grants::card(agent, &view.case), places(&view.places), review::past(&view.case));
    let (talk, history, names) = (comments(agent, view), history::card(agent, view), names(agent, view));
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a></nav>
            <div class="spread"><h1>{name}</h1><div class="badges">{status}</div></div>
            {merged}{unowned}{overdue}
            {parts}{talk}{names}{history}
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
        true => view! { <span class="muted">"its name alone"</span> }.into_any(),
        false => identifiers.into_iter().map(|text| view! { <code>{text}</code>" " }).collect_view().into_any(),
    };
    let former = (!agent.former_names.is_empty())
        .then(|| view! { <dt>"Also known as"</dt><dd>{agent.former_names.join(", ")}</dd> });
    let purpose = (!agent.purpose.is_empty())
        .then(|| view! { <div class="md" inner_html=to_html(&agent.purpose).to_string()></div> });
    let stop = match (agent.stop.place.as_str(), agent.stop.who.as_str()) {
        ("", "") => view! { <span class="flag un">"nobody wrote down how"</span> }.into_any(),
        (place, who) => {
            let who = if who.is_empty() { "not known by whom".to_string() } else { format!("by {who}") };
            let place = if place.is_empty() { "not known where".to_string() } else { place.to_string() };
            format!("{place}, {who}").into_any()
        }
    };
    let standing = agent.history.last();
    let since = standing.map(|standing| {
        let by = standing.by.as_ref().map(|by| format!(" by {}", domain::history::who(by))).unwrap_or_default();
        let why = (!standing.reason.is_empty()).then(|| format!(": {}", standing.reason));
        view! { " since "<Day at=standing.from/>{by}{why} }
    });
    let edit = may_edit(agent).then(|| acts(agent, view));
    view! {
        <section class="card">
            <header><h2>"What is known"</h2></header>
            {purpose}
            <dl class="facts">
                <dt>"Owner"</dt><dd>{owner_text(&view.owner, view.unowned)}</dd>
                <dt>"Status"</dt><dd>{agent.status().label()}{since}</dd>
                <dt>"Known to logs as"</dt><dd>{identifiers}</dd>
                {former}
                <dt>"Team"</dt><dd>{known(&agent.team)}</dd>
                <dt>"Model"</dt><dd>{known(&agent.model)}</dd>
                <dt>"Version"</dt><dd>{known(&agent.agent_version)}</dd>
                <dt>"Framework"</dt><dd>{known(&agent.framework)}</dd>
                <dt>"Runs in"</dt><dd>{known(&agent.environment)}</dd>
                <dt>"When it cannot ask"</dt><dd>{agent.default_on_unconfirmable.label()}</dd>
                <dt>"Stopped"</dt><dd>{stop}</dd>
                <dt>"Stop last tried"</dt><dd>{day_or(agent.stop.last_drill, "never, as far as is known")}</dd>
                <dt>"Critical"</dt><dd>{if agent.critical { "yes: two people decide about stopping it" } else { "no" }}</dd>
                <dt>"Last review"</dt><dd>{day_or(agent.last_review, "never")}</dd>
                <dt>"Next review"</dt><dd>{review_text(next, overdue)}{every}</dd>
            </dl>
            {edit}
        </section>
    }
}

/// What may be done with the agent itself.
fn acts(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let action = format!("/agents/{}", agent.id);
    let (owned, kept) = (agent.clone(), view.case.agents.get(&agent.id).map_or(view.case.version, |kept| kept.version));
    let next: Vec<_> =
        agent.status().next().iter().map(|next| (next.word().to_string(), next.label().to_string())).collect();
    let hint = "To make it active, somebody has to answer for it. Suspended and retired agents may do nothing.";
    let status = format!("{action}/status");
    view! {
        <div class="actions">
            <OpenForm label="Edit" form="edit-agent" key="e">
                <Form id="edit-agent" action=action submit="Save" seen=kept>{fields::fields(Some(&owned), "", "")}</Form>
            </OpenForm>
            <OpenForm label="Change its status" form="agent-status">
                <Form id="agent-status" action=status submit="Change the status">
                    <Select name="status" label="It becomes" options=next hint=hint/>
                    <Field name="reason" label="Why"/>
                </Form>
            </OpenForm>
        </div>
    }
}

fn places(places: &[Place]) -> impl IntoView + use<> {
    let body = if places.is_empty() {
        view! { <Empty title="In no incident you may see" text="When an incident names an agent by one of the names above, it stands here with what it did."/> }.into_any()
    } else {
        let rows = places.iter().map(place).collect_view();
        view! { <ul class="hairline">{rows}</ul> }.into_any()
    };
    view! { <section class="card" id="incidents"><header><h2>"Incidents"</h2><small class="muted">{places.len().to_string()}</small></header>{body}</section> }
}

fn place(place: &Place) -> impl IntoView + use<> {
    let href = format!("/incidents/{}/timeline", place.key);
    let acts = if place.acts == 1 { "1 act".to_string() } else { format!("{} acts", place.acts) };
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
    let shown = view.case.comments.iter().map(comment).collect_view();
    let none = view.case.comments.is_empty().then(|| view! { <p class="muted">"Nobody has said anything yet."</p> });
    let action = format!("/agents/{}/comments", agent.id);
    view! {
        <section class="card" id="comments">
            <header><h2>"Comments"</h2></header>
            {none}{shown}
            {may.then(|| view! {
                <Form id="agent-comment" action=action submit="Comment">
                    <TextArea name="body" label="Your comment" rows=3 required=true hint="Markdown works."/>
                </Form>
            })}
        </section>
    }
}

fn comment(comment: &Kept<AgentComment>) -> impl IntoView + use<> {
    let (name, at) = (domain::history::who(&comment.said.by), to_minute(comment.said.at));
    let body = talk(&comment.body, &Frame::current().people).to_string();
    view! {
        <article class="comment" id=format!("comment-{}", comment.id)>
            <header><b>{name}</b>" "<When time=at/></header>
            <div class="md" inner_html=body></div>
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
                <header><h2>"Names"</h2></header>
                <p class="muted">"Nothing that was written is rewritten: the names move from now on, and both files say so."</p>
                <div class="actions">
                    {can_merge.then(|| view! {
                        <OpenForm label="It is another agent here" form="merge-agent">
                            <Form id="merge-agent" action=merge submit="Merge into it">
                                <Select name="into" label="The same as" options=others blank="choose which" hint="Its names and its grants that have not ended go there; this file becomes read-only."/>
                            </Form>
                        </OpenForm>
                    })}
                    {can_split.then(|| view! {
                        <OpenForm label="Some of its names are another agent’s" form="split-agent">
                            <Form id="split-agent" action=split submit="Make another agent of them">
                                <Field name="name" label="Name of the other agent" required=true/>
                                <Field name="identifiers:l" label="Its names in logs" required=true hint="Out of the names above, with commas between. Nothing is granted to it yet."/>
                            </Form>
                        </OpenForm>
                    })}
                </div>
            </section>
        }
        .into_any()
    })
}
