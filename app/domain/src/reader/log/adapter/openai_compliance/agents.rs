//! What a log tells of the agents of a workspace, version by version.

use std::collections::HashMap;

use serde_json::Value;

use super::HELD_MAX;
use super::entry::Entry;
use crate::reader::log::record::{LogActor, NAME_CHARS_MAX, clip};
use crate::time::Instant;
use crate::vocabulary::PrincipalKind;

/// So many versions of an agent are known: the last ones.
const VERSIONS_MAX: usize = 100;

/// What an entry says of an agent as it is from then on.
#[derive(Default)]
struct Version {
    from: Option<Instant>,
    name: Option<String>,
    /// The connectors that never ask.
    never_asks: Option<Vec<String>>,
}

/// The agents by their ids, each with its versions in the order of their times.
#[derive(Default)]
pub(super) struct Agents(HashMap<String, Vec<Version>>);

impl Agents {
    /// Learns from an entry.
    pub fn learn(&mut self, entry: &Entry, from: Option<Instant>) {
        let Some(id) = entry.text(&["event_details.agent_id"]) else { return };
        let name = entry.text(&["event_details.agent_fields.name"]).map(|name| clip(name, NAME_CHARS_MAX));
        let tools = entry.at("event_details.agent_fields.tools");
        if (name.is_none() && tools.is_none()) || (self.0.len() >= HELD_MAX && !self.0.contains_key(id)) {
            return;
        }
        let connectors = tools.and_then(|tools| tools.get("connectors")).and_then(Value::as_array);
        let never_asks = connectors.map(|connectors| {
            let never = connectors.iter().filter(|one| one["user_approvals"] == "never");
            never.filter_map(|one| one["connector_id"].as_str()).map(str::to_string).collect()
        });
        let versions = self.0.entry(id.to_string()).or_default();
        let place = versions.partition_point(|version| version.from <= from);
        versions.insert(place, Version { from, name, never_asks });
        if versions.len() > VERSIONS_MAX {
            versions.remove(0);
        }
    }

    /// The agent under its name at a time; under its first one, where it had none yet.
    pub fn actor(&self, id: &str, at: Option<Instant>) -> LogActor {
        let versions = self.0.get(id).map(Vec::as_slice).unwrap_or_default();
        let before =
            versions.iter().rev().filter(|version| version.from <= at).find_map(|version| version.name.as_deref());
        let name = before.or_else(|| versions.iter().find_map(|version| version.name.as_deref()));
        LogActor::new(PrincipalKind::Agent, name.unwrap_or(id)).with_id(Some(id))
    }

    /// Whether a connector of an agent never asks, as the agent was built at a time.
    pub fn never_asks(&self, id: &str, connector: &str, at: Option<Instant>) -> bool {
        let versions = self.0.get(id).map(Vec::as_slice).unwrap_or_default();
        let mut before = versions.iter().rev().filter(|version| version.from <= at);
        let known = before.find_map(|version| version.never_asks.as_deref()).unwrap_or_default();
        known.iter().any(|known| known == connector)
    }
}
