//! The case file: an incident is a set of versioned records.
//!
//! Every noun of the domain is one record type. The store keeps each as one
//! document and never looks inside; what a record may say is decided here.

mod dossier;
mod effort;
mod entry;
mod merge;
mod table;

pub use dossier::{Dossier, Noun, Record};
pub use effort::Effort;
pub use entry::{Act, Change, Entry, MERGED, Written};
pub use merge::{Merge, merge};
pub use table::{Kept, Table};
