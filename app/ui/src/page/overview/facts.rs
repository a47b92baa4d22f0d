//! The plain facts of an incident.

use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::When;
use crate::component::times::to_minute;

/// What was filed, and the people, agents and systems in it.
pub(super) fn facts(case: &Case) -> AnyView {
    view! {
        <section class="card">
            <header><h2>"Facts"</h2>{case.may_edit().then(|| view! { <small><a href=case.url("settings")>"Edit"</a></small> })}</header>
            {case.common("overview: facts", |case| list(case).into_any())}
        </section>
    }
    .into_any()
}

fn list(case: &Case) -> Option<AnyView> {
    let incident = case.incident()?;
    let filed = to_minute(incident.filed.at);
    let declared = incident.declared_severity.map_or_else(|| "none".into(), |sev| sev.label().to_string());
    let peak = case.dossier.severities(case.verdict()).peak.map(|sev| sev.label());
    let closed = incident.closed.as_ref().map(|stamp| (stamp.by.name.clone(), to_minute(stamp.at)));
    let mut people: Vec<String> = Vec::new();
    let mut agents: Vec<(String, String)> = Vec::new();
    for principal in case.dossier.principals.iter() {
        match principal.kind {
            PrincipalKind::Agent => {
                agents.push((format!("{}#principal-{}", case.url("principals"), principal.id), principal.name.clone()))
            }
            _ => people.push(principal.name.clone()),
        }
    }
    let agents = (!agents.is_empty()).then(|| view! { <dt>"Agents"</dt><dd><ul class="cluster">{agents.into_iter().map(|(href, name)| view! { <li><a href=href>{name}</a></li> }).collect_view()}</ul></dd> });
    let names = |name: &'static str, items: &[String]| {
        (!items.is_empty()).then(|| {
            let items = items.join(", ");
            view! { <dt>{name}</dt><dd>{items}</dd> }
        })
    };
    Some(
        view! {
            <dl class="facts">
                <dt>"Happened"</dt><dd><When time=incident.occurred.clone()/></dd>
                <dt>"Filed"</dt><dd><When time=filed/>" by "{incident.filed.by.name.clone()}</dd>
                {closed.map(|(name, at)| view! { <dt>"Closed"</dt><dd><When time=at/>" by "{name}</dd> })}
                <dt>"Declared severity"</dt><dd>{declared}</dd>
                {peak.map(|peak| view! { <dt>"Worst it ever was"</dt><dd>{peak}</dd> })}
                {names("Systems", &incident.systems)}
                {agents}
                {names("Others", &people)}
                {names("Tags", &incident.tags)}
            </dl>
        }
        .into_any(),
    )
}
