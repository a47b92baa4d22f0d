//! Which control should have stopped it, and is it in place now?

use acceptance::{Case, World};
use domain::{Id, Key};
use serde_json::{Value, json};
use store::Actor;

async fn is_closed(world: &World, gap: &Value) -> bool {
    let dossier = world.store.dossier(&Actor::system(), Key(1)).await.expect("the case");
    let gap = dossier.gaps.get(&Id::new(gap["id"].as_str().expect("an id"))).expect("the gap");
    dossier.gap_is_closed(&gap.record)
}

#[tokio::test]
async fn a_gap_closes_only_by_a_verification_of_somebody_else() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let gap = case.rita.ok("POST", &case.at("gaps"), json!({ "control": "confirmation_gate", "state": "absent", "statement": "The agent posted without a person's yes." })).await;
    assert_eq!(gap["tags"], json!(["ASI02", "AML.M0029"]));
    let item = case.rita.ok("POST", &case.at("remediations"), json!({ "title": "Ask before posting", "gaps": [gap["id"]], "kind": "prevent", "enforcement": "hard", "owner": "Rita", "due": "2026-12-24" })).await;
    let act = |word: &str| case.at(&format!("remediations/{}/{word}", item["id"].as_str().expect("an id")));
    case.rita.ok("POST", &act("status"), json!({ "status": "done" })).await;
    assert!(!is_closed(&world, &gap).await, "done is not verified");
    case.rita.refused(422, "POST", &act("status"), json!({ "status": "verified" })).await;
    case.rita
        .refused(
            422,
            "PATCH",
            &case.at(&format!("remediations/{}", item["id"].as_str().expect("an id"))),
            json!({ "status": "verified" }),
        )
        .await;
    let sentence = case.rita.refused(403, "POST", &act("verify"), json!({ "completion": "I tried it" })).await;
    assert!(sentence.contains("The owner of an item cannot verify it"), "{sentence}");
    case.rita.refused(403, "POST", &act("wont-fix"), json!({ "reason": "too much work" })).await;
    case.grace.refused(422, "POST", &act("verify"), json!({})).await;
    case.grace.refused(422, "POST", &act("verify"), json!({ "evidence": ["e-none"] })).await;
    assert!(!is_closed(&world, &gap).await);
    let verified = case.grace.ok("POST", &act("verify"), json!({ "evidence": [case.evidence] })).await;
    assert_eq!((&verified["status"], &verified["verified"]["by"]["name"]), (&json!("verified"), &json!("Grace")));
    assert!(is_closed(&world, &gap).await);
    case.rita.ok("POST", &act("reopen"), json!({})).await;
    assert!(!is_closed(&world, &gap).await, "a recurrence opens it again");
}

#[tokio::test]
async fn an_incident_closes_when_every_gap_has_its_remedy() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let close = async || case.rita.call("PUT", &case.at("status"), json!({ "status": "closed" })).await;
    let (status, problem) = close().await;
    assert_eq!(status, 409);
    assert!(
        problem["detail"].as_str().is_some_and(|text| text.starts_with("This incident cannot be closed yet:")),
        "{problem}"
    );
    case.written_up().await;
    let (status, closed) = close().await;
    assert_eq!(
        (status, &closed["status"], &closed["closed"]["by"]["name"]),
        (200, &json!("closed"), &json!("Rita")),
        "{closed}"
    );
    let open = case.rita.ok("PUT", &case.at("status"), json!({ "status": "postmortem" })).await;
    assert_eq!(open["closed"], json!(null));
    case.rita
        .ok(
            "POST",
            &case.at("gaps"),
            json!({ "control": "kill_switch", "state": "absent", "statement": "There was no way to stop it." }),
        )
        .await;
    assert_eq!(close().await.0, 409, "a new gap without a remedy");
}

#[tokio::test]
async fn a_severe_incident_needs_a_hard_control() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.written_up().await;
    let item = case.rita.ok("GET", &case.at("remediations"), Value::Null).await["items"][0]["id"]
        .as_str()
        .expect("an item")
        .to_string();
    case.rita.ok("PATCH", &case.at(&format!("remediations/{item}")), json!({ "enforcement": "soft" })).await;
    let sentence = case.rita.refused(409, "PUT", &case.at("status"), json!({ "status": "closed" })).await;
    assert!(sentence.contains("at least one hard control"), "{sentence}");
}

#[tokio::test]
async fn publishing_takes_two_people_and_freezes_a_revision() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let act = async |who: &acceptance::Program, word: &str| {
        who.call("POST", &case.at(&format!("postmortem/{word}")), json!({})).await
    };
    assert_eq!(act(&case.rita, "publish").await.0, 409, "nobody approved it");
    assert_eq!(act(&case.rita, "submit").await.1["status"], "in_review");
    let (status, problem) = act(&case.rita, "approve").await;
    assert_eq!(status, 403, "{problem}");
    assert_eq!(act(&case.grace, "approve").await.1["status"], "approved");
    let (status, problem) = act(&case.rita, "publish").await;
    assert_eq!(status, 409);
    assert!(
        problem["detail"].as_str().is_some_and(|text| text.starts_with("It cannot be published yet:")),
        "{problem}"
    );
    case.written_up().await;
    let (status, published) = act(&case.rita, "publish").await;
    assert_eq!((status, &published["status"]), (200, &json!("published")), "{published}");
    let revision = published["revisions"][0].clone();
    assert_eq!(
        (&revision["number"], &revision["verdict"], &revision["stamp"]["by"]["name"]),
        (&json!(1), &json!("no_evidence_of_harm"), &json!("Rita"))
    );
    // Later edits make a new revision; the old one stays as it was.
    act(&case.rita, "reopen").await;
    case.rita.ok("PUT", &case.at("sections/lessons"), json!({ "body": "Ask first." })).await;
    act(&case.rita, "submit").await;
    act(&case.grace, "approve").await;
    let (_, again) = act(&case.rita, "publish").await;
    assert_eq!((&again["revisions"][0], &again["revisions"][1]["number"]), (&revision, &json!(2)));
    assert!(again["revisions"][1]["version"].as_u64() > revision["version"].as_u64());
}

#[tokio::test]
async fn gaps_are_suggested_from_the_timeline() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "verb": "post", "effect": "mutating", "confirmed": "no", "authorised": "no", "output_mode": "direct", "provenance_label": "none" });
    case.rita.ok("POST", &case.at("events"), event).await;
    let suggested = case.rita.ok("GET", &case.at("gaps/suggestions"), Value::Null).await.to_string();
    for control in ["confirmation_gate", "authorization", "provenance_signal"] {
        assert!(suggested.contains(&format!("\"{control}\"")), "{control}: {suggested}");
    }
}

#[tokio::test]
async fn what_only_luck_prevented_needs_a_remedy() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.written_up().await;
    let event = case.rita.ok("POST", &case.at("events"), json!({ "time": "2026-03-18T17:30:00Z", "kind": "access", "actor": { "kind": "human", "name": "Engineers" }, "prevented_by": "luck" })).await;
    for word in ["submit", "approve"] {
        let who = if word == "submit" { &case.rita } else { &case.grace };
        who.ok("POST", &case.at(&format!("postmortem/{word}")), json!({})).await;
    }
    let publish = case.at("postmortem/publish");
    let sentence = case.rita.refused(409, "POST", &publish, json!({})).await;
    assert!(sentence.contains("prevented only by luck"), "{sentence}");
    let gap =
        case.rita.ok("GET", &case.at("gaps"), Value::Null).await["items"][0]["id"].as_str().expect("a gap").to_string();
    case.rita.ok("PATCH", &case.at(&format!("gaps/{gap}")), json!({ "events": [event["id"]] })).await;
    case.rita.ok("POST", &publish, json!({})).await;
}
