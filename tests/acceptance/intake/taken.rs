//! What is taken in, and what is told to whoever sends something else.

use std::io::Write;

use acceptance::World;
use domain::access::Role;
use serde_json::json;

use super::Sender;

const SPANS: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"a","startTimeUnixNano":"1700000000000000000","surprise":{"a":1}}]}]}]}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

#[tokio::test]
async fn records_are_taken_with_the_token_of_the_source_and_no_other() {
    let world = World::start().await;
    let sender = Sender::usual(&world).await;
    let answer = sender.lines("{\"a\":1}\n\n{\"a\":2}").await;
    assert_eq!((answer.status, answer.json()["accepted"].as_u64()), (200, Some(2)));
    assert_eq!(sender.health().await["records"], 2);

    let path = format!("/api/v1/sources/{}/records", sender.id);
    let other = world.program("Otto", Role::Admin, None).await;
    for bearer in ["Bearer inqs_wrong".to_string(), String::new(), other.bearer()] {
        let request = reqwest::Client::new().post(format!("{}{path}", world.url)).header("authorization", bearer);
        let answer = sender.sent(request.body("{}")).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert!(answer.body.contains("token of a source"), "{}", answer.body);
    }
    let second = Sender::by(&world, sender.admin, json!({ "name": "Second" })).await;
    let wrong = second.sent(second.post(&path, "text/plain").body("a")).await;
    assert_eq!(wrong.status, 403, "{}", wrong.body);
    assert_eq!(second.health().await["records"], 0);
}

#[tokio::test]
async fn a_new_token_takes_the_place_of_the_old_one_and_a_closed_source_takes_nothing() {
    let world = World::start().await;
    let mut sender = Sender::usual(&world).await;
    let renewed = sender.admin.ok("POST", &format!("/sources/{}/token", sender.id), json!({})).await;
    assert_eq!(sender.lines("a").await.status, 401, "the old one");
    sender.token = renewed["token"].as_str().unwrap().to_string();
    assert_eq!(sender.lines("a").await.status, 200);
    let edited = sender.admin.ok("PATCH", &format!("/sources/{}", sender.id), json!({ "heartbeat_seconds": 30 })).await;
    assert_eq!((edited["name"].as_str(), edited["heartbeat_seconds"].as_i64()), (Some("Agents of CI"), Some(30)));
    let closed = sender.admin.ok("DELETE", &format!("/sources/{}", sender.id), json!({})).await;
    assert_eq!(closed["health"]["state"], "closed");
    assert_eq!(sender.lines("a").await.status, 401);
    let listed = sender.admin.ok("GET", "/sources", json!({})).await;
    assert!(!listed.to_string().contains("inqs_") && !listed.to_string().contains("digest"), "{listed}");
}

#[tokio::test]
async fn what_cannot_be_taken_is_told_clearly_and_the_next_post_is_taken() {
    let world = World::start().await;
    let sender = Sender::usual(&world).await;
    let path = format!("/api/v1/sources/{}/records", sender.id);
    let kind = "application/x-ndjson";
    let form = sender.sent(sender.post(&path, "application/x-www-form-urlencoded").body("a=1")).await;
    assert_eq!(form.status, 415, "{}", form.body);
    let brotli = sender.sent(sender.post(&path, kind).header("content-encoding", "br").body("a")).await;
    assert_eq!(brotli.status, 415, "{}", brotli.body);
    let large = sender.sent(sender.post(&path, kind).body(vec![b'a'; 64 << 20])).await;
    assert_eq!(large.status, 413, "{}", large.body);
    let bomb = gzip(&vec![b'a'; 64 << 20]);
    let bomb = sender.sent(sender.post(&path, kind).header("content-encoding", "gzip").body(bomb)).await;
    assert_eq!(bomb.status, 413, "{}", bomb.body);
    assert!(bomb.body.contains("16 MB"), "{}", bomb.body);
    let whole = gzip("{\"a\":1}\n".repeat(10_000).as_bytes());
    let cut = whole[..whole.len() - 9].to_vec();
    let cut = sender.sent(sender.post(&path, kind).header("content-encoding", "gzip").body(cut)).await;
    assert_eq!(cut.status, 400, "{}", cut.body);
    assert_eq!(sender.health().await["records"], 0, "nothing of it was kept");
    let taken = sender.sent(sender.post(&path, kind).header("content-encoding", "gzip").body(whole)).await;
    assert_eq!((taken.status, taken.json()["accepted"].as_u64()), (200, Some(10_000)));
}

#[tokio::test]
async fn otlp_is_answered_as_it_says() {
    let world = World::start().await;
    let sender = Sender::usual(&world).await;
    let json = sender.sent(sender.post("/v1/traces", "application/json").body(SPANS)).await;
    assert_eq!((json.status, json.body.as_str(), json.header("content-type")), (200, "{}", "application/json"));
    let packed = sender.post("/v1/traces", "application/json; charset=utf-8").header("content-encoding", "gzip");
    assert_eq!(sender.sent(packed.body(gzip(SPANS.as_bytes()))).await.status, 200);
    assert_eq!(sender.health().await["records"], 2);

    let partly = SPANS.replace("\"spans\":[", "\"spans\":[7,");
    let partly = sender.sent(sender.post("/v1/traces", "application/json").body(partly)).await;
    assert_eq!((partly.status, partly.json()["partialSuccess"]["rejectedSpans"].as_str()), (200, Some("1")));

    let logs = sender.sent(sender.post("/v1/logs", "application/json").body(SPANS)).await;
    assert_eq!((logs.status, logs.json()["code"].as_u64()), (400, Some(3)), "{}", logs.body);
    let empty = sender.sent(sender.post("/v1/logs", "application/x-protobuf").body("")).await;
    assert_eq!((empty.status, empty.body.as_str(), empty.header("content-type")), (200, "", "application/x-protobuf"));
    let broken = sender.sent(sender.post("/v1/logs", "application/x-protobuf").body("\u{a}\u{7f}x")).await;
    assert_eq!(broken.status, 400);
    assert!(broken.body.starts_with("\u{8}\u{3}\u{12}"), "a status in protobuf: {:?}", broken.body);
    let kind = sender.sent(sender.post("/v1/logs", "text/plain").body("x")).await;
    assert_eq!((kind.status, kind.json()["code"].as_u64()), (415, Some(3)), "{}", kind.body);
    let nobody =
        reqwest::Client::new().post(format!("{}/v1/logs", world.url)).header("content-type", "application/json");
    let nobody = sender.sent(nobody.body("{}")).await;
    assert_eq!((nobody.status, nobody.json()["code"].as_u64()), (401, Some(16)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_ten_years_ahead_stands_in_nobodys_way() {
    let world = World::start().await;
    let draft = json!({ "name": "CI", "format": "jsonl", "agents_only": true, "seal_seconds": 1 });
    let sender = Sender::of(&world, draft).await;
    let now = world.store.clock().now();
    let line = |at: domain::Instant, resource: &str| {
        let line = json!({ "time": at.rfc3339(), "actor": { "type": "agent", "name": "stranger" }, "action": "delete", "resource": resource });
        format!("{line}\n")
    };
    let ahead = now.plus_micros(10 * 365 * 86_400 * 1_000_000);
    let lines: String = (0..12).map(|number| line(ahead.plus_micros(number * 86_400 * 1_000_000), "wiki")).collect();
    assert_eq!(sender.lines(&lines).await.status, 200);
    assert_eq!(sender.lines(&line(now, "wiki/today")).await.status, 200);
    let began = std::time::Instant::now();
    loop {
        let health = sender.health().await;
        if health["judged"] == 13 && health["segments"].as_u64().is_some_and(|segments| segments > 0) {
            assert_eq!((&health["state"], &health["waiting"]), (&json!("live"), &json!(0)), "{health}");
            break;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{health}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let alerts = sender.admin.ok("GET", "/alerts?rule=unknown_agent", json!({})).await;
    let resources: Vec<_> =
        alerts["items"].as_array().expect("a list").iter().map(|alert| &alert["resource"]).collect();
    assert!(resources.contains(&&json!("wiki")) && resources.contains(&&json!("wiki/today")), "{alerts:#}");
    let bursts = sender.admin.ok("GET", "/alerts?rule=burst", json!({})).await;
    assert_eq!(bursts["items"].as_array().map(Vec::len), Some(1), "a day apart by their own clock alone: {bursts:#}");
}
