//! Bundles: written here, and verified without a database.

mod check;
#[cfg(feature = "testing")]
pub mod forge;
mod pack;
mod revisions;
mod write;

pub use check::{Bundled, check_bundle};
pub use write::{EvidenceOf, Packed};
