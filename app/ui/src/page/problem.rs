//! Pages for what went wrong: what happened, what is safe, and where to go.

mod conflict;
mod kept;

use leptos::prelude::*;

use crate::component::shell::One;
use crate::frame::Frame;

pub use conflict::{Crossed, Posted, conflict_page};
pub use kept::kept_page;

/// A page instead of the one that was asked for. `reference` is the number under which the log has the cause.
pub fn page(status: u16, title: &str, detail: &str, reference: Option<&str>) -> AnyView {
    let (title, detail) = (title.to_string(), detail.to_string());
    let reference = reference.map(|number| view! { <p class="mono">"reference "{number.to_string()}</p> });
    view! {
        <One>
            <section class="hero error-page">
                <p class="code">{status.to_string()}</p>
                <h1>{title}</h1>
                <p>{detail}</p>
                {advice(status).map(|advice| view! { <p class="muted">{advice}</p> })}
                {reference}
                <p class="actions">{ways_on(status)}</p>
            </section>
        </One>
    }
    .into_any()
}

fn advice(status: u16) -> Option<&'static str> {
    match status {
        403 => Some("An admin of this instance can change what your account may do."),
        404 => Some("It may have moved, it may have been deleted, or it may be private to its members."),
        409 | 412 => {
            Some("Somebody else was faster. Nothing was overwritten: open the page again and look at what changed.")
        }
        413 => Some("Large evidence is better sent to the API, which takes files of any size as a stream."),
        429 => Some("Wait a moment before the next try."),
        503 => Some("What was saved before is still there. A page that was only looked at comes back by itself."),
        500.. => Some("What was saved before is still there."),
        _ => None,
    }
}

fn ways_on(status: u16) -> AnyView {
    let frame = Frame::current();
    if status == 401 {
        return view! { <a class="btn p" href="/sign-in">"Sign in"</a> }.into_any();
    }
    let again = matches!(status, 409 | 412 | 429 | 500..)
        .then(|| view! { <a class="btn p" href=frame.at.clone()>"Try this page again"</a> });
    view! { {again}" "<a class="btn" href="/incidents">"Go to the incidents"</a> }.into_any()
}
