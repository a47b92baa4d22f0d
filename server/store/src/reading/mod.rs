//! Readings: evidence on its way to records. A reading is kept as it goes, so that another process can finish it.

mod job;
mod keep;
mod proposal;
mod row;
mod source;
mod tally;
mod trial;
mod turn;
mod unpack;
mod upload;
mod work;

pub use upload::{Description, LogUpload};

pub(crate) use tally::{TOLD, Tally, told};
pub(crate) use turn::Turns;
pub(crate) use unpack::Packing;
pub(crate) use work::{Work, Written};
