//! Spans of time and lists of them in words.

use crate::interval::{Intervals, Span};
use crate::time::Instant;

/// How many items a sentence lists before it says how many more there are.
const LISTED_MAX: usize = 8;

/// A span, as short as the window allows: within one day only the clock is told.
pub(super) fn span_text(span: Span, window: Span) -> String {
    let day = |micros| Instant::from_micros(micros).utc().date_naive();
    let (from, to) = (clock(span.0), clock(span.1));
    if day(window.0) == day(window.1) {
        return format!("{from}–{to}");
    }
    if day(span.0) == day(span.1) {
        return format!("{} {from}–{to}", day(span.0));
    }
    format!("{} {from} – {} {to}", day(span.0), day(span.1))
}

/// The window with its dates and zone.
pub(super) fn window_text(window: Span) -> String {
    let far = (i64::MIN, i64::MAX);
    format!("{} UTC", span_text(window, far))
}

/// The spans of a set, or “at all” when it is the whole window.
pub(super) fn set_text(set: &Intervals, window: Span) -> String {
    if set.spans() == [window] {
        return "at all".into();
    }
    list(set.spans().iter().map(|span| span_text(*span, window)))
}

/// A list in words that does not grow without bound.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let shown = items.iter().take(LISTED_MAX).cloned().collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(LISTED_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The same, sorted, so that the order of entry does not matter.
pub(super) fn sorted_list(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    items.sort();
    list(items)
}

fn clock(micros: i64) -> String {
    let time = Instant::from_micros(micros).utc();
    if micros % 60_000_000 == 0 {
        time.format("%H:%M").to_string()
    } else if micros % 1_000_000 == 0 {
        time.format("%H:%M:%S").to_string()
    } else {
        time.format("%H:%M:%S%.6f").to_string()
    }
}
