//! A text in which there is nothing to see is no text: where one has to be, it is refused, and elsewhere it is left out.

use serde_json::{Value, json};

use super::{Draft, draft};
use crate::Ruled;
use crate::casefile::Entry;
use crate::cast::Story;
use crate::claim::{AdoptionDraft, ClaimDraft};
use crate::comment::CommentDraft;
use crate::evidence::{CoverageDraft, StatusDraft};
use crate::exposure::{EnumerationDraft, ExposureDraft};
use crate::factor::FactorDraft;
use crate::finding::FindingDraft;
use crate::gap::GapDraft;
use crate::incident::IncidentDraft;
use crate::postmortem::NarrativeDraft;
use crate::rating::RatingDraft;
use crate::remediation::RemediationDraft;
use crate::review::{Reason, ReviewDraft};
use crate::timeline::EventDraft;

/// Blanks, what shows nothing by its nature, marks upon no letter, controls, and all of it together.
const NOTHING: [&str; 10] = [
    "",
    " \n\t ",
    "\u{200b}",
    "\u{feff}",
    "\u{2800}",
    "\u{3164}",
    "\u{301}",
    "\u{1b}",
    "\u{e0041}",
    " \u{200b}\u{2800}\u{7}\u{fe0f}\u{34f} ",
];

/// A story with what the acts below need.
fn story() -> (Story, Value) {
    let mut story = Story::new();
    let evidence = story.upload("Ada", "gateway.jsonl");
    let exposure = json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" },
        "resources": [{ "id": "r", "class": "public", "paths": [{ "id": "p", "op": "read", "channel": "api" }] }],
        "principals": { "names": ["everybody"] } });
    story.enter("Ada", |entry| entry.set_exposure(draft::<ExposureDraft>(exposure))).unwrap();
    let finding = json!({"summary": "It posted.", "facet": "integrity", "class": "misuse", "confidence": "confirmed", "role": "effect"});
    let finding = story.add::<FindingDraft>("Ada", finding);
    let item = story.add::<RemediationDraft>("Ada", json!({"title": "Ask", "kind": "prevent", "enforcement": "hard"}));
    let review = json!({ "evidence": evidence, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "outcome": "authorised_only" });
    let review = story.add::<ReviewDraft>("Grace", review);
    let claim = |value: &str| json!({"statement": "It posted.", "field": "start", "value": value, "source": "Press", "source_kind": "press"});
    let mut claimed = |value: &str| story.enter("Ada", |entry| entry.put_claim(None, draft(claim(value)))).unwrap();
    let claim = (claimed("17:00"), claimed("18:00")).1;
    let conflict = story.dossier.conflicts.iter().next().unwrap().id.clone();
    let ids = json!({ "evidence": evidence, "finding": finding, "item": item, "review": review, "claim": claim, "conflict": conflict });
    (story, ids)
}

/// An act with a body, whose text at `field` has to be there.
fn needs(field: &str, body: &Value, act: impl Fn(&mut Entry, Value, &Value) -> Ruled<()>) {
    for text in NOTHING {
        let (mut story, ids) = story();
        let refused = story.enter("Ada", |entry| act(entry, with(body, field, text), &ids));
        let named = refused.as_ref().is_err_and(|refusal| refusal.field.as_deref() == Some(field));
        assert!(named, "{field} with {text:?}: {refused:?}");
    }
    let (mut story, ids) = story();
    assert_eq!(story.enter("Ada", |entry| act(entry, with(body, field, "So."), &ids)), Ok(()), "{field}");
}

/// An act with a body, whose text at `field` may be left out: nothing to see is nothing.
fn leaves_out(field: &str, body: &Value, act: impl Fn(&mut Entry, Value, &Value) -> Ruled<Value>) {
    for text in NOTHING {
        let (mut story, ids) = story();
        let kept = story.enter("Ada", |entry| act(entry, with(body, field, text), &ids)).unwrap();
        let path = format!("/{}", field.replace('.', "/"));
        let at = kept.pointer(&path).and_then(Value::as_str).unwrap_or_default();
        assert_eq!(at, "", "{field} with {text:?}: {kept}");
    }
}

fn with(body: &Value, field: &str, text: &str) -> Value {
    let mut body = body.clone();
    let slot = field.split('.').fold(&mut body, |slot, step| match step.parse::<usize>() {
        Ok(row) => &mut slot[row],
        Err(_) => &mut slot[step],
    });
    *slot = json!(text);
    body
}

fn adds<D: Draft>(body: &Value, needed: &[&str], free: &[&str])
where
    D::Document: serde::Serialize,
{
    for field in needed {
        needs(field, body, |entry, body, _| entry.add(draft::<D>(body)).map(|_| ()));
    }
    for field in free {
        leaves_out(field, body, |entry, body, _| {
            let id = entry.new_id();
            Ok(json!(draft::<D>(body).apply(id, None, entry)?))
        });
    }
}

#[test]
fn no_noun_takes_a_text_with_nothing_to_see_for_one() {
    adds::<GapDraft>(&json!({"control": "authorization", "state": "worked", "statement": ""}), &["statement"], &[]);
    let gap = json!({"control": "authorization", "state": "absent", "statement": "Too broad."});
    adds::<GapDraft>(&gap, &[], &["granted_scope", "needed_scope", "done_scope", "signal", "relied_by", "verified"]);
    adds::<FactorDraft>(&json!({}), &["statement"], &[]);
    adds::<CommentDraft>(&json!({"about": "section/summary"}), &["body"], &[]);
    let finding = json!({"facet": "integrity", "class": "misuse", "confidence": "confirmed", "role": "effect"});
    adds::<FindingDraft>(&finding, &["summary"], &[]);
    let claim = json!({"statement": "It posted.", "field": "end", "source": "Press", "source_kind": "press"});
    adds::<ClaimDraft>(&claim, &["statement"], &[]);
    let item = json!({"title": "Narrow it", "kind": "prevent", "enforcement": "hard"});
    adds::<RemediationDraft>(&item, &["title"], &["acceptance_test", "completion"]);
    let event = json!({"time": "2026-03-18", "kind": "action", "actor": {"name": "forum-agent"}});
    adds::<EventDraft>(&event, &[], &["body"]);
    adds::<IncidentDraft>(&json!({"title": "Agent answers"}), &["title"], &["summary"]);
    adds::<NarrativeDraft>(&json!({"section": "review_bypassed"}), &[], &["body"]);
    adds::<RatingDraft>(&json!({"rationale": {}}), &[], &["rationale.exposure"]);
}

#[test]
fn a_zero_byte_leaves_a_mark_and_no_line_takes_one() {
    let mut story = Story::new();
    let id = story.add::<FactorDraft>("Ada", json!({"statement": "nul \0 x"}));
    assert_eq!(story.dossier.factors.get(&id).unwrap().statement, "nul [U+0000] x");
    let claim = json!({"statement": "So.", "field": "e\0nd", "source": "Press", "source_kind": "press"});
    assert!(story.enter("Ada", |entry| entry.add(draft::<ClaimDraft>(claim))).is_err());
}

#[test]
fn no_act_takes_a_text_with_nothing_to_see_for_a_reason() {
    let id = |ids: &Value, name: &str| crate::Id::new(ids[name].as_str().unwrap());
    let reason = json!({});
    needs("reason", &reason, |entry, body, ids| entry.resolve_finding(&id(ids, "finding"), draft::<Reason>(body)));
    needs("reason", &reason, |entry, body, ids| entry.revoke_review(&id(ids, "review"), draft::<Reason>(body)));
    needs("reason", &reason, |entry, mut body, ids| {
        body["claim"] = ids["claim"].clone();
        entry.adopt_claim(&id(ids, "conflict"), draft::<AdoptionDraft>(body))
    });
    needs("reason", &json!({"status": "withdrawn"}), |entry, body, ids| {
        entry.set_evidence_status(&id(ids, "evidence"), draft::<StatusDraft>(body))
    });
}

#[test]
fn nothing_to_see_is_no_reason_in_the_exposure() {
    let impossible = json!({"resources": [{"id": "r", "class": "public", "paths": [{"id": "p", "op": "read", "channel": "ui", "status": "impossible"}]}]});
    needs("resources.0.paths.0.justification", &impossible, |entry, body, _| {
        entry.set_exposure(draft::<ExposureDraft>(body))
    });
    leaves_out("resources_enumerated", &json!({}), |entry, body, _| {
        let basis = body["resources_enumerated"].clone();
        entry.set_enumeration(true, draft::<EnumerationDraft>(json!({ "basis": basis })))?;
        Ok(json!({ "resources_enumerated": entry.dossier().exposure().resources_enumerated.map(|said| said.basis) }))
    });
    let hole = json!({"from": "2026-03-18T17:00:00Z", "to": "2026-03-18T17:10:00Z"});
    let coverage = json!({"resource": "r", "path": "p", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "sequence", "gaps": [hole]});
    leaves_out("gaps.0.reason", &coverage, |entry, mut body, ids| {
        body["evidence"] = ids["evidence"].clone();
        let id = entry.add(draft::<CoverageDraft>(body))?;
        Ok(json!(entry.get::<crate::evidence::Coverage>(&id)?.record))
    });
}
