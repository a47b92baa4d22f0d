//! Shows, while somebody types a time, how it will be understood.

use leptos::prelude::*;

/// Sits below a field for times and says how its text is read. The server
/// reads it, so that the answer is the one that will be stored.
#[island]
pub fn Understood(
    /// The id of the input it watches.
    input: String,
) -> impl IntoView {
    let (said, say) = signal(String::new());
    #[cfg(feature = "hydrate")]
    crate::browser::watch::understood(input, say);
    #[cfg(not(feature = "hydrate"))]
    let _ = (input, say);
    view! { <output class="hint understood" aria-live="polite">{move || said.get()}</output> }
}
