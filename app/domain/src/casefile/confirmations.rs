//! The confirmation-gate map: which capability was used how often, and how it was confirmed.
//!
//! A capability is a verb on a group of resources with an effect. What cannot be undone stands first. A verb of
//! which the chosen sources show no record by anybody is dark: that they show none of an agent says nothing.

mod kept;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agent::ConfirmationRule;
use crate::casefile::Dossier;
use crate::cell::quoted;
use crate::principal::Pin;
use crate::spelling::same_folded;
use crate::timeline::{Effect, Verb};
use crate::vocabulary::Confirmation;

pub use kept::{GateScope, KeptMap};

/// So many rows are shown; the others are counted.
pub const GATE_ROWS_MAX: usize = 300;

/// How often a capability was used by somebody, by the way it was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateRow {
    /// Who used it; empty where the row is over all agents.
    pub actor: String,
    /// What was done.
    pub verb: Verb,
    /// The group of resources.
    pub group: String,
    /// What it could change.
    pub effect: Effect,
    /// How often, in the order of the ways of confirmation.
    pub counts: Vec<u64>,
    /// What the pinned grants declare about it, in words.
    pub declared: String,
    /// Whether acts lack the yes that the declared rule asks for, or cannot be undone and have none.
    pub is_open: bool,
}

impl GateRow {
    /// `forum-agent: post, forum`.
    pub fn name(&self) -> String {
        let who = if self.actor.is_empty() { String::new() } else { format!("{}: ", self.actor) };
        let group = if self.group.is_empty() { "other resources" } else { &self.group };
        format!("{who}{}, {group}", self.verb.label())
    }

    /// How often in all.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How often in one way.
    pub fn count(&self, confirmation: Confirmation) -> u64 {
        self.counts.get(confirmation as usize).copied().unwrap_or_default()
    }
}

/// The head of a column of the map.
pub const fn way_of_confirming(way: Confirmation) -> &'static str {
    match way {
        Confirmation::Human => "A person",
        Confirmation::Standing => "Allowed earlier",
        Confirmation::Automatic => "Automatic",
        Confirmation::Refused => "Refused",
        Confirmation::None => "Nobody",
        Confirmation::Unknown => "Not shown",
    }
}

/// The map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GateMap {
    /// What was used: irreversible acts and changes of privileges first, then by how often.
    pub rows: Vec<GateRow>,
    /// How many rows more there are.
    pub left_out: usize,
    /// Verbs of which no chosen source shows a record by anybody.
    pub dark: Vec<Verb>,
    /// How many records were counted.
    pub total: u64,
    /// How many of them were read before it was kept how they were confirmed: read their logs again.
    pub without_confirmation: u64,
}

/// What the store counted: who did what to which group with which effect, and how often in each way.
pub type GateCounts = Vec<((String, String, Verb, Effect), [u64; 6])>;

impl GateMap {
    /// The map of what was counted. `shown` are the verbs of which the chosen sources have records by anybody.
    pub fn of(dossier: &Dossier, counts: GateCounts, shown: &[Verb], is_by_agent: bool) -> Self {
        let mut rows: Vec<GateRow> = Vec::new();
        let mut places = std::collections::BTreeMap::new();
        for ((actor, group, verb, effect), counts) in counts {
            // What a program only notes is no capability.
            if (verb, effect) == (Verb::Other, Effect::None) {
                continue;
            }
            let (declared, is_open) = declared(dossier, &actor, verb, &group, effect, &counts);
            let key = (if is_by_agent { actor.clone() } else { String::new() }, group.clone(), verb, effect);
            let place = *places.entry(key).or_insert(rows.len());
            match rows.get_mut(place) {
                Some(row) => row.add(&counts, &declared, is_open),
                None => rows.push(GateRow {
                    actor: if is_by_agent { actor } else { String::new() },
                    verb,
                    group,
                    effect,
                    counts: counts.to_vec(),
                    declared,
                    is_open,
                }),
            }
        }
        rows.sort_by(|one, other| {
            let key = |row: &GateRow| (std::cmp::Reverse(row.effect), std::cmp::Reverse(row.total()));
            let name = |row: &GateRow| (row.verb, row.group.clone(), row.actor.clone());
            key(one).cmp(&key(other)).then_with(|| name(one).cmp(&name(other)))
        });
        let total = rows.iter().map(GateRow::total).sum();
        let left_out = rows.len().saturating_sub(GATE_ROWS_MAX);
        rows.truncate(GATE_ROWS_MAX);
        let is_dark = |verb: &&Verb| **verb != Verb::Other && !shown.contains(verb);
        let dark = Verb::ALL.iter().filter(is_dark).copied().collect();
        Self { rows, left_out, dark, total, without_confirmation: 0 }
    }
}

impl GateRow {
    fn add(&mut self, counts: &[u64; 6], declared: &str, is_open: bool) {
        self.counts.iter_mut().zip(counts).for_each(|(all, more)| *all += more);
        self.is_open |= is_open;
        if !self.declared.split("; ").any(|known| known == declared) {
            self.declared = format!("{}; {declared}", self.declared);
        }
    }
}

/// What the pinned grants of an actor declare about a capability, and whether what was seen falls short of it.
fn declared(
    dossier: &Dossier,
    actor: &str,
    verb: Verb,
    group: &str,
    effect: Effect,
    counts: &[u64; 6],
) -> (String, bool) {
    let confirmed = counts[Confirmation::Human as usize];
    let refused = counts[Confirmation::Refused as usize];
    let unconfirmed = counts.iter().sum::<u64>() > confirmed + refused;
    let is_grave = effect >= Effect::Destructive;
    let pin = dossier.principals.iter().find_map(|kept| {
        let names = || kept.former_names.iter().chain([&kept.name]);
        kept.pin.as_ref().filter(|_| names().any(|name| same_folded(name, actor)))
    });
    let Some(pin) = pin else { return ("not known".into(), is_grave && unconfirmed) };
    match rule(pin, verb, group, effect) {
        None => ("not granted".into(), unconfirmed),
        Some(rule) => {
            let asks = match rule {
                ConfirmationRule::None => false,
                ConfirmationRule::BeforeIrreversible => is_grave,
                ConfirmationRule::BeforeEveryAct | ConfirmationRule::TwoPeople => true,
            };
            (rule.label().into(), asks && unconfirmed)
        }
    }
}

/// The weakest rule of the grants that may allow acts of this kind: what an agent could have relied on.
fn rule(pin: &Pin, verb: Verb, group: &str, effect: Effect) -> Option<ConfirmationRule> {
    let may_allow = |pattern: &crate::agent::Pattern| {
        let head = pattern.as_str().split('*').next().unwrap_or_default().to_lowercase();
        head.starts_with(group) || group.starts_with(&head)
    };
    let grants = pin.grants.iter().filter(|grant| {
        grant.verbs.contains(&verb) && effect <= grant.ceiling && grant.resources.iter().any(may_allow)
    });
    grants.map(|grant| grant.rule).min()
}

/// The map as a table.
pub fn gates_csv(map: &GateMap) -> String {
    let heads = ["agent", "verb", "resources", "effect", "declared"].into_iter().map(str::to_string);
    let ways = Confirmation::ALL.iter().map(|way| way.word().to_string());
    let mut lines = vec![heads.chain(ways).chain(["total".to_string()]).collect::<Vec<_>>()];
    for row in &map.rows {
        let words = [&row.actor, row.verb.word(), &row.group, row.effect.word(), &row.declared];
        let words = words.into_iter().map(str::to_string);
        let counts = row.counts.iter().map(u64::to_string);
        lines.push(words.chain(counts).chain([row.total().to_string()]).collect());
    }
    // Dark verbs have no number: they are not zero.
    for verb in &map.dark {
        let mut line = vec![String::new(); lines[0].len()];
        line[1] = verb.word().into();
        line[4] = "no source shows it".into();
        lines.push(line);
    }
    let line = |cells: &Vec<String>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
    // Without the mark, spreadsheets take the letters for those of another encoding.
    format!("\u{feff}{}\n", lines.iter().map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use crate::agent::{Agent, AgentCase};
    use crate::cast::Story;

    fn counted(
        actor: &str,
        group: &str,
        verb: Verb,
        effect: Effect,
        counts: [u64; 6],
    ) -> ((String, String, Verb, Effect), [u64; 6]) {
        ((actor.into(), group.into(), verb, effect), counts)
    }

    /// What was seen: reads, posts with and without a yes, and one deletion.
    fn seen() -> GateCounts {
        vec![
            counted("forum-agent", "forum", Verb::Read, Effect::Read, [0, 0, 0, 0, 0, 40]),
            counted("forum-agent", "forum", Verb::Post, Effect::Mutating, [2, 0, 0, 1, 3, 0]),
            counted("helper", "forum", Verb::Post, Effect::Mutating, [0, 1, 0, 0, 0, 0]),
            counted("helper", "drafts", Verb::Delete, Effect::Destructive, [0, 0, 1, 0, 0, 0]),
            counted("helper", "", Verb::Other, Effect::None, [0, 0, 0, 0, 0, 9]),
        ]
    }

    fn capabilities(map: &GateMap) -> Vec<(&str, Verb, &str, u64)> {
        map.rows.iter().map(|row| (row.actor.as_str(), row.verb, row.group.as_str(), row.total())).collect()
    }

    #[test]
    fn what_cannot_be_taken_back_stands_first() {
        let map =
            GateMap::of(&Story::new().dossier, seen(), &[Verb::Read, Verb::Post, Verb::Delete, Verb::Login], false);
        let expected = [("", Verb::Delete, "drafts", 1), ("", Verb::Post, "forum", 7), ("", Verb::Read, "forum", 40)];
        assert_eq!(capabilities(&map), expected);
        assert_eq!((map.total, map.left_out), (48, 0));
        let posts = &map.rows[1];
        let ways = [Confirmation::Human, Confirmation::Standing, Confirmation::Refused, Confirmation::None];
        assert_eq!(ways.map(|way| posts.count(way)), [2, 1, 1, 3]);
        assert!(map.rows[0].is_open && !posts.is_open, "only what is grave is asked for where no rule is known");
        let by_agent = GateMap::of(&Story::new().dossier, seen(), &[], true);
        assert_eq!(by_agent.rows.len(), 4);
        assert_eq!(by_agent.total, 48);
    }

    #[test]
    fn a_verb_that_no_source_shows_is_dark_and_not_zero() {
        // Somebody logged in, so that the logs would show a login of the agent; nobody granted anything.
        let map = GateMap::of(&Story::new().dossier, seen(), &[Verb::Read, Verb::Login], false);
        assert!(!map.dark.contains(&Verb::Login) && !map.dark.contains(&Verb::Read));
        assert!(map.dark.contains(&Verb::Grant) && !map.dark.contains(&Verb::Other));
        let table = gates_csv(&map);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(
            lines[0].trim_start_matches('\u{feff}'),
            "agent,verb,resources,effect,declared,human,standing,automatic,refused,none,unknown,total"
        );
        assert!(lines.contains(&",grant,,,no source shows it,,,,,,,"), "{table}");
    }

    #[test]
    fn the_declared_rule_stands_beside_what_was_seen() {
        let mut story = Story::new();
        let agent = story
            .dossier
            .principals
            .iter()
            .find(|kept| kept.name == "forum-agent")
            .map(|kept| kept.id.clone())
            .unwrap();
        let mut case = AgentCase { version: 1, ..AgentCase::default() };
        let known = Agent::named(Id::new("agent-1"), "Forum agent".into(), crate::cast::at("2026-01-01T00:00:00Z"));
        case.load(crate::agent::AgentNoun::Agent, 1, &serde_json::to_string(&known).unwrap()).unwrap();
        let mut grant = crate::agent::tests::grant("g");
        (grant.verbs, grant.ceiling) = (vec![Verb::Post], Effect::Mutating);
        grant.rule = ConfirmationRule::BeforeEveryAct;
        case.load(crate::agent::AgentNoun::Grant, 1, &serde_json::to_string(&grant).unwrap()).unwrap();
        story.enter("Ada", |entry| entry.link_agent(&agent, None, &case)).unwrap();
        let map = GateMap::of(&story.dossier, seen(), &[], true);
        let row = |verb, actor: &str| map.rows.iter().find(|row| row.verb == verb && row.actor == actor).unwrap();
        let posts = row(Verb::Post, "forum-agent");
        assert_eq!((posts.declared.as_str(), posts.is_open), ("before every act", true));
        assert_eq!(
            (row(Verb::Read, "forum-agent").declared.as_str(), row(Verb::Post, "helper").declared.as_str()),
            ("not granted", "not known")
        );
    }
}
