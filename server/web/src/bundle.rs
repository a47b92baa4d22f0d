//! Bundles over HTTP: a case as one file.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::export::Profile;
use domain::{Key, Refusal};
use store::{Actor, EvidenceOf, Packed, Result, Store};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

/// The word of the format.
pub const WORD: &str = "bundle";
/// The media type of a bundle.
const MEDIA_TYPE: &str = "application/vnd.inquest.bundle+zip";
/// So much of a bundle is read ahead of whoever takes it.
const AHEAD_BYTES: usize = 256 << 10;
/// So many are made at once: making one hashes all evidence of an incident.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Whether a bundle is asked for.
pub fn is_asked(query: &BTreeMap<String, String>) -> bool {
    query.get("format").is_some_and(|word| word == WORD)
}

/// Answers a bundle.
pub async fn answer(store: &Store, actor: &Actor, key: Key, query: &BTreeMap<String, String>) -> Result<Response> {
    crate::query::only(query, &["format", "profile", "evidence"])?;
    if crate::export::profile_of(query.get("profile"))? == Profile::Public {
        return Err(public().into());
    }
    let packed = pack(store, actor, key, evidence_of(query.get("evidence"))?).await?;
    let (name, length) = (packed.file_name.clone(), packed.bytes());
    let (mut out, read) = tokio::io::duplex(AHEAD_BYTES);
    let store = store.clone();
    tokio::spawn(async move {
        // A reader who goes away is no trouble; evidence that went away in between ends the file before its length.
        if let Err(error) = store.write_packed(&packed, &mut out).await {
            tracing::debug!(%error, "a bundle was not taken to its end");
        }
    });
    let mut response = Body::from_stream(ReaderStream::new(read)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Makes a bundle, when there is room for it.
pub async fn pack(store: &Store, actor: &Actor, key: Key, evidence: EvidenceOf) -> Result<Packed> {
    // Nobody closes it: without a place the work is done all the same.
    let _place = PLACES.acquire().await;
    store.pack(actor, key, evidence).await
}

/// What is said to whoever wants a bundle for everybody.
pub fn public() -> Refusal {
    Refusal::field(
        "profile",
        "A bundle has the whole case with its history and all names in it: give it to those who may see the case, and export another format for the public.",
    )
}

fn evidence_of(word: Option<&String>) -> Result<EvidenceOf> {
    match word.map(String::as_str) {
        None | Some("all") => Ok(EvidenceOf::All),
        Some("digests") => Ok(EvidenceOf::DigestsOnly),
        Some(other) => Err(Refusal::field(
            "evidence",
            format!(
                "“{other}” is not a choice: write all, for the bytes of evidence, or digests, for their SHA-256 only."
            ),
        )
        .into()),
    }
}

/// The schema of the history in a bundle. It needs no account: whoever was given a bundle may read it.
pub async fn schema() -> Response {
    let mut response = domain::bundle::SCHEMA.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/schema+json"));
    response
}
