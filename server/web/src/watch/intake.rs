//! `POST /api/v1/sources/{id}/records`: lines of any format that is read here, kept as they come.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::body::{self, Untaken};
use crate::problem;
use crate::received::Sent;
use crate::site::Site;

/// The kinds in which lines come; one that is not named is taken for lines as well.
const KINDS: [&str; 9] = [
    "",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/json-lines",
    "application/json",
    "application/octet-stream",
    "text/plain",
    "application/x-jsonlines",
];

/// The longest Idempotency-Key.
const KEY_CHARS_MAX: usize = 255;

/// Takes records in.
pub async fn records(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    match accept(&site, &params, &headers, sent).await {
        Ok(answer) => Json(answer).into_response(),
        Err(untaken) => refused(&untaken),
    }
}

async fn accept(
    site: &Site,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
    sent: Sent,
) -> Result<Value, Untaken> {
    let source = body::source(&site.store, headers).await?;
    if params.get("id").is_none_or(|id| id != source.id.as_str()) {
        return Err(Untaken::new(
            StatusCode::FORBIDDEN,
            "Another source",
            "This token is of another source than the address: send to the address that belongs to it.",
        ));
    }
    if !KINDS.contains(&body::media_type(headers).as_str()) {
        return Err(Untaken::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unknown kind",
            "Records come as lines: send them as application/x-ndjson or text/plain, packed with gzip or not.",
        ));
    }
    let key = key(headers)?;
    let held = body::take(site, &source, headers, sent).await?;
    let bytes = held.bytes.len();
    let lines = held.bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    // The place is given back once the bytes are kept.
    let place = held.place;
    if lines > 0 {
        site.store.accept_once(&source.id, lines as u64, held.bytes.into(), key.as_deref()).await?;
    }
    drop(place);
    Ok(json!({ "accepted": lines, "rejected": 0, "bytes": bytes }))
}

/// The key under which it is sent again where no answer came.
fn key(headers: &HeaderMap) -> Result<Option<String>, Untaken> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(key) if (1..=KEY_CHARS_MAX).contains(&key.len()) => Ok(Some(key.to_string())),
        _ => Err(Untaken::new(
            StatusCode::BAD_REQUEST,
            "Unknown key",
            format!("An Idempotency-Key has 1 to {KEY_CHARS_MAX} characters of ASCII: send a shorter one."),
        )),
    }
}

fn refused(untaken: &Untaken) -> Response {
    let mut response = problem::json_of(&untaken.problem);
    wait(&mut response, untaken);
    response
}

/// Says when it is worth trying again.
pub fn wait(response: &mut Response, untaken: &Untaken) {
    if let Some(seconds) = untaken.retry_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
