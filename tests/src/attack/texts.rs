//! Texts that take long to understand: nested, merged, or of very many parts.

use std::io::Write;
use std::process::{Command, Stdio};

use futures::future::join_all;
use serde_json::{Value, json};

use super::Stage;
use super::stage::told;

/// How many look at a page at once.
const VIEWERS: usize = 10;

async fn look(stage: &Stage, path: &str) -> String {
    let cookie = stage.viewer_page.cookies();
    let headers = [("cookie", cookie.as_str())];
    told(&join_all((0..VIEWERS).map(|_| stage.send("GET", path, &headers, b""))).await)
}

fn nested() -> [String; 4] {
    ["- ".repeat(50_000), "> ".repeat(50_000), "*a_".repeat(33_000), "[".repeat(99_000)]
}

pub(super) async fn nested_comment(stage: &Stage) -> String {
    let mut statuses = Vec::new();
    for text in nested() {
        let comment = json!({ "about": "section/what_happened", "body": text });
        statuses.push(stage.call(&stage.reviewer, "POST", "/incidents/INC-1/comments", comment).await);
    }
    format!("{}; looked at: {}", told(&statuses), look(stage, "/incidents/INC-1/postmortem").await)
}

pub(super) async fn nested_section(stage: &Stage) -> String {
    let mut answers = Vec::new();
    for text in nested() {
        let section = json!({ "body": text });
        let status = stage.call(&stage.responder, "PUT", "/incidents/INC-1/sections/what_happened", section).await;
        let looks = look(stage, "/incidents/INC-1/postmortem").await;
        answers.push(format!("{status}, {looks}"));
        let export = look(stage, "/incidents/INC-1/export?format=md").await;
        answers.push(export);
    }
    answers.dedup();
    answers.join("; ")
}

/// 50,000 lines of one digit, by a seed.
fn digits(seed: u64) -> String {
    let mut state = seed;
    let mut line = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{}\n", (state >> 33) % 10)
    };
    (0..49_000).map(|_| line()).collect()
}

pub(super) async fn merges(stage: &Stage) -> String {
    let path = "/incidents/INC-1/sections/review_bypassed";
    let mut statuses = Vec::new();
    let base = stage.responder.ok_or_null("PUT", path, json!({ "body": digits(1) })).await;
    let seen = format!("\"{}\"", base["version"]);
    statuses.push(stage.call(&stage.responder, "PUT", path, json!({ "body": digits(2) })).await);
    for seed in 3..6 {
        let body = json!({ "body": digits(seed) });
        let headers = [("if-match", seen.as_str())];
        let answer = stage.responder.try_ask("PUT", path, &headers, body).await;
        statuses.push(answer.map_or(0, |(status, _)| status));
    }
    told(&statuses)
}

pub(super) async fn tags(stage: &Stage) -> String {
    let tags: Vec<String> = (0..150_000).map(|number| format!("t{number}")).collect();
    let fewer = &tags[..90_000];
    let mut statuses = Vec::new();
    for tags in [&tags[..], fewer] {
        statuses.push(stage.call(&stage.responder, "PATCH", "/incidents/INC-1", json!({ "tags": tags })).await);
    }
    told(&statuses)
}

pub(super) async fn agents(stage: &Stage) -> String {
    let agents: Vec<String> = (0..12_000).map(|number| format!("agent {number}")).collect();
    let body = json!({ "title": "Many", "occurred": "2026-03-18 17:00 UTC", "agents": agents });
    told(&[stage.call(&stage.responder, "POST", "/incidents", body).await])
}

pub(super) async fn names(stage: &Stage) -> String {
    let event = |number: usize| json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "agent", "name": format!("n{number}") } });
    let mut statuses = Vec::new();
    for count in [12_000, 6_000] {
        let items: Vec<Value> = (0..count).map(event).collect();
        let body = json!({ "items": items });
        statuses.push(stage.call(&stage.responder, "POST", "/incidents/INC-1/events", body).await);
    }
    told(&statuses)
}

pub(super) async fn paste(stage: &Stage) -> String {
    let lines: String = (0..20_000)
        .map(|number| format!("{}- 17:0{} somebody did it\n", " ".repeat(number % 40), number % 10))
        .collect();
    let body = format!("text={}", lines.replace(' ', "+").replace('\n', "%0A"));
    let cookie = stage.viewer_page.cookies();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str())];
    let all = (0..VIEWERS).map(|_| stage.send("POST", "/incidents/INC-1/timeline/paste", &headers, body.as_bytes()));
    told(&join_all(all).await)
}

pub(super) async fn queries(stage: &Stage) -> String {
    let mut answers = Vec::new();
    for path in [
        format!("/incidents?q={}", "a+".repeat(14_000)),
        format!("/incidents?q={}", "%28".repeat(9_000)),
        format!("/understood?text={}", "about+".repeat(5_000)),
        format!("/understood?text={}", "9".repeat(30_000)),
        format!("/incidents/INC-1/records?text={}", "a%2A".repeat(7_000)),
        "/incidents?cursor=18446744073709551615".into(),
    ] {
        answers.push(look(stage, &path).await);
    }
    answers.dedup();
    answers.join("; ")
}

async fn upload(stage: &Stage, name: &str, bytes: &[u8]) -> u16 {
    let token = stage.responder.bearer();
    let path = format!("/api/v1/incidents/INC-1/evidence?name={name}");
    stage.send("POST", &path, &[("authorization", &token)], bytes).await
}

pub(super) async fn nested_log(stage: &Stage) -> String {
    let mut log = b"{\"time\":\"2026-03-18T17:00:00Z\",\"action\":\"read\"}\n".repeat(10);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        log.extend(
            format!("{{\"time\":\"2026-03-18T17:00:00Z\",\"a\":{}1{}}}\n", open.repeat(200_000), close.repeat(200_000))
                .bytes(),
        );
    }
    told(&[upload(stage, "nested.jsonl", &log).await])
}

/// A gigabyte of zeros, as the machine's own gzip packs them.
pub(super) async fn bomb(stage: &Stage) -> String {
    let packed = tokio::task::spawn_blocking(|| {
        let mut gzip = Command::new("gzip").arg("-9").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut input = gzip.stdin.take()?;
        let writing = std::thread::spawn(move || (0..1_100).all(|_| input.write_all(&vec![0; 1 << 20]).is_ok()));
        let packed = gzip.wait_with_output().ok()?.stdout;
        writing.join().ok()?.then_some(packed)
    });
    let Some(packed) = packed.await.ok().flatten() else { return "no gzip here".into() };
    told(&[upload(stage, "bomb.log.gz", &packed).await])
}
