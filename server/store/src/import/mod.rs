//! Readings: evidence on its way to records. An import is kept as it goes, so that another process can finish it.

mod belt;
mod decode;
mod job;
mod keep;
mod kind;
mod members;
mod packer;
mod proposal;
mod row;
mod source;
mod tally;
mod trail_key;
mod trial;
mod turn;
mod unpack;
mod upload;
mod work;

pub use upload::{Description, LogUpload};

pub(crate) use decode::{Charset, LOOKED_AT_BYTES, detect as detect_encoding, named as encoding_named};
pub(crate) use row::{discard, forget};
pub(crate) use tally::{TOLD, Tally, told};
pub(crate) use turn::Turns;
pub(crate) use unpack::Packing;
pub(crate) use work::{Work, Written};

/// The usual name of an encoding that somebody names; `None` where it is not known.
pub fn encoding_name(label: &str) -> Option<&'static str> {
    encoding_named(label).map(Charset::name)
}
