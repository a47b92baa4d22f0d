//! Badges for what lists say of an incident: how bad, and whether that is known.

use domain::severity::Sev;
use domain::verdict::Verdict;
use leptos::prelude::*;

/// A severity with its rank, or that there is none yet.
#[component]
pub fn SevBadge(
    /// The severity.
    sev: Option<Sev>,
) -> impl IntoView {
    match sev {
        Some(sev) => view! { <span class=format!("badge sev{}", sev.number())>{sev.label()}</span> }.into_any(),
        None => view! { <span class="badge plain">"Not rated"</span> }.into_any(),
    }
}

/// A verdict in its look: solid where it is proven, hatched where it is not known.
#[component]
pub fn VerdictBadge(
    /// The verdict.
    verdict: Verdict,
) -> impl IntoView {
    view! { <span class=format!("badge verdict {}", verdict.word())><span>{verdict.label()}</span></span> }
}
