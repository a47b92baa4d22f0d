//! Times as their reader reads them.

use domain::TimeRange;
use domain::time::{show_clock, show_in_utc, show_time};
use leptos::prelude::*;

use crate::frame::Frame;

/// A time in full, in the reader's zone.
#[component]
pub fn When(
    /// The time.
    time: TimeRange,
) -> impl IntoView {
    let frame = Frame::current();
    view! { <time datetime=datetime(&time) title=show_in_utc(&time)>{show_time(&time, &frame.zone)}</time> }
}

/// A time as a row of a timeline shows it.
#[component]
pub fn Clock(
    /// The time.
    time: TimeRange,
) -> impl IntoView {
    let frame = Frame::current();
    view! { <time datetime=datetime(&time) title=show_in_utc(&time)>{show_clock(&time, &frame.zone)}</time> }
}

fn datetime(time: &TimeRange) -> Option<String> {
    time.sort_key().map(|at| at.rfc3339())
}
