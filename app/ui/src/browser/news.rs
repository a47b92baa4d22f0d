//! Tells quietly what a live update has changed and by whom, and marks the rows for a moment. Nothing moves for it,
//! and the focus stays where it is.

use leptos::task::spawn_local;
use web_sys::Element;

use super::{document, sleep, toast};

/// How long the sentence stays: twice the time it takes to read one.
const TOLD_MILLIS: i32 = 8000;
/// How long a row stays marked.
const MARKED_MILLIS: i32 = 4000;
/// The class of a row that has just changed.
const CHANGED: &str = "changed";

/// Tells what has changed. The page shows it already.
pub(super) fn tell(news: &Element) {
    for row in news.get_attribute("data-rows").unwrap_or_default().split_whitespace() {
        if let Some(row) = document().and_then(|document| document.get_element_by_id(row)) {
            mark(row);
        }
    }
    let words = news.text_content().unwrap_or_default();
    if words.is_empty() {
        return;
    }
    toast("");
    let Some(told) = current() else { return };
    while let Some(child) = news.first_child() {
        let _ = told.append_child(&child);
    }
    spawn_local(async move {
        sleep(TOLD_MILLIS).await;
        let is_read = |told: &Element| {
            document().and_then(|document| document.active_element()).is_some_and(|active| told.contains(Some(&active)))
        };
        // Something newer may be told by now, and who stands on the link wants it.
        if told.text_content().as_deref() == Some(words.as_str()) && !is_read(&told) {
            told.remove();
        }
    });
}

fn current() -> Option<Element> {
    document()?.query_selector(".toast").ok().flatten()
}

fn mark(row: Element) {
    let _ = row.class_list().add_1(CHANGED);
    spawn_local(async move {
        sleep(MARKED_MILLIS).await;
        let _ = row.class_list().remove_1(CHANGED);
    });
}
