//! Forms that post without losing the page. The server answers as it answers
//! a plain post; only the reload is saved.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, FormData, Headers, HtmlButtonElement, HtmlFormElement, RequestInit, Response, SubmitEvent,
    UrlSearchParams,
};

use super::{document, live, morph, on_document, on_window, presence, toast, unsaved, window};

/// Listens for typing and for submits, anywhere on the page.
pub fn listen() {
    on_document("input", true, |event: Event| {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(form) = field.and_then(|field| field.closest("form").ok().flatten()) {
            let _ = form.set_attribute(DIRTY, "");
        }
    });
    on_document("submit", false, |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        if !is_ours(&form) {
            let _ = form.remove_attribute(DIRTY);
            return;
        }
        event.prevent_default();
        if !form.has_attribute("aria-busy") {
            let pressed = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
            let choice = pressed.map(|button| (button.name(), button.value())).filter(|(name, _)| !name.is_empty());
            spawn_local(async move { send(form, choice).await });
        }
    });
    on_window("beforeunload", |event| {
        if !unsaved::is_all_kept() {
            event.prevent_default();
        }
    });
}

/// On a form in which somebody has typed what was not saved yet.
pub(super) const DIRTY: &str = "data-dirty";

/// Uploads, and forms that leave the incident, post as they are. The attributes are read, not the
/// properties: a field may be named like one of them, and hides it.
fn is_ours(form: &HtmlFormElement) -> bool {
    let is = |name: &str, value: &str| form.get_attribute(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    let named = form.query_selector("[name=form]").ok().flatten().is_some();
    is("method", "post") && !is("enctype", "multipart/form-data") && !form.has_attribute("data-plain") && named
}

/// What a post came to.
enum Answer {
    /// It is done, and is shown at this address.
    Done(String),
    /// A page: the one with the form, refused, or another one.
    Page(String),
    /// Nobody is signed in any more.
    SignedOut,
    /// The server cannot reach its database.
    NotNow,
}

const UNAUTHORIZED: u16 = 401;
const UNAVAILABLE: u16 = 503;

/// `choice` is what the button that was pressed says, where there are several.
async fn send(form: HtmlFormElement, choice: Option<(String, String)>) {
    let _ = form.set_attribute("aria-busy", "true");
    unsaved::finish_saving(&form).await;
    let answer = post(&form, choice).await;
    let _ = form.remove_attribute("aria-busy");
    match answer {
        Ok(Answer::Done(location)) => {
            let _ = form.remove_attribute(DIRTY);
            unsaved::saved(&form);
            go(&location).await;
        }
        Ok(Answer::Page(html)) => {
            let _ = form.remove_attribute(DIRTY);
            let _ = morph::page(&html, true);
            // Until it is accepted, what was typed is kept nowhere but here.
            let _ = form.set_attribute(DIRTY, "");
            lead();
        }
        Ok(Answer::SignedOut) => toast(
            "You were signed out. What you typed is still here: sign in again in another window, then send it once more.",
        ),
        Ok(Answer::NotNow) => {
            toast("The server cannot reach its database at the moment. What you typed is still here; try again.")
        }
        Err(_) => toast("The server did not answer. What you typed is still here; try again."),
    }
}

/// Leads to what is wrong: the field, else the sentence.
fn lead() {
    let Some(document) = document() else { return };
    let find = |selector: &str| document.query_selector(selector).ok().flatten();
    let field = find("[aria-invalid=true], [data-invalid=true] input");
    let Some(target) = field.or_else(|| find("[role=alert]")).or_else(|| find("main")) else { return };
    target.scroll_into_view();
    if let Ok(target) = target.dyn_into::<web_sys::HtmlElement>() {
        let _ = target.focus();
    }
}

async fn post(form: &HtmlFormElement, choice: Option<(String, String)>) -> Result<Answer, JsValue> {
    let data = FormData::new_with_form(form)?;
    if let Some((name, value)) = choice {
        data.append_with_str(&name, &value)?;
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data)?;
    let headers = Headers::new()?;
    headers.set("Inquest-Fetch", "1")?;
    headers.set("Inquest-Page", &presence::page())?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body);
    let action = form.get_attribute("action").unwrap_or_default();
    let response = fetch(&action, &init).await?;
    if response.redirected() || response.status() == UNAUTHORIZED {
        return Ok(Answer::SignedOut);
    }
    // What is on the page stays: a page that brings it back would take the place of the one it belongs to.
    if response.status() == UNAVAILABLE {
        return Ok(Answer::NotNow);
    }
    if response.status() == 204 {
        return Ok(Answer::Done(response.headers().get("Inquest-Location")?.unwrap_or_default()));
    }
    let html = text(&response).await?;
    if html.contains("<main") { Ok(Answer::Page(html)) } else { Err(JsValue::NULL) }
}

pub(super) async fn text(response: &Response) -> Result<String, JsValue> {
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

pub(super) async fn fetch(url: &str, init: &RequestInit) -> Result<Response, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, init)).await?.dyn_into()
}

/// Shows the page an act leads to. A page of the same path is turned into it; another is gone to.
pub(super) async fn go(location: &str) {
    let Some(window) = window() else { return };
    let place = window.location();
    let path = location.split(['?', '#']).next().unwrap_or(location);
    if place.pathname().ok().as_deref() != Some(path) {
        let _ = place.set_href(location);
        return;
    }
    match live::page_at(location).await {
        Ok(html) => {
            let _ = morph::page(&html, false);
        }
        Err(_) => {
            let _ = place.set_href(location);
            return;
        }
    }
    let _ = window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(location)));
    if let Some((_, anchor)) = location.split_once('#') {
        let target = document().and_then(|document| document.get_element_by_id(anchor));
        if let Some(target) = target {
            target.scroll_into_view();
        }
    }
}
