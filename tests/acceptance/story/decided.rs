//! What was decided is written down, and an event is tied to a ticket elsewhere.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_decision_is_recorded_corrected_and_found() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents/INC-1/claims").await;
    page.says("No decision is recorded yet");
    let typed = [("statement", "Suspend the agent"), ("time", "18 March 2026 17:40 CET"), ("decided_by", "")];
    let refused = rita.submit(&page, "add-decision", &typed).await;
    refused.has_status(422).says("Say who decided: a name or a role.");
    assert_eq!(refused.form("add-decision").value("statement"), "Suspend the agent", "what was typed stays");
    let rest = [("decided_by", "Ines Roe"), ("grounds", "It *posts* on.")];
    rita.submit(&refused, "add-decision", &rest).await.has_status(200).says("decided by Ines Roe");
    let decision = case.rita.ok("GET", &case.at("decisions"), Value::Null).await["items"][0].clone();
    assert_eq!((&decision["decided_by"], &decision["grounds"]), (&json!("Ines Roe"), &json!("It *posts* on.")));

    let id = decision["id"].as_str().expect("an id");
    let page = rita.get(&format!("/incidents/INC-1/claims?edit={id}")).await;
    let edited = [("statement", "Suspend the agent, and leave the forum open")];
    rita.submit(&page, "edit-decision", &edited).await.has_status(200).says("leave the forum open");
    rita.get("/incidents?q=leave+forum").await.has_status(200).says("INC-1");
    rita.get("/incidents/INC-1/history").await.has_status(200).says("recorded the decision");
}

#[tokio::test]
async fn a_ticket_is_shown_exported_and_found() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let vera = world.person("Vera", Role::Viewer).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": "It answers.", "ticket": "OPS-4711" });
    let event = case.rita.ok("POST", &case.at("events"), event).await;
    let id = event["id"].as_str().expect("an id").to_string();
    vera.get(&format!("/incidents/INC-1/timeline?edit={id}")).await.has_status(200).says("OPS-4711");
    let csv = case.rita.ask("GET", &case.at("export?format=csv"), &[], Value::Null).await.body;
    assert!(csv.contains(",ticket\n") && csv.contains(",OPS-4711\n"), "{csv}");
    rita.get("/incidents?q=4711").await.has_status(200).says("INC-1");
    let page = rita.get(&format!("/incidents/INC-1/timeline?edit={id}")).await;
    rita.submit(&page, "edit-event", &[("ticket", "OPS-4712")]).await.has_status(200);
    rita.get("/incidents/INC-1/history").await.has_status(200).says("OPS-4711").says("OPS-4712");
}
