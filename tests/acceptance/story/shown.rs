//! Where an act leads, and what those see who only read.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn who_only_reads_an_event_sees_all_of_it() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" },
        "body": "The agent answers.", "output_mode": "direct", "prevented_by": "luck", "evidence": [{ "id": case.evidence, "lines": "3-4" }] });
    let added = case.rita.ok("POST", &case.at("events"), event).await;
    let vera = world.person("Vera", Role::Viewer).await;
    let page = vera.get(&format!("/incidents/INC-1/timeline?edit={}", added["id"].as_str().expect("an id"))).await;
    page.says("How it reached people").says("direct").says("Prevented by").says("luck").says("lines 3–4");
}

#[tokio::test]
async fn who_resolves_a_comment_on_a_gap_is_back_at_the_gap() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let gap = json!({ "control": "authorization", "state": "absent", "statement": "Nobody asked it." });
    let gap = case.rita.ok("POST", &case.at("gaps"), gap).await;
    let about = format!("gap/{}", gap["id"].as_str().expect("an id"));
    let said = case.rita.ok("POST", &case.at("comments"), json!({ "about": about, "body": "Since when?" })).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents/INC-1/gaps").await;
    let resolve = page.form_to("/resolve");
    let page = rita.submit(&page, &resolve.id, &[]).await;
    page.has_status(200);
    assert!(page.path.starts_with("/incidents/INC-1/gaps"), "{}", page.path);
    let delete = format!("{}/{}", case.at("comments"), said["id"].as_str().expect("an id"));
    case.rita.ok("DELETE", &delete, serde_json::Value::Null).await;
}

#[tokio::test]
async fn a_principal_whom_an_event_names_is_not_deleted() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "lone-agent" },
        "body": "The agent answers." });
    let event = case.rita.ok("POST", &case.at("events"), event).await;
    let actor = event["actor"]["id"].as_str().expect("an id").to_string();
    let sentence = case.rita.refused(409, "DELETE", &format!("{}/{actor}", case.at("principals")), json!(null)).await;
    assert!(sentence.contains("because the event “") && sentence.contains("The agent answers"), "{sentence}");
}
