//! What awaits the reader: mentions, second reviews, approvals, signatures, and items that are due.

use domain::Key;
use domain::inbox::{Ask, Waiting};
use domain::remediation::Remediation;
use leptos::prelude::*;

use super::remediation::due;
use crate::component::When;
use crate::component::shell::{Empty, One};
use crate::component::times::to_minute;

/// Something asked, and the incident it is asked in.
#[derive(Debug, Clone)]
pub struct Asked {
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

/// The page.
pub fn page(asked: &[Asked], items: &[Due]) -> AnyView {
    let none = asked.is_empty() && items.is_empty();
    let sections = Ask::ALL.iter().filter_map(|ask| section(*ask, asked)).collect_view();
    let due = (!items.is_empty()).then(|| due_section(items));
    view! {
        <One>
            <h1>"For you"</h1>
            {none.then(|| view! {
                <h2 class="visually-hidden">"For you"</h2>
                <Empty title="You’re all caught up" text="What others wait for appears here: comments and sections that mention you with @ and your name, evidence that needs a second reviewer, overrides and postmortems to approve, verdicts to sign, and your own remediation items that are due within a week."/>
            })}
            {sections}
            {due}
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

fn section(ask: Ask, asked: &[Asked]) -> Option<AnyView> {
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

fn row(item: &Asked) -> impl IntoView + use<> {
    let waiting = &item.waiting;
    let href = format!("/incidents/{}/{}", item.key, waiting.place);
    let asked = waiting.asked.as_ref().map(|stamp| {
        let (who, at) = (domain::history::who(&stamp.by), to_minute(stamp.at));
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
