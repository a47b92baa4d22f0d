//! Times and words that the pages of the watch share.

use domain::Instant;
use domain::time::show_instant;
use domain::watch::{AlertState, Level};
use leptos::prelude::*;

use crate::frame::Frame;

/// When something was, to the second, in the zone of whoever looks.
pub(crate) fn moment(at: Option<Instant>) -> String {
    let to_second = |at: Instant| at.plus_micros(-at.micros().rem_euclid(1_000_000));
    at.map_or_else(|| "never".into(), |at| show_instant(to_second(at), &Frame::current().zone))
}

/// The same as a time that programs can read, too.
pub(crate) fn clock(at: Instant) -> impl IntoView {
    view! { <time datetime=at.rfc3339() title=at.rfc3339()>{moment(Some(at))}</time> }
}

/// Microseconds as seconds with one digit.
pub(crate) fn seconds(micros: i64) -> String {
    format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000)
}

pub(super) fn level_flag(level: Level) -> impl IntoView {
    let class = match level {
        Level::Critical => "flag no",
        Level::Warning => "flag warn",
        Level::Note => "flag",
    };
    view! { <span class=class>{level.label()}</span> }
}

pub(super) fn state_flag(state: AlertState) -> impl IntoView {
    let class = match state {
        AlertState::Open => "flag no",
        AlertState::Acknowledged => "flag",
        AlertState::Muted | AlertState::FalseAlarm | AlertState::Closed => "flag off",
    };
    view! { <span class=class>{state.label()}</span> }
}
