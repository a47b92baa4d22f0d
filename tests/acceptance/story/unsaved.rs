//! What was typed and not saved: kept for its author, offered again, gone when it is saved or thrown away.

use acceptance::{Case, Person, World};
use serde_json::{Value, json};
use store::testing::Postgres;

const PAGE: &str = "/incidents/INC-1/postmortem?edit=summary";

/// What the browser's part sends a moment after the last key.
async fn types(person: &Person, page: &str, form: &str, body: &str) {
    types_in("", person, page, form, body).await;
}

/// The same of one of several open pages.
async fn types_in(tab: &str, person: &Person, page: &str, form: &str, body: &str) {
    let found = person.get(page).await.form(form);
    let mut fields = found.fill(&[("body", body)]);
    fields.push(("page".into(), tab.into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(person.knock("/incidents/INC-1/unsaved", &fields).await.status, 204);
}

async fn start() -> (World, Case, Person) {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    (world, case, rita)
}

#[tokio::test]
async fn what_was_typed_is_offered_where_it_was_typed() {
    let (world, case, rita) = start().await;
    types(&rita, PAGE, "write-summary", "The asker follows <b>the advi").await;
    let page = rita.get(PAGE).await;
    page.says("You typed this on").says("and did not save it: The asker follows <b>the advi");
    assert_eq!(page.form("write-summary").value("body"), "", "nothing is filled in unasked");
    let page = rita.get(&format!("{PAGE}&use=write-summary")).await;
    page.says_not("You typed this on");
    assert_eq!(page.form("write-summary").value("body"), "The asker follows <b>the advi");
    // Other pages say where it is; others do not see it.
    rita.get("/incidents/INC-1/gaps").await.says("You typed this on").says("Use it");
    let grace = Person::sign_in(&world.url, "grace@example.org").await;
    grace.get(PAGE).await.says_not("You typed this on");
    // Saved, it is gone.
    rita.submit(&page, "write-summary", &[]).await.has_status(200).says_not("You typed this on");
    assert_eq!(
        case.rita.ok("GET", &case.at("sections"), Value::Null).await["items"][0]["body"],
        "The asker follows <b>the advi"
    );
    rita.get("/incidents/INC-1/gaps").await.says_not("You typed this on");
}

#[tokio::test]
async fn a_second_text_of_the_same_form_is_kept_beside_the_first() {
    let (_world, case, rita) = start().await;
    types_in("morning", &rita, PAGE, "write-summary", "first thought").await;
    types_in("noon", &rita, PAGE, "write-summary", "second thought").await;
    rita.get(PAGE).await.says("first thought").says("second thought");
    // The one that is used is in the form, and no more beside it; the other one waits on.
    let page = rita.get(&format!("{PAGE}&use=write-summary&typed=morning")).await;
    assert_eq!(page.form("write-summary").value("body"), "first thought");
    page.says("second thought");
    rita.submit(&page, "write-summary", &[]).await.has_status(200).says("second thought");
    assert_eq!(case.rita.ok("GET", &case.at("sections"), Value::Null).await["items"][0]["body"], "first thought");
    let page = rita.get(PAGE).await;
    let discard = page.form_to("/unsaved/delete");
    rita.submit(&page, &discard.id, &[]).await.has_status(200).says_not("second thought");
}

#[tokio::test]
async fn what_is_thrown_away_is_gone_and_the_log_never_knew() {
    let (world, _, rita) = start().await;
    let before = world.store.verify(None).await.expect("verified").changes;
    types(&rita, PAGE, "comment-on-section_2fsummary", "Is that so?").await;
    let page = rita.get(PAGE).await;
    let throw = page.form_to("/unsaved/delete");
    let page = rita.submit(&page, &throw.id, &[]).await;
    page.has_status(200).says_not("You typed this on");
    assert_eq!(world.store.verify(None).await.expect("verified").changes, before);
}

#[tokio::test]
async fn text_used_late_still_meets_what_others_wrote_since() {
    let (_world, case, rita) = start().await;
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": "as first written" })).await;
    types(&rita, PAGE, "write-summary", "what Rita wrote").await;
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": "what somebody else wrote" })).await;
    let page = rita.get(&format!("{PAGE}&use=write-summary")).await;
    let page = rita.submit(&page, "write-summary", &[]).await;
    page.has_status(412).says("what somebody else wrote").says("what Rita wrote");
    // The conflict is left unsettled: the text is not lost.
    rita.get("/incidents/INC-1").await.says("what Rita wrote");
    let settle = page.form_to("/sections/summary");
    rita.submit(&page, &settle.id, &[]).await.has_status(200).says_not("You typed this on");
    rita.get("/incidents/INC-1").await.says_not("You typed this on");
}

/// A form that is refused comes back; what others wrote meanwhile must not be undone when it is sent again.
#[tokio::test]
async fn a_form_sent_again_takes_nothing_back() {
    let (_world, case, rita) = start().await;
    let event = json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "resource": "forum", "body": "as reported" });
    let id = case.rita.ok("POST", &case.at("events"), event).await["id"].as_str().expect("an id").to_string();
    let page = rita.get(&format!("/incidents/INC-1/timeline?edit={id}")).await;
    let path = case.at(&format!("events/{id}"));
    case.rita.ok("PATCH", &path, json!({ "resource": "forum/thread-9" })).await;
    let page = rita.submit(&page, "edit-event", &[("body", "what Rita wrote"), ("time", "25:00")]).await;
    page.has_status(422);
    rita.get("/incidents/INC-1").await.says("what Rita wrote");
    rita.submit(&page, "edit-event", &[("time", "2026-03-18 17:00 UTC")]).await.has_status(200);
    let stored = case.rita.ok("GET", &path, Value::Null).await;
    assert_eq!((&stored["resource"], &stored["body"]), (&json!("forum/thread-9"), &json!("what Rita wrote")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_offers_it_too() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("unsaved").await.expect("a database");
    let (mut one, other) = (World::start_on(&url).await, World::start_on(&url).await);
    Case::filed(&one).await;
    let rita = Person::sign_in(&one.url, "rita@example.org").await;
    types(&rita, PAGE, "write-summary", "The asker follows the advi").await;
    one.stop().await;
    let rita = Person::sign_in(&other.url, "rita@example.org").await;
    rita.get(PAGE).await.says("The asker follows the advi");
}

#[tokio::test]
async fn more_than_is_kept_is_refused_in_a_sentence() {
    let (_world, _, rita) = start().await;
    let long = "x".repeat(600_000);
    let fields = [("form", "write-summary"), ("keep", "sections/summary"), ("body", long.as_str())];
    let answer = rita.knock("/incidents/INC-1/unsaved", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("512 KB"), "{}", answer.body);
}
