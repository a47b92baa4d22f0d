//! Times as they stand in the fields of forms.

use domain::time::{instant_as_typed, moment_as_typed, time_as_typed};
use domain::{Instant, TimeRange};

use crate::frame::Frame;

/// The text that is read back as exactly this time.
pub fn time_text(time: &TimeRange) -> String {
    let frame = Frame::current();
    time_as_typed(time, frame.now, &frame.zone)
}

/// The text that is read back as exactly this instant.
pub fn instant_text(at: Instant) -> String {
    let frame = Frame::current();
    instant_as_typed(at, frame.now, &frame.zone)
}

/// The text that is read back as a time that ends then: a day, where it is the end of one.
pub fn due_text(due: Instant) -> String {
    let frame = Frame::current();
    moment_as_typed(due, frame.now, &frame.zone)
}
