//! The chain of acts as a browser lays it out: labels do not cover each other, on the examples and on a long case.

use acceptance::{Browser, Case, World};
use domain::access::Role;
use serde_json::json;

/// Labels whose boxes cover each other by more than a hair, and those that leave the drawing.
const COVERED: &str = r#"(() => {
    const texts = [...document.querySelectorAll(".acts svg text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const drawing = document.querySelector(".acts svg").getBoundingClientRect();
    const covered = [];
    texts.forEach(([words, a], number) => {
      if (a.left < drawing.left - 1 || a.right > drawing.right + 1 || a.top < drawing.top - 1 || a.bottom > drawing.bottom + 1) covered.push(`${words} leaves the drawing`);
      for (const [others, b] of texts.slice(number + 1))
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) covered.push(`${words} / ${others}`);
    });
    return covered;
  })()"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_of_acts_do_not_cover_each_other() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let actors = [("agent", "deploy-agent"), ("human", "On-call"), ("system", "Access control")];
    let verbs = ["read", "post", "grant", "delete", "execute", "logging_control"];
    let events: Vec<_> = (0..120)
        .map(|number: usize| {
            let (kind, name) = actors[number * 7 % 3];
            json!({ "time": format!("2026-03-18T17:{:02}:{:02}Z", number / 60, number % 60), "kind": "action", "verb": verbs[number * 5 % 6],
                    "effect": "mutating", "confirmed": "no", "actor": { "kind": kind, "name": name }, "resource": "a resource" })
        })
        .collect();
    case.rita.ok("POST", &case.at("events"), json!({ "items": events })).await;
    server::library::load(&world.store).await.expect("the library loads");
    let ada = world.person("Ada", Role::Admin).await;
    let browser = Browser::open(&world).await;
    browser.take_cookies_of(&ada).await;
    let examples = (2..=6).map(|number| format!("/incidents/INC-{number}"));
    let parts = (0..3).map(|part| format!("/incidents/{}?acts={part}", case.key));
    for path in examples.chain(parts) {
        for width in [1280, 900] {
            browser.size(width, 900).await;
            browser.look(&path).await;
            assert_eq!(browser.js(COVERED).await, json!([]), "{path} at {width} px");
        }
    }
    let linked = browser.js("[...document.querySelectorAll('.acts svg a.act')].every((act) => act.querySelector('title') && act.getAttribute('href'))").await;
    assert_eq!(linked, json!(true), "every act leads to its event");
}
