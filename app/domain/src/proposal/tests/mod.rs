//! Tests of proposals.

mod cases;
mod delivered;
mod digests;
mod elsewhere;
mod heartbeat;
mod mixed;
mod proof;
mod properties;
mod rules;
mod spans;
mod world;
