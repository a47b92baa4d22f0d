//! Claims: what somebody says. A claim is not evidence; claims that disagree make a conflict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Permit;
use crate::casefile::{Change, Definition, Dossier, Draft, Entry, Fields, Withheld, labels};
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, When, optional_line, required, required_line};
use crate::history::ChangeContext;
use crate::spelling::{alike, has_several_capitals, names_somebody};
use crate::vocabulary::Touches;
use crate::words::words;
use crate::{Id, Refusal, Ruled, Stamp, TimeRange};

words! {
    /// Who stands behind a claim.
    SourceKind is "a kind of source" {
        Official "official" "official", Internal "internal" "internal", Press "press" "press", Anonymous "anonymous" "anonymous",
        Derived "derived" "derived",
    }
}

words! {
    /// How a claim stands.
    ClaimStatus is "a status of a claim" {
        Reported "reported" "reported", Confirmed "confirmed" "confirmed", Disputed "disputed" "disputed", Refuted "refuted" "refuted",
    }
}

/// A statement by somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// Its id.
    pub id: Id,
    /// What is claimed, in a sentence.
    pub statement: String,
    /// The matter it is about, such as `exposed resources`; claims on one matter are compared.
    pub field: String,
    /// The value it gives that matter, in few words.
    #[serde(default)]
    pub value: String,
    /// What in the verdict hangs on that matter.
    pub touches: Touches,
    /// Who says so.
    pub source: String,
    /// What kind of source that is.
    pub source_kind: SourceKind,
    /// What the claim covers: principals, resources, actions, window.
    #[serde(default)]
    pub scope: String,
    /// As of when.
    #[serde(default)]
    pub as_of: Option<TimeRange>,
    /// How it stands.
    pub status: ClaimStatus,
    /// Who recorded it.
    pub recorded: Stamp,
}

/// A claim as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ClaimDraft {
    #[serde(default)]
    statement: String,
    #[serde(default)]
    field: String,
    value: Option<String>,
    touches: Option<Touches>,
    #[serde(default)]
    source: String,
    source_kind: SourceKind,
    scope: Option<String>,
    as_of: Option<When>,
    status: Option<ClaimStatus>,
}

impl Draft for ClaimDraft {
    type Document = Claim;

    fn apply(self, id: Id, old: Option<&Claim>, entry: &mut Entry) -> Ruled<Claim> {
        Ok(Claim {
            id,
            statement: required(
                "statement",
                self.statement,
                TEXT_CHARS_MAX,
                "Write down what is claimed, in a sentence.",
            )?,
            field: required_line(
                "field",
                self.field,
                LINE_CHARS_MAX,
                "Name the matter, such as “start of exposure”: claims on one matter are compared.",
            )?
            .to_lowercase(),
            value: optional_line("value", self.value, LINE_CHARS_MAX)?.unwrap_or_default(),
            touches: self.touches.unwrap_or(Touches::Other),
            source: required_line(
                "source",
                self.source,
                LINE_CHARS_MAX,
                "Say who claims it: a claim without a source is a rumour.",
            )?,
            source_kind: self.source_kind,
            scope: optional_line("scope", self.scope, LINE_CHARS_MAX)?.unwrap_or_default(),
            as_of: self.as_of.map(|when| when.read("as_of", entry)).transpose()?,
            status: self.status.unwrap_or(ClaimStatus::Reported),
            recorded: old.map_or_else(|| entry.stamp(), |old| old.recorded.clone()),
        })
    }
}

/// Two or more claims on one matter that disagree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// Its id.
    pub id: Id,
    /// The matter.
    pub field: String,
    /// What in the verdict hangs on it.
    pub touches: Touches,
    /// The claim adopted, by whom, when and why.
    #[serde(default)]
    pub adopted: Option<Adoption>,
}

/// The choice of one claim among several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Adoption {
    /// The claim.
    pub claim: Id,
    /// Who chose and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// The choice as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AdoptionDraft {
    claim: Id,
    #[serde(default)]
    reason: String,
}

impl Dossier {
    /// The claims of a conflict that still stand, oldest first.
    pub fn claims_in<'a>(&'a self, conflict: &'a Conflict) -> impl Iterator<Item = &'a Claim> {
        self.claims_on(&conflict.field)
    }

    /// The claims on a matter, however it is spelt.
    fn claims_on<'a>(&'a self, matter: &str) -> impl Iterator<Item = &'a Claim> + use<'a> {
        let matter = alike(matter);
        self.claims.iter().map(|kept| &kept.record).filter(move |claim| alike(&claim.field) == matter)
    }

    /// What in the verdict hangs on a conflict: all that any of its claims touches, in whatever order they came.
    pub fn touched_by(&self, conflict: &Conflict) -> Vec<Touches> {
        let mut touched: Vec<Touches> = self.claims_in(conflict).map(|claim| claim.touches).collect();
        touched.push(conflict.touches);
        touched.sort();
        touched.dedup();
        touched
    }

    /// Whether a conflict is still open: nobody chose, and the claims still disagree.
    pub fn is_open(&self, conflict: &Conflict) -> bool {
        conflict.adopted.is_none() && disagree(self.claims_in(conflict))
    }
}

fn disagree<'a>(claims: impl Iterator<Item = &'a Claim>) -> bool {
    let mut values = claims.filter(|claim| claim.status != ClaimStatus::Refuted).map(|claim| alike(&claim.value));
    let first = values.next();
    values.any(|value| Some(&value) != first.as_ref())
}

impl Entry {
    /// Adds or edits a claim, and opens a conflict where it disagrees with another on the same matter.
    pub fn put_claim(&mut self, id: Option<&Id>, draft: ClaimDraft) -> Ruled<Id> {
        let id = match id {
            Some(id) => self.revise(id, draft).map(|()| id.clone())?,
            None => self.add(draft)?,
        };
        self.compare_claim(&id)?;
        Ok(id)
    }

    /// Opens a conflict where a claim disagrees with another on the same matter.
    pub fn compare_claim(&mut self, id: &Id) -> Ruled<()> {
        let claim = self.get::<Claim>(id)?.record;
        let on_field = |conflict: &&crate::casefile::CaseItem<Conflict>| alike(&conflict.field) == alike(&claim.field);
        let known = self.dossier().conflicts.iter().find(on_field).map(|kept| kept.record.clone());
        match known {
            None if disagree(self.dossier().claims_on(&claim.field)) => {
                let id = self.new_id();
                // The first that touches something names the conflict; all of them count.
                let all: Vec<Touches> = self.dossier().claims_on(&claim.field).map(|claim| claim.touches).collect();
                let touches = all.into_iter().find(|touches| *touches != Touches::Other).unwrap_or(Touches::Other);
                self.put(Conflict { id, field: claim.field, touches, adopted: None });
            }
            Some(known) if known.touches == Touches::Other && claim.touches != Touches::Other => {
                self.put(Conflict { touches: claim.touches, ..known });
            }
            _ => {}
        }
        Ok(())
    }

    /// Adopts one claim of a conflict, with a reason. All claims stay on the record.
    pub fn adopt_claim(&mut self, conflict: &Id, draft: AdoptionDraft) -> Ruled<()> {
        crate::access::refuse_agent(self.by(), "resolve a conflict of claims")?;
        let mut conflict = self.get::<Conflict>(conflict)?.record;
        if !self.dossier().claims_in(&conflict).any(|claim| claim.id == draft.claim) {
            return Err(Refusal::field("claim", "That claim is not part of this conflict: choose one that is."));
        }
        let reason = required(
            "reason",
            draft.reason,
            TEXT_CHARS_MAX,
            "Say why this claim is adopted; the others stay visible.",
        )?;
        conflict.adopted = Some(Adoption { claim: draft.claim, stamp: self.stamp(), reason });
        self.put(conflict);
        Ok(())
    }

    /// Opens a resolved conflict again.
    pub fn reopen_conflict(&mut self, conflict: &Id) -> Ruled<()> {
        let mut conflict = self.get::<Conflict>(conflict)?.record;
        conflict.adopted = None;
        self.put(conflict);
        Ok(())
    }
}

impl Definition for Claim {
    const PAGE: &'static str = "claims";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const IS_DISCUSSED: bool = true;
    const FIELDS: Fields = Fields {
        words: labels! { "source_kind" => SourceKind, "status" => ClaimStatus, "touches" => Touches },
        texts: &["field", "scope", "statement"],
        names: &["source"],
        things: &["value"],
        ..Fields::NONE
    };

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(crate::timeline::first_line(&self.statement))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {}", Self::subject(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<ClaimDraft>(id, document)?;
        entry.compare_claim(id)
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.statement, &self.field, &self.value, &self.source, &self.scope]
    }

    fn public(mut document: Value) -> Option<Value> {
        if matches!(document["source_kind"].as_str(), Some("internal" | "anonymous")) {
            document["source"] = json!("withheld");
        }
        Some(document)
    }

    /// A single word may be one of the language; with a capital it is looked for as it is spelt.
    fn withheld(document: &Value) -> Vec<Withheld<'_>> {
        let name = document["source"].as_str().unwrap_or_default();
        let is_one = name.chars().next().is_some_and(char::is_uppercase) && alike(name) != "anonymous";
        let is_withheld =
            document["source_kind"] == "anonymous" && names_somebody(name) && (is_one || has_several_capitals(name));
        let as_spelt = !has_several_capitals(name);
        is_withheld.then_some(Withheld { name, stand_in: "an anonymous source", as_spelt }).into_iter().collect()
    }
}

impl Definition for Conflict {
    const PAGE: &'static str = "claims";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields {
        words: labels! { "touches" => Touches },
        texts: &["adopted.reason", "field"],
        references: &["adopted.claim"],
        ..Fields::NONE
    };
    const IS_IN_SENTENCES: bool = true;

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(self.field.clone())
    }

    fn subject(told: &ChangeContext) -> String {
        format!("the conflict of claims on {}", told.quoted("field"))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("entered claims that disagree on {}", told.quoted("field")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        if told.ended("adopted") {
            return Some(format!("opened {} again", Self::subject(told)));
        }
        let claim = told.record.pointer("/adopted/claim").and_then(Value::as_str)?;
        let claim = crate::names::name_of(told.dossier, &Id::new(claim)).unwrap_or_default();
        Some(format!("adopted the claim “{claim}” on {}", told.quoted("field")))
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        let adopted = change.is_edit() && change.altered("adopted");
        adopted.then_some("Adopting a claim bears a name and a reason: open the conflict again with its button.")
    }

    fn put_back(entry: &mut Entry, id: &Id, _document: &Value) -> Ruled<()> {
        entry.restore::<Self>(id)
    }

    fn revert(entry: &mut Entry, change: &Change) -> Ruled<()> {
        entry.put::<Self>(crate::casefile::read_older(&change.before)?);
        Ok(())
    }

    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        Some(Self { adopted: None, ..self })
    }
}

#[cfg(test)]
mod tests;
