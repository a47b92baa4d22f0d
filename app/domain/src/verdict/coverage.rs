//! Cells, and how much of the window each of them is logged, complete and reviewed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::{self, Basis, Logs};
use crate::facts::{Coverage, Evidence, Facts, Review};
use crate::id::Id;
use crate::interval::{Intervals, Span};
use crate::time::Instant;
use crate::vocabulary::{Facet, ResourceClass};

/// A resource and an open path to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The resource.
    pub resource: Id,
    /// The path.
    pub path: Id,
    /// The share of the window that is logged.
    pub logged: f64,
    /// The share that is logged and known to be complete.
    pub complete: f64,
    /// The share that is complete and reviewed.
    pub reviewed: f64,
    /// What is not covered to the end, and why.
    pub uncovered: Vec<Uncovered>,
    /// How sensitive the resource is.
    #[serde(skip, default = "public")]
    pub class: ResourceClass,
    /// The facet the path belongs to.
    #[serde(skip, default = "access")]
    pub facet: Facet,
    /// The same as sets of time, to draw.
    #[serde(skip)]
    pub lanes: Lanes,
}

/// A cell's three nested sets, clipped to the window, small holes absorbed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lanes {
    /// Logged.
    pub logged: Intervals,
    /// Logged, and known to be complete.
    pub complete: Intervals,
    /// Complete, and reviewed.
    pub reviewed: Intervals,
}

/// A span that is not covered to the end. An end that is `None` is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Uncovered {
    /// From this instant.
    pub from: Option<Instant>,
    /// Up to, not including, this one.
    pub to: Option<Instant>,
    /// Why it is not covered.
    pub why: String,
}

/// The coverage of all cells together, as shares of the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageFigures {
    /// The least logged cell's.
    pub logged_min: f64,
    /// The least complete cell's.
    pub complete_min: f64,
    /// The least reviewed cell's.
    pub reviewed_min: f64,
    /// The mean reviewed share, weighted by class.
    pub reviewed_mean: f64,
}

fn public() -> ResourceClass {
    ResourceClass::Public
}

fn access() -> Facet {
    Facet::Access
}

impl Cell {
    /// The cell's name: resource and path.
    pub fn name(&self) -> String {
        format!("{}/{}", self.resource, self.path)
    }
}

impl CoverageFigures {
    pub(super) fn of(basis: &Basis) -> Self {
        let length = basis.window_length();
        let min = |set: fn(&Lanes) -> &Intervals| {
            let least = basis.cells.iter().map(|cell| set(&cell.lanes).length()).min();
            share(least.unwrap_or(0).into(), length.into())
        };
        let (reviewed, whole) = weighted_reviewed(basis);
        Self {
            logged_min: min(|lanes| &lanes.logged),
            complete_min: min(|lanes| &lanes.complete),
            reviewed_min: min(|lanes| &lanes.reviewed),
            reviewed_mean: share(reviewed, whole),
        }
    }
}

/// The reviewed time of all cells and all their time, weighted by class;
/// plain, if no class weighs anything. Exact, so that a threshold is a threshold.
pub(super) fn weighted_reviewed(basis: &Basis) -> (i128, i128) {
    let weightless = basis.cells.iter().all(|cell| cell.class.weight() == 0);
    let sum = |time: &dyn Fn(&Cell) -> i64| -> i128 {
        let weight = |cell: &Cell| if weightless { 1 } else { i128::from(cell.class.weight()) };
        basis.cells.iter().map(|cell| weight(cell) * i128::from(time(cell))).sum()
    };
    (sum(&|cell| cell.lanes.reviewed.length()), sum(&|_| basis.window_length()))
}

/// A share with three decimals; 0 of nothing.
fn share(part: i128, whole: i128) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    let thousandths = (part * 2000 + whole) / (whole * 2);
    i32::try_from(thousandths).map_or(0.0, |thousandths| f64::from(thousandths) / 1000.0)
}

/// The open paths, sorted by name so that the order of entry does not matter.
pub(super) fn cells(facts: &Facts, window: Option<Span>, logs: &Logs, reviews: &[&Review]) -> Vec<Cell> {
    let intact = basis::intact(facts);
    let skew = facts.exposure.as_ref().map_or(0, |exposure| exposure.clock_skew_seconds.saturating_mul(1_000_000));
    let cell = |(resource, path): (&crate::facts::Resource, &crate::facts::Path)| {
        let statements = logs.get(&(&resource.id, &path.id)).map(Vec::as_slice).unwrap_or_default();
        let lanes = window
            .map(|window| {
                let reviewed = spans_by_evidence(reviews, &resource.id, &path.id);
                Lanes::of(statements, &reviewed, &intact, window, skew)
            })
            .unwrap_or_default();
        let length = window.map_or(0, |(from, to)| to - from);
        let uncovered = match window {
            Some(window) => uncovered(&lanes, statements, window),
            None => unbounded(facts),
        };
        let of_window = |set: &Intervals| share(set.length().into(), length.into());
        Cell {
            resource: resource.id.clone(),
            path: path.id.clone(),
            logged: of_window(&lanes.logged),
            complete: of_window(&lanes.complete),
            reviewed: of_window(&lanes.reviewed),
            uncovered,
            class: resource.class,
            facet: path.op.facet(),
            lanes,
        }
    };
    let mut cells: Vec<Cell> = basis::open_paths(facts).map(cell).collect();
    cells.sort_by(|a, b| (&a.resource, &a.path).cmp(&(&b.resource, &b.path)));
    cells
}

/// The reviews that could have shown a record of a cell.
fn spans_by_evidence<'a>(reviews: &[&'a Review], resource: &Id, path: &Id) -> BTreeMap<&'a Id, Intervals> {
    let mut spans: BTreeMap<&Id, Vec<Span>> = BTreeMap::new();
    for review in reviews.iter().filter(|review| review.shows(resource, path)) {
        spans.entry(&review.evidence).or_default().push((review.from.micros(), review.to.micros()));
    }
    spans.into_iter().map(|(id, spans)| (id, spans.into_iter().collect())).collect()
}

impl Lanes {
    fn of(
        statements: &[(&Evidence, &Coverage)],
        reviewed: &BTreeMap<&Id, Intervals>,
        intact: &BTreeSet<&Id>,
        window: Span,
        skew: i64,
    ) -> Self {
        let (mut logged, mut complete, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for (item, statement) in statements {
            logged.extend_from_slice(basis::logged(statement).spans());
            let whole = basis::complete(statement, intact);
            complete.extend_from_slice(whole.spans());
            // A review speaks of the evidence it looked at and of no other.
            if let Some(reviewed) = reviewed.get(&item.id) {
                seen.extend_from_slice(whole.intersect(reviewed).spans());
            }
        }
        let clip = |spans: Vec<Span>| spans.into_iter().collect::<Intervals>().absorb(window, skew);
        Self { logged: clip(logged), complete: clip(complete), reviewed: clip(seen) }
    }
}

/// The window without the reviewed part, by the first condition that fails.
fn uncovered(lanes: &Lanes, statements: &[(&Evidence, &Coverage)], window: Span) -> Vec<Uncovered> {
    let mut spans: Vec<(Span, String)> = Vec::new();
    let mut add = |set: &Intervals, why: &str| spans.extend(set.spans().iter().map(|span| (*span, why.to_owned())));
    let mut unlogged = lanes.logged.holes(window);
    for (why, gap) in gaps(statements) {
        add(&unlogged.intersect(&gap), &why);
        unlogged = unlogged.subtract(&gap);
    }
    add(&unlogged, "not logged");
    add(&lanes.logged.subtract(&lanes.complete), "logged but completeness unknown");
    add(&lanes.complete.subtract(&lanes.reviewed), "logged, not reviewed");
    spans.sort();
    let uncovered = |((from, to), why): (Span, String)| Uncovered {
        from: Some(Instant::from_micros(from)),
        to: Some(Instant::from_micros(to)),
        why,
    };
    spans.into_iter().map(uncovered).collect()
}

/// The gaps by reason; where two reasons overlap the first in the alphabet is told.
fn gaps(statements: &[(&Evidence, &Coverage)]) -> BTreeMap<String, Intervals> {
    let mut gaps: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for gap in statements.iter().flat_map(|(_, statement)| &statement.gaps) {
        let reason = gap.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let why = reason.map_or("gap".into(), |reason| format!("gap: {reason}"));
        gaps.entry(why).or_default().push((gap.from.micros(), gap.to.micros()));
    }
    gaps.into_iter().map(|(why, spans)| (why, spans.into_iter().collect())).collect()
}

/// Without two bounds there is one span without an end.
fn unbounded(facts: &Facts) -> Vec<Uncovered> {
    let Some(window) = facts.exposure.as_ref().and_then(|exposure| exposure.window.as_ref()) else { return Vec::new() };
    let why = match (window.start_earliest, window.end_latest) {
        (None, None) => "the window is unbounded: neither its start nor its end is known",
        (None, _) => "the window is unbounded: its start is not known",
        _ => "the window is unbounded: its end is not known",
    };
    vec![Uncovered { from: window.start_earliest, to: window.end_latest, why: why.into() }]
}
