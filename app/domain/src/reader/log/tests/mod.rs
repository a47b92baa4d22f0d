//! Tests of the log readers.

mod auditd;
pub(crate) mod cases;
mod clouds;
mod confirmation;
mod fixtures;
mod forms;
mod kinds;
mod listed;
mod marks;
mod offices;
mod properties;
mod pulses;
mod responders;
mod samples;
mod stamps;
mod stream;
mod tables;
mod traces;
mod trail_digest;
mod transcripts;
mod unread;
mod wrapped;
mod zones;
