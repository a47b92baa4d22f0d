//! What was changed of an agent, by whom, and the way to take one's own last act back.

use domain::Id;
use domain::agent::{Agent, AgentChange, AgentNoun, last_act, told};
use domain::counted::counted;
use leptos::prelude::*;

use super::agent::{AgentView, may_edit};
use crate::component::news::news as told_of;
use crate::component::times::to_minute;
use crate::component::{ActButton, When};
use crate::frame::Frame;
use crate::page::history::{link, person};

/// The newest changes.
pub(super) fn card(agent: &Agent, view: &AgentView) -> impl IntoView + use<> {
    let rows = view.changes.iter().map(|(change, hash)| row(change, hash)).collect_view();
    let me = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let undo = me.filter(|_| may_edit(agent)).and_then(|me| undo(agent, view, &me));
    let older = view
        .is_cut
        .then(|| view! { <p class="muted">"Only the newest changes are shown. The API lists all of them."</p> });
    view! {
        <section class="card" id="history">
            <header><h2>"History"</h2><small class="muted">{format!("version {}", view.case.version)}</small></header>
            <p class="muted">"Every change is recorded here. Each entry includes the hash of the entry before it."</p>
            {undo}
            <ol class="history">{rows}</ol>
            {older}
        </section>
    }
}

/// The button that takes the reader's last act back, with what it was; or why it cannot be.
fn undo(agent: &Agent, view: &AgentView, me: &Id) -> Option<AnyView> {
    let changes: Vec<AgentChange> = view.changes.iter().map(|(change, _)| change.clone()).collect();
    let newest = changes.iter().find(|change| change.actor.id == *me)?;
    // A review also ends grants and sets a date: those are parts of it.
    let act = changes.iter().filter(|change| change.at == newest.at && change.actor == newest.actor);
    let whole = act.into_iter().find(|change| change.noun == AgentNoun::Review).unwrap_or(newest);
    let words = format!("You last {}.", told::act(whole));
    let action = format!("/agents/{}/undo", agent.id);
    Some(match last_act(&changes, me) {
        Ok(_) => view! {
            <div class="actions">
                <span class="muted">{words.clone()}</span>
                <ActButton action=action label="Undo this" title=format!("Undo this: {words}") class="btn small"/>
            </div>
        }
        .into_any(),
        Err(refusal) => view! { <p class="muted">{words}" "{refusal.sentence}</p> }.into_any(),
    })
}

/// What others have just changed on an open page.
pub fn news(agent: &Agent, changes: &[AgentChange]) -> AnyView {
    let reader = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    // The newest stands first.
    let others: Vec<&AgentChange> = changes
        .iter()
        .filter(|change| change.actor.agent.is_some() || Some(&change.actor.id) != reader.as_ref())
        .collect();
    let rows: Vec<String> = others.iter().map(|change| format!("{}-{}", change.noun.word(), change.id)).collect();
    let last = others.first();
    let href = last.map(|change| format!("/agents/{}#change-{}", agent.id, change.version)).unwrap_or_default();
    let words = last.map(|change| format!("{} {}", change.actor.spoken(), told::act(change)));
    told_of(&rows, others.len(), words.unwrap_or_default(), href)
}

fn row(change: &AgentChange, hash: &str) -> impl IntoView + use<> {
    let (who, link) = (person(&change.actor), link(change.version, hash));
    let (act, fields) = (told::act(change), told::fields(change));
    let summary = counted(fields.len(), "field");
    let is_told = !fields.is_empty();
    let fields = fields.into_iter().map(|field| {
        view! { <p>{field.name}": "{(!field.before.is_empty()).then(|| view! { <del>{field.before}</del>" " })}<ins>{field.after}</ins></p> }
    });
    view! {
        <li id=format!("change-{}", change.version) data-item="" tabindex="0">
            <When time=to_minute(change.at)/>
            <div>
                <p>{who}{act}</p>
                {is_told.then(|| view! { <details><summary>{summary}</summary>{fields.collect_view()}</details> })}
                {link}
            </div>
        </li>
    }
}
