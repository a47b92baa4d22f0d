//! The logs' story in a real browser: upload, what they prove, two reviews, the hole, and what fills it.

use acceptance::{Browser, World};
use domain::access::Role;
use serde_json::{Value, json};

use crate::story::log::{audit, expose};

/// Uploads a file with the form of the register; answers the id of the item.
pub async fn upload(browser: &Browser, key: &str, folder: &std::path::Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("a file");
    browser.go(&format!("/incidents/{key}/evidence")).await;
    // An empty register has its form open.
    browser.js("document.querySelector('#open-upload').open = true").await;
    browser.type_into("#upload-file", file.to_str().expect("a path")).await;
    browser.click("#upload button[type=submit]").await;
    browser
        .until(
            "the item is shown",
            &format!(
                "location.hash.startsWith('#evidence-') && document.querySelector('main').innerText.includes('{name}')"
            ),
        )
        .await;
    browser.until("its records are counted", &format!("[...document.querySelectorAll('#register li')].some((item) => item.innerText.includes('{name}') && / records?\\b/.test(item.innerText))")).await;
    browser.place().await.rsplit("evidence-").next().expect("an id").to_string()
}

/// Accepts what a log proposes, for one way in.
async fn accept(browser: &Browser, id: &str, resource: &str) {
    browser.go(&format!("/incidents/INC-1/evidence/{id}/coverage/proposal")).await;
    // By clicks, as a person does it: a form that nobody touched is renewed with the page, and its ticks with it.
    let tick = format!("box.checked === box.value.startsWith('{resource}/') || box.click()");
    browser
        .js(&format!("document.querySelectorAll('#accept-proposal [name=\"cells[]\"]').forEach((box) => {{ {tick} }})"))
        .await;
    browser.click("#accept-proposal button[type=submit]").await;
    browser.until("it is stated", "location.pathname === '/incidents/INC-1/exposure'").await;
}

/// Looks at the records of the window, and attests.
pub async fn review(browser: &Browser, key: &str, who: &str, ids: &[&str]) {
    browser.enter(who).await;
    for id in ids {
        let span = "from=2026-03-18T17:00:00Z&to=2026-03-18T19:00:00Z";
        browser.go(&format!("/incidents/{key}/evidence/{id}/review?{span}")).await;
        browser.js("document.querySelector('#attest [name=depth]').value = 'content'").await;
        browser.click("#attest [name=outcome][value=authorised_only]").await;
        browser.click("#attest button[type=submit]").await;
        browser.until("it is attested", &format!("location.pathname === '/incidents/{key}/exposure'")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_in_a_log_is_named_and_the_log_that_fills_it_makes_the_verdict_eligible() {
    let world = World::start().await;
    let user = world.account("Rita", Role::Responder).await;
    let (api, rita) =
        (world.program_of(&user, None).await, acceptance::Person::sign_in(&world.url, "rita@example.org").await);
    world.account("Grace", Role::Reviewer).await;
    world.account("Alan", Role::Reviewer).await;
    api.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let browser = Browser::open(&world).await;
    browser.enter("Rita").await;
    let whole = upload(&browser, "INC-1", folder.path(), "host-a.log", &audit(0..=122)).await;
    let holed = upload(&browser, "INC-1", folder.path(), "host-b.log", &audit((0..=41).chain(52..=122))).await;
    expose(&rita, &whole).await;
    accept(&browser, &whole, "repo-a").await;
    accept(&browser, &holed, "repo-b").await;
    review(&browser, "INC-1", "Grace", &[&whole, &holed]).await;
    browser.says("A second reviewer is asked for").await;
    review(&browser, "INC-1", "Alan", &[&whole, &holed]).await;
    browser.go("/incidents/INC-1/verdict").await;
    browser.says("No evidence of harm").await;
    browser.says("17:40:07–17:51:07").await;
    let verdict = api.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!((&verdict["verdict"], &verdict["eligible"]), (&json!("no_evidence_of_harm"), &json!(false)));
    browser.enter("Rita").await;
    let found = upload(&browser, "INC-1", folder.path(), "host-b-rotated.log", &audit(41..=52)).await;
    accept(&browser, &found, "repo-b").await;
    review(&browser, "INC-1", "Grace", &[&found]).await;
    review(&browser, "INC-1", "Alan", &[&found]).await;
    browser.go("/incidents/INC-1/verdict").await;
    browser.says("Every gate passes").await;
    let verdict = api.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!((&verdict["eligible"], &verdict["coverage"]["reviewed_min"]), (&json!(true), &json!(1.0)), "{verdict}");
    assert_eq!(browser.log().await, Vec::<String>::new());
}
