//! SAFE: the Shared AI Findings Exchange of the Open Secure AI Alliance. Its text is prose and has no schema; the fields
//! here are named after it.

pub(super) mod table;

use serde_json::{Value, json};

use super::Told;
use super::told::{filled, time};
use crate::gap::{Control, Gap, GapState};
use crate::severity::Sev;
use crate::timeline::{EventKind, MarkName, first_line};
use crate::verdict::Verdict;
use crate::vocabulary::{EvidenceStatus, Facet};
use crate::words::words;
use crate::{Id, Tri};

/// The form of the document.
const FORM: &str = "inquest-safe/1";

words! {
    /// What a review comes to. A layer that is not applicable would need a reason that a missing record is not, so that
    /// word is never written.
    Assessment is "a result of a review" {
        Pass "pass" "pass", Fail "fail" "fail", InsufficientEvidence "insufficient_evidence" "insufficient evidence",
    }
}

words! {
    /// The layers of the operating stack, each with its question.
    Layer is "a control layer" {
        Model "model" "Did the model recognize uncertainty, scope boundaries and stop conditions?",
        Instructions "instructions" "Were authorization and environmental assumptions explicit and correct?",
        Safeguards "safeguards" "Were classifiers, policies, approvals and action limits operating as intended?",
        Tools "tools" "Were credentials, permissions, spending, publishing and execution constrained?",
        Environment "environment" "Were network paths, isolation, targets and data boundaries independently verified?",
        Monitoring "monitoring" "Could operators detect and interrupt unexpected behavior in real time?",
        HumanOperations "human_operations" "Were responsibilities, escalation paths and kill procedures clear?",
        SupplyChain "supply_chain" "Did a cloud, evaluation, data or tooling partner invalidate assumed controls?",
    }
}

impl Layer {
    /// The layer whose question a control answers. No control of the catalogue asks after instructions and partners.
    const fn of(control: Control) -> Self {
        match control {
            Control::MemoryContextLoss | Control::FailureModeDefault => Self::Model,
            Control::ConfirmationGate | Control::ProvenanceSignal | Control::InterAgent => Self::Safeguards,
            Control::Authorization | Control::IdentityInventory => Self::Tools,
            Control::IsolationSandbox | Control::TestingBypass => Self::Environment,
            Control::DetectionDelay | Control::AuditLogging => Self::Monitoring,
            Control::HumanTrust | Control::KillSwitch | Control::RevocationContainment => Self::HumanOperations,
        }
    }
}

/// The case as a report to SAFE.
pub(crate) fn safe(told: &Told<'_>) -> Value {
    let (layers, harm) = (layers(told), harm(told));
    let results = || layers.iter().chain(&harm).filter_map(|one| one["result"].as_str());
    let count = |word: &str| results().filter(|result| *result == word).count();
    let totals: serde_json::Map<String, Value> =
        Assessment::ALL.iter().map(|one| (one.word().to_string(), json!(count(one.word())))).collect();
    json!({
        "form": FORM,
        "standard": "Shared AI Findings Exchange (SAFE) v1 of the Open Secure AI Alliance; its fields are named after its prose",
        "incident": filled(json!({
            "title": told.incident.title, "description": told.summary(), "occurred": time(&told.incident.occurred),
            "status": told.incident.status, "systems": told.incident.systems, "severity": told.sev().map(Sev::label),
        })),
        "inquest": told.in_our_words(),
        "notifications": null,
        "evidence_preservation": preserved(told),
        "review": layers,
        "harm": harm,
        "totals": totals,
        "findings": findings(told),
        "contributing_factors": told.shown.factors.iter().map(|factor| &factor.statement).collect::<Vec<_>>(),
        "recommendations": recommendations(told),
    })
}

/// What a control comes to: it passes only where evidence that is intact shows that it held.
pub(super) fn assess(gap: &Gap, has_evidence: bool) -> (Assessment, &'static str) {
    match gap.state {
        GapState::Worked if has_evidence => (Assessment::Pass, "intact evidence of it is linked"),
        GapState::Worked => (
            Assessment::InsufficientEvidence,
            "record absent: it is said to have held, and no intact evidence is linked",
        ),
        GapState::Lucky => (Assessment::Fail, "it held by luck, not by design"),
        GapState::Absent | GapState::PresentNotEnforced | GapState::Bypassed | GapState::Failed => {
            (Assessment::Fail, "the control did not hold")
        }
    }
}

fn layers(told: &Told<'_>) -> Vec<Value> {
    Layer::ALL.iter().map(|layer| review(told, *layer)).collect()
}

fn review(told: &Told<'_>, layer: Layer) -> Value {
    let gaps: Vec<&Gap> =
        told.shown.gaps.iter().map(|kept| &kept.record).filter(|gap| Layer::of(gap.control) == layer).collect();
    let assessed: Vec<(Assessment, &str)> =
        gaps.iter().map(|gap| assess(gap, has_intact(told, &gap.evidence))).collect();
    let asked = Control::ALL.iter().filter(|control| Layer::of(**control) == layer);
    let missing: Vec<&str> = asked
        .filter(|control| !gaps.iter().any(|gap| gap.control == **control))
        .map(|control| control.label())
        .collect();
    let has = |wanted| assessed.iter().any(|(found, _)| *found == wanted);
    // What nobody looked at is open, however well the rest of the layer held.
    let (result, reason) = if has(Assessment::Fail) {
        (Assessment::Fail, None)
    } else if gaps.is_empty() {
        (Assessment::InsufficientEvidence, Some("record absent: nothing is recorded of this layer".to_string()))
    } else if !missing.is_empty() {
        (Assessment::InsufficientEvidence, Some(format!("record absent: {}", missing.join(", "))))
    } else if has(Assessment::InsufficientEvidence) {
        (Assessment::InsufficientEvidence, Some("record absent: a control is not shown to have held".to_string()))
    } else {
        (Assessment::Pass, None)
    };
    let controls = gaps.iter().zip(&assessed).map(|(gap, (result, reason))| {
        filled(json!({
            "control": gap.control, "original_state": gap.state, "result": result, "reason": reason,
            "statement": gap.statement, "evidence": told.evidence_names(&gap.evidence), "tags": gap.tags,
        }))
    });
    filled(json!({
        "layer": layer, "question": layer.label(), "result": result, "reason": reason,
        "controls": controls.collect::<Vec<_>>(),
    }))
}

fn has_intact(told: &Told<'_>, ids: &[Id]) -> bool {
    let mut items = ids.iter().filter_map(|id| told.shown.evidence.get(id));
    items.any(|item| item.status == EvidenceStatus::Intact)
}

/// What a verdict comes to. Only a verified one passes; everything that is open stays open, in its own word and with why.
pub(super) const fn harm_result(verdict: Verdict) -> Assessment {
    match verdict {
        Verdict::VerifiedNoOp => Assessment::Pass,
        Verdict::AccessConfirmed | Verdict::HarmConfirmed => Assessment::Fail,
        Verdict::NoEvidenceOfHarm
        | Verdict::Undetermined
        | Verdict::HarmSuspected
        | Verdict::NotAssessed
        | Verdict::NotApplicable => Assessment::InsufficientEvidence,
    }
}

fn harm(told: &Told<'_>) -> Vec<Value> {
    let facets = told.judged.verdict.facets;
    let expected = [
        (Facet::Access, facets.access, "No unauthorised access"),
        (Facet::Integrity, facets.integrity, "No unauthorised change"),
        (Facet::Availability, facets.availability, "No loss of service"),
    ];
    let told_of = |(facet, verdict, expected): (Facet, Verdict, &str)| {
        let reason = match verdict {
            Verdict::VerifiedNoOp => "Everything was logged and reviewed, and two people signed.".to_string(),
            Verdict::AccessConfirmed | Verdict::HarmConfirmed => "A finding with intact evidence confirms it.".into(),
            Verdict::HarmSuspected => "Something adverse is not resolved, or evidence is tainted.".into(),
            Verdict::NotAssessed => "No exposure window, or no exposed resource, is recorded.".into(),
            Verdict::NotApplicable => {
                "Nothing of this kind is recorded. That does not show that there was none.".into()
            }
            Verdict::NoEvidenceOfHarm => {
                format!("Absence of evidence is not evidence of absence: {}.", told.unmet().join("; "))
            }
            Verdict::Undetermined => format!("It cannot be determined: {}.", told.unmet().join("; ")),
        };
        json!({
            "facet": facet, "expected_outcome": expected, "result": harm_result(verdict), "original_state": verdict,
            "reason": reason,
        })
    };
    expected.into_iter().map(told_of).collect()
}

/// What the text asks to be preserved, item by item.
fn preserved(told: &Told<'_>) -> Value {
    let agents = told.agents().map(|agent| {
        filled(json!({
            "name": agent.name, "model": agent.model, "version": agent.agent_version, "framework": agent.framework,
            "default_on_unconfirmable": agent.default_on_unconfirmable,
        }))
    });
    let permissions = told.shown.principals.iter().flat_map(|one| {
        let told_of = |grant: &crate::principal::Grant| {
            filled(json!({ "of": one.name, "scope": grant.scope, "task": grant.task, "approver": grant.approver, "granted_at": grant.granted_at }))
        };
        one.grants.iter().map(told_of).collect::<Vec<_>>()
    });
    let events = told.events();
    let line = |event: &crate::timeline::Event| json!({ "time": time(&event.time), "act": event.line(told.shown) });
    let intervenes = |event: &crate::timeline::Event| {
        event.confirmed == Tri::Yes
            || matches!(event.kind, EventKind::Stop | EventKind::Containment | EventKind::Decision)
    };
    let recovery = [
        MarkName::Detected,
        MarkName::StopSent,
        MarkName::Revoked,
        MarkName::Contained,
        MarkName::Mitigated,
        MarkName::Resolved,
    ];
    let recovery = recovery
        .into_iter()
        .filter_map(|mark| told.shown.marked(mark).map(|(_, range)| json!({ "mark": mark, "time": time(range) })));
    let files = told.shown.evidence.iter().map(|item| {
        filled(json!({ "name": item.name, "sha256": item.sha256, "bytes": item.bytes, "format": item.format, "status": item.status }))
    });
    json!({
        "records": files.collect::<Vec<_>>(),
        "agent_identities": agents.collect::<Vec<_>>(),
        "permissions": permissions.collect::<Vec<_>>(),
        "human_approvals_and_interventions": events.iter().filter(|event| intervenes(event)).map(|event| line(event)).collect::<Vec<_>>(),
        "artifacts_changed": events.iter().filter(|event| event.effect.is_effectful()).map(|event| line(event)).collect::<Vec<_>>(),
        "detection_containment_recovery": recovery.collect::<Vec<_>>(),
        "timeline": events.iter().map(|event| timeline_entry(told, event)).collect::<Vec<_>>(),
    })
}

fn timeline_entry(told: &Told<'_>, event: &crate::timeline::Event) -> Value {
    filled(json!({
        "time": time(&event.time), "act": event.line(told.shown), "kind": event.kind, "outcome": event.outcome,
        "requested": event.requested, "authorised": event.authorised, "confirmed": event.confirmed, "text": event.body,
    }))
}

fn findings(told: &Told<'_>) -> Vec<Value> {
    let told_of = |finding: &crate::finding::Finding| {
        filled(json!({
            "summary": finding.summary, "facet": finding.facet, "class": finding.class, "confidence": finding.confidence,
            "role": finding.role, "resolved": finding.resolved.is_some(), "evidence": told.evidence_names(&finding.evidence),
        }))
    };
    told.shown.findings.iter().map(|kept| told_of(&kept.record)).collect()
}

/// From lessons to controls: the fields that the text asks of each recommendation.
fn recommendations(told: &Told<'_>) -> Vec<Value> {
    let told_of = |item: &crate::remediation::Remediation| {
        let failures = item.gaps.iter().filter_map(|id| told.shown.gaps.get(id));
        let failures: Vec<String> =
            failures.map(|gap| format!("{}: {}", gap.control.label(), first_line(&gap.statement))).collect();
        filled(json!({
            "failure": failures, "defensive_outcome": item.title, "control": item.kind, "enforcement": item.enforcement,
            "verification_method": item.acceptance_test, "evidence_to_retain": item.completion, "owner": item.owner,
            "deadline": item.due, "adoption": item.status,
        }))
    };
    told.shown.remediations.iter().map(|kept| told_of(&kept.record)).collect()
}
