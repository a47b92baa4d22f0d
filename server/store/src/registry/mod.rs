//! The registry of agents: each a subject with a version, a log and a chain, as an incident is.

mod card;
mod due;
mod file;
mod link;
mod list;
mod revise;
mod sighting;
mod write;

pub(crate) use card::{AgentRow, COLUMNS};
pub use due::DueReview;
pub use file::StoredAgentChange;
pub(crate) use file::load;
pub use link::SuggestedAgent;
pub use list::{AgentCard, AgentCounts, AgentFilter};
pub(crate) use sighting::Sightings;
pub use sighting::{Appearance, Stranger};
pub use write::AgentEntered;
pub(crate) use write::{Opened, Registering};
