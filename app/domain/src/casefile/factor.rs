//! Contributing factors: a graph, never one root cause.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields};
use crate::draft::{TEXT_CHARS_MAX, links, required};
use crate::history::ChangeContext;
use crate::{Id, Ruled};

/// Something that contributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Factor {
    /// Its id.
    pub id: Id,
    /// What contributed, in a sentence.
    pub statement: String,
    /// Known to exist and not said what: it blocks `verified_no_op`.
    #[serde(default)]
    pub unspecified: bool,
    /// The factors this one was caused by.
    #[serde(default)]
    pub because_of: Vec<Id>,
}

/// A factor as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct FactorDraft {
    #[serde(default)]
    statement: String,
    #[serde(default)]
    unspecified: bool,
    #[serde(default)]
    because_of: Vec<Id>,
}

impl Draft for FactorDraft {
    type Document = Factor;

    fn apply(self, id: Id, _old: Option<&Factor>, entry: &mut Entry) -> Ruled<Factor> {
        let other = |other: &Id| other != &id && entry.dossier().factors.get(other).is_some();
        let because_of = links("because_of", self.because_of, other, "Choose other factors of this incident.")?;
        let statement = required("statement", self.statement, TEXT_CHARS_MAX, "Say what contributed, in a sentence.")?;
        Ok(Factor { id, statement, unspecified: self.unspecified, because_of })
    }
}

impl Definition for Factor {
    const PAGE: &'static str = "claims";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields { texts: &["statement"], references: &["because_of"], ..Fields::NONE };
    const IS_IN_SENTENCES: bool = true;

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(crate::timeline::first_line(&self.statement))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {}", Self::subject(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<FactorDraft>(id, document)
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.statement]
    }
}
