//! The names under which logs know an agent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draft::LINE_CHARS_MAX;
use crate::spelling::{clean_name, fold};
use crate::{Refusal, Ruled};

/// So many names are kept of one agent.
pub const IDENTIFIERS_MAX: usize = 200;

/// A name under which logs know an agent: a client id, a service account, an app id, a bot user. A `*` in it stands
/// for any characters, also none. Case does not count, as with all names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Identifier {
    text: String,
}

impl Identifier {
    /// Reads one. A pattern that says nothing would make every actor this agent, and is refused.
    pub fn parse(field: &str, text: &str) -> Ruled<Self> {
        let text = clean_name(text);
        if text.is_empty() {
            return Err(Refusal::field(
                field,
                "Write the name under which a log knows the agent, such as a client id.",
            ));
        }
        if text.chars().count() > LINE_CHARS_MAX {
            let sentence = format!("This name is too long: at most {LINE_CHARS_MAX} characters fit here.");
            return Err(Refusal::field(field, sentence));
        }
        if text.contains('*') && text.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
            return Err(Refusal::field(
                field,
                "This pattern would match almost every name: write at least three letters or digits of it.",
            ));
        }
        Ok(Self { text })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has a `*`, so that it stands for many names.
    pub fn is_pattern(&self) -> bool {
        self.text.contains('*')
    }

    /// Whether a log that names somebody so means this.
    pub fn matches(&self, name: &str) -> bool {
        matches_folded(&fold(&self.text), &fold(name))
    }
}

/// Whether a name fits, both as names are compared. Each `*` takes as little as it can, and only the last is tried
/// again: the time is bounded by the product of the lengths.
pub(super) fn matches_folded(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut seen, mut retry) = (0, 0, None);
    while seen < name.len() {
        if pattern.get(at) == Some(&b'*') {
            retry = Some((at + 1, seen));
            at += 1;
        } else if pattern.get(at) == Some(&name[seen]) {
            (at, seen) = (at + 1, seen + 1);
        } else if let Some((after, taken)) = retry {
            retry = Some((after, taken + 1));
            (at, seen) = (after, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
