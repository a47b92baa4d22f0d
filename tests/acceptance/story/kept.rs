//! What was typed comes back where it cannot be stored at the moment, without JavaScript as well.

use acceptance::{Case, Page, Person, World};
use domain::access::Role;
use serde_json::json;
use store::{Settings, Store};

const BODY: &str = "Half an hour of typing,\nwith <b>marks</b> & more";

/// Fills in the form of a new event and sends it.
async fn send(rita: &Person, page: &Page) -> Page {
    let fields = [("time", "2026-03-18 17:10 UTC"), ("actor.name", "Invoker"), ("kind", "message"), ("body", BODY)];
    rita.submit(page, "add-event", &fields).await
}

/// The page has all that was typed, seen or unseen, in a form for the same place.
fn holds_all(page: &Page) {
    page.says("Nothing you typed is lost").says("Send it again");
    let form = page.form("kept");
    assert_eq!(form.action, "/incidents/INC-1/events");
    for (name, value) in [("time", "2026-03-18 17:10 UTC"), ("actor.name", "Invoker"), ("kind", "message")] {
        assert_eq!(form.value(name), value);
    }
    assert_eq!(form.value("body").replace("\r\n", "\n"), BODY);
    assert_eq!(form.value("at"), "/incidents/INC-1/timeline", "should it be refused, the page comes back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_was_signed_out_sends_it_again() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents/INC-1/timeline").await;
    let before = case.rita.ok("GET", "/incidents/INC-1/events", json!(null)).await["items"].as_array().map(Vec::len);
    rita.post("/sign-out", &[]).await;
    let kept = send(&rita, &page).await;
    kept.has_status(401).says("You were signed out before this was sent");
    holds_all(&kept);
    let again = rita.send_form(kept.form("kept")).await;
    again.has_status(401);
    let fields = [("email", "rita@example.org"), ("password", acceptance::world::PASSWORD)];
    rita.post("/sign-in", &fields).await.has_status(200);
    rita.send_form(again.form("kept")).await.has_status(200).says("Half an hour of typing");
    let after = case.rita.ok("GET", "/incidents/INC-1/events", json!(null)).await["items"].as_array().map(Vec::len);
    assert_eq!(after, before.map(|count| count + 1), "stored once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_does_not_answer_takes_nothing_that_was_typed() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents/INC-1/timeline").await;
    world.store.close().await;
    let kept = send(&rita, &page).await;
    kept.has_status(503).says("nothing was changed");
    holds_all(&kept);
    let form = rita.request("POST", "/incidents/INC-1/events").form(&[("body", BODY)]).send().await.expect("an answer");
    assert!(form.headers().get("refresh").is_none(), "there is no page at the address of a form");
    let shown = rita.request("GET", "/incidents/INC-1/timeline").send().await.expect("an answer");
    assert_eq!((shown.status().as_u16(), &shown.headers()["retry-after"]), (503, &"2".parse().expect("a value")));
    assert_eq!(shown.headers()["refresh"], "3", "the page tries again by itself");
    let told = case.rita.refused(503, "PATCH", "/incidents/INC-1", json!({ "title": "Another" })).await;
    assert!(told.contains("nothing was changed"), "{told}");
    let again = Store::open(&Settings::in_dir(world.folder())).await.expect("the store opens");
    assert!(again.verify(None).await.expect("verified").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_stands_on_no_page() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let page = rita.get("/account").await;
    rita.post("/sign-out", &[]).await;
    let fields = [("current", acceptance::world::PASSWORD), ("new", "another long pass phrase")];
    let kept = rita.submit(&page, "password", &fields).await;
    kept.has_status(401).says("Send it again");
    assert!(!kept.html.contains("pass phrase") && !kept.html.contains(acceptance::world::PASSWORD), "{}", kept.html);
    assert_eq!(kept.form("kept").value("new"), "");
}
