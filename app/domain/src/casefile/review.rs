//! Reviews: somebody attests to have read what a source recorded.

mod shown;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields, labels};
use crate::draft::{TEXT_CHARS_MAX, When, optional, required};
use crate::evidence::read_bound_at;
use crate::finding::Finding;
use crate::history::ChangeContext;
use crate::reader::log::Filter;
use crate::time::Zone;
use crate::vocabulary::{Depth, FindingClass, ReviewMethod, ReviewOutcome};
use crate::{Id, Instant, Refusal, Ruled, Stamp};

pub use shown::{PassedOver, naming, renamed};

/// An attestation. It is revoked, never edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Its id.
    pub id: Id,
    /// What was read.
    pub evidence: Id,
    /// From when.
    pub from: Instant,
    /// Until when, not included.
    pub to: Instant,
    /// What was asked of the records.
    #[serde(default)]
    pub query: String,
    /// How deep.
    pub depth: Depth,
    /// How.
    pub method: ReviewMethod,
    /// What was found.
    pub outcome: ReviewOutcome,
    /// What the reviewer wrote.
    #[serde(default)]
    pub note: String,
    /// How many records the query returned, where the records were read.
    #[serde(default)]
    pub records: Option<u64>,
    /// SHA-256 over the records the query returned.
    #[serde(default)]
    pub result_sha256: Option<String>,
    /// The query as it was put to the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// How many of the records were classified as what.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<FindingClass, u64>,
    /// Records that name an exposed resource and that the query left out: it is no review of that resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// Who attests and when.
    pub attested: Stamp,
    /// What the reviewer's account was, or is since, called besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Who revoked it, when and why.
    #[serde(default)]
    pub revoked: Option<Revocation>,
}

/// The end of an attestation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revocation {
    /// Who and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// A review as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ReviewDraft {
    evidence: Id,
    from: When,
    to: When,
    query: Option<String>,
    depth: Option<Depth>,
    method: Option<ReviewMethod>,
    outcome: ReviewOutcome,
    note: Option<String>,
    /// The query as it is put to the records; its span is the review's.
    #[serde(default)]
    pub filter: Option<Filter>,
    /// What the records say; never sent, always looked up.
    #[serde(skip)]
    pub examined: Option<Examined>,
}

/// What a query returned of the records of an item that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// How many.
    pub records: u64,
    /// SHA-256 over all of them.
    pub sha256: String,
    /// How many were classified as what.
    pub classes: BTreeMap<FindingClass, u64>,
    /// What the query left out of what names an exposed resource.
    pub passed_over: Vec<PassedOver>,
}

impl ReviewDraft {
    /// Which records are reviewed: the query inside the span.
    pub fn asked(&self, now: Instant, zone: &Zone) -> Ruled<(Id, Filter)> {
        let (from, to) = self.span(now, zone)?;
        let filter = self.filter.clone().unwrap_or_default();
        Ok((self.evidence.clone(), Filter { from: Some(from), to: Some(to), ..filter }))
    }

    fn span(&self, now: Instant, zone: &Zone) -> Ruled<(Instant, Instant)> {
        let from = read_bound_at(self.from.clone(), "from", false, now, zone)?;
        let to = read_bound_at(self.to.clone(), "to", true, now, zone)?;
        if to <= from {
            return Err(Refusal::field("to", "The end must be after the start."));
        }
        Ok((from, to))
    }

    /// A reviewer who found something cannot say that there was nothing.
    fn refuse_contradiction(&self) -> Ruled<()> {
        let clean = matches!(self.outcome, ReviewOutcome::None | ReviewOutcome::AuthorisedOnly);
        let adverse = |class: &FindingClass| !matches!(class, FindingClass::Authorised | FindingClass::DeniedAttempt);
        let classes = self.examined.iter().flat_map(|examined| &examined.classes);
        let found: u64 = classes.filter(|(class, _)| adverse(class)).map(|(_, count)| count).sum();
        if clean && found > 0 {
            let records =
                if found == 1 { "1 of these records is".into() } else { format!("{found} of these records are") };
            return Err(Refusal::field(
                "outcome",
                format!("{records} classified as something else than authorised: say so, or classify them anew."),
            ));
        }
        Ok(())
    }
}

/// A reason, as sent with an act that needs one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Reason {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl Draft for ReviewDraft {
    type Document = Review;

    fn apply(self, id: Id, old: Option<&Review>, entry: &mut Entry) -> Ruled<Review> {
        if old.is_some() {
            return Err(Refusal::state("A review is an attestation and is not edited: revoke it and attest again."));
        }
        refuse_agent(entry.by(), "attest to a review")?;
        entry.refuse_actor("review its evidence")?;
        if entry.dossier().evidence.get(&self.evidence).is_none() {
            return Err(Refusal::field(
                "evidence",
                "That evidence item is not in this incident: choose one from the list.",
            ));
        }
        let (from, to) = self.span(entry.now(), entry.zone())?;
        self.refuse_contradiction()?;
        let filter = self.filter.map(|filter| Filter { from: None, to: None, ..filter });
        let filter = filter.filter(|filter| !filter.is_whole());
        let words = filter.as_ref().map(Filter::words).unwrap_or_default();
        let query = optional("query", self.query, TEXT_CHARS_MAX)?.unwrap_or(words);
        let read = self.examined.is_some();
        let examined = self.examined.unwrap_or_default();
        Ok(Review {
            id,
            evidence: self.evidence,
            from,
            to,
            query,
            depth: self
                .depth
                .ok_or_else(|| Refusal::field("depth", "Say how deep you looked: names only, metadata or content."))?,
            method: self.method.ok_or_else(|| {
                Refusal::field(
                    "method",
                    "Say how you looked: at every record, by a query, at a sample, or by a machine.",
                )
            })?,
            outcome: self.outcome,
            note: optional("note", self.note, TEXT_CHARS_MAX)?.unwrap_or_default(),
            records: read.then_some(examined.records),
            result_sha256: read.then_some(examined.sha256),
            filter,
            classes: examined.classes,
            passed_over: examined.passed_over,
            attested: entry.stamp(),
            names: entry.other_names(),
            revoked: None,
        })
    }
}

impl Entry {
    /// Revokes a review, with the reason.
    pub fn revoke_review(&mut self, id: &Id, reason: Reason) -> Ruled<()> {
        let mut review = self.get::<Review>(id)?.record;
        if review.revoked.is_some() {
            return Err(Refusal::state("This review is revoked already."));
        }
        let reason = required("reason", reason.reason, TEXT_CHARS_MAX, "Say why the review no longer stands.")?;
        review.revoked = Some(Revocation { stamp: self.stamp(), reason });
        self.put(review);
        Ok(())
    }
}

impl Definition for Review {
    const PAGE: &'static str = "exposure";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A review is an attestation: revoke it, with the reason, and attest again.");
    const FIELDS: Fields = Fields {
        words: labels! { "depth" => Depth, "filter.confirmation" => crate::vocabulary::Confirmation, "filter.effect" => crate::timeline::Effect, "filter.kind" => crate::vocabulary::PrincipalKind, "filter.outcome" => crate::timeline::Outcome, "filter.suggestion" => crate::reader::log::Suggestion, "filter.verb" => crate::timeline::Verb, "method" => ReviewMethod, "outcome" => ReviewOutcome },
        texts: &["filter.action", "filter.q", "names", "note", "query", "revoked.reason"],
        names: &["filter.actor"],
        things: &["filter.group", "filter.resource"],
        places: &["passed_over.resource"],
        references: &["evidence"],
        instants: &["filter.from", "filter.to", "from", "to"],
        codes: &["result_sha256"],
        internal: &["note", "names"],
        ..Fields::NONE
    };
    const IS_IN_SENTENCES: bool = true;

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(format!("by {}", self.attested.by.name))
    }

    fn subject(told: &ChangeContext) -> String {
        let by = told.record.pointer("/attested/by/name").and_then(serde_json::Value::as_str).unwrap_or("somebody");
        format!("the review of {} by {by}", told.evidence())
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("attested to a review of {}", told.evidence()))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        told.began("revoked").then(|| format!("revoked {}", Self::subject(told)))
    }

    /// It proves nothing here. One that found something, or could not tell, speaks against the case.
    fn imported(self, entry: &mut Entry) -> Option<Self> {
        let is_adverse = matches!(self.outcome, ReviewOutcome::Unauthorised | ReviewOutcome::Inconclusive);
        if is_adverse && self.revoked.is_none() {
            let summary = format!(
                "A review by {}, made where this case is from, ended as “{}”. Review the evidence here.",
                self.attested.by.name,
                self.outcome.label()
            );
            let found = Finding::suspected(entry.new_id(), summary, self.evidence, entry.stamp());
            entry.put(found);
        }
        None
    }
}
