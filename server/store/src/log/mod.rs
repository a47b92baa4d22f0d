//! Records read from logs: kept in columns to be searched, and whole to be shown. All of it can be read again from
//! the evidence, which alone is the truth.

mod agents;
mod block;
mod gates;
mod page;
mod passed;
mod raw;
mod scan;
mod segment;

pub use agents::LoggedAgent;
pub(crate) use block::{BLOCK_RECORDS, Filling};
pub(crate) use raw::{Pieces, RawPacked, RawPacking};
pub(crate) use segment::{Packed, Packing, SEGMENT_RECORDS};
