//! Pages on paper.

use acceptance::{Browser, World};
use domain::access::Role;
use serde_json::json;

/// What is still to be seen of what nobody can use on paper.
const CONTROLS: &str = r#"[...document.querySelectorAll("nav, form, button, input, select, textarea, .btn, .toast")]
  .filter((element) => element.checkVisibility()).map((element) => element.outerHTML.slice(0, 120))"#;

/// What is folded away although it could be read.
const FOLDED: &str = r#"[...document.querySelectorAll("main details:not(.open-form, .fold) > :not(form)")]
  .filter((element) => !element.checkVisibility()).map((element) => element.outerHTML.slice(0, 120))"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postmortem_prints_as_a_document() {
    let world = World::start().await;
    server::library::load(&world.store).await.expect("the library loads");
    world.account("Ada", Role::Admin).await;
    let browser = Browser::open(&world).await;
    browser.enter("Ada").await;
    for page in ["postmortem", "timeline", "verdict"] {
        browser.ask("Emulation.setEmulatedMedia", json!({ "media": "", "features": [] })).await;
        browser.go(&format!("/incidents/INC-1/{page}")).await;
        assert_ne!(browser.js(CONTROLS).await, json!([]), "{page} has controls on a screen");
        let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        browser.ask("Emulation.setEmulatedMedia", json!({ "media": "print", "features": features })).await;
        assert_eq!(browser.js(CONTROLS).await, json!([]), "{page} shows controls on paper");
        assert_eq!(browser.js(FOLDED).await, json!([]), "{page} folds something away");
        assert_eq!(
            browser.js("document.querySelector('main').innerText.length > 500").await,
            true,
            "{page} has its text"
        );
        let light = "getComputedStyle(document.documentElement).colorScheme === 'light'";
        assert_eq!(browser.js(light).await, true, "{page} is printed on white");
    }
}
