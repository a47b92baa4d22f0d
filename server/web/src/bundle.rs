//! Bundles over HTTP: a case as one file.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use domain::export::Profile;
use store::{EvidenceOf, OpenIncident, Packed, Result, Store};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

use crate::download::attachment;
use crate::export::BundleQuery;

/// The word of the format.
pub const WORD: &str = "bundle";
/// The media type of a bundle.
const MEDIA_TYPE: &str = "application/vnd.inquest.bundle+zip";
/// So much of a bundle is read ahead of whoever takes it.
const AHEAD_BYTES: usize = 256 << 10;
/// So many are made at once: making one hashes all evidence of an incident.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Answers a bundle.
pub async fn answer(store: &Store, incident: &OpenIncident, asked: &BundleQuery) -> Result<Response> {
    if asked.profile == Some(Profile::Public) {
        return Err(public().into());
    }
    let packed = pack(incident, asked.evidence.unwrap_or(EvidenceOf::All)).await?;
    let (name, length) = (packed.file_name.clone(), packed.bytes());
    let (mut out, read) = tokio::io::duplex(AHEAD_BYTES);
    let store = store.clone();
    tokio::spawn(async move {
        // A reader who goes away is no trouble; evidence that went away in between ends the file before its length.
        if let Err(error) = store.write_packed(&packed, &mut out).await {
            tracing::debug!(%error, "a bundle was not taken to its end");
        }
    });
    let mut response = attachment(Body::from_stream(ReaderStream::new(read)), MEDIA_TYPE, &name);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

/// Makes a bundle, when there is room for it.
pub async fn pack(incident: &OpenIncident, evidence: EvidenceOf) -> Result<Packed> {
    // Nobody closes it: without a place the work is done all the same.
    let _place = PLACES.acquire().await;
    incident.pack(evidence).await
}

/// What is said to whoever wants a bundle for everybody.
pub fn public() -> Refusal {
    Refusal::field(
        "profile",
        "A bundle has the whole case with its history and all names in it: give it to those who may see the case, and export another format for the public.",
    )
}

/// The schema of the history in a bundle. It needs no account: whoever was given a bundle may read it.
pub async fn schema() -> Response {
    let mut response = domain::bundle::SCHEMA.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/schema+json"));
    response
}
