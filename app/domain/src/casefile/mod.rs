//! The case file: an incident is a set of versioned records.
//!
//! Every noun of the domain is one record type. The store keeps each as one
//! document and never looks inside; what a record may say is decided here.
//! `dossier.rs` lists the nouns, `definition.rs` says what each of them defines, `field.rs` what their fields hold.

mod definition;
mod dossier;
mod effort;
mod entry;
mod field;
mod merge;
mod reference;
mod table;

pub use definition::Handles;
pub(crate) use definition::{Definition, Naming, Travel, Withheld};
pub(crate) use dossier::read_older;
pub use dossier::{CaseDocument, Dossier, Noun};
pub use effort::Effort;
pub use entry::{Act, Change, Entry, MERGED, Written};
pub(crate) use field::{Fields, Holds, at, empty, labels};
pub use merge::{Merge, merge};
pub(crate) use reference::ids;
pub use table::{CaseItem, Table};
