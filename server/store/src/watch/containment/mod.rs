//! Containments: agents that are stopped. The record is in the file of the agent; here is what lists find it by, what
//! rules ask for, what is to be sent, and what was seen since.

mod act;
mod card;
mod decide;
mod due;
mod list;
mod request;
mod seen;
mod send;
mod tell;
mod weigh;

pub(crate) use card::{COLUMNS as ROW_COLUMNS, Row, follow};
pub use due::DueContainment;
pub use list::{ContainmentFilter, ContainmentShown};
pub use request::ContainmentRequest;
pub(super) use send::told_by;
pub use send::{Outgoing, Purpose, StopOutcome};
