//! Gaps the timeline suggests, each with the rule that found it.

use super::Control;
use crate::metrics::{MetricName, metrics};
use crate::record::Dossier;
use crate::timeline::{EdgeKind, Event, EventKind, MarkName, OutputMode, ProvenanceLabel};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Tri};

/// A gap that the timeline suggests. A person decides.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
    let agent = |event: &Event| kind_of(dossier, &event.actor) == PrincipalKind::Agent;
    let mut found = Vec::new();
    let mut suggest = |control: Control, rule: &str, events: Vec<Id>| {
        if !events.is_empty() {
            found.push(Suggestion { control, rule: rule.into(), events });
        }
    };
    let which = |rule: &dyn Fn(&Event) -> bool| {
        dossier.timeline().into_iter().filter(|kept| rule(&kept.record)).map(|kept| kept.id.clone()).collect::<Vec<_>>()
    };

    suggest(
        Control::ConfirmationGate,
        "An agent's act took effect and nobody is known to have confirmed it.",
        which(&|event| agent(event) && event.effect.is_effectful() && event.confirmed != Tri::Yes),
    );
    suggest(
        Control::Authorization,
        "An act was not authorised, or lies outside what its agent was granted.",
        which(&|event| event.authorised == Tri::No || (agent(event) && outside_grants(dossier, event))),
    );
    suggest(
        Control::ProvenanceSignal,
        "An agent's output went out directly with no label that says so.",
        which(&|event| {
            agent(event)
                && event.output_mode == Some(OutputMode::Direct)
                && matches!(event.provenance_label, ProvenanceLabel::None | ProvenanceLabel::Unknown)
        }),
    );
    suggest(
        Control::HumanTrust,
        "Somebody relied on an agent's output and no step shows that it was verified first.",
        relied_unverified(dossier),
    );
    suggest(
        Control::KillSwitch,
        "A stop was sent and not honoured.",
        which(&|event| {
            event.kind == EventKind::Stop
                && matches!(event.outcome, crate::timeline::Outcome::Denied | crate::timeline::Outcome::Error)
        }),
    );
    suggest(
        Control::IdentityInventory,
        "An agent acted that has no known owner.",
        which(&|event| agent(event) && dossier.principals.find(&event.actor).is_some_and(|kept| kept.owner.is_empty())),
    );
    if let Some(suggestion) = detection(dossier) {
        found.push(suggestion);
    }
    found
}

fn kind_of(dossier: &Dossier, id: &Id) -> PrincipalKind {
    dossier.principals.find(id).map_or(PrincipalKind::Unknown, |kept| kept.kind)
}

/// An agent with recorded grants acts outside them when no grant's scope names the verb.
fn outside_grants(dossier: &Dossier, event: &Event) -> bool {
    let Some(agent) = dossier.principals.find(&event.actor) else { return false };
    let names_verb = |scope: &str| {
        scope.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == event.verb.word())
    };
    event.effect.is_effectful()
        && !agent.grants.is_empty()
        && !agent.grants.iter().any(|grant| names_verb(&grant.scope))
}

/// Events that relied on an agent's output without being confirmed first.
fn relied_unverified(dossier: &Dossier) -> Vec<Id> {
    let mut events = Vec::new();
    for edge in dossier.edges.iter().filter(|edge| matches!(edge.kind, EdgeKind::ReliedOn | EdgeKind::InformedBy)) {
        let (Some(from), Some(to)) = (dossier.events.get(&edge.from), dossier.events.get(&edge.to)) else { continue };
        if kind_of(dossier, &to.actor) == PrincipalKind::Agent
            && from.confirmed != Tri::Yes
            && !events.contains(&from.id)
        {
            events.push(from.id.clone());
        }
    }
    events
}

fn detection(dossier: &Dossier) -> Option<Suggestion> {
    let metric = metrics(dossier).into_iter().find(|metric| metric.name == MetricName::TimeToDetect)?;
    let (detected, _) = dossier.marked(MarkName::Detected)?;
    let by = dossier.events.get(detected).map_or(PrincipalKind::Unknown, |event| kind_of(dossier, &event.actor));
    let automated = matches!(by, PrincipalKind::System | PrincipalKind::Service);
    let target = dossier.incident().map_or(60, |incident| incident.detection_target_seconds);
    let over =
        metric.headline().is_some_and(|(range, _)| range.max.is_none_or(|max| max > i64::from(target) * 1_000_000));
    let rule = match (over, automated) {
        (true, _) => format!("The time to detect is over the target of {target} s."),
        (false, false) => "It was found by a person or by chance, not by a system.".to_string(),
        (false, true) => return None,
    };
    Some(Suggestion { control: Control::DetectionDelay, rule, events: vec![detected.clone()] })
}
