//! Many at once: connections that are opened and left, and writers that want the same.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

use super::Stage;
use super::stage::{PATIENCE, told};
use crate::raw::head;
use crate::world::{PASSWORD, email};
use crate::{Person, Raw};

/// How long connections are held.
const HELD: Duration = Duration::from_secs(5);

/// Opens so many connections that all say this; those that were taken in.
async fn crowd(stage: &Stage, count: usize, from: &str, words: &str) -> Vec<Raw> {
    let mut crowd = Vec::new();
    for _ in 0..count {
        if let Some(mut raw) = Raw::open_from(stage.url(), from).await
            && raw.send(words).await
        {
            crowd.push(raw);
        }
    }
    crowd
}

async fn half(stage: &Stage, from: &str) -> String {
    let crowd = crowd(stage, 1_100, from, "GET /incidents HTTP/1.1\r\nhost: a\r\n").await;
    tokio::time::sleep(HELD).await;
    format!("{} taken in; {}", crowd.len(), signs_in(stage).await)
}

pub(super) async fn half_requests(stage: &Stage) -> String {
    half(stage, "127.0.0.3").await
}

pub(super) async fn half_requests_here(stage: &Stage) -> String {
    half(stage, "127.0.0.1").await
}

/// Whether somebody else can sign in, and how long that takes.
async fn signs_in(stage: &Stage) -> String {
    let begun = Instant::now();
    let stranger = Person::stranger(stage.url());
    let form = [("email", email("Wanda")), ("password", PASSWORD.to_string())];
    let sent = tokio::time::timeout(PATIENCE, stranger.request("POST", "/sign-in").form(&form).send()).await;
    let status = sent.ok().and_then(Result::ok).map_or(0, |answer| answer.status().as_u16());
    format!("signing in: {} in {} ms", told(&[status]), begun.elapsed().as_millis())
}

pub(super) async fn still_bodies(stage: &Stage) -> String {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-length", "16000")];
    let words = head("POST", "/sign-in", &headers) + "x".repeat(15_000).as_str();
    let crowd = crowd(stage, 1_000, "127.0.0.4", &words).await;
    tokio::time::sleep(HELD).await;
    format!("{} taken in; {}", crowd.len(), signs_in(stage).await)
}

pub(super) async fn stopped_uploads(stage: &Stage) -> String {
    let cookie = stage.responder_page.cookies();
    let token = stage.responder.bearer();
    let headers = [("cookie", cookie.as_str()), ("authorization", &token), ("content-length", "1000000")];
    let mut uploads = crowd(
        stage,
        600,
        "127.0.0.5",
        &(head("POST", "/api/v1/incidents/INC-1/evidence?name=a.log", &headers) + "abc"),
    )
    .await;
    tokio::time::sleep(HELD).await;
    let signed = signs_in(stage).await;
    let statuses: Vec<u16> = join_all(uploads.iter_mut().map(|raw| raw.status(Duration::from_millis(500)))).await;
    format!("{}; {signed}", told(&statuses))
}

pub(super) async fn hoarded_streams(stage: &Stage) -> String {
    let token = stage.viewer.bearer();
    let words = head("GET", "/api/v1/incidents/INC-1/live", &[("authorization", &token)]);
    let mut crowd = crowd(stage, 4_200, "127.0.0.1", &words).await;
    let statuses: Vec<u16> = join_all(crowd.iter_mut().map(|raw| raw.status(PATIENCE))).await;
    let other = stage.reviewer.bearer();
    let mut other = Raw::open(stage.url())
        .await
        .saying(head("GET", "/api/v1/incidents/INC-1/live", &[("authorization", &other)]))
        .await;
    format!("{}; somebody else: {}", told(&statuses), other.status(PATIENCE).await)
}

pub(super) async fn unread_pages(stage: &Stage) -> String {
    let cookie = stage.viewer_page.cookies();
    let words = head("GET", "/incidents/INC-1/postmortem", &[("cookie", &cookie)]).repeat(20);
    let crowd = crowd(stage, 300, "127.0.0.6", &words).await;
    tokio::time::sleep(HELD * 2).await;
    format!("{} taken in; {}", crowd.len(), signs_in(stage).await)
}

/// How long writers write.
const WRITING: Duration = Duration::from_secs(8);

pub(super) async fn writers(stage: &Stage) -> String {
    let path = "/incidents/INC-1/events";
    written(stage, path, "POST", |number| json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "body": format!("{number}"), "actor": { "kind": "agent", "name": "a" } })).await
}

pub(super) async fn section_writers(stage: &Stage) -> String {
    let text = "A line that is written again and again.\n".repeat(2_000);
    let path = "/incidents/INC-1/sections/what_happened";
    written(stage, path, "PUT", move |number| json!({ "body": format!("{number}\n{text}") })).await
}

async fn written(stage: &Stage, path: &str, method: &str, body: impl Fn(usize) -> serde_json::Value) -> String {
    let (begun, body) = (Instant::now(), &body);
    let writer = async |writer: usize| {
        let mut statuses = Vec::new();
        while begun.elapsed() < WRITING {
            statuses.push(stage.call(&stage.responder, method, path, body(writer * 10_000 + statuses.len())).await);
        }
        statuses
    };
    told(&join_all((0..40).map(writer)).await.concat())
}

pub(super) async fn sign_ins(stage: &Stage) -> String {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let form = |number: usize| format!("email=nobody{number}%40example.org&password=wrong+password");
    let all = (0..60).map(|number| {
        let form = form(number);
        async move { stage.send("POST", "/sign-in", &headers, form.as_bytes()).await }
    });
    told(&join_all(all).await)
}
