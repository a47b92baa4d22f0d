//! What every part of the verdict looks at, worked out once from the facts.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{self, Cell};
use crate::facts::{Coverage, Evidence, Exposure, Facts, Finding, Path, Review, Window};
use crate::id::Id;
use crate::interval::{Intervals, Span};
use crate::spelling::alike;
use crate::vocabulary::{
    Completeness, CoverageMode, Depth, EvidenceStatus, FindingClass, PathStatus, ReviewMethod, ReviewOutcome,
    ReviewStatus,
};

/// The facts and what follows from them.
pub(super) struct Basis<'a> {
    pub facts: &'a Facts,
    /// The window; `None` when it is missing or an end is unknown.
    pub window: Option<Span>,
    pub cells: Vec<Cell>,
    /// The different reviewers among the reviews that count, as compared.
    pub reviewers: BTreeSet<String>,
    /// The different signers who took no part in the incident, as compared.
    pub signers: BTreeSet<String>,
}

/// The intact, full logs of each cell, with the evidence they are part of.
pub(super) type Logs<'a> = BTreeMap<(&'a Id, &'a Id), Vec<(&'a Evidence, &'a Coverage)>>;

impl<'a> Basis<'a> {
    pub fn of(facts: &'a Facts) -> Self {
        let actors: BTreeSet<String> = facts.incident_actors.iter().map(|name| alike(name)).collect();
        let window = facts.exposure.as_ref().and_then(|exposure| exposure.window.as_ref()).and_then(bounds);
        let reviews: Vec<&Review> = facts.reviews.iter().filter(|review| is_sound(review, &actors)).collect();
        let logs = logs(facts);
        let reviewers = match window {
            Some(window) => counting_reviewers(facts, window, &logs, &reviews),
            None => BTreeSet::new(),
        };
        let signers = facts.signatures.iter().map(|signature| alike(&signature.by));
        let signers = signers.filter(|name| !actors.contains(name)).collect();
        let cells = coverage::cells(facts, window, &logs, &reviews);
        Self { facts, window, cells, reviewers, signers }
    }

    pub fn exposure(&self) -> Option<&'a Exposure> {
        self.facts.exposure.as_ref()
    }

    /// Whether there is a window and a resource to speak of.
    pub fn is_assessed(&self) -> bool {
        self.exposure().is_some_and(|exposure| exposure.window.is_some() && !exposure.resources.is_empty())
    }

    /// The length of the window; 0 when it is unbounded.
    pub fn window_length(&self) -> i64 {
        self.window.map_or(0, |(from, to)| to - from)
    }

    /// The evidence relied on: intact, and it covers something.
    pub fn used_evidence(&self) -> impl Iterator<Item = &'a Evidence> {
        self.facts.evidence.iter().filter(|item| item.status == EvidenceStatus::Intact && !item.coverage.is_empty())
    }

    pub fn tainted(&self) -> impl Iterator<Item = &'a Evidence> {
        self.facts.evidence.iter().filter(|item| item.status == EvidenceStatus::Tainted)
    }

    /// Standing reviews that found, or could not rule out, unauthorised access.
    pub fn doubtful_reviews(&self) -> impl Iterator<Item = &'a Review> {
        let doubtful = |outcome| matches!(outcome, ReviewOutcome::Inconclusive | ReviewOutcome::Unauthorised);
        self.facts.reviews.iter().filter(move |review| review.status == ReviewStatus::Valid && doubtful(review.outcome))
    }

    /// Whether something suspicious concerns every facet.
    pub fn is_suspicious(&self) -> bool {
        self.tainted().next().is_some() || self.doubtful_reviews().next().is_some()
    }

    /// What an adverse finding amounts to: confirmed only on intact evidence, else suspected.
    pub fn weight_of(&self, finding: &Finding) -> Weight {
        let intact =
            |id: &Id| self.facts.evidence.iter().any(|item| item.id == *id && item.status == EvidenceStatus::Intact);
        let confirmed =
            finding.confidence == crate::vocabulary::Confidence::Confirmed && finding.evidence.iter().any(intact);
        match finding.class {
            _ if !finding.is_adverse() => Weight::None,
            FindingClass::UnauthorisedAccess if confirmed => Weight::Access,
            FindingClass::Misuse | FindingClass::UnauthorisedChange if confirmed => Weight::Harm,
            _ if finding.resolved => Weight::None,
            _ => Weight::Suspicion,
        }
    }
}

/// What a finding amounts to, from nothing to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    None,
    Suspicion,
    Access,
    Harm,
}

/// The conservative reading: from the earliest start to the latest end.
fn bounds(window: &Window) -> Option<Span> {
    Some((window.start_earliest?.micros(), window.end_latest?.micros()))
}

/// Whether a review may count at all: it stands, it went through every record
/// or a query, it looked past the names, and not by somebody involved.
fn is_sound(review: &Review, actors: &BTreeSet<String>) -> bool {
    review.status == ReviewStatus::Valid
        && matches!(review.method, ReviewMethod::Full | ReviewMethod::Query)
        && matches!(review.depth, Depth::Metadata | Depth::Content)
        && !actors.contains(&alike(&review.reviewer))
}

pub(super) fn open_paths(facts: &Facts) -> impl Iterator<Item = (&crate::facts::Resource, &Path)> {
    let resources = facts.exposure.iter().flat_map(|exposure| &exposure.resources);
    resources.flat_map(|resource| {
        resource.paths.iter().filter(|path| path.status == PathStatus::Open).map(move |path| (resource, path))
    })
}

fn logs(facts: &Facts) -> Logs<'_> {
    let mut logs: Logs = open_paths(facts).map(|(resource, path)| ((&resource.id, &path.id), Vec::new())).collect();
    for item in facts.evidence.iter().filter(|item| item.status == EvidenceStatus::Intact) {
        for coverage in item.coverage.iter().filter(|coverage| coverage.mode == CoverageMode::All) {
            if let Some(cell) = logs.get_mut(&(&coverage.resource, &coverage.path)) {
                cell.push((item, coverage));
            }
        }
    }
    logs
}

/// What a coverage statement logs: its span without its own gaps.
pub(super) fn logged(coverage: &Coverage) -> Intervals {
    let gaps: Intervals = coverage.gaps.iter().map(|gap| (gap.from.micros(), gap.to.micros())).collect();
    Intervals::one(coverage.from.micros(), coverage.to.micros()).subtract(&gaps)
}

/// What a coverage statement logs completely.
pub(super) fn complete(coverage: &Coverage, intact: &BTreeSet<&Id>) -> Intervals {
    if is_proven(coverage, intact) { logged(coverage) } else { Intervals::default() }
}

/// Whether the proof that a statement names is one: what somebody attests, and a control that somebody found, have to
/// be shown by evidence that can be relied on.
pub(super) fn is_proven(coverage: &Coverage, intact: &BTreeSet<&Id>) -> bool {
    match coverage.completeness {
        Completeness::None => false,
        Completeness::ProviderAttestation | Completeness::PositiveControl => {
            coverage.completeness_evidence.iter().any(|id| intact.contains(id))
        }
        Completeness::DigestChain | Completeness::Sequence | Completeness::Heartbeat => true,
    }
}

/// The evidence that can be relied on.
pub(super) fn intact(facts: &Facts) -> BTreeSet<&Id> {
    facts.evidence.iter().filter(|item| item.status == EvidenceStatus::Intact).map(|item| &item.id).collect()
}

/// A review counts if its span meets what its own evidence logs completely inside the window.
fn counting_reviewers(facts: &Facts, window: Span, logs: &Logs, reviews: &[&Review]) -> BTreeSet<String> {
    let intact = intact(facts);
    let inside = Intervals::one(window.0, window.1);
    let mut complete_of: BTreeMap<&Id, Vec<(&Coverage, Intervals)>> = BTreeMap::new();
    for (item, statement) in logs.values().flatten() {
        let complete = complete(statement, &intact).intersect(&inside);
        complete_of.entry(&item.id).or_default().push((statement, complete));
    }
    let meets = |review: &&&Review| {
        let span = Intervals::one(review.from.micros(), review.to.micros());
        complete_of.get(&review.evidence).into_iter().flatten().any(|(statement, complete)| {
            review.shows(&statement.resource, &statement.path) && !complete.intersect(&span).is_empty()
        })
    };
    reviews.iter().filter(meets).map(|review| alike(&review.reviewer)).collect()
}
