//! Ratings of severity by people, against a rubric of a version.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields, Travel, labels};
use crate::draft::{TEXT_CHARS_MAX, optional, required};
use crate::history::ChangeContext;
use crate::severity::{Class, Dimension, Levels, Sev, Severity, SeverityFacts};
use crate::verdict::Verdict;
use crate::{Id, Refusal, Ruled, Stamp};

/// One rating. It is added to, never edited: the history is the ratings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rating {
    /// Its id.
    pub id: Id,
    /// The vector and the version of the rubric it was made with.
    pub facts: SeverityFacts,
    /// Why each level was chosen.
    #[serde(default)]
    pub rationale: BTreeMap<Dimension, String>,
    /// Who rated and when.
    pub rated: Stamp,
}

/// A rating as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RatingDraft {
    rubric: Option<String>,
    class: Option<Class>,
    #[serde(default)]
    ongoing: bool,
    #[serde(default)]
    dimensions: Levels,
    #[serde(default)]
    worst_credible: Levels,
    #[serde(default)]
    rationale: BTreeMap<Dimension, String>,
}

impl Draft for RatingDraft {
    type Document = Rating;

    fn apply(self, id: Id, old: Option<&Rating>, entry: &mut Entry) -> Ruled<Rating> {
        if old.is_some() {
            return Err(Refusal::state("A rating is not edited: rate again, and both stay on the record."));
        }
        let mut rationale = BTreeMap::new();
        for (dimension, text) in self.rationale {
            if let Some(text) = optional(&format!("rationale.{}", dimension.word()), Some(text), TEXT_CHARS_MAX)? {
                rationale.insert(dimension, text);
            }
        }
        let mut facts = SeverityFacts {
            ongoing: self.ongoing,
            dimensions: self.dimensions,
            worst_credible: self.worst_credible,
            ..SeverityFacts::default()
        };
        facts.rubric = self.rubric.unwrap_or(facts.rubric);
        facts.class = self.class.unwrap_or(facts.class);
        facts.rate()?;
        let same =
            |last: &&Rating| (&last.facts, &last.rationale, &last.rated.by.id) == (&facts, &rationale, &entry.by().id);
        // To rate anew alike ends an override of the rating before.
        let is_overridden = |last: &&Rating| entry.dossier().overrides.iter().any(|wish| wish.rating == last.id);
        if entry.dossier().latest_rating().filter(same).is_some_and(|last| !is_overridden(&last)) {
            return Err(Refusal::state("Nothing differs from your latest rating: change a level or a reason first."));
        }
        Ok(Rating { id, facts, rationale, rated: entry.stamp() })
    }
}

/// A wish to set the severity one step beside what was computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    /// Its id.
    pub id: Id,
    /// The rating it departs from.
    pub rating: Id,
    /// To which severity.
    pub to: Sev,
    /// Why.
    pub reason: String,
    /// Who asks for it.
    pub asked: Stamp,
    /// Who approved it.
    #[serde(default)]
    pub approved: Option<Stamp>,
}

/// The wish as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OverrideDraft {
    to: Sev,
    #[serde(default)]
    reason: String,
}

impl Draft for OverrideDraft {
    type Document = Override;

    fn apply(self, id: Id, old: Option<&Override>, entry: &mut Entry) -> Ruled<Override> {
        if old.is_some() {
            return Err(Refusal::state("An override is not edited: ask for another one."));
        }
        let (rating, computed) = match (entry.dossier().latest_rating(), entry.dossier().computed_severity()) {
            (Some(rating), Some(computed)) => (rating.id.clone(), computed),
            _ => return Err(Refusal::state("There is no rating to depart from yet: rate the incident first.")),
        };
        if self.to.number().abs_diff(computed.sev.number()) != 1 {
            return Err(Refusal::field(
                "to",
                format!("An override moves one step: the rating computed {}.", computed.sev.label()),
            ));
        }
        let reason = required("reason", self.reason, TEXT_CHARS_MAX, "Say why the computed severity does not fit.")?;
        Ok(Override { id, rating, to: self.to, reason, asked: entry.stamp(), approved: None })
    }
}

/// The four readings of severity, kept apart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Severities {
    /// What somebody declared.
    pub declared: Option<Sev>,
    /// What the latest rating computes.
    pub computed: Option<Severity>,
    /// The computed one after the verdict and an approved override.
    #[serde(rename = "final")]
    pub final_sev: Option<Sev>,
    /// The worst it ever was.
    pub peak: Option<Sev>,
}

impl Dossier {
    /// The latest rating.
    pub fn latest_rating(&self) -> Option<&Rating> {
        self.ratings.iter().next_back().map(|kept| &kept.record)
    }

    /// What the latest rating computes.
    pub fn computed_severity(&self) -> Option<Severity> {
        self.latest_rating().and_then(|rating| rating.facts.rate().ok())
    }

    /// The severity to show first: final, else declared.
    pub fn effective_severity(&self, verdict: Verdict) -> Option<Sev> {
        let severities = self.severities(verdict);
        severities.final_sev.or(severities.declared)
    }

    /// Declared, computed, final and peak.
    pub fn severities(&self, verdict: Verdict) -> Severities {
        let declared = self.incident().ok().and_then(|incident| incident.declared_severity);
        let computed = self.computed_severity();
        let approved = self.latest_rating().and_then(|rating| {
            let of_rating =
                |wish: &&crate::casefile::CaseItem<Override>| wish.rating == rating.id && wish.approved.is_some();
            self.overrides.iter().rfind(of_rating).map(|wish| wish.to)
        });
        let verified = verdict == Verdict::VerifiedNoOp;
        let lowered =
            self.latest_rating().and_then(|rating| rating.facts.lower_exposure_if_verified(verified).rate().ok());
        let final_sev = approved.or(lowered.map(|severity| severity.sev));
        let rated = self.ratings.iter().filter_map(|rating| rating.facts.rate().ok()).map(|severity| severity.sev);
        let overridden = self.overrides.iter().filter(|wish| wish.approved.is_some()).map(|wish| wish.to);
        let peak = rated.chain(overridden).chain(declared).min();
        Severities { declared, computed, final_sev, peak }
    }
}

impl Entry {
    /// Approves an override; never the rater, never the one who asks.
    pub fn approve_override(&mut self, id: &Id) -> Ruled<()> {
        refuse_agent(self.by(), "approve an override")?;
        let mut wish = self.get::<Override>(id)?.record;
        let rater = self.get::<Rating>(&wish.rating)?.record.rated.by;
        if [&rater.id, &wish.asked.by.id].contains(&&self.by().id) {
            return Err(Refusal::forbidden(
                "An override needs another person: neither the rater nor whoever asks may approve it.",
            ));
        }
        wish.approved = Some(self.stamp());
        self.put(wish);
        Ok(())
    }
}

impl Definition for Rating {
    const PAGE: &'static str = "severity";
    const PUT_BACK: Result<Permit, &'static str> = Err("A rating stays on the record: rate again, and both are kept.");
    const FIELDS: Fields = Fields {
        words: labels! { "facts.class" => Class },
        texts: &[
            "rationale.authority",
            "rationale.availability",
            "rationale.duration",
            "rationale.exposure",
            "rationale.integrity",
            "rationale.people",
            "rationale.propagation",
            "rationale.recoverability",
        ],
        codes: &["facts.rubric"],
        ..Fields::NONE
    };
    const TRAVEL: Travel = Travel::Stays;

    fn name(&self, _dossier: &crate::casefile::Dossier) -> Option<String> {
        Some(format!("by {}", self.rated.by.name))
    }

    fn subject(_told: &ChangeContext) -> String {
        "the rating".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        let facts = told.record.get("facts").cloned();
        let facts = facts.and_then(|facts| serde_json::from_value::<SeverityFacts>(facts).ok());
        let label = facts.and_then(|facts| facts.rate().ok()).map(|severity| format!(": {}", severity.label));
        Some(format!("rated the severity{}", label.unwrap_or_default()))
    }
}

impl Definition for Override {
    const PAGE: &'static str = "severity";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("An override is asked for and approved by two people: ask for another one.");
    const FIELDS: Fields = Fields { texts: &["reason"], references: &["rating"], codes: &["to"], ..Fields::NONE };
    const TRAVEL: Travel = Travel::Stays;

    fn subject(_told: &ChangeContext) -> String {
        "the override of severity".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("asked to set the severity to {}", told.sev("to")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        told.began("approved").then(|| format!("approved setting the severity to {}", told.sev("to")))
    }
}

#[cfg(test)]
mod tests;
