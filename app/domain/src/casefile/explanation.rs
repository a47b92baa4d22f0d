//! A change of logging that somebody explains, and somebody else accepts.
//!
//! From an effective change on, a source is not known to be whole. Whoever knows better says why, shows it by other
//! evidence, and a second person who took no part accepts it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields};
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, optional, required};
use crate::evidence::{Evidence, is_effective, read_evidence, undoes};
use crate::exposure::Ways;
use crate::history::ChangeContext;
use crate::reader::log::LoggingChange;
use crate::vocabulary::{Depth, EvidenceStatus, ReviewMethod, ReviewOutcome};
use crate::{Id, Refusal, Ruled, Stamp};

/// Why a change of logging left the log whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// Its id.
    pub id: Id,
    /// The evidence item that tells of the change.
    pub evidence: Id,
    /// The line of its record.
    pub line: u64,
    /// What was done, in the words of the source.
    pub action: String,
    /// Why the log is whole all the same.
    pub reason: String,
    /// What shows it.
    pub shown_by: Vec<Id>,
    /// Who says so.
    pub stated: Stamp,
    /// Who accepted it.
    #[serde(default)]
    pub accepted: Option<Stamp>,
}

/// An explanation as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ExplanationDraft {
    evidence: Id,
    line: u64,
    /// Needed where one record tells of several acts.
    action: Option<String>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    shown_by: Vec<Id>,
}

impl Draft for ExplanationDraft {
    type Document = Explanation;

    fn apply(self, id: Id, old: Option<&Explanation>, entry: &mut Entry) -> Ruled<Explanation> {
        refuse_agent(entry.by(), "explain a change of logging")?;
        if old.is_some_and(|old| old.accepted.is_some()) {
            return Err(Refusal::state("This explanation is accepted already: take it back and write another one."));
        }
        let action = optional("action", self.action, LINE_CHARS_MAX)?;
        let item = entry.dossier().evidence.get(&self.evidence);
        let mut acts = item.into_iter().flat_map(|item| &item.logging_changes).filter(|change| is_effective(change));
        let told = |change: &&LoggingChange| {
            change.line == self.line && action.as_ref().is_none_or(|action| *action == change.action)
        };
        let Some(change) = acts.find(told).cloned() else {
            return Err(Refusal::field(
                "line",
                "That evidence tells of no effective change of logging there: choose one from what the log proposes.",
            ));
        };
        let shown_by = read_evidence("shown_by", self.shown_by, entry)?;
        let is_other = |shown: &Id| *shown != self.evidence && is_intact(entry.dossier(), shown);
        if !shown_by.iter().any(is_other) {
            return Err(Refusal::field(
                "shown_by",
                "Choose evidence that shows it, other than the log itself: a change ticket, a configuration, a second log.",
            ));
        }
        let missing = "Say why the log is whole all the same.";
        Ok(Explanation {
            id,
            evidence: self.evidence,
            line: self.line,
            action: change.action,
            reason: required("reason", self.reason, TEXT_CHARS_MAX, missing)?,
            shown_by,
            stated: entry.stamp(),
            accepted: None,
        })
    }
}

impl Entry {
    /// Accepts an explanation: a second person, who took no part.
    pub fn accept_explanation(&mut self, id: &Id) -> Ruled<()> {
        refuse_agent(self.by(), "accept an explanation")?;
        let mut explanation = self.get::<Explanation>(id)?.record;
        if explanation.accepted.is_some() {
            return Err(Refusal::state("This explanation is accepted already."));
        }
        if explanation.stated.by.id == self.by().id {
            return Err(Refusal::forbidden(
                "Whoever explains a change of logging does not accept it: ask somebody else.",
            ));
        }
        self.refuse_actor("accept an explanation of a change of logging")?;
        explanation.accepted = Some(self.stamp());
        self.put(explanation);
        Ok(())
    }
}

impl Explanation {
    /// Whether it speaks of this act of that item.
    pub fn is_of(&self, evidence: &Id, change: &LoggingChange) -> bool {
        (&self.evidence, self.line, self.action.as_str()) == (evidence, change.line, change.action.as_str())
    }

    /// Whether it stands: accepted by somebody who took no part, and shown by something that can be relied on.
    fn stands(&self, dossier: &Dossier) -> bool {
        let accepted = self
            .accepted
            .as_ref()
            .is_some_and(|accepted| accepted.by.id != self.stated.by.id && !dossier.is_incident_actor(&accepted.by));
        accepted && self.shown_by.iter().any(|shown| *shown != self.evidence && is_intact(dossier, shown))
    }
}

fn is_intact(dossier: &Dossier, id: &Id) -> bool {
    dossier.evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact)
}

impl Dossier {
    /// The acts on logging that no longer leave anything open: those that are explained, and what turned logging on
    /// again after one of them. Each is the item and the place among its acts.
    fn explained_acts(&self) -> BTreeSet<(Id, usize)> {
        let standing: Vec<&Explanation> =
            self.explanations.iter().map(|kept| &kept.record).filter(|one| one.stands(self)).collect();
        let mut explained = BTreeSet::new();
        if standing.is_empty() {
            return explained;
        }
        let acts = self.evidence.iter().flat_map(|item| {
            let acts = item.logging_changes.iter().enumerate();
            acts.filter(|(_, change)| is_effective(change)).map(move |(place, change)| (&item.id, place, change))
        });
        let mut acts: Vec<(&Id, usize, &LoggingChange)> = acts.collect();
        acts.sort_by_key(|(id, place, change)| (change.at, (*id).clone(), *place));
        for (at, (id, place, change)) in acts.iter().enumerate() {
            if !standing.iter().any(|one| one.is_of(id, change)) {
                continue;
            }
            explained.insert(((*id).clone(), *place));
            let mut later = acts.iter().skip(at + 1);
            let free = |(id, place, _): &&&(&Id, usize, &LoggingChange)| !explained.contains(&((*id).clone(), *place));
            let again = later.by_ref().filter(|act| free(&act)).find(|(_, _, other)| undoes(other, change));
            if let Some((id, place, _)) = again {
                let again = ((*id).clone(), *place);
                explained.insert(again);
            }
        }
        explained
    }

    /// Whether somebody who took no part looked through all of an item, and found nothing that speaks against anybody.
    fn is_looked_through(&self, item: &Evidence) -> bool {
        self.reviews.iter().any(|kept| {
            kept.evidence == item.id
                && kept.revoked.is_none()
                && (kept.method, kept.depth) == (ReviewMethod::Full, Depth::Content)
                && matches!(kept.outcome, ReviewOutcome::None | ReviewOutcome::AuthorisedOnly)
                && !self.is_incident_actor(&kept.attested.by)
        })
    }

    /// The evidence of the incident as it counts: without the changes of logging that are explained, and with one for each
    /// file that was to be read and could not be, and that nobody has looked through.
    pub fn evidence_explained(&self) -> Vec<Evidence> {
        let explained = self.explained_acts();
        let without = |item: &Evidence| {
            let mut item = item.clone();
            if !explained.is_empty() {
                let mut place = 0;
                item.logging_changes.retain(|_| {
                    place += 1;
                    !explained.contains(&(item.id.clone(), place - 1))
                });
            }
            if item.is_unread_log() && !self.is_looked_through(&item) {
                item.logging_changes.push(LoggingChange::of_unread_file());
            }
            item
        };
        self.evidence.iter().map(|kept| without(&kept.record)).collect()
    }
}

impl Definition for Explanation {
    const PAGE: &'static str = "evidence";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("An explanation bears names: take it back with its button, and write it anew.");
    const FIELDS: Fields =
        Fields { texts: &["action", "reason"], references: &["evidence", "shown_by"], ..Fields::NONE };

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("explained the change of logging {} in {}", told.quoted("action"), told.evidence()))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        let accepted = told.began("accepted");
        accepted.then(|| format!("accepted the explanation of {} in {}", told.quoted("action"), told.evidence()))
    }

    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        Some(Self { accepted: None, ..self })
    }

    // That somebody accepted it was said of the other incident.
    fn merged(self, _ways: &Ways, open: &mut Vec<String>) -> Self {
        if self.accepted.is_some() {
            open.push(format!("The explanation of “{}” has to be accepted anew.", self.action));
        }
        Self { accepted: None, ..self }
    }
}

#[cfg(test)]
mod tests;
