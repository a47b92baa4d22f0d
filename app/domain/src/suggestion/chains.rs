//! What it suggests that one event led to another.

use std::collections::BTreeMap;

use super::{Found, Seen, is_after};
use crate::agent::AgentStatus;
use crate::timeline::{EdgeKind, Event, EventKind, Verb};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Tri};

/// The two ends of each link of some kinds: the later event, and the one it hangs on.
fn links<'a>(seen: &'a Seen, kinds: &'a [EdgeKind]) -> impl Iterator<Item = (&'a Event, &'a Event)> {
    let edges = seen.dossier.edges.iter().filter(|edge| kinds.contains(&edge.kind));
    edges.filter_map(|edge| {
        let (from, to) = (seen.dossier.events.get(&edge.from)?, seen.dossier.events.get(&edge.to)?);
        Some((&from.record, &to.record))
    })
}

/// Events that relied on an agent's output without being confirmed first.
pub(super) fn human_trust(seen: &Seen) -> Found {
    let relied = links(seen, &[EdgeKind::ReliedOn, EdgeKind::InformedBy]);
    let unverified = relied.filter(|(from, to)| seen.is_agents(to) && from.confirmed != Tri::Yes);
    vec![(
        "Somebody relied on an agent's output and no step shows that it was verified first.".into(),
        unverified.map(|(from, _)| from.id.clone()).collect(),
    )]
}

pub(super) fn inter_agent(seen: &Seen) -> Found {
    let both = links(seen, EdgeKind::ALL).filter(|(from, to)| {
        seen.is_agents(from) && seen.is_agents(to) && from.actor != to.actor && from.confirmed != Tri::Yes
    });
    let linked = both.flat_map(|(from, to)| [from.id.clone(), to.id.clone()]).collect();
    let other = |event: &Event, part: &Option<Id>| {
        part.as_ref().is_some_and(|id| *id != event.actor && seen.kind(id) == PrincipalKind::Agent)
    };
    let sent = seen.which(|event| {
        seen.is_agents(event)
            && event.confirmed != Tri::Yes
            && (other(event, &event.invoked_by) || other(event, &event.on_behalf_of))
    });
    vec![
        ("An agent acted on another agent's output, and nobody is known to have checked it.".into(), linked),
        ("An agent was invoked by another agent, and nobody is known to have confirmed what it did.".into(), sent),
    ]
}

pub(super) fn testing_bypass(seen: &Seen) -> Found {
    // Somebody put into use what an agent had made.
    let is_release = |event: &Event| {
        matches!(event.verb, Verb::Config | Verb::Execute) && event.effect.is_effectful() && super::happened(event)
    };
    let released = links(seen, EdgeKind::ALL)
        .filter(|(from, to)| is_release(from) && seen.is_agents(to) && from.confirmed != Tri::Yes)
        .map(|(from, _)| from.id.clone());
    let untried = seen.which(|event| {
        let pin = seen.dossier.principals.find(&event.actor).and_then(|kept| kept.pin.as_ref());
        let Some((pin, at)) = pin.zip(event.time.earliest) else { return false };
        let before = pin.history.iter().filter(|standing| standing.from <= at);
        let status = before.max_by_key(|standing| standing.from).map(|standing| standing.status);
        status == Some(AgentStatus::Proposed) && super::happened(event)
    });
    vec![
        (
            "What an agent made was put into use, and no step shows that it was tried and approved first.".into(),
            released.collect(),
        ),
        ("An agent acted that was only proposed: nobody had made it active.".into(), untried),
    ]
}

pub(super) fn memory_context_loss(seen: &Seen) -> Found {
    let mut told: BTreeMap<&str, &Event> = BTreeMap::new();
    let mut compacted: BTreeMap<&str, &Event> = BTreeMap::new();
    let (mut against, mut after) = (Vec::new(), Vec::new());
    let note = |list: &mut Vec<Id>, before: &Event, event: &Event| {
        list.extend([before.id.clone(), event.id.clone()]);
    };
    for event in &seen.events {
        let Some(session) = event.trace.as_deref() else { continue };
        if seen.kind(&event.actor) == PrincipalKind::Human && says(event) {
            told.entry(session).or_insert(event);
        } else if is_compaction(event) {
            compacted.entry(session).or_insert(event);
        } else if seen.took_effect(event) {
            if let Some(before) =
                told.get(session).filter(|before| event.requested == Tri::No && is_after(&event.time, &before.time))
            {
                note(&mut against, before, event);
            }
            if let Some(before) = compacted.get(session).filter(|before| is_after(&event.time, &before.time)) {
                note(&mut after, before, event);
            }
        }
    }
    vec![
        (
            "A person had told the agent what to do, and in the same session it did what nobody asked for.".into(),
            against,
        ),
        ("The agent's context was cut short, and it went on to change something in the same session.".into(), after),
    ]
}

/// Whether somebody tells an agent something.
fn says(event: &Event) -> bool {
    matches!(event.kind, EventKind::Message | EventKind::Decision | EventKind::Stop)
}

/// Whether a transcript notes that what came before was dropped.
fn is_compaction(event: &Event) -> bool {
    event.kind == EventKind::Note && event.body.to_lowercase().contains("compact")
}
