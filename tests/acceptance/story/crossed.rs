//! Parts of the exposure and records to be deleted that others changed meanwhile, settled without JavaScript.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_crossed_is_settled_on_a_page_and_the_rest_of_it_stays() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let sam = world.program("Sam", Role::Responder, None).await;
    let window =
        |end: &str, skew: u32| json!({ "start": "2026-03-18T17:00:00Z", "end": end, "clock_skew_seconds": skew });
    case.rita.ok("PUT", &case.at("exposure/window"), window("2026-03-18T19:00:00Z", 0)).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents/INC-1/exposure").await;
    sam.ok("PUT", &case.at("exposure/window"), window("2026-03-18T19:30:00Z", 45)).await;
    let settle = rita.submit(&page, "window", &[("end", "2026-03-18 20:15 UTC")]).await;
    settle.has_status(412).says("Somebody changed this while you were editing");
    settle.says("19:30").says("20:15").says_not("clock skew");
    let before = case.rita.ok("GET", &case.at("exposure"), Value::Null).await;
    assert_eq!(before["end"]["latest"], "2026-03-18T19:30:00Z", "nothing was stored");
    rita.send_form(settle.form("window")).await.has_status(200);
    let after = case.rita.ok("GET", &case.at("exposure"), Value::Null).await;
    assert_eq!(after["end"]["latest"], "2026-03-18T20:15:00Z");
    assert_eq!((&after["clock_skew_seconds"], &after["start"]), (&json!(45), &before["start"]), "what Sam set stays");
    assert_eq!((&after["start_evidence"], &after["resources"]), (&before["start_evidence"], &before["resources"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_meanwhile_is_deleted_only_when_it_was_seen() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let sam = world.program("Sam", Role::Responder, None).await;
    let event = json!({ "time": "2026-03-18T17:00:00Z", "kind": "note", "actor": { "name": "Rita", "kind": "human" }, "body": "the first wording" });
    let event = case.rita.ok("POST", &case.at("events"), event).await["id"].as_str().expect("an id").to_string();
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get(&format!("/incidents/INC-1/timeline?edit={event}")).await;
    sam.ok("PATCH", &case.at(&format!("events/{event}")), json!({ "body": "what Rita has not read" })).await;
    let asked = rita.press(&page, "Delete this event").await;
    asked.has_status(412).says("Somebody changed this while you looked at it");
    asked.says("the first wording").says("what Rita has not read").says("Nothing was deleted");
    rita.get("/incidents/INC-1/timeline").await.says("what Rita has not read");
    rita.press(&asked, "Delete it all the same").await.has_status(200);
    rita.get("/incidents/INC-1/timeline").await.says_not("what Rita has not read");
}
