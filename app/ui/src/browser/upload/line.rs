//! What is said to the server, and what it answers.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, File, Headers, RequestInit, Response};

use super::{BREAK, UploadForm, size};
use crate::browser::form::fetch;
use crate::browser::window;

/// What a question or a part came to.
pub enum Step {
    /// It is begun, at this address, and so many bytes are there.
    Begun(String, u64),
    /// So many bytes are there.
    At(u64),
    /// All of it is there and is evidence of this id.
    Done(String),
    /// The server does not have it any more.
    Gone,
    /// Somebody sends the same upload at the same moment, such as what is left of a line that broke: the sentence.
    Crossed(String),
    /// The line broke, or the server is busy: it is worth trying again.
    Lost,
    /// It does not help to try again.
    Stopped(String),
}

const SIGNED_OUT: &str =
    "You were signed out. What was sent is kept: sign in again in another window, then press Continue.";
const UNREADABLE: &str = "The file was changed or moved, so that it cannot be read any more: choose it again.";

/// Begins an upload.
pub async fn create(upload: &UploadForm, file: &File) -> Step {
    let told = [
        ("filename", file.name()),
        ("source", upload.said("source")),
        ("collector", upload.said("collector")),
        ("format", upload.said("format")),
    ];
    let said: Vec<String> = told
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| format!("{name} {}", base64(value)))
        .collect();
    let headers = [("Upload-Length", size(file).to_string()), ("Upload-Metadata", said.join(","))];
    match call("POST", &upload.url, &headers, None).await {
        Step::Gone => Step::Stopped("This incident is not there any more, or not for you: load the page again.".into()),
        step => step,
    }
}

/// Asks how far an upload is.
pub async fn ask(location: &str) -> Step {
    call("HEAD", location, &[], None).await
}

/// Sends a part from there on. Without one left, it asks for the answer to the last one.
pub async fn send(location: &str, file: &File, at: u64, length: u64) -> Step {
    let end = (at + length).min(size(file));
    let Ok(part) = file.slice_with_f64_and_f64(number(at), number(end)) else {
        return Step::Stopped(UNREADABLE.into());
    };
    // Read first: what cannot be read would look like a broken line.
    let Ok(bytes) = JsFuture::from(part.array_buffer()).await else { return Step::Stopped(UNREADABLE.into()) };
    let headers = [("Upload-Offset", at.to_string()), ("Content-Type", "application/offset+octet-stream".to_string())];
    call("PATCH", location, &headers, Some(&bytes)).await
}

#[allow(clippy::cast_precision_loss)] // no file is that long
fn number(bytes: u64) -> f64 {
    bytes as f64
}

/// Gives an upload up.
pub async fn drop(location: &str) {
    call("DELETE", location, &[], None).await;
}

async fn call(method: &str, url: &str, said: &[(&str, String)], body: Option<&JsValue>) -> Step {
    match answer(method, url, said, body).await {
        Ok(response) => read(&response).await,
        Err(_) => Step::Lost,
    }
}

async fn answer(method: &str, url: &str, said: &[(&str, String)], body: Option<&JsValue>) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("Tus-Resumable", "1.0.0")?;
    for (name, value) in said {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers);
    if let Some(body) = body {
        init.set_body(body);
    }
    let controller = AbortController::new()?;
    init.set_signal(Some(&controller.signal()));
    BREAK.replace(Some(controller));
    fetch(url, &init).await
}

async fn read(response: &Response) -> Step {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    if response.redirected() || response.status() == 401 {
        return Step::Stopped(SIGNED_OUT.into());
    }
    let offset = header("Upload-Offset").and_then(|text| text.parse().ok());
    match (response.status(), header("Inquest-Evidence"), header("Location"), offset) {
        (200..300, Some(evidence), ..) => Step::Done(evidence),
        (201, _, Some(location), Some(at)) => Step::Begun(location, at),
        (200..300, .., Some(at)) => Step::At(at),
        (404 | 410, ..) => Step::Gone,
        // A browser sends a part again by itself where its line broke, and meanwhile what came before is kept.
        (409, .., Some(_)) | (423, ..) => Step::Crossed(sentence(response).await),
        (408 | 429 | 500.., ..) => Step::Lost,
        _ => Step::Stopped(sentence(response).await),
    }
}

/// The server's sentence about what it refuses.
async fn sentence(response: &Response) -> String {
    let said = async {
        let problem = JsFuture::from(response.json().ok()?).await.ok()?;
        js_sys::Reflect::get(&problem, &JsValue::from_str("detail")).ok()?.as_string()
    };
    said.await.unwrap_or_else(|| "The server refused this file without saying why: try again later.".into())
}

/// UTF-8 as the protocol wants it.
fn base64(text: &str) -> String {
    // The browser's own function takes a letter for each byte.
    let bytes: String = text.bytes().map(char::from).collect();
    window().and_then(|window| window.btoa(&bytes).ok()).unwrap_or_default()
}
