//! Tests of the log readers.

mod auditd;
mod cases;
mod clouds;
mod fixtures;
mod kinds;
mod marks;
mod offices;
mod properties;
mod pulses;
mod samples;
mod stamps;
mod stream;
mod tables;
mod trail_digest;
mod transcripts;
mod unread;
