//! A sender that is not ours: OpenTelemetry's SDK for Python with its exporter for OTLP/HTTP.

use std::time::{Duration, Instant};

use acceptance::World;
use serde_json::json;

use super::Sender;
use crate::python;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_of_the_python_sdk_arrive_right() {
    let world = World::start().await;
    let sender = Sender::of(&world, json!({ "name": "SDK", "agents_only": true, "seal_seconds": 1 })).await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/spans.py");
    let sent = python::run("python", &[script, &world.url, &sender.token]).await;
    assert!(sent.status.success(), "{}", python::printed(&sent));
    let began = Instant::now();
    while sender.health().await["segments"] == 0 {
        assert!(began.elapsed() < PATIENCE, "{}", sender.health().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let health = sender.health().await;
    assert_eq!((&health["records"], &health["judged"]), (&json!(3), &json!(3)), "{health}");
    let admin = &sender.admin;
    admin.ok("POST", "/incidents", json!({ "title": "Spans" })).await;
    let segment = json!({ "source": sender.id, "number": 1 });
    admin.ok("POST", "/incidents/INC-1/evidence/segments", segment).await;
    let records = loop {
        let found = admin.ok("GET", "/incidents/INC-1/records", json!({})).await["items"].clone();
        if found.as_array().is_some_and(|items| items.len() == 3) {
            break found;
        }
        assert!(began.elapsed() < PATIENCE, "{found:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let find = |tool: &str| {
        let items = records.as_array().expect("a list");
        items.iter().find(|record| record["tool"] == tool).unwrap_or_else(|| panic!("{tool}: {records:#}")).clone()
    };
    for (tool, verb, resource, outcome) in [
        // A span whose status nobody set says nothing of how it ended.
        ("read_file", "read", "runbooks/access.md", "unknown"),
        ("delete_file", "delete", "runbooks/old “notes”.md", "error"),
    ] {
        let record = find(tool);
        assert_eq!(
            (&record["verb"], &record["resource"], &record["outcome"], &record["actor"]["name"]),
            (&json!(verb), &json!(resource), &json!(outcome), &json!("triage-bot")),
            "{record:#}"
        );
        assert_eq!(record["session"], "conversation-7", "{record:#}");
    }
}
