//! What becomes of each fact in a bundle of STIX. Places begin with the type of an object.

use crate::interchange::table::{Mapping, rows};

/// The table.
pub(in crate::interchange) const MAPPING: Mapping = Mapping {
    word: "stix",
    name: "STIX 2.1 with the incident extension suite 2.0",
    sources: &[
        "https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html",
        "https://github.com/oasis-open/cti-stix-common-objects (extension-definition-specifications/incident-ef7)",
    ],
    held: "The official JSON Schemas of STIX 2.1 and the checks of `stix2-validator`; the extensions have no schema in a registry, so their words are held against the specification.",
    rows: rows! {
        Form "" => "bundle, identity/type, identity/spec_version, identity/id, identity/created, identity/modified, identity/created_by_ref, extension-definition, event/type, event/spec_version, event/id, event/created, event/modified, event/created_by_ref, event/extensions, task/type, task/spec_version, task/id, task/created, task/modified, task/created_by_ref, task/extensions, impact/type, impact/spec_version, impact/id, impact/created, impact/modified, impact/created_by_ref, impact/impact_category, incident/type, incident/spec_version, incident/id, incident/created, incident/modified, incident/created_by_ref, note/type, note/spec_version, note/id, note/created, note/modified, note/created_by_ref, note/object_refs, relationship/type, relationship/spec_version, relationship/id, relationship/created, relationship/modified, relationship/created_by_ref": "Common to all objects. Names are UUIDs of version 5 below the id of the incident; objects are as old as the incident and changed when it last was.";
        Field "incident.title" => "incident/name": "As it is.";
        Field "incident.summary, narrative.section, narrative.body, judgement.statement" => "incident/description": "The summary of the postmortem, else what was first reported, and the sentences that the verdict allows. Other sections are lost.";
        Field "incident.tags" => "incident/labels": "As they are.";
        Field "incident.status" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/investigation_status": "Open until it is closed.";
        Field "judgement.verdict" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/determination, incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/incident_types": "What is confirmed is “confirmed”, everything else “suspected”; undetermined and “no evidence of harm” also have the type “insufficient-data”. “Blocked”, “failed-attempt”, “false-positive”, “benign” and “refuted” are never written.";
        Field "severity.sev" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/criticality": "The middle of their ranges: 95, 70, 40, 15 and 15. Zero is a false positive there, and is never written.";
        Field "severity.score, severity.label" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/scores": "The score of the rubric.";
        Field "rating.facts" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/recoverability": "The level of recoverability. The level 0 is left out: “not applicable” would say that no recovery was needed. The other levels are lost, but for availability.";
        Form "" => "incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/extension_type, incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/events, incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/tasks, incident/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126/impact_refs": "What belongs to the incident.";
        Field "judgement.*, severity.*, incident.declared_severity" => "incident/extensions": "An extension of our own: verdict, facets, coverage, conditions that are not met, severity with range and score. Cells and the working of the severity are lost.";
        Field "judgement.facets, rating.facts" => "impact/extensions": "Confirmed and suspected facets; of availability only with its rated level. A facet that is not determined has no impact here, which the specification reads as not shared. “None” is written of a verified no-op alone.";
        Field "evidence.name, evidence.sha256" => "incident/external_references": "By name and digest, beside the key of the incident.";
        Lost "evidence.*" => "": "The bytes, custody, and what was read.";
        Field "principal.name, principal.kind, principal.part" => "identity/name, identity/identity_class, identity/roles": "Agents are of the class “system” with the role “agent”.";
        Words "principal.model, principal.agent_version, principal.framework" => "identity/description": "Of agents.";
        Form "" => "relationship/relationship_type, relationship/source_ref, relationship/target_ref": "Whoever plays a part is related to the incident.";
        Lost "principal.*" => "": "Grants, owners, former names, and what the registry said.";
        Field "event.time" => "event/start_time, event/start_time_fidelity": "The earliest time and how exactly it is known. No end is written: theirs is the end of the act.";
        Words "event.actor, event.verb, event.resource, event.kind" => "event/name": "Who did what to what: an event has no actor there.";
        Words "event.body, event.requested, event.authorised, event.confirmed, event.time" => "event/description": "With the latest time, where it differs.";
        Field "event.outcome" => "event/status": "“Occurred”, or “undetermined” where the outcome is not known. The outcome itself is in the description.";
        Lost "event.*" => "": "Notes; for whom and by whose confirmation; effect, marks of output, reversibility, evidence and trace.";
        Field "edge.from, edge.to, edge.kind" => "relationship/description": "“Led-to” for what was triggered, “derived-from” for what was derived; the rest is “related-to” with its word.";
        Lost "edge.*" => "": "Links to or from notes.";
        Field "mark.mark, mark.event" => "task/name, task/task_types, task/outcome, task/start_time, task/start_time_fidelity": "Detected, declared, contained, resolved and reported; how well it went is not recorded, so the outcome is unknown.";
        Lost "mark.*" => "": "The other marks.";
        Field "remediation.title, remediation.status" => "task/name, task/outcome": "Of the type “implemented-control”: open is pending, done unknown, verified successful, not to be done cancelled.";
        Words "remediation.acceptance_test" => "task/description": "How it is tested.";
        Words "finding.summary, finding.class, finding.confidence, finding.role, finding.resolved, gap.control, gap.state, gap.statement, factor.statement" => "note": "A note on the incident for each.";
        Lost "finding.*, gap.*, factor.*, remediation.*" => "": "The rest of each record.";
        Lost "exposure.*" => "": "The window and the resources: to name them as impacted would say that they were.";
        Lost "incident.*, narrative.*, postmortem.*, rating.*, severity.range" => "": "Systems, members, targets, stamps, and the state of the postmortem.";
    },
};
