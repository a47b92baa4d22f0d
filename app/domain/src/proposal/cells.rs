//! Which open paths does such a log plausibly record?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Id;
use crate::exposure::Exposure;
use crate::reader::log::Format;

/// An open path to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedCell {
    /// The resource.
    pub resource: Id,
    /// The path.
    pub path: Id,
}

/// The open paths through the channels of such a log, and why these.
pub(super) fn cells(format: Format, exposure: &Exposure) -> (Vec<ProposedCell>, String) {
    let source = format.source();
    let fits = exposure.cells().filter(|(_, path)| source.channels().contains(&path.channel));
    let cell = |(resource, path): (&crate::exposure::Resource, &crate::exposure::Path)| ProposedCell {
        resource: resource.id.clone(),
        path: path.id.clone(),
    };
    (fits.map(cell).collect(), source.reason().into())
}
