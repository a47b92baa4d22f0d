//! Watching while agents act: what sources send is kept as it came, judged by one node at a time, and sealed; and agents are
//! stopped.

mod alert;
mod backlog;
mod batch;
mod containment;
mod decision;
mod drafting;
mod evaluate;
mod ground;
mod judge;
mod lease;
mod named;
mod notice;
mod reading;
mod respond;
mod retention;
mod rule;
mod sample;
mod seal;
mod segment;
mod silence;
mod source;
mod stop;
mod trial;

pub use alert::AlertFilter;
pub(crate) use batch::{Intake, unpacked};
pub use containment::{
    ContainmentFilter, ContainmentRequest, ContainmentShown, DueContainment, Outgoing as OutgoingStop, Purpose,
    StopOutcome,
};
pub(crate) use containment::{ROW_COLUMNS as CONTAINMENT_COLUMNS, Row as ContainmentRow, follow as follow_containment};
pub(crate) use ground::Ground;
pub(crate) use lease::Leases;
pub use notice::OutgoingNotice;
pub use rule::RuleCard;
pub use sample::AlertRecord;
pub(crate) use segment::{COLUMNS as SEGMENT_COLUMNS, read as read_segment};
pub use source::SourceCard;
