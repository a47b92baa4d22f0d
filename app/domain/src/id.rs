//! Names of records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of a record inside its incident: a UUIDv7 as text, or a fixed word
/// where there can be only one (a mark, the exposure, a narrative section).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Id(String);

impl Id {
    /// Takes the text as it is; what it names is checked where it is looked up.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The key people use for an incident: `INC-12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub i64);

impl Key {
    /// Reads `INC-12` (any case); `None` when it is not a key.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.get(..4).filter(|head| head.eq_ignore_ascii_case("INC-")).map(|_| &text[4..])?;
        if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Self)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "INC-{}", self.0)
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("“{text}” is not a key, such as INC-12")))
    }
}

/// The account under which Inquest itself writes.
pub const SYSTEM: &str = "system";

/// A person or token holder as a record remembers them: the account's id and
/// the name at that moment, so that a record reads the same in five years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// The account.
    pub id: Id,
    /// The name shown.
    pub name: String,
    /// The agent that wrote with this account's token, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

impl Person {
    /// Who did it, as a sentence says it. An agent that wrote with somebody's token is named first.
    pub fn spoken(&self) -> String {
        match &self.agent {
            Some(agent) => format!("{agent} (agent, for {})", self.name),
            None => self.name.clone(),
        }
    }
}

/// Who did something and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamp {
    /// When.
    pub at: crate::time::Instant,
    /// Who.
    pub by: Person,
}
