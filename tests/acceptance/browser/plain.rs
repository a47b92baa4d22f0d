//! Everything works where no script runs.

use acceptance::world::PASSWORD;
use acceptance::{Browser, World};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_is_filed_and_written_up_without_scripts() {
    let world = World::start().await;
    let user = world.account("Rita", Role::Responder).await;
    let rita = world.program_of(&user, None).await;
    let browser = Browser::open(&world).await;
    browser.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.look("/incidents/new").await;
    assert!(browser.place().await.starts_with("/sign-in"));
    browser.type_into("[name=email]", "rita@example.org").await;
    browser.type_into("[name=password]", PASSWORD).await;
    browser.click("#sign-in button").await;
    browser.until("she is where she wanted to be", "location.pathname === '/incidents/new'").await;
    assert_eq!(browser.js("document.documentElement.dataset.awake === undefined").await, true, "no script runs");
    browser.type_into("#incident-title", "Agent answered in public").await;
    browser.click("#incident button[type=submit]").await;
    browser.until("the incident is filed", "location.pathname === '/incidents/INC-1'").await;
    browser.look("/incidents/INC-1/timeline").await;
    browser.click("#open-add-event > summary").await;
    browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
    browser.type_into("#add-event-actor-name", "forum-agent").await;
    browser.type_into("#add-event-body", "The agent answers, unasked.").await;
    browser.click("#add-event button[type=submit]").await;
    browser
        .until("the event is shown", "document.querySelector('.ev')?.innerText.includes('The agent answers, unasked.')")
        .await;
    browser.click("#open-add-event > summary").await;
    browser.type_into("#add-event-time", "the day before never").await;
    browser.type_into("#add-event-body", "The asker follows <the> advice & more.").await;
    browser.click("#add-event button[type=submit]").await;
    browser.until("the sentence is beside the field", "document.querySelector('#add-event-time-error')").await;
    assert_eq!(browser.value("#add-event-time").await, "the day before never");
    assert_eq!(browser.value("#add-event-body").await, "The asker follows <the> advice & more.");
    assert_eq!(browser.js("document.querySelector('#open-add-event').open").await, true, "the form is open");
    let events = rita.ok("GET", "/incidents/INC-1/events", Value::Null).await;
    assert_eq!(events["items"].as_array().map(Vec::len), Some(1), "{events}");
}
