//! The case file: an incident is a set of versioned records.
//!
//! Every noun of the domain is one record type. The store keeps each as one
//! document and never looks inside; what a record may say is decided here.
//! `dossier.rs` lists the nouns, `definition.rs` says what each of them defines, `field.rs` what their fields hold.

pub mod claim;
pub mod classification;
pub mod comment;
pub mod confirmations;
pub mod decision;
mod defined;
mod definition;
mod dossier;
mod draft;
mod effort;
mod entry;
pub mod evidence;
pub mod explanation;
pub mod exposure;
pub mod factor;
mod field;
pub mod finding;
pub mod gap;
pub mod history;
pub mod incident;
mod merge;
pub mod merging;
pub mod names;
pub mod postmortem;
pub mod principal;
pub mod rating;
pub(crate) mod redact;
mod reference;
pub mod remediation;
pub mod review;
pub mod sharing;
pub mod signature;
pub mod timeline;
pub mod wording;

pub use crate::table::{CaseItem, Table};
pub use crate::vocabulary::MERGED;
pub use definition::Handles;
pub(crate) use definition::{Definition, Mentioning, Naming, Spot, Travel, Withheld};
pub(crate) use dossier::read_older;
pub use dossier::{CaseDocument, Dossier, Noun};
pub use draft::{Draft, PrincipalRef, evidence_links};
pub use effort::Effort;
pub use entry::{Act, Change, Entry, RevisionFiles, Written};
pub(crate) use field::{Fields, Holds, at, empty, labels};
pub use merge::{Merge, merge};
pub(crate) use reference::ids;
