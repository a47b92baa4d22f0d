//! What single acts suggest.

use super::{Found, Seen};
use crate::agent::scope::{Scope, ScopePart};
use crate::principal::{Fallback, Principal};
use crate::timeline::{Effect, Event, EventKind, OutputMode, ProvenanceLabel};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Tri};

pub(super) fn authorization(seen: &Seen) -> Found {
    let is_beyond = |scope: Scope| scope.is_breach() && scope != Scope::Unconfirmed;
    let pinned = |event: &Event| seen.scope(event).filter(|decided| is_beyond(decided.scope));
    let reported =
        |event: &Event| seen.scope(event).is_none() && seen.is_agents(event) && outside_reported(seen, event);
    let mut general = seen.which(|event| event.authorised == Tri::No || reported(event));
    // One sentence for each way of lying outside, with the acts that do.
    let mut ways: Found = Vec::new();
    for event in &seen.events {
        let Some(decided) = pinned(event) else { continue };
        let known = ways.iter().position(|(sentence, _)| *sentence == decided.sentence);
        match known {
            Some(place) => ways[place].1.push(event.id.clone()),
            None if ways.len() < SENTENCES_MAX => ways.push((decided.sentence.clone(), vec![event.id.clone()])),
            None => general.push(event.id.clone()),
        }
    }
    let sentence = "An act was not authorised, or lies outside what its agent was granted.".to_string();
    std::iter::once((sentence, general)).chain(ways).collect()
}

/// So many different ways of lying outside are told one by one.
const SENTENCES_MAX: usize = 4;

/// An agent of which grants are only reported acts outside them when no grant's scope names the verb.
fn outside_reported(seen: &Seen, event: &Event) -> bool {
    let Some(agent) = seen.dossier.principals.find(&event.actor) else { return false };
    let names_verb = |scope: &str| {
        scope.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == event.verb.word())
    };
    event.effect.is_effectful()
        && !agent.grants.is_empty()
        && !agent.grants.iter().any(|grant| names_verb(&grant.scope))
}

pub(super) fn confirmation_gate(seen: &Seen) -> Found {
    let asked_for = |event: &Event| seen.scope(event).is_some_and(|decided| decided.scope == Scope::Unconfirmed);
    let unconfirmed =
        |event: &Event| seen.is_agents(event) && event.effect.is_effectful() && event.confirmed != Tri::Yes;
    vec![
        (
            "An agent's act took effect and nobody is known to have confirmed it.".into(),
            seen.which(|event| unconfirmed(event) && !asked_for(event)),
        ),
        (
            "An agent acted under a grant that asks for a person's yes first, and none is shown.".into(),
            seen.which(asked_for),
        ),
    ]
}

pub(super) fn provenance_signal(seen: &Seen) -> Found {
    let is_bare = |event: &Event| matches!(event.provenance_label, ProvenanceLabel::None | ProvenanceLabel::Unknown);
    vec![(
        "An agent's output went out directly with no label that says so.".into(),
        seen.which(|event| seen.is_agents(event) && event.output_mode == Some(OutputMode::Direct) && is_bare(event)),
    )]
}

pub(super) fn isolation_sandbox(seen: &Seen) -> Found {
    let reached = |event: &Event| {
        let scope = seen.scope(event).filter(|decided| decided.scope == Scope::Outside);
        scope.is_some_and(|decided| decided.parts.contains(&ScopePart::Resource) || decided.grant.is_none())
            && super::happened(event)
    };
    let raised = |event: &Event| seen.took_effect(event) && event.effect == Effect::Privilege;
    vec![
        (
            "An agent reached a resource that none of its grants names, and nothing stopped it.".into(),
            seen.which(reached),
        ),
        (
            "An agent changed privileges, and nothing stopped it.".into(),
            seen.which(|event| raised(event) && !reached(event)),
        ),
    ]
}

pub(super) fn identity_inventory(seen: &Seen) -> Found {
    let owner = |event: &Event| {
        seen.dossier.principals.find(&event.actor).is_some_and(|kept| kept.owner.is_empty() && kept.pin.is_none())
    };
    let nobody = |event: &Event| {
        seen.kind(&event.actor) == PrincipalKind::Unknown && event.effect.is_effectful() && super::happened(event)
    };
    vec![
        ("An agent acted that has no known owner.".into(), seen.which(|event| seen.is_agents(event) && owner(event))),
        ("Somebody changed something, and it is not known who or what.".into(), seen.which(nobody)),
    ]
}

/// What agents were declared to do when they cannot ask, against what they did.
pub(super) fn failure_mode_default(seen: &Seen) -> Found {
    let agents = seen.dossier.principals.iter().filter(|kept| kept.kind == PrincipalKind::Agent);
    let found = agents.filter_map(|agent| {
        let declared = declared(agent);
        let events = went_on(seen, &agent.id);
        let sentence = match declared {
            Fallback::Proceed => return None,
            Fallback::Undefined => {
                format!("Nobody declared what {} does when it cannot ask, and it went on without a yes.", agent.name)
            }
            _ => format!(
                "{} is declared so that it {} when no confirmation can be had, and it went on without one.",
                agent.name,
                declared.label()
            ),
        };
        (!events.is_empty()).then_some((sentence, events))
    });
    found.take(super::acts::SENTENCES_MAX).collect()
}

/// What it was declared to do: as the registry had it, or as somebody reported.
fn declared(agent: &Principal) -> Fallback {
    let pinned = agent.pin.as_ref().map(|pin| pin.default_on_unconfirmable);
    pinned.filter(|pinned| *pinned != Fallback::Undefined).unwrap_or(agent.default_on_unconfirmable)
}

/// The acts of an agent that took effect though it is known that no person confirmed them.
fn went_on(seen: &Seen, agent: &Id) -> Vec<Id> {
    seen.which(|event| {
        event.actor == *agent
            && seen.took_effect(event)
            && event.confirmed == Tri::No
            && !matches!(event.kind, EventKind::Note | EventKind::Alert)
    })
}
