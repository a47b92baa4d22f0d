//! The file of an agent: the agent itself, its grants, its reviews, and what was said about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::containment::Containment;
use super::entry::Taken;
use super::{Agent, AgentFile, AgentReview, Grant};
use crate::spelling::fold;
use crate::table::{CaseItem, Table};
use crate::words::words;
use crate::{Id, Refusal, Ruled, Stamp};

words! {
    /// The nouns of an agent's file.
    AgentNoun is "a noun of the registry" {
        Agent "agent" "agent", Grant "grant" "grant", Review "review" "review", Comment "comment" "comment",
        Containment "containment" "containment",
    }
}

/// Something said about an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentComment {
    /// Its id.
    pub id: Id,
    /// What is said, in Markdown.
    pub body: String,
    /// Who said it and when.
    pub said: Stamp,
    /// Who took it back, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<Stamp>,
}

/// A record of an agent's file.
pub trait AgentRecord: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Which noun this is.
    const NOUN: AgentNoun;

    /// The record's name inside the file.
    fn id(&self) -> &Id;

    /// Where a file keeps records of this noun.
    fn table(file: &AgentCase) -> &Table<Self>;

    /// The same, to write.
    fn table_mut(file: &mut AgentCase) -> &mut Table<Self>;
}

macro_rules! records {
    ($($field:ident $type:ident $noun:ident;)*) => {
        /// Everything that is known of an agent, with the versions that last wrote it.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct AgentCase {
            /// How many changes it has seen.
            pub version: u64,
            $(#[doc = concat!("The records “", stringify!($field), "”.")] pub $field: Table<$type>,)*
        }

        $(impl AgentRecord for $type {
            const NOUN: AgentNoun = AgentNoun::$noun;
            fn id(&self) -> &Id { &self.id }
            fn table(file: &AgentCase) -> &Table<Self> { &file.$field }
            fn table_mut(file: &mut AgentCase) -> &mut Table<Self> { &mut file.$field }
        })*

        impl AgentCase {
            /// Puts a stored document in its table. The error names what could not be read.
            pub fn load(&mut self, noun: AgentNoun, version: u64, body: &str) -> Result<(), String> {
                match noun {
                    $(AgentNoun::$noun => {
                        let record: $type = serde_json::from_str(body).map_err(|error| format!("{}: {error}", noun.word()))?;
                        self.$field.insert(record.id.clone(), CaseItem { version, deleted: None, record });
                    })*
                }
                Ok(())
            }

            /// The record of that noun and id as JSON, with its version.
            pub fn json(&self, noun: AgentNoun, id: &Id) -> Option<(u64, Value)> {
                match noun {
                    $(AgentNoun::$noun => {
                        let kept = self.$field.get(id)?;
                        Some((kept.version, serde_json::to_value(&kept.record).unwrap_or_default()))
                    })*
                }
            }
        }
    };
}

records! {
    agents Agent Agent;
    grants Grant Grant;
    reviews AgentReview Review;
    comments AgentComment Comment;
    containments Containment Containment;
}

impl AgentCase {
    /// The agent whose file this is.
    pub fn agent(&self) -> Ruled<&Agent> {
        self.agents.iter().next().map(|kept| &kept.record).ok_or_else(|| Refusal::absent("agent of that id"))
    }

    /// The same without versions and comments: what the rules of scopes look at.
    pub fn file(&self) -> Ruled<AgentFile> {
        let grants = self.grants.iter().map(|kept| kept.record.clone()).collect();
        let reviews = self.reviews.iter().map(|kept| kept.record.clone()).collect();
        Ok(AgentFile { agent: self.agent()?.clone(), grants, reviews })
    }

    /// Refuses a name under which another agent is known: nobody could tell the two apart.
    pub fn refuse_taken(&self, taken: &[Taken]) -> Ruled<()> {
        let Some(other) = taken.first() else { return Ok(()) };
        let is_name = fold(&self.agent()?.name) == other.identifier;
        let sentence = format!(
            "The agent “{}” is known as “{}” already: open that one, merge the two, or write another name.",
            other.name, other.identifier
        );
        Err(Refusal::field(if is_name { "name" } else { "identifiers" }, sentence))
    }
}
