//! The door for programs: `/api/v1`.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use axum::{Json, Router};
use domain::access::Permit;
use domain::{Refusal, RefusalKind};
use serde_json::Value;
use store::{Error, Result};

use crate::command::{Call, Method, Reply, Route, routes};
use crate::query::{OneEach, Query};
use crate::received::{Sent, Unreceived, object_of};
use crate::site::Site;
use crate::{bench, door, once, openapi, problem, upload};

/// The API's routes.
pub fn router() -> Router<Site> {
    let mut router = Router::new()
        .route("/incidents/import", post(crate::import::by_program))
        .route("/incidents/{key}/evidence", post(upload::by_program))
        .route("/incidents/{key}/evidence/{id}/content", get(upload::content_for_program))
        .route("/incidents/{key}/export", get(crate::export::for_program))
        .route("/incidents/{key}/revisions/{id}/export", get(crate::export::for_program))
        .route("/incidents/{key}/live", get(crate::live::for_program))
        .route("/agents/{id}/live", get(crate::live::for_program))
        .route("/agents/export", get(crate::export::agents_for_program))
        .route("/trends/export", get(crate::export::trends_for_program))
        .route("/sources/{id}/records", post(crate::watch::intake::records))
        .merge(upload::partial::for_programs())
        .route("/evaluate", post(evaluate))
        .route("/schema/bundle-1.json", get(crate::bundle::schema))
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
                        OneEach(query): OneEach,
                        headers: HeaderMap,
                        sent: Sent| async move {
        match answer(route, site, params, query, headers, sent).await {
            Ok(response) => response,
            Err(Failed::Unreceived(unreceived)) => unreceived.json(),
            Err(Failed::Refused(error)) => problem::json(&error),
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

/// Why a call is not answered as it was meant.
enum Failed {
    Unreceived(Unreceived),
    Refused(Error),
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

async fn answer(
    route: &Route,
    site: Site,
    mut params: BTreeMap<String, String>,
    query: Query,
    headers: HeaderMap,
    sent: Sent,
) -> std::result::Result<Response, Failed> {
    let actor = door::from_bearer(&site.store, &headers).await?;
    if route.method != Method::Get {
        actor.permit_change()?;
    }
    let incident = site.admit(&actor, route.permit, &mut params).await?;
    let mut held = sent.held(&site, &actor).await.map_err(Failed::Unreceived)?;
    let body = object_of(&mut held).map_err(Failed::Unreceived)?;
    if route.method != Method::Get {
        route.contract.check_body(&body)?;
    }
    let seen = if_match(&headers)?;
    let idempotency = once::key_of(&headers).filter(|_| route.permit != Permit::Read);
    let call = Call { store: site.store, actor, incident, params, query, permit: route.permit, body, seen };
    let reply = match idempotency {
        Some(key) => run_once(route, call, &key).await?,
        None => (route.run)(call)?.await?,
    };
    let Reply { status, body, version, .. } = reply;
    Ok(written(status, body, version))
}

/// Runs a write under an Idempotency-Key: sent again, it gets the first answer.
async fn run_once(route: &Route, call: Call<Query>, key: &str) -> Result<Reply> {
    let (store, actor) = (call.store.clone(), call.actor.clone());
    let request = format!("{:?} {} {:?} {}", route.method, route.path, call.params, call.body);
    if let Some((status, body)) = once::known(&store, &actor, key, &request).await? {
        return Ok(Reply { status, ..Reply::ok(body, String::new()) });
    }
    once::answered(&store, &actor, key, (route.run)(call)?, |reply| (reply.status, &reply.body)).await
}

fn written(status: u16, body: Value, version: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, Json(body)).into_response();
    if let Some(tag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
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
async fn evaluate(State(site): State<Site>, headers: HeaderMap, sent: Sent) -> Response {
    let actor = match door::from_bearer(&site.store, &headers).await {
        Ok(actor) => actor,
        Err(error) => return problem::json(&error),
    };
    let value = match sent.held(&site, &actor).await {
        Ok(mut held) => object_of(&mut held).map(|value| (value, held)),
        Err(unreceived) => Err(unreceived),
    };
    let (value, _held) = match value {
        Ok(value) => value,
        Err(unreceived) => return unreceived.json(),
    };
    let facts = store::parse_draft::<domain::facts::Facts>(value);
    match bench::run(|| facts.and_then(|facts| domain::verdict::evaluate(&facts))).await {
        Ok(evaluation) => Json(evaluation).into_response(),
        Err(refusal) => problem::json(&Error::Refused(refusal)),
    }
}
