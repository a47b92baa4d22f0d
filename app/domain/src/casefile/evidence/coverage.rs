//! Coverage: what an evidence item recorded of one access path, and how well.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Evidence;
use crate::access::{Permit, refuse_agent};
use crate::casefile::{Definition, Draft, Entry, Fields, labels};
use crate::draft::{TEXT_CHARS_MAX, When, few, optional, written};
use crate::exposure::Ways;
use crate::history::ChangeContext;
use crate::interval::Intervals;
use crate::reader::log::Format;
use crate::time::Zone;
use crate::vocabulary::{Completeness, CoverageMode};
use crate::{Id, Instant, Refusal, Ruled, Stamp};

/// What an evidence item recorded of one cell, and how well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Its id.
    pub id: Id,
    /// The evidence item.
    pub evidence: Id,
    /// The exposed resource.
    pub resource: Id,
    /// Its access path.
    pub path: Id,
    /// From when.
    pub from: Instant,
    /// Until when, not included.
    pub to: Instant,
    /// What of the accesses was recorded.
    pub mode: CoverageMode,
    /// How it is known that nothing is missing.
    pub completeness: Completeness,
    /// What shows that it is complete: an attestation of a provider, or a control that was found, count only with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub completeness_evidence: Vec<Id>,
    /// What shows that it records what the log itself does not show: selectors, an audit policy, a list of rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mode_evidence: Vec<Id>,
    /// Spans in which nothing was recorded.
    #[serde(default)]
    pub gaps: Vec<Hole>,
    /// Why this is believed.
    #[serde(default)]
    pub note: String,
    /// Who stated it.
    pub stated: Stamp,
    /// What was proposed from the log itself, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Proposed>,
}

/// What a log itself proposes, kept beside what a person made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposed {
    /// From when.
    pub from: Instant,
    /// Until when, not included.
    pub to: Instant,
    /// What of the accesses was recorded.
    pub mode: CoverageMode,
    /// How it is known that nothing is missing.
    pub completeness: Completeness,
    /// Spans in which something is missing.
    #[serde(default)]
    pub gaps: Vec<Hole>,
    /// Why, in sentences.
    pub reason: String,
}

impl Proposed {
    /// The time in which something is missing.
    pub(crate) fn holes(&self) -> Intervals {
        self.gaps.iter().map(|gap| (gap.from.micros(), gap.to.micros())).collect()
    }

    /// Whether a statement says just this.
    pub fn is_confirmed_by(&self, coverage: &Coverage) -> bool {
        (self.from, self.to, self.mode, self.completeness, &self.gaps)
            == (coverage.from, coverage.to, coverage.mode, coverage.completeness, &coverage.gaps)
    }
}

/// A span without records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hole {
    /// From when.
    pub from: Instant,
    /// Until when, not included.
    pub to: Instant,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// A span without records, as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct HoleDraft {
    from: When,
    to: When,
    #[serde(default)]
    reason: String,
}

/// So many gaps one statement has, and so long is the reason of each: together 400,000 characters.
const HOLES_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 2_000;

/// A coverage statement as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CoverageDraft {
    evidence: Id,
    resource: Option<Id>,
    path: Option<Id>,
    /// The cell as a form sends it: `resource/path`.
    cell: Option<String>,
    from: When,
    to: When,
    mode: CoverageMode,
    completeness: Completeness,
    /// What stays as it was where it is not sent.
    completeness_evidence: Option<Vec<Id>>,
    mode_evidence: Option<Vec<Id>>,
    #[serde(default)]
    gaps: Vec<HoleDraft>,
    note: Option<String>,
}

/// Reads a bound that has to be one instant.
pub fn read_bound(when: When, field: &str, end: bool, entry: &Entry) -> Ruled<Instant> {
    read_bound_at(when, field, end, entry.now(), entry.zone())
}

/// The same, as somebody in a zone means it now.
pub fn read_bound_at(when: When, field: &str, end: bool, now: Instant, zone: &Zone) -> Ruled<Instant> {
    let range = when.read_at(field, now, zone)?;
    let bound = if end { range.latest.or(range.earliest) } else { range.earliest.or(range.latest) };
    bound.ok_or_else(|| Refusal::field(field, "A coverage bound must be known: write a time like 2026-03-18 17:05."))
}

impl Draft for CoverageDraft {
    type Document = Coverage;

    fn apply(self, id: Id, old: Option<&Coverage>, entry: &mut Entry) -> Ruled<Coverage> {
        if entry.dossier().evidence.get(&self.evidence).is_none() {
            return Err(Refusal::field(
                "evidence",
                "That evidence item is not in this incident: choose one from the list.",
            ));
        }
        let (resource, path) = match (self.resource, self.path, self.cell) {
            (Some(resource), Some(path), None) => (resource, path),
            (_, _, Some(cell)) => cell
                .split_once('/')
                .map(|(resource, path)| (Id::new(resource), Id::new(path)))
                .unwrap_or((Id::new(""), Id::new(""))),
            _ => (Id::new(""), Id::new("")),
        };
        if !entry.dossier().has_path(&resource, &path) {
            return Err(Refusal::field("cell", "Choose the resource and access path that this evidence recorded."));
        }
        let from = read_bound(self.from, "from", false, entry)?;
        let to = read_bound(self.to, "to", false, entry)?;
        if to <= from {
            return Err(Refusal::field("to", "The end must be after the start."));
        }
        let gaps = read_gaps(self.gaps, entry)?;
        let (mode, completeness) = (self.mode, self.completeness);
        let of = |field, sent: Option<Vec<Id>>, old: Option<&Vec<Id>>| match sent {
            Some(sent) => read_evidence(field, sent, entry),
            None => Ok(old.cloned().unwrap_or_default()),
        };
        let completeness_evidence =
            of("completeness_evidence", self.completeness_evidence, old.map(|old| &old.completeness_evidence))?;
        let mode_evidence = of("mode_evidence", self.mode_evidence, old.map(|old| &old.mode_evidence))?;
        let note = optional("note", self.note, TEXT_CHARS_MAX)?.unwrap_or_default();
        let stated = old.map_or_else(|| entry.stamp(), |old| old.stated.clone());
        let proposed = old.and_then(|old| old.proposed.clone());
        let evidence = self.evidence;
        Ok(Coverage {
            id,
            evidence,
            resource,
            path,
            from,
            to,
            mode,
            completeness,
            completeness_evidence,
            mode_evidence,
            gaps,
            note,
            stated,
            proposed,
        })
    }
}

/// Reads which evidence items of the incident show something.
pub(crate) fn read_evidence(field: &str, sent: Vec<Id>, entry: &Entry) -> Ruled<Vec<Id>> {
    let mut named: Vec<Id> = sent.into_iter().filter(|id| !id.as_str().trim().is_empty()).collect();
    named.sort();
    named.dedup();
    match named.iter().find(|id| entry.dossier().evidence.get(id).is_none()) {
        Some(_) => Err(Refusal::field(field, "That evidence item is not in this incident: choose one from the list.")),
        None => Ok(named),
    }
}

impl Coverage {
    /// Whether it claims more than the log itself shows: more acts, a proof, a longer time, or fewer gaps. A statement
    /// made by hand stands beside no proposal: of a log whose format tells what its source records, it claims all that
    /// it says; of any other file only a person can say what it covers.
    pub fn goes_beyond(&self, item: &Evidence) -> bool {
        let Some(proposed) = &self.proposed else {
            return item.records.is_some()
                && item.log_format().is_some_and(Format::names_its_source)
                && (self.claims_mode() || self.claims_proof());
        };
        let told: Intervals = self.gaps.iter().map(|gap| (gap.from.micros(), gap.to.micros())).collect();
        let span = Intervals::one(self.from.micros(), self.to.micros());
        self.claims_mode()
            || self.claims_proof()
            || self.from < proposed.from
            || self.to > proposed.to
            || !proposed.holes().intersect(&span).subtract(&told).is_empty()
    }

    /// Whether it says that every act is recorded where the log does not show it.
    pub(crate) fn claims_mode(&self) -> bool {
        self.mode == CoverageMode::All
            && self.proposed.as_ref().is_none_or(|proposed| proposed.mode != CoverageMode::All)
    }

    /// Whether it says that nothing is missing where the log does not show it.
    pub(crate) fn claims_proof(&self) -> bool {
        self.completeness != Completeness::None
            && self.proposed.as_ref().is_none_or(|proposed| proposed.completeness == Completeness::None)
    }
}

/// Reads gaps as they were sent.
pub(crate) fn read_gaps(sent: Vec<HoleDraft>, entry: &Entry) -> Ruled<Vec<Hole>> {
    few("gaps", sent.len(), HOLES_MAX)?;
    let mut gaps = Vec::new();
    for (place, gap) in sent.into_iter().enumerate() {
        let field = |name: &str| format!("gaps.{place}.{name}");
        let hole = Hole {
            from: read_bound(gap.from, &field("from"), false, entry)?,
            to: read_bound(gap.to, &field("to"), false, entry)?,
            reason: written(&field("reason"), gap.reason, REASON_CHARS_MAX)?,
        };
        if hole.to <= hole.from {
            return Err(Refusal::field(field("to"), "The end of the gap must be after its start."));
        }
        gaps.push(hole);
    }
    Ok(gaps)
}

impl Definition for Coverage {
    const PAGE: &'static str = "exposure";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields {
        words: labels! { "completeness" => Completeness, "mode" => CoverageMode, "proposed.completeness" => Completeness, "proposed.mode" => CoverageMode },
        texts: &["gaps.reason", "note", "proposed.gaps.reason", "proposed.reason"],
        places: &["path", "resource"],
        references: &["completeness_evidence", "evidence", "mode_evidence"],
        instants: &[
            "from",
            "gaps.from",
            "gaps.to",
            "proposed.from",
            "proposed.gaps.from",
            "proposed.gaps.to",
            "proposed.to",
            "to",
        ],
        internal: &["note"],
        ..Fields::NONE
    };

    fn subject(told: &ChangeContext) -> String {
        format!("what {} covers of {}/{}", told.evidence(), told.text("resource"), told.text("path"))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("stated {}", Self::subject(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        refuse_agent(entry.by(), "state what evidence covers")?;
        entry.apply_again::<CoverageDraft>(id, document)
    }

    fn may_delete(entry: &Entry, _id: &Id) -> Ruled<()> {
        refuse_agent(entry.by(), "state what evidence covers")
    }

    fn imported(self, entry: &mut Entry) -> Option<Self> {
        let note = format!("Stated by {} where the case is from. {}", self.stated.by.name, self.note);
        Some(Self { note, stated: entry.stamp(), proposed: None, ..self })
    }

    fn merged(self, ways: &Ways, _open: &mut Vec<String>) -> Self {
        let path = ways.get(&(self.resource.clone(), self.path.clone())).cloned();
        Self { path: path.unwrap_or(self.path), ..self }
    }
}
