//! Tests of proposals.

mod cases;
mod digests;
mod heartbeat;
mod mixed;
mod proof;
mod properties;
mod rules;
mod spans;
mod world;
