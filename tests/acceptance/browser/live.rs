//! Pages that follow their incident.

use acceptance::World;
use serde_json::json;

use super::{HALF_TYPED, add_event, rita_at_work};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_arrives_and_what_is_half_typed_stays() {
    let world = World::start().await;
    let (browser, rita, event) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.until("it follows", "document.querySelector('.live.on')").await;
    browser.mark().await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "about 2 h ago").await;
    browser.type_into("#add-event-body", HALF_TYPED).await;
    browser.js("document.querySelector('#add-event-body').setSelectionRange(4, 9)").await;
    let caret = "(() => { const field = document.querySelector('#add-event-body'); return [document.activeElement === field, field.value, field.selectionStart, field.selectionEnd]; })()";
    let before = browser.js(caret).await;
    assert_eq!(before, json!([true, HALF_TYPED, 4, 9]));
    add_event(&rita, "2026-03-18 16:00 UTC", "Asker", "what came before the first").await;
    browser.says("what came before the first").await;
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{event}"), json!({ "body": "the second wording" })).await;
    browser.says("the second wording").await;
    assert_eq!(
        browser.js("[...document.querySelectorAll('.ev-body')].map((body) => body.innerText.trim())").await,
        json!(["what came before the first", "the second wording"])
    );
    rita.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    browser.says("Agent answered, unasked").await;
    assert_eq!(browser.js(caret).await, before);
    assert_eq!(browser.value("#add-event-time").await, "about 2 h ago");
    assert!(
        browser.js("document.querySelector('#open-add-event').open").await == json!(true),
        "the form is still open"
    );
    assert!(browser.is_marked().await, "the page was not loaded again");
    assert_eq!(browser.log().await, Vec::<String>::new());
}

/// A page that shows work under way is fetched again until it no longer does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_work_under_way_renews_itself() {
    let world = World::start().await;
    let (browser, _, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/evidence").await;
    browser.mark().await;
    browser.js("document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=\"work\" data-refresh>under way</p>')").await;
    browser.until("the page is renewed", "!document.querySelector('#work')").await;
    assert!(browser.is_marked().await, "the page was not loaded again");
    assert_eq!(browser.log().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_and_the_place_of_the_focus_outlive_an_edit() {
    let world = World::start().await;
    let (browser, rita, event) = rita_at_work(&world).await;
    let last = add_event(&rita, "2026-03-18 18:00 UTC", "Asker", "the last").await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press("/").await;
    browser.press("half a sea").await;
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{last}"), json!({ "body": "still the last" })).await;
    browser.says("still the last").await;
    assert_eq!((browser.focus().await, browser.value("#find").await), ("find".into(), "half a sea".into()));
    browser.press(thirtyfour::Key::Escape + "").await;
    browser.press("jj").await;
    assert_eq!(browser.focus().await, format!("event-{last}"));
    rita.ok("DELETE", &format!("/incidents/INC-1/events/{event}"), json!(null)).await;
    browser.until("the event is gone", &format!("!document.getElementById('event-{event}')")).await;
    assert_eq!(browser.focus().await, format!("event-{last}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_settles_a_conflict_is_left_alone() {
    let world = World::start().await;
    let (browser, rita, event) = rita_at_work(&world).await;
    let path = format!("/incidents/INC-1/events/{event}");
    browser.go(&format!("/incidents/INC-1/timeline?edit={event}")).await;
    browser.until("it follows", "document.querySelector('.live.on')").await;
    browser.type_into("#edit-event-body", ", and mine").await;
    rita.ok("PATCH", &path, json!({ "body": "theirs" })).await;
    let version = super::stored(&rita, &event).await["version"].clone();
    browser.until("their edit has arrived", &format!("document.documentElement.dataset.version >= {version}")).await;
    browser.click("#edit-event button[type=submit]").await;
    browser.says("Somebody changed this while you were editing").await;
    rita.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    browser.says("Somebody changed this while you were editing").await;
    browser.click("main form button[type=submit]").await;
    browser.until("it is settled", "location.pathname.endsWith('/timeline') && document.querySelector('.ev')").await;
    assert_eq!(super::stored(&rita, &event).await["body"], "the first answer, and mine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_says_when_it_no_longer_follows() {
    let mut world = World::start().await;
    let (browser, _, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.until("it follows", "document.querySelector('.live.on')").await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
    browser.type_into("#add-event-body", HALF_TYPED).await;
    world.stop().await;
    browser.until("it says so", "document.querySelector('.live.off')?.innerText.includes('not connected')").await;
    browser.click("#add-event button[type=submit]").await;
    browser
        .until(
            "it says that nothing was sent",
            "document.querySelector('.toast')?.innerText.includes('did not answer')",
        )
        .await;
    assert_eq!(browser.value("#add-event-body").await, HALF_TYPED);
}

/// A browser has six connections to a server: a stream that is held by a page nobody looks at is one less.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_nobody_looks_at_hold_no_stream() {
    let world = World::start().await;
    let (browser, rita, event) = rita_at_work(&world).await;
    for page in ["timeline", "exposure", "evidence", "severity", "verdict", "gaps", "claims", "history", "settings"] {
        browser.go(&format!("/incidents/INC-1/{page}")).await;
        browser.until("it follows", "document.querySelector('.live.on')").await;
    }
    for _ in 0..8 {
        browser.open_tab().await;
        browser.go("/incidents/INC-1/timeline").await;
        browser.until("it follows", "document.querySelector('.live.on')").await;
    }
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{event}"), json!({ "body": "edited meanwhile" })).await;
    browser.says("edited meanwhile").await;
    browser.first_tab().await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.until("it follows again", "document.querySelector('.live.on')").await;
}
