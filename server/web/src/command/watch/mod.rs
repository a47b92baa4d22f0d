//! Commands of watching: sources, what is made of what they send, and how agents are stopped.

pub(crate) mod containment;
pub(crate) mod source;
