//! Forms, JSON and uploads that hold too much.

use std::time::Duration;

use super::Stage;
use super::stage::{PATIENCE, told};
use crate::raw::head;
use crate::{Person, Raw};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const TIMES: usize = 20;

async fn form(stage: &Stage, person: Option<&Person>, body: &str) -> String {
    let cookie = person.map(Person::cookies).unwrap_or_default();
    let mut statuses = Vec::new();
    for path in ["/incidents/INC-1/events", "/incidents", "/incidents/INC-1/unsaved", "/sign-in"] {
        let headers = [FORM, ("cookie", cookie.as_str())];
        let all = (0..TIMES / 4).map(|_| stage.send("POST", path, &headers, body.as_bytes()));
        statuses.extend(futures::future::join_all(all).await);
    }
    told(&statuses)
}

fn deep() -> String {
    format!("{}a=1", "a.".repeat(13_000))
}

fn rows() -> String {
    (0..200_000).map(|number| format!("k{number}.200=1")).collect::<Vec<_>>().join("&")[..1_900_000].to_string()
}

fn fields() -> String {
    "a=&".repeat(660_000)
}

pub(super) async fn deep_by_nobody(stage: &Stage) -> String {
    form(stage, None, &deep()).await
}

pub(super) async fn deep_by_viewer(stage: &Stage) -> String {
    form(stage, Some(&stage.viewer_page), &deep()).await
}

pub(super) async fn deep_by_responder(stage: &Stage) -> String {
    form(stage, Some(&stage.responder_page), &deep()).await
}

pub(super) async fn rows_by_viewer(stage: &Stage) -> String {
    form(stage, Some(&stage.viewer_page), &rows()).await
}

pub(super) async fn rows_by_responder(stage: &Stage) -> String {
    form(stage, Some(&stage.responder_page), &rows()).await
}

pub(super) async fn fields_by_nobody(stage: &Stage) -> String {
    form(stage, None, &fields()).await
}

pub(super) async fn fields_by_responder(stage: &Stage) -> String {
    form(stage, Some(&stage.responder_page), &fields()).await
}

async fn json(stage: &Stage, body: &str) -> String {
    let token = stage.viewer.bearer();
    let headers = [("content-type", "application/json"), ("authorization", token.as_str())];
    let all = (0..TIMES).map(|_| stage.send("POST", "/api/v1/evaluate", &headers, body.as_bytes()));
    told(&futures::future::join_all(all).await)
}

pub(super) async fn nested_json(stage: &Stage) -> String {
    json(stage, &format!("{{\"window\":{}", "[".repeat(500_000))).await
}

pub(super) async fn many_values(stage: &Stage) -> String {
    json(stage, &format!("{{\"resources\":[{}0]}}", "0,".repeat(990_000))).await
}

/// What is sent until the server ends it, at most.
const SENT_MAX: usize = 1_500_000_000;

async fn endless(stage: &Stage, start: &str, more: &str) -> String {
    let kind = "multipart/form-data; boundary=b";
    let cookie = stage.responder_page.cookies();
    let length = (SENT_MAX * 2).to_string();
    let headers = [("content-type", kind), ("cookie", cookie.as_str()), ("content-length", length.as_str())];
    let Some(raw) = Raw::open_from(stage.url(), "127.0.0.1").await else { return "not taken in".into() };
    let mut raw = raw.saying(head("POST", "/incidents/INC-1/evidence", &headers) + start).await;
    let (mut sent, begun) = (0, std::time::Instant::now());
    while sent < SENT_MAX && begun.elapsed() < Duration::from_secs(60) && raw.send(more).await {
        sent += more.len();
    }
    let status = raw.status(PATIENCE / 10).await;
    format!("{} after {:.1} MB", told(&[status]), sent as f64 / 1e6)
}

pub(super) async fn endless_text(stage: &Stage) -> String {
    let start = "--b\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\n";
    endless(stage, start, &"x".repeat(1 << 18)).await
}

pub(super) async fn endless_part_head(stage: &Stage) -> String {
    let start = "--b\r\nContent-Disposition: form-data; name=\"source\"\r\nX: ";
    endless(stage, start, &"x".repeat(1 << 18)).await
}
