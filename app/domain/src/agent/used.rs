//! What of a grant was used, and the narrower grant that would have done.

use std::collections::BTreeMap;

use super::Grant;
use crate::vocabulary::Verb;

/// So many days back it is looked.
pub const USED_DAYS: i64 = 90;

/// What of a grant was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// How many verbs it has.
    pub granted: usize,
    /// Those of them that were used, in the order of the grant.
    pub used: Vec<Verb>,
}

impl Usage {
    /// Of a grant, by how often each verb was used. Nothing where no act of the agent was seen at all: then nobody can
    /// say that a verb is not needed. Acts of an unknown verb may have been any.
    pub fn of(grant: &Grant, seen: &BTreeMap<Verb, u64>) -> Option<Self> {
        let known = seen.iter().any(|(verb, count)| *verb != Verb::Other && *count > 0);
        let unknown = seen.get(&Verb::Other).is_some_and(|count| *count > 0);
        if !known || unknown {
            return None;
        }
        let was_used = |verb: &&Verb| seen.get(verb).is_some_and(|count| *count > 0);
        Some(Self { granted: grant.verbs.len(), used: grant.verbs.iter().filter(was_used).copied().collect() })
    }

    /// Whether a narrower grant would have done.
    pub fn is_narrower(&self) -> bool {
        self.used.len() < self.granted
    }

    /// The sentence: `granted 14 verbs, used 3 in 90 days`.
    pub fn sentence(&self) -> String {
        let verbs = if self.granted == 1 { "1 verb".to_string() } else { format!("{} verbs", self.granted) };
        let used = if self.used.is_empty() { "none".to_string() } else { self.used.len().to_string() };
        format!("Granted {verbs}, used {used} in {USED_DAYS} days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{Grant, Until};
    use crate::vocabulary::Effect;
    use crate::{Id, Instant};

    fn grant(verbs: &[Verb]) -> Grant {
        let grant = serde_json::json!({
            "id": Id::new("g"), "agent": Id::new("a"), "verbs": verbs, "resources": ["forum/*"], "ceiling": Effect::Mutating,
            "from": Instant::from_micros(0), "until": Until::Never,
        });
        serde_json::from_value(grant).expect("a grant")
    }

    #[test]
    fn what_was_not_used_is_suggested_to_go() {
        let all = grant(&[Verb::Read, Verb::Post, Verb::Delete]);
        let seen = |verbs: &[(Verb, u64)]| verbs.iter().copied().collect::<BTreeMap<_, _>>();
        let table = [
            (seen(&[(Verb::Read, 7)]), Some((vec![Verb::Read], true))),
            (seen(&[(Verb::Read, 7), (Verb::Post, 1), (Verb::Delete, 1)]), Some((all.verbs.clone(), false))),
            (seen(&[(Verb::List, 7)]), Some((vec![], true))),
            // Nothing was seen, or something of which nobody knows what it was.
            (seen(&[]), None),
            (seen(&[(Verb::Read, 0)]), None),
            (seen(&[(Verb::Read, 7), (Verb::Other, 1)]), None),
        ];
        for (seen, expected) in table {
            let usage = Usage::of(&all, &seen);
            assert_eq!(usage.map(|usage| (usage.used.clone(), usage.is_narrower())), expected, "{seen:?}");
        }
        let usage = Usage::of(&all, &seen(&[(Verb::Read, 7)])).expect("seen");
        assert_eq!(usage.sentence(), "Granted 3 verbs, used 1 in 90 days");
    }
}
