//! An agent answers where it may not: how soon that is told, drafted and stopped, and what happens when it goes on.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store::Clock;

use super::otlp::{Act, request};
use super::{LOOK, Sender, program, shown, source};
use crate::adapter::Adapter;
use crate::{Binary, Program};

/// The key of the bench, as Standard Webhooks writes it.
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// How soon each may be, at the latest, of 95 in a hundred.
const ALERT_MAX: Duration = Duration::from_secs(2);
const DRAFT_MAX: Duration = Duration::from_secs(5);
const STOP_MAX: Duration = Duration::from_secs(5);
/// After so long the bench gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one run took.
struct Run {
    alert: Duration,
    draft: Duration,
    stop: Duration,
}

/// Lets it happen so many times; answers whether it was soon enough.
pub async fn story(inquest: &'static str, runs: usize) -> bool {
    let adapter = Adapter::start(&[]).await;
    let inquest = Binary::new(inquest)
        .with_variable("INQUEST_STOP_HOSTS", &adapter.listed())
        .with_variable("INQUEST_SUSPENSIONS_PER_HOUR", "100000")
        .with_variable("INQUEST_SECRET_STOP", KEY);
    let serving = inquest.serve().await;
    let admin = program(&inquest, &serving.url, "ada", "admin").await;
    let reviewer = program(&inquest, &serving.url, "alan", "reviewer").await;
    let url = format!("{}/stop", adapter.listed());
    let stop = json!({ "name": "Gateway", "url": url, "secret": "INQUEST_SECRET_STOP", "quiet_seconds": 2 });
    admin.ok("POST", "/stops", stop).await;
    admin.ok("PATCH", "/rules/out_of_scope", json!({ "on": true, "response": "suspend" })).await;
    let (mut alerts, mut drafts, mut stops) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..runs {
        let agent = agent(&admin, number).await;
        let draft =
            json!({ "name": format!("Forum {number}"), "format": "otlp", "agents": [agent], "agents_only": true });
        let (id, token) = source(&admin, draft).await;
        let sender = Sender::otlp(&serving, &token);
        let run = one(&admin, &adapter, &sender, &agent, number).await;
        goes_on(&admin, &reviewer, &sender, &agent, number).await;
        admin.ok("DELETE", &format!("/sources/{id}"), json!({})).await;
        alerts.push(run.alert);
        drafts.push(run.draft);
        stops.push(run.stop);
    }
    println!("story, {runs} runs, each with an act after the stop (not effective) and a restore by a reviewer:");
    for (name, times) in [("  alert", &mut alerts), ("  draft incident", &mut drafts), ("  signed stop", &mut stops)] {
        println!("{}", shown(name, times));
    }
    inquest.run(&["verify"]).await.well();
    let soon = |times: &mut [Duration], most| super::percentile(times, 95) <= most;
    soon(&mut alerts, ALERT_MAX) & soon(&mut drafts, DRAFT_MAX) & soon(&mut stops, STOP_MAX)
}

/// A forum's agent that may read and may be suspended.
async fn agent(admin: &Program, number: usize) -> String {
    let draft = json!({ "name": format!("forum {number}"), "identifiers": [format!("forum-{number}")], "owner_name": "Olga",
        "may_be_suspended_by_rules": true });
    let made = admin.ok("POST", "/agents", draft).await;
    let id = made["id"].as_str().expect("an id").to_string();
    admin.ok("PUT", &format!("/agents/{id}/status"), json!({ "status": "active" })).await;
    let grant = json!({ "verbs": ["read"], "resources": ["forum/**"], "ceiling": "read", "rule": "none", "rationale": "It reads.", "from": "2026-01-01" });
    admin.ok("POST", &format!("/agents/{id}/grants"), grant).await;
    id
}

async fn act(sender: &Sender, number: usize, tool: &str, path: &str) {
    let (agent, at) = (format!("forum-{number}"), Clock::system().now().micros());
    let span = number as u64 * 1_000 + u64::from(path.len() as u32) + u64::from(tool.len() as u32) * 100;
    let body = request(&[Act { agent: &agent, tool, path, at }], span);
    assert_eq!(sender.post(body, None).await, Some(200));
}

async fn one(admin: &Program, adapter: &Adapter, sender: &Sender, agent: &str, number: usize) -> Run {
    act(sender, number, "read_file", "forum/thread-9").await;
    let suspension = || {
        let asked = adapter.asked();
        asked.into_iter().find(|asked| asked.body.contains("agent.suspend") && asked.body.contains(agent))
    };
    let began = Instant::now();
    act(sender, number, "write_file", "forum/thread-9/answer").await;
    let (mut alert, mut draft) = (None, None);
    let asked = loop {
        let found = admin.ok("GET", &format!("/alerts?agent={agent}"), Value::Null).await;
        let first = &found["items"][0];
        if !first.is_null() {
            alert.get_or_insert_with(|| began.elapsed());
        }
        if first["incident"].is_string() {
            draft.get_or_insert_with(|| began.elapsed());
        }
        if let Some(asked) = suspension().filter(|_| draft.is_some()) {
            assert!(asked.headers.contains_key("webhook-signature"), "{asked:?}");
            assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found:#}");
            break asked;
        }
        assert!(began.elapsed() < PATIENCE, "{found:#}");
        tokio::time::sleep(LOOK).await;
    };
    Run { alert: alert.expect("it was told"), draft: draft.expect("it was drafted"), stop: asked.at - began }
}

/// It says that it is disabled, and goes on; then a reviewer restores it.
async fn goes_on(admin: &Program, reviewer: &Program, sender: &Sender, agent: &str, number: usize) {
    let began = Instant::now();
    let path = format!("/containments?agent={agent}");
    let mut is_sent = false;
    let containment = loop {
        let found = admin.ok("GET", &path, Value::Null).await;
        let first = &found["items"][0];
        match first["state"].as_str() {
            Some("acknowledged") if !is_sent => {
                act(sender, number, "write_file", "forum/thread-10/answer").await;
                is_sent = true;
            }
            Some("not_effective") => break first["id"].as_str().expect("an id").to_string(),
            _ => {}
        }
        assert!(began.elapsed() < PATIENCE, "{found:#}");
        tokio::time::sleep(LOOK).await;
    };
    let why = json!({ "reason": "Its grants were looked at." });
    reviewer.ok("POST", &format!("/containments/{containment}/restore"), why).await;
    let agent = admin.ok("GET", &format!("/agents/{agent}"), Value::Null).await;
    assert_eq!(agent["status"], "active");
}
