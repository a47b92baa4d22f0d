//! The severity of a draft: the one level that the records themselves show; everything else is unknown, and unknown
//! counts as bad.

use std::collections::BTreeMap;

use super::Raised;
use super::title::scope;
use crate::agent::AgentCase;
use crate::agent::scope::Scope;
use crate::casefile::Entry;
use crate::rating::Rating;
use crate::reader::log::LogRecord;
use crate::severity::{Dimension, Levels, SeverityFacts};
use crate::timeline::{Effect, Outcome};
use crate::watch::RuleKind;

/// What is said of every level that the records do not show.
const UNKNOWN: &str = "Not known: a rule drafted this from the records of the act alone.";

impl Entry {
    /// Rates what is known.
    pub(super) fn rate_draft(&mut self, worst: &[&Raised], agent: Option<&AgentCase>) {
        let authority = worst.iter().filter_map(|raised| authority(raised, agent)).max_by_key(|(level, _)| *level);
        let mut dimensions = Levels::new();
        let mut rationale: BTreeMap<Dimension, String> =
            Dimension::ALL.iter().map(|dimension| (*dimension, UNKNOWN.to_string())).collect();
        if let Some((level, why)) = authority {
            dimensions.insert(Dimension::Authority, Some(level));
            rationale.insert(Dimension::Authority, why.into());
        }
        let facts = SeverityFacts { dimensions, ..SeverityFacts::default() };
        let (id, rated) = (self.new_id(), self.stamp());
        self.put(Rating { id, facts, rationale, rated });
    }
}

/// How far the act went beyond what was allowed, where the rule and the record show it.
fn authority(raised: &Raised, agent: Option<&AgentCase>) -> Option<(i64, &'static str)> {
    let first = raised.acts.first().map(|act| &act.record)?;
    if !happened(first) {
        return None;
    }
    match raised.alert.rule {
        RuleKind::LoggingControl => Some((4, "It changed what is logged.")),
        RuleKind::ActAfterStop => Some((3, "It acted after it was stopped.")),
        _ => match scope(raised, agent)? {
            Scope::Unconfirmed => Some((3, "It acted without the confirmation that its grant asks for.")),
            Scope::Outside | Scope::Expired | Scope::Suspended if first.effect > Effect::Read => {
                Some((2, "It did what none of its grants allowed at that time."))
            }
            _ => None,
        },
    }
}

/// Whether it was not kept from happening, as far as is known.
pub(super) fn happened(record: &LogRecord) -> bool {
    !matches!(record.outcome, Outcome::Denied | Outcome::Error)
}
