//! Forms that post without losing the page. The server answers as it answers
//! a plain post; only the reload is saved.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, FormData, Headers, HtmlFormElement, RequestInit, Response, SubmitEvent, UrlSearchParams};

use super::{document, live, morph, on_document, toast, window};

/// Listens for typing and for submits, anywhere on the page.
pub fn listen() {
    on_document("input", true, |event: Event| {
        if let Some(form) = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|field| field.closest("form[method=post]").ok().flatten()) {
            let _ = form.set_attribute("data-dirty", "");
        }
    });
    on_document("submit", false, |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        // Uploads, and forms that leave the incident, post as they are.
        if form.method() != "post" || form.enctype() == "multipart/form-data" || form.get_attribute("data-plain").is_some() || form.query_selector("[name=form]").ok().flatten().is_none() {
            return;
        }
        event.prevent_default();
        spawn_local(async move { send(form).await });
    });
}

async fn send(form: HtmlFormElement) {
    let _ = form.set_attribute("aria-busy", "true");
    let answer = post(&form).await;
    let _ = form.remove_attribute("aria-busy");
    match answer {
        Ok((204, location, _)) => {
            let _ = form.remove_attribute("data-dirty");
            go(&location).await;
        }
        Ok((_, _, html)) if html.contains("<main") => {
            let _ = form.remove_attribute("data-dirty");
            morph::page(&html, true);
            let _ = document().and_then(|document| document.query_selector("[aria-invalid=true],[role=alert]").ok().flatten()).map(focus);
        }
        _ => toast("The server did not answer. What you typed is still here; try again."),
    }
}

fn focus(element: Element) {
    element.scroll_into_view();
    if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}

async fn post(form: &HtmlFormElement) -> Result<(u16, String, String), JsValue> {
    let data = FormData::new_with_form(form)?;
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data)?;
    let headers = Headers::new()?;
    headers.set("Inquest-Fetch", "1")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body);
    let response = fetch(&form.action(), &init).await?;
    let location = response.headers().get("Inquest-Location")?.unwrap_or_default();
    let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok((response.status(), location, html))
}

pub(super) async fn fetch(url: &str, init: &RequestInit) -> Result<Response, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, init)).await?.dyn_into()
}

/// Shows the page an act leads to. A page of the same path is turned into it; another is gone to.
async fn go(location: &str) {
    let Some(window) = window() else { return };
    let place = window.location();
    let path = location.split(['?', '#']).next().unwrap_or(location);
    if place.pathname().ok().as_deref() != Some(path) {
        let _ = place.set_href(location);
        return;
    }
    if live::refresh_from(location, false).await.is_err() {
        let _ = place.set_href(location);
        return;
    }
    let _ = window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(location)));
    if let Some((_, anchor)) = location.split_once('#') {
        let target = document().and_then(|document| document.get_element_by_id(anchor));
        if let Some(target) = target {
            target.scroll_into_view();
        }
    }
}
