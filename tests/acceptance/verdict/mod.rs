//! Do we know that nothing was harmed? The life of a verdict, through the API.

mod remedy;
mod severity;

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn from_not_assessed_to_verified_and_down_again() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    assert_eq!(case.verdict().await, "not_assessed");
    case.rita.ok("PUT", &case.at("exposure"), case.exposure()).await;
    assert_eq!(case.verdict().await, "undetermined");
    case.cover().await;
    assert_eq!(case.verdict().await, "undetermined", "a log nobody read proves nothing");
    case.review(&case.grace).await;
    let judgement = case.judgement().await;
    assert_eq!(
        (&judgement["verdict"], &judgement["eligible"]),
        (&json!("no_evidence_of_harm"), &json!(false)),
        "it needs two reviewers"
    );
    case.grace.refused(409, "POST", &case.at("verdict/signatures"), json!({})).await;
    case.review(&case.alan).await;
    assert_eq!(case.judgement().await["eligible"], true);
    let first = case.grace.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    let again = case.grace.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    assert_eq!(first["id"], again["id"], "one person signs once");
    assert_eq!(case.verdict().await, "no_evidence_of_harm", "one signature is not two");
    case.alan.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    let verified = case.judgement().await;
    assert_eq!(verified["verdict"], "verified_no_op");
    assert!(
        verified["statement"]
            .as_str()
            .is_some_and(|text| text.starts_with("No unauthorised access and no harm occurred")),
        "{verified}"
    );
    let path = case.at(&format!("evidence/{}/withdraw", case.evidence));
    case.rita.refused(422, "POST", &path, json!({ "reason": "" })).await;
    case.rita.ok("POST", &path, json!({ "reason": "it is the log of another week" })).await;
    let fallen = case.judgement().await;
    assert_eq!(fallen["verdict"], "undetermined");
    assert!(fallen["statement"].as_str().is_some_and(|text| text.contains("cannot be determined")), "{fallen}");
    assert_eq!(
        case.last_fall().await,
        ("verified_no_op".into(), "undetermined".into(), "set evidence item gateway.jsonl to withdrawn".into())
    );
    let history = case.rita.ok("GET", &case.at("verdict/history"), Value::Null).await;
    let words: Vec<&str> =
        history["items"].as_array().expect("items").iter().filter_map(|item| item["to"].as_str()).collect();
    assert_eq!(words, ["undetermined", "no_evidence_of_harm", "verified_no_op", "undetermined"]);
}

/// An act of Rita's that takes the ground from under a verified verdict, and what is left of it.
type Fall = (&'static str, &'static str, &'static str, fn(&Case) -> Value, &'static str);

#[tokio::test]
async fn a_verdict_falls_at_once_and_says_why() {
    let falls: [Fall; 6] = [
        (
            "the window widens",
            "PUT",
            "exposure/window",
            |case| json!({ "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T20:00:00Z", "start_evidence": [case.evidence], "end_evidence": [case.evidence] }),
            "no_evidence_of_harm",
        ),
        (
            "a resource is added",
            "POST",
            "exposure/resources",
            |_| json!({ "id": "plans", "class": "confidential", "paths": [{ "op": "read", "channel": "ui" }] }),
            "undetermined",
        ),
        (
            "a path is added",
            "POST",
            "exposure/resources/repo-a/paths",
            |_| json!({ "op": "read", "channel": "cli" }),
            "undetermined",
        ),
        (
            "a finding is added",
            "POST",
            "findings",
            |_| json!({ "summary": "Somebody may have looked", "facet": "access", "class": "unauthorised_access", "confidence": "suspected", "role": "effect" }),
            "harm_suspected",
        ),
        (
            "an unauthorised access is confirmed",
            "POST",
            "findings",
            |case| json!({ "summary": "Somebody looked", "facet": "access", "class": "unauthorised_access", "confidence": "confirmed", "role": "effect", "evidence": [case.evidence] }),
            "access_confirmed",
        ),
        (
            "a factor is left unsaid",
            "POST",
            "factors",
            |_| json!({ "statement": "Additional issues that nobody names", "unspecified": true }),
            "no_evidence_of_harm",
        ),
    ];
    for (name, method, path, body, left) in falls {
        let world = World::start().await;
        let case = Case::signed(&world).await;
        case.rita.ok(method, &case.at(path), body(&case)).await;
        assert_eq!(case.verdict().await, left, "{name}");
        let (from, to, cause) = case.last_fall().await;
        assert_eq!((from.as_str(), to.as_str()), ("verified_no_op", left), "{name}");
        assert!(!cause.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_revoked_review_or_signature_takes_the_verdict_down() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    let mine = case.rita.ok("GET", &case.at("reviews"), Value::Null).await["items"][0]["id"]
        .as_str()
        .expect("a review")
        .to_string();
    case.grace
        .ok("POST", &case.at(&format!("reviews/{mine}/revoke")), json!({ "reason": "I read the wrong day" }))
        .await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
    // The facts as they were do not bring the old signatures back: people sign anew.
    case.review(&case.grace).await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
    let fresh = case.grace.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    case.alan.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    assert_eq!(case.verdict().await, "verified_no_op");
    let path = case.at(&format!("verdict/signatures/{}", fresh["id"].as_str().expect("an id")));
    case.alan.refused(403, "DELETE", &path, Value::Null).await;
    case.grace.ok("DELETE", &path, Value::Null).await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
}

#[tokio::test]
async fn whoever_took_part_neither_reviews_nor_signs() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    case.cover().await;
    let event = |name: &str| json!({ "time": "2026-03-18T17:01:00Z", "kind": "action", "actor": { "kind": "human", "name": name } });
    case.rita.ok("POST", &case.at("events"), event("grace")).await;
    let sentence = case.grace.refused(403, "POST", &case.at("reviews"), case.attestation()).await;
    assert!(sentence.contains("ask somebody who took no part"), "{sentence}");
    let mary = world.program("Mary", Role::Reviewer, None).await;
    for reviewer in [&case.alan, &mary] {
        case.review(reviewer).await;
    }
    assert_eq!(case.judgement().await["eligible"], true);
    case.grace.refused(403, "POST", &case.at("verdict/signatures"), json!({})).await;
    for signer in [&case.alan, &mary] {
        signer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    }
    assert_eq!(case.verdict().await, "verified_no_op");
    // It turns out that Mary took part: her review and signature no longer count.
    case.rita.ok("POST", &case.at("events"), event("Mary")).await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
    assert_eq!(case.judgement().await["eligible"], false);
}

#[tokio::test]
async fn an_agent_may_lower_a_verdict_but_never_raise_it() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let finding = case.scribe.ok("POST", &case.at("findings"), json!({ "summary": "A stranger's address in line 1", "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect" })).await;
    assert_eq!(case.verdict().await, "harm_suspected");
    let path = case.at(&format!("findings/{}", finding["id"].as_str().expect("an id")));
    for (method, body) in
        [("DELETE", Value::Null), ("PATCH", json!({ "class": "authorised" })), ("PATCH", json!({ "role": "cause" }))]
    {
        let sentence = case.scribe.refused(403, method, &path, body).await;
        assert!(sentence.contains("may not raise a verdict"), "{sentence}");
    }
    assert_eq!(case.verdict().await, "harm_suspected");
    case.scribe
        .ok("POST", &case.at(&format!("evidence/{}/withdraw", case.evidence)), json!({ "reason": "wrong week" }))
        .await;
    case.grace
        .ok(
            "POST",
            &case.at(&format!("findings/{}/resolve", finding["id"].as_str().expect("an id"))),
            json!({ "reason": "it is the load balancer's address" }),
        )
        .await;
    assert_eq!(case.verdict().await, "undetermined");
    case.scribe
        .refused(
            403,
            "POST",
            &case.at(&format!("evidence/{}/status", case.evidence)),
            json!({ "status": "intact", "reason": "right week after all" }),
        )
        .await;
    case.rita
        .ok(
            "POST",
            &case.at(&format!("evidence/{}/status", case.evidence)),
            json!({ "status": "intact", "reason": "right week after all" }),
        )
        .await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
}

#[tokio::test]
async fn one_altered_byte_taints_the_evidence_for_good() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    let verify = case.at(&format!("evidence/{}/verify", case.evidence));
    assert_eq!(case.rita.ok("POST", &verify, json!({})).await["intact"], true);
    assert_eq!(case.verdict().await, "verified_no_op");
    world.alter(&case.sha256);
    let checked = case.rita.ok("POST", &verify, json!({})).await;
    assert_eq!((&checked["intact"], &checked["status"]), (&json!(false), &json!("tainted")));
    assert_eq!(case.verdict().await, "harm_suspected");
    let (from, to, cause) = case.last_fall().await;
    assert_eq!((from.as_str(), to.as_str()), ("verified_no_op", "harm_suspected"));
    assert!(cause.contains("gateway.jsonl"), "{cause}");
    // The bytes mended, the item withdrawn: the finding of the taint stays.
    world.alter(&case.sha256);
    case.rita.ok("POST", &verify, json!({})).await;
    case.rita
        .refused(
            422,
            "POST",
            &case.at(&format!("evidence/{}/status", case.evidence)),
            json!({ "status": "intact", "reason": "mended" }),
        )
        .await;
    case.rita
        .ok("POST", &case.at(&format!("evidence/{}/withdraw", case.evidence)), json!({ "reason": "tampered with" }))
        .await;
    assert_eq!(case.verdict().await, "harm_suspected", "withdrawing tampered evidence does not help");
}

#[tokio::test]
async fn the_verdict_shows_what_is_not_covered() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let stated = case.rita.ok("GET", &case.at("coverage"), Value::Null).await["items"][0]["id"]
        .as_str()
        .expect("a statement")
        .to_string();
    case.rita
        .ok(
            "PATCH",
            &case.at(&format!("coverage/{stated}")),
            json!({ "gaps": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "reason": "rotation" }] }),
        )
        .await;
    let judgement = case.judgement().await;
    assert_eq!(judgement["verdict"], "no_evidence_of_harm");
    assert_eq!(
        judgement["cells"][0]["uncovered"],
        json!([{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "why": "gap: rotation" }])
    );
    let statement = judgement["statement"].as_str().expect("a statement");
    for part in ["91.7 %", "repo-a/api 18:00–18:10", "Absence of evidence is not evidence of absence."] {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    case.rita.ok("PUT", &case.at("exposure/window"), json!({ "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [case.evidence], "end_evidence": [case.evidence], "clock_skew_seconds": 600 })).await;
    assert_eq!(case.judgement().await["eligible"], true, "a hole no longer than the clock skew counts as covered");
}
