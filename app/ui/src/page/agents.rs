//! Every agent that appears in an incident this reader may see.

use domain::Key;
use leptos::prelude::*;

use crate::component::shell::{Empty, One};

/// An agent and where it appears.
#[derive(Debug, Clone)]
pub struct AgentRow {
    /// What it is called.
    pub name: String,
    /// The human who answers for it; empty when nobody wrote one down.
    pub owner: String,
    /// Its model; empty when it is not known.
    pub model: String,
    /// The incidents, with their titles.
    pub keys: Vec<(Key, String)>,
}

/// The agents of all incidents.
pub fn page(items: &[AgentRow]) -> AnyView {
    let unowned = if told(items) { items.iter().filter(|agent| agent.owner.is_empty()).count() } else { 0 };
    let body = if items.is_empty() { nothing() } else { table(items) };
    let counted = match unowned {
        0 => String::new(),
        1 => " One has no owner on record.".into(),
        count => format!(" {count} have no owner on record."),
    };
    view! {
        <One>
            <h1>"Agents"</h1>
            <p class="muted">"An agent is a principal like a person: known, owned, and granted no more than its task needs. Here stands every agent that appears in an incident."{counted}</p>
            {body}
            <p><a href="/agents/export">"Download the registry as a table"</a></p>
        </One>
    }
    .into_any()
}

/// Whether owners and models are known here at all. Where nobody wrote one down, empty columns would teach nothing.
fn told(items: &[AgentRow]) -> bool {
    items.iter().any(|agent| !agent.owner.is_empty() || !agent.model.is_empty())
}

fn nothing() -> AnyView {
    view! {
        <h2 class="visually-hidden">"List"</h2>
        <Empty title="No agents yet" text="Agents come here by themselves: name one when you file an incident, or add it to an incident's principals.">
            <p><a class="btn" href="/incidents">"Go to the incidents"</a></p>
        </Empty>
    }
    .into_any()
}

fn table(items: &[AgentRow]) -> AnyView {
    let told = told(items);
    let heads = if told { vec!["Agent", "Owner", "Model", "Incidents"] } else { vec!["Agent", "Incidents"] };
    view! {
        <table class="table" role="table" aria-label="Agents">
            <thead role="rowgroup"><tr role="row">{heads.into_iter().map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).collect_view()}</tr></thead>
            <tbody role="rowgroup">{items.iter().map(|agent| row(agent, told)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(agent: &AgentRow, told: bool) -> impl IntoView + use<> {
    let links = agent.keys.iter().map(|(key, title)| {
        let (href, key, title) = (format!("/incidents/{key}/principals"), key.to_string(), title.clone());
        view! { <li><a href=href data-item><span class="mono">{key}</span>" "{title}</a></li> }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{agent.name.clone()}</th>
            {told.then(|| view! { <td role="cell" data-label="Owner">{known(&agent.owner)}</td><td role="cell" data-label="Model">{known(&agent.model)}</td> })}
            <td role="cell" data-label="Incidents"><ul class="stack">{links.collect_view()}</ul></td>
        </tr>
    }
}

fn known(text: &str) -> AnyView {
    if text.is_empty() {
        view! { <span class="flag un">"not on record"</span> }.into_any()
    } else {
        view! { {text.to_string()} }.into_any()
    }
}
