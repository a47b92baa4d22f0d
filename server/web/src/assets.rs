//! The built site, inside the binary.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};

/// A file of the built site.
#[derive(Debug)]
pub struct File {
    /// Where it is served.
    pub path: &'static str,
    kind: &'static str,
    forever: bool,
    plain: &'static [u8],
    /// Its bytes as browsers load them.
    pub brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Where pages find their built files.
pub const ASSETS: app::frame::Assets = app::frame::Assets { css: CSS, start: START, icons: ICONS };

/// Serves a built file; compressed where the client takes it.
pub async fn serve(uri: Uri, headers: HeaderMap) -> Response<Body> {
    let Some(file) = FILES.iter().find(|file| file.path == uri.path()) else {
        return plain(StatusCode::NOT_FOUND, "There is no such file.");
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = accepts.split(',').any(|coding| coding.trim().split(';').next() == Some("br"));
    let cache = if file.forever { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, file.kind)
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding");
    let response = if packed {
        response.header(header::CONTENT_ENCODING, "br").body(Body::from(file.brotli))
    } else {
        response.body(Body::from(file.plain))
    };
    response.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "This file cannot be served."))
}

fn plain(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    response
}
