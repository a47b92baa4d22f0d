//! Many hands: what is typed is kept, others are seen, and what they change is told.

use acceptance::{Person, World};
use domain::access::Role;
use serde_json::json;

use super::{HALF_TYPED, rita_at_work};

const SECTION: &str = "/incidents/INC-1/postmortem?edit=summary";
const FIELD: &str = "#write-summary-body";
/// What this browser keeps because it could not send it.
const SHELF: &str = "Object.keys(localStorage).filter((key) => key.startsWith('inquest-unsaved')).length";

/// Waits until the server has what was typed: another page of its author then offers it.
async fn is_kept(rita: &Person, words: &str) {
    for _ in 0..100 {
        if rita.get("/incidents/INC-1/gaps").await.text().contains(words) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the server never got “{words}”");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_offered_again() {
    let world = World::start().await;
    let (browser, program, _) = rita_at_work(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    browser.go(SECTION).await;
    browser.type_into(FIELD, HALF_TYPED).await;
    is_kept(&rita, HALF_TYPED).await;
    // What comes from this page is not offered on it, whoever else edits meanwhile.
    program.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    browser.says("Agent answered, unasked").await;
    assert_eq!(browser.js("document.querySelector('[data-unsaved]') === null").await, true);
    assert_eq!(browser.value(FIELD).await, HALF_TYPED);
    browser.js("void document.querySelector('form[data-dirty]').removeAttribute('data-dirty')").await;
    browser.go(SECTION).await;
    browser.says("You typed this on").await;
    assert_eq!(browser.value(FIELD).await, "");
    // A new text is kept beside the one that still waits.
    browser.type_into(FIELD, "Another beginning").await;
    is_kept(&rita, "Another beginning").await;
    is_kept(&rita, HALF_TYPED).await;
    browser.go(SECTION).await;
    browser.says("Another beginning").await;
    let discard = "[...document.querySelectorAll('[data-unsaved]')].find((offer) => offer.innerText.includes('Another')).querySelector('button').click()";
    browser.js(&format!("void {discard}")).await;
    browser.until("it is discarded", "document.querySelectorAll('[data-unsaved]').length === 1").await;
    browser.click("[data-unsaved] a").await;
    browser
        .until("it is in the field", &format!("document.querySelector('{FIELD}')?.value === {}", json!(HALF_TYPED)))
        .await;
    browser.awake().await;
    browser.type_into(FIELD, "ce.").await;
    browser.click("#write-summary button[type=submit]").await;
    browser.until("it is saved", "!document.querySelector('#write-summary')").await;
    browser.says(&format!("{HALF_TYPED}ce.")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    rita.get("/incidents/INC-1/gaps").await.says_not("You typed this on");
    assert_eq!(browser.log().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_offline_is_sent_later() {
    let world = World::start().await;
    let (browser, _, _) = rita_at_work(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    browser.go(SECTION).await;
    let network =
        |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.ask("Network.enable", json!({})).await;
    browser.ask("Network.emulateNetworkConditions", network(true)).await;
    browser.type_into(FIELD, HALF_TYPED).await;
    browser.until("the browser keeps it", &format!("{SHELF} === 1")).await;
    rita.get("/incidents/INC-1/gaps").await.says_not("You typed this on");
    browser.ask("Network.emulateNetworkConditions", network(false)).await;
    browser.until("the browser has sent it", &format!("{SHELF} === 0")).await;
    is_kept(&rita, HALF_TYPED).await;
    assert_eq!(browser.value(FIELD).await, HALF_TYPED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_seen_and_what_they_change_is_told() {
    let world = World::start().await;
    let (browser, _, event) = rita_at_work(&world).await;
    let user = world.account("Grace", Role::Responder).await;
    let (program, grace) =
        (world.program_of(&user, None).await, Person::sign_in(&world.url, "grace@example.org").await);
    browser.size(1280, 500).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.until("it follows", "document.querySelector('.live.on')").await;
    browser.until("Rita sees herself", "document.querySelector('#here')?.innerText.includes('Rita (you)')").await;
    browser.mark().await;
    browser.press("n").await;
    browser.type_into("#add-event-body", HALF_TYPED).await;
    browser.js("void window.scrollTo(0, 120)").await;
    let here = "(() => { const field = document.querySelector('#add-event-body'); return [document.activeElement === field, field.value, field.selectionStart, Math.round(window.scrollY)]; })()";
    let before = browser.js(here).await;
    for _ in 0..100 {
        if grace.get("/incidents/INC-1/gaps").await.text().contains("Rita adds an event") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    grace.get("/incidents/INC-1/gaps").await.says("Rita adds an event");
    let place = format!("events/{event}");
    grace
        .knock("/incidents/INC-1/here", &[("page", "g"), ("place", &place), ("at", "/incidents/INC-1/timeline")])
        .await;
    browser.until("Grace is here", "document.querySelector('#here')?.innerText.includes('Grace edits')").await;
    program.ok("PATCH", &format!("/incidents/INC-1/events/{event}"), json!({ "body": "the second wording" })).await;
    browser
        .until("the row is marked", &format!("document.getElementById('event-{event}').classList.contains('changed')"))
        .await;
    let told = browser.until("it is told", "document.querySelector('.toast')?.innerText").await;
    let told = told.as_str().unwrap_or_default().to_string();
    assert!(told.starts_with("Grace changed") && told.ends_with("History"), "{told}");
    browser.says("the second wording").await;
    assert_eq!(browser.js(here).await, before, "focus, text, caret and scroll are where they were");
    browser
        .until("the mark fades", &format!("!document.getElementById('event-{event}').classList.contains('changed')"))
        .await;
    grace.knock("/incidents/INC-1/here/delete", &[("page", "g")]).await;
    browser.until("Grace has left", "!document.querySelector('#here').innerText.includes('Grace')").await;
    assert!(browser.is_marked().await, "the page was not loaded again");
    assert_eq!(browser.log().await, Vec::<String>::new());
}
