//! What an incident's first page answers, and how its pages are found.

use acceptance::{Case, Person, World};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_answers_four_questions_and_names_the_next_act() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "verb": "post", "effect": "mutating", "requested": "no", "actor": { "kind": "agent", "name": "forum-agent" } });
    case.rita.ok("POST", &case.at("events"), event).await;
    let page = rita.get("/incidents/INC-1").await;
    page.says("How bad was it?").says("Do we know that nothing was harmed?").says("For how long?");
    page.says("Which control should have stopped it?").says("What moves this case forward");
    page.says("The chain of acts")
        .says("posts, unasked")
        .says("The three mandatory controls")
        .says("Attach the access logs of");
    let claim = json!({ "statement": "It was open for about two hours.", "field": "length of the exposure", "value": "about 2 h", "source": "the press", "source_kind": "press" });
    case.rita.ok("POST", &case.at("claims"), claim).await;
    let page = rita.get("/incidents/INC-1").await;
    page.says("≈ 2 h").says("as reported");
    rita.get("/incidents/INC-1/metrics").await.has_status(200).says("≈ 2 h as reported").says("by the clock");
    let metrics = case.rita.ok("GET", &case.at("metrics"), json!(null)).await;
    let exposure = metrics["items"].as_array().and_then(|items| items.iter().find(|item| item["name"] == "exposure"));
    let reported = exposure.map(|metric| metric["reported"]["range"].clone());
    assert_eq!(reported, Some(json!({ "min": 6_600_000_000_u64, "max": 7_800_000_000_u64 })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_searched_for_leads_to_its_incident() {
    let world = World::start().await;
    Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    for typed in ["INC-1", "inc-1", "%20INC-1%20"] {
        rita.get(&format!("/incidents?q={typed}")).await.has_status(200).says("How bad was it?");
    }
    // One that is not there, or not for the reader, is searched for as words.
    rita.get("/incidents?q=INC-99").await.has_status(200).says("Incidents");
    rita.get("/incidents?q=INC-1&status=closed").await.has_status(200).says("Incidents");
}
