//! What becomes of each fact in an event of OCSF.

use crate::interchange::table::{Mapping, rows};

/// The table.
pub(in crate::interchange) const MAPPING: Mapping = Mapping {
    word: "ocsf",
    name: "OCSF 1.8.0, Incident Finding (2005)",
    sources: &[
        "https://schema.ocsf.io/1.8.0/classes/incident_finding",
        "https://github.com/ocsf/ocsf-schema (Apache-2.0)",
    ],
    held: "The official class as JSON Schema, by `ocsf-json-schema`.",
    rows: rows! {
        Form "" => "category_uid, category_name, class_uid, class_name, type_uid, type_name, metadata/version, metadata/profiles, metadata/product": "Which class of which version this is.";
        Field "incident.id" => "metadata/uid": "With the version of the incident.";
        Field "incident.status" => "status_id, status, status_detail, activity_id, activity_name": "Declared and contained are “in progress”, resolved and postmortem “resolved”. Their word is in the detail.";
        Field "incident.title" => "desc, tickets[]/title, finding_info_list[]/title": "As it is.";
        Field "incident.summary, narrative.section, narrative.body" => "finding_info_list[]/desc": "The summary of the postmortem, else what was first reported. Its other sections are lost.";
        Field "incident.tags" => "metadata/labels": "As they are.";
        Field "incident.occurred, incident.filed" => "finding_info_list[]/created_time, finding_info_list[]/modified_time, finding_info_list[]/first_seen_time, finding_info_list[]/last_seen_time": "In milliseconds. How exactly a time is known is lost.";
        Field "event.time" => "start_time, end_time": "The earliest and the latest time on the timeline.";
        Form "" => "time": "As of when the case stands so.";
        Lost "event.*, edge.*, mark.*" => "": "The timeline: the class has no list of events.";
        Field "severity.sev" => "severity_id, severity": "Sev 0 to 3 and 4 are critical, high, medium and low. “Informational” is never written: it says that no action is required.";
        Field "severity.impact" => "impact_id, impact": "1 to 4 are low, medium, high and critical. An impact of 0, and one that nobody rated, are unknown: the scale has no “none”.";
        Field "judgement.verdict" => "verdict_id, verdict, is_suspected_breach": "Confirmed is “true positive”, suspected “suspicious”, undetermined “insufficient data”. “No evidence of harm” and “verified no-op” are “other” with their own words. “Benign”, “false positive” and “disregard” are never written. A breach is only ever said to be suspected, never that it is not.";
        Field "judgement.statement" => "message": "The sentences that the verdict allows.";
        Field "judgement.*, severity.*, incident.declared_severity, rating.facts" => "unmapped": "Verdict, facets, coverage, conditions that are not met, severity with range and score, in words of Inquest. Cells, levels and the working of the severity are lost.";
        Field "finding.id, finding.summary, finding.facet, finding.class, finding.confidence, finding.role, finding.resolved, finding.found, finding.evidence" => "finding_info_list[]/uid, finding_info_list[]/types, finding_info_list[]/data_sources": "Each is a finding after the incident itself; its words are its types. Who found it is lost.";
        Field "gap.id, gap.control, gap.state, gap.statement, gap.found, gap.evidence" => "finding_info_list[]/types": "Each is a finding of the type “control”.";
        Field "evidence.name" => "finding_info_list[]/data_sources": "By name.";
        Field "remediation.title, remediation.status" => "comment": "In one sentence.";
        Form "" => "tickets[]/uid": "The key of the incident.";
        Asked "" => "assignee_group": "Who works on it: the class asks for it, and “Unknown” stands there.";
        Lost "principal.*" => "": "The class has no place for those who acted.";
        Lost "evidence.*, exposure.*, finding.*, gap.*, factor.*, remediation.*" => "": "Digests and custody, the window and the resources, contributing factors, and the rest of each record.";
        Lost "incident.*, narrative.*, postmortem.*, rating.*" => "": "Systems, members, targets, and the state of the postmortem.";
    },
};
