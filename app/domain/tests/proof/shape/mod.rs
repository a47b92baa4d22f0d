//! How each format writes an act: one function per format, in the shapes that its source has.

mod cloud;
mod host;
mod office;

use domain::reader::log::Format;
use domain::vocabulary::{Channel, Op};

use crate::history::Act;

/// What shows that a log is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// The serials in it.
    Serials,
    /// A chain of digests beside it.
    Digests,
    /// Nothing in it: its provider has to attest it.
    Attested,
}

/// A format, and a place that lay open.
pub struct Shape {
    pub name: &'static str,
    pub format: Format,
    /// The place as it is named in the exposure and in the log.
    pub place: &'static str,
    /// Another place of the same kind.
    pub other: &'static str,
    /// The name that the place may get.
    pub renamed: &'static str,
    pub channel: Channel,
    pub ops: &'static [Op],
    pub whole: Whole,
    /// Writes an act; `None` where such a log has no such act.
    pub write: fn(&Act) -> Option<String>,
    /// What stands before the first record.
    pub head: &'static str,
}

const SOURCE: Shape = Shape {
    name: "",
    format: Format::Jsonl,
    place: "plans",
    other: "notes",
    renamed: "archive-7",
    channel: Channel::Api,
    ops: &[Op::Read],
    whole: Whole::Attested,
    write: |_| None,
    head: "",
};

/// Every format that is tried.
pub fn all() -> Vec<Shape> {
    let mut all = cloud::shapes();
    all.extend(host::shapes());
    all.extend(office::shapes());
    all
}
