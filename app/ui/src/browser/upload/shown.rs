//! How far an upload is, below the form: a bar, words, and what can be done.

use std::cell::RefCell;

use web_sys::Element;

use super::UploadForm;
use crate::size::size_in_words;

/// What is shown.
#[derive(Clone, Default)]
struct Shown {
    name: String,
    /// Where it is on the server, once it is there.
    location: String,
    size: u64,
    received: u64,
    state: String,
    /// The words on the first button and what it does.
    button: Option<(&'static str, &'static str)>,
    /// The words on the second one.
    cancel: &'static str,
    is_wrong: bool,
}

const PAUSE: Option<(&str, &str)> = Some(("pause", "Pause"));
const RESUME: Option<(&str, &str)> = Some(("resume", "Continue"));

thread_local! {
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

/// A file begins to be sent, or goes on from where it was.
pub fn begin(name: &str, size: u64) {
    let before = SHOWN.take().filter(|shown| (shown.name.as_str(), shown.size) == (name, size));
    let received = before.map_or(0, |shown| shown.received);
    put(Shown { name: name.into(), size, received, button: PAUSE, cancel: "Cancel", ..Shown::default() });
}

/// The server has it at this address.
pub fn begun(location: &str) {
    change(|shown| shown.location = location.into());
}

/// Where what is shown is on the server; empty where it is not there.
pub fn location() -> String {
    SHOWN.with_borrow(|shown| shown.as_ref().map(|shown| shown.location.clone())).unwrap_or_default()
}

/// So many bytes are there.
pub fn received(received: u64) {
    change(|shown| {
        shown.received = received;
        shown.button = PAUSE;
        shown.state =
            if received < shown.size { String::new() } else { "All of it is sent and is being filed.".into() };
    });
}

/// The line broke.
pub fn lost(seconds: i32) {
    change(|shown| {
        shown.state = format!("The connection is lost. What was sent is kept; trying again in {seconds} s.");
    });
}

/// It waits for a person.
pub fn paused() {
    change(|shown| {
        shown.state = "Paused. What was sent is kept for a day.".into();
        shown.button = RESUME;
    });
}

/// It does not go on.
pub fn stopped(sentence: &str) {
    change(|shown| {
        shown.state = sentence.into();
        shown.button = RESUME;
        shown.is_wrong = true;
    });
}

/// The chosen file was begun before.
pub fn known(name: &str, size: u64, received: u64, location: &str) {
    let state = "A part of this file is here already. Upload it to continue from there.".into();
    let location = location.into();
    put(Shown { name: name.into(), location, size, received, state, cancel: "Start over", ..Shown::default() });
}

/// A file was begun and is not chosen any more.
pub fn unfinished(name: &str, size: u64, received: u64, location: &str) {
    let state = "This upload was not finished. Choose the same file again to continue it.".into();
    let location = location.into();
    put(Shown { name: name.into(), location, size, received, state, cancel: "Discard", ..Shown::default() });
}

/// Nothing is under way.
pub fn end() {
    SHOWN.replace(None);
    show();
}

fn put(shown: Shown) {
    SHOWN.replace(Some(shown));
    show();
}

fn change(change: impl FnOnce(&mut Shown)) {
    SHOWN.with_borrow_mut(|shown| {
        if let Some(shown) = shown {
            shown.is_wrong = false;
            change(shown);
        }
    });
    show();
}

/// Writes it on the page.
pub fn show() {
    let Some(area) = UploadForm::here().and_then(|upload| upload.form.query_selector("[data-uploads]").ok().flatten())
    else {
        return;
    };
    let Some(shown) = SHOWN.with_borrow(Clone::clone) else {
        let _ = area.set_attribute("hidden", "");
        return;
    };
    let _ = area.remove_attribute("hidden");
    if let Ok(Some(around)) = area.closest("details") {
        let _ = around.set_attribute("open", "");
    }
    let share = if shown.size == 0 { 100 } else { shown.received.min(shown.size) * 100 / shown.size };
    let words = format!("{share} % of {}", size_in_words(shown.size));
    text(&area, ".name", &shown.name);
    text(&area, ".far", &words);
    text(&area, "[role=status]", &shown.state);
    if let Ok(Some(bar)) = area.query_selector("progress") {
        for (name, value) in [("value", share.to_string()), ("aria-valuenow", share.to_string())] {
            let _ = bar.set_attribute(name, &value);
        }
        let _ = bar.set_attribute("aria-valuetext", &words);
        let _ = bar.set_attribute("aria-label", &format!("Upload of {}", shown.name));
    }
    if let Ok(Some(state)) = area.query_selector("[role=status]") {
        state.set_class_name(if shown.is_wrong { "error" } else { "hint" });
    }
    if let Ok(Some(button)) = area.query_selector("[data-upload=pause],[data-upload=resume]") {
        let _ = match shown.button {
            Some((act, words)) => {
                button.set_text_content(Some(words));
                button.remove_attribute("hidden").and_then(|()| button.set_attribute("data-upload", act))
            }
            None => button.set_attribute("hidden", ""),
        };
    }
    text(&area, "[data-upload=cancel]", shown.cancel);
}

fn text(area: &Element, selector: &str, words: &str) {
    if let Ok(Some(part)) = area.query_selector(selector) {
        // A text that is set anew is read aloud anew.
        if part.text_content().as_deref() != Some(words) {
            part.set_text_content(Some(words));
        }
    }
}
