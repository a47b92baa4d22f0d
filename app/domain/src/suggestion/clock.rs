//! What the order of things suggests: found late, stopped late, and what no log shows.

use super::{Found, Seen, happened, is_after};
use crate::Id;
use crate::metrics::{MetricName, metrics};
use crate::timeline::{Event, EventKind, MarkName, Outcome, Verb};
use crate::vocabulary::PrincipalKind;

pub(super) fn detection_delay(seen: &Seen) -> Found {
    detection(seen).into_iter().collect()
}

fn detection(seen: &Seen) -> Option<(String, Vec<Id>)> {
    let dossier = seen.dossier;
    let metric = metrics(dossier).into_iter().find(|metric| metric.name == MetricName::TimeToDetect)?;
    let (detected, _) = dossier.marked(MarkName::Detected)?;
    let by = dossier.events.get(detected).map_or(PrincipalKind::Unknown, |event| seen.kind(&event.actor));
    let automated = matches!(by, PrincipalKind::System | PrincipalKind::Service);
    let target = dossier.incident().map_or(60, |incident| incident.detection_target_seconds);
    let over =
        metric.headline().is_some_and(|(range, _)| range.max.is_none_or(|max| max > i64::from(target) * 1_000_000));
    let rule = match (over, automated) {
        (true, _) => format!("The time to detect is over the target of {target} s."),
        (false, false) => "It was found by a person or by chance, not by a system.".to_string(),
        (false, true) => return None,
    };
    Some((rule, vec![detected.clone()]))
}

/// Acts of agents after a thing was known. What only looks on changes nothing, and is no act here.
fn acts_after(seen: &Seen, event: &Event) -> Vec<Id> {
    let acts = seen.which(|act| {
        seen.is_agents(act)
            && happened(act)
            && !matches!(act.kind, EventKind::Note | EventKind::Alert | EventKind::Decision | EventKind::Stop)
            && is_after(&act.time, &event.time)
    });
    if acts.is_empty() { acts } else { std::iter::once(event.id.clone()).chain(acts).collect() }
}

pub(super) fn revocation_containment(seen: &Seen) -> Found {
    let marked = |mark| seen.dossier.marked(mark).and_then(|(id, _)| seen.dossier.events.get(id));
    let after = |mark| marked(mark).map(|event| acts_after(seen, event)).unwrap_or_default();
    vec![
        (
            "An agent still acted after the incident was detected: its access had not been revoked.".into(),
            after(MarkName::Detected),
        ),
        ("An agent still acted after its access was said to be revoked.".into(), after(MarkName::Revoked)),
        ("An agent still acted after the incident was said to be contained.".into(), after(MarkName::Contained)),
    ]
}

pub(super) fn kill_switch(seen: &Seen) -> Found {
    let is_refused =
        |event: &Event| event.kind == EventKind::Stop && matches!(event.outcome, Outcome::Denied | Outcome::Error);
    // The first stop of which the time is known: what comes after a later one comes after it as well.
    let sent = seen.events.iter().find(|event| event.kind == EventKind::Stop && event.time.latest.is_some());
    vec![
        ("A stop was sent and not honoured.".into(), seen.which(is_refused)),
        ("An agent acted after a stop was sent.".into(), sent.map(|stop| acts_after(seen, stop)).unwrap_or_default()),
    ]
}

pub(super) fn audit_logging(seen: &Seen) -> Found {
    let changed = |event: &Event| event.verb == Verb::LoggingControl && happened(event);
    let has_evidence = !seen.dossier.evidence.is_empty();
    let unshown = |event: &Event| has_evidence && seen.took_effect(event) && event.evidence.is_empty();
    vec![
        ("What is logged was changed during the incident.".into(), seen.which(changed)),
        (
            "An agent's act took effect, and none of the evidence that was collected shows it.".into(),
            seen.which(|event| unshown(event) && !changed(event)),
        ),
    ]
}
