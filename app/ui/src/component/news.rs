//! What others have just changed on an open page: a sentence at its edge, and the names of the rows.

use leptos::prelude::*;

/// The rows that changed, what is said of the last change and where all are told. `count` counts the changes; with none
/// nothing is said.
pub fn news(rows: &[String], count: usize, sentence: String, href: String) -> AnyView {
    let more = match count.saturating_sub(1) {
        0 => String::new(),
        1 => ", after another change".into(),
        more => format!(", after {more} other changes"),
    };
    let words = format!("{sentence}{more}");
    let said = (count > 0).then(|| view! { <span>{words}</span>" "<a href=href>"History"</a> });
    view! { <p id="news" data-rows=rows.join(" ")>{said}</p> }.into_any()
}
