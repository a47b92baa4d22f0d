//! Gaps the timeline suggests, each with the rule that found it. Every control of the catalogue has one.

mod acts;
mod chains;
mod clock;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::scope::Decided;
use crate::casefile::{CaseItem, Dossier};
use crate::gap::Control;
use crate::timeline::{Event, Outcome};
use crate::vocabulary::PrincipalKind;
use crate::{Id, TimeRange};

/// A gap that the timeline suggests. A person decides.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Suggestion {
    /// The control.
    pub control: Control,
    /// The rule that fired, as a sentence.
    pub rule: String,
    /// The events it fired on.
    pub events: Vec<Id>,
}

/// What the timeline suggests and no gap speaks of yet.
pub fn suggestions(dossier: &Dossier) -> Vec<Suggestion> {
    let mut found = all_suggestions(dossier);
    found.retain(|suggestion| !dossier.gaps.iter().any(|gap| gap.control == suggestion.control));
    found
}

fn all_suggestions(dossier: &Dossier) -> Vec<Suggestion> {
    let seen = Seen::of(dossier);
    let fired = Control::ALL.iter().filter_map(|control| {
        let mut found = rule(*control)(&seen);
        found.retain(|(_, events)| !events.is_empty());
        if found.is_empty() {
            return None;
        }
        let rule = found.iter().map(|(sentence, _)| sentence.as_str()).collect::<Vec<_>>().join(" ");
        let mut once = BTreeSet::new();
        let events = found.into_iter().flat_map(|(_, events)| events).filter(|id| once.insert(id.clone())).collect();
        Some(Suggestion { control: *control, rule, events })
    });
    fired.collect()
}

/// Sentences of a rule, each with the events behind it.
type Found = Vec<(String, Vec<Id>)>;

/// The rule of a control.
fn rule(control: Control) -> fn(&Seen) -> Found {
    match control {
        Control::Authorization => acts::authorization,
        Control::HumanTrust => chains::human_trust,
        Control::DetectionDelay => clock::detection_delay,
        Control::ConfirmationGate => acts::confirmation_gate,
        Control::ProvenanceSignal => acts::provenance_signal,
        Control::RevocationContainment => clock::revocation_containment,
        Control::KillSwitch => clock::kill_switch,
        Control::AuditLogging => clock::audit_logging,
        Control::TestingBypass => chains::testing_bypass,
        Control::IsolationSandbox => acts::isolation_sandbox,
        Control::InterAgent => chains::inter_agent,
        Control::FailureModeDefault => acts::failure_mode_default,
        Control::IdentityInventory => acts::identity_inventory,
        Control::MemoryContextLoss => chains::memory_context_loss,
    }
}

/// The timeline, as the rules look at it.
struct Seen<'a> {
    dossier: &'a Dossier,
    /// The events in the order of their time.
    events: Vec<&'a CaseItem<Event>>,
    /// How acts stand to the grants that were pinned.
    scopes: BTreeMap<&'a Id, Decided>,
}

impl<'a> Seen<'a> {
    fn of(dossier: &'a Dossier) -> Self {
        let events = dossier.timeline();
        let scoped = events.iter().filter_map(|kept| Some((&kept.record.id, dossier.scope_of(kept)?)));
        Self { dossier, scopes: scoped.collect(), events }
    }

    fn kind(&self, id: &Id) -> PrincipalKind {
        self.dossier.principals.find(id).map_or(PrincipalKind::Unknown, |kept| kept.kind)
    }

    fn is_agents(&self, event: &Event) -> bool {
        self.kind(&event.actor) == PrincipalKind::Agent
    }

    /// An act of an agent that changed something, as far as is known.
    fn took_effect(&self, event: &Event) -> bool {
        self.is_agents(event) && event.effect.is_effectful() && happened(event)
    }

    fn scope(&self, event: &Event) -> Option<&Decided> {
        self.scopes.get(&event.id)
    }

    /// The events a rule fires on.
    fn which(&self, fires: impl Fn(&Event) -> bool) -> Vec<Id> {
        self.events.iter().filter(|kept| fires(kept)).map(|kept| kept.id.clone()).collect()
    }
}

/// Whether the act was not kept from happening, as far as is known.
fn happened(event: &Event) -> bool {
    !matches!(event.outcome, Outcome::Denied | Outcome::Error)
}

/// Whether one time surely lies after another.
fn is_after(later: &TimeRange, earlier: &TimeRange) -> bool {
    matches!((later.earliest, earlier.latest), (Some(later), Some(earlier)) if later > earlier)
}
