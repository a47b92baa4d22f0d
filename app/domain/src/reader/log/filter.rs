//! Which records are asked for. A review keeps its filter, so it can be written out and read again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::group::resource_group;
use super::record::LogRecord;
use super::searched::{folded, searchable};
use crate::time::Instant;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};
use crate::words::{Tri, words};

/// So much of a message is searched, in characters.
const MESSAGE_CHARS_MAX: usize = 300;

words! {
    /// What may need a person's eyes.
    Suggestion is "a suggestion" {
        AgentWrite "agent_write" "Agent changed something, and nothing shows that it was confirmed", Grant "grant" "Access was granted",
        Share "share" "Something was shared or posted", Stop "stop" "Somebody said stop, or took access back",
        LoggingControl "logging_control" "Logging was changed", NeedsReview "needs_review" "The reader was not sure",
        RefusedActed "refused_acted" "It was refused, and done all the same",
    }
}

impl Suggestion {
    /// Its place in a set of suggestions.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl LogRecord {
    /// The suggestions that a record gives, as a set of their bits.
    pub fn suggestions(&self) -> u8 {
        let agent = self.actor.kind == PrincipalKind::Agent;
        let given = [
            (Suggestion::AgentWrite, agent && self.effect.is_effectful() && self.confirmed() != Tri::Yes),
            (Suggestion::Grant, self.verb == Verb::Grant),
            // A message of a conversation changes nothing; a post does.
            (Suggestion::Share, self.verb == Verb::Share || (self.verb == Verb::Post && self.effect.is_effectful())),
            (Suggestion::Stop, self.verb == Verb::Revoke || says_stop(&self.message)),
            (Suggestion::LoggingControl, self.hints.logging_control),
            (Suggestion::NeedsReview, self.needs_review.is_some()),
            (Suggestion::RefusedActed, self.confirmation == Confirmation::Refused && self.outcome == Outcome::Success),
        ];
        given.iter().filter(|(_, holds)| *holds).fold(0, |set, (suggestion, _)| set | suggestion.bit())
    }

    /// The texts that a search looks through beside the raw record, folded, a line each.
    pub fn searched(&self) -> String {
        let message: String = self.message.chars().take(MESSAGE_CHARS_MAX).collect();
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        let behalf = self.on_behalf_of.as_ref().map(|actor| actor.name.clone()).unwrap_or_default();
        let texts = [
            message,
            some(&self.error),
            some(&self.source_address),
            some(&self.id),
            some(&self.trace),
            some(&self.session),
            some(&self.tool),
            behalf,
        ];
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        folded(&texts.join("\n"))
    }
}

/// A short message that is an order to stop.
fn says_stop(message: &str) -> bool {
    let words = message.trim().to_lowercase();
    words.len() <= 80 && ["stop", "halt", "abort", "cancel that"].iter().any(|order| words.starts_with(order))
}

/// What records are narrowed to; parts that are `None` narrow nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// From when; records without a time are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Until when, not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// The actor's name, whole, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// What sort of principal acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PrincipalKind>,
    /// The action in the words of the source, whole, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<Verb>,
    /// What it could change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// A part of the resource's name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// A text that occurs somewhere in the record, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// How it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// The group of resources, whole, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What may need a person's eyes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggestion>,
}

impl Filter {
    /// Its parts as the pairs of a query.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("from", self.from.map(|at| at.rfc3339())),
            ("to", self.to.map(|at| at.rfc3339())),
            ("actor", self.actor.clone()),
            ("kind", self.kind.map(|kind| kind.word().to_string())),
            ("action", self.action.clone()),
            ("verb", self.verb.map(|verb| verb.word().to_string())),
            ("effect", self.effect.map(|effect| effect.word().to_string())),
            ("outcome", self.outcome.map(|outcome| outcome.word().to_string())),
            ("resource", self.resource.clone()),
            ("q", self.q.clone()),
            ("confirmation", self.confirmation.map(|confirmation| confirmation.word().to_string())),
            ("group", self.group.clone()),
            ("suggestion", self.suggestion.map(|suggestion| suggestion.word().to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    /// Whether nothing but the span is narrowed.
    pub fn is_whole(&self) -> bool {
        *self == Self { from: self.from, to: self.to, ..Self::default() }
    }

    /// What is asked, in a few words: `verb is write, actor is “ops-agent”`; the span is left out.
    pub fn words(&self) -> String {
        let told = |(name, value): (&'static str, String)| match name {
            "from" | "to" => None,
            "q" => Some(format!("text contains “{value}”")),
            "resource" => Some(format!("resource contains “{value}”")),
            "actor" | "action" => Some(format!("{name} is “{value}”")),
            "group" => Some(format!("group of resources is “{value}”")),
            "suggestion" => self.suggestion.map(|suggestion| suggestion.label().to_lowercase()),
            _ => Some(format!("{name} is {value}")),
        };
        let words: Vec<String> = self.pairs().into_iter().filter_map(told).collect();
        if words.is_empty() { "every record".into() } else { words.join(", ") }
    }

    /// Whether a record is asked for, the text that is searched for looked up in all of its raw bytes as well.
    pub fn finds(&self, record: &LogRecord, raw: &[u8]) -> bool {
        let Some(q) = &self.q else { return self.matches(record) };
        self.matches(record)
            || (searchable(raw).contains(&folded(q)) && Self { q: None, ..self.clone() }.matches(record))
    }

    /// Whether a record is asked for by what was read of it. The store asks the same of its columns; a test holds the
    /// two together.
    pub fn matches(&self, record: &LogRecord) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.to_lowercase() == found.to_lowercase())
        };
        let contains = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| folded(found).contains(&folded(wanted)))
        };
        let since = self.from.is_none_or(|from| record.time.is_some_and(|time| time >= from));
        let until = self.to.is_none_or(|to| record.time.is_some_and(|time| time < to));
        let anywhere = || {
            [&record.actor.name, &record.action, &record.resource, &record.searched()]
                .into_iter()
                .any(|text| contains(&self.q, text))
        };
        since
            && until
            && same(&self.actor, &record.actor.name)
            && self.kind.is_none_or(|kind| kind == record.actor.kind)
            && same(&self.action, &record.action)
            && self.verb.is_none_or(|verb| verb == record.verb)
            && self.effect.is_none_or(|effect| effect == record.effect)
            && self.outcome.is_none_or(|outcome| outcome == record.outcome)
            && contains(&self.resource, &record.resource)
            && self.confirmation.is_none_or(|confirmation| confirmation == record.confirmation)
            && self.group.as_ref().is_none_or(|group| folded(group) == resource_group(&folded(&record.resource)))
            && self.suggestion.is_none_or(|suggestion| record.suggestions() & suggestion.bit() != 0)
            && (self.q.is_none() || anywhere())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unconfirmed_write_of_an_agent_wants_to_be_seen() {
        let mut record = LogRecord::at(super::super::Raw::default());
        record.actor.kind = PrincipalKind::Agent;
        record.effect = Effect::Mutating;
        assert_eq!(record.suggestions(), Suggestion::AgentWrite.bit());
        record.confirmation = Confirmation::Human;
        record.message = "STOP! Do not delete that.".into();
        assert_eq!(record.suggestions(), Suggestion::Stop.bit());
    }
}
