//! Times as they stand in the fields of forms.

use domain::TimeRange;
use domain::time::time_as_typed;

use crate::frame::Frame;

/// The text that is read back as exactly this time.
pub fn time_text(time: &TimeRange) -> String {
    let frame = Frame::current();
    time_as_typed(time, frame.now, &frame.zone)
}
