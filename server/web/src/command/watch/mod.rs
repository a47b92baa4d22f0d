//! Commands of watching: sources, and what is made of what they send.

pub(crate) mod source;
