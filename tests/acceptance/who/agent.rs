//! What an agent prepares behind a headline that something worse keeps where it is.

use acceptance::{Case, World};
use serde_json::{Value, json};

fn finding(class: &str) -> Value {
    json!({ "summary": format!("A stranger's address: {class}"), "facet": "access", "class": class, "confidence": "suspected", "role": "effect" })
}

#[tokio::test]
async fn an_agent_prepares_nothing_behind_a_worse_headline() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    case.cover().await;
    let mut findings = Vec::new();
    for class in ["unknown", "misuse"] {
        let made = case.rita.ok("POST", &case.at("findings"), finding(class)).await;
        findings.push(case.at(&format!("findings/{}", made["id"].as_str().expect("an id"))));
    }
    for value in ["17:00", "17:10"] {
        case.rita.ok("POST", &case.at("claims"), json!({ "statement": format!("It began at {value}"), "field": "start", "value": value, "touches": "window", "source": "The owner", "source_kind": "internal" })).await;
    }
    let claims = case.rita.ok("GET", &case.at("claims"), Value::Null).await;
    let claim = case.at(&format!("claims/{}", claims["items"][0]["id"].as_str().expect("an id")));
    let mut other = case.exposure()["resources"][0].clone();
    other["id"] = json!("plans");
    case.rita.ok("POST", &case.at("exposure/resources"), other).await;
    let review = case
        .grace
        .ok("POST", &case.at("reviews"), store::merge_patch(&case.attestation(), &json!({ "outcome": "inconclusive" })))
        .await;
    let revoke = case.at(&format!("reviews/{}/revoke", review["id"].as_str().expect("an id")));
    let actor = case.rita.ok("POST", &case.at("events"), super::event("Grace")).await;
    let event = case.at(&format!("events/{}", actor["id"].as_str().expect("an id")));
    let before = case.judgement().await;
    assert_eq!(before["verdict"], "harm_suspected");

    let impossible = json!({ "id": "api", "op": "read", "channel": "api", "status": "impossible", "justification": "it was switched off" });
    let window = |start: &str, end: &str| json!({ "start": start, "end": end, "start_evidence": [case.evidence], "end_evidence": [case.evidence] });
    let writes = [
        ("close a path as impossible", "POST", case.at("exposure/resources/plans/paths"), impossible.clone()),
        ("drop a path", "DELETE", case.at("exposure/resources/plans/paths/api"), Value::Null),
        ("drop a resource", "DELETE", case.at("exposure/resources/plans"), Value::Null),
        (
            "call it less sensitive",
            "PUT",
            case.at("exposure/resources/plans"),
            json!({ "id": "plans", "class": "public" }),
        ),
        ("delete a suspected finding", "DELETE", findings[0].clone(), Value::Null),
        ("play a finding down", "PATCH", findings[1].clone(), json!({ "class": "unknown" })),
        ("call a finding a cause", "PATCH", findings[1].clone(), json!({ "role": "cause" })),
        ("move a finding", "PATCH", findings[1].clone(), json!({ "facet": "integrity" })),
        ("resolve a finding", "POST", format!("{}/resolve", findings[0]), json!({ "reason": "it is known" })),
        (
            "narrow the window",
            "PUT",
            case.at("exposure/window"),
            window("2026-03-18T17:30:00Z", "2026-03-18T19:00:00Z"),
        ),
        ("take the window away", "PUT", case.at("exposure/window"), json!({})),
        ("withdraw a conflict", "DELETE", claim.clone(), Value::Null),
        ("make claims agree", "PATCH", claim.clone(), json!({ "value": "17:10" })),
        ("revoke a doubtful review", "POST", revoke, json!({ "reason": "it is fine" })),
        ("take an actor out", "DELETE", event, Value::Null),
    ];
    for (what, method, path, body) in writes {
        let sentence = case.scribe.refused(403, method, &path, body).await;
        assert!(
            sentence.starts_with("An agent's token may not") && sentence.ends_with("a person has to."),
            "{what}: {sentence}"
        );
    }
    assert_eq!(case.judgement().await, before, "nothing was changed");

    // What makes matters look worse, or records what happened, it may do.
    let wider = window("2026-03-18T16:00:00Z", "2026-03-18T20:00:00Z");
    case.scribe.ok("PUT", &case.at("exposure/window"), wider).await;
    case.scribe
        .ok(
            "POST",
            &case.at("exposure/resources"),
            json!({ "id": "wiki", "class": "internal", "paths": [{ "op": "read", "channel": "ui" }] }),
        )
        .await;
    case.scribe.ok("POST", &case.at("findings"), finding("unauthorised_access")).await;
    case.scribe.ok("POST", &case.at("events"), super::event("Invoker")).await;
    // A person may do all of it.
    case.rita.ok("POST", &case.at("exposure/resources/plans/paths"), impossible).await;
    case.rita.ok("DELETE", &findings[0], Value::Null).await;
}

#[tokio::test]
async fn an_agent_records_the_first_of_an_exposure_step_by_step() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.scribe.ok("POST", &case.at("exposure/resources"), json!({ "id": "wiki", "class": "internal" })).await;
    case.scribe
        .ok(
            "PUT",
            &case.at("exposure/window"),
            json!({ "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" }),
        )
        .await;
    case.scribe
        .ok("POST", &case.at("exposure/resources/wiki/paths"), json!({ "id": "ui", "op": "read", "channel": "ui" }))
        .await;
    assert_eq!(case.verdict().await, "undetermined");
}
