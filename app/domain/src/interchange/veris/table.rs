//! What becomes of each fact in a record of VERIS.

use crate::interchange::table::{Mapping, rows};

/// The table.
pub(in crate::interchange) const MAPPING: Mapping = Mapping {
    word: "veris",
    name: "VERIS 1.4",
    sources: &[
        "https://github.com/vz-risk/veris (verisc.json, verisc-enum.json, bin/tests/veris-1_4_0-test1.JSON)",
        "https://verisframework.org",
    ],
    held: "No registry has the schema of 1.4. `tests/python/veris-1.4.json` is written anew from the public one and holds the fields and words that are used here.",
    rows: rows! {
        Form "" => "schema_version, schema_name, source_id": "Which schema this is, and who says so.";
        Field "incident.id" => "incident_id": "As it is.";
        Form "" => "reference": "The key of the incident.";
        Field "incident.title, incident.summary, narrative.section, narrative.body" => "summary": "The title, then the summary of the postmortem or what was first reported. Its other sections are lost.";
        Field "judgement.verdict" => "security_incident": "Confirmed is “Confirmed”; what is suspected or not determined, and “no evidence of harm”, is “Suspected”; only a verified no-op is a “Near miss”. “False positive” is never written.";
        Field "judgement.facets" => "attribute/confidentiality/data_disclosure, attribute/confidentiality/data, attribute/integrity, attribute/availability": "“No” is written of a verified no-op alone. Suspicion and “no evidence of harm” are “Potentially”, undetermined is “Unknown”. Integrity and availability stand there only once they are confirmed: the schema knows no suspicion of them. Which data it was is not recorded.";
        Words "judgement.facets" => "attribute/confidentiality/notes": "The verdict of the facet.";
        Words "judgement.statement, severity.sev" => "notes": "The sentences that the verdict allows, and the severity: VERIS rates losses instead.";
        Field "judgement.*, severity.*, incident.declared_severity, rating.facts" => "plus": "Verdict, facets, coverage, conditions that are not met, severity with range and score, in words of Inquest. Cells, levels and the working of the severity are lost.";
        Words "principal.name, principal.kind, principal.model, principal.agent_version, principal.framework" => "actor": "VERIS knows no agent: the actor is unknown, and the notes name the agents.";
        Lost "principal.*" => "": "People and services, grants, and owners.";
        Field "event.actor, event.authorised, event.requested" => "action": "An error of the variety “Other”, where it is recorded that an agent did what was not requested or not authorised: an agent has no intent, which misuse would say. Else unknown.";
        Words "event.verb, event.resource" => "action/error/notes, action/unknown/notes": "The acts.";
        Lost "event.*, edge.*" => "": "The rest of the timeline.";
        Words "exposure.resources, incident.systems" => "asset/notes": "Names and classes. The kind of asset is not recorded, so the variety is unknown.";
        Asked "" => "asset/assets": "The kind of asset.";
        Lost "exposure.*" => "": "The window, the access paths, and who was exposed.";
        Field "incident.occurred, mark.mark, mark.event, event.time" => "timeline/incident": "As much of the day, in UTC, as is the same at both ends of the time. Where nothing is known, the year of filing, which the notes say.";
        Field "mark.mark" => "timeline/discovery, timeline/containment": "From the start of the impact to detection, and from there to containment, in their units; a number only where it is exact. Compromise and exfiltration are left out: whether there was any is what the verdict says.";
        Words "mark.event" => "discovery_notes": "The act that carries the mark “detected”.";
        Asked "" => "discovery_method, targeted": "How it was found in their words, and whether it was aimed at somebody.";
        Words "gap.control, gap.state, gap.statement, factor.statement" => "control_failure": "Each in a line, shortened.";
        Words "remediation.title, remediation.status" => "corrective_action": "Each in a line.";
        Lost "gap.*, factor.*, remediation.*, finding.*, evidence.*, mark.*" => "": "Findings, evidence, and the rest of each record.";
        Lost "incident.*, narrative.*, postmortem.*, rating.*" => "": "Tags, members, targets, stamps, and the state of the postmortem.";
        Asked "" => "": "The victim: country, industry and size. The record has none.";
    },
};
