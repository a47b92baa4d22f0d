//! Who is here, and what has just changed.

use acceptance::{Case, Page, Person, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::testing::Postgres;

const HERE: &str = "/incidents/INC-1/here";

async fn beat(person: &Person, page: &str, place: &str, at: &str) {
    let sent = person.knock(HERE, &[("page", page), ("place", place), ("at", at)]).await;
    assert_eq!(sent.status, 204, "{}", sent.body);
}

#[tokio::test]
async fn everybody_sees_who_is_here_and_what_they_edit() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "verb": "post", "actor": { "kind": "agent", "name": "forum-agent" }, "body": "x" });
    let event = case.rita.ok("POST", &case.at("events"), event).await["id"].as_str().expect("an id").to_string();
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let grace = Person::sign_in(&world.url, "grace@example.org").await;
    rita.get("/incidents/INC-1/gaps").await.says_not("Here now");
    let changes = case.rita.ok("GET", &case.at("changes"), Value::Null).await;
    beat(&grace, "g", "sections/what_happened", "/incidents/INC-1/postmortem?edit=what_happened").await;
    rita.get("/incidents/INC-1/gaps").await.says("Here now").says("Grace writes “What happened”");
    beat(&grace, "g", &format!("events/{event}"), "/incidents/INC-1/timeline").await;
    beat(&rita, "r", "", "/incidents/INC-1/gaps").await;
    let part = rita.get(HERE).await;
    part.says("forum-agent").says("Rita (you) reads Control gaps");
    assert!(part.html.contains(&format!("#event-{event}")), "{}", part.html);
    assert!(!part.html.contains("<html"), "a part, and no page");
    // Somewhere else is nowhere: an address of another place is not linked.
    beat(&grace, "g", "", "//evil.example/incidents/INC-1").await;
    assert!(!rita.get(HERE).await.html.contains("evil"));
    assert_eq!(grace.knock("/incidents/INC-1/here/delete", &[("page", "g")]).await.status, 204);
    rita.get(HERE).await.says_not("Grace");
    assert_eq!(case.rita.ok("GET", &case.at("changes"), Value::Null).await, changes, "nothing of it is in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arrivals_are_told_on_both_nodes_and_change_no_version() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("here").await.expect("a database");
    let (one, other) = (World::start_on(&url).await, World::start_on(&url).await);
    let case = Case::filed(&one).await;
    let alan = other.program("Ada", Role::Viewer, None).await;
    let (mut here, mut there) = (case.rita.follow("INC-1").await, alan.follow("INC-1").await);
    let version = here.next().await;
    assert_eq!(there.next().await, version);
    let grace = Person::sign_in(&one.url, "grace@example.org").await;
    beat(&grace, "g", "", "/incidents/INC-1").await;
    for stream in [&mut here, &mut there] {
        let told = stream.named("presence").await;
        assert!(!told.contains("id:"), "it has no version: {told}");
    }
    let ada = Person::sign_in(&other.url, "ada@example.org").await;
    ada.get("/incidents/INC-1").await.says("Grace reads Overview");
    assert_eq!(alan.ok("GET", "/incidents/INC-1", Value::Null).await["revision"].as_u64(), version);
}

#[tokio::test]
async fn an_open_page_is_told_what_others_changed() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let grace = Person::sign_in(&world.url, "grace@example.org").await;
    let since = case.rita.ok("GET", "/incidents/INC-1", Value::Null).await["revision"].as_u64().expect("a revision");
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": "an <i>answer</i>" })).await;
    let told = news(&grace, since).await;
    assert!(told.contains("Rita wrote") && told.contains("History"), "{told}");
    assert!(told.contains("narrative-summary"), "{told}");
    assert!(told.contains(&format!("history#change-{}", since + 1)), "{told}");
    let own = news(&rita, since).await;
    assert!(!own.contains("Rita wrote") && !own.contains("narrative"), "what one did oneself is no news: {own}");
    case.rita.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    let told = news(&grace, since).await;
    assert!(told.contains("after another change"), "{told}");
    assert_eq!(news(&grace, 9999).await, "");
    assert_eq!(part(&grace.get("/incidents/INC-1").await.html), "", "nobody is told who does not ask");
}

/// What an open page that shows a version is told when it fetches itself.
async fn news(person: &Person, shown: u64) -> String {
    let request = person.request("GET", "/incidents/INC-1").header("inquest-shown", shown);
    let page = Page::read(request.send().await.expect("an answer")).await;
    page.has_status(200);
    part(&page.html)
}

/// The news in a page; nothing where it has none.
fn part(html: &str) -> String {
    let news = html.split_once("id=\"news\"").map(|(_, rest)| rest.split("</p>").next().unwrap_or_default());
    news.unwrap_or_default().to_string()
}
