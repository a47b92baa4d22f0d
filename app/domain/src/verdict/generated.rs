//! Facts by chance, kept near the good ones: else every verdict would be the worst.

use proptest::prelude::*;
use proptest::sample::select;

use crate::facts::{
    CellName, Conflict, Coverage, Evidence, Exposure, Facts, Finding, MissingSpan, Path, Resource, Review, Signature,
    Window,
};
use crate::id::Id;
use crate::time::Instant;
use crate::vocabulary::{
    Channel, Completeness, Confidence, ConflictStatus, CoverageMode, Depth, EvidenceStatus, Facet, FindingClass,
    FindingRole, Op, PathStatus, ResourceClass, ReviewMethod, ReviewOutcome, ReviewStatus, Touches,
};

/// The window of the generated facts, in minutes: what is logged may lie outside it.
pub(super) const WINDOW: (i64, i64) = (4, 20);

pub(super) fn at(minute: i64) -> Instant {
    Instant::from_micros(minute * 60_000_000)
}

fn id(kind: &str, number: usize) -> Id {
    Id::new(format!("{kind}{number}"))
}

/// Mostly the first word, sometimes any other.
fn mostly<T: Copy + std::fmt::Debug + 'static>(first: T, all: &'static [T]) -> impl Strategy<Value = T> {
    prop_oneof![9 => Just(first), 1 => select(all)]
}

/// Mostly a span over the whole window, sometimes any.
fn any_span() -> impl Strategy<Value = (Instant, Instant)> {
    let any = (0i64..24, 1i64..12).prop_map(|(from, length)| (at(from), at(from + length)));
    prop_oneof![2 => Just((at(0), at(24))), 1 => any]
}

fn any_coverage() -> impl Strategy<Value = Coverage> {
    let gap = (0i64..24, 1i64..6).prop_map(|(from, length)| MissingSpan {
        from: at(from),
        to: at(from + length),
        reason: None,
    });
    let words = (mostly(CoverageMode::All, CoverageMode::ALL), mostly(Completeness::Sequence, Completeness::ALL));
    let shown_by = proptest::collection::vec(0usize..3, 0..2);
    (0usize..2, 0usize..2, any_span(), words, proptest::collection::vec(gap, 0..2), shown_by).prop_map(
        |(resource, path, (from, to), (mode, completeness), gaps, shown_by)| {
            let (resource, path) = (id("resource", resource), id("path", path));
            let completeness_evidence = shown_by.into_iter().map(|number| id("e", number)).collect();
            Coverage { resource, path, from, to, mode, completeness, completeness_evidence, gaps }
        },
    )
}

fn any_evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let item = (
        mostly(EvidenceStatus::Intact, EvidenceStatus::ALL),
        proptest::bool::weighted(0.05),
        proptest::bool::weighted(0.05),
        proptest::collection::vec(any_coverage(), 1..6),
    );
    proptest::collection::vec(item, 2..5).prop_map(|items| {
        let item = |(at, (status, writable_by_exposed, logging_changed_in_window, coverage))| Evidence {
            id: id("e", at),
            status,
            writable_by_exposed,
            logging_changed_in_window,
            logging_acts: vec![],
            unread: vec![],
            coverage,
        };
        items.into_iter().enumerate().map(item).collect()
    })
}

fn any_reviews() -> impl Strategy<Value = Vec<Review>> {
    let words = (
        mostly(ReviewMethod::Full, ReviewMethod::ALL),
        mostly(Depth::Content, Depth::ALL),
        mostly(
            ReviewOutcome::None,
            &[ReviewOutcome::AuthorisedOnly, ReviewOutcome::Unauthorised, ReviewOutcome::Inconclusive],
        ),
        mostly(ReviewStatus::Valid, ReviewStatus::ALL),
    );
    let cell = (0usize..2, 0usize..2)
        .prop_map(|(resource, path)| CellName { resource: id("resource", resource), path: id("path", path) });
    let cells = proptest::option::weighted(0.2, proptest::collection::vec(cell, 0..4));
    let review = (0usize..2, any_span(), words, cells, select(&["ada", "grace", " Ada", "agent-7"][..]));
    proptest::collection::vec(review, 2..7).prop_map(|reviews| {
        let review = |(at, (evidence, (from, to), (method, depth, outcome, status), cells, reviewer)): (
            usize,
            (_, _, _, _, &str),
        )| {
            let (id, evidence) = (id("r", at), id("e", evidence));
            Review { id, evidence, from, to, method, depth, reviewer: reviewer.into(), outcome, status, cells }
        };
        reviews.into_iter().enumerate().map(review).collect()
    })
}

pub(super) fn any_finding() -> impl Strategy<Value = Finding> {
    (
        select(Facet::ALL),
        mostly(FindingClass::Authorised, FindingClass::ALL),
        select(Confidence::ALL),
        mostly(FindingRole::Effect, FindingRole::ALL),
        any::<bool>(),
        proptest::collection::vec(0usize..2, 0..3),
    )
        .prop_map(|(facet, class, confidence, role, resolved, evidence)| {
            let evidence = evidence.into_iter().map(|number| id("e", number)).collect();
            Finding { id: "f".into(), facet, class, confidence, role, resolved, evidence }
        })
}

fn numbered(findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().enumerate().map(|(at, finding)| Finding { id: id("f", at), ..finding }).collect()
}

fn any_exposure() -> impl Strategy<Value = Exposure> {
    let path = (mostly(Op::Read, Op::ALL), mostly(PathStatus::Open, PathStatus::ALL));
    let resource = (select(ResourceClass::ALL), proptest::collection::vec(path, 2));
    let resources = proptest::collection::vec(resource, 2);
    let bound = || proptest::bool::weighted(0.97);
    (resources, bound(), bound(), bound(), bound(), 0i64..180).prop_map(
        |(resources, start, end, all, everybody, skew)| {
            let path = |(at, (op, status))| Path {
                id: id("path", at),
                op,
                channel: Channel::Api,
                status,
                justification: Some("cut off".into()),
            };
            let resource = |(at, (class, paths)): (usize, (_, Vec<_>))| Resource {
                id: id("resource", at),
                class,
                paths: paths.into_iter().enumerate().map(path).collect(),
            };
            Exposure {
                window: Some(Window {
                    start_earliest: start.then(|| self::at(WINDOW.0)),
                    end_latest: end.then(|| self::at(WINDOW.1)),
                    start_evidence: vec!["e0".into()],
                    end_evidence: vec!["e1".into()],
                    ..Window::default()
                }),
                clock_skew_seconds: skew,
                resources: resources.into_iter().enumerate().map(resource).collect(),
                resources_enumerated: all,
                principals_enumerated: everybody,
            }
        },
    )
}

/// Facts near enough to the good ones that every verdict comes up.
pub(super) fn any_facts() -> impl Strategy<Value = Facts> {
    let signers = proptest::collection::vec(select(&["ada", "grace", "agent-7"][..]), 2..5);
    let conflict = (mostly(Touches::Other, Touches::ALL), mostly(ConflictStatus::Adopted, ConflictStatus::ALL));
    let few = proptest::collection::vec(any_finding(), 0..5).prop_map(numbered);
    let conflicts = proptest::collection::vec(conflict, 0..3);
    let whole = (0usize..8, any::<bool>());
    (any_exposure(), any_evidence(), any_reviews(), few, conflicts, signers, whole).prop_map(
        |(exposure, evidence, reviews, findings, conflicts, signers, (whole, twice))| {
            let conflict = |(at, (touches, status))| Conflict { id: id("k", at), touches: vec![touches], status };
            let mut facts = Facts {
                exposure: Some(exposure),
                evidence,
                reviews,
                findings,
                conflicts: conflicts.into_iter().enumerate().map(conflict).collect(),
                incident_actors: vec!["Agent-7".into()],
                signatures: signers.into_iter().map(|by| Signature { by: by.into() }).collect(),
                ..Facts::default()
            };
            if whole < 6 {
                add_whole(&mut facts, if twice { 2 } else { 1 });
            }
            facts
        },
    )
}

/// Adds evidence that covers everything, once or twice, and a review of each.
fn add_whole(facts: &mut Facts, times: usize) {
    for number in 0..times {
        let paths = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let coverage = paths.map(|(resource, path)| Coverage {
            resource: id("resource", resource),
            path: id("path", path),
            from: at(2),
            to: at(19 + number as i64),
            mode: CoverageMode::All,
            completeness: Completeness::Heartbeat,
            completeness_evidence: vec![],
            gaps: vec![],
        });
        let (status, coverage) = (EvidenceStatus::Intact, coverage.into());
        let evidence = id("whole", number);
        let item = Evidence {
            id: evidence.clone(),
            status,
            writable_by_exposed: false,
            logging_changed_in_window: false,
            logging_acts: vec![],
            unread: vec![],
            coverage,
        };
        facts.evidence.push(item);
        for reviewer in ["ada", "grace"] {
            facts.reviews.push(Review {
                id: Id::new(format!("{evidence}-{reviewer}")),
                evidence: evidence.clone(),
                from: at(0),
                to: at(24),
                method: ReviewMethod::Full,
                depth: Depth::Content,
                reviewer: reviewer.into(),
                outcome: ReviewOutcome::None,
                status: ReviewStatus::Valid,
                cells: None,
            });
        }
    }
}
