//! Days, where a list needs no more.

use domain::Instant;
use leptos::prelude::*;

use crate::frame::Frame;

/// The day of an instant in the reader's zone; the full time is in its title.
#[component]
pub fn Day(
    /// The instant.
    at: Instant,
) -> impl IntoView {
    let day = Frame::current().zone.local(at).format("%-d %B %Y").to_string();
    view! { <time datetime=at.rfc3339() title=at.rfc3339() class="nowrap">{day}</time> }
}
