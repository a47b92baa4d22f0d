//! The facts an evaluation rests on: the shape of `POST /evaluate`, and what
//! of the incident's records bears on severity and verdict.

mod check;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::severity::SeverityFacts;
use crate::time::Instant;
use crate::vocabulary::{
    Channel, Completeness, Confidence, ConflictStatus, CoverageMode, Depth, EvidenceStatus, Facet, FindingClass,
    FindingRole, Op, PathStatus, ResourceClass, ReviewMethod, ReviewOutcome, ReviewStatus, Touches,
};

/// Everything an evaluation looks at. Each part is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// What the rating rests on.
    pub severity: Option<SeverityFacts>,
    /// What was exposed, and when.
    pub exposure: Option<Exposure>,
    /// The evidence and what it covers.
    pub evidence: Vec<Evidence>,
    /// Who looked through it, and how.
    pub reviews: Vec<Review>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Claims that disagree.
    pub conflicts: Vec<Conflict>,
    /// Who took part in the incident: they can neither review nor sign.
    pub incident_actors: Vec<String>,
    /// Who signed the verdict.
    pub signatures: Vec<Signature>,
}

/// What was exposed, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Exposure {
    /// When; `None` when nobody has said.
    pub window: Option<Window>,
    /// How far the clocks of the sources may disagree.
    pub clock_skew_seconds: i64,
    /// What.
    pub resources: Vec<Resource>,
    /// Whether that is all of them, from evidence.
    pub resources_enumerated: bool,
    /// Whether everybody to whom it was exposed is known.
    pub principals_enumerated: bool,
}

/// The exposure window; an end that is `None` is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Window {
    /// It did not start before this.
    pub start_earliest: Option<Instant>,
    /// It had started by this.
    pub start_latest: Option<Instant>,
    /// It had not ended before this.
    pub end_earliest: Option<Instant>,
    /// It had ended by this.
    pub end_latest: Option<Instant>,
    /// What shows its start.
    pub start_evidence: Vec<Id>,
    /// What shows its end.
    pub end_evidence: Vec<Id>,
}

/// Something that was exposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name in these facts.
    pub id: Id,
    /// How sensitive it is.
    pub class: ResourceClass,
    /// The ways to it.
    #[serde(default)]
    pub paths: Vec<Path>,
}

/// A way to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// Its name within the resource.
    pub id: Id,
    /// What it lets somebody do.
    pub op: Op,
    /// The way it leads.
    pub channel: Channel,
    /// Whether it could be taken.
    pub status: PathStatus,
    /// Why it could not.
    #[serde(default)]
    pub justification: Option<String>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its name in these facts.
    pub id: Id,
    /// Whether it can be relied on.
    pub status: EvidenceStatus,
    /// Whether the exposed principals or the agent could write to its source.
    #[serde(default)]
    pub writable_by_exposed: bool,
    /// Whether its logging was effectively changed in the window.
    #[serde(default)]
    pub logging_changed_in_window: bool,
    /// The acts that changed it, each in words; any counts as a change in the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logging_acts: Vec<String>,
    /// Other items that were to be read as logs and could not be: they may tell of such acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// What it covers.
    #[serde(default)]
    pub coverage: Vec<Coverage>,
}

/// A statement of what a piece of evidence records of one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The resource.
    pub resource: Id,
    /// The path to it.
    pub path: Id,
    /// From this instant.
    pub from: Instant,
    /// Up to, not including, this one.
    pub to: Instant,
    /// What it records.
    pub mode: CoverageMode,
    /// How it is known that no record is missing.
    pub completeness: Completeness,
    /// What shows it: without an intact item here, an attestation of a provider or a positive control is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub completeness_evidence: Vec<Id>,
    /// Where records are known to be missing.
    #[serde(default)]
    pub gaps: Vec<MissingSpan>,
}

/// A span in which records are known to be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingSpan {
    /// From this instant.
    pub from: Instant,
    /// Up to, not including, this one.
    pub to: Instant,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A reviewer's attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Its name in these facts.
    pub id: Id,
    /// The evidence reviewed.
    pub evidence: Id,
    /// From this instant.
    pub from: Instant,
    /// Up to, not including, this one.
    pub to: Instant,
    /// How the records were gone through.
    pub method: ReviewMethod,
    /// How deep.
    pub depth: Depth,
    /// Who.
    pub reviewer: String,
    /// What it found.
    pub outcome: ReviewOutcome,
    /// Whether it still stands.
    #[serde(default = "valid")]
    pub status: ReviewStatus,
    /// The cells of which its query could have shown a record; all of them where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Vec<CellName>>,
}

/// A path of a resource by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellName {
    /// The resource.
    pub resource: Id,
    /// The path to it.
    pub path: Id,
}

impl Review {
    /// Whether its query could have shown a record of that path.
    pub fn shows(&self, resource: &Id, path: &Id) -> bool {
        self.cells
            .as_ref()
            .is_none_or(|cells| cells.iter().any(|cell| (&cell.resource, &cell.path) == (resource, path)))
    }
}

/// Something found in the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its name in these facts.
    pub id: Id,
    /// The kind of harm it speaks of.
    pub facet: Facet,
    /// What was found.
    pub class: FindingClass,
    /// How sure it is.
    pub confidence: Confidence,
    /// Cause or effect of the exposure.
    #[serde(default = "effect")]
    pub role: FindingRole,
    /// Whether it has been explained.
    #[serde(default)]
    pub resolved: bool,
    /// What shows it.
    #[serde(default)]
    pub evidence: Vec<Id>,
}

/// Claims that disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Its name in these facts.
    pub id: Id,
    /// What it is about.
    #[serde(default)]
    pub touches: Vec<Touches>,
    /// Whether it is resolved.
    pub status: ConflictStatus,
}

/// A signature under the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Who signed.
    pub by: String,
}

fn valid() -> ReviewStatus {
    ReviewStatus::Valid
}

fn effect() -> FindingRole {
    FindingRole::Effect
}

impl Finding {
    /// Whether it is an effect of the exposure that somebody should not have had.
    pub fn is_adverse(&self) -> bool {
        self.role == FindingRole::Effect
            && !matches!(self.class, FindingClass::Authorised | FindingClass::DeniedAttempt)
    }
}
