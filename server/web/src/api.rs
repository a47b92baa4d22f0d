//! The door for programs: `/api/v1`.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use axum::{Json, Router};
use domain::access::{Permit, Scope};
use domain::{Refusal, RefusalKind};
use serde_json::{Value, json};
use store::{Answer, Error, Result};

use crate::command::{Call, Method, Reply, Route, routes};
use crate::site::Site;
use crate::{door, openapi, problem, upload};

/// The API's routes.
pub fn router() -> Router<Site> {
    let mut router = Router::new()
        .route("/incidents/{key}/evidence", post(upload::by_program))
        .route("/incidents/{key}/evidence/{id}/content", get(upload::content_for_program))
        .route("/incidents/{key}/export", get(crate::export::for_program))
        .route("/incidents/{key}/live", get(crate::live::for_program))
        .route("/evaluate", post(evaluate))
        .route("/openapi.json", get(openapi::document));
    for route in routes() {
        router = router.route(route.path, method(route));
    }
    router.fallback(async || {
        problem::json(&Error::Refused(Refusal {
            kind: RefusalKind::Absent,
            field: None,
            sentence: "There is no such call: /api/v1/openapi.json lists them all.".into(),
        }))
    })
}

fn method(route: &'static Route) -> MethodRouter<Site> {
    let handler = move |State(site): State<Site>,
                        Path(params): Path<BTreeMap<String, String>>,
                        Query(query): Query<BTreeMap<String, String>>,
                        headers: HeaderMap,
                        body: std::result::Result<Bytes, BytesRejection>| async move {
        let body = match body {
            Ok(body) => body,
            Err(rejection) => return unreceived(&rejection),
        };
        match answer(route, site, params, query, headers, body).await {
            Ok(response) => response,
            Err(error) => problem::json(&error),
        }
    };
    match route.method {
        Method::Get => get(handler),
        Method::Post => post(handler),
        Method::Put => put(handler),
        Method::Patch => patch(handler),
        Method::Delete => delete(handler),
    }
}

async fn answer(
    route: &Route,
    site: Site,
    mut params: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let actor = door::from_bearer(&site.store, &headers).await?;
    if !actor.may(route.permit) || (route.method != Method::Get && actor.scope == Scope::Read) {
        return Err(Refusal::forbidden(format!(
            "This token may not {}: use one with a wider scope, of an account whose role allows it.",
            route.permit
        ))
        .into());
    }
    // An incident is addressed by its key or its id, and absent for those who may not see it, whatever they send.
    if let Some(name) = params.get_mut("key") {
        let key = site.store.key_of(name).await?;
        site.store.version(&actor, key).await?;
        *name = key.to_string();
    }
    let body = match read_body(&body) {
        Ok(body) => body,
        Err(sentence) => return Ok(unreadable(&sentence)),
    };
    let seen = if_match(&headers)?;
    let idempotency = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
        .filter(|_| route.permit != Permit::Read)
        .map(str::to_string);
    let call = Call { store: site.store, actor, params, query, body, seen };
    let reply = match idempotency {
        Some(key) => once(route, call, &key).await?,
        None => (route.run)(call).await?,
    };
    let Reply { status, body, version, .. } = reply;
    Ok(written(status, body, version))
}

/// Runs a write under an Idempotency-Key: sent again, it gets the first answer.
async fn once(route: &Route, call: Call, key: &str) -> Result<Reply> {
    let (store, actor) = (call.store.clone(), call.actor.clone());
    let request = format!("{:?} {} {:?} {}", route.method, route.path, call.params, call.body);
    if let Some(known) = store.idempotency(&actor, key, request.as_bytes()).await? {
        let body = serde_json::from_str(&known.body).unwrap_or(Value::Null);
        return Ok(Reply { status: known.status, ..Reply::ok(body, String::new()) });
    }
    match (route.run)(call).await {
        Ok(reply) => {
            store
                .remember_idempotent(&actor, key, &Answer { status: reply.status, body: reply.body.to_string() })
                .await?;
            Ok(reply)
        }
        Err(error) => {
            store.forget_idempotent(&actor, key).await?;
            Err(error)
        }
    }
}

fn written(status: u16, body: Value, version: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, Json(body)).into_response();
    if let Some(tag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn read_body(bytes: &Bytes) -> std::result::Result<Value, String> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| format!("This is not JSON: {error}. Send one JSON object."))?;
    if value.is_object() { Ok(value) } else { Err("This is JSON, but no object: send one JSON object.".into()) }
}

/// The answer to bytes that cannot be read at all.
pub fn unreadable(sentence: &str) -> Response {
    broken(StatusCode::BAD_REQUEST, "Unreadable", sentence)
}

/// The answer to a body that did not come in whole.
fn unreceived(rejection: &BytesRejection) -> Response {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return broken(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Too large",
            "This is more than a call may send: send less at once, or upload it as evidence, which takes files of any size.",
        );
    }
    unreadable("The body broke off: send it again.")
}

fn broken(status: StatusCode, title: &str, sentence: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": sentence, "fields": {}, "trace_id": null });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn if_match(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
    let version =
        text.parse().map_err(|_| Refusal::field("If-Match", "If-Match names the version you saw, such as \"12\"."))?;
    Ok(Some(version))
}

/// Severity and verdict of facts that are not stored.
async fn evaluate(
    State(site): State<Site>,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    if let Err(error) = door::from_bearer(&site.store, &headers).await {
        return problem::json(&error);
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unreceived(&rejection),
    };
    let value = match read_body(&body) {
        Ok(value) => value,
        Err(sentence) => return unreadable(&sentence),
    };
    let facts = store::parse_draft::<domain::facts::Facts>(value);
    match facts.and_then(|facts| domain::verdict::evaluate(&facts)) {
        Ok(evaluation) => Json(evaluation).into_response(),
        Err(refusal) => problem::json(&Error::Refused(refusal)),
    }
}
