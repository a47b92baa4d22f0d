//! OCSF: the class Incident Finding (2005) of the Open Cybersecurity Schema Framework.

pub(super) mod table;

use serde_json::{Value, json};

use super::Told;
use super::told::filled;
use crate::Instant;
use crate::incident::Status;
use crate::severity::Sev;
use crate::timeline::first_line;
use crate::verdict::Verdict;

/// The version of the schema.
const VERSION: &str = "1.8.0";

/// The class.
const CLASS: u32 = 2005;

/// A number of theirs with its caption.
type Known = (u8, &'static str);

/// The case as one event of the class.
pub(crate) fn ocsf(told: &Told<'_>) -> Value {
    let (activity, status) = (activity(told), status(told.incident.status));
    let (severity, impact) = (severity(told.sev()), impact(told));
    let (verdict_id, verdict) = verdict(told.verdict());
    let times: Vec<_> = told.events().iter().map(|event| (event.time.earliest, event.time.latest)).collect();
    filled(json!({
        "activity_id": activity.0, "activity_name": activity.1,
        "category_uid": CLASS / 1000, "category_name": "Findings", "class_uid": CLASS, "class_name": "Incident Finding",
        "type_uid": CLASS * 100 + u32::from(activity.0), "type_name": format!("Incident Finding: {}", activity.1),
        "time": millis(told.as_of()),
        "start_time": times.iter().filter_map(|(earliest, _)| *earliest).min().map(millis),
        "end_time": times.iter().filter_map(|(_, latest)| *latest).max().map(millis),
        "severity_id": severity.0, "severity": severity.1,
        "status_id": status.0, "status": status.1, "status_detail": told.incident.status.label(),
        "impact_id": impact.0, "impact": impact.1,
        "verdict_id": verdict_id, "verdict": verdict,
        "is_suspected_breach": is_suspected_breach(told.verdict()),
        "desc": told.incident.title, "message": told.statement(), "comment": comment(told),
        "assignee_group": { "name": "Unknown" },
        "finding_info_list": findings(told),
        "tickets": [{ "uid": told.shown.key(), "title": told.incident.title }],
        "metadata": {
            "version": VERSION, "profiles": ["incident"], "uid": format!("{}.{}", told.incident.id, told.shown.version),
            "product": { "name": "Inquest", "vendor_name": "Inquest" }, "labels": told.incident.tags,
        },
        "unmapped": told.in_our_words(),
    }))
}

fn activity(told: &Told<'_>) -> Known {
    match told.incident.status {
        Status::Closed => (3, "Close"),
        Status::Declared | Status::Contained | Status::Resolved | Status::Postmortem => (2, "Update"),
    }
}

const fn status(status: Status) -> Known {
    match status {
        Status::Declared | Status::Contained => (2, "In Progress"),
        Status::Resolved | Status::Postmortem => (4, "Resolved"),
        Status::Closed => (5, "Closed"),
    }
}

/// Never "Informational", which says that nothing has to be done.
pub(super) const fn severity(sev: Option<Sev>) -> Known {
    match sev {
        None => (0, "Unknown"),
        Some(sev) => match sev.number() {
            0 => (5, "Critical"),
            1 => (4, "High"),
            2 => (3, "Medium"),
            _ => (2, "Low"),
        },
    }
}

/// Their scale has no "none", and an impact that nobody rated is not known.
fn impact(told: &Told<'_>) -> Known {
    match told.judged.severity.as_ref().map(|severity| severity.impact) {
        Some(4) => (4, "Critical"),
        Some(3) => (3, "High"),
        Some(2) => (2, "Medium"),
        Some(1) => (1, "Low"),
        _ => (0, "Unknown"),
    }
}

/// Never "Benign", "False Positive" or "Disregard": the act took place, also where it is verified that it harmed nothing.
pub(super) const fn verdict(verdict: Verdict) -> Known {
    match verdict {
        Verdict::HarmConfirmed | Verdict::AccessConfirmed => (2, "True Positive"),
        Verdict::HarmSuspected => (4, "Suspicious"),
        Verdict::Undetermined => (7, "Insufficient Data"),
        Verdict::NoEvidenceOfHarm | Verdict::VerifiedNoOp => (99, verdict.label()),
        Verdict::NotAssessed | Verdict::NotApplicable => (0, "Unknown"),
    }
}

/// Only ever said of a breach that was found or is suspected: that none was would be a claim.
const fn is_suspected_breach(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::HarmSuspected | Verdict::AccessConfirmed | Verdict::HarmConfirmed => Some(true),
        _ => None,
    }
}

fn comment(told: &Told<'_>) -> String {
    let items = told.shown.remediations.iter().map(|item| format!("{} ({})", item.title, item.status.label()));
    let items: Vec<String> = items.collect();
    if items.is_empty() { String::new() } else { format!("Remediation: {}.", items.join("; ")) }
}

/// The incident itself, then what was found, then the controls.
fn findings(told: &Told<'_>) -> Vec<Value> {
    let sources: Vec<&str> = told.shown.evidence.iter().map(|item| item.name.as_str()).collect();
    let occurred = &told.incident.occurred;
    let incident = filled(json!({
        "uid": told.incident.id, "title": told.incident.title, "desc": told.summary(), "types": ["incident"],
        "created_time": millis(told.incident.filed.at), "modified_time": millis(told.as_of()),
        "first_seen_time": occurred.earliest.map(millis), "last_seen_time": occurred.latest.map(millis),
        "data_sources": sources,
    }));
    let finding = |one: &crate::finding::Finding| {
        let resolved = if one.resolved.is_some() { "resolved" } else { "open" };
        filled(json!({
            "uid": one.id, "title": first_line(&one.summary), "desc": one.summary,
            "types": ["finding", one.facet, one.class, one.confidence, one.role, resolved],
            "created_time": millis(one.found.at), "data_sources": told.evidence_names(&one.evidence),
        }))
    };
    let gap = |one: &crate::gap::Gap| {
        filled(json!({
            "uid": one.id, "title": format!("{}: {}", one.control.label(), one.state.label()), "desc": one.statement,
            "types": ["control", one.control, one.state], "created_time": millis(one.found.at),
            "data_sources": told.evidence_names(&one.evidence),
        }))
    };
    let findings = told.shown.findings.iter().map(|kept| finding(&kept.record));
    let gaps = told.shown.gaps.iter().map(|kept| gap(&kept.record));
    std::iter::once(incident).chain(findings).chain(gaps).collect()
}

/// Times there are milliseconds since 1970.
fn millis(at: Instant) -> i64 {
    at.micros().div_euclid(1000)
}
