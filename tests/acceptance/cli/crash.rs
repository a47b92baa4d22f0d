//! The server dies while it reads a log.

use std::fmt::Write;
use std::time::Duration;

use acceptance::binary::Serving;
use acceptance::{Binary, Program};
use serde_json::{Value, json};
use store::testing::Postgres;

use super::{PROGRAM, inquest};

const LINES: usize = 80_000;

fn trail() -> String {
    let mut text = String::new();
    for n in 0..LINES {
        let (hour, minute, second) = (n / 3600, n / 60 % 60, n % 60);
        let torn = if n % 5000 == 4999 { "" } else { "}" };
        writeln!(
            text,
            r#"{{"eventTime":"2026-03-18T{hour:02}:{minute:02}:{second:02}Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{{"type":"IAMUser","userName":"user-{}"}},"requestParameters":{{"bucketName":"repo-a","key":"file-{n}"}},"eventID":"id-{n}"{torn}"#,
            n % 9
        )
        .expect("written");
    }
    text
}

async fn reading(api: &Program, item: &str) -> Value {
    api.ok("GET", &format!("{item}/reading"), Value::Null).await
}

async fn settled(api: &Program, item: &str) -> Value {
    for _ in 0..1200 {
        let now = reading(api, item).await;
        if now["state"] != "reading" {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the reading did not end within a minute");
}

/// All that can be asked of the records: counts, facets, and the last page of them.
async fn all(api: &Program, item: &str) -> Value {
    api.ok("GET", &format!("{item}/records?limit=500&from=2026-03-18T22:06:40Z"), Value::Null).await
}

/// Rita at a node with an incident and a log that was kept and not read; the address of the item.
async fn kept(node: &Binary, serving: &Serving) -> (Program, String, String) {
    node.add_user("rita@example.org", "Rita", "responder").await;
    let made = node.run(&["token", "create", "--user", "rita@example.org", "--name", "x", "--scope", "write"]).await;
    let token = made.well().split_whitespace().last().expect("a token").to_string();
    let rita = Program::new(&serving.url, &token);
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let evidence = rita.upload("INC-1", "trail.jsonl&format=none", trail().into_bytes()).await;
    assert_eq!(evidence["records"], Value::Null);
    let item = format!("/incidents/INC-1/evidence/{}", evidence["id"].as_str().expect("an id"));
    (rita, token, item)
}

/// Reads it undisturbed; answers the reading, and all that can be asked of its records.
async fn undisturbed(rita: &Program, item: &str) -> (Value, Value) {
    rita.ok("POST", &format!("{item}/reading"), json!({})).await;
    let undisturbed = settled(rita, item).await;
    assert_eq!((&undisturbed["state"], &undisturbed["records"]), (&json!("read"), &json!(LINES - LINES / 5000)));
    assert_eq!(undisturbed["unreadable"], LINES / 5000);
    (undisturbed, all(rita, item).await)
}

/// Reads it again, and kills the node as soon as something is written down. Whoever asked for it waits in vain.
async fn kill_while_it_reads(serving: Serving, rita: &Program, item: &str) {
    let asks = (rita.clone(), format!("{item}/reading"));
    let asked = tokio::spawn(async move { asks.0.request("POST", &asks.1).json(&json!({})).send().await.is_ok() });
    let mut under_way = false;
    for _ in 0..6000 {
        let (status, now) = rita.call("GET", &format!("{item}/reading"), Value::Null).await;
        under_way = status == 200 && now["state"] == "reading" && now["records"].as_u64().is_some_and(|read| read > 0);
        if under_way {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(under_way, "it was over before it could be killed");
    serving.kill().await;
    assert!(!asked.await.expect("it asked"), "the server died before it answered");
}

/// Another process ends the reading as if nothing had happened.
async fn is_finished(rita: &Program, item: &str, (undisturbed, whole): &(Value, Value)) {
    let finished = settled(rita, item).await;
    for what in ["state", "records", "unreadable", "summary"] {
        assert_eq!(finished[what], undisturbed[what], "{what}");
    }
    assert_eq!(&all(rita, item).await, whole);
    assert_eq!(rita.ok("GET", item, Value::Null).await["records"], undisturbed["records"]);
}

#[tokio::test]
async fn a_reading_that_was_killed_is_finished_after_the_restart() {
    let node = inquest();
    let serving = node.serve().await;
    let (rita, token, item) = kept(&node, &serving).await;
    let before = undisturbed(&rita, &item).await;
    kill_while_it_reads(serving, &rita, &item).await;
    let again = node.serve().await;
    is_finished(&Program::new(&again.url, &token), &item, &before).await;
    assert_eq!(again.terminate(Duration::from_secs(10)).await, 0);
    node.run(&["verify"]).await.well();
}

/// Several nodes: the others notice within half a minute.
#[tokio::test]
async fn a_reading_whose_node_was_killed_is_finished_by_another() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("reading").await.expect("a database");
    let evidence = tempfile::TempDir::new().expect("a temporary folder");
    let node = || Binary::on(PROGRAM, &url).sharing(evidence.path());
    let (one, other) = (node(), node());
    let (dies, stays) = (one.serve().await, other.serve().await);
    let (rita, token, item) = kept(&one, &dies).await;
    let before = undisturbed(&rita, &item).await;
    kill_while_it_reads(dies, &rita, &item).await;
    is_finished(&Program::new(&stays.url, &token), &item, &before).await;
    assert_eq!(stays.terminate(Duration::from_secs(10)).await, 0);
    other.run(&["verify"]).await.well();
}
