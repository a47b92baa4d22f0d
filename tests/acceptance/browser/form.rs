//! Forms post without losing the page.

use acceptance::{Browser, World};
use serde_json::{Value, json};

use super::rita_at_work;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_is_sent_without_a_reload_and_shows_what_it_did() {
    let world = World::start().await;
    let (browser, rita, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.mark().await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
    browser.js("document.querySelector('#add-event-actor-id').value = ''").await;
    browser.type_into("#add-event-actor-name", "Asker").await;
    browser.type_into("#add-event-body", "The asker follows the advice <b>word for word</b>.").await;
    browser.click("#add-event button[type=submit]").await;
    browser
        .until(
            "the event is shown",
            "[...document.querySelectorAll('.ev')].some((row) => row.innerText.includes('word for word'))",
        )
        .await;
    assert!(browser.is_marked().await, "the page was not loaded again");
    let place = browser.place().await;
    let events = rita.ok("GET", "/incidents/INC-1/events", Value::Null).await;
    let id =
        events["items"].as_array().and_then(|events| events.last()).map(|event| event["id"].clone()).expect("an event");
    assert_eq!(place, format!("/incidents/INC-1/timeline?event={0}#event-{0}", id.as_str().expect("an id")));
    browser
        .until(
            "the form is closed and empty",
            "!document.querySelector('#open-add-event').open && document.querySelector('#add-event-body').value === ''",
        )
        .await;
    // Who was named for the first time can be chosen the next time.
    browser.until("the new name can be chosen", "[...document.querySelectorAll('#add-event-actor-id option')].filter((option) => option.text.includes('Asker')).length === 1").await;
    assert_eq!(browser.log().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_form_keeps_what_was_typed_and_leads_to_the_field() {
    let world = World::start().await;
    let (browser, rita, event) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.mark().await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "the day before never").await;
    browser.type_into("#add-event-actor-name", "Asker").await;
    browser.type_into("#add-event-body", "The asker follows the advice.").await;
    browser.js("document.querySelector('#add-event-verb').value = 'post'").await;
    browser.click("#add-event button[type=submit]").await;
    let sentence = browser
        .until("the sentence is beside the field", "document.querySelector('#add-event-time-error')?.innerText")
        .await;
    assert!(sentence.as_str().is_some_and(|sentence| sentence.ends_with('.')), "{sentence}");
    browser.until("the field has the focus", "document.activeElement.id === 'add-event-time'").await;
    let kept = async || {
        (
            browser.value("#add-event-time").await,
            browser.value("#add-event-body").await,
            browser.value("#add-event-verb").await,
        )
    };
    let typed = ("the day before never".to_string(), "The asker follows the advice.".to_string(), "post".to_string());
    assert_eq!(kept().await, typed);
    let leaves = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    assert_eq!(browser.js(leaves).await, false, "the browser asks before it forgets");
    // An edit of somebody else does not take it away either.
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{event}"), json!({ "body": "edited meanwhile" })).await;
    browser.says("edited meanwhile").await;
    assert_eq!(kept().await, typed);
    assert!(browser.is_marked().await, "the page was not loaded again");
    browser.js("document.querySelector('#add-event-time').select()").await;
    browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
    browser.click("#add-event button[type=submit]").await;
    browser.says("The asker follows the advice.").await;
    assert_eq!(browser.js(leaves).await, true, "nothing is left to forget");
    let events = rita.ok("GET", "/incidents/INC-1/events", Value::Null).await;
    assert_eq!(events["items"].as_array().map(Vec::len), Some(2), "{events}");
    assert!(browser.js("document.querySelector('#add-event-time-error') === null").await == json!(true));
}

/// The review's form has a field named `method`, which hides the form's own from scripts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_may_be_named_like_the_parts_of_a_form() {
    let world = World::start().await;
    let case = acceptance::Case::exposed(&world).await;
    case.cover().await;
    let browser = Browser::open(&world).await;
    browser.enter("Grace").await;
    browser.go("/incidents/INC-1/exposure").await;
    browser.mark().await;
    browser.click("#open-review > summary").await;
    browser.js(&format!("document.querySelector('#review-evidence').value = '{}'", case.evidence)).await;
    let chosen = "['#review [name=method]', 'full'], ['#review [name=depth]', 'content']";
    browser.js(&format!("[{chosen}].forEach(([one, word]) => {{ document.querySelector(one).value = word }})")).await;
    browser.js("document.querySelector('#review [name=outcome]').click()").await;
    browser.click("#review button[type=submit]").await;
    browser
        .until(
            "the form is answered",
            "!document.querySelector('#open-review').open || document.querySelector('[role=alert]')",
        )
        .await;
    assert!(browser.is_marked().await, "the page was not loaded again");
    let reviews = case.rita.ok("GET", &case.at("reviews"), Value::Null).await;
    assert_eq!(reviews["items"].as_array().map(Vec::len), Some(1), "{reviews}");
    assert_eq!(browser.log().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_was_signed_out_keeps_what_they_typed() {
    let world = World::start().await;
    let (browser, _, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
    browser.type_into("#add-event-actor-name", "Asker").await;
    browser.type_into("#add-event-body", super::HALF_TYPED).await;
    browser.ask("Network.clearBrowserCookies", json!({})).await;
    browser.click("#add-event button[type=submit]").await;
    browser.until("it says why", "document.querySelector('.toast')?.innerText.includes('signed out')").await;
    assert_eq!(browser.value("#add-event-body").await, super::HALF_TYPED);
    // Signed in again in another window, the same form goes through.
    browser.enter("Rita").await;
    browser.click("#add-event button[type=submit]").await;
    browser.until("the event is shown", "document.querySelectorAll('.ev').length === 2").await;
}
