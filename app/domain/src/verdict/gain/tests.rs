use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::super::generated::{any_facts, any_finding, at};
use super::super::tests::world;
use super::super::{Evaluation, Judgement, Verdict, evaluate};
use super::{GateName, Judged, gain, settled};
use crate::facts::Facts;
use crate::id::Id;
use crate::vocabulary::{
    ConflictStatus, EvidenceStatus, FindingClass, FindingRole, PathStatus, ReviewOutcome, ReviewStatus,
};

fn judged(facts: &Facts) -> Judgement {
    let Evaluation { verdict, .. } = evaluate(facts).unwrap();
    verdict
}

fn gained(was: &Facts, is: &Facts) -> Option<String> {
    gain(&Judged { facts: was, judgement: &judged(was) }, &Judged { facts: is, judgement: &judged(is) })
}

/// A change of the facts, and what is said of it; nothing where it may be made.
type Tried = (fn(&mut Value), Option<&'static str>);

/// What an agent tries, and the words of the refusal; each behind a finding that keeps the headline down.
#[test]
fn whatever_stands_against_a_verdict_stands_there_still() {
    let finding = json!({"id": "f0", "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect", "evidence": ["e1"]});
    let suspected = |facts: &mut Value| {
        facts["findings"] = json!([finding, {"id": "f1", "facet": "access", "class": "misuse", "confidence": "suspected", "role": "effect", "evidence": ["e1"]}]);
        facts["conflicts"] = json!([{"id": "k1", "touches": ["window"], "status": "open"}]);
        facts["reviews"][0]["outcome"] = json!("inconclusive");
        facts["evidence"][0]["writable_by_exposed"] = json!(true);
        facts["signatures"] = json!([]);
        facts["incident_actors"] = json!(["agent-7", "ada"]);
    };
    let table: [Tried; 27] = [
        (|facts| drop(facts["findings"].as_array_mut().unwrap().remove(0)), Some("take out a finding")),
        (|facts| facts["findings"][1]["resolved"] = json!(true), Some("resolve a finding")),
        (|facts| facts["findings"][1]["class"] = json!("unknown"), Some("say less")),
        (|facts| facts["findings"][1]["class"] = json!("authorised"), Some("say less")),
        (|facts| facts["findings"][1]["role"] = json!("cause"), Some("say less")),
        (|facts| facts["findings"][1]["facet"] = json!("integrity"), Some("say less")),
        (|facts| facts["findings"][1]["evidence"] = json!([]), Some("say less")),
        (|facts| facts["exposure"] = Value::Null, Some("take out the exposure")),
        (|facts| facts["exposure"]["window"] = Value::Null, Some("narrow the window")),
        (
            |facts| facts["exposure"]["window"] = json!({"start_earliest": "2026-03-18T17:00:00Z", "end_latest": "2026-03-18T18:58:00Z", "start_evidence": ["e1"], "end_evidence": ["e1"]}),
            Some("narrow the window"),
        ),
        (|facts| facts["exposure"]["clock_skew_seconds"] = json!(600), Some("raise the clock skew")),
        (|facts| drop(facts["exposure"]["resources"].as_array_mut().unwrap().remove(0)), Some("take out the resource")),
        (
            |facts| drop(facts["exposure"]["resources"][0]["paths"].as_array_mut().unwrap().remove(0)),
            Some("take out the path"),
        ),
        (|facts| facts["exposure"]["resources"][0]["class"] = json!("public"), Some("less sensitive")),
        (
            |facts| {
                facts["exposure"]["resources"][0]["paths"][0]["status"] = json!("impossible");
                facts["exposure"]["resources"][0]["paths"][0]["justification"] = json!("it was off");
            },
            Some("impossible"),
        ),
        (|facts| facts["exposure"]["resources"][0]["paths"][0]["op"] = json!("delete"), Some("another harm")),
        (|facts| facts["evidence"][0]["writable_by_exposed"] = json!(false), Some("speaks against a source")),
        (|facts| facts["evidence"][0]["status"] = json!("withdrawn"), Some("speaks against a source")),
        (|facts| facts["reviews"][0]["outcome"] = json!("none"), Some("review that found something")),
        (|facts| facts["reviews"][0]["status"] = json!("revoked"), Some("review that found something")),
        (|facts| facts["conflicts"][0]["status"] = json!("adopted"), Some("close a conflict")),
        (|facts| facts["conflicts"] = json!([]), Some("close a conflict")),
        (|facts| facts["conflicts"][0]["touches"] = json!(["other"]), Some("close a conflict")),
        (|facts| facts["incident_actors"] = json!(["agent-7"]), Some("take somebody out")),
        (|facts| facts["signatures"] = json!([{"by": "ada"}]), Some("sign a verdict")),
        (|facts| facts["exposure"]["window"]["end_latest"] = json!("2026-03-18T20:00:00Z"), None),
        (
            |facts| {
                let found = json!({"id": "f2", "facet": "integrity", "class": "misuse", "confidence": "suspected", "role": "effect"});
                facts["findings"].as_array_mut().unwrap().push(found);
            },
            None,
        ),
    ];
    let was = world(suspected);
    assert_eq!(judged(&was).verdict, Verdict::HarmSuspected);
    for (place, (change, words)) in table.into_iter().enumerate() {
        let is = world(|facts| {
            suspected(facts);
            change(facts);
            prune(facts);
        });
        let gained = gained(&was, &is);
        match (words, &gained) {
            (Some(words), Some(sentence)) if sentence.contains(words) => {}
            (None, None) => {}
            // A change may show in the headline as well.
            (Some(_), Some(sentence)) if sentence == "raise a verdict" => {}
            _ => panic!("{place}: {gained:?}, expected {words:?}"),
        }
    }
}

/// Statements about paths that are gone say nothing, as in a case file.
fn prune(facts: &mut Value) {
    let resources = facts["exposure"]["resources"].as_array().cloned().unwrap_or_default();
    let known = |stated: &Value| {
        let resource = resources.iter().find(|resource| resource["id"] == stated["resource"]);
        let paths = resource.and_then(|resource| resource["paths"].as_array().cloned()).unwrap_or_default();
        paths.iter().any(|path| path["id"] == stated["path"])
    };
    for item in facts["evidence"].as_array_mut().unwrap() {
        item["coverage"].as_array_mut().unwrap().retain(known);
    }
}

/// Something an agent may try on any facts, and something a person may do later.
#[derive(Debug, Clone)]
enum Write {
    DropFinding(usize),
    Resolve(usize, bool),
    Reclass(usize, FindingClass, FindingRole),
    AddFinding(crate::facts::Finding),
    Window(i64, i64),
    NoWindow,
    Skew(i64),
    ClosePath(usize, usize),
    OpenPath(usize, usize),
    DropPath(usize, usize),
    DropResource(usize),
    Lists(bool, bool),
    Standing(usize, EvidenceStatus),
    Faults(usize, bool, bool),
    DropReview(usize),
    Outcome(usize, ReviewOutcome, ReviewStatus),
    Conflict(usize, ConflictStatus),
    DropConflict(usize),
    DropActors,
    DropCoverage(usize, usize),
}

fn any_write() -> impl Strategy<Value = Write> {
    let few = 0usize..5;
    prop_oneof![
        few.clone().prop_map(Write::DropFinding),
        (few.clone(), any::<bool>()).prop_map(|(at, now)| Write::Resolve(at, now)),
        (few.clone(), select(FindingClass::ALL), select(FindingRole::ALL))
            .prop_map(|(at, class, role)| Write::Reclass(at, class, role)),
        any_finding().prop_map(Write::AddFinding),
        (0i64..8, 16i64..24).prop_map(|(from, to)| Write::Window(from, to)),
        Just(Write::NoWindow),
        (0i64..300).prop_map(Write::Skew),
        (0usize..2, 0usize..2).prop_map(|(resource, path)| Write::ClosePath(resource, path)),
        (0usize..2, 0usize..2).prop_map(|(resource, path)| Write::OpenPath(resource, path)),
        (0usize..2, 0usize..2).prop_map(|(resource, path)| Write::DropPath(resource, path)),
        (0usize..2).prop_map(Write::DropResource),
        (any::<bool>(), any::<bool>()).prop_map(|(one, other)| Write::Lists(one, other)),
        (few.clone(), select(EvidenceStatus::ALL)).prop_map(|(at, status)| Write::Standing(at, status)),
        (few.clone(), any::<bool>(), any::<bool>()).prop_map(|(at, one, other)| Write::Faults(at, one, other)),
        few.clone().prop_map(Write::DropReview),
        (few.clone(), select(ReviewOutcome::ALL), select(ReviewStatus::ALL))
            .prop_map(|(at, outcome, status)| Write::Outcome(at, outcome, status)),
        (few.clone(), select(ConflictStatus::ALL)).prop_map(|(at, status)| Write::Conflict(at, status)),
        few.clone().prop_map(Write::DropConflict),
        Just(Write::DropActors),
        (few, 0usize..4).prop_map(|(item, at)| Write::DropCoverage(item, at)),
    ]
}

impl Write {
    fn on(&self, facts: &mut Facts) {
        fn drop_at<T>(list: &mut Vec<T>, at: usize) {
            if at < list.len() {
                list.remove(at);
            }
        }
        let path = |facts: &mut Facts, resource: usize, path: usize, status: PathStatus| {
            let resources = facts.exposure.as_mut().map(|exposure| &mut exposure.resources);
            if let Some(path) = resources.and_then(|all| all.get_mut(resource)?.paths.get_mut(path)) {
                (path.status, path.justification) = (status, Some("it was off".into()));
            }
        };
        match self {
            Self::DropFinding(at) => drop_at(&mut facts.findings, *at),
            Self::Resolve(at, now) => {
                facts.findings.iter_mut().skip(*at).take(1).for_each(|finding| finding.resolved = *now)
            }
            Self::Reclass(at, class, role) => {
                facts
                    .findings
                    .iter_mut()
                    .skip(*at)
                    .take(1)
                    .for_each(|finding| (finding.class, finding.role) = (*class, *role));
            }
            Self::AddFinding(finding) => {
                facts.findings.push(crate::facts::Finding { id: Id::new("new"), ..finding.clone() })
            }
            Self::Window(from, to) => {
                if let Some(window) = facts.exposure.as_mut().and_then(|exposure| exposure.window.as_mut()) {
                    (window.start_earliest, window.end_latest) = (Some(at(*from)), Some(at(*to)));
                }
            }
            Self::NoWindow => facts.exposure.iter_mut().for_each(|exposure| exposure.window = None),
            Self::Skew(skew) => facts.exposure.iter_mut().for_each(|exposure| exposure.clock_skew_seconds = *skew),
            Self::ClosePath(resource, of) => path(facts, *resource, *of, PathStatus::Impossible),
            Self::OpenPath(resource, of) => path(facts, *resource, *of, PathStatus::Open),
            Self::DropPath(resource, of) => {
                let resources = facts.exposure.as_mut().map(|exposure| &mut exposure.resources);
                resources
                    .and_then(|all| all.get_mut(*resource))
                    .into_iter()
                    .for_each(|known| drop_at(&mut known.paths, *of));
            }
            Self::DropResource(resource) => {
                facts.exposure.iter_mut().for_each(|all| drop_at(&mut all.resources, *resource))
            }
            Self::Lists(one, other) => facts
                .exposure
                .iter_mut()
                .for_each(|all| (all.resources_enumerated, all.principals_enumerated) = (*one, *other)),
            Self::Standing(at, status) => {
                facts.evidence.iter_mut().skip(*at).take(1).for_each(|item| item.status = *status)
            }
            Self::Faults(at, one, other) => {
                facts
                    .evidence
                    .iter_mut()
                    .skip(*at)
                    .take(1)
                    .for_each(|item| (item.writable_by_exposed, item.logging_changed_in_window) = (*one, *other));
            }
            Self::DropReview(at) => drop_at(&mut facts.reviews, *at),
            Self::Outcome(at, outcome, status) => {
                facts
                    .reviews
                    .iter_mut()
                    .skip(*at)
                    .take(1)
                    .for_each(|review| (review.outcome, review.status) = (*outcome, *status));
            }
            Self::Conflict(at, status) => {
                facts.conflicts.iter_mut().skip(*at).take(1).for_each(|conflict| conflict.status = *status)
            }
            Self::DropConflict(at) => drop_at(&mut facts.conflicts, *at),
            Self::DropActors => facts.incident_actors.clear(),
            Self::DropCoverage(item, at) => {
                facts.evidence.iter_mut().skip(*item).take(1).for_each(|item| drop_at(&mut item.coverage, *at));
            }
        }
    }
}

fn no_better(was: &Facts, is: &Facts) -> Result<(), TestCaseError> {
    let (before, after) = (judged(was), judged(is));
    prop_assert!(!after.verdict.is_better_than(before.verdict), "{} became {}", before.verdict, after.verdict);
    let facets =
        |judgement: &Judgement| [judgement.facets.access, judgement.facets.integrity, judgement.facets.availability];
    for (was, is) in facets(&before).into_iter().zip(facets(&after)) {
        prop_assert!(!is.is_better_than(was), "a facet: {was} became {is}");
    }
    prop_assert!(before.eligible || !after.eligible, "it became eligible");
    for (was, is) in before.gates.iter().zip(&after.gates).filter(|(was, _)| was.gate != GateName::G4) {
        prop_assert!(was.passes || !is.passes, "{} passes now", is.gate);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_write_that_an_agent_may_do_makes_anything_better(facts in any_facts(), writes in proptest::collection::vec(any_write(), 1..4)) {
        let mut is = facts.clone();
        writes.iter().for_each(|write| write.on(&mut is));
        prop_assume!(is.check().is_ok());
        if gained(&facts, &is).is_none() {
            no_better(&facts, &is)?;
            // Nor does it come out better once a person has resolved what kept the headline down.
            no_better(&settled(&facts), &settled(&is))?;
        }
    }

    #[test]
    fn to_leave_everything_as_it_is_is_no_gain(facts in any_facts()) {
        prop_assert_eq!(gained(&facts, &facts), None);
    }
}
