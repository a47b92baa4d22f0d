//! Flips: an instance with something in every table, and ways to alter a row of it.

pub mod cases;
pub mod chance;
pub mod table;
