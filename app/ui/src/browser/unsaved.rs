//! Keeps what is typed and not saved: on the server a moment after the last key, in this browser while nothing can be
//! reached. The server offers it again when the page is shown. Each page that is open has a text of its own: what is
//! typed here never takes the place of an older text that still waits for its answer.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, FormData, Headers, HtmlFormElement, RequestInit, Storage, UrlSearchParams};

use super::form::{DIRTY, fetch};
use super::{document, live, named, on_document, on_window, presence, sleep, toast, window};

/// How long after the last key.
const PAUSE_MILLIS: i32 = 1000;
/// How long a form that is being saved waits for what was typed before: it must not arrive later.
const WAIT_MILLIS_MAX: i32 = 3000;
/// Under this a browser keeps what it could not send.
const STORAGE_PREFIX: &str = "inquest-unsaved";

thread_local! {
    /// Counts the keys of each form: only the last one of a while sends.
    static TURNS: RefCell<HashMap<String, u32>> = RefCell::default();
    /// The text of each form that was kept last, on the server or in this browser.
    static KEPT: RefCell<HashMap<String, String>> = RefCell::default();
    static UNDER_WAY: Cell<u32> = const { Cell::new(0) };
}

/// Listens for typing, for leaving, and for the network to come back.
pub fn listen() {
    on_document("input", true, |event: Event| {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = field.and_then(|field| field.closest("form").ok().flatten());
        if let Some(text) = form.and_then(|form| form.dyn_into().ok()).and_then(Text::of) {
            text.wait();
        }
    });
    on_document("visibilitychange", false, |_: Event| {
        if document().is_some_and(|document| document.hidden()) {
            leave();
        }
    });
    on_window("online", |_| flush());
    flush();
}

/// A form whose text is kept.
struct Text {
    form: HtmlFormElement,
    /// Where it is sent.
    url: String,
    /// The form and what it writes, as in `data-unsaved`.
    name: String,
}

impl Text {
    fn of(form: HtmlFormElement) -> Option<Self> {
        let value = |name: &str| {
            form.query_selector(&format!("[name={name}]")).ok().flatten().and_then(|field| field.get_attribute("value"))
        };
        let name = format!("{} {}", value("form")?, value("keep")?);
        let action = form.get_attribute("action")?;
        let incident: Vec<&str> = action.split('/').take(3).collect();
        let url = format!("{}/unsaved", incident.join("/"));
        Some(Self { form, url, name })
    }

    /// Sends it when nothing was typed for a while.
    fn wait(self) {
        let turn = turn(&self.name);
        spawn_local(async move {
            sleep(PAUSE_MILLIS).await;
            if is_last(&self.name, turn) && self.form.has_attribute(DIRTY) {
                self.keep().await;
            }
        });
    }

    fn fields(&self) -> Option<UrlSearchParams> {
        let data = FormData::new_with_form(&self.form).ok()?;
        data.append_with_str("page", &presence::page()).ok()?;
        UrlSearchParams::new_with_str_sequence_sequence(&data).ok()
    }

    async fn keep(&self) {
        let Some(body) = self.body() else { return };
        UNDER_WAY.set(UNDER_WAY.get() + 1);
        let arrived = send(&self.url, &body).await;
        UNDER_WAY.set(UNDER_WAY.get() - 1);
        if arrived {
            self.forget();
            self.is_kept_as(body);
        } else {
            self.shelve(&body);
        }
    }

    fn body(&self) -> Option<String> {
        self.fields().map(|fields| String::from(fields.to_string()))
    }

    fn is_kept_as(&self, body: String) {
        KEPT.with_borrow_mut(|kept| kept.insert(self.name.clone(), body));
    }

    /// Whether what stands in the form now is what was kept last.
    fn is_kept(&self) -> bool {
        let body = self.body();
        body.is_some() && KEPT.with_borrow(|kept| kept.get(&self.name) == body.as_ref())
    }

    fn storage_key(&self) -> String {
        let reader = named("data-reader").unwrap_or_default();
        format!("{STORAGE_PREFIX} {reader} {} {} {}", self.url, self.name, presence::page())
    }

    fn shelve(&self, body: &str) {
        if storage().is_some_and(|storage| storage.set_item(&self.storage_key(), body).is_ok()) {
            self.is_kept_as(body.to_string());
        }
    }

    fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.storage_key());
        }
    }
}

/// Before a form is saved: nothing that was typed into it may arrive after it.
pub(super) async fn finish_saving(form: &HtmlFormElement) {
    let Some(text) = Text::of(form.clone()) else { return };
    turn(&text.name);
    let mut waited = 0;
    while UNDER_WAY.get() > 0 && waited < WAIT_MILLIS_MAX {
        sleep(50).await;
        waited += 50;
    }
}

/// After a form is saved there is nothing left to keep of it.
pub(super) fn saved(form: &HtmlFormElement) {
    if let Some(text) = Text::of(form.clone()) {
        turn(&text.name);
        text.forget();
        KEPT.with_borrow_mut(|kept| kept.remove(&text.name));
    }
}

/// Takes out the offers of what is being typed on this very page.
pub(super) fn tidy() {
    let Some(offers) = document().and_then(|document| document.query_selector_all("[data-unsaved]").ok()) else {
        return;
    };
    for place in 0..offers.length() {
        let Some(offer) = offers.item(place).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let name = offer.get_attribute("data-unsaved").unwrap_or_default();
        let is_own = offer.get_attribute("data-page").is_some_and(|page| page == presence::page());
        if is_own && dirty().iter().any(|text| text.name == name) {
            offer.remove();
        }
    }
}

/// Whether the page can be left without losing anything: everything typed on it is kept.
pub(super) fn is_all_kept() -> bool {
    let found = document().and_then(|document| document.query_selector_all("form[method=post][data-dirty]").ok());
    let Some(found) = found else { return true };
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into::<HtmlFormElement>().ok())
        .all(|form| Text::of(form).is_some_and(|text| text.is_kept()))
}

/// Sends what is being typed while the page is left. It may not wait for an answer.
fn leave() {
    for text in dirty() {
        turn(&text.name);
        let Some(fields) = text.fields() else { continue };
        let sent = window().is_some_and(|window| {
            window.navigator().send_beacon_with_opt_url_search_params(&text.url, Some(&fields)).unwrap_or(false)
        });
        let is_online = window().is_some_and(|window| window.navigator().on_line());
        if !sent || !is_online {
            text.shelve(&String::from(fields.to_string()));
        }
    }
}

/// The forms in which something is typed and not saved.
fn dirty() -> Vec<Text> {
    let found = document().and_then(|document| document.query_selector_all("form[data-dirty]").ok());
    let Some(found) = found else { return Vec::new() };
    let forms = (0..found.length()).filter_map(|place| found.item(place)?.dyn_into::<HtmlFormElement>().ok());
    forms.filter_map(Text::of).collect()
}

/// Sends what could not be sent, and shows the page anew: it offers what has arrived.
pub(super) fn flush() {
    let (Some(storage), Some(reader)) = (storage(), named("data-reader")) else { return };
    // What somebody else typed in this browser is theirs.
    let own = format!("{STORAGE_PREFIX} {reader} ");
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok().flatten());
    let keys: Vec<String> = keys.filter(|key| key.starts_with(&own)).collect();
    if keys.is_empty() {
        return;
    }
    spawn_local(async move {
        let mut arrived = false;
        for key in keys {
            let Some(body) = storage.get_item(&key).ok().flatten() else { continue };
            let url = key[own.len()..].split(' ').next().unwrap_or_default().to_string();
            if send(&url, &body).await {
                let _ = storage.remove_item(&key);
                arrived = true;
            }
        }
        if arrived {
            live::refresh();
        }
    });
}

/// Whether the server has it, or will never take it.
async fn send(url: &str, body: &str) -> bool {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    if let Ok(headers) = Headers::new() {
        let _ = headers.set("Content-Type", "application/x-www-form-urlencoded");
        init.set_headers(&headers);
    }
    let Ok(response) = fetch(url, &init).await else { return false };
    if response.status() == 422 {
        toast("What you type here is more than is kept while it is not saved. Save it soon.");
    }
    !response.redirected() && response.status() < 500
}

fn turn(name: &str) -> u32 {
    TURNS.with_borrow_mut(|turns| {
        let turn = turns.entry(name.to_string()).or_default();
        *turn += 1;
        *turn
    })
}

fn is_last(name: &str, turn: u32) -> bool {
    TURNS.with_borrow(|turns| turns.get(name) == Some(&turn))
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}
