//! People, agents and systems: people, agents, services and systems, and what each was granted.

mod form;
mod registry;

use std::collections::BTreeMap;

use domain::casefile::{CaseItem, Noun};
use domain::principal::{Fallback, Grant, Principal};
use domain::vocabulary::PrincipalKind;
use domain::{Id, Person};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::{ActButton, Form, OpenForm, Select};

/// Whom principals may well be: people with an account, and agents of the registry with their names.
#[derive(Debug, Clone, Default)]
pub struct Suggested {
    /// Accounts by principal.
    pub accounts: BTreeMap<Id, Person>,
    /// Agents by principal.
    pub agents: BTreeMap<Id, (Id, String)>,
}

/// The principals' page; the one being edited has its form in its place.
pub fn page(case: &Case, edit: Option<&Id>, suggested: &Suggested) -> AnyView {
    let none = case.dossier.principals.is_empty();
    let may_edit = case.may_edit();
    let people = case.dossier.principals.iter().map(|principal| match edit {
        Some(id) if may_edit && id == &principal.id => open(case, principal),
        _ => shown(case, principal, suggested),
    });
    let people = people.collect_view();
    let body = view! {
        <section class="card">
            <header>
                <h2>"People, agents and systems"</h2>
                {may_edit.then(|| add(case))}
            </header>
            {if none { empty() } else { view! { <ul class="hairline">{people}</ul> }.into_any() }}
        </section>
    };
    case_page(case, "principals", body.into_any())
}

fn empty() -> AnyView {
    view! {
        <Empty title="Nobody is named yet"
            text="A principal is whoever acts: a person, an agent, a service, a system. An agent is one like a person, with an owner and with grants. Name the agent first, then whoever invoked it; a role such as “asker” is better than a person’s name."/>
    }
    .into_any()
}

fn add(case: &Case) -> impl IntoView + use<> {
    let (action, owned) = (case.url("principals"), case.clone());
    view! {
        <div class="actions">
            <OpenForm label="Add principal" form="add-principal" key="n">
                <Form id="add-principal" action=action submit="Add principal">{form::fields(&owned, None)}</Form>
            </OpenForm>
        </div>
    }
}

fn open(case: &Case, principal: &CaseItem<Principal>) -> AnyView {
    let action = case.url(&format!("principals/{}", principal.id));
    let (owned, record) = (case.clone(), principal.record.clone());
    let name = principal.name.clone();
    let acts = acts(case, &principal.id);
    view! {
        <li class="stack" id=format!("principal-{}", principal.id) data-item tabindex="0">
            <div class="spread"><h3>{name.clone()}</h3><a class="btn quiet small" href=case.url("principals")>"Close"</a></div>
            <Form id="edit-principal" action=action.clone() submit="Save" seen=principal.version>{form::fields(&owned, Some(&record))}</Form>
            {merge(case, principal)}
            {if acts == 0 {
                view! { <ActButton action=format!("{action}/delete") label="Delete" title=format!("Delete {name}") class="btn danger small" seen=principal.version/> }.into_any()
            } else {
                view! { <p class="hint">"A principal who acts in the timeline cannot be deleted."</p> }.into_any()
            }}
        </li>
    }
    .into_any()
}

/// Says that this principal and another one are the same.
fn merge(case: &Case, principal: &CaseItem<Principal>) -> Option<AnyView> {
    let others = case.dossier.principals.iter().filter(|other| other.id != principal.id);
    let others: Vec<_> = others.map(|other| (other.id.to_string(), other.name.clone())).collect();
    if others.is_empty() {
        return None;
    }
    let action = case.url(&format!("principals/{}/merge", principal.id));
    let hint = "What it did becomes the other’s, its name stays known. Undo on the page History parts them again.";
    Some(
        view! {
            <Form id="merge-principal" action=action submit="Merge">
                <Select name="into" label="The same as" options=others value=String::new() blank="choose whom" hint=hint/>
            </Form>
        }
        .into_any(),
    )
}

/// In how many events somebody acts, is acted for, or confirmed an act.
fn acts(case: &Case, id: &Id) -> usize {
    case.dossier.events.iter().filter(|event| event.parts().any(|part| part == id)).count()
}

/// Asks whether a principal is the person of an account that is called so.
fn suggestion(case: &Case, principal: &CaseItem<Principal>, person: &Person) -> impl IntoView + use<> {
    let action = case.url(&format!("principals/{}", principal.id));
    let title = format!("Yes, link {} to the account of {}", principal.name, person.name);
    let fields = vec![("account", person.id.to_string())];
    view! {
        <p class="cluster">
            <span>{format!("Is this the account of {}?", person.name)}</span>
            {case.may_edit().then(|| view! { <ActButton action=action label="Yes, link them" title=title fields=fields seen=principal.version/> })}
            <span class="hint">"Linked, it stays known as the same person under any name."</span>
        </p>
    }
}

fn shown(case: &Case, principal: &CaseItem<Principal>, suggested: &Suggested) -> AnyView {
    let count = acts(case, &principal.id);
    let events = if count == 1 { "in 1 event".to_string() } else { format!("in {count} events") };
    let edit = case.url(&format!("principals?edit={0}#principal-{0}", principal.id));
    let name = principal.name.clone();
    let part = (!principal.part.is_empty()).then(|| format!(" · {}", principal.part));
    view! {
        <li class=format!("stack {}", principal.kind.word()) id=format!("principal-{}", principal.id) data-item tabindex="0">
            <div class="spread">
                <h3>{name.clone()}</h3>
                <span class="cluster">
                    {history_of(case, Noun::Principal, &principal.id, &name)}
                    {case.may_edit().then(|| view! { <a class="btn quiet small" data-edit href=edit>"Edit"<span class="visually-hidden">" "{name}</span></a> })}
                </span>
            </div>
            <p class="muted">{principal.kind.label()}{part}{format!(" · {events}")}{principal.private.then_some(" · left out of public exports")}</p>
            {suggested.accounts.get(&principal.id).map(|person| suggestion(case, principal, person))}
            {particulars(principal)}
            {(principal.pin.is_none() || !principal.grants.is_empty()).then(|| grants(principal))}
            {registry::section(case, principal, suggested.agents.get(&principal.id))}
        </li>
    }
    .into_any()
}

/// What is known of it; of an agent also what is missing.
fn particulars(principal: &Principal) -> impl IntoView + use<> {
    let agent = principal.kind == PrincipalKind::Agent;
    let line = |name: &'static str, value: &str| {
        let value = match value {
            "" if agent => view! { <span class="muted">"not known"</span> }.into_any(),
            "" => return None,
            value => value.to_string().into_any(),
        };
        Some(view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    let fallback = (agent || principal.default_on_unconfirmable != Fallback::Undefined)
        .then(|| view! { <dt>"When it cannot ask"</dt><dd>{principal.default_on_unconfirmable.label()}</dd> });
    let account = principal
        .account
        .is_some()
        .then(|| view! { <dt>"Account"</dt><dd>"has an account here, so cannot review this incident"</dd> });
    let lines = (
        line("Owner", &principal.owner),
        line("Model", &principal.model),
        line("Version", &principal.agent_version),
        line("Framework", &principal.framework),
    );
    let any = lines.0.is_some()
        || lines.1.is_some()
        || lines.2.is_some()
        || lines.3.is_some()
        || fallback.is_some()
        || account.is_some();
    any.then(|| view! { <dl class="facts">{lines}{fallback}{account}</dl> })
}

fn grants(principal: &Principal) -> Option<AnyView> {
    if principal.grants.is_empty() {
        let missing = principal.kind == PrincipalKind::Agent;
        return missing.then(|| view! { <p class="muted">"No grant is recorded. What an agent may do is what its acts are measured against."</p> }.into_any());
    }
    let label = format!("What {} was granted", principal.name);
    let caption = label.clone();
    let rows = principal.grants.iter().map(grant_row).collect_view();
    Some(
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label=label>
                <table class="table" role="table">
                    <caption class="visually-hidden">{caption}</caption>
                    <thead><tr role="row">
                        <th role="columnheader" scope="col">"Scope"</th><th role="columnheader" scope="col">"For"</th>
                        <th role="columnheader" scope="col">"Approved by"</th><th role="columnheader" scope="col">"Valid"</th>
                        <th role="columnheader" scope="col">"Reviewed"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

fn grant_row(grant: &Grant) -> impl IntoView + use<> {
    let unknown = |text: &str| if text.is_empty() { "not known".to_string() } else { text.to_string() };
    let valid = if grant.granted_at.is_empty() && grant.expires_at.is_empty() {
        "not known".to_string()
    } else {
        format!(
            "{} – {}",
            unknown(&grant.granted_at),
            if grant.expires_at.is_empty() { "no end" } else { &grant.expires_at }
        )
    };
    let reviewed = match (grant.last_review.as_str(), grant.review_interval.as_str()) {
        ("", "") => "never, as far as is known".to_string(),
        (last, "") => last.to_string(),
        (last, every) => format!("{}, every {every}", unknown(last)),
    };
    let why = (!grant.rationale.is_empty()).then(|| view! { <p class="muted">{grant.rationale.clone()}</p> });
    view! {
        <tr role="row">
            <td role="cell" data-label="Scope">{grant.scope.clone()}</td>
            <td role="cell" data-label="For">{unknown(&grant.task)}{why}</td>
            <td role="cell" data-label="Approved by">{unknown(&grant.approver)}</td>
            <td role="cell" data-label="Valid">{valid}</td>
            <td role="cell" data-label="Reviewed">{reviewed}</td>
        </tr>
    }
}
