//! Spans and instants in the words of sentences.

use domain::time::{DurationRange, show_span, show_time};
use domain::{Granularity, Instant, TimeRange};

use crate::frame::Frame;

const MINUTE: i64 = 60_000_000;

/// An instant told to the minute, for what people did here.
pub fn to_minute(at: Instant) -> TimeRange {
    TimeRange { granularity: Granularity::Minute, ..TimeRange::exact(at) }
}

/// An instant told as finely as it needs: to the minute when it is a whole one.
fn as_needed(at: Instant) -> TimeRange {
    if at.micros() % MINUTE == 0 { to_minute(at) } else { TimeRange::exact(at) }
}

/// A span in the reader's zone; an end that is `None` is unknown.
pub fn span_text(from: Option<Instant>, to: Option<Instant>) -> String {
    let frame = Frame::current();
    let full = |at: Instant| show_time(&as_needed(at), &frame.zone);
    match (from, to) {
        (None, None) => "without known ends".into(),
        (Some(from), None) => format!("from {} on", full(from)),
        (None, Some(to)) => format!("until {}", full(to)),
        (Some(from), Some(to)) => show_span(from, to, &frame.zone),
    }
}

/// A moment in the reader's zone, as finely as it needs.
pub fn at_text(at: Instant) -> String {
    show_time(&as_needed(at), &Frame::current().zone)
}

/// How long a span is; empty where an end is unknown.
pub fn length_text(from: Option<Instant>, to: Option<Instant>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => DurationRange::exact(to.micros().saturating_sub(from.micros())).show(),
        _ => String::new(),
    }
}
