//! Follows the incident: the stream says that something changed, and the page
//! asks again.

use std::cell::{Cell, RefCell};

use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::{EventSource, Headers, MessageEvent, RequestInit};

use super::{document, form, morph, named, news, on_document, on_window, presence, sleep, unsaved, window};

/// How long to wait before a stream that the browser gave up, or a page that could not be fetched, is tried again;
/// twice as long after every failure.
const AGAIN_MILLIS: i32 = 1000;
/// And how long at most.
const AGAIN_MILLIS_MAX: i32 = 15_000;

thread_local! {
    /// The newest version the stream has named.
    static NEWEST: Cell<u64> = const { Cell::new(0) };
    /// How long the next pause may be, in milliseconds.
    static PAUSE: Cell<i32> = const { Cell::new(0) };
    /// Whether a page is being fetched.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// Whether the stream is open; nothing is known before it has tried.
    static OPEN: Cell<Option<bool>> = const { Cell::new(None) };
    static STREAM: RefCell<Option<Stream>> = const { RefCell::new(None) };
}

/// Follows the incident for as long as the page is looked at. A browser has six connections to
/// a server of this kind, for all its tabs: pages in the background must not hold them.
pub fn follow() {
    look();
    on_document("visibilitychange", false, |_: web_sys::Event| look());
    // A page that was left may be kept to come back to, with all it holds.
    on_window("pagehide", |_| drop(STREAM.take()));
    on_window("pageshow", |_| look());
    spawn_local(renew());
}

/// How long a page that shows work under way stays as it is.
const RENEW_MILLIS: i32 = 1000;

/// Fetches a page again and again for as long as it shows work under way (`data-refresh`) and is looked at.
async fn renew() {
    loop {
        sleep(RENEW_MILLIS).await;
        let Some(document) = document() else { return };
        let under_way = document.query_selector("[data-refresh]").is_ok_and(|found| found.is_some());
        if !under_way || document.hidden() || BUSY.get() {
            continue;
        }
        BUSY.set(true);
        let (before, here) = (shown(), address());
        let fetched = page_at(&here).await;
        BUSY.set(false);
        // Meanwhile a form may have turned the page into another.
        if let Ok(html) = fetched
            && shown() == before
            && address() == here
        {
            let _ = morph::page(&html, true);
        }
        catch_up();
    }
}

fn address() -> String {
    window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

/// Opens the stream the page names, if it names one and is looked at; else closes it.
fn look() {
    if document().is_none_or(|document| document.hidden()) {
        drop(STREAM.take());
        return;
    }
    if STREAM.with_borrow(Option::is_none) {
        STREAM.set(named("data-live").and_then(|url| Stream::open(&url)));
    }
}

/// An open stream, and what hears it.
struct Stream {
    source: EventSource,
    _hears: Closure<dyn FnMut(MessageEvent)>,
    _moves: Closure<dyn FnMut()>,
    _opens: Closure<dyn FnMut()>,
    _fails: Closure<dyn FnMut()>,
}

impl Stream {
    fn open(url: &str) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let hears = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
            mark(true);
            if let Some(version) = event.data().as_string().and_then(|data| data.parse::<u64>().ok()) {
                NEWEST.set(NEWEST.get().max(version));
                catch_up();
            }
        });
        let opens = Closure::<dyn FnMut()>::new(|| {
            mark(true);
            PAUSE.set(0);
            unsaved::flush();
            // Who came while nothing was heard.
            presence::ask();
        });
        let moves = Closure::<dyn FnMut()>::new(presence::ask);
        let fails = Closure::<dyn FnMut()>::new(|| {
            mark(false);
            spawn_local(revive());
        });
        source.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        let _ = source.add_event_listener_with_callback("presence", moves.as_ref().unchecked_ref());
        source.set_onopen(Some(opens.as_ref().unchecked_ref()));
        source.set_onerror(Some(fails.as_ref().unchecked_ref()));
        Some(Self { source, _hears: hears, _moves: moves, _opens: opens, _fails: fails })
    }
}

/// Opens the stream anew where the browser has given it up. It comes back by itself when its connection breaks, but
/// not when something in between answers for the server, such as a proxy whose node is gone.
async fn revive() {
    let is_closed = || {
        STREAM.with_borrow(|stream| stream.as_ref().is_some_and(|it| it.source.ready_state() == EventSource::CLOSED))
    };
    if is_closed() {
        pause().await;
    }
    if is_closed() {
        drop(STREAM.take());
        look();
    }
}

/// Waits before the next try. Not all equally long: the pages of a node that is gone shall not come all at once.
async fn pause() {
    let longest = PAUSE.get().clamp(AGAIN_MILLIS, AGAIN_MILLIS_MAX);
    PAUSE.set(longest * 2);
    sleep((f64::from(longest) * (0.5 + js_sys::Math::random() / 2.0)) as i32).await;
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn mark(open: bool) {
    OPEN.set(Some(open));
    show_whether_open();
}

/// Says on the page whether it is connected.
pub(super) fn show_whether_open() {
    let Some(open) = OPEN.get() else { return };
    let Some(dot) = document().and_then(|document| document.query_selector(".live").ok().flatten()) else { return };
    dot.set_class_name(if open { "live on" } else { "live off" });
    dot.set_text_content(Some(if open { "live" } else { "not connected: trying again" }));
}

/// The version the page shows; none where the page does not follow its incident, such as one that resolves a conflict.
fn shown() -> Option<u64> {
    named("data-version").and_then(|version| version.parse().ok())
}

/// Fetches the page again while it shows less than the newest version.
fn catch_up() {
    let Some(before) = shown().filter(|shown| !BUSY.get() && NEWEST.get() > *shown) else { return };
    BUSY.set(true);
    spawn_local(async move {
        let fetched = page_since(&address(), before).await;
        if fetched.is_err() {
            pause().await;
        }
        BUSY.set(false);
        // Meanwhile a form may have turned the page into a newer one, or into another.
        let is_the_same = shown() == Some(before);
        let Ok(html) = fetched else { return catch_up() };
        PAUSE.set(0);
        if is_the_same && let Some(news) = morph::page(&html, true) {
            news::tell(&news);
        }
        if shown() != Some(before) {
            catch_up();
        }
    });
}

/// Fetches the page again although nothing of its incident is new.
pub(super) fn refresh() {
    spawn_local(async {
        let here = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let before = shown();
        if let Ok(html) = page_at(&here).await
            && shown() == before
        {
            let _ = morph::page(&html, true);
        }
    });
}

/// Fetches a page of this site.
pub(super) async fn page_at(url: &str) -> Result<String, JsValue> {
    let headers = Headers::new()?;
    headers.set("Inquest-Fetch", "1")?;
    page_with(url, headers).await
}

/// The same with the news of what changed after the version that is shown.
async fn page_since(url: &str, shown: u64) -> Result<String, JsValue> {
    let headers = Headers::new()?;
    headers.set("Inquest-Fetch", "1")?;
    headers.set("Inquest-Shown", &shown.to_string())?;
    page_with(url, headers).await
}

async fn page_with(url: &str, headers: Headers) -> Result<String, JsValue> {
    let init = RequestInit::new();
    init.set_headers(&headers);
    let response = form::fetch(url, &init).await?;
    if response.ok() && !response.redirected() { form::text(&response).await } else { Err(JsValue::NULL) }
}
