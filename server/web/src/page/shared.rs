//! A published revision behind a link: for whoever has it, without an account.

use std::collections::BTreeMap;

use app::page::shared::{self, SharedText};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::Key;
use domain::export::Format;
use domain::export::html::text_html;
use store::{Result, SharedRevision};

use crate::assets::ASSETS;
use crate::bench;
use crate::download::attachment;
use crate::site::Site;

/// The address below which links are.
pub const BELOW: &str = "/shared/";

/// The page of a link.
pub(super) async fn page(State(site): State<Site>, Path(params): Path<BTreeMap<String, String>>) -> Response {
    let read = async {
        let Some(opened) = open(&site, &params).await? else { return Ok(gone(&site)) };
        let text = text(&site, &opened, &params).await?;
        let mut frame = frame(&site, &text.title);
        frame.at = text.at.clone();
        Ok(Html(bench::run(|| app::document(frame, || shared::page(&text))).await).into_response())
    };
    unlisted(&site, read.await)
}

/// A file of the revision.
pub(super) async fn file(State(site): State<Site>, Path(params): Path<BTreeMap<String, String>>) -> Response {
    let read = async {
        let Some(opened) = open(&site, &params).await? else { return Ok(gone(&site)) };
        let asked = part(&params, "file");
        if asked == "signing-key.pem" {
            let pem = pem(&site.store.signing_key().await?.public_key);
            return Ok(attachment(pem.into_bytes(), "application/x-pem-file", asked));
        }
        let found = opened.formats().into_iter().find_map(|format| {
            let name = file_name(&opened, format);
            match asked.strip_prefix(&name)? {
                "" => Some((format, name, false)),
                ".sig" => Some((format, name, true)),
                _ => None,
            }
        });
        let Some((format, name, is_signature)) = found else { return Ok(gone(&site)) };
        let file = opened.file(format).await?;
        Ok(match is_signature {
            false => attachment(file.body, format.media_type(), &name),
            true => attachment(bytes(&file.signature.signature), "application/octet-stream", asked),
        })
    };
    unlisted(&site, read.await)
}

/// What the address opens; the incident's key is part of it, and is worth nothing without the secret.
async fn open(site: &Site, params: &BTreeMap<String, String>) -> Result<Option<SharedRevision>> {
    match Key::parse(part(params, "key")) {
        Some(key) => site.store.shared(key, part(params, "secret")).await,
        None => Ok(None),
    }
}

fn part<'a>(params: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    params.get(name).map_or("", String::as_str)
}

async fn text(site: &Site, opened: &SharedRevision, params: &BTreeMap<String, String>) -> Result<SharedText> {
    let markdown = opened.text().await?;
    let mut files = Vec::new();
    for format in opened.formats() {
        let file = opened.file(format).await?;
        let (label, name) = (format.label(), file_name(opened, format));
        files.push(shared::SharedFile { label, name, sha256: file.sha256, signature: file.signature.signature });
    }
    let title = markdown.lines().next().unwrap_or_default().trim_start_matches("# ").replace('\\', "");
    let html = bench::run(|| text_html(&markdown, 0)).await;
    Ok(SharedText {
        title,
        html,
        number: opened.number(),
        published: opened.published(),
        until: opened.until,
        files,
        public_key: site.store.signing_key().await?.public_key,
        at: format!("{BELOW}{}/{}", opened.key(), part(params, "secret")),
    })
}

/// The same answer for a link that never was, has expired, or was revoked.
fn gone(site: &Site) -> Response {
    let html = app::document(frame(site, "Nothing to read here"), shared::gone);
    (StatusCode::NOT_FOUND, Html(html)).into_response()
}

fn frame(site: &Site, title: &str) -> app::frame::Frame {
    let mut frame = app::frame::Frame::anonymous(ASSETS, site.store.clock().now());
    frame.title = title.to_string();
    frame.at = BELOW.into();
    frame.is_unlisted = true;
    frame
}

/// No search engine keeps it, and no cache on the way.
fn unlisted(site: &Site, answered: Result<Response>) -> Response {
    let mut response = answered.unwrap_or_else(|error| {
        let problem = crate::problem::describe(&error);
        crate::problem::of_problem(&problem, Some(frame(site, problem.title)), BELOW)
    });
    let headers = response.headers_mut();
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow, noarchive"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn file_name(opened: &SharedRevision, format: Format) -> String {
    format!("{}-revision-{}.{}", opened.key(), opened.number(), format.extension())
}

/// A public key as OpenSSL reads it: the DER of an Ed25519 key in base64.
fn pem(public_key: &str) -> String {
    use base64::Engine;
    let der = bytes(&format!("302a300506032b6570032100{public_key}"));
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
}

/// The bytes of a text in hex that this program wrote.
fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}
