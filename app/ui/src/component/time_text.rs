//! Times as they stand in the fields of forms.

use domain::TimeRange;
use domain::time::{Zone, read_time, show_time};

use crate::frame::Frame;

/// The text that is read back as exactly this time: the way people write it
/// where that loses nothing, else the instants in UTC.
pub fn time_text(time: &TimeRange) -> String {
    let frame = Frame::current();
    let back = |text: &String| read_time(text, frame.now, &frame.zone).as_ref() == Ok(time);
    let here = show_time(time, &frame.zone);
    let there = || Zone::parse(&time.zone).ok().map(|zone| format!("{} {}", show_time(time, &zone), time.zone));
    std::iter::once(here).chain(std::iter::once_with(there).flatten()).find(back).unwrap_or_else(|| instants(time))
}

fn instants(time: &TimeRange) -> String {
    match (time.earliest, time.latest) {
        (None, None) => "unknown".into(),
        (Some(at), None) => format!("since {}", at.rfc3339()),
        (None, Some(at)) => format!("until {}", at.rfc3339()),
        (Some(first), Some(last)) if first == last => first.rfc3339(),
        (Some(first), Some(last)) => format!("{} – {}", first.rfc3339(), last.rfc3339()),
    }
}
