//! The log of the instance, read by admins and their programs.

use acceptance::world::{PASSWORD, email};
use acceptance::{Person, World};
use domain::access::Role;
use domain::canonical::canonical;
use domain::revision::digest;
use serde_json::{Value, json};

#[tokio::test]
async fn an_admin_reads_who_did_what_to_whom() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let rita = world.person("Rita", Role::Viewer).await;
    let id = world.store.user_by_email(&email("Rita")).await.expect("Rita's account").id;
    let people = ada.get("/people").await;
    people.says("Log of the instance");
    assert!(people.html.contains("href=\"/changes\""));
    ada.submit(&people, &format!("role-{id}"), &[("role", "responder")]).await.has_status(200);
    Person::stranger(&world.url).post("/sign-in", &[("email", &email("Rita")), ("password", "a guess")]).await;
    let log = ada.get("/changes").await;
    log.has_status(200).says("changed Rita’s role from viewer to responder").says("was refused: wrong password");
    log.says("inquest verify");
    let (refused, changed) = (log.html.find("was refused"), log.html.find("Rita’s role"));
    assert!(refused.is_some() && refused < changed, "the newest stands first");
    let of_rita = ada.get(&format!("/changes?person={id}&noun=account")).await;
    of_rita.says("Rita’s role").says_not("was refused").says_not("for Ada");
    ada.get("/changes?noun=nonsense").await.has_status(422);
    ada.get("/changes?noun=stop").await.says("No line matches");
    rita.get("/changes").await.has_status(403);
}

#[tokio::test]
async fn a_program_follows_the_log_and_its_chain() {
    let world = World::start().await;
    let admin = world.program("Ada", Role::Admin, None).await;
    admin.ok("POST", "/invitations", json!({ "email": "eve@example.org", "role": "viewer" })).await;
    let all = admin.ok("GET", "/changes", Value::Null).await;
    let items = all["items"].as_array().expect("lines").clone();
    let mut head = String::new();
    for line in &items {
        let (noun, id) = line["subject"].as_str().expect("a subject").split_once('/').expect("noun and id");
        let text = canonical(
            &json!({ "actor": line["actor"], "after": line["after"], "at": line["at"], "before": line["before"],
            "id": id, "kind": line["kind"], "noun": noun, "version": line["version"] }),
        );
        head = digest(format!("{head}{text}").as_bytes());
        assert_eq!(line["hash"], head.as_str(), "{line:#}");
    }
    let last = items.last().expect("a line");
    assert_eq!((&last["kind"], &last["after"]["email"]), (&json!("added"), &json!("eve@example.org")));
    assert!(!all.to_string().contains(PASSWORD) && !all.to_string().contains("$argon2"), "no secret is told");
    let first = admin.ok("GET", "/changes?limit=2", Value::Null).await;
    assert_eq!((first["items"].as_array().map(Vec::len), &first["next_cursor"]), (Some(2), &json!("2")));
    let next = admin.ok("GET", "/changes?limit=1&cursor=2", Value::Null).await;
    assert_eq!(next["items"][0]["version"], 3);
    let since = format!("/changes?since={}", last["version"]);
    assert_eq!(admin.ok("GET", &since, Value::Null).await["items"], json!([]));
    admin.refused(422, "GET", "/changes?until=3", Value::Null).await;
    let agent = world.program("Alan", Role::Admin, Some("scribe")).await;
    agent.refused(403, "GET", "/changes", Value::Null).await;
}
