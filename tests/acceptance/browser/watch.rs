//! The list of alerts follows what the rules say.

use acceptance::{Browser, World};
use domain::access::Role;
use serde_json::json;

use super::HALF_TYPED;
use crate::watch::{Watched, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_arrives_and_what_is_half_typed_stays() {
    let world = World::start().await;
    world.account("Rita", Role::Responder).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    watched.act("app-forum", "post", &["forum/first"]).await;
    let first = id(&watched.alerts(1).await[0]).to_string();
    let browser = Browser::open(&world).await;
    browser.enter("Rita").await;
    browser.go("/watch").await;
    browser.until("it follows", "document.querySelector('.live.on')").await;
    browser.mark().await;
    let (fold, field) = (format!("#open-close-{first} > summary"), format!("#close-{first}-reason"));
    browser.click(&fold).await;
    browser.type_into(&field, HALF_TYPED).await;
    watched.act("app-forum", "post", &["forum/second"]).await;
    browser.says("forum/second").await;
    browser.until("the menu counts it", "document.querySelector('.bar .count')?.innerText === '2'").await;
    watched.act("app-forum", "post", &["forum/first"]).await;
    browser.says("2 acts").await;
    assert_eq!(browser.value(&field).await, HALF_TYPED);
    assert_eq!(browser.js(&format!("document.querySelector('#open-close-{first}').open")).await, json!(true));
    assert!(browser.is_marked().await, "the page was not loaded again");
    browser.click(&format!("#close-{first} button[type=submit]")).await;
    browser.says("Closed by Rita").await;
    assert_eq!(browser.log().await, Vec::<String>::new());
}
