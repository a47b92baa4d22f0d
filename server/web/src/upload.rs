//! Uploads and downloads of evidence: streamed, hashed on the way, never held whole.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Permit;
use domain::evidence::{Evidence, Upload};
use domain::{Id, Key, Refusal};
use futures::StreamExt;
use serde_json::json;
use store::{Actor, Error, Received, Result};

use crate::command::shown;
use crate::door::{self, Signed};
use crate::fields::Fields;
use crate::site::Site;
use crate::{form, problem};

/// What is said of a file beside its bytes.
#[derive(Default)]
struct Said {
    name: String,
    format: String,
    source: Option<String>,
    collector: Option<String>,
}

/// `POST …/evidence?name=…&format=auto`: the raw body is the file.
pub async fn by_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    Query(mut query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let said = Said {
        name: query.remove("name").unwrap_or_else(|| "upload".into()),
        format: query.remove("format").unwrap_or_else(|| "auto".into()),
        source: query.remove("source"),
        collector: query.remove("collector"),
    };
    let received = async {
        let actor = door::from_bearer(&site.store, &headers).await?;
        let key = key(&params)?;
        may_upload(&site, &actor, key).await?;
        let received = receive(&site, body).await?;
        let (id, dossier) = register(&site, &actor, key, received, said).await?;
        Ok::<_, Error>(shown::<Evidence>(&dossier, &id))
    };
    match received.await {
        Ok(body) => (StatusCode::CREATED, Json(body)).into_response(),
        Err(error) => problem::json(&error),
    }
}

/// The form of the evidence page.
pub async fn by_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let mut fields = vec![("form".to_string(), "upload".to_string())];
    match take_form(&site, &signed.actor, &params, request, &mut fields).await {
        Ok(location) => form::on(&headers, &location, &json!(null)),
        Err(error) => form::back(&site, &Fields::new(fields), &headers, &error).await,
    }
}

/// Reads the parts in the order in which the form sends them: what is said of the file comes before it.
async fn take_form(
    site: &Site,
    actor: &Actor,
    params: &BTreeMap<String, String>,
    request: Request,
    fields: &mut Vec<(String, String)>,
) -> Result<String> {
    let key = key(params)?;
    fields.push(("at".into(), format!("/incidents/{key}/evidence")));
    may_upload(site, actor, key).await?;
    let unreadable = || Error::Refused(Refusal::field("file", "The upload broke off: choose the file and try again."));
    let mut parts = Multipart::from_request(request, site).await.map_err(|_| unreadable())?;
    let mut said = Said { format: "auto".into(), ..Said::default() };
    let mut received = None;
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_string();
        if name == "file" {
            said.name = part.file_name().unwrap_or_default().to_string();
            if said.name.is_empty() {
                continue;
            }
            let chunks = part.map(|chunk| chunk.map_err(|_| unreadable()));
            received = Some(receive_chunks(site, chunks).await?);
        } else {
            let text = part.text().await.map_err(|_| unreadable())?;
            match name.as_str() {
                "source" => said.source = Some(text.clone()),
                "collector" => said.collector = Some(text.clone()),
                _ => {}
            }
            fields.push((name, text));
        }
    }
    let received = received.ok_or_else(|| Refusal::field("file", "Choose a file to upload."))?;
    let (id, _) = register(site, actor, key, received, said).await?;
    Ok(format!("/incidents/{key}/evidence#evidence-{id}"))
}

fn key(params: &BTreeMap<String, String>) -> Result<Key> {
    params.get("key").and_then(|key| Key::parse(key)).ok_or_else(|| Refusal::absent("incident of that key").into())
}

/// Refuses before a byte is taken in.
async fn may_upload(site: &Site, actor: &Actor, key: Key) -> Result<()> {
    site.store.dossier(actor, key).await?;
    if !actor.may(Permit::Edit) {
        return Err(Refusal::forbidden(format!(
            "Your role is {}, and it may not add evidence: ask an admin for another role.",
            actor.role
        ))
        .into());
    }
    Ok(())
}

async fn receive(site: &Site, body: Body) -> Result<Received> {
    let broken = |error| Error::Refused(Refusal::rule(format!("The upload broke off: {error}. Send it again.")));
    receive_chunks(site, body.into_data_stream().map(move |chunk| chunk.map_err(broken))).await
}

async fn receive_chunks(
    site: &Site,
    chunks: impl futures::Stream<Item = Result<axum::body::Bytes>>,
) -> Result<Received> {
    let mut upload = site.store.begin_upload().await?;
    let mut chunks = std::pin::pin!(chunks);
    while let Some(chunk) = chunks.next().await {
        upload.write(&chunk?).await?;
    }
    upload.finish().await
}

async fn register(
    site: &Site,
    actor: &Actor,
    key: Key,
    received: Received,
    said: Said,
) -> Result<(Id, std::sync::Arc<domain::record::Dossier>)> {
    if received.bytes == 0 {
        return Err(Refusal::field("file", "This file is empty: choose another.").into());
    }
    let format = match said.format.as_str() {
        "auto" if said.name.ends_with(".json") || said.name.ends_with(".jsonl") => "json".into(),
        "auto" if received.looks_text => "text".into(),
        "auto" => "binary".into(),
        named => named.to_string(),
    };
    let upload = Upload {
        name: said.name,
        sha256: received.sha256,
        bytes: received.bytes,
        format,
        lines: received.lines,
        source: said.source,
        collector: said.collector,
    };
    let entered = site.store.enter(actor, key, Permit::Edit, move |entry| entry.add_evidence(upload)).await?;
    Ok((entered.value, entered.dossier))
}

/// The bytes of an item, for a person.
pub async fn content_for_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
) -> Response {
    content(&site, &signed.actor, &params).await.unwrap_or_else(|error| problem::page(&error, None, "/incidents"))
}

/// The bytes of an item, for a program.
pub async fn content_for_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let answered = async { content(&site, &door::from_bearer(&site.store, &headers).await?, &params).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

/// Always a download, never a page: evidence is somebody else's bytes.
async fn content(site: &Site, actor: &Actor, params: &BTreeMap<String, String>) -> Result<Response> {
    let dossier = site.store.dossier(actor, key(params)?).await?;
    let id = Id::new(params.get("id").map_or("", String::as_str));
    let item = dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?;
    let bytes = site.store.read_blob(&item.sha256).await?;
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(item.bytes));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name: String =
        item.name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
