//! What a rule has to say about an act, and the same about many.

use std::collections::BTreeMap;

use super::{Level, Response, RuleKind};
use crate::spelling::fold;
use crate::{Id, Instant};

/// That an act offends a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Offence {
    /// The rule.
    pub rule: RuleKind,
    /// The agent, where the registry knows it.
    pub agent: Option<Id>,
    /// Who acted, as the registry or else as the log names them.
    pub name: String,
    /// To what it was done; empty where that is not known, or where no one resource is meant.
    pub resource: String,
    /// Why it offends, in a sentence.
    pub why: String,
    /// How much it matters.
    pub level: Level,
    /// What follows.
    pub response: Response,
    /// Which act, by its place among those that were judged.
    pub act: usize,
    /// When it was done; when it came in, where that is not known.
    pub at: Instant,
}

/// Offences of one agent against one rule at one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// The first of them, with the highest level and the furthest response of all.
    pub first: Offence,
    /// When the last of them was done.
    pub last_at: Instant,
    /// How many.
    pub count: u64,
    /// The acts, by their places; the first of them only, where there are many.
    pub acts: Vec<usize>,
}

/// So many acts of one alert are kept as examples of each time they are gathered.
const ACTS_MAX: usize = 20;

/// What stands for the resource where an agent offends one rule at more resources than are listed one by one.
pub const MANY_RESOURCES: &str = "many resources";

/// What stands for the name where more unknown agents act than are listed one by one.
pub const MANY_AGENTS: &str = "many unknown agents";

impl Offence {
    /// What makes it the same as another one: whose it is, by which rule, at what.
    pub fn key(&self) -> (RuleKind, String, String) {
        let who = match &self.agent {
            Some(agent) => agent.to_string(),
            None => format!("name:{}", fold(&self.name)),
        };
        (self.rule, who, self.resource.clone())
    }
}

/// Puts together what one alert says, in the order of rules, agents and resources.
pub fn gather(offences: Vec<Offence>) -> Vec<Gathered> {
    let mut gathered: BTreeMap<(RuleKind, String, String), Gathered> = BTreeMap::new();
    for offence in offences {
        let (act, at) = (offence.act, offence.at);
        let known = gathered.entry(offence.key()).or_insert_with_key(|_| Gathered {
            first: offence.clone(),
            last_at: at,
            count: 0,
            acts: Vec::new(),
        });
        known.count += 1;
        known.last_at = known.last_at.max(at);
        let (level, response) = (known.first.level.max(offence.level), known.first.response.max(offence.response));
        if at < known.first.at || offence.level > known.first.level {
            known.first = Offence { at: at.min(known.first.at), ..offence };
        }
        (known.first.level, known.first.response) = (level, response);
        if known.acts.len() < ACTS_MAX {
            known.acts.push(act);
        }
    }
    gathered.into_values().collect()
}
