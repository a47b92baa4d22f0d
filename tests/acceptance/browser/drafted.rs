//! The pages of an incident that a rule drafted, before and after somebody decided about it.

use std::time::{Duration, Instant};

use super::look::Look;
use super::*;

/// A draft of an agent that deletes, with a containment: answers its key.
async fn drafted(world: &World, root: &Program) -> String {
    let agent = json!({ "name": "payroll", "identifiers": ["app-payroll"], "owner_name": "Olga" });
    let agent = root.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    root.ok("PUT", &format!("/agents/{agent}/status"), json!({ "status": "active" })).await;
    root.ok("PATCH", "/rules/out_of_scope", json!({ "response": "draft" })).await;
    let source = root.ok("POST", "/sources", json!({ "name": "Tools", "format": "jsonl" })).await;
    let word = |field: &str| source[field].as_str().expect("a text").to_string();
    let time = store::Clock::system().now().rfc3339();
    let lines: String = ["payroll/records", "payroll/bank"]
        .map(|resource| {
            json!({ "time": time, "actor": "app-payroll", "action": "delete", "resource": resource }).to_string() + "\n"
        })
        .concat();
    let request = reqwest::Client::new().post(format!("{}{}", world.url, word("records")));
    let request = request.header("authorization", format!("Bearer {}", word("token")));
    let answer = request.header("content-type", "application/x-ndjson").body(lines).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let began = Instant::now();
    let key = loop {
        let found = root.ok("GET", "/incidents?drafted=drafted", Value::Null).await;
        if let Some(key) = found["items"][0]["key"].as_str() {
            break key.to_string();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "no draft: {found:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let stop = json!({ "reason": "It deletes what it may not.", "incident": key });
    root.ok("POST", &format!("/agents/{agent}/containments"), stop).await;
    key
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_a_draft_are_open_to_everybody() {
    let world = World::start().await;
    let root = world.program("Root", Role::Admin, None).await;
    let key = drafted(&world, &root).await;
    let ada = world.person("Ada", Role::Admin).await;
    let browser = Browser::open(&world).await;
    browser.take_cookies_of(&ada).await;
    let mut look = Look::new(&browser).await;
    let at = |below: &str| format!("/incidents/{key}{below}");
    for path in [at(""), at("/timeline"), at("/metrics"), at("/severity"), "/incidents?drafted=drafted".into()] {
        look.at(&path).await;
    }
    let page = ada.get(&at("")).await;
    ada.submit(&page, "discard", &[("reason", "A drill.")]).await.has_status(200);
    for path in [at(""), "/incidents?drafted=discarded".into()] {
        look.at(&path).await;
    }
    look.done();
}
