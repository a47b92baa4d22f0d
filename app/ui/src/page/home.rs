//! The first page: what matters now.

use domain::Key;
use domain::access::Permit;
use domain::verdict::Verdict;
use leptos::prelude::*;

use super::board::BoardItem;
use super::inbox::{Due, InboxItem};
use super::incidents::{IncidentRow, first_steps};
use super::remediation::due;
use crate::component::Icon;
use crate::component::badge::{SevBadge, VerdictBadge};
use crate::component::day::Day;
use crate::component::shell::One;
use crate::frame::Frame;

/// How much of what awaits the reader is named; the rest is on its own page.
const NAMED_MAX: usize = 5;

/// What the first page shows.
#[derive(Debug, Clone, Default)]
pub struct Now {
    /// What others wait for.
    pub asked: Vec<InboxItem>,
    /// The reader's remediation that is due.
    pub due: Vec<Due>,
    /// How much awaits the reader in all.
    pub awaiting: usize,
    /// Open incidents of the two worst severities.
    pub severe: Vec<IncidentRow>,
    /// Verdicts that fell after they were published.
    pub fallen: Vec<FallenRow>,
    /// Remediation that is late.
    pub overdue: Vec<BoardItem>,
    /// The incidents that changed last.
    pub recent: Vec<IncidentRow>,
}

/// A verdict that fell after it was published.
#[derive(Debug, Clone)]
pub struct FallenRow {
    /// The incident.
    pub key: Key,
    /// Its title.
    pub title: String,
    /// The number of the revision.
    pub revision: u32,
    /// What it says.
    pub published: Verdict,
    /// What is known now.
    pub is: Verdict,
}

/// The page; nothing of it where there is no incident yet.
pub fn page(now: Option<&Now>) -> AnyView {
    let Some(now) = now else { return first_steps() };
    let may_file = Frame::current().may(Permit::Edit);
    let parts = [severe(&now.severe), for_you(now), fallen(&now.fallen), overdue(&now.overdue), recent(&now.recent)];
    view! {
        <One class="page one">
            <div class="spread">
                <h1>"Now"</h1>
                <div class="actions">
                    {may_file.then(|| view! { <a class="btn p" href="/incidents/new"><Icon name="plus"/>"File an incident"</a> })}
                </div>
            </div>
            <div class="now">{parts.into_iter().collect_view()}</div>
        </One>
    }
    .into_any()
}

/// A part of the page: its heading, the way to all of it, and what is in it or why there is nothing.
fn part(
    id: &'static str,
    heading: &'static str,
    all: (&'static str, &'static str),
    rows: Vec<AnyView>,
    none: &'static str,
) -> AnyView {
    let body = match rows.is_empty() {
        true => view! { <p class="muted">{none}</p> }.into_any(),
        false => view! { <ul class="hairline">{rows}</ul> }.into_any(),
    };
    view! {
        <section class="card" id=id>
            <header><h2>{heading}</h2><small><a href=all.0>{all.1}</a></small></header>
            {body}
        </section>
    }
    .into_any()
}

fn severe(rows: &[IncidentRow]) -> AnyView {
    let row = |row: &IncidentRow| {
        view! {
            <li>
                {named(row.key, &row.title)}
                <p class="cluster"><SevBadge sev=row.severity/><VerdictBadge verdict=row.verdict/><small class="muted">{row.status.label()}</small></p>
            </li>
        }
        .into_any()
    };
    let rows = rows.iter().map(row).collect();
    part("severe", "Open Sev 0 and Sev 1", ("/incidents", "All incidents"), rows, "No open incident is that severe.")
}

fn for_you(now: &Now) -> AnyView {
    let asked = now.asked.iter().map(|item| {
        let href = format!("/incidents/{}/{}", item.key, item.waiting.place);
        view! { <li><a href=href data-item="">{item.waiting.words.clone()}</a><p class="muted"><small>{of(item.key, &item.title)}</small></p></li> }.into_any()
    });
    let late = now.due.iter().map(|item| {
        let href = format!("/incidents/{}/remediation#remediation-{}", item.key, item.item.id);
        view! { <li><div class="spread"><a href=href data-item="">{item.item.title.clone()}</a>{due(&item.item)}</div><p class="muted"><small>{of(item.key, &item.title)}</small></p></li> }.into_any()
    });
    let mut rows: Vec<AnyView> = asked.chain(late).take(NAMED_MAX).collect();
    let more = now.awaiting.saturating_sub(rows.len());
    if more > 0 {
        rows.push(view! { <li><a href="/inbox">{format!("{more} more for you")}</a></li> }.into_any());
    }
    part(
        "for-you",
        "For you",
        ("/inbox", "Everything for you"),
        rows,
        "Nobody waits for you, and nothing of yours is due.",
    )
}

fn fallen(rows: &[FallenRow]) -> AnyView {
    let row = |row: &FallenRow| {
        let words = format!("Revision {} says “{}”; now it is “{}”.", row.revision, row.published, row.is);
        view! { <li>{named(row.key, &row.title)}<p class="muted">{words}</p></li> }.into_any()
    };
    let rows = rows.iter().map(row).collect();
    part(
        "fallen",
        "Verdicts that fell",
        ("/trends", "Trends"),
        rows,
        "No published postmortem says more than is known now.",
    )
}

fn overdue(rows: &[BoardItem]) -> AnyView {
    let row = |row: &BoardItem| {
        let href = format!("/incidents/{}/remediation#remediation-{}", row.key, row.id);
        let owner = if row.item.owner.is_empty() { "nobody yet".to_string() } else { row.item.owner.clone() };
        view! {
            <li>
                <div class="spread"><a href=href data-item="">{row.item.title.clone()}</a>{due(&row.item)}</div>
                <p class="muted"><small>{of(row.key, &row.incident_title)}" · "{owner}</small></p>
            </li>
        }
        .into_any()
    };
    let rows = rows.iter().map(row).collect();
    part(
        "overdue",
        "Overdue remediation",
        ("/remediation?overdue=true", "All overdue"),
        rows,
        "No remediation is late.",
    )
}

fn recent(rows: &[IncidentRow]) -> AnyView {
    let row = |row: &IncidentRow| {
        view! {
            <li>
                {named(row.key, &row.title)}
                <p class="cluster"><SevBadge sev=row.severity/><VerdictBadge verdict=row.verdict/><small class="muted">"filed "<Day at=row.filed/></small></p>
            </li>
        }
        .into_any()
    };
    let rows = rows.iter().map(row).collect();
    part("recent", "Changed last", ("/incidents", "All incidents"), rows, "")
}

/// An incident by its title, with its key.
fn named(key: Key, title: &str) -> AnyView {
    let (href, title) = (format!("/incidents/{key}"), title.to_string());
    view! { <a href=href data-item="">{title}</a>" "<small class="muted mono">{key.to_string()}</small> }.into_any()
}

/// The incident that something belongs to.
fn of(key: Key, title: &str) -> AnyView {
    let (href, title) = (format!("/incidents/{key}"), title.to_string());
    view! { <a href=href><span class="mono">{key.to_string()}</span>" "{title}</a> }.into_any()
}
