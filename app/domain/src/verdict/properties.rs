//! What must hold for any facts: nothing that takes assurance away ever makes
//! a verdict better, and the order of entry never matters.

use proptest::prelude::*;
use proptest::sample::select;

use super::generated::{WINDOW, any_facts, any_finding, at};
use super::tests::world;
use super::{Judgement, Verdict, evaluate};
use crate::facts::{Conflict, Evidence, Facts, Finding, MissingSpan, Review};
use crate::id::Id;
use crate::time::Instant;
use crate::vocabulary::{
    ConflictStatus, EvidenceStatus, FindingClass, FindingRole, ReviewOutcome, ReviewStatus, Touches,
};

fn judged(facts: &Facts) -> Judgement {
    evaluate(facts).unwrap().verdict
}

fn never_better(before: &Facts, after: &Facts) -> Result<(), TestCaseError> {
    let (before, after) = (judged(before), judged(after));
    prop_assert!(!after.verdict.is_better_than(before.verdict), "{} became {}", before.verdict, after.verdict);
    for (was, is) in [
        (before.facets.access, after.facets.access),
        (before.facets.integrity, after.facets.integrity),
        (before.facets.availability, after.facets.availability),
    ] {
        prop_assert!(!is.is_better_than(was), "a facet: {was} became {is}");
    }
    prop_assert!(before.eligible || !after.eligible, "it became eligible");
    Ok(())
}

/// Whether something adverse rests on this evidence, or it fails a gate by
/// itself: the exact rules then say that without it the verdict is another.
/// Each such case has its own test below.
fn speaks_against(facts: &Facts, item: &Evidence) -> bool {
    let cited = facts.findings.iter().any(|finding| finding.is_adverse() && finding.evidence.contains(&item.id));
    item.status == EvidenceStatus::Tainted || item.writable_by_exposed || item.logging_changed_in_window || cited
}

fn is_doubtful(review: &Review) -> bool {
    matches!(review.outcome, ReviewOutcome::Unauthorised | ReviewOutcome::Inconclusive)
}

fn remove(facts: &mut Facts, gone: &Id) {
    facts.evidence.retain(|item| item.id != *gone);
    facts.reviews.retain(|review| review.evidence != *gone);
    facts.findings.iter_mut().for_each(|finding| finding.evidence.retain(|id| id != gone));
    if let Some(window) = facts.exposure.as_mut().and_then(|exposure| exposure.window.as_mut()) {
        window.start_evidence.retain(|id| id != gone);
        window.end_evidence.retain(|id| id != gone);
    }
}

/// Cuts evidence and reviews to the window, so that widening brings nothing new.
fn nothing_outside_the_window(facts: &mut Facts) {
    let clip = |from: &mut Instant, to: &mut Instant| {
        *from = (*from).max(at(WINDOW.0));
        *to = (*to).min(at(WINDOW.1));
        from < to
    };
    for item in &mut facts.evidence {
        item.coverage.retain_mut(|coverage| clip(&mut coverage.from, &mut coverage.to));
    }
    facts.reviews.retain_mut(|review| clip(&mut review.from, &mut review.to));
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn an_adverse_finding_never_improves(facts in any_facts(), finding in any_finding(), class in select(&FindingClass::ALL[2..])) {
        let mut worse = facts.clone();
        worse.findings.push(Finding { class, role: FindingRole::Effect, ..finding });
        never_better(&facts, &worse)?;
    }

    #[test]
    fn removing_or_revoking_a_review_never_improves(facts in any_facts(), pick: prop::sample::Index, revoke: bool) {
        let mut worse = facts.clone();
        let at = pick.index(facts.reviews.len());
        prop_assume!(!is_doubtful(&facts.reviews[at]));
        if revoke { worse.reviews[at].status = ReviewStatus::Revoked } else { drop(worse.reviews.remove(at)) }
        never_better(&facts, &worse)?;
    }

    #[test]
    fn removing_or_losing_evidence_never_improves(facts in any_facts(), pick: prop::sample::Index, how in 0usize..4) {
        let mut worse = facts.clone();
        let at = pick.index(facts.evidence.len());
        let item = &facts.evidence[at];
        prop_assume!(!speaks_against(&facts, item));
        match [Some(EvidenceStatus::Tainted), Some(EvidenceStatus::Withdrawn), Some(EvidenceStatus::Missing), None][how] {
            Some(status) => {
                prop_assume!(item.status == EvidenceStatus::Intact);
                worse.evidence[at].status = status;
            }
            None => {
                prop_assume!(!facts.reviews.iter().any(|review| review.evidence == item.id && is_doubtful(review)));
                remove(&mut worse, &item.id);
            }
        }
        never_better(&facts, &worse)?;
    }

    #[test]
    fn widening_the_window_never_improves(facts in any_facts(), earlier in 0i64..30, later in 0i64..30, open in 0usize..10) {
        let mut facts = facts;
        nothing_outside_the_window(&mut facts);
        let mut worse = facts.clone();
        if let Some(window) = worse.exposure.as_mut().and_then(|exposure| exposure.window.as_mut()) {
            window.start_earliest = window.start_earliest.filter(|_| open != 0).map(|start| start.plus_micros(-earlier * 60_000_000));
            window.end_latest = window.end_latest.filter(|_| open != 1).map(|end| end.plus_micros(later * 60_000_000));
        }
        never_better(&facts, &worse)?;
    }

    #[test]
    fn a_gap_a_conflict_or_an_actor_never_improves(facts in any_facts(), from in 0i64..24, length in 1i64..9, which in 0usize..4) {
        let mut worse = facts.clone();
        match which {
            0 => worse.evidence[0].coverage[0].gaps.push(MissingSpan { from: at(from), to: at(from + length), reason: None }),
            1 => worse.conflicts.push(Conflict { id: "new".into(), touches: vec![Touches::Effect], status: ConflictStatus::Open }),
            2 => worse.incident_actors.push("ADA".into()),
            _ => worse.signatures.clear(),
        }
        never_better(&facts, &worse)?;
    }

    #[test]
    fn the_order_of_entry_never_matters(facts in any_facts(), turns in proptest::array::uniform8(0usize..7)) {
        let mut other = facts.clone();
        turn(&mut other.evidence, turns[0]);
        turn(&mut other.reviews, turns[1]);
        turn(&mut other.findings, turns[2]);
        turn(&mut other.conflicts, turns[3]);
        turn(&mut other.signatures, turns[4]);
        other.evidence.iter_mut().for_each(|item| turn(&mut item.coverage, turns[5]));
        for resources in other.exposure.iter_mut().map(|exposure| &mut exposure.resources) {
            turn(resources, turns[6]);
            resources.iter_mut().for_each(|resource| turn(&mut resource.paths, turns[7]));
        }
        prop_assert_eq!(judged(&facts), judged(&other));
    }

    #[test]
    fn the_lanes_are_nested_and_what_is_uncovered_is_the_rest(facts in any_facts()) {
        let judgement = judged(&facts);
        for cell in &judgement.cells {
            prop_assert!(cell.lanes.complete.subtract(&cell.lanes.logged).is_empty());
            prop_assert!(cell.lanes.reviewed.subtract(&cell.lanes.complete).is_empty());
            if judgement.gates[0].passes {
                let window = (at(WINDOW.0).micros(), at(WINDOW.1).micros());
                let told = cell.uncovered.iter().filter_map(|hole| Some((hole.from?.micros(), hole.to?.micros())));
                let told: Vec<_> = told.collect();
                let sum: i64 = told.iter().map(|(from, to)| to - from).sum();
                let told: crate::interval::Intervals = told.into_iter().collect();
                prop_assert_eq!(told.length(), sum);
                prop_assert_eq!(told, cell.lanes.reviewed.holes(window));
            }
        }
        prop_assert_eq!(super::lint_statement(&judgement.statement, judgement.verdict), Vec::<String>::new());
    }
}

/// Another order: turned around and rotated.
fn turn<T>(list: &mut [T], by: usize) {
    if by % 2 == 1 {
        list.reverse();
    }
    list.rotate_left(by / 2 % list.len().max(1));
}

#[test]
fn the_generated_facts_reach_every_verdict() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..4_000 {
        let facts = any_facts().new_tree(&mut runner).unwrap().current();
        *seen.entry(judged(&facts).verdict).or_insert(0) += 1;
    }
    for verdict in &Verdict::ALL[..6] {
        assert!(seen.get(verdict).is_some_and(|count| *count >= 20), "{verdict}: {seen:?}");
    }
}

/// The exact rules name these exceptions to “removing never improves”. The
/// records keep them from happening: taint leaves a persistent finding, and
/// withdrawing evidence is logged with its cause.
#[test]
fn where_the_exact_rules_let_a_removal_improve() {
    let verdict = |change: fn(&mut serde_json::Value), and: fn(&mut Facts)| {
        let mut facts = world(change);
        let before = judged(&facts).verdict;
        and(&mut facts);
        (before, judged(&facts).verdict)
    };
    let tainted = verdict(|f| add(f, "tainted", false), |f| remove(f, &"e9".into()));
    assert_eq!(tainted, (Verdict::HarmSuspected, Verdict::VerifiedNoOp));
    let writable = verdict(|f| add(f, "intact", true), |f| remove(f, &"e9".into()));
    assert_eq!(writable, (Verdict::NoEvidenceOfHarm, Verdict::VerifiedNoOp));
    let doubtful = verdict(
        |f| {
            add(f, "intact", false);
            let mut review = f["reviews"][0].clone();
            (review["id"], review["outcome"]) = ("r9".into(), "inconclusive".into());
            f["reviews"].as_array_mut().unwrap().push(review);
        },
        |f| f.reviews.truncate(4),
    );
    assert_eq!(doubtful, (Verdict::HarmSuspected, Verdict::VerifiedNoOp));
    let only_support = verdict(
        |f| {
            add(f, "intact", false);
            f["findings"] = serde_json::json!([{ "id": "f1", "facet": "access", "class": "misuse", "confidence": "confirmed", "evidence": ["e9"] }]);
        },
        |f| remove(f, &"e9".into()),
    );
    assert_eq!(only_support, (Verdict::HarmConfirmed, Verdict::HarmSuspected));
}

/// The same for “widening never improves”: shares are of the window, so a
/// window that grows over time well reviewed raises them.
#[test]
fn where_the_exact_rules_let_a_wider_window_improve() {
    let mut facts = world(|_| ());
    for review in &mut facts.reviews {
        review.to = Instant::parse("2026-03-18T18:00:00Z").unwrap();
    }
    let bounds = |facts: &mut Facts, start: &str| {
        let start = Some(Instant::parse(start).unwrap());
        for window in facts.exposure.iter_mut().filter_map(|exposure| exposure.window.as_mut()) {
            (window.start_earliest, window.start_latest) = (start, start);
        }
    };
    bounds(&mut facts, "2026-03-18T17:30:00Z");
    facts.exposure.iter_mut().for_each(|exposure| exposure.clock_skew_seconds = 0);
    let narrow = judged(&facts);
    bounds(&mut facts, "2026-03-18T17:00:00Z");
    let wide = judged(&facts);
    assert_eq!((narrow.coverage.reviewed_mean, narrow.verdict), (0.333, Verdict::Undetermined));
    assert_eq!((wide.coverage.reviewed_mean, wide.verdict), (0.5, Verdict::NoEvidenceOfHarm));
}

fn add(facts: &mut serde_json::Value, status: &str, writable: bool) {
    let coverage = facts["evidence"][0]["coverage"].clone();
    let item =
        serde_json::json!({ "id": "e9", "status": status, "writable_by_exposed": writable, "coverage": coverage });
    facts["evidence"].as_array_mut().unwrap().push(item);
}
