//! Where agents appear in an incident.

use std::collections::BTreeMap;

use crate::casefile::Dossier;
use crate::vocabulary::PrincipalKind;
use crate::words::Tri;
use crate::{Id, Instant};

/// An agent among the principals of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The principal.
    pub principal: Id,
    /// What it is called there.
    pub name: String,
    /// The agent of the registry that a person linked it to.
    pub agent: Option<Id>,
    /// When it was last seen to act.
    pub last_at: Option<Instant>,
    /// How many acts of it the timeline has.
    pub acts: u64,
    /// How many of them lay outside of what it was granted: by the grants that were pinned, or because somebody said so.
    pub outside: u64,
}

/// The agents of an incident, by principal: those that are called agents, and whatever else a person linked to one.
pub fn sightings(dossier: &Dossier) -> Vec<Sighting> {
    let agents = dossier.principals.iter().filter(|kept| kept.kind == PrincipalKind::Agent || kept.pin.is_some());
    let mut seen: BTreeMap<&Id, Sighting> = agents
        .map(|kept| {
            let (principal, name) = (kept.id.clone(), kept.name.clone());
            let agent = kept.pin.as_ref().map(|pin| pin.agent.clone());
            (&kept.record.id, Sighting { principal, name, agent, last_at: None, acts: 0, outside: 0 })
        })
        .collect();
    for event in dossier.events.iter() {
        let Some(sighting) = seen.get_mut(&event.actor) else { continue };
        let decided = dossier.scope_of(event).is_some_and(|decided| decided.scope.is_beyond());
        sighting.acts += 1;
        sighting.outside += u64::from(decided || event.authorised == Tri::No);
        sighting.last_at = sighting.last_at.max(event.time.latest.or(event.time.earliest));
    }
    seen.into_values().collect()
}
