//! The product in a real browser: what only shows once a page has been laid
//! out and its scripts run. Everything else is tested without one.

mod acts;
mod drafted;
mod form;
mod hands;
mod island;
mod keyboard;
mod live;
mod log;
mod look;
mod nodes;
mod page;
mod plain;
mod print;
mod proof;
mod scope;
mod upload;
mod watch;
mod wide;

use acceptance::{Browser, Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// What somebody is typing when something else happens.
const HALF_TYPED: &str = "The asker follows the advi";

/// An incident with one event, and Rita, who works on it in a browser and by program.
async fn rita_at_work(world: &World) -> (Browser, Program, String) {
    let user = world.account("Rita", Role::Responder).await;
    let program = world.program_of(&user, None).await;
    let browser = Browser::open(world).await;
    browser.enter("Rita").await;
    program.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let event = add_event(&program, "2026-03-18 17:04 UTC", "forum-agent", "the first answer").await;
    (browser, program, event)
}

/// Adds an event through the API and answers its id.
async fn add_event(who: &Program, time: &str, actor: &str, body: &str) -> String {
    let event = json!({ "time": time, "actor": { "name": actor, "kind": "agent" }, "kind": "action", "verb": "post", "body": body });
    let added = who.ok("POST", "/incidents/INC-1/events", event).await;
    let id = added["id"].as_str().or_else(|| added["items"][0]["id"].as_str());
    id.unwrap_or_else(|| panic!("an id: {added}")).to_string()
}

/// The text of an event that was stored, by its id.
async fn stored(who: &Program, id: &str) -> Value {
    who.ok("GET", &format!("/incidents/INC-1/events/{id}"), Value::Null).await
}
