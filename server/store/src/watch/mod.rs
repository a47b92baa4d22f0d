//! Watching while agents act, and stopping them.

mod containment;
mod stop;

pub use containment::{
    ContainmentFilter, ContainmentRequest, ContainmentShown, Outgoing as OutgoingStop, Purpose, StopOutcome,
};
pub(crate) use containment::{ROW_COLUMNS as CONTAINMENT_COLUMNS, Row as ContainmentRow, follow as follow_containment};
