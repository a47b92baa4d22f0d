//! Says that this page is open and what is edited on it, and shows who else is here.

use std::cell::{Cell, RefCell};

use leptos::task::spawn_local;
use web_sys::{Element, Event, RequestInit, UrlSearchParams};

use super::form::fetch;
use super::{document, live, morph, on_document, on_window, sleep, window};

/// How often a page says that it is open.
const BEAT_MILLIS: i32 = 10_000;
/// How long after the focus has moved: who tabs through a page edits nothing yet.
const PAUSE_MILLIS: i32 = 600;

thread_local! {
    /// The name of this page among all that are open.
    static PAGE: RefCell<String> = RefCell::default();
    /// What was said last.
    static SAID: RefCell<Option<(String, String)>> = RefCell::default();
    static TURN: Cell<u32> = const { Cell::new(0) };
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Says it from now on, for as long as the page is looked at.
pub fn listen() {
    let random = || format!("{:013x}", (js_sys::Math::random() * 4_503_599_627_370_496.0) as u64);
    PAGE.set(random() + &random());
    for name in ["focusin", "focusout", "input"] {
        on_document(name, true, |_: Event| soon());
    }
    on_document("visibilitychange", false, |_: Event| {
        if document().is_some_and(|document| document.hidden()) { leave() } else { spawn_local(beat()) }
    });
    on_window("pagehide", |_| leave());
    on_window("pageshow", |_| spawn_local(beat()));
    spawn_local(async {
        loop {
            beat().await;
            sleep(BEAT_MILLIS).await;
        }
    });
}

/// The name of this page among all that are open.
pub(super) fn page() -> String {
    PAGE.with_borrow(String::clone)
}

/// Says what is edited once the focus rests.
fn soon() {
    let turn = TURN.get() + 1;
    TURN.set(turn);
    spawn_local(async move {
        sleep(PAUSE_MILLIS).await;
        let is_new = SAID.with_borrow(|said| said.as_ref().is_some_and(|(place, _)| *place != place_of_focus()));
        if TURN.get() == turn && is_new {
            beat().await;
        }
    });
}

async fn beat() {
    let Some(url) = url().filter(|_| document().is_some_and(|document| !document.hidden())) else { return };
    let said = (place_of_focus(), address());
    SAID.set(Some(said.clone()));
    let Some(body) = words(&[("page", PAGE.with_borrow(String::clone)), ("place", said.0), ("at", said.1)]) else {
        return;
    };
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    let _ = fetch(&url, &init).await;
}

fn leave() {
    let said = SAID.take();
    if let (Some(_), Some(url), Some(window), Some(body)) =
        (said, url(), window(), words(&[("page", PAGE.with_borrow(String::clone))]))
    {
        let _ = window.navigator().send_beacon_with_opt_url_search_params(&format!("{url}/delete"), Some(&body));
    }
}

/// Asks who is here; called when the stream says that it changed.
pub(super) fn ask() {
    let Some(url) = url().filter(|_| !ASKING.replace(true)) else { return };
    spawn_local(async move {
        // Those who arrive together are asked for once.
        sleep(100).await;
        ASKING.set(false);
        if let Ok(html) = live::page_at(&url).await {
            morph::part("here", &html);
        }
    });
}

fn words(pairs: &[(&str, String)]) -> Option<UrlSearchParams> {
    let words = UrlSearchParams::new().ok()?;
    pairs.iter().for_each(|(name, value)| words.append(name, value));
    Some(words)
}

/// Where it is said; nowhere on a page of no incident.
fn url() -> Option<String> {
    document()?.get_element_by_id("here")?.get_attribute("data-here")
}

fn address() -> String {
    let place = window().map(|window| window.location());
    place.and_then(|place| Some(place.pathname().ok()? + &place.search().ok()?)).unwrap_or_default()
}

/// What the form writes in which somebody types: the one with the focus, else one that is not saved.
fn place_of_focus() -> String {
    let Some(document) = document() else { return String::new() };
    let focused = document.active_element().and_then(|active| active.closest("form[method=post]").ok().flatten());
    let unsaved = || document.query_selector("form[method=post][data-dirty]").ok().flatten();
    focused
        .filter(|form| form.query_selector("textarea,input:not([type=hidden]),select").ok().flatten().is_some())
        .or_else(unsaved)
        .and_then(|form| place(&form))
        .unwrap_or_default()
}

fn place(form: &Element) -> Option<String> {
    let kept = form.query_selector("[name=keep]").ok().flatten().and_then(|field| field.get_attribute("value"));
    let action = form.get_attribute("action")?;
    let below = action.strip_prefix("/incidents/")?.split_once('/').map_or("incident", |(_, below)| below).to_string();
    Some(kept.unwrap_or(below))
}
