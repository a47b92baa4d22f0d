//! What ties a principal to the registry of agents.

use domain::Id;
use domain::agent::{Grant, Pattern};
use domain::casefile::CaseItem;
use domain::principal::Pin;
use domain::principal::Principal;
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::address::encode;
use crate::component::day::Day;
use crate::component::{ActButton, Field, Form, OpenForm};

/// The link and what was pinned with it; or the offer to make one.
pub(super) fn section(
    case: &Case,
    principal: &CaseItem<Principal>,
    suggested: Option<&(Id, String)>,
) -> Option<AnyView> {
    match (&principal.pin, suggested) {
        (Some(pin), _) => Some(pinned(case, principal, pin)),
        (None, Some(agent)) if case.may_edit() => Some(suggestion(case, principal, agent)),
        (None, None) if case.may_edit() && principal.kind == PrincipalKind::Agent => Some(offer(case, principal)),
        _ => None,
    }
}

fn action(case: &Case, principal: &Principal) -> String {
    case.url(&format!("principals/{}/agent", principal.id))
}

/// Asks whether a principal is an agent that logs know under this name.
fn suggestion(case: &Case, principal: &CaseItem<Principal>, (id, name): &(Id, String)) -> AnyView {
    let fields = vec![("agent", id.to_string())];
    let title = format!("Link to agent {name}: {}", principal.name);
    view! {
        <div class="cluster">
            <p>"Logs know the agent "<a href=format!("/agents/{id}")>{name.clone()}</a>" by this name."</p>
            <ActButton action=action(case, principal) label=format!("Link to agent {name}") title=title class="btn small" fields=fields/>
        </div>
        <p class="hint">"Once linked, its acts here are compared with what it was granted."</p>
    }
    .into_any()
}

/// Nobody registered an agent of this name: to register it, or to say which one it is.
fn offer(case: &Case, principal: &CaseItem<Principal>) -> AnyView {
    let (id, action) = (format!("link-agent-{}", principal.id), action(case, principal));
    let form = id.clone();
    view! {
        <div class="actions">
            <a class="btn quiet small" href=register(case, principal)>"Register this agent"<span class="visually-hidden">{format!(" {}", principal.name)}</span></a>
            <OpenForm label="Link to a registered agent" form=id quiet=true>
                <Form id=form.clone() action=action.clone() submit="Link it">
                    <Field name="agent" label="Agent in the registry" required=true hint="Its name in the registry, or a name under which logs know it."/>
                    <Field name="task" label="Task it worked on" hint="The reference, such as a ticket. Grants for another task then do not count."/>
                </Form>
            </OpenForm>
        </div>
    }
    .into_any()
}

/// The form that registers it, with what is known here; it leads back to the principal.
fn register(case: &Case, principal: &Principal) -> String {
    let then = case.url(&format!("principals#principal-{}", principal.id));
    let known = [
        ("name", &principal.name),
        ("owner_name", &principal.owner),
        ("model", &principal.model),
        ("agent_version", &principal.agent_version),
        ("framework", &principal.framework),
        ("then", &then),
    ];
    let known = known.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = known.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    format!("/agents/new?{}", pairs.join("&"))
}

fn pinned(case: &Case, principal: &CaseItem<Principal>, pin: &Pin) -> AnyView {
    let task = (!pin.task.is_empty()).then(|| format!(" It worked on {}.", pin.task));
    let (again, remove) = (action(case, principal), format!("{}/delete", action(case, principal)));
    let fields = vec![("agent", pin.agent.to_string()), ("task", pin.task.clone())];
    let titles = (
        format!("Update the grants of {} from the registry", pin.name),
        format!("Remove the link of {} to the registry", principal.name),
    );
    view! {
        <div class="stack">
            <p>
                "Linked to the agent "<a href=format!("/agents/{}", pin.agent)>{pin.name.clone()}</a>", as registered on "
                <Day at=pin.pinned.at/>{format!(" (version {}), by {}.{}", pin.version, pin.pinned.by.name, task.unwrap_or_default())}
                " Later changes in the registry do not change this incident."
            </p>
            {grants(pin)}
            {case.may_edit().then(|| view! {
                <div class="actions">
                    <ActButton action=again label="Update from the registry" title=titles.0 fields=fields/>
                    <ActButton action=remove label="Remove the link" title=titles.1/>
                </div>
            })}
        </div>
    }
    .into_any()
}

fn grants(pin: &Pin) -> AnyView {
    if pin.grants.is_empty() {
        return view! { <p class="muted">"It had no grants: everything it did is outside them."</p> }.into_any();
    }
    let caption = format!("What {} was granted, as the registry had it", pin.name);
    let label = caption.clone();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            <table class="table" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr role="row">
                    <th role="columnheader" scope="col">"May"</th><th role="columnheader" scope="col">"On"</th>
                    <th role="columnheader" scope="col">"Acts that a person confirms"</th><th role="columnheader" scope="col">"Valid"</th>
                    <th role="columnheader" scope="col">"Approved by"</th>
                </tr></thead>
                <tbody>{pin.grants.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(grant: &Grant) -> impl IntoView + use<> {
    let verbs: Vec<&str> = grant.verbs.iter().map(|verb| verb.label()).collect();
    let resources: Vec<&str> = grant.resources.iter().map(Pattern::as_str).collect();
    let end = match grant.ends() {
        Some(end) => view! { <Day at=end/> }.into_any(),
        None => "no end".into_any(),
    };
    let approver = if grant.approver_name.is_empty() { "not known".to_string() } else { grant.approver_name.clone() };
    view! {
        <tr role="row">
            <td role="cell" data-label="May">{verbs.join(", ")}<p class="muted">{format!("at most: {}", grant.ceiling.label())}</p></td>
            <td role="cell" data-label="On">{resources.join(", ")}</td>
            <td role="cell" data-label="Acts that a person confirms">{grant.rule.label()}</td>
            <td role="cell" data-label="Valid"><Day at=grant.from/>" – "{end}</td>
            <td role="cell" data-label="Approved by">{approver}</td>
        </tr>
    }
}
