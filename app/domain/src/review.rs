//! Reviews: somebody attests to have read what a source recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::draft::{Draft, TEXT_CHARS_MAX, When, optional, required};
use crate::evidence::{read_bound_at, refuse_agent};
use crate::exposure::{Exposure, IN_ALL};
use crate::facts::CellName;
use crate::reader::log::Filter;
use crate::record::{Dossier, Entry};
use crate::time::Zone;
use crate::timeline::{Effect, Verb};
use crate::vocabulary::{Depth, FindingClass, Op, PrincipalKind, ReviewMethod, ReviewOutcome};
use crate::{Id, Instant, Person, Refusal, Ruled, Stamp};

/// An attestation. It is revoked, never edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Who attests and when.
    pub attested: Stamp,
    /// Who revoked it, when and why.
    #[serde(default)]
    pub revoked: Option<Revocation>,
}

/// The end of an attestation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revocation {
    /// Who and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// A review as sent.
#[derive(Debug, Clone, Deserialize)]
pub struct ReviewDraft {
    evidence: Id,
    from: When,
    to: When,
    query: Option<String>,
    depth: Depth,
    method: ReviewMethod,
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
#[derive(Debug, Clone, Deserialize)]
pub struct Reason {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl Draft for ReviewDraft {
    type Record = Review;

    fn settle(self, id: Id, old: Option<&Review>, entry: &mut Entry) -> Ruled<Review> {
        if old.is_some() {
            return Err(Refusal::state("A review is an attestation and is not edited: revoke it and attest again."));
        }
        refuse_agent(entry.by(), "attest to a review")?;
        if entry.dossier().is_incident_actor(entry.by()) {
            return Err(Refusal::forbidden(
                "You are an actor in this incident, so you cannot review its evidence: ask somebody who took no part.",
            ));
        }
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
        let (records, result_sha256, classes) = match self.examined {
            Some(examined) => (Some(examined.records), Some(examined.sha256), examined.classes),
            None => (None, None, BTreeMap::new()),
        };
        Ok(Review {
            id,
            evidence: self.evidence,
            from,
            to,
            query,
            depth: self.depth,
            method: self.method,
            outcome: self.outcome,
            note: optional("note", self.note, TEXT_CHARS_MAX)?.unwrap_or_default(),
            records,
            result_sha256,
            filter,
            classes,
            attested: entry.stamp(),
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

/// The words for an operation: what is done, and what it can change.
const fn acts_of(op: Op) -> (Verb, Effect) {
    match op {
        Op::Read | Op::Export => (Verb::Read, Effect::Read),
        Op::List => (Verb::List, Effect::Read),
        Op::Search => (Verb::Search, Effect::Read),
        Op::Write => (Verb::Write, Effect::Mutating),
        Op::Delete => (Verb::Delete, Effect::Destructive),
        Op::Grant => (Verb::Grant, Effect::Privilege),
    }
}

impl Dossier {
    /// The open paths of which a review's query could have shown a record; all of them where it asked for every record.
    pub(crate) fn cells_shown(&self, review: &Review) -> Option<Vec<CellName>> {
        let filter = review.filter.as_ref()?;
        let exposure = self.exposure();
        let shown = exposure.cells().filter(|(resource, path)| could_show(filter, &exposure, &resource.id, path.op));
        Some(shown.map(|(resource, path)| CellName { resource: resource.id.clone(), path: path.id.clone() }).collect())
    }

    /// Whether a person takes part in the incident: by account, or by the name of a principal who acted.
    pub fn is_incident_actor(&self, person: &Person) -> bool {
        self.incident_actors().iter().any(|actor| same_name(actor, &person.name))
            || self.acting_principals().any(|principal| principal.account.as_ref() == Some(&person.id))
    }

    /// The names of everybody who acted in the timeline.
    pub fn incident_actors(&self) -> Vec<String> {
        self.acting_principals().map(|principal| principal.name.clone()).collect()
    }

    pub(crate) fn acting_principals(&self) -> impl Iterator<Item = &crate::principal::Principal> {
        let acts = |id: &Id| {
            let takes_part = |event: &crate::timeline::Event| {
                &event.actor == id || event.invoked_by.as_ref() == Some(id) || event.on_behalf_of.as_ref() == Some(id)
            };
            self.events.iter().any(|event| takes_part(&event.record))
        };
        self.principals
            .iter()
            .map(|kept| &kept.record)
            .filter(move |principal| principal.kind != PrincipalKind::System && acts(&principal.id))
    }
}

/// Whether a query leaves out no record of an operation on a resource. What is narrowed by anything that such a record
/// need not have, could have passed it over.
fn could_show(filter: &Filter, exposure: &Exposure, resource: &Id, op: Op) -> bool {
    let (verb, effect) = acts_of(op);
    let name = resource.as_str().to_lowercase();
    let in_name = |text: &Option<String>| text.as_ref().is_none_or(|text| name.contains(&text.to_lowercase()));
    let only = |actor: &String| {
        let mut exposed = exposure.principals.iter().filter(|principal| principal.name != IN_ALL).peekable();
        exposure.principals_enumerated.is_some()
            && exposed.peek().is_some()
            && exposed.all(|principal| same_name(&principal.name, actor))
    };
    filter.actor.as_ref().is_none_or(only)
        && (filter.kind, filter.outcome, filter.suggestion, &filter.action) == (None, None, None, &None)
        && filter.verb.is_none_or(|asked| asked == verb)
        && filter.effect.is_none_or(|asked| asked == effect)
        && in_name(&filter.resource)
        && in_name(&filter.q)
}

/// Whether two names are the same but for case and blanks around.
pub fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
