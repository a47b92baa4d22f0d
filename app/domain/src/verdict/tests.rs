//! Every expected verdict, the example of the API, and the edges of the rules.

mod more;

use crate::facts::Facts;
use crate::refusal::Refusal;
use crate::verdict::{Evaluation, GateName, Judgement, Verdict, evaluate, lint_statement};

/// The example of the API, cut to what a verdict needs, with four open paths,
/// complete logs and reviews by two people. `change` bends it.
pub(super) fn world(change: impl FnOnce(&mut serde_json::Value)) -> Facts {
    let span = serde_json::json!({ "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z" });
    let cells = [("repo-a", "api"), ("repo-a", "write"), ("wiki", "list"), ("wiki", "search")];
    let coverage = |(resource, path): (&str, &str)| {
        serde_json::json!({ "resource": resource, "path": path, "from": span["from"], "to": span["to"],
            "mode": "all", "completeness": "digest_chain", "gaps": [] })
    };
    let evidence = cells.into_iter().enumerate().map(|(at, cell)| {
        serde_json::json!({ "id": format!("e{}", at + 1), "status": "intact", "writable_by_exposed": false,
            "logging_changed_in_window": false, "coverage": [coverage(cell)] })
    });
    let evidence: Vec<_> = evidence.collect();
    let review = |at: usize| {
        serde_json::json!({ "id": format!("r{at}"), "evidence": format!("e{at}"), "from": span["from"], "to": span["to"],
            "method": "full", "depth": "content", "reviewer": if at.is_multiple_of(2) { "ada" } else { "grace" },
            "outcome": "authorised_only", "status": "valid" })
    };
    let path = |id: &str, op: &str| serde_json::json!({ "id": id, "op": op, "channel": "api", "status": "open" });
    let mut facts = serde_json::json!({
        "exposure": {
            "window": { "start_earliest": span["from"], "start_latest": "2026-03-18T17:05:00Z",
                        "end_earliest": "2026-03-18T18:55:00Z", "end_latest": span["to"],
                        "start_evidence": ["e1"], "end_evidence": ["e1"] },
            "clock_skew_seconds": 0,
            "resources": [
                { "id": "repo-a", "class": "restricted", "paths": [path("api", "read"), path("write", "write"),
                  { "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": "no UI" }] },
                { "id": "wiki", "class": "confidential", "paths": [path("list", "list"), path("search", "search")] } ],
            "resources_enumerated": true, "principals_enumerated": true },
        "evidence": evidence,
        "reviews": [review(1), review(2), review(3), review(4)],
        "findings": [{ "id": "f1", "facet": "access", "class": "denied_attempt", "confidence": "confirmed",
                       "role": "effect", "resolved": true, "evidence": ["e1"] }],
        "conflicts": [{ "id": "k1", "touches": ["window"], "status": "adopted" }],
        "incident_actors": ["agent-7"],
        "signatures": [{ "by": "ada" }, { "by": "grace" }] });
    change(&mut facts);
    serde_json::from_value(facts).unwrap()
}

fn judged(change: impl FnOnce(&mut serde_json::Value)) -> Judgement {
    let judgement = evaluate(&world(change)).unwrap().verdict;
    assert_eq!(
        lint_statement(&judgement.statement, judgement.verdict),
        Vec::<String>::new(),
        "{}",
        judgement.statement
    );
    judgement
}

fn refused(change: impl FnOnce(&mut serde_json::Value)) -> Refusal {
    evaluate(&world(change)).unwrap_err()
}

fn failing(judgement: &Judgement) -> Vec<&'static str> {
    judgement.gates.iter().filter(|gate| !gate.passes).map(|gate| gate.gate.word()).collect()
}

fn detail(judgement: &Judgement, name: GateName) -> &str {
    &judgement.gates.iter().find(|gate| gate.gate == name).unwrap().detail
}

fn finding(class: &str, confidence: &str, resolved: bool) -> serde_json::Value {
    serde_json::json!([{ "id": "f1", "facet": "access", "class": class, "confidence": confidence,
        "role": "effect", "resolved": resolved, "evidence": ["e1"] }])
}

fn gap(facts: &mut serde_json::Value) {
    facts["evidence"][0]["coverage"][0]["gaps"] =
        serde_json::json!([{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "reason": "rotation" }]);
}

#[test]
fn full_logs_and_reviews_are_eligible_and_verified_once_two_have_signed() {
    let unsigned = judged(|facts| facts["signatures"] = serde_json::json!([]));
    assert_eq!((unsigned.verdict, unsigned.eligible), (Verdict::NoEvidenceOfHarm, true));
    let signed = judged(|_| ());
    assert_eq!((signed.verdict, signed.eligible), (Verdict::VerifiedNoOp, true), "{:?}", signed.gates);
    assert_eq!((signed.facets.integrity, signed.facets.availability), (Verdict::VerifiedNoOp, Verdict::NotApplicable));
    assert_eq!(signed.gates.len(), 11);
}

#[test]
fn a_gap_in_one_of_four_cells_leaves_no_evidence_of_harm() {
    let judgement = judged(gap);
    assert_eq!((judgement.verdict, judgement.eligible), (Verdict::NoEvidenceOfHarm, false));
    assert_eq!((judgement.coverage.reviewed_min, failing(&judgement)), (0.917, vec!["G5", "G6", "G8"]));
    assert_eq!(detail(&judgement, GateName::G5), "repo-a/api is not logged 18:00–18:10");
    assert!(judgement.statement.contains("repo-a/api 18:00–18:10 (gap: rotation)"), "{}", judgement.statement);
}

#[test]
fn the_expected_verdicts_come_out_as_written() {
    type Case = (&'static str, fn(&mut serde_json::Value), Verdict, f64);
    let cases: [Case; 10] = [
        (
            "one cell without evidence",
            |f| f["evidence"][3]["coverage"] = serde_json::json!([]),
            Verdict::Undetermined,
            0.0,
        ),
        (
            "window + 1 h",
            |f| f["exposure"]["window"]["end_latest"] = "2026-03-18T20:00:00Z".into(),
            Verdict::NoEvidenceOfHarm,
            0.667,
        ),
        (
            "management_only",
            |f| f["evidence"][0]["coverage"][0]["mode"] = "management_only".into(),
            Verdict::Undetermined,
            0.0,
        ),
        ("tampered bytes", |f| f["evidence"][1]["status"] = "tainted".into(), Verdict::HarmSuspected, 0.0),
        ("open conflict", |f| f["conflicts"][0]["status"] = "open".into(), Verdict::NoEvidenceOfHarm, 1.0),
        ("one signature", |f| f["signatures"] = serde_json::json!([{ "by": "ada" }]), Verdict::NoEvidenceOfHarm, 1.0),
        (
            "confirmed access",
            |f| f["findings"] = finding("unauthorised_access", "confirmed", false),
            Verdict::AccessConfirmed,
            1.0,
        ),
        ("no window", |f| f["exposure"]["window"] = serde_json::Value::Null, Verdict::NotAssessed, 0.0),
        ("no resource", |f| f["exposure"]["resources"] = serde_json::json!([]), Verdict::NotAssessed, 0.0),
        ("no exposure", |f| f["exposure"] = serde_json::Value::Null, Verdict::NotAssessed, 0.0),
    ];
    for (name, change, verdict, reviewed_min) in cases {
        let judgement = judged(change);
        assert_eq!((judgement.verdict, judgement.coverage.reviewed_min), (verdict, reviewed_min), "{name}");
    }
}

#[test]
fn the_example_of_the_api_answers_in_its_shape() {
    let facts = world(|facts| {
        gap(facts);
        for list in ["evidence", "reviews"] {
            facts[list].as_array_mut().unwrap().truncate(1);
        }
        facts["reviews"][0]["reviewer"] = "ada".into();
        let resources = facts["exposure"]["resources"].as_array_mut().unwrap();
        resources.truncate(1);
        resources[0]["paths"].as_array_mut().unwrap().remove(1);
        facts["conflicts"][0]["status"] = "open".into();
    });
    let answer = serde_json::to_value(evaluate(&facts).unwrap()).unwrap();
    let verdict = &answer["verdict"];
    assert_eq!(answer["severity"], serde_json::Value::Null);
    assert_eq!((&verdict["verdict"], &verdict["eligible"]), (&"no_evidence_of_harm".into(), &false.into()));
    let expected = serde_json::json!({
        "facets": { "access": "no_evidence_of_harm", "integrity": "not_applicable", "availability": "not_applicable" },
        "coverage": { "logged_min": 0.917, "complete_min": 0.917, "reviewed_min": 0.917, "reviewed_mean": 0.917 },
        "cells": [{ "resource": "repo-a", "path": "api", "logged": 0.917, "complete": 0.917, "reviewed": 0.917,
            "uncovered": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "why": "gap: rotation" }] }] });
    for part in ["facets", "coverage", "cells"] {
        assert_eq!(verdict[part], expected[part]);
    }
    assert_eq!(
        verdict["gates"][4],
        serde_json::json!({ "gate": "G5", "passes": false, "detail": "repo-a/api is not logged 18:00–18:10" })
    );
    let read: Evaluation = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), answer);
}

#[test]
fn findings_weigh_by_class_confidence_role_and_intact_evidence() {
    let with = |class, confidence, resolved| judged(|f| f["findings"] = finding(class, confidence, resolved)).verdict;
    assert_eq!(with("misuse", "confirmed", true), Verdict::HarmConfirmed);
    assert_eq!(with("unauthorised_change", "confirmed", false), Verdict::HarmConfirmed);
    assert_eq!(with("misuse", "suspected", false), Verdict::HarmSuspected);
    assert_eq!(with("misuse", "suspected", true), Verdict::VerifiedNoOp);
    assert_eq!(with("unknown", "confirmed", false), Verdict::HarmSuspected);
    assert_eq!(with("authorised", "confirmed", false), Verdict::VerifiedNoOp);
    let cause = judged(|f| {
        f["findings"] = finding("misuse", "confirmed", false);
        f["findings"][0]["role"] = "cause".into();
    });
    assert_eq!(cause.verdict, Verdict::VerifiedNoOp);
    let unsupported = judged(|f| {
        f["findings"] = finding("misuse", "confirmed", false);
        f["findings"][0]["evidence"] = serde_json::json!([]);
    });
    assert_eq!((unsupported.verdict, failing(&unsupported)), (Verdict::HarmSuspected, vec!["G9"]));
}

#[test]
fn a_facet_without_cells_is_judged_by_its_findings() {
    let availability = |class, confidence| {
        let judgement = judged(|f| {
            f["findings"] = finding(class, confidence, false);
            f["findings"][0]["facet"] = "availability".into();
        });
        (judgement.facets.availability, judgement.verdict)
    };
    assert_eq!(availability("misuse", "confirmed"), (Verdict::HarmConfirmed, Verdict::HarmConfirmed));
    assert_eq!(availability("authorised", "confirmed"), (Verdict::Undetermined, Verdict::Undetermined));
}

#[test]
fn a_doubtful_review_casts_suspicion_while_it_stands() {
    for outcome in ["inconclusive", "unauthorised"] {
        let standing = judged(|f| f["reviews"][0]["outcome"] = outcome.into());
        assert_eq!(
            (standing.facets.access, standing.facets.integrity),
            (Verdict::HarmSuspected, Verdict::HarmSuspected)
        );
        let revoked = judged(|f| {
            f["reviews"][0]["outcome"] = outcome.into();
            f["reviews"][0]["status"] = "revoked".into();
        });
        assert_eq!(
            (revoked.facets.access, revoked.facets.integrity),
            (Verdict::Undetermined, Verdict::NoEvidenceOfHarm)
        );
    }
}

#[test]
fn a_review_counts_only_when_sound_and_only_in_its_own_complete_evidence() {
    type Change = fn(&mut serde_json::Value);
    let spoilt: [(&str, Change); 6] = [
        ("sampled", |f| f["reviews"][0]["method"] = "sampled".into()),
        ("automated", |f| f["reviews"][0]["method"] = "automated".into()),
        ("names only", |f| f["reviews"][0]["depth"] = "names_only".into()),
        ("an actor, other case", |f| f["incident_actors"] = serde_json::json!([" GRACE "])),
        ("of other evidence", |f| f["reviews"][0]["evidence"] = "e2".into()),
        ("not complete", |f| f["evidence"][0]["coverage"][0]["completeness"] = "none".into()),
    ];
    for (name, change) in spoilt {
        let judgement = judged(change);
        assert_eq!((judgement.verdict, judgement.cells[0].reviewed), (Verdict::Undetermined, 0.0), "{name}");
        assert!(failing(&judgement).contains(&"G8"), "{name}");
    }
    let one = judged(|f| (0..4).for_each(|at| f["reviews"][at]["reviewer"] = ["Ada", " ada"][at % 2].into()));
    assert_eq!((one.verdict, failing(&one)), (Verdict::NoEvidenceOfHarm, vec!["G8"]));
}

#[test]
fn a_second_source_fills_gaps_and_proves_completeness() {
    let filled = judged(|f| {
        gap(f);
        let mut other = f["evidence"][0].clone();
        other["id"] = "e9".into();
        other["coverage"][0]["gaps"] = serde_json::json!([]);
        f["evidence"].as_array_mut().unwrap().push(other);
    });
    assert_eq!((filled.cells[0].complete, filled.cells[0].reviewed), (1.0, 0.917));
    assert_eq!(filled.cells[0].uncovered[0].why, "logged, not reviewed");
    let unproven = judged(|f| {
        let mut other = f["evidence"][0]["coverage"][0].clone();
        other["completeness"] = "none".into();
        other["from"] = "2026-03-18T18:00:00Z".into();
        f["evidence"][0]["coverage"][0]["to"] = "2026-03-18T18:30:00Z".into();
        f["evidence"][0]["coverage"].as_array_mut().unwrap().push(other);
    });
    assert_eq!((unproven.cells[0].logged, unproven.cells[0].complete), (1.0, 0.75));
    assert_eq!(unproven.cells[0].uncovered[0].why, "logged but completeness unknown");
}

#[test]
fn skew_absorbs_small_holes_after_the_union() {
    let skewed = |seconds: i64| {
        judged(|f| {
            gap(f);
            f["evidence"][1]["coverage"][0]["from"] = "2026-03-18T17:10:00Z".into();
            f["exposure"]["clock_skew_seconds"] = seconds.into();
        })
    };
    assert_eq!(skewed(600).verdict, Verdict::VerifiedNoOp);
    assert_eq!(skewed(599).coverage.logged_min, 0.917);
}

#[test]
fn each_gate_stands_in_the_way_by_itself() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 6] = [
        ("G1", |f| f["exposure"]["window"]["end_evidence"] = serde_json::json!([])),
        ("G4", |f| f["exposure"]["resources"][0]["paths"][2]["justification"] = "  ".into()),
        ("G6", |f| f["evidence"][0]["logging_changed_in_window"] = true.into()),
        ("G7", |f| f["evidence"][0]["writable_by_exposed"] = true.into()),
        ("G9", |f| f["findings"] = finding("unknown", "suspected", false)),
        ("G10", |f| f["conflicts"][0]["status"] = "open".into()),
    ];
    for (gate, change) in cases {
        let judgement = judged(change);
        assert_eq!((failing(&judgement), judgement.eligible), (vec![gate], false));
        assert!(Verdict::VerifiedNoOp.is_better_than(judgement.verdict), "{gate}");
    }
    for flag in ["resources_enumerated", "principals_enumerated"] {
        assert_eq!(judged(|f| f["exposure"][flag] = false.into()).verdict, Verdict::Undetermined);
    }
    let elsewhere =
        judged(|f| f["conflicts"] = serde_json::json!([{ "id": "k", "touches": ["severity"], "status": "open" }]));
    assert_eq!(elsewhere.verdict, Verdict::VerifiedNoOp);
}

#[test]
fn two_signatures_of_one_person_or_of_an_actor_are_not_two() {
    for signatures in [["ada", " Ada "], ["ada", "AGENT-7"]] {
        let judgement =
            judged(|f| f["signatures"] = serde_json::json!([{ "by": signatures[0] }, { "by": signatures[1] }]));
        assert_eq!((judgement.verdict, judgement.eligible), (Verdict::NoEvidenceOfHarm, true));
    }
}

#[test]
fn an_unbounded_window_is_undetermined_and_says_why() {
    let judgement = judged(|f| f["exposure"]["window"]["start_earliest"] = serde_json::Value::Null);
    assert_eq!((judgement.verdict, judgement.coverage.logged_min), (Verdict::Undetermined, 0.0));
    assert_eq!(judgement.cells[0].uncovered[0].why, "the window is unbounded: its start is not known");
    assert!(judgement.statement.contains("cannot be determined"));
    let closed = judged(|f| {
        for resource in 0..2 {
            for path in f["exposure"]["resources"][resource]["paths"].as_array_mut().unwrap() {
                path["status"] = "impossible".into();
                path["justification"] = "cut off".into();
            }
        }
        f["findings"] = serde_json::json!([]);
    });
    assert_eq!((closed.verdict, closed.facets.access), (Verdict::Undetermined, Verdict::NotApplicable));
}
