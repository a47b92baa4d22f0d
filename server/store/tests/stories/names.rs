//! What accounts are called, and what they were.

use domain::access::{Permit, Role};
use domain::review::ReviewDraft;
use domain::timeline::EventDraft;
use domain::{Id, Key};
use serde_json::json;
use store::{NewUser, Store, User};

use crate::world::{World, ada, refusal};

on_both_engines!(
    no_two_accounts_look_the_same,
    two_at_once_do_not_take_one_name,
    names_are_filled_in_from_what_was_written,
    a_case_file_is_told_of_a_later_name,
    an_account_made_elsewhere_is_known_at_once,
);

fn new(name: &str) -> NewUser {
    let email = format!("{}@example.org", store::unique().simple());
    NewUser { email, name: name.into(), role: Role::Reviewer, password: "correct horse battery staple".into() }
}

async fn user(world: &World, name: &str) -> User {
    world.store.create_user(&ada(), new(name)).await.unwrap()
}

async fn no_two_accounts_look_the_same(world: World) {
    let grace = user(&world, "Grace").await;
    for name in ["GRACE", "Grасе", "ｇｒａｃｅ", " Grace "] {
        assert_eq!(refusal(world.store.create_user(&ada(), new(name)).await).field.as_deref(), Some("name"), "{name}");
    }
    let eve = user(&world, "Eve").await;
    assert_eq!(refusal(world.store.set_name(&eve.actor(), "grace").await).field.as_deref(), Some("name"));
    world.store.set_name(&grace.actor(), "G. Hopper").await.unwrap();
    assert_eq!(refusal(world.store.set_name(&eve.actor(), "grace").await).field.as_deref(), Some("name"));
    world.store.set_name(&grace.actor(), "Grace").await.unwrap();
    world.store.set_name(&eve.actor(), "Ju\u{308}rg").await.unwrap();
    assert_eq!(world.store.user(&eve.id).await.unwrap().name, "Jürg");
    let directory = world.store.directory().await.unwrap();
    let names = |id: &Id| directory.names_of(id).iter().filter(|name| !name.contains('@')).cloned().collect::<Vec<_>>();
    assert_eq!(names(&grace.id).len(), 2);
    assert!(names(&eve.id).contains(&"Eve".to_string()));
    assert_eq!(directory.account_named("g. HOPPER").map(|person| person.id.clone()), Some(grace.id));
}

async fn two_at_once_do_not_take_one_name(world: World) {
    let tries = (0..8).map(|number| {
        world.store.create_user(Box::leak(Box::new(ada())), new(if number % 2 == 0 { "Grace" } else { "GRACE" }))
    });
    let made = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
}

async fn names_are_filled_in_from_what_was_written(world: World) {
    let grace = user(&world, "Grace").await;
    world.file(&grace_as(&grace, "Grace"), json!({})).await.unwrap();
    world.store.set_name(&grace.actor(), "G. Hopper").await.unwrap();
    // As it was before names were kept.
    world.sql("delete from account_names").await;
    world.sql("delete from settings where name = 'names'").await;
    let again = Store::open(&world.settings).await.unwrap();
    let directory = again.directory().await.unwrap();
    let names = directory.names_of(&grace.id);
    for name in ["Grace", "G. Hopper", grace.email.as_str()] {
        assert!(names.contains(&name.to_string()), "{name} is not in {names:?}");
    }
    assert_eq!(refusal(again.create_user(&ada(), new("grace")).await).field.as_deref(), Some("name"));
}

fn grace_as(user: &User, name: &str) -> store::Actor {
    let mut actor = user.actor();
    actor.role = Role::Admin;
    actor.person.name = name.into();
    actor
}

/// Reviews something as Grace, in an incident in which Mary acts.
async fn reviewed(world: &World, grace: &User) -> Key {
    let key = world.incident(json!({})).await;
    let event = json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": "Mary"}});
    world.add::<EventDraft>(&ada(), key, event).await.unwrap();
    let upload = domain::evidence::Upload {
        id: None,
        name: "gateway.jsonl".into(),
        sha256: "0".repeat(64),
        bytes: 1,
        format: "jsonl".into(),
        lines: Some(1),
        source: None,
        collector: None,
    };
    let item = world.store.enter(&ada(), key, Permit::Edit, |entry| entry.add_evidence(upload)).await.unwrap().value;
    let review = json!({"evidence": item, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "outcome": "none"});
    world.add::<ReviewDraft>(&grace_as(grace, "Grace"), key, review).await.unwrap();
    key
}

async fn a_case_file_is_told_of_a_later_name(world: World) {
    let grace = user(&world, "Grace").await;
    let (key, other) = (reviewed(&world, &grace).await, world.incident(json!({"visibility": "private"})).await);
    let version = world.store.version(&ada(), other).await.unwrap();
    assert_eq!(world.store.dossier(&ada(), key).await.unwrap().facts().incident_actors, ["Mary"]);
    world.store.set_name(&grace.actor(), "Mary").await.unwrap();
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    assert_eq!(dossier.facts().incident_actors, ["Mary", "Grace"]);
    assert_eq!(world.store.version(&ada(), other).await.unwrap(), version, "others are left alone");
    let told = dossier.version;
    world.store.tell_names().await.unwrap();
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), told, "it is told once");
}

async fn an_account_made_elsewhere_is_known_at_once(world: World) {
    let other = Store::open(&world.settings).await.unwrap();
    assert!(world.store.known().await.unwrap().is_empty());
    let nadia = other.create_user(&ada(), new("Nadia")).await.unwrap();
    assert_eq!(
        world.store.known().await.unwrap().iter().map(|known| known.name.as_str()).collect::<Vec<_>>(),
        ["Nadia"]
    );
    other.set_name(&nadia.actor(), "N. Petrova").await.unwrap();
    assert_eq!(world.store.known().await.unwrap()[0].name, "N. Petrova");
    other.disable_user(&ada(), &nadia.id).await.unwrap_err();
    let mia = other.create_user(&ada(), NewUser { role: Role::Admin, ..new("Mia") }).await.unwrap();
    other.disable_user(&mia.actor(), &nadia.id).await.unwrap();
    assert_eq!(world.store.known().await.unwrap().len(), 1);
}
