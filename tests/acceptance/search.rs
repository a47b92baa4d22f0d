//! Searching everything from the bar.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn what_is_searched_for_is_found_wherever_it_is() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "access", "actor": { "kind": "human", "name": "Engineers" }, "body": "Somebody opens the quarterly ledger" });
    let event = case.rita.ok("POST", &case.at("events"), event).await["id"].as_str().expect("an id").to_string();
    let item = json!({ "title": "Close it", "kind": "prevent", "enforcement": "hard", "owner": "Wilhelmina" });
    case.rita.ok("POST", &case.at("remediations"), item).await;
    let hidden = json!({ "title": "A ledger that few may see", "visibility": "private" });
    case.rita.ok("POST", "/incidents", hidden).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;

    // The record that has the words, and the way to it; without case, by their beginning.
    let page = rita.get("/search?q=LEDG+quart").await;
    page.says("Agent answered in public, unasked").says("Somebody opens the quarterly ledger");
    assert!(page.html.contains(&format!("/incidents/INC-1/timeline?event={event}#event-{event}\"")), "{}", page.html);
    rita.get("/search?q=wilhelm").await.says("remediation Close it · Wilhelmina");
    rita.get("/search?q=ledger").await.says("A ledger that few may see");
    let vera = world.person("Vera", Role::Viewer).await;
    vera.get("/search?q=ledger").await.says("Somebody opens the quarterly ledger").says_not("few may see");

    // Pages by what they are for, a key as it is typed, and nothing.
    rita.get("/search?q=late+remed").await.says("Overdue remediation");
    rita.get("/search?q=invite").await.says("Nothing found");
    let admin = world.person("Ada", Role::Admin).await;
    admin.get("/search?q=invite").await.says("People").says_not("Nothing found");
    assert_eq!(rita.status("/search?q=+inc-1").await, (303, "/incidents/INC-1".into()));
    vera.get("/search?q=INC-2").await.says("Nothing found");
    rita.get("/search").await.says("Search for a key such as INC-12");
}
