//! Time that is never faked: instants, and ranges whose ends may be unknown.

mod duration;
mod exact;
mod instant;
mod range;
mod read;
mod show;
mod zone;

pub use duration::DurationRange;
pub use exact::{instant_as_typed, moment_as_typed, show_moment, time_as_typed};
pub use instant::Instant;
pub use range::{Granularity, TimeRange};
pub(crate) use read::{month_named, read_time_on};
pub use read::{read_duration, read_time};
pub use show::{
    day_heading, day_of, day_order, explain_time, show_clock, show_in_utc, show_instant, show_span, show_time,
};
pub use zone::Zone;
