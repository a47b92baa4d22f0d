//! How the ways to stop agents are set up.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

use super::Watched;

#[tokio::test]
async fn a_stop_is_added_tried_edited_and_retired() {
    let world = World::start_stopping("stop.example.org").await;
    let (ada, vera) = (world.person("Ada", Role::Admin).await, world.person("Vera", Role::Viewer).await);
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    ada.get("/watch/stops").await.says("No stop is set up yet").says("Read the recipes");
    vera.get("/watch/stops/recipes").await.says("Okta: deactivate an app").says("Does not stop");
    let page = ada.get("/watch/stops/new").await;
    let sent = [
        ("name", "Directory"),
        ("kind", "http"),
        ("method", "PATCH"),
        ("url", "https://elsewhere.example.org/{{agent.identifier}}"),
        ("headers.0.name", "authorization"),
        ("headers.0.value", "Bearer {{secret:INQUEST_SECRET_DIRECTORY}}"),
        ("template", "{\"enabled\": false, \"who\": \"{{agent.name}}\"}"),
        ("agents:l", "thread-agent"),
    ];
    let refused = ada.submit(&page, "stop", &sent).await;
    refused.has_status(422).says("Nothing may be sent to elsewhere.example.org");
    assert_eq!(refused.form("stop").value("headers.0.value"), sent[5].1);
    let fields = [("url", "https://stop.example.org/{{agent.identifier}}"), ("headers.0.value", "Bearer mine")];
    let refused = ada.submit(&refused, "stop", &fields).await;
    refused.has_status(422).says("is a secret, and secrets are never kept here");
    let fields = [(fields[0].0, fields[0].1), (sent[5].0, sent[5].1)];
    let shown = ada.submit(&refused, "stop", &fields).await;
    shown.has_status(200).says("What would be sent").says("PATCH https://stop.example.org/example-client-id");
    shown.says("authorization: Bearer {{secret:INQUEST_SECRET_DIRECTORY}}").says("\"who\":\"example-agent\"");
    shown.says("does not have INQUEST_SECRET_DIRECTORY").says("thread-agent");
    vera.get(&shown.path).await.says("Directory").says_not("What would be sent");

    let edited = ada.submit(&shown, "edit-stop", &[("undone_by", "Enable it again."), ("is_dry_run:b", "true")]).await;
    edited.has_status(200).says("Enable it again.").says("This is a dry run");
    let stops = watched.admin().ok("GET", "/stops", Value::Null).await;
    assert_eq!(stops["items"][0]["agents"], json!([watched.agent]));
    ada.get("/watch/stops").await.says("Directory").says("dry run").says("thread-agent");
    ada.submit(&edited, "retire", &[]).await.has_status(200).says("No stop is set up yet");
    ada.get(&edited.path).await.says("This stop is not used any more.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_edit_a_stop_at_once_neither_takes_back_what_the_other_wrote() {
    let world = World::start_stopping("stop.example.org").await;
    let root = world.program("Root", Role::Admin, None).await;
    let stop = json!({ "name": "Gateway", "url": "https://stop.example.org", "secret": "INQUEST_SECRET_STOP" });
    let made = root.ok("POST", "/stops", stop).await;
    let at = format!("/stops/{}", super::id(&made));
    for round in 1..=20 {
        let (quiet, undone) = (json!({ "quiet_seconds": round }), json!({ "undone_by": format!("By hand, {round}.") }));
        tokio::join!(root.ok("PATCH", &at, quiet), root.ok("PATCH", &at, undone));
        let stored = root.ok("GET", &at, Value::Null).await;
        assert_eq!(
            (stored["quiet_seconds"].as_i64(), stored["undone_by"].as_str()),
            (Some(round), Some(format!("By hand, {round}.").as_str()))
        );
    }
}
