//! What a search through records finds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::filter::Suggestion;
use super::record::LogRecord;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};
use crate::{Id, Instant};

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundRecord {
    /// The evidence item it was read from.
    pub evidence: Id,
    /// Its number in it, counted from 1.
    pub number: u64,
    /// The record.
    #[serde(flatten)]
    pub record: LogRecord,
}

/// A page of records, and what all those that match have in common.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RecordPage {
    /// How many records were not looked through whole for a text: those of logs that were read before that was done.
    #[serde(skip_serializing_if = "is_zero")]
    pub unsearched: u64,
    /// How many records that match were read before it was kept how they were confirmed.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_confirmation: u64,
    /// The records, by time; those without one last.
    pub items: Vec<FoundRecord>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many match.
    pub total: u64,
    /// How often what occurs among them.
    pub facets: Facets,
    /// When they happened.
    pub histogram: Option<Histogram>,
}

/// How often what occurs among the records that match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// By actor, the most frequent first.
    pub actors: Vec<(String, u64)>,
    /// By action in the words of the source, the most frequent first.
    pub actions: Vec<(String, u64)>,
    /// By kind of actor.
    pub kinds: BTreeMap<PrincipalKind, u64>,
    /// By verb.
    pub verbs: BTreeMap<Verb, u64>,
    /// By effect.
    pub effects: BTreeMap<Effect, u64>,
    /// By outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// By how they were confirmed.
    pub confirmations: BTreeMap<Confirmation, u64>,
    /// By what may need a person's eyes.
    pub suggestions: BTreeMap<Suggestion, u64>,
}

/// How many of the records that match happened when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Histogram {
    /// Where the first bar begins.
    pub from: Instant,
    /// Where the last bar ends.
    pub to: Instant,
    /// The bars, all of the same width.
    pub bars: Vec<u64>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
