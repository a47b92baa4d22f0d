//! Formats of others: what they say, what they never say, and that the tables tell the truth about both.

mod says;
mod tables;
mod verdicts;

use serde_json::{Value, json};

use super::{Told, aiid, ocsf, safe, stix, veris};
use crate::cast::{Story, at};
use crate::document::Profile;
use crate::factor::FactorDraft;
use crate::finding::FindingDraft;
use crate::gap::{Control, GapDraft};
use crate::postmortem::NarrativeDraft;
use crate::principal::PrincipalDraft;
use crate::rating::RatingDraft;
use crate::remediation::RemediationDraft;
use crate::timeline::{EdgeDraft, EventDraft, MarkDraft};
use crate::verdict::Evaluation;

/// Writes a case in a format.
type Writer = fn(&Told<'_>) -> Value;

/// All of them, by their words.
const WRITERS: [(&str, Writer); 5] = [("safe", safe), ("ocsf", ocsf), ("veris", veris), ("stix", stix), ("aiid", aiid)];

fn write(word: &str, story: &Story, judged: &Evaluation) -> Value {
    let told = Told::new(&story.dossier, judged, Profile::Internal, at("2026-03-20T09:30:00Z"), "abcd").unwrap();
    WRITERS.iter().find(|(known, _)| *known == word).unwrap().1(&told)
}

/// A case file with something of everything that the formats tell.
fn rich() -> Story {
    let mut story = crate::export::tests::world();
    let log = story.dossier.evidence.iter().next().unwrap().id.clone();
    let agent = json!({"kind": "agent", "name": "deploy-bot", "part": "deployer", "model": "m-1", "version": "2", "framework": "loop",
        "default_on_unconfirmable": "ask", "grants": [{"scope": "read forum", "task": "answer", "approver": "Lead", "granted_at": "March"}]});
    story.add::<PrincipalDraft>("Ada", agent);
    let mut event = |time: &str, kind: &str, actor: &str, more: Value| {
        let mut draft = json!({"time": time, "kind": kind, "actor": {"name": actor}, "verb": "write", "effect": "mutating", "resource": "repo/a", "outcome": "success", "body": "It wrote."});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        story.add::<EventDraft>("Ada", draft)
    };
    let acts = event("2026-03-18T16:00:00Z", "action", "deploy-bot", json!({"requested": "no", "authorised": "no"}));
    let seen = event("2026-03-18T16:30:00Z", "decision", "Jane Roe", json!({"confirmed": "yes"}));
    let stops = event("2026-03-18T17:00:00Z", "containment", "Jane Roe", json!({"outcome": "unknown"}));
    for (mark, event) in [
        ("action_executed", &acts),
        ("impact_start", &acts),
        ("detected", &seen),
        ("declared", &seen),
        ("contained", &stops),
        ("resolved", &stops),
        ("reported_public", &stops),
    ] {
        story.add::<MarkDraft>("Ada", json!({"mark": mark, "event": event}));
    }
    for (from, to, kind) in
        [(&seen, &acts, "triggered_by"), (&stops, &seen, "derived_from"), (&stops, &acts, "relied_on")]
    {
        story.add::<EdgeDraft>("Ada", json!({"from": from, "to": to, "kind": kind}));
    }
    story.add::<FindingDraft>("Ada", json!({"summary": "It wrote to repo/a.", "facet": "integrity", "class": "unauthorised_change", "confidence": "suspected", "role": "effect", "evidence": [log]}));
    story.add::<FactorDraft>("Ada", json!({"statement": "Nobody reads what it writes."}));
    let gap = story.add::<GapDraft>(
        "Ada",
        json!({"control": "kill_switch", "state": "worked", "statement": "It stopped.", "evidence": [log]}),
    );
    for (title, status) in [("Gate writes", "open"), ("Ask first", "in_progress")] {
        story.add::<RemediationDraft>("Ada", json!({"title": title, "gaps": [gap], "kind": "prevent", "enforcement": "hard", "owner": "Lead", "due": "2026-04-01", "status": status, "acceptance_test": "A write without a yes is refused.", "completion": "The log of the test."}));
    }
    story.add::<NarrativeDraft>("Ada", json!({"section": "summary", "body": "An agent wrote to a repository."}));
    story.add::<RatingDraft>("Ada", json!({"dimensions": {"exposure": 3, "integrity": 3, "availability": 2, "people": 1, "authority": 3, "propagation": 3, "duration": 3, "recoverability": 1}}));
    let exposed = serde_json::from_value(json!({"names": ["Engineers"], "count": 40})).unwrap();
    story.enter("Ada", |entry| entry.set_exposed_principals(exposed)).unwrap();
    let resource = serde_json::from_value(
        json!({"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}),
    )
    .unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    let head = json!({"title": "An agent wrote", "summary": "As first reported.", "occurred": "2026-03-18", "tags": ["demo"], "systems": ["forge"], "declared_severity": 2});
    let id = story.dossier.incident().unwrap().id.clone();
    story.revise::<crate::incident::IncidentDraft>("Ada", &id, head);
    story
}

/// The control records that say that every control held, with the evidence that is linked.
fn held(story: &mut Story, evidence: &[crate::Id]) {
    for control in Control::ALL {
        story.add::<GapDraft>(
            "Ada",
            json!({"control": control, "state": "worked", "statement": "It held.", "evidence": evidence}),
        );
    }
}
