//! What runs in the browser besides the islands: forms that do not lose the
//! page, pages that follow the incident, and the keyboard.

mod form;
mod key;
mod live;
mod morph;
mod news;
mod presence;
mod unsaved;
mod upload;
pub mod watch;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Window};

/// Starts everything. Called once, when the page is parsed.
pub fn start() {
    leptos::mount::hydrate_islands();
    upload::listen();
    form::listen();
    key::listen();
    live::follow();
    unsaved::listen();
    presence::listen();
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}

/// What the page says of itself in an attribute of its root.
fn named(name: &str) -> Option<String> {
    document().and_then(|document| document.document_element()).and_then(|root| root.get_attribute(name))
}

/// Calls `run` for every event of that name on the document, for the life of the page.
fn on_document<E: JsCast>(name: &str, capture: bool, mut run: impl FnMut(E) + 'static) {
    let Some(document) = document() else { return };
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| run(event.unchecked_into()));
    let _ = document.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), capture);
    closure.forget();
}

/// Calls `run` for every event of that name on the window, for the life of the page.
fn on_window(name: &str, run: impl FnMut(web_sys::Event) + 'static) {
    let Some(window) = window() else { return };
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(run);
    let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

#[wasm_bindgen]
unsafe extern "C" {
    /// Wakes the islands below an element; `start.js` provides it.
    #[wasm_bindgen(js_name = inquestWake)]
    fn wake(root: &web_sys::Element);
}

/// Says something quietly, at the edge of the page.
fn toast(words: &str) {
    let Some(document) = document() else { return };
    let known = document.query_selector(".toast").ok().flatten();
    let Some(toast) = known.or_else(|| document.create_element("p").ok()) else { return };
    toast.set_class_name("toast");
    let _ = toast.set_attribute("role", "status");
    toast.set_text_content(Some(words));
    if toast.parent_node().is_none()
        && let Some(body) = document.body()
    {
        let _ = body.append_child(&toast);
    }
}

async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}
