//! What all readers of a postmortem see is made once; what only one of them may do or sees is made for each.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn what_is_kept_for_all_readers_is_theirs_by_version_zone_and_right() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": "The agent answers." });
    case.rita.ok("POST", &case.at("events"), event).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let vera = world.person("Vera", Role::Viewer).await;
    let path = case.at("postmortem");
    // Who may write reads it first.
    let written = rita.get(&path).await;
    written.has_status(200);
    assert!(written.html.contains("data-edit"), "who may write is offered it");
    let read = vera.get(&path).await;
    assert!(!read.html.contains("data-edit"), "who may only read is offered nothing of another reader");

    // The same moment, told in the zone of each.
    read.says("17:04").says_not("18:04");
    let account = vera.get("/account").await;
    vera.submit(&account, "account", &[("zone", "Europe/Berlin")]).await.has_status(200);
    vera.get(&path).await.says("18:04").says_not("17:04");
    rita.get(&path).await.says("17:04").says_not("18:04");

    // So it is with the parts of other pages that all see alike.
    let overview = format!("/incidents/{}", case.key);
    assert!(rita.get(&overview).await.html.contains("settings\">Edit"), "who may edit is led there");
    assert!(!vera.get(&overview).await.html.contains("settings\">Edit"), "who may only read is not");

    // The next version is another one, for everybody.
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": "It was read by nobody." })).await;
    case.rita
        .ok(
            "POST",
            &case.at("decisions"),
            json!({ "statement": "Suspend it", "decided_by": "Ines Roe", "time": "2026-03-18T17:40:00Z" }),
        )
        .await;
    for reader in [&rita, &vera] {
        reader.get(&path).await.says("It was read by nobody.").says("Suspend it");
    }
}
