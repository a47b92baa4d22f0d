//! Which records are asked for, as a query says it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::filter::{Filter, Suggestion};
use crate::time::Instant;
use crate::vocabulary::{Confirmation, Effect, Outcome, PrincipalKind, Verb};
use crate::{Refusal, Ruled};

/// The longest text that is searched for, in characters.
const TEXT_CHARS_MAX: usize = 200;

/// What records are narrowed to, with times as people type them. What is left out narrows nothing.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct FilterDraft {
    /// From when; records without a time are left out.
    pub from: Option<String>,
    /// Until when, not included.
    pub to: Option<String>,
    /// The actor's name, whole, in any case.
    pub actor: Option<String>,
    /// What sort of principal acted.
    pub kind: Option<PrincipalKind>,
    /// The action in the words of the source, whole, in any case.
    pub action: Option<String>,
    /// What was done.
    pub verb: Option<Verb>,
    /// What it could change.
    pub effect: Option<Effect>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// A part of the resource's name, in any case.
    pub resource: Option<String>,
    /// A text that occurs somewhere in the record, in any case.
    pub q: Option<String>,
    /// How it was confirmed.
    pub confirmation: Option<Confirmation>,
    /// The group of resources, whole, in any case.
    pub group: Option<String>,
    /// What may need a person's eyes.
    pub suggestion: Option<Suggestion>,
}

impl FilterDraft {
    /// The filter; `time` reads what people type.
    pub fn read(self, time: impl Fn(&str) -> Result<Instant, String>) -> Ruled<Filter> {
        let bounded = |name: &str, text: Option<String>| match text {
            Some(text) if text.chars().count() > TEXT_CHARS_MAX => {
                Err(Refusal::field(name, format!("This is longer than {TEXT_CHARS_MAX} characters: shorten it.")))
            }
            text => Ok(text),
        };
        let at = |name: &str, text: Option<String>| {
            text.map(|text| time(&text)).transpose().map_err(|sentence| Refusal::field(name, sentence))
        };
        let filter = Filter {
            from: at("from", self.from)?,
            to: at("to", self.to)?,
            actor: bounded("actor", self.actor)?,
            kind: self.kind,
            action: bounded("action", self.action)?,
            verb: self.verb,
            effect: self.effect,
            outcome: self.outcome,
            resource: bounded("resource", self.resource)?,
            q: bounded("q", self.q)?,
            confirmation: self.confirmation,
            group: bounded("group", self.group)?,
            suggestion: self.suggestion,
        };
        if matches!((filter.from, filter.to), (Some(from), Some(to)) if to <= from) {
            return Err(Refusal::field("to", "The end must be after the start."));
        }
        Ok(filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(asked: Value) -> Ruled<Filter> {
        serde_json::from_value::<FilterDraft>(asked).expect("a filter").read(Instant::parse)
    }

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        let filter = read(json!({ "from": "2026-03-18T17:00:00Z", "verb": "write", "q": "repo" })).unwrap();
        let again: serde_json::Map<String, Value> =
            filter.pairs().into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
        assert_eq!(read(Value::Object(again)).unwrap(), filter);
        assert_eq!(filter.words(), "verb is write, text contains “repo”");
        assert_eq!(serde_json::from_value::<Filter>(serde_json::to_value(&filter).unwrap()).unwrap(), filter);
    }

    #[test]
    fn what_cannot_be_asked_is_refused_by_its_field() {
        let field = |asked: Value| read(asked).unwrap_err().field.unwrap();
        assert_eq!(field(json!({ "from": "soon" })), "from");
        assert_eq!(field(json!({ "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T17:00:00Z" })), "to");
        assert_eq!(field(json!({ "q": "x".repeat(201) })), "q");
    }
}
