//! Commands of watching: sources, what is made of what they send, alerts, rules, and how agents are stopped.

pub(crate) mod alert;
pub(crate) mod containment;
pub(super) mod notice;
pub(crate) mod rule;
pub(crate) mod source;
