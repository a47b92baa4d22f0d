//! Signs before the lines of a list: missing, in place, not known.

use leptos::prelude::*;

use crate::frame::Frame;

/// A sign with a shape and a colour of its own; the words beside it say the same.
#[component]
pub fn Sign(
    /// `x` missing or failed, `ok` in place, `un` not known.
    kind: &'static str,
) -> impl IntoView {
    let (class, name) = match kind {
        "ok" => ("icon ok", "check"),
        "un" => ("icon un", "question"),
        _ => ("icon x", "cross"),
    };
    let href = format!("{}#{name}", Frame::current().assets.icons);
    view! { <svg class=class width="16" height="16" aria-hidden="true"><use href=href></use></svg> }
}
