//! What was changed of an agent, by whom, and the way to take one's own last act back.

use domain::agent::{Agent, AgentChange, is_undoable, told};
use leptos::prelude::*;

use super::agent::{AgentView, may_edit};
use crate::component::times::to_minute;
use crate::component::{ActButton, Icon, When};
use crate::frame::Frame;

/// How many characters of the chain's link are shown; the whole is in its title.
const HASH_CHARS: usize = 12;

/// The newest changes.
pub(super) fn card(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let rows = view.changes.iter().map(|(change, hash)| row(change, hash)).collect_view();
    let me = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let is_mine = |change: &AgentChange| Some(&change.actor.id) == me.as_ref() && is_undoable(change);
    let mine = view.changes.first().is_some_and(|(change, _)| is_mine(change));
    let undo = (mine && may_edit(agent)).then(|| {
        let action = format!("/agents/{}/undo", agent.id);
        view! { <div class="actions"><ActButton action=action label="Undo your last change" class="btn small"/></div> }
    });
    let older =
        view.is_cut.then(|| view! { <p class="muted">"Older changes are in the API, as “changes” of the agent."</p> });
    view! {
        <section class="card" id="history">
            <header><h2>"History"</h2><small class="muted">{format!("version {}", view.case.version)}</small></header>
            <p class="muted">"Nothing is changed without a line here, and each line carries the hash of the one before it."</p>
            {undo}
            <ol class="history">{rows}</ol>
            {older}
        </section>
    }
}

fn row(change: &AgentChange, hash: &str) -> impl IntoView + use<> {
    let (short, whole): (String, String) = (hash.chars().take(HASH_CHARS).collect(), hash.to_string());
    let (act, fields) = (told::act(change), told::fields(change));
    let name = change.actor.name.clone();
    let who = match change.actor.agent.clone() {
        Some(agent) => view! { <span class="who">{agent}</span>" "<span class="flag"><Icon name="agent"/>" agent, for "{name}</span>" " }.into_any(),
        None => view! { <span class="who">{name}</span>" " }.into_any(),
    };
    let count = fields.len();
    let summary = if count == 1 { "1 field".to_string() } else { format!("{count} fields") };
    let fields = fields.into_iter().map(|field| {
        view! { <p>{field.name}": "{(!field.before.is_empty()).then(|| view! { <del>{field.before}</del>" " })}<ins>{field.after}</ins></p> }
    });
    view! {
        <li id=format!("change-{}", change.version) data-item="" tabindex="0">
            <When time=to_minute(change.at)/>
            <div>
                <p>{who}{act}</p>
                {(count > 0).then(|| view! { <details><summary>{summary}</summary>{fields.collect_view()}</details> })}
                <p class="muted"><small class="num">{format!("version {}", change.version)}" · "<code title=whole>{short}</code></small></p>
            </div>
        </li>
    }
}
