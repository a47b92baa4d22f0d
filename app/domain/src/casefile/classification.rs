//! Classifying records: what a reviewer says of each, one by one or by a rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields, Travel, labels};
use crate::draft::{TEXT_CHARS_MAX, optional};
use crate::reader::log::{Filter, LogRecord};
use crate::vocabulary::FindingClass;
use crate::{Id, Refusal, Ruled, Stamp};

/// So many records one classification may name by number.
const NUMBERS_MAX: usize = 500;

/// So many classifications one item may have: each is held against every record.
const CLASSIFICATIONS_MAX: usize = 200;

/// What somebody says of records of an evidence item. Of two that fit a record, the later counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Classification {
    /// Its id.
    pub id: Id,
    /// The item.
    pub evidence: Id,
    /// The rule: every record that it matches. Empty where records are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// The records by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<u64>,
    /// What they are.
    pub class: FindingClass,
    /// Why.
    #[serde(default)]
    pub note: String,
    /// Who says so, and since when.
    pub stated: Stamp,
}

/// A classification as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ClassificationDraft {
    evidence: Id,
    filter: Option<Filter>,
    #[serde(default, deserialize_with = "crate::draft::numbers")]
    numbers: Vec<u64>,
    class: FindingClass,
    note: Option<String>,
}

impl Draft for ClassificationDraft {
    type Document = Classification;

    fn apply(self, id: Id, _old: Option<&Classification>, entry: &mut Entry) -> Ruled<Classification> {
        refuse_agent(entry.by(), "classify records")?;
        entry.refuse_actor("classify its records")?;
        let dossier = entry.dossier();
        let item = dossier.evidence.get(&self.evidence).ok_or_else(|| {
            Refusal::field("evidence", "That evidence item is not in this incident: choose one from the list.")
        })?;
        let Some(records) = item.records else {
            return Err(Refusal::field("evidence", "No records were read of this item: there is nothing to classify."));
        };
        if self.numbers.len() > NUMBERS_MAX {
            return Err(Refusal::field(
                "numbers",
                format!("At most {NUMBERS_MAX} records at once: use a rule for more."),
            ));
        }
        if let Some(number) = self.numbers.iter().find(|number| **number == 0 || **number > records) {
            return Err(Refusal::field("numbers", format!("There is no record {number}: this item has {records}.")));
        }
        let filter = if self.numbers.is_empty() { Some(self.filter.unwrap_or_default()) } else { None };
        if dossier.classifications.iter().filter(|kept| kept.evidence == self.evidence).count() >= CLASSIFICATIONS_MAX {
            return Err(Refusal::state(format!(
                "This item has {CLASSIFICATIONS_MAX} classifications: take some back, or put several into one rule."
            )));
        }
        Ok(Classification {
            id,
            evidence: self.evidence,
            filter,
            numbers: self.numbers,
            class: self.class,
            note: optional("note", self.note, TEXT_CHARS_MAX)?.unwrap_or_default(),
            stated: entry.stamp(),
        })
    }
}

impl Classification {
    /// Whether it speaks of a record.
    pub fn fits(&self, number: u64, record: &LogRecord) -> bool {
        self.numbers.contains(&number) || self.filter.as_ref().is_some_and(|filter| filter.matches(record))
    }

    /// What it speaks of, in a few words.
    pub fn words(&self) -> String {
        match (&self.filter, self.numbers.as_slice()) {
            (Some(filter), _) => filter.words(),
            (None, [one]) => format!("record {one}"),
            (None, many) => format!("{} records by number", many.len()),
        }
    }
}

/// The classifications of one item, ready to be held against its records.
pub struct Classes<'a>(Vec<&'a Classification>);

impl<'a> Classes<'a> {
    /// Those of an item, the latest last.
    pub fn of(dossier: &'a Dossier, evidence: &Id) -> Self {
        let mut classes: Vec<_> = dossier
            .classifications
            .iter()
            .map(|kept| &kept.record)
            .filter(|classification| classification.evidence == *evidence)
            .collect();
        classes.sort_by(|one, other| (one.stated.at, &one.id).cmp(&(other.stated.at, &other.id)));
        Self(classes)
    }

    /// What a record was classified as, and by which classification.
    pub fn class(&self, number: u64, record: &LogRecord) -> Option<&'a Classification> {
        self.0.iter().rev().find(|classification| classification.fits(number, record)).copied()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts a record under its class.
    pub fn count(&self, number: u64, record: &LogRecord, counts: &mut BTreeMap<FindingClass, u64>) {
        if let Some(classification) = self.class(number, record) {
            *counts.entry(classification.class).or_default() += 1;
        }
    }
}

impl Definition for Classification {
    const PAGE: &'static str = "evidence";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A classification is a reviewer’s judgement: classify these records anew.");
    const FIELDS: Fields = Fields {
        words: labels! { "class" => FindingClass, "filter.confirmation" => crate::vocabulary::Confirmation, "filter.effect" => crate::timeline::Effect, "filter.kind" => crate::vocabulary::PrincipalKind, "filter.outcome" => crate::timeline::Outcome, "filter.suggestion" => crate::reader::log::Suggestion, "filter.verb" => crate::timeline::Verb },
        texts: &["filter.action", "filter.q", "note"],
        names: &["filter.actor"],
        things: &["filter.group", "filter.resource"],
        references: &["evidence"],
        instants: &["filter.from", "filter.to"],
        ..Fields::NONE
    };
    const TRAVEL: Travel = Travel::WithMergesOnly;

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }
}
