//! Names of agents in incidents and logs that no agent of the registry is known by.

use domain::access::Permit;
use domain::draft::typed_list;
use domain::{Instant, Key};
use leptos::prelude::*;

use super::{day_or, incidents};
use crate::component::ActButton;
use crate::component::address::encode;
use crate::component::shell::{Empty, One};
use crate::frame::Frame;

/// A name that nobody registered.
#[derive(Debug, Clone)]
pub struct SeenRow {
    /// As it is spelt.
    pub name: String,
    /// The incidents it is in.
    pub incidents: Vec<Key>,
    /// When it was last seen to act.
    pub last_at: Option<Instant>,
    /// How many acts timelines have of it.
    pub acts: u64,
    /// How many records of logs have it.
    pub records: u64,
}

/// The page.
pub fn page(rows: &[SeenRow], is_cut: bool) -> AnyView {
    let body = if rows.is_empty() {
        view! {
            <h2 class="visually-hidden">"Names"</h2>
            <Empty title="No unknown agent was seen" text="When an incident or a log names an agent that is not registered, it is listed here so that you can register it.">
                <p><a class="btn" href="/agents">"Go to the agents"</a></p>
            </Empty>
        }
        .into_any()
    } else {
        table(rows)
    };
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a></nav>
            <h1>"Seen in logs"</h1>
            <p class="muted">"Agents in incidents you may see, or in their logs, that are not registered. They have no owner and no grants."</p>
            {body}
            {is_cut.then(|| view! { <p class="muted">"Only the logs of the newest incidents are counted here."</p> })}
        </One>
    }
    .into_any()
}

fn table(rows: &[SeenRow]) -> AnyView {
    let heads = ["Name", "Last seen", "Acts in timelines", "Records in logs", "Incidents", "Register"];
    view! {
        <table class="table" role="table" aria-label="Agents that are not registered">
            <thead role="rowgroup"><tr role="row">{heads.into_iter().map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).collect_view()}</tr></thead>
            <tbody role="rowgroup">{rows.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(seen: &SeenRow) -> impl IntoView + use<> {
    let (name, form) = (seen.name.clone(), format!("seen-{}", crate::component::address::slug(&seen.name)));
    let more = format!("/agents/new?name={}", encode(&name));
    let fields = vec![("name", name.clone()), ("identifiers:l", typed_list([&name]))];
    let (title, told) = (format!("Register {name}"), format!("Register {name} and add details"));
    let register = Frame::current().may(Permit::Edit).then(|| {
        view! { <ActButton action="/agents" id=form label="Register" title=title fields=fields class="btn small"/>" "<a href=more aria-label=told>"Add details"</a> }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{name}</th>
            <td role="cell" data-label="Last seen">{day_or(seen.last_at, "not known")}</td>
            <td role="cell" data-label="Acts">{seen.acts.to_string()}</td>
            <td role="cell" data-label="Records">{seen.records.to_string()}</td>
            <td role="cell" data-label="Incidents">{incidents(&seen.incidents)}</td>
            <td role="cell" data-label="Register">{register}</td>
        </tr>
    }
}
