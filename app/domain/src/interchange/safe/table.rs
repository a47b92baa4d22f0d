//! What becomes of each fact in a report to SAFE.

use crate::interchange::table::{Mapping, rows};

/// The table.
pub(in crate::interchange) const MAPPING: Mapping = Mapping {
    word: "safe",
    name: "SAFE v1 (21 October 2026)",
    sources: &[
        "https://github.com/OpenSecureAIAlliance/RFCs (rfc-safe-proposal.md and CHANGELOG.md)",
        "https://www.linuxfoundation.org/blog/proposing-the-safe-working-group-an-open-community-effort-to-improve-ai-security",
    ],
    held: "There is no official schema: SAFE is prose. The fields are named after it, and its four results are kept apart.",
    rows: rows! {
        Form "" => "form, standard": "Which form this is: one of Inquest, not of SAFE.";
        Field "incident.title, incident.summary, narrative.section, narrative.body" => "incident/title, incident/description": "The summary of the postmortem, else what was first reported. Its other sections are lost.";
        Field "incident.occurred, incident.status, incident.systems" => "incident/occurred, incident/status, incident/systems": "As they are.";
        Field "severity.sev, severity.label, incident.declared_severity, rating.facts" => "incident/severity": "In words of Inquest: SAFE has no scale. The levels of the dimensions are lost.";
        Field "judgement.*, severity.range, severity.score" => "inquest": "As they are, but for the cells, the facts of the conditions that are met, and the working of the severity.";
        Lost "severity.*" => "": "The working of the severity.";
        Field "judgement.facets" => "harm[]/facet, harm[]/original_state, harm[]/expected_outcome, harm[]/result, harm[]/reason": "“Pass” only for a verified no-op, “fail” only for what is confirmed. Everything else is “insufficient_evidence” with its own word and why: also “no evidence of harm”, and a facet of which nothing is recorded.";
        Field "gap.control, gap.state, gap.statement, gap.evidence, gap.tags" => "review[]/layer, review[]/question, review[]/result, review[]/reason, review[]/controls": "Each control stands under the layer whose question it answers. A control passes only with intact evidence that it held; a layer only if every control of it does. Controls about which nothing is recorded leave their layer open. “Not applicable” is never written: a missing record does not establish it.";
        Lost "gap.*" => "": "Scopes, signals, who relied on the output, and the events in which a gap shows.";
        Form "" => "totals": "The results of layers and facets, each counted for itself.";
        Asked "" => "notifications": "Who was notified by which deadline.";
        Asked "" => "review[]/question": "No control of Inquest's catalogue answers the questions about instructions and supply chain: these layers stay open.";
        Field "evidence.name, evidence.sha256, evidence.bytes, evidence.format, evidence.status" => "evidence_preservation/records": "Names and digests. The bytes do not travel.";
        Lost "evidence.*" => "": "Custody, what was read, and who can write to the source.";
        Field "principal.name, principal.model, principal.agent_version, principal.framework, principal.default_on_unconfirmable, principal.kind" => "evidence_preservation/agent_identities": "Of agents.";
        Field "principal.grants" => "evidence_preservation/permissions": "Scope, task, approver and beginning.";
        Lost "principal.*" => "": "Parts, owners, former names, and what the registry said.";
        Field "event.time, event.actor, event.verb, event.resource, event.kind, event.outcome, event.requested, event.authorised, event.confirmed, event.body" => "evidence_preservation/timeline": "Notes are left out.";
        Field "event.effect" => "evidence_preservation/artifacts_changed": "Acts that changed something.";
        Field "event.confirmed" => "evidence_preservation/human_approvals_and_interventions": "Acts that a person confirmed, stops, containments and decisions.";
        Field "mark.mark, mark.event" => "evidence_preservation/detection_containment_recovery": "Detection, stop, revocation, containment, mitigation and recovery.";
        Lost "event.*, mark.*, edge.*" => "": "Whom an act was for, who confirmed it, marks of output, reversibility, evidence and trace of an event; what led to what.";
        Field "finding.summary, finding.facet, finding.class, finding.confidence, finding.role, finding.resolved, finding.evidence" => "findings": "As they are.";
        Lost "finding.*" => "": "Who found it, and the event it is about.";
        Field "factor.statement" => "contributing_factors": "As they are.";
        Lost "factor.*" => "": "Which factor was because of which.";
        Field "remediation.title, remediation.gaps, remediation.kind, remediation.enforcement, remediation.owner, remediation.due, remediation.status, remediation.acceptance_test, remediation.completion" => "recommendations": "The fields that SAFE asks of a recommendation.";
        Lost "remediation.*" => "": "Priority, links, accounts, and why something is not done.";
        Lost "exposure.*" => "": "The window and the resources. What they come to is in the coverage.";
        Lost "incident.*, narrative.*, postmortem.*, rating.*" => "": "Tags, members, targets, stamps, and the state of the postmortem.";
    },
};
