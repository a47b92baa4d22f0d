//! What every page of one incident shows: its head, its contents, and the
//! rail of what is missing.

use leptos::prelude::*;

mod head;
pub mod here;
pub mod news;
mod side;

use crate::case::Case;
pub use side::gate_page;

/// The frame of every page of an incident: contents on the left, what is missing on the right.
///
/// `tab` is the last part of the page's path, such as `timeline`; the overview is `overview`.
/// The frame writes the page's only `h1`.
pub fn case_page(case: &Case, tab: &'static str, body: AnyView) -> AnyView {
    view! {
        <div class="page">
            {head::contents(case, tab)}
            <main id="main" tabindex="-1">
                {head::head(case, tab)}
                {super::merging::banner(case)}
                {super::drafted::banner(case)}
                {super::origin::banner(case)}
                {super::history::undo::just_now(case)}
                {crate::component::unsaved::elsewhere(&format!("/incidents/{}", case.key()))}
                {body}
            </main>
            {side::side(case)}
        </div>
    }
    .into_any()
}
