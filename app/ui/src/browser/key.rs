//! The keyboard: `/` search, `n` new, `j` and `k` move, `e` edit, `?` help.
//! Escape leaves a field and never throws text away.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{document, on_document, window};

/// Listens for single keys, except where somebody is typing.
pub fn listen() {
    on_document("keydown", false, |event: KeyboardEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let typing = target.as_ref().is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
        });
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let done = match (event.key().as_str(), typing) {
            ("Escape", true) => target.is_some_and(|element| element.blur().is_ok()),
            (_, true) => false,
            // A page with a search of its own comes before the one in the bar.
            ("/", _) => focus("main [data-key='/']") || focus("[data-key='/']"),
            ("n", _) => open("details[data-key=n]"),
            ("j", _) => step(1),
            ("k", _) => step(-1),
            ("e", _) => edit(),
            ("?", _) => window().is_some_and(|window| window.location().set_href("/help").is_ok()),
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
}

fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

fn focus(selector: &str) -> bool {
    find(selector)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

fn open(selector: &str) -> bool {
    let Some(details) = find(selector) else { return false };
    let _ = details.set_attribute("open", "");
    details.scroll_into_view();
    let first = details.query_selector("input:not([type=hidden]),select,textarea").ok().flatten();
    first.and_then(|field| field.dyn_into::<HtmlElement>().ok()).is_some_and(|field| field.focus().is_ok())
}

/// Moves the focus to the next or previous item of the page.
fn step(by: i32) -> bool {
    let Some(document) = document() else { return false };
    let Ok(items) = document.query_selector_all("[data-item]") else { return false };
    let active = document.active_element();
    let here = (0..items.length()).find(|place| {
        let item = items.item(*place).and_then(|node| node.dyn_into::<Element>().ok());
        item.is_some_and(|item| active.as_ref().is_some_and(|active| item == *active || item.contains(Some(active))))
    });
    let next = match (here, by) {
        (Some(place), 1) => place + 1,
        (Some(place), _) => place.saturating_sub(1),
        (None, _) => 0,
    };
    let item = items.item(next).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    item.is_some_and(|item| item.focus().is_ok())
}

fn edit() -> bool {
    let item = document()
        .and_then(|document| document.active_element())
        .and_then(|active| active.closest("[data-item]").ok().flatten());
    let Some(target) = item.and_then(|item| item.query_selector("[data-edit]").ok().flatten()) else { return false };
    match target.closest("details").ok().flatten() {
        Some(details) => details.set_attribute("open", "").is_ok(),
        None => target.dyn_into::<HtmlElement>().is_ok_and(|link| {
            link.click();
            true
        }),
    }
}
