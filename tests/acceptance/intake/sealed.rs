//! What was acknowledged is judged and sealed by a running server, also where nodes die.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use acceptance::binary::Serving;
use acceptance::{Binary, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::testing::Postgres;
use store::{Actor, Settings, Store};
use tempfile::TempDir;

use super::Sender;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

fn line(number: usize) -> String {
    format!("{{\"time\":\"2026-03-18T17:00:00Z\",\"actor\":\"bot\",\"action\":\"read\",\"resource\":\"r{number}\"}}\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_is_judged_within_seconds_and_becomes_evidence() {
    let world = World::start().await;
    let sender = Sender::of(&world, json!({ "name": "CI", "format": "jsonl", "seal_seconds": 1 })).await;
    assert_eq!(sender.lines(&[line(1), line(2)].concat()).await.status, 200);
    let began = Instant::now();
    let path = format!("/sources/{}/segments", sender.id);
    let segments = loop {
        let segments = sender.admin.ok("GET", &path, json!({})).await;
        if segments["items"].as_array().is_some_and(|items| !items.is_empty()) {
            break segments;
        }
        assert!(began.elapsed() < PATIENCE, "{}", sender.health().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let health = sender.health().await;
    assert_eq!((&health["judged"], &health["waiting"], &health["state"]), (&json!(2), &json!(0), &json!("live")));
    let incident = sender.admin.ok("POST", "/incidents", json!({ "title": "Agent reads" })).await;
    let key = incident["key"].as_str().expect("a key");
    let item = sender
        .admin
        .ok("POST", &format!("/incidents/{key}/evidence/segments"), json!({ "source": sender.id, "number": 1 }))
        .await;
    assert_eq!(item["sha256"], segments["items"][0]["sha256"]);
    let records = loop {
        let found = sender.admin.ok("GET", &format!("/incidents/{key}/records"), json!({})).await;
        let count = found["items"].as_array().map_or(0, Vec::len);
        if count > 0 || began.elapsed() > PATIENCE {
            break count;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(records, 2, "it is read as any log");
    let reviewer = world.program("Rita", Role::Reviewer, None).await;
    let path = format!("/incidents/{key}/evidence/segments");
    reviewer.refused(403, "POST", &path, json!({ "source": sender.id, "number": 1 })).await;
}

/// Posts a line to a node; answers whether it was acknowledged.
async fn post(http: &reqwest::Client, node: &Serving, id: &str, token: &str, number: usize) -> bool {
    let request = http.post(format!("{}/api/v1/sources/{id}/records", node.url)).header("content-type", "text/plain");
    let sent = request.header("authorization", format!("Bearer {token}")).body(line(number)).send().await;
    sent.is_ok_and(|answer| answer.status() == 200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_are_killed_lose_nothing_that_was_acknowledged() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("intake_of_two_nodes").await.expect("a database");
    let evidence = TempDir::new().expect("a folder");
    let node = || Binary::on(PROGRAM, &url).sharing(evidence.path());
    let (one, two) = (node(), node());
    let folder = TempDir::new().expect("a folder");
    let settings = Settings {
        database_url: Some(url.clone()),
        evidence_url: Some(format!("file://{}", evidence.path().display())),
        ..Settings::in_dir(folder.path())
    };
    let store = Store::open(&settings).await.expect("the store opens");
    let draft = store::parse_draft(json!({ "name": "CI", "format": "jsonl", "seal_seconds": 1 })).expect("a draft");
    let (source, token) = store.create_source(&Actor::system(), draft).await.expect("a source");
    let (mut first, second) = (one.serve().await, two.serve().await);
    let http = reqwest::Client::new();
    let mut acknowledged = Vec::new();
    for number in 0..600 {
        if number % 200 == 150 {
            // In the middle of posts, of judging and of sealing.
            let (killed, began) = (first, one.serve());
            let dying = tokio::spawn(killed.kill());
            first = began.await;
            dying.await.expect("it ends");
        }
        let node = if number % 2 == 0 { &first } else { &second };
        if post(&http, node, source.id.as_str(), &token, number).await {
            acknowledged.push(number);
        }
    }
    assert!(acknowledged.len() > 500, "{}", acknowledged.len());
    let began = Instant::now();
    loop {
        let health = store.source(&Actor::system(), &source.id).await.expect("the source").health;
        let sealed = store.segments(&Actor::system(), &source.id, None, 1000).await.expect("segments");
        let records: i64 = sealed.iter().map(|segment| segment.records).sum();
        if records == health.records && health.waiting == 0 {
            assert_eq!(health.judged, health.records, "each once");
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{health:?}, {records} sealed");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for segment in store.segments(&Actor::system(), &source.id, None, 1000).await.expect("segments") {
        let path = evidence.path().join(&segment.sha256[..2]).join(&segment.sha256[2..]);
        for line in std::fs::read_to_string(path).expect("the bytes").lines() {
            let record: Value = serde_json::from_str(line).expect("a whole line");
            *times.entry(record["resource"].as_str().unwrap_or_default().to_string()).or_default() += 1;
        }
    }
    for number in acknowledged {
        assert_eq!(times.get(&format!("r{number}")), Some(&1), "r{number}");
    }
    let report = store.verify(None).await.expect("a report");
    assert!(report.is_whole(), "{:?}", report.broken);
    store.close().await;
    assert_eq!(first.terminate(Duration::from_secs(20)).await, 0, "it ends cleanly");
    assert_eq!(second.terminate(Duration::from_secs(20)).await, 0);
}
