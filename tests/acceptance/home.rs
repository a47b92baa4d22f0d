//! The first page.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn the_first_page_leads_and_then_says_what_matters_now() {
    let world = World::start().await;
    let sam = world.person("Sam", Role::Responder).await;
    sam.get("/").await.says("No incidents yet").says("File the first incident");
    let case = Case::signed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    rita.get("/").await.says("Changed last").says("No open incident is that severe").says("No remediation is late");

    // What was published said more than is known now.
    case.written_up().await;
    case.rita.ok("POST", &case.at("postmortem/submit"), json!({})).await;
    case.grace.ok("POST", &case.at("postmortem/approve"), json!({})).await;
    case.rita.ok("POST", &case.at("postmortem/publish"), json!({})).await;
    rita.get("/").await.says("No published postmortem says more than is known now");
    case.rita
        .ok("POST", &case.at(&format!("evidence/{}/withdraw", case.evidence)), json!({ "reason": "wrong week" }))
        .await;
    rita.get("/").await.says("Revision 1 says “Verified no-op”; now it is “Undetermined”.");

    // A severe incident, and what is late in it: for those who may see it.
    let filed = json!({ "title": "Agent deletes a table", "visibility": "private", "declared_severity": 0 });
    let key = case.rita.ok("POST", "/incidents", filed).await["key"].as_str().expect("a key").to_string();
    let late = json!({ "title": "Ask before a table goes", "kind": "prevent", "enforcement": "hard", "owner": "Rita", "due": "2026-03-19" });
    case.rita.ok("POST", &format!("/incidents/{key}/remediations"), late).await;
    rita.get("/")
        .await
        .says("Agent deletes a table")
        .says("Ask before a table goes")
        .says_not("No remediation is late");
    let vera = world.person("Vera", Role::Viewer).await;
    vera.get("/")
        .await
        .says("Verdicts that fell")
        .says_not("Agent deletes a table")
        .says_not("Ask before a table goes");
}
