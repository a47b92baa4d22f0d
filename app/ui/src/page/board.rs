//! Remediation across incidents, by status.

use std::collections::BTreeMap;

use domain::remediation::{Remediation, RemediationStatus};
use domain::{Id, Key};
use leptos::context::Provider;
use leptos::prelude::*;

use super::remediation::{due, heading};
use crate::component::form::FormId;
use crate::component::shell::{Empty, One};
use crate::component::{Field, Select, choices};
use crate::frame::Frame;

/// An item and the incident it belongs to.
#[derive(Debug, Clone)]
pub struct BoardItem {
    /// The incident.
    pub key: Key,
    /// The incident's title.
    pub incident_title: String,
    /// The item's id.
    pub id: Id,
    /// The item.
    pub item: Remediation,
}

/// The board. The query holds the filters: `status`, `owner`, `overdue`.
pub fn page(items: &[BoardItem], query: &BTreeMap<String, String>) -> AnyView {
    let now = Frame::current().now;
    let late = items.iter().filter(|item| item.item.is_overdue(now)).count();
    let counted = match (items.len(), late) {
        (1, 0) => "1 item".to_string(),
        (all, 0) => format!("{all} items"),
        (all, late) => format!("{all} items, {late} overdue"),
    };
    let filtered =
        ["status", "owner", "overdue"].iter().any(|name| query.get(*name).is_some_and(|value| !value.is_empty()));
    let (filters, body) =
        (filters(query, filtered), if items.is_empty() { nothing(filtered) } else { board(items, query) });
    view! {
        <One>
            <div class="spread"><h1>"Remediation"</h1><p class="muted num">{counted}</p></div>
            {filters}
            {body}
        </One>
    }
    .into_any()
}

fn filters(query: &BTreeMap<String, String>, filtered: bool) -> impl IntoView + use<> {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (status, owner, overdue) = (value("status"), value("owner"), value("overdue"));
    view! {
        <form class="filters" action="/remediation" method="get" aria-label="Filter">
            <Provider value=FormId("filter".into())>
                <Select name="status" label="Status" options=choices(RemediationStatus::ALL, RemediationStatus::word, RemediationStatus::label) value=status blank="any"/>
                <Field name="owner" label="Owner" value=owner/>
                <Select name="overdue" label="Date" options=vec![("true".into(), "overdue".into())] value=overdue blank="any"/>
            </Provider>
            <button class="btn">"Filter"</button>
            {filtered.then(|| view! { <a class="btn quiet" href="/remediation">"Clear"</a> })}
        </form>
    }
}

fn nothing(filtered: bool) -> AnyView {
    let (title, text, link) = if filtered {
        (
            "No item matches",
            "Take a filter away, or write the owner’s name as it stands on the item.",
            ("/remediation", "Show all items"),
        )
    } else {
        (
            "Nothing is planned yet",
            "Here stands every measure from every incident until somebody other than its owner has verified it. Items are added on an incident’s remediation page, each for a control gap.",
            ("/incidents", "Go to the incidents"),
        )
    };
    view! {
        <h2 class="visually-hidden">"Items"</h2>
        <Empty title=title text=text><p><a class="btn" href=link.0>{link.1}</a></p></Empty>
    }
    .into_any()
}

fn board(items: &[BoardItem], query: &BTreeMap<String, String>) -> AnyView {
    let only = query.get("status").and_then(|word| RemediationStatus::parse(word).ok());
    let columns = RemediationStatus::ALL.iter().filter(|status| only.is_none_or(|only| only == **status));
    let columns = columns.map(|status| column(*status, items)).collect_view();
    view! {
        <h2 class="visually-hidden">"By status"</h2>
        <div class="board">{columns}</div>
    }
    .into_any()
}

fn column(status: RemediationStatus, items: &[BoardItem]) -> impl IntoView + use<> {
    let mut of_status: Vec<&BoardItem> = items.iter().filter(|item| item.item.status == status).collect();
    of_status
        .sort_by_key(|item| (item.item.due.is_none(), item.item.due, item.item.priority, item.key, item.id.clone()));
    let count = of_status.len();
    let cards = of_status.into_iter().map(card).collect::<Vec<_>>();
    let body = if cards.is_empty() {
        view! { <p class="muted">"none"</p> }.into_any()
    } else {
        view! { <ul>{cards}</ul> }.into_any()
    };
    view! { <section><h3>{heading(status)}<span class="num">{count.to_string()}</span></h3>{body}</section> }
}

fn card(item: &BoardItem) -> impl IntoView + use<> {
    let late = item.item.is_overdue(Frame::current().now);
    let href = format!("/incidents/{}/remediation#remediation-{}", item.key, item.id);
    let incident = format!("/incidents/{}", item.key);
    let owner = if item.item.owner.is_empty() { "nobody yet".to_string() } else { item.item.owner.clone() };
    view! {
        <li class=late.then_some("late")>
            <a href=href data-item="">{item.item.title.clone()}</a>
            <p class="muted">{owner}" · "{due(&item.item)}</p>
            <p class="muted"><small>{item.item.priority.label()}" · "{item.item.enforcement.label()}" · "<a href=incident title=item.incident_title.clone()>{item.key.to_string()}<span class="visually-hidden">": "{item.incident_title.clone()}</span></a></small></p>
        </li>
    }
}
