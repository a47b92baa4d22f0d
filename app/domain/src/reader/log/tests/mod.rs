//! Tests of the log readers.

mod dump;
mod fixtures;
mod properties;
mod samples;
