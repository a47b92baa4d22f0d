//! Tests of proposals.

mod digests;
mod heartbeat;
mod properties;
mod rules;
mod spans;
mod world;
