//! Uploads that go on after a broken line, by the protocol tus 1.0 (core, creation, termination, expiration).
//!
//! A program, or the browser, begins one with its length, sends bytes from an offset on, and asks after a broken line
//! how many came. Each mebibyte is kept as it comes.

use std::collections::BTreeMap;

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, head};
use domain::{Id, Key, Refusal};
use futures::StreamExt;
use serde_json::json;
use store::{Actor, Error, PARTIAL_BYTES_MAX, PIECE_BYTES, Partial, Result};

use super::metadata::metadata;
use super::{described, may_upload, parts};
use crate::door::{self, Signed};
use crate::problem::{self, Problem};
use crate::received::is_stalled;
use crate::site::Site;

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// The item that the upload became.
const EVIDENCE: HeaderName = HeaderName::from_static("inquest-evidence");

/// Where programs send, below `/api/v1`.
pub fn for_programs() -> Router<Site> {
    Router::new()
        .route("/incidents/{key}/uploads", get(list_by_program).post(create_by_program).options(options))
        .route(
            "/incidents/{key}/uploads/{id}",
            head(ask_by_program).patch(send_by_program).delete(drop_by_program).options(options),
        )
}

/// Where the browser sends.
pub fn for_people() -> Router<Site> {
    Router::new()
        .route("/incidents/{key}/uploads", axum::routing::post(create_by_person))
        .route("/incidents/{key}/uploads/{id}", head(ask_by_person).patch(send_by_person).delete(drop_by_person))
}

type Params = Path<BTreeMap<String, String>>;

/// What was sent, and by whom.
struct Sent {
    actor: Actor,
    params: BTreeMap<String, String>,
    headers: HeaderMap,
    body: Body,
    /// What stands before the path: `/api/v1` for programs.
    base: &'static str,
}

impl Sent {
    /// The upload that the path names.
    fn id(&self) -> Id {
        Id::new(self.params.get("id").map_or("", String::as_str))
    }
}

macro_rules! doors {
    ($($act:ident $program:ident $person:ident)*) => {
        $(async fn $program(State(site): State<Site>, Path(params): Params, headers: HeaderMap, body: Body) -> Response {
            let answered = async {
                let actor = door::from_bearer(&site.store, &headers).await?;
                $act(&site, Sent { actor, params, headers, body, base: "/api/v1" }).await
            };
            told(answered.await)
        }
        async fn $person(
            State(site): State<Site>,
            signed: Signed,
            Path(params): Params,
            headers: HeaderMap,
            body: Body,
        ) -> Response {
            told($act(&site, Sent { actor: signed.actor, params, headers, body, base: "" }).await)
        })*
    };
}

doors! {
    create create_by_program create_by_person
    ask ask_by_program ask_by_person
    send send_by_program send_by_person
    forget drop_by_program drop_by_person
}

/// Every answer says which protocol it is of.
fn told(answered: Result<Response>) -> Response {
    let mut response = answered.unwrap_or_else(|error| problem::json(&error));
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

async fn options() -> Response {
    let most = PARTIAL_BYTES_MAX.to_string();
    let headers = [
        ("tus-resumable", VERSION),
        ("tus-version", VERSION),
        ("tus-extension", "creation,termination,expiration"),
        ("tus-max-size", most.as_str()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// An answer that is one of the protocol's own statuses, with a sentence.
fn status(status: StatusCode, sentence: &str) -> Response {
    problem::json_of(&Problem::new(status, "Not sent", sentence.into()))
}

/// The answer to somebody who speaks another protocol.
fn other_protocol(headers: &HeaderMap) -> Option<Response> {
    let known = headers.get(RESUMABLE).is_some_and(|version| version == VERSION);
    (!known).then(|| {
        let mut response = status(StatusCode::PRECONDITION_FAILED, "Send the header Tus-Resumable: 1.0.0 along.");
        response.headers_mut().insert(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
        response
    })
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

async fn list_by_program(State(site): State<Site>, Path(params): Params, headers: HeaderMap) -> Response {
    let listed = async {
        let actor = door::from_bearer(&site.store, &headers).await?;
        let incident = site.open(&actor, &params).await?;
        let items: Vec<_> = incident.partials().await?.iter().map(shown).collect();
        Ok::<_, Error>(Json(json!({ "items": items, "next_cursor": null })).into_response())
    };
    told(listed.await)
}

fn shown(partial: &Partial) -> serde_json::Value {
    let said: serde_json::Value = serde_json::from_str(&partial.metadata).unwrap_or_default();
    json!({ "id": partial.id, "name": said["name"], "length": partial.length, "received": partial.stands_at(),
        "evidence": partial.evidence, "expires_at": partial.expires_at() })
}

async fn create(site: &Site, sent: Sent) -> Result<Response> {
    let incident = site.open(&sent.actor, &sent.params).await?;
    let key = incident.key();
    drop(may_upload(site, &sent.actor)?);
    if let Some(response) = other_protocol(&sent.headers) {
        return Ok(response);
    }
    let Some(length) = number(&sent.headers, &LENGTH) else {
        return Ok(status(StatusCode::BAD_REQUEST, "Say in Upload-Length how many bytes the file has."));
    };
    if length > PARTIAL_BYTES_MAX {
        return Ok(status(StatusCode::PAYLOAD_TOO_LARGE, "The file is larger than Tus-Max-Size says."));
    }
    let said = json!(metadata(&sent.headers)?).to_string();
    let partial = incident.begin_partial(length, &said).await?;
    let location = format!("{}/incidents/{key}/uploads/{}", sent.base, partial.id);
    let mut response = StatusCode::CREATED.into_response();
    state(&mut response, &partial);
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    if length == 0
        && let Err(error) = finish(site, &sent.actor, key, &partial, &mut response).await
    {
        // There is no byte that could be asked for again, and nothing to lose.
        incident.drop_partial(&partial.id).await?;
        return Err(error);
    }
    Ok(response)
}

/// How far an upload is, as headers.
fn state(response: &mut Response, partial: &Partial) {
    let headers = response.headers_mut();
    headers.insert(OFFSET, partial.stands_at().into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let expires = partial.expires_at().utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let (Ok(expires), None) = (HeaderValue::from_str(&expires), &partial.evidence) {
        headers.insert(EXPIRES, expires);
    }
    if let Some(Ok(evidence)) = partial.evidence.as_ref().map(|id| HeaderValue::from_str(id.as_str())) {
        headers.insert(EVIDENCE, evidence);
    }
}

async fn ask(site: &Site, sent: Sent) -> Result<Response> {
    let partial = site.open(&sent.actor, &sent.params).await?.partial(&sent.id()).await?;
    if let Some(response) = other_protocol(&sent.headers) {
        return Ok(response);
    }
    let mut response = StatusCode::OK.into_response();
    state(&mut response, &partial);
    response.headers_mut().insert(LENGTH, partial.length.into());
    Ok(response)
}

async fn send(site: &Site, sent: Sent) -> Result<Response> {
    let incident = site.open(&sent.actor, &sent.params).await?;
    let key = incident.key();
    let place = may_upload(site, &sent.actor)?;
    let mut partial = incident.partial(&sent.id()).await?;
    if let Some(response) = other_protocol(&sent.headers) {
        return Ok(response);
    }
    if sent.headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/offset+octet-stream") {
        let sentence = "Send the bytes as Content-Type: application/offset+octet-stream.";
        return Ok(status(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    let from = number(&sent.headers, &OFFSET);
    // What is whole and no evidence yet may be sent again from anywhere in its last piece.
    let Some(from) = from.filter(|from| (partial.stands_at()..=partial.received).contains(from)) else {
        let mut response = status(
            StatusCode::CONFLICT,
            "Upload-Offset is not where the upload stands: ask with HEAD how far it is, and go on from there.",
        );
        state(&mut response, &partial);
        return Ok(response);
    };
    if sent.headers.contains_key("upload-checksum") {
        let sentence = "Upload-Checksum is not checked here: leave it out, and compare the SHA-256 of the evidence once it is whole.";
        return Ok(status(StatusCode::BAD_REQUEST, sentence));
    }
    // A line that breaks takes the request with it, and not what came: that is kept by a task of its own.
    let site = site.clone();
    let task = tokio::spawn(async move {
        let _place = place;
        let mut response = StatusCode::NO_CONTENT.into_response();
        if from < partial.received {
            let end = again(&site, &partial, from, sent.body).await?;
            if end < partial.length {
                state(&mut response, &partial);
                response.headers_mut().insert(OFFSET, end.into());
                return Ok(response);
            }
        } else {
            take(&site, &mut partial, sent.body).await?;
        }
        if partial.is_whole() {
            finish(&site, &sent.actor, key, &partial, &mut response).await?;
        } else {
            state(&mut response, &partial);
        }
        Ok(response)
    });
    task.await.map_err(|error| Error::Internal(Box::new(error)))?
}

/// Keeps what comes, a piece at a time; the last one also where the line breaks.
async fn take(site: &Site, partial: &mut Partial, body: Body) -> Result<()> {
    let mut chunks = body.into_data_stream();
    let mut gathered: Vec<u8> = Vec::new();
    loop {
        let chunk = match chunks.next().await {
            Some(Ok(chunk)) => chunk,
            None => return site.store.add_piece(partial, Bytes::from(gathered)).await,
            Some(Err(error)) => {
                site.store.add_piece(partial, Bytes::from(gathered)).await?;
                return Err(broke_off(&error));
            }
        };
        let mut chunk: Bytes = chunk;
        while !chunk.is_empty() {
            let room = PIECE_BYTES - gathered.len();
            gathered.extend_from_slice(&chunk.split_to(room.min(chunk.len())));
            if gathered.len() == PIECE_BYTES {
                site.store.add_piece(partial, Bytes::from(std::mem::take(&mut gathered))).await?;
            }
        }
    }
}

fn broke_off(error: &axum::Error) -> Error {
    if is_stalled(error) {
        return parts::stalled();
    }
    Refusal::rule(format!("The upload broke off: {error}. What came is kept.")).into()
}

/// Hears the end of a whole upload again, which has to be what is kept; answers how far it was said.
async fn again(site: &Site, partial: &Partial, from: u64, body: Body) -> Result<u64> {
    let mut chunks = body.into_data_stream();
    let mut said: Vec<u8> = Vec::new();
    while let Some(chunk) = chunks.next().await {
        said.extend_from_slice(&chunk.map_err(|error| broke_off(&error))?);
        if from + said.len() as u64 > partial.length {
            return Err(Refusal::rule("These are more bytes than the upload was said to have.").into());
        }
    }
    if !site.store.is_kept(partial, from, &said).await? {
        let sentence = "These are other bytes than those that came before: delete this upload, and begin another one.";
        return Err(Refusal::rule(sentence).into());
    }
    Ok(from + said.len() as u64)
}

/// Makes evidence of what is whole, and says so in the answer.
async fn finish(site: &Site, actor: &Actor, key: Key, partial: &Partial, response: &mut Response) -> Result<()> {
    let said: BTreeMap<String, String> = serde_json::from_str(&partial.metadata).unwrap_or_default();
    let (evidence, _) = site.store.finish_partial(actor, key, partial, described(&said)?).await?;
    let mut done = partial.clone();
    done.evidence = Some(evidence);
    state(response, &done);
    Ok(())
}

async fn forget(site: &Site, sent: Sent) -> Result<Response> {
    let incident = site.open(&sent.actor, &sent.params).await?;
    let id = sent.id();
    incident.partial(&id).await?;
    if let Some(response) = other_protocol(&sent.headers) {
        return Ok(response);
    }
    incident.drop_partial(&id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
