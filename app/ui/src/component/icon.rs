//! Icons of the sprite.

use leptos::prelude::*;

use crate::frame::Frame;

/// An icon that accompanies words; it is hidden from readers who listen.
#[component]
pub fn Icon(
    /// The symbol's name in the sprite.
    name: &'static str,
) -> impl IntoView {
    let href = format!("{}#{name}", Frame::current().assets.icons);
    view! { <svg class="icon" width="16" height="16" aria-hidden="true"><use href=href></use></svg> }
}
