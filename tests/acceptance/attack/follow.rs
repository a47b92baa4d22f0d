//! Who may hear of an incident is asked again while they listen.

use std::time::Duration;

use acceptance::stream::Stream;
use acceptance::world::email;
use acceptance::{Person, Program, World};
use domain::Key;
use domain::access::Role;
use serde_json::{Value, json};
use store::Actor;
use store::testing::Postgres;

/// A private incident with Grace in it, written on one node.
async fn private(world: &World) -> Program {
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public", "visibility": "private" })).await;
    rita
}

async fn let_in(rita: &Program, email: &str) {
    rita.ok("POST", "/incidents/INC-1/members", json!({ "email": email })).await;
}

/// Nothing comes any more, and the stream ends.
async fn is_over(stream: &mut Stream) {
    assert_eq!(stream.next_event().await, None, "the stream has ended without a word");
}

async fn edit(rita: &Program, title: &str) {
    rita.ok("PATCH", "/incidents/INC-1", json!({ "title": title })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_was_taken_out_hears_nothing_more() {
    let world = World::start().await;
    let rita = private(&world).await;
    let grace = world.account("Grace", Role::Viewer).await;
    let_in(&rita, &grace.email).await;
    let mut program = world.program_of(&grace, None).await.follow("INC-1").await;
    let person = Person::sign_in(&world.url, &email("Grace")).await;
    let page = person.request("GET", "/incidents/INC-1/live").send().await.expect("an answer");
    let mut page = Stream::new(page);
    assert!(program.next().await.is_some() && page.next().await.is_some());
    rita.ok("DELETE", &format!("/incidents/INC-1/members/{}", grace.id), Value::Null).await;
    is_over(&mut program).await;
    is_over(&mut page).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_present_is_told_to_nobody_who_was_taken_out() {
    let world = World::start().await;
    let rita = private(&world).await;
    let admin = world.account("Ada", Role::Admin).await;
    let mut stream = world.program_of(&admin, None).await.follow("INC-1").await;
    stream.next().await;
    // An admin sees private incidents; a viewer who is no member does not. Nothing in the incident changes.
    let other = world.account("Alan", Role::Admin).await;
    world.store.set_role(&Actor::system(), &admin.id, Role::Viewer).await.expect("another role");
    let opened = world.store.incident(&other.actor(), Key(1)).await.expect("the incident");
    opened.be_present("p", "", "/incidents/INC-1").await.expect("present");
    is_over(&mut stream).await;
    drop(rita);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_a_token_and_a_session_that_ended_hear_nothing_more() {
    let world = World::start().await;
    let rita = private(&world).await;
    world.account("Alan", Role::Admin).await;
    let mut streams = Vec::new();
    for name in ["Disabled", "Revoked", "Out"] {
        let user = world.account(name, Role::Viewer).await;
        let_in(&rita, &user.email).await;
        let mut stream = match name {
            "Out" => {
                let person = Person::sign_in(&world.url, &email(name)).await;
                let page = person.request("GET", "/incidents/INC-1/live").send().await.expect("an answer");
                person.post("/sign-out", &[]).await;
                Stream::new(page)
            }
            _ => world.program_of(&user, None).await.follow("INC-1").await,
        };
        assert!(stream.next().await.is_some());
        match name {
            "Disabled" => world.store.disable_user(&Actor::system(), &user.id).await.expect("disabled"),
            "Revoked" => {
                let token = world.store.tokens(&Actor::system(), &user.id).await.expect("tokens")[0].id.clone();
                world.store.revoke_token(&Actor::system(), &user.id, &token).await.expect("revoked");
            }
            _ => {}
        }
        streams.push(stream);
    }
    edit(&rita, "Agent answered, unasked").await;
    for stream in &mut streams {
        is_over(stream).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_though_nothing_happens() {
    let world = World::start().await;
    let _rita = private(&world).await;
    let ada = world.account("Ada", Role::Admin).await;
    let mut stream = world.program_of(&ada, None).await.follow("INC-1").await;
    stream.next().await;
    let other = world.account("Alan", Role::Admin).await;
    world.store.disable_user(&other.actor(), &ada.id).await.expect("disabled");
    tokio::time::timeout(Duration::from_secs(15), is_over(&mut stream)).await.expect("it ends within the beat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_that_ends_on_one_node_ends_on_the_other() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("follow").await.expect("a database");
    let (one, other) = (World::start_on(&url).await, World::start_on(&url).await);
    let rita = private(&one).await;
    one.account("Ada", Role::Admin).await;
    let grace = one.account("Grace", Role::Viewer).await;
    let alan = one.account("Alan", Role::Viewer).await;
    for user in [&grace, &alan] {
        let_in(&rita, &user.email).await;
    }
    let mut removed = other.program_of(&grace, None).await.follow("INC-1").await;
    let mut disabled = other.program_of(&alan, None).await.follow("INC-1").await;
    assert!(removed.next().await.is_some() && disabled.next().await.is_some());
    one.store.disable_user(&Actor::system(), &alan.id).await.expect("disabled");
    rita.ok("DELETE", &format!("/incidents/INC-1/members/{}", grace.id), Value::Null).await;
    is_over(&mut removed).await;
    is_over(&mut disabled).await;
}
