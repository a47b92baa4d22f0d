//! Shows, while somebody rates, what the rating comes to. The rules are the
//! server's own, compiled for the browser.

use leptos::prelude::*;

/// The severity of the form around it.
#[island]
pub fn SeverityPreview(
    /// The id of the form it watches.
    form: String,
    /// What the form comes to as it was sent.
    initial: String,
) -> impl IntoView {
    let (said, say) = signal(initial);
    #[cfg(feature = "hydrate")]
    crate::browser::watch::severity(form, say);
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, say);
    view! { <output class="preview" aria-live="polite">{move || said.get()}</output> }
}
