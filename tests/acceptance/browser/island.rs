//! The islands: they wake, and what they say is what the server says.

use acceptance::World;
use serde_json::{Value, json};

use super::rita_at_work;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_severity_is_shown_while_somebody_rates_and_is_the_one_that_is_kept() {
    let world = World::start().await;
    let (browser, rita, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/severity").await;
    let preview = "document.querySelector('.preview').innerText";
    let mut last = browser.js(preview).await;
    let mut shown = vec![last.clone()];
    let levels = acceptance::facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]);
    for (dimension, level) in levels.as_object().expect("levels") {
        let radio = format!("#rate [name='dimensions.{dimension}:n'][value='{level}']");
        browser.js(&format!("document.querySelector({}).click()", json!(radio))).await;
        last = browser.js(preview).await;
        shown.push(last.clone());
    }
    shown.dedup();
    assert!(shown.len() >= 4, "it changes with the choices: {shown:?}");
    browser.click("#rate button[type=submit]").await;
    browser.until("the rating is kept", "document.querySelector('#ratings .history li')").await;
    let severity = rita.ok("GET", "/incidents/INC-1/severity", Value::Null).await;
    let computed = &severity["computed"];
    let said = last.as_str().expect("a sentence");
    let score = format!("score {:.1}", computed["score"].as_f64().expect("a score"));
    assert!(said.starts_with(computed["label"].as_str().expect("a label")), "{said}: {severity}");
    assert!(said.ends_with(&score), "{said}: {severity}");
    browser.go("/incidents/INC-1/severity").await;
    assert_eq!(browser.js("document.querySelector('.preview').textContent").await, last, "the server says the same");
    assert_eq!(browser.log().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_says_how_it_is_understood_while_it_is_typed() {
    let world = World::start().await;
    let (browser, rita, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "18 March 2026 17:05 CET").await;
    let understood = "document.querySelector('#add-event .understood').innerText";
    browser.type_into("#add-event-actor-name", "Asker").await;
    let said = browser.until("it is understood", &format!("{understood}.includes('16:05') && {understood}")).await;
    assert!(said.as_str().is_some_and(|said| said.contains("18 March 2026")), "{said}");
    browser.js("document.querySelector('#add-event-time').select()").await;
    browser.type_into("#add-event-time", "some day").await;
    browser
        .until("it says that it does not understand", &format!("{understood} !== '' && {understood} !== {said}"))
        .await;
    browser.js("document.querySelector('#add-event-time').select()").await;
    browser.type_into("#add-event-time", "18 March 2026 17:05 CET").await;
    browser.until("it is understood again", &format!("{understood} === {said}")).await;
    browser.click("#add-event button[type=submit]").await;
    browser.until("the event is there", "document.querySelectorAll('.ev').length === 2").await;
    browser.until("an empty field is not explained", "document.querySelector('#add-event-time').value === '' && document.querySelector('#add-event .understood').textContent === ''").await;
    let events = rita.ok("GET", "/incidents/INC-1/events", Value::Null).await;
    assert!(events.to_string().contains("2026-03-18T16:05:00Z"), "{events}");
    assert_eq!(browser.log().await, Vec::<String>::new());
}
