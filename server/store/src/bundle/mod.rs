//! Bundles: written here, and verified without a database.

mod check;
#[cfg(feature = "testing")]
pub mod forge;
mod import;
mod pack;
mod revisions;
mod write;

pub use check::{Bundled, check_bundle};
pub use import::Imported;
pub use write::{EvidenceOf, Packed};
