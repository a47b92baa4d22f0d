//! VERIS: the Vocabulary for Event Recording and Incident Sharing.

pub(super) mod table;

use chrono::Datelike;
use serde_json::{Value, json};

use super::Told;
use super::told::filled;
use crate::metrics::MetricName;
use crate::severity::Sev;
use crate::time::DurationRange;
use crate::timeline::{MarkName, first_line};
use crate::verdict::Verdict;
use crate::{TimeRange, Tri};

/// The version of the schema.
const VERSION: &str = "1.4.0";

/// The case as a record.
pub(crate) fn veris(told: &Told<'_>) -> Value {
    filled(json!({
        "schema_version": VERSION, "schema_name": "veris", "source_id": "inquest",
        "incident_id": told.incident.id, "reference": told.shown.key(),
        "security_incident": security_incident(told.verdict()),
        "summary": format!("{}\n\n{}", told.incident.title, told.summary()).trim(),
        "actor": actor(told),
        "action": action(told),
        "asset": asset(told),
        "attribute": attribute(told),
        "discovery_method": { "unknown": true },
        "discovery_notes": discovery(told),
        "timeline": timeline(told),
        "targeted": "Unknown",
        "control_failure": control_failure(told),
        "corrective_action": told.shown.remediations.iter().map(|item| format!("{} ({})", item.title, item.status.label())).collect::<Vec<_>>().join("; "),
        "notes": notes(told),
        "plus": { "inquest": told.in_our_words() },
    }))
}

/// Never "False positive". That no attribute was compromised is said of a verified verdict alone.
pub(super) const fn security_incident(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::HarmConfirmed | Verdict::AccessConfirmed => "Confirmed",
        Verdict::VerifiedNoOp => "Near miss",
        Verdict::HarmSuspected
        | Verdict::Undetermined
        | Verdict::NoEvidenceOfHarm
        | Verdict::NotAssessed
        | Verdict::NotApplicable => "Suspected",
    }
}

/// "No" is said of a verified verdict alone. "Potentially" is their word for data at risk, "Unknown" for what nobody can tell.
pub(super) const fn data_disclosure(access: Verdict) -> &'static str {
    match access {
        Verdict::HarmConfirmed | Verdict::AccessConfirmed => "Yes",
        Verdict::HarmSuspected | Verdict::NoEvidenceOfHarm => "Potentially",
        Verdict::VerifiedNoOp => "No",
        Verdict::Undetermined | Verdict::NotAssessed | Verdict::NotApplicable => "Unknown",
    }
}

/// An agent is none of their actors.
fn actor(told: &Told<'_>) -> Value {
    let agents = told.agents().map(|agent| {
        let of = [&agent.model, &agent.agent_version, &agent.framework];
        let of: Vec<&str> = of.into_iter().map(|text| text.as_str()).filter(|text| !text.is_empty()).collect();
        if of.is_empty() { agent.name.clone() } else { format!("{} ({})", agent.name, of.join(", ")) }
    });
    let agents: Vec<String> = agents.collect();
    let notes = match agents.is_empty() {
        true => "No agent is recorded.".to_string(),
        false => format!("AI agents, for which VERIS has no actor: {}.", agents.join("; ")),
    };
    json!({ "unknown": { "notes": notes } })
}

/// An error, where it is recorded that an agent did what nobody asked it for or what it was not allowed to; else unknown.
fn action(told: &Told<'_>) -> Value {
    let events = told.events();
    let wrong = events
        .iter()
        .filter(|event| told.is_agent(&event.actor) && (event.authorised == Tri::No || event.requested == Tri::No));
    let acts: Vec<String> = wrong.map(|event| event.line(told.shown)).collect();
    if acts.is_empty() {
        return json!({ "unknown": { "notes": "No act of an agent is recorded as not requested or not authorised." } });
    }
    let notes = format!("Acts of agents that were not requested or not authorised: {}.", acts.join("; "));
    json!({ "error": { "variety": ["Other"], "vector": ["Unknown"], "notes": notes } })
}

fn asset(told: &Told<'_>) -> Value {
    let exposure = told.shown.exposure();
    let exposed: Vec<String> =
        exposure.resources.iter().map(|one| format!("{} ({})", one.id, one.class.label())).collect();
    let mut notes = Vec::new();
    if !exposed.is_empty() {
        notes.push(format!("Exposed: {}.", exposed.join("; ")));
    }
    if !told.incident.systems.is_empty() {
        notes.push(format!("Systems: {}.", told.incident.systems.join("; ")));
    }
    filled(json!({ "assets": [{ "variety": "Unknown" }], "notes": notes.join(" ") }))
}

/// What was compromised. An attribute that is only suspected is told in the notes: to name it here would confirm it.
fn attribute(told: &Told<'_>) -> Value {
    let facets = told.judged.verdict.facets;
    let disclosure = data_disclosure(facets.access);
    let data = if disclosure == "Yes" { json!([{ "variety": "Unknown" }]) } else { Value::Null };
    let is_confirmed = |verdict| matches!(verdict, Verdict::HarmConfirmed | Verdict::AccessConfirmed);
    let compromised = |verdict| if is_confirmed(verdict) { json!({ "variety": ["Unknown"] }) } else { Value::Null };
    filled(json!({
        "confidentiality": filled(json!({
            "data_disclosure": disclosure, "data": data,
            "notes": format!("Access: {}.", facets.access.label()),
        })),
        "integrity": compromised(facets.integrity),
        "availability": compromised(facets.availability),
    }))
}

fn discovery(told: &Told<'_>) -> String {
    let event = told.shown.marked(MarkName::Detected).and_then(|(id, _)| told.shown.events.get(id));
    event.map(|event| event.line(told.shown)).unwrap_or_default()
}

fn control_failure(told: &Told<'_>) -> String {
    let gaps = told
        .shown
        .gaps
        .iter()
        .map(|gap| format!("{} ({}): {}", gap.control.label(), gap.state.label(), first_line(&gap.statement)));
    let factors = told.shown.factors.iter().map(|factor| first_line(&factor.statement));
    gaps.chain(factors).collect::<Vec<_>>().join("; ")
}

fn timeline(told: &Told<'_>) -> Value {
    filled(json!({
        "incident": day(happened(told)).unwrap_or_else(|| json!({ "year": told.incident.filed.at.utc().year() })),
        "discovery": length(told.length(MetricName::TimeToDetect)),
        "containment": length(told.length(MetricName::TimeToContain)),
    }))
}

/// When the agent acted, else when it was reported to have happened.
fn happened<'a>(told: &'a Told<'_>) -> &'a TimeRange {
    let marked = |mark| told.shown.marked(mark).map(|(_, range)| range).filter(|range| range.sort_key().is_some());
    marked(MarkName::ActionExecuted).or_else(|| marked(MarkName::ImpactStart)).unwrap_or(&told.incident.occurred)
}

/// As much of the day, in UTC, as is the same at both ends of the time; `None` where nothing is known.
fn day(range: &TimeRange) -> Option<Value> {
    let from = range.sort_key()?.utc();
    let (year, month, day) = (from.year(), from.month(), from.day());
    let until = range.latest.filter(|_| range.earliest.is_some()).map(crate::Instant::utc);
    Some(match until {
        Some(until) if (until.year(), until.month(), until.day()) == (year, month, day) => {
            json!({ "year": year, "month": month, "day": day })
        }
        Some(until) if (until.year(), until.month()) == (year, month) => json!({ "year": year, "month": month }),
        _ => json!({ "year": year }),
    })
}

const UNITS: [(&str, i64); 7] = [
    ("Seconds", 1),
    ("Minutes", 60),
    ("Hours", 3_600),
    ("Days", 86_400),
    ("Weeks", 7 * 86_400),
    ("Months", 30 * 86_400),
    ("Years", 365 * 86_400),
];

/// A length in their units, without a number unless it is exact; unknown where its ends are in different units.
pub(super) fn length(range: DurationRange) -> Value {
    let unit = |micros: i64| {
        let seconds = micros.checked_div(1_000_000).filter(|_| micros >= 0)?;
        UNITS.iter().rev().find(|(_, size)| seconds >= *size).or(UNITS.first()).map(|unit| (*unit, seconds))
    };
    match (range.min.and_then(unit), range.max.and_then(unit)) {
        (Some((shortest, seconds)), Some((longest, _))) if shortest == longest => match range.is_exact() {
            true => json!({ "unit": shortest.0, "value": seconds / shortest.1 }),
            false => json!({ "unit": shortest.0 }),
        },
        _ => json!({ "unit": "Unknown" }),
    }
}

fn notes(told: &Told<'_>) -> String {
    let mut notes = vec![told.statement()];
    if let Some(severity) = told.sev().map(Sev::label) {
        notes.push(format!("Severity in Inquest: {severity}; VERIS rates losses, which Inquest does not record."));
    }
    if happened(told).sort_key().is_none() {
        notes.push("When it happened is not known: the year is that in which it was filed.".into());
    } else if day(happened(told)).is_some_and(|day| day.get("month").is_none()) {
        notes.push("The date is known no better than this, or spans more than one month.".into());
    }
    notes.retain(|note| !note.is_empty());
    notes.join("\n")
}
