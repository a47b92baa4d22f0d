//! Names of accounts and titles: what is taken, and what looks like what is taken.

use acceptance::world::{PASSWORD, email};
use acceptance::{Person, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::{Actor, NewUser};

#[tokio::test]
async fn no_account_takes_a_name_that_looks_like_anothers() {
    let world = World::start().await;
    let hopper =
        NewUser { email: email("Grace"), name: "Grace Hopper".into(), role: Role::Reviewer, password: PASSWORD.into() };
    world.store.create_user(&Actor::system(), hopper).await.expect("the account opens");
    let eve = world.person("Eve", Role::Responder).await;
    let page = eve.get("/account").await;
    let alike = [
        "grace hopper",
        "Grace  HOPPER",
        "Grасе Норреr",
        "Gra\u{200b}ce Hopper",
        "\u{202e}Grace Hopper",
        "Ｇｒａｃｅ Hopper",
    ];
    for name in alike {
        let answer = eve.submit(&page, "account", &[("name", name)]).await;
        answer.has_status(422);
        let new =
            NewUser { email: "x@example.org".into(), name: name.into(), role: Role::Viewer, password: PASSWORD.into() };
        assert!(world.store.create_user(&Actor::system(), new).await.is_err(), "{name:?} is taken");
    }
    for blank in ["\u{200b}", "\u{3164}", " "] {
        eve.submit(&page, "account", &[("name", blank)]).await.has_status(422);
    }
    let answer = eve.submit(&page, "account", &[("name", "grace hopper")]).await;
    answer.says("another account");
    // Her own name in another spelling is hers.
    eve.submit(&page, "account", &[("name", "EVE")]).await.has_status(200);
    assert_eq!(world.store.user_by_email(&email("Eve")).await.expect("the account").name, "EVE");
}

#[tokio::test]
async fn an_invited_person_takes_no_name_of_another() {
    let world = World::start().await;
    world.account("Grace", Role::Reviewer).await;
    let ada = world.person("Ada", Role::Admin).await;
    let page = ada.get("/people").await;
    let page = ada.submit(&page, "invitation", &[("email", "new@example.org"), ("role", "reviewer")]).await;
    let (_, rest) = page.html.split_once("/invite/").expect("the link is shown");
    let link = format!("/invite/{}", rest.split('<').next().expect("a token"));
    let new = Person::stranger(&world.url);
    let page = new.get(&link).await;
    let page = new.submit(&page, "invite", &[("name", "GRACE"), ("password", PASSWORD)]).await;
    page.has_status(422).says("another account");
    let page = new.submit(&page, "invite", &[("name", "Nadia"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/", "the invitation still works");
}

#[tokio::test]
async fn a_name_that_somebody_had_stays_theirs() {
    let world = World::start().await;
    let (grace, eve) = (world.person("Grace", Role::Reviewer).await, world.person("Eve", Role::Reviewer).await);
    let rename = async |person: &Person, name: &str| {
        let page = person.get("/account").await;
        person.submit(&page, "account", &[("name", name)]).await.status
    };
    assert_eq!(rename(&grace, "G. Hopper").await, 200);
    assert_eq!(rename(&eve, "Grace").await, 422, "what Grace wrote bears this name");
    assert_eq!(rename(&grace, "Grace").await, 200);
}

#[tokio::test]
async fn titles_and_names_are_kept_composed_and_without_tricks() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    for title in ["\u{200b}", "\u{202e}gnp.exe", "\u{2066}x"] {
        rita.refused(422, "POST", "/incidents", json!({ "title": title })).await;
    }
    let made = rita.ok("POST", "/incidents", json!({ "title": "Cafe\u{301}\nposts\u{200b}" })).await;
    assert_eq!(made["title"], "Café posts");
    let key = made["key"].as_str().expect("a key");
    let path = format!("/incidents/{key}/principals");
    for name in ["\u{200b}", "Ze\u{200b}d", "\u{202e}deZ"] {
        rita.refused(422, "POST", &path, json!({ "kind": "human", "name": name })).await;
    }
    let made = rita.ok("POST", &path, json!({ "kind": "human", "name": "Ju\u{308}rg" })).await;
    assert_eq!(made["name"], "Jürg");
}

#[tokio::test]
async fn a_principal_that_looks_like_an_account_is_offered_for_linking() {
    let world = World::start().await;
    let user = world.account("Grace", Role::Reviewer).await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let made = rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let key = made["key"].as_str().expect("a key").to_string();
    rita.ok("POST", &format!("/incidents/{key}/events"), super::event("GRACE")).await;
    let listed = rita.ok("GET", &format!("/incidents/{key}/principals"), Value::Null).await;
    assert_eq!(listed["items"][0]["suggested_account"]["id"], json!(user.id), "{listed}");
    let page = Person::sign_in(&world.url, &email("Rita")).await;
    let shown = page.get(&format!("/incidents/{key}/principals")).await;
    shown.has_status(200).says("Is this the account of Grace?");
    let shown = page.press(&shown, "Yes, link GRACE to the account of Grace").await;
    shown.has_status(200).says("so cannot review this incident").says_not("Is this the account of");
    let listed = rita.ok("GET", &format!("/incidents/{key}/principals"), Value::Null).await;
    assert_eq!(listed["items"][0]["account"], json!(user.id));
}
