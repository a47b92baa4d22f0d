//! STIX 2.1 with the incident extension suite of OASIS: a bundle of the incident, its events, tasks and impacts.

mod impact;
pub(super) mod table;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Told;
use super::told::filled;
use crate::Instant;
use crate::incident::Status;
use crate::remediation::RemediationStatus;
use crate::severity::{Dimension, Sev};
use crate::time::{Granularity, Zone, show_moment};
use crate::timeline::{EdgeKind, Event, MarkName, Outcome};
use crate::verdict::Verdict;
use crate::vocabulary::PrincipalKind;

const CORE: &str = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";
const EVENT: &str = "extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e";
const IMPACT: &str = "extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9";
const TASK: &str = "extension-definition--2074a052-8be4-4932-849e-f5e7798e0030";

/// Who says all this, and how our own words are told: the same in each bundle.
const OURS: &str = "https://inquest.invalid/stix";

/// What is written of one case.
struct Pen<'a> {
    told: &'a Told<'a>,
    space: Uuid,
    objects: Vec<Value>,
}

/// The case as a bundle.
pub(crate) fn stix(told: &Told<'_>) -> Value {
    let incident = Uuid::parse_str(told.incident.id.as_str());
    let incident =
        incident.unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_URL, told.incident.id.as_str().as_bytes()));
    // The public text and the internal one are different objects of the same time.
    let space = Uuid::new_v5(&incident, told.profile().word().as_bytes());
    let mut pen = Pen { told, space, objects: Vec::new() };
    pen.author();
    let identities = pen.identities();
    let events = pen.events();
    let tasks = pen.tasks();
    let impacts = pen.impacts();
    let incident = pen.incident(&events, &tasks, &impacts);
    pen.relate(&identities, &incident);
    pen.notes(&incident);
    json!({ "type": "bundle", "id": pen.id("bundle", "bundle"), "objects": pen.objects })
}

impl Pen<'_> {
    fn id(&self, kind: &str, of: &str) -> String {
        format!("{kind}--{}", Uuid::new_v5(&self.space, format!("{kind}/{of}").as_bytes()))
    }

    /// Adds an object with what is common to all, and tells its name.
    fn put(&mut self, kind: &str, of: &str, fields: Value) -> String {
        let id = self.id(kind, of);
        self.put_as(&id, kind, fields);
        id
    }

    fn put_as(&mut self, id: &str, kind: &str, fields: Value) {
        let mut object = Map::new();
        object.insert("type".into(), json!(kind));
        object.insert("spec_version".into(), json!("2.1"));
        object.insert("id".into(), json!(id));
        object.insert("created".into(), json!(to_millisecond(self.told.incident.filed.at)));
        object.insert("modified".into(), json!(to_millisecond(self.told.as_of().max(self.told.incident.filed.at))));
        if id != author() {
            object.insert("created_by_ref".into(), json!(author()));
        }
        if let Value::Object(fields) = filled(fields) {
            object.extend(fields);
        }
        self.objects.push(Value::Object(object));
    }

    /// Inquest, and the definition of what is told in its own words.
    fn author(&mut self) {
        let of_inquest = json!({ "name": "Inquest", "identity_class": "system" });
        self.put_as(&author(), "identity", of_inquest);
        self.put_as(
            &in_our_words(),
            "extension-definition",
            json!({
                "name": "Inquest verdict", "version": "1", "extension_types": ["property-extension"],
                "schema": "The verdict on harm with the verdict of each facet, the coverage of the exposure window by logs and reviews, and the severity, in the words and numbers of Inquest.",
            }),
        );
    }

    fn identities(&mut self) -> Vec<String> {
        let told = self.told;
        let class = |kind| match kind {
            PrincipalKind::Human => "individual",
            PrincipalKind::Agent | PrincipalKind::Service | PrincipalKind::System => "system",
            PrincipalKind::Unknown => "unknown",
        };
        let all = told.shown.principals.iter().map(|one| {
            let about = [("model", &one.model), ("version", &one.agent_version), ("framework", &one.framework)];
            let about = about.into_iter().filter(|(_, text)| !text.is_empty());
            let about: Vec<String> = about.map(|(name, text)| format!("{name}: {text}")).collect();
            let roles = [one.kind.word(), one.part.as_str()];
            let roles: Vec<&str> = roles.into_iter().filter(|role| !role.is_empty()).collect();
            let fields = json!({
                "name": one.name, "identity_class": class(one.kind), "description": about.join(", "), "roles": roles,
            });
            (one.id.as_str().to_string(), fields)
        });
        all.collect::<Vec<_>>().into_iter().map(|(id, fields)| self.put("identity", &id, fields)).collect()
    }

    fn events(&mut self) -> Vec<String> {
        let told = self.told;
        let ids =
            told.events().into_iter().map(|event| self.put("event", event.id.as_str(), event_fields(told, event)));
        let ids: Vec<String> = ids.collect();
        for edge in told.shown.edges.iter() {
            let [from, to] = [&edge.from, &edge.to].map(|id| self.id("event", id.as_str()));
            // Ours reads from the later event, theirs from the earlier one.
            let (kind, source, target) = match edge.kind {
                EdgeKind::TriggeredBy => ("led-to", to, from),
                EdgeKind::DerivedFrom => ("derived-from", from, to),
                EdgeKind::InformedBy | EdgeKind::ReliedOn | EdgeKind::DelegatedTo => ("related-to", from, to),
            };
            if ids.contains(&source) && ids.contains(&target) {
                let fields = json!({ "relationship_type": kind, "source_ref": source, "target_ref": target, "description": edge.kind.label() });
                self.put("relationship", edge.id.as_str(), fields);
            }
        }
        ids
    }

    fn tasks(&mut self) -> Vec<String> {
        let told = self.told;
        let marks = [
            (MarkName::Detected, "detected"),
            (MarkName::Declared, "declared"),
            (MarkName::Contained, "containment"),
            (MarkName::Resolved, "recovery"),
            (MarkName::ReportedPublic, "reported"),
        ];
        let mut tasks = Vec::new();
        for (mark, kind) in marks {
            let Some((_, range)) = told.shown.marked(mark) else { continue };
            // That a mark was reached says when, and not how well.
            let fields = json!({ "name": mark.label(), "task_types": [kind], "outcome": "unknown", "extensions": new_kind(TASK) });
            tasks.push(self.put("task", mark.word(), timed(fields, range)));
        }
        for item in told.shown.remediations.iter() {
            let outcome = match item.status {
                RemediationStatus::Open => "pending",
                RemediationStatus::InProgress => "ongoing",
                RemediationStatus::Done => "unknown",
                RemediationStatus::Verified => "successful",
                RemediationStatus::WontFix => "cancelled",
            };
            let test =
                if item.acceptance_test.is_empty() { String::new() } else { format!("Test: {}", item.acceptance_test) };
            let fields = json!({
                "name": item.title, "task_types": ["implemented-control"], "outcome": outcome, "description": test,
                "extensions": new_kind(TASK),
            });
            tasks.push(self.put("task", item.id.as_str(), fields));
        }
        tasks
    }

    fn incident(&mut self, events: &[String], tasks: &[String], impacts: &[String]) -> String {
        let told = self.told;
        let evidence = told.shown.evidence.iter().map(
            |item| json!({ "source_name": "evidence", "external_id": item.name, "hashes": { "SHA-256": item.sha256 } }),
        );
        let key = json!({ "source_name": "inquest", "external_id": told.shown.key() });
        let score = told
            .judged
            .severity
            .as_ref()
            .map(|severity| json!([{ "name": "ASR-1", "value": severity.score, "description": severity.label }]));
        let core = filled(json!({
            "extension_type": "property-extension",
            "determination": determination(told.verdict()),
            "investigation_status": if told.incident.status == Status::Closed { "closed" } else { "open" },
            "criticality": criticality(told.sev()),
            "incident_types": incident_types(told.verdict()),
            "recoverability": recoverability(told),
            "scores": score,
            "events": events.iter().map(|id| json!({ "event_ref": id })).collect::<Vec<_>>(),
            "tasks": tasks.iter().map(|id| json!({ "task_ref": id })).collect::<Vec<_>>(),
            "impact_refs": impacts,
        }));
        // Nothing is null there.
        let mut ours = filled(told.in_our_words());
        ours["extension_type"] = json!("property-extension");
        let fields = json!({
            "name": told.incident.title,
            "description": format!("{}\n\n{}", told.summary(), told.statement()).trim(),
            "labels": told.incident.tags,
            "external_references": std::iter::once(key).chain(evidence).collect::<Vec<_>>(),
            "extensions": { CORE: core, in_our_words(): ours },
        });
        self.put("incident", "incident", fields)
    }

    /// Who played a part; an event of theirs has no actor.
    fn relate(&mut self, identities: &[String], incident: &str) {
        for identity in identities {
            let fields = json!({ "relationship_type": "related-to", "source_ref": identity, "target_ref": incident });
            self.put("relationship", identity, fields);
        }
    }

    /// What has no object there: findings, controls and contributing factors.
    fn notes(&mut self, incident: &str) {
        let told = self.told;
        let findings = told.shown.findings.iter().map(|one| {
            let open = if one.resolved.is_some() { "resolved" } else { "open" };
            let kind =
                format!("Finding: {}, {}, {}, {open}", one.class.label(), one.confidence.label(), one.role.label());
            (one.id.clone(), kind, one.summary.clone())
        });
        let gaps = told.shown.gaps.iter().map(|one| {
            (one.id.clone(), format!("Control: {}: {}", one.control.label(), one.state.label()), one.statement.clone())
        });
        let factors =
            told.shown.factors.iter().map(|one| (one.id.clone(), "Contributing factor".into(), one.statement.clone()));
        for (id, kind, text) in findings.chain(gaps).chain(factors).collect::<Vec<_>>() {
            self.put("note", id.as_str(), json!({ "abstract": kind, "content": text, "object_refs": [incident] }));
        }
    }
}

/// A time as the specification wants it of when an object was made and changed.
fn to_millisecond(at: Instant) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Inquest itself.
fn author() -> String {
    format!("identity--{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{OURS}/identity").as_bytes()))
}

/// The extension in which our own words stand.
fn in_our_words() -> String {
    format!("extension-definition--{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{OURS}/extension").as_bytes()))
}

fn new_kind(definition: &str) -> Value {
    json!({ definition: { "extension_type": "new-sdo" } })
}

fn event_fields(told: &Told<'_>, event: &Event) -> Value {
    let status = if event.outcome == Outcome::Unknown { "undetermined" } else { "occurred" };
    let answers = [("requested", event.requested), ("authorised", event.authorised), ("confirmed", event.confirmed)];
    let answers = answers.map(|(name, answer)| format!("{name}: {answer}")).join("; ");
    let text = format!("{}\n\n{answers}; outcome: {}.{}", event.body.trim(), event.outcome, window(event));
    let fields = json!({
        "name": event.line(told.shown), "description": text.trim(), "status": status, "extensions": new_kind(EVENT),
    });
    timed(fields, &event.time)
}

/// The ends of a time that is no better known than that: their times have no end that is not the end of the act.
fn window(event: &Event) -> String {
    let shown = |at: Option<Instant>| at.map_or("unknown".into(), |at| show_moment(at, &Zone::utc()));
    match event.time.is_exact() {
        true => String::new(),
        false => format!(" Between {} and {} (UTC).", shown(event.time.earliest), shown(event.time.latest)),
    }
}

/// The start of a time and how exactly it is known.
fn timed(mut fields: Value, range: &crate::TimeRange) -> Value {
    let fidelity = match range.granularity {
        Granularity::Second => "second",
        Granularity::Minute => "minute",
        Granularity::Hour => "hour",
        Granularity::Date => "day",
        Granularity::Month => "month",
        Granularity::Year => "year",
    };
    if let Some(earliest) = range.earliest {
        fields["start_time"] = json!(earliest.rfc3339());
        fields["start_time_fidelity"] = json!(fidelity);
    }
    fields
}

/// Never "blocked", "failed-attempt" or "false-positive", which say that there was no impact or none to speak of.
pub(super) const fn determination(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::HarmConfirmed | Verdict::AccessConfirmed => "confirmed",
        Verdict::HarmSuspected
        | Verdict::Undetermined
        | Verdict::NoEvidenceOfHarm
        | Verdict::VerifiedNoOp
        | Verdict::NotAssessed
        | Verdict::NotApplicable => "suspected",
    }
}

/// Never "benign" or "refuted".
fn incident_types(verdict: Verdict) -> Vec<&'static str> {
    match verdict {
        Verdict::AccessConfirmed => vec!["unauthorized-access-information"],
        Verdict::Undetermined | Verdict::NotAssessed | Verdict::NoEvidenceOfHarm => vec!["insufficient-data"],
        Verdict::HarmConfirmed | Verdict::HarmSuspected | Verdict::VerifiedNoOp | Verdict::NotApplicable => Vec::new(),
    }
}

/// The middle of their ranges "extreme", "high", "moderate" and "low". Zero there is a false positive.
fn criticality(sev: Option<Sev>) -> Option<u8> {
    sev.map(|sev| match sev.number() {
        0 => 95,
        1 => 70,
        2 => 40,
        _ => 15,
    })
}

/// "Not applicable" says there that no recovery is needed, which only a verified verdict bears.
fn recoverability(told: &Told<'_>) -> Option<&'static str> {
    match told.level(Dimension::Recoverability)? {
        0 => told.is_verified().then_some("not-applicable"),
        1 => Some("regular"),
        2 => Some("supplemented"),
        3 => Some("extended"),
        _ => Some("not-recoverable"),
    }
}
