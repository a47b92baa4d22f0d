//! Times as their reader reads them.

use domain::TimeRange;
use domain::time::{show_clock, show_time};
use leptos::prelude::*;

use crate::frame::Frame;

/// A time in full, in the reader's zone.
#[component]
pub fn When(
    /// The time.
    time: TimeRange,
) -> impl IntoView {
    let frame = Frame::current();
    view! { <time datetime=datetime(&time) title=title(&time)>{show_time(&time, &frame.zone)}</time> }
}

/// A time as a row of a timeline shows it.
#[component]
pub fn Clock(
    /// The time.
    time: TimeRange,
) -> impl IntoView {
    let frame = Frame::current();
    view! { <time datetime=datetime(&time) title=title(&time)>{show_clock(&time, &frame.zone)}</time> }
}

fn datetime(time: &TimeRange) -> Option<String> {
    time.sort_key().map(|at| at.rfc3339())
}

/// The time in UTC and the zone it was reported in: no time zone is ever a guess.
fn title(time: &TimeRange) -> String {
    let end = |at: Option<domain::Instant>| at.map_or_else(|| "unknown".to_string(), |at| at.rfc3339());
    if time.is_exact() {
        format!("{} (reported in {})", end(time.earliest), time.zone)
    } else {
        format!("{} to {} (reported in {})", end(time.earliest), end(time.latest), time.zone)
    }
}
