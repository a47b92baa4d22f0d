//! Tables of nobody in particular, read by the names of their columns (`generic.rs`).

use super::{Adapter, Generic};
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::reader::Options;
use crate::reader::log::split::{CsvSplit, Splitter};

/// A table.
pub struct Csv;

impl LogFormat for Csv {
    const IS_JSON: bool = false;
    const IS_MAPPED: bool = true;
    const COMES_IN_PIECES: bool = false;
    const IS_GUESSED: bool = true;
    const NAMES_ITS_SOURCE: bool = false;
    const FAMILY: Option<Family> = Some(Family::Any);
    const TELLS: Tells = Tells::Table;

    fn adapter(options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Generic::new(options))
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(CsvSplit::new(limit))
    }
}
