//! Decisions of the people who respond: what was decided, by whom, when, and on what grounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields};
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, When, required, required_line};
use crate::history::ChangeContext;
use crate::timeline::first_line;
use crate::{Id, Ruled, Stamp, TimeRange};

/// Something that was decided while the incident was handled. Read later, it shows what was known then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Its id.
    pub id: Id,
    /// When it was decided.
    pub time: TimeRange,
    /// What was decided, in a sentence.
    pub statement: String,
    /// Who decided, by name or by role.
    pub decided_by: String,
    /// On what grounds: what was known, and what else could have been done. Markdown.
    #[serde(default)]
    pub grounds: String,
    /// Who wrote it down, and when.
    pub recorded: Stamp,
}

/// A decision as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct DecisionDraft {
    time: When,
    #[serde(default)]
    statement: String,
    #[serde(default)]
    decided_by: String,
    grounds: Option<String>,
}

impl Draft for DecisionDraft {
    type Document = Decision;

    fn apply(self, id: Id, old: Option<&Decision>, entry: &mut Entry) -> Ruled<Decision> {
        Ok(Decision {
            id,
            time: self.time.read("time", entry)?,
            statement: required("statement", self.statement, TEXT_CHARS_MAX, "Say what was decided, in a sentence.")?,
            decided_by: required_line(
                "decided_by",
                self.decided_by,
                LINE_CHARS_MAX,
                "Say who decided: a name or a role.",
            )?,
            grounds: crate::nesting::optional("grounds", self.grounds)?,
            recorded: old.map_or_else(|| entry.stamp(), |old| old.recorded.clone()),
        })
    }
}

impl Dossier {
    /// The decisions in the order of their time; those without one last.
    pub fn decisions_in_order(&self) -> Vec<&crate::casefile::CaseItem<Decision>> {
        let mut decisions: Vec<_> = self.decisions.iter().collect();
        decisions.sort_by_key(|one| (one.time.sort_key().is_none(), one.time.sort_key(), one.id.clone()));
        decisions
    }
}

impl Definition for Decision {
    const PAGE: &'static str = "claims";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields { texts: &["statement", "grounds"], people: &["decided_by"], ..Fields::NONE };

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(first_line(&self.statement))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {}", Self::subject(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<DecisionDraft>(id, document)
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.statement, &self.decided_by, &self.grounds]
    }
}

#[cfg(test)]
mod tests;
