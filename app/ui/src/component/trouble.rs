//! A sentence about several fields that belong together.

use leptos::prelude::*;

use super::form::FormId;
use crate::frame::Frame;

/// What is wrong with a part of the form around it that is more than one field, such as an actor.
#[component]
pub fn Trouble(
    /// The name of the part.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let form = use_context::<FormId>().map_or_else(String::new, |form| form.0);
    Frame::current()
        .error(&form, &name)
        .map(|sentence| view! { <p class="error" role="alert">{sentence.to_string()}</p> })
}
