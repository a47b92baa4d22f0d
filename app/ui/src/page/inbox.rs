//! What awaits the reader: mentions, second reviews, approvals, signatures, and items that are due.

use domain::inbox::{Ask, Waiting};
use domain::remediation::Remediation;
use domain::watch::ContainmentState;
use domain::{Id, Instant, Key};
use leptos::prelude::*;

use super::remediation::due;
use crate::component::When;
use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::times::to_minute;

/// Something asked, and the incident it is asked in.
#[derive(Debug, Clone)]
pub struct InboxItem {
    /// The incident.
    pub key: Key,
    /// The incident's title.
    pub title: String,
    /// What is asked.
    pub waiting: Waiting,
}

/// An item of the reader's, and the incident it belongs to.
#[derive(Debug, Clone)]
pub struct Due {
    /// The incident.
    pub key: Key,
    /// The incident's title.
    pub title: String,
    /// The item.
    pub item: Remediation,
}

/// An agent of the reader's whose review is due.
#[derive(Debug, Clone)]
pub struct Review {
    /// The agent.
    pub agent: Id,
    /// What it is called.
    pub name: String,
    /// By when.
    pub due: Instant,
    /// Whether that time has passed.
    pub overdue: bool,
}

/// An agent that was stopped, and waits for a reviewer.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// The containment.
    pub id: Id,
    /// The agent.
    pub agent: Id,
    /// What it is called.
    pub name: String,
    /// How far it is.
    pub state: ContainmentState,
    /// Whether a second person has yet to agree.
    pub awaits_second: bool,
    /// By when.
    pub due: Instant,
    /// Whether that time has passed.
    pub overdue: bool,
}

/// The page.
pub fn page(asked: &[InboxItem], items: &[Due], reviews: &[Review], stopped: &[Stopped]) -> AnyView {
    let none = asked.is_empty() && items.is_empty() && reviews.is_empty() && stopped.is_empty();
    let stopped = (!stopped.is_empty()).then(|| stopped_section(stopped));
    let sections = Ask::ALL.iter().filter_map(|ask| section(*ask, asked)).collect_view();
    let due = (!items.is_empty()).then(|| due_section(items));
    let reviews = (!reviews.is_empty()).then(|| reviews_section(reviews));
    view! {
        <One>
            <h1>"For you"</h1>
            {none.then(|| view! {
                <h2 class="visually-hidden">"For you"</h2>
                <Empty title="You’re all caught up" text="What others wait for appears here: comments and sections that mention you with @ and your name, evidence that needs a second reviewer, overrides and postmortems to approve, verdicts to sign, your own remediation items that are due within a week, and agents of yours whose permissions are to be reviewed."/>
            })}
            {sections}
            {due}
            {stopped}
            {reviews}
        </One>
    }
    .into_any()
}

/// What is asked, in a sentence below its heading.
const fn hint(ask: Ask) -> &'static str {
    match ask {
        Ask::Mention => "until you answer, or somebody resolves the comment",
        Ask::Review => "one person has read it; a verified verdict needs two",
        Ask::Approval => "by somebody other than who asks",
        Ask::Signature => "two people sign a verified verdict",
    }
}

fn section(ask: Ask, asked: &[InboxItem]) -> Option<AnyView> {
    let rows: Vec<_> = asked.iter().filter(|item| item.waiting.ask == ask).map(row).collect();
    let count = rows.len();
    (count > 0).then(|| {
        view! {
            <section class="card" id=ask.word()>
                <header><h2>{ask.label()}" "<span class="count num">{count.to_string()}</span></h2><small class="muted">{hint(ask)}</small></header>
                <ul class="hairline">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(item: &InboxItem) -> impl IntoView + use<> {
    let waiting = &item.waiting;
    let href = format!("/incidents/{}/{}", item.key, waiting.place);
    let asked = waiting.asked.as_ref().map(|stamp| {
        let (who, at) = (stamp.by.spoken(), to_minute(stamp.at));
        view! { " · "{who}", "<When time=at/> }
    });
    view! {
        <li>
            <a href=href data-item="">{waiting.words.clone()}</a>
            <p class="muted"><small>{incident(item.key, &item.title)}{asked}</small></p>
        </li>
    }
}

fn incident(key: Key, title: &str) -> impl IntoView + use<> {
    view! { <a href=format!("/incidents/{key}")><span class="mono">{key.to_string()}</span>" "{title.to_string()}</a> }
}

fn due_section(items: &[Due]) -> AnyView {
    let count = items.len();
    let row = |item: &Due| {
        let href = format!("/incidents/{0}/remediation#remediation-{1}", item.key, item.item.id);
        view! {
            <li>
                <div class="spread"><a href=href data-item="">{item.item.title.clone()}</a>{due(&item.item)}</div>
                <p class="muted"><small>{incident(item.key, &item.title)}" · "{item.item.status.label()}</small></p>
            </li>
        }
    };
    let rows = items.iter().map(row).collect_view();
    view! {
        <section class="card" id="due">
            <header><h2>"Your remediation "<span class="count num">{count.to_string()}</span></h2><small class="muted">"due within a week, or late"</small></header>
            <ul class="hairline">{rows}</ul>
        </section>
    }
    .into_any()
}

fn stopped_section(stopped: &[Stopped]) -> AnyView {
    let count = stopped.len();
    let row = |one: &Stopped| {
        let href = format!("/agents/{}#containment-{}", one.agent, one.id);
        let late = one.overdue.then(|| view! { <span class="flag no">"overdue"</span>" " });
        let asked = if one.awaits_second { "Decide whether to stop" } else { "Decide about" };
        view! { <li class="spread"><a href=href data-item="">{format!("{asked} {}: {}", one.name, one.state)}</a><span>{late}<Day at=one.due/></span></li> }
    };
    let rows = stopped.iter().map(row).collect_view();
    view! {
        <section class="card" id="stopped">
            <header><h2>"Stopped agents "<span class="count num">{count.to_string()}</span></h2><small class="muted">"each waits for a reviewer"</small></header>
            <ul class="hairline">{rows}</ul>
        </section>
    }
    .into_any()
}

fn reviews_section(reviews: &[Review]) -> AnyView {
    let count = reviews.len();
    let row = |review: &Review| {
        let href = format!("/agents/{}/review", review.agent);
        let late = review.overdue.then(|| view! { <span class="flag no">"overdue"</span>" " });
        view! { <li class="spread"><a href=href data-item="">{format!("Review what {} may do", review.name)}</a><span>{late}<Day at=review.due/></span></li> }
    };
    let rows = reviews.iter().map(row).collect_view();
    view! {
        <section class="card" id="agents">
            <header><h2>"Your agents "<span class="count num">{count.to_string()}</span></h2><small class="muted">"a review is due within a week, or late"</small></header>
            <ul class="hairline">{rows}</ul>
        </section>
    }
    .into_any()
}
