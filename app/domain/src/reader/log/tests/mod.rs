//! Tests of the log readers.

mod auditd;
mod clouds;
mod fixtures;
mod offices;
mod properties;
mod samples;
mod stamps;
mod stream;
mod tables;
mod transcripts;
