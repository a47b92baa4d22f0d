//! Tables of the verdict, continued.

use super::*;

#[test]
fn facts_that_contradict_themselves_are_refused_with_the_path() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 12] = [
        ("exposure.window.end_latest", |f| f["exposure"]["window"]["end_latest"] = "2026-03-18T17:00:00Z".into()),
        ("exposure.window.start_latest", |f| f["exposure"]["window"]["start_latest"] = "2026-03-18T16:00:00Z".into()),
        ("exposure.clock_skew_seconds", |f| f["exposure"]["clock_skew_seconds"] = (-1).into()),
        ("exposure.resources[1].id", |f| f["exposure"]["resources"][1]["id"] = "repo-a".into()),
        ("exposure.resources[0].paths[1].id", |f| f["exposure"]["resources"][0]["paths"][1]["id"] = "api".into()),
        ("evidence[1].id", |f| f["evidence"][1]["id"] = "e1".into()),
        ("evidence[0].coverage[0].resource", |f| f["evidence"][0]["coverage"][0]["resource"] = "x".into()),
        ("evidence[0].coverage[0].path", |f| f["evidence"][0]["coverage"][0]["path"] = "x".into()),
        ("evidence[0].coverage[0].to", |f| f["evidence"][0]["coverage"][0]["to"] = "2026-03-18T17:00:00Z".into()),
        ("reviews[2].evidence", |f| f["reviews"][2]["evidence"] = "e99".into()),
        ("findings[0].evidence[0]", |f| f["findings"][0]["evidence"] = serde_json::json!(["e99"])),
        ("severity.dimensions.people", |f| f["severity"] = serde_json::json!({ "dimensions": { "people": 7 } })),
    ];
    for (field, change) in cases {
        assert_eq!(refused(change).field.as_deref(), Some(field));
    }
}

#[test]
fn what_people_write_is_held_against_the_verdict() {
    let claims = [
        "No user data was mishandled.",
        "There was no harm.",
        "No access occurred",
        "The records were never accessed.",
    ];
    for claim in claims {
        assert_eq!(lint_statement(claim, Verdict::NoEvidenceOfHarm).len(), 1, "{claim}");
        assert!(lint_statement(claim, Verdict::VerifiedNoOp).is_empty());
    }
    assert_eq!(lint_statement("We found no evidence of harm.", Verdict::Undetermined).len(), 1);
    assert_eq!(lint_statement("We found no evidence of harm.", Verdict::NoEvidenceOfHarm).len(), 1);
    assert!(lint_statement("Whether data was accessed cannot be determined.", Verdict::Undetermined).is_empty());
}

#[test]
fn verdicts_are_ordered() {
    assert!(Verdict::VerifiedNoOp.is_better_than(Verdict::NoEvidenceOfHarm));
    assert!(Verdict::AccessConfirmed.is_better_than(Verdict::HarmConfirmed));
    assert!(Verdict::Undetermined.is_better_than(Verdict::NotAssessed));
    assert!(Verdict::NotAssessed.is_better_than(Verdict::HarmSuspected));
    assert!(!Verdict::NotApplicable.is_better_than(Verdict::HarmConfirmed));
}

#[test]
fn an_attestation_or_a_control_counts_only_with_intact_evidence_for_it() {
    for word in ["provider_attestation", "positive_control"] {
        let complete = |shown_by: serde_json::Value, status: &'static str| {
            let judgement = judged(|f| {
                f["evidence"][0]["coverage"][0]["completeness"] = word.into();
                f["evidence"][0]["coverage"][0]["completeness_evidence"] = shown_by;
                f["evidence"].as_array_mut().unwrap().push(serde_json::json!({ "id": "shown", "status": status }));
            });
            (judgement.cells[0].complete, judgement.cells[0].reviewed)
        };
        assert_eq!(complete(serde_json::json!([]), "intact"), (0.0, 0.0), "{word}");
        assert_eq!(complete(serde_json::json!(["nothing"]), "intact"), (0.0, 0.0), "{word}");
        assert_eq!(complete(serde_json::json!(["shown"]), "withdrawn"), (0.0, 0.0), "{word}");
        assert_eq!(complete(serde_json::json!(["nothing", "shown"]), "intact"), (1.0, 1.0), "{word}");
    }
    // Without the field it is the empty list, and other proofs need none.
    let bare = judged(|f| f["evidence"][0]["coverage"][0]["completeness"] = "provider_attestation".into());
    assert_eq!((bare.verdict, bare.cells[0].complete), (Verdict::Undetermined, 0.0));
    assert_eq!(bare.cells[0].uncovered[0].why, "logged but completeness unknown");
}

#[test]
fn a_change_of_logging_is_named_by_its_gate() {
    let judgement = judged(|f| {
        f["evidence"][0]["logging_acts"] = serde_json::json!(["DeleteTrail by robot at 2026-03-18T17:30:00Z"]);
    });
    assert_eq!((failing(&judgement), judgement.eligible), (vec!["G6"], false));
    assert_eq!(
        detail(&judgement, GateName::G6),
        "logging was changed in the window on e1 (DeleteTrail by robot at 2026-03-18T17:30:00Z)"
    );
}

#[test]
fn a_query_counts_only_for_the_cells_of_which_it_could_show_a_record() {
    let of = |cells: serde_json::Value| judged(|f| f["reviews"][0]["cells"] = cells);
    let own = of(serde_json::json!([{ "resource": "repo-a", "path": "api" }]));
    assert_eq!((own.verdict, own.cells[0].reviewed), (Verdict::VerifiedNoOp, 1.0));
    for cells in [serde_json::json!([]), serde_json::json!([{ "resource": "wiki", "path": "list" }])] {
        let other = of(cells);
        assert_eq!(
            (other.verdict, other.cells[0].complete, other.cells[0].reviewed),
            (Verdict::Undetermined, 1.0, 0.0)
        );
        assert!(failing(&other).contains(&"G8"));
    }
}
