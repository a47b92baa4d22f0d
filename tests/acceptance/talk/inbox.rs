//! Mentions, and the page of what awaits.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_mention_is_marked_listed_and_answered() {
    let world = World::start().await;
    let (ada, grace) = (world.person("Ada", Role::Responder).await, world.person("Grace", Role::Reviewer).await);
    ada.post("/incidents", &[("title", "Agent answered in public")]).await.has_status(200);
    ada.upload("INC-1", "audit.jsonl", "{}").await.has_status(200);
    grace.get("/inbox").await.says("You’re all caught up");
    let page = ada.get("/incidents/INC-1/evidence").await;
    let id = page.form_to("/comments").value("about");
    let form = page.form_to("/comments").id;
    let page = ada.submit(&page, &form, &[("body", "@grace can you read this? Mail a@grace.example.")]).await;
    page.has_status(200);
    assert!(page.html.contains("<b class=\"mention\">@grace</b>"), "{}", page.html);
    assert_eq!(page.html.matches("class=\"mention\"").count(), 1);
    let inbox = grace.get("/inbox").await;
    inbox.says("Mentions 1").says("@grace can you read this?").says("1 thing for you");
    grace.get("/incidents").await.says("1 thing for you");
    ada.get("/inbox").await.says("You’re all caught up");
    grace.post("/incidents/INC-1/comments", &[("about", &id), ("body", "I did.")]).await.has_status(200);
    grace.get("/inbox").await.says("You’re all caught up");
    let program = world.program("Alan", Role::Reviewer, None).await;
    let nowhere = json!({ "about": "event/of-nowhere", "body": "Where?" });
    let sentence = program.refused(422, "POST", "/incidents/INC-1/comments", nowhere).await;
    assert!(sentence.contains("A comment is about an event, evidence"), "{sentence}");
}

#[tokio::test]
async fn approvals_and_due_items_await_those_who_may() {
    let world = World::start().await;
    let (ada, grace, vera) = (
        world.program("Ada", Role::Responder, None).await,
        world.program("Grace", Role::Reviewer, None).await,
        world.program("Vera", Role::Viewer, None).await,
    );
    ada.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let item =
        json!({ "title": "Ask first", "kind": "prevent", "enforcement": "hard", "owner": "Ada", "due": "2020-01-01" });
    ada.ok("POST", "/incidents/INC-1/remediations", item).await;
    ada.ok("POST", "/incidents/INC-1/postmortem/submit", json!({})).await;
    let of = async |program: &acceptance::Program| program.ok("GET", "/inbox", Value::Null).await;
    assert_eq!(of(&grace).await["asked"][0]["ask"], "approval");
    assert_eq!(of(&vera).await, json!({ "asked": [], "due": [], "reviews": [], "containments": [] }));
    let own = of(&ada).await;
    assert_eq!(
        (own["asked"].as_array().map(Vec::len), &own["due"][0]["remediation"]["title"]),
        (Some(0), &json!("Ask first"))
    );
    grace.ok("POST", "/incidents/INC-1/postmortem/approve", json!({})).await;
    assert_eq!(of(&grace).await["asked"], json!([]));
}
