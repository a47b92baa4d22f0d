//! Follows the incident: the stream says that something changed, and the page
//! asks again.

use std::cell::Cell;

use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, Headers, MessageEvent, RequestInit};

use super::{document, form, morph, toast, window};

thread_local! {
    /// The newest version the stream has named.
    static NEWEST: Cell<u64> = const { Cell::new(0) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Opens the stream the page names, if it names one.
pub fn follow() {
    let Some(url) = document().and_then(|document| document.document_element()).and_then(|root| root.get_attribute("data-live")) else { return };
    let Ok(source) = EventSource::new(&url) else { return };
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        mark(true);
        if let Some(version) = event.data().as_string().and_then(|data| data.parse::<u64>().ok()) {
            NEWEST.set(NEWEST.get().max(version));
            catch_up();
        }
    });
    let on_open = Closure::<dyn FnMut()>::new(|| mark(true));
    let on_error = Closure::<dyn FnMut()>::new(|| mark(false));
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    on_message.forget();
    on_open.forget();
    on_error.forget();
    std::mem::forget(source);
}

/// Says whether the page is connected.
fn mark(on: bool) {
    let Some(dot) = document().and_then(|document| document.query_selector(".live").ok().flatten()) else { return };
    dot.set_class_name(if on { "live on" } else { "live off" });
    dot.set_text_content(Some(if on { "live" } else { "not connected: trying again" }));
}

fn shown() -> u64 {
    let root = document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("data-version")).and_then(|version| version.parse().ok()).unwrap_or(0)
}

/// Fetches the page again while it shows less than the newest version.
fn catch_up() {
    if BUSY.get() || NEWEST.get() <= shown() {
        return;
    }
    BUSY.set(true);
    spawn_local(async {
        let before = shown();
        let here = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let came = refresh_from(&here, true).await.is_ok();
        BUSY.set(false);
        mark(true);
        if came && shown() > before {
            toast("This page has just been brought up to date.");
            catch_up();
        }
    });
}

/// Fetches a page and turns the one that is shown into it.
pub(super) async fn refresh_from(url: &str, keep_open: bool) -> Result<(), JsValue> {
    let headers = Headers::new()?;
    headers.set("Inquest-Fetch", "1")?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    let response = form::fetch(url, &init).await?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    morph::page(&html, keep_open);
    Ok(())
}
