//! Objects of nobody in particular, read by the names of their fields (`generic.rs`).

use super::{Adapter, Generic};
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::reader::Options;

/// Objects, one by one or in a list.
pub struct Jsonl;

impl LogFormat for Jsonl {
    const LISTS: &'static [&'static str] =
        &["records", "items", "events", "entries", "logs", "results", "data", "value"];
    const IS_MAPPED: bool = true;
    const IS_GUESSED: bool = true;
    const NAMES_ITS_SOURCE: bool = false;
    const FAMILY: Option<Family> = Some(Family::Any);
    const TELLS: Tells = Tells::Table;

    fn adapter(options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Generic::new(options))
    }
}
