//! Live: “something changed, ask again”.

use std::time::Duration;

use acceptance::{Program, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::testing::Postgres;

async fn filed(world: &World) -> Program {
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    rita
}

async fn edit(who: &Program, title: &str) -> u64 {
    let edited = who.ok("PATCH", "/incidents/INC-1", json!({ "title": title })).await;
    edited["revision"].as_u64().expect("a revision")
}

#[tokio::test]
async fn the_first_event_is_the_version_and_an_edit_of_somebody_else_arrives() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let grace = world.program("Grace", Role::Viewer, None).await;
    let shown = grace.ok("GET", "/incidents/INC-1", Value::Null).await["revision"].as_u64();
    let mut stream = grace.follow("INC-1").await;
    assert_eq!(stream.next().await, shown);
    let version = edit(&rita, "Agent answered, unasked").await;
    assert_eq!(stream.next().await, Some(version));
    // An edit that changes nothing is no news, and neither is another incident.
    edit(&rita, "Agent answered, unasked").await;
    rita.ok("POST", "/incidents", json!({ "title": "Another" })).await;
    let version = edit(&rita, "Agent answered, unasked, in public").await;
    assert_eq!(stream.next().await, Some(version));
}

#[tokio::test]
async fn everybody_who_follows_is_told() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let person = world.person("Vera", Role::Viewer).await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = rita.follow("INC-1").await;
        stream.next().await;
        streams.push(stream);
    }
    let page = person.request("GET", "/incidents/INC-1/live").send().await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/event-stream", "a page follows by its session");
    assert!(page.headers().get("content-encoding").is_none(), "a stream that is packed arrives late");
    let version = edit(&rita, "Agent answered, unasked").await;
    for stream in &mut streams {
        assert_eq!(stream.next().await, Some(version));
    }
}

#[tokio::test]
async fn a_stream_that_began_late_misses_nothing() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let writer = rita.clone();
    let writing = tokio::spawn(async move {
        let mut last = 0;
        for number in 0..30 {
            last = edit(&writer, &format!("Title {number}")).await;
        }
        last
    });
    let mut stream = rita.follow("INC-1").await;
    let last = writing.await.expect("written");
    stream.until(last).await;
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let mut world = World::start().await;
    let rita = filed(&world).await;
    let mut streams = [rita.follow("INC-1").await, rita.follow("INC-1").await];
    for stream in &mut streams {
        stream.next().await;
    }
    tokio::time::timeout(Duration::from_secs(5), world.stop()).await.expect("the server stops in time");
    for stream in &mut streams {
        assert_eq!(stream.next().await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_on_one_server_is_told_on_the_other() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("live").await.expect("a database");
    let (one, mut other) = (World::start_on(&url).await, World::start_on(&url).await);
    let rita = filed(&one).await;
    let grace = other.program("Grace", Role::Responder, None).await;
    let (mut here, mut there) = (rita.follow("INC-1").await, grace.follow("INC-1").await);
    here.next().await;
    there.next().await;
    let version = edit(&rita, "Edited here").await;
    there.until(version).await;
    assert_eq!(grace.ok("GET", "/incidents/INC-1", Value::Null).await["title"], "Edited here");
    let version = edit(&grace, "Edited there").await;
    here.until(version).await;
    assert_eq!(rita.ok("GET", "/incidents/INC-1", Value::Null).await["title"], "Edited there");
    // What crosses on two servers is a conflict as on one.
    let seen = rita.ok("GET", "/incidents/INC-1", Value::Null).await["version"].as_u64();
    edit(&grace, "Theirs").await;
    let (status, conflict) = rita.call_seen("PATCH", "/incidents/INC-1", json!({ "title": "Mine" }), seen).await;
    assert_eq!((status, &conflict["theirs"]["title"]), (412, &json!("Theirs")));
    other.stop().await;
    edit(&rita, "One goes on alone").await;
    assert!(one.store.verify(None).await.expect("verified").is_whole());
}
