//! Every record has its history, and a way back.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_version_is_restored_and_an_act_is_undone() {
    let world = World::start().await;
    let (ada, grace) = (world.person("Ada", Role::Responder).await, world.person("Grace", Role::Responder).await);
    ada.post("/incidents", &[("title", "Agent answered in public")]).await.has_status(200);
    let page = ada.get("/incidents/INC-1/gaps").await;
    let page = ada
        .submit(
            &page,
            "any-gap",
            &[("control", "authorization"), ("state", "absent"), ("statement", "Nobody asked first.")],
        )
        .await;
    page.has_status(200).says("Nobody asked first.").says("History of this");
    let (_, rest) = page.html.split_once("history?record=gap/").expect("a link to its history");
    let id = rest.split('"').next().expect("an id").to_string();
    let history = format!("/incidents/INC-1/history?record=gap/{id}");
    let page = grace.get(&format!("/incidents/INC-1/gaps?edit={id}")).await;
    grace.submit(&page, "edit-gap", &[("statement", "Nobody asked at first.")]).await.has_status(200);
    let page = ada.get(&history).await;
    page.has_status(200).says("The control gap “Authorization”").says("Grace").says("put in: at");
    assert!(
        page.html.contains("<ins>")
            && !page.html.contains("<del><span class=\"visually-hidden\">taken out: </span>Nobody"),
        "word by word"
    );
    // Ada was overtaken, Grace was not.
    ada.get("/incidents/INC-1/history").await.says("Grace changed the control gap").says("Its history");
    let head = grace.get("/incidents/INC-1/history").await;
    head.says("You last");
    let undone = grace.send_form(head.form_to("/undo")).await;
    undone.has_status(200);
    ada.get("/incidents/INC-1/gaps").await.says("Nobody asked first.");
    // The second version comes back by its button.
    let page = ada.get(&history).await;
    let restore = page.form_to("/changes/3/restore");
    let shown = ada.send_form(restore).await;
    shown.has_status(200);
    assert_eq!(shown.path, "/incidents/INC-1/history");
    shown.says("version 5");
    ada.get("/incidents/INC-1/gaps").await.says("Nobody asked at first.");
}

#[tokio::test]
async fn programs_restore_and_undo_as_well() {
    let world = World::start().await;
    let ada = world.program("Ada", Role::Responder, None).await;
    let reviewer = world.program("Rosa", Role::Reviewer, None).await;
    ada.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let claim = json!({ "statement": "Nobody read it", "field": "readers", "source": "Press", "source_kind": "press" });
    let id = ada.ok("POST", "/incidents/INC-1/claims", claim).await["id"].as_str().expect("an id").to_string();
    ada.ok("PATCH", &format!("/incidents/INC-1/claims/{id}"), json!({ "value": "none" })).await;
    let changes = ada.ok("GET", "/incidents/INC-1/changes", Value::Null).await;
    let added =
        changes["items"].as_array().expect("changes").iter().find(|change| change["subject"] == format!("claim/{id}"));
    let version = added.expect("the addition")["version"].as_u64().expect("a version");
    let restore = format!("/incidents/INC-1/changes/{version}/restore");
    reviewer.refused(403, "POST", &restore, json!({})).await;
    let restored = ada.ok("POST", &restore, json!({})).await;
    assert_eq!(
        (restored["subject"].as_str(), restored["record"]["value"].as_str()),
        (Some(format!("claim/{id}").as_str()), Some(""))
    );
    let undone = ada.ok("POST", "/incidents/INC-1/undo", json!({})).await;
    assert_eq!(undone["items"][0]["record"]["value"], "none");
    ada.upload("INC-1", "log.jsonl", b"{}\n".to_vec()).await;
    let sentence = ada.refused(409, "POST", "/incidents/INC-1/undo", json!({})).await;
    assert!(sentence.contains("withdraw the item"), "{sentence}");
}
