//! No format makes more of a verdict than it says: every verdict in every facet, and what each format writes of it.

use serde_json::{Value, json};

use super::{Story, WRITERS, held, rich, write};
use crate::gap::GapState;
use crate::interchange::safe::{Assessment, assess};
use crate::severity::Sev;
use crate::verdict::{Evaluation, Verdict};

/// The evaluation of a case file as if it came to that.
fn judged(story: &Story, [access, integrity, availability]: [Verdict; 3]) -> Evaluation {
    let mut judged = story.dossier.evaluation();
    let facets = &mut judged.verdict.facets;
    (facets.access, facets.integrity, facets.availability) = (access, integrity, availability);
    judged.verdict.verdict = access;
    judged
}

fn object<'a>(bundle: &'a Value, kind: &str, category: &str) -> Option<&'a Value> {
    let mut objects = bundle["objects"].as_array().unwrap().iter();
    objects.find(|object| object["type"] == kind && (category.is_empty() || object["impact_category"] == category))
}

const CORE: &str = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";

#[test]
fn what_is_not_verified_is_nowhere_told_as_harmless() {
    let story = rich();
    for access in Verdict::ALL {
        for integrity in Verdict::ALL {
            for availability in Verdict::ALL {
                holds(&story, [*access, *integrity, *availability]);
            }
        }
    }
}

fn holds(story: &Story, facets: [Verdict; 3]) {
    let judged = judged(story, facets);
    let verified = facets.map(|facet| facet == Verdict::VerifiedNoOp);
    let [safe, ocsf, veris, stix, aiid] = WRITERS.map(|(word, _)| write(word, story, &judged));

    for (told, (facet, verified)) in safe["harm"].as_array().unwrap().iter().zip(facets.iter().zip(verified)) {
        assert_eq!(told["original_state"], json!(facet));
        assert_eq!(told["result"] == "pass", verified, "{told}");
        assert!(told["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{told}");
    }
    let results = safe["review"].as_array().unwrap().iter().chain(safe["harm"].as_array().unwrap());
    let passed = results.filter(|one| one["result"] == "pass").count();
    assert_eq!(safe["totals"]["pass"], passed, "each result is counted for itself");

    // 1 false positive, 3 disregard, 5 benign, 6 test, 10 duplicate.
    assert!(![1, 3, 5, 6, 10].map(|id| json!(id)).contains(&ocsf["verdict_id"]), "{}", ocsf["verdict_id"]);
    assert!(ocsf["is_suspected_breach"].is_null() || ocsf["is_suspected_breach"] == true);

    assert_ne!(veris["security_incident"], "False positive");
    assert_eq!(veris["security_incident"] == "Near miss", verified[0]);
    assert_eq!(veris["attribute"]["confidentiality"]["data_disclosure"] == "No", verified[0]);

    let core = &object(&stix, "incident", "").unwrap()["extensions"][CORE];
    assert!(["suspected", "confirmed"].contains(&core["determination"].as_str().unwrap()), "{core}");
    let is = |category: &str, extension: &str, field: &str, none: Value| {
        object(&stix, "impact", category).is_some_and(|impact| impact["extensions"][extension][field] == none)
    };
    assert_eq!(is("confidentiality", "confidentiality-ext", "loss_type", json!("none")), verified[0]);
    assert_eq!(is("integrity", "integrity-ext", "alteration", json!("none")), verified[1]);
    assert!(!is("availability", "availability-ext", "availability_impact", json!(0)), "it is rated 2");

    let criteria = aiid["oecd_criteria"].as_array().unwrap();
    assert!(criteria.iter().all(|row| row["value"] != "No" && row["value"] != "hazard"), "{criteria:?}");
    assert!(criteria[9]["value"].is_null() && criteria[10]["value"].is_null());

    // The verdict itself goes along in its own word, wherever there is a place for that.
    let ours = [&safe["inquest"], &ocsf["unmapped"], &veris["plus"]["inquest"], &aiid["inquest"]];
    ours.into_iter().for_each(|ours| assert_eq!(ours["verdict"], json!(facets[0])));
}

#[test]
fn each_verdict_has_its_word() {
    let story = rich();
    let expected = [
        (Verdict::VerifiedNoOp, "pass", 99, "Near miss", "No", "suspected", "none"),
        (Verdict::NoEvidenceOfHarm, "insufficient_evidence", 99, "Suspected", "Potentially", "suspected", ""),
        (Verdict::Undetermined, "insufficient_evidence", 7, "Suspected", "Unknown", "suspected", ""),
        (Verdict::NotAssessed, "insufficient_evidence", 0, "Suspected", "Unknown", "suspected", ""),
        (Verdict::NotApplicable, "insufficient_evidence", 0, "Suspected", "Unknown", "suspected", ""),
        (Verdict::HarmSuspected, "insufficient_evidence", 4, "Suspected", "Potentially", "suspected", "suspected-loss"),
        (Verdict::AccessConfirmed, "fail", 2, "Confirmed", "Yes", "confirmed", "confirmed-loss"),
        (Verdict::HarmConfirmed, "fail", 2, "Confirmed", "Yes", "confirmed", "exploited-loss"),
    ];
    assert_eq!(expected.len(), Verdict::ALL.len());
    for (verdict, result, id, incident, disclosure, determination, loss) in expected {
        let judged = judged(&story, [verdict; 3]);
        assert_eq!(write("safe", &story, &judged)["harm"][0]["result"], result, "{verdict}");
        let ocsf = write("ocsf", &story, &judged);
        assert_eq!(ocsf["verdict_id"], id, "{verdict}");
        if id == 99 {
            assert_eq!(ocsf["verdict"], verdict.label(), "of what is mapped to nothing, their field holds our word");
        }
        let veris = write("veris", &story, &judged);
        assert_eq!(veris["security_incident"], incident, "{verdict}");
        assert_eq!(veris["attribute"]["confidentiality"]["data_disclosure"], disclosure, "{verdict}");
        let stix = write("stix", &story, &judged);
        assert_eq!(
            object(&stix, "incident", "").unwrap()["extensions"][CORE]["determination"],
            determination,
            "{verdict}"
        );
        let impact = object(&stix, "impact", "confidentiality");
        let told =
            impact.map_or("", |impact| impact["extensions"]["confidentiality-ext"]["loss_type"].as_str().unwrap());
        assert_eq!(told, loss, "{verdict}");
    }
}

#[test]
fn a_control_passes_only_with_evidence() {
    let mut story = rich();
    let log = story.dossier.evidence.iter().next().unwrap().id.clone();
    let gap = story.dossier.gaps.iter().last().unwrap().record.clone();
    for state in GapState::ALL {
        let gap = crate::gap::Gap { state: *state, ..gap.clone() };
        assert_eq!(assess(&gap, true).0 == Assessment::Pass, *state == GapState::Worked);
        assert_ne!(assess(&gap, false).0, Assessment::Pass, "{state}");
    }
    let passed = |story: &Story| {
        let safe = write("safe", story, &story.dossier.evaluation());
        let layers = safe["review"].as_array().unwrap().iter().filter(|layer| layer["result"] == "pass");
        layers.map(|layer| layer["layer"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(passed(&story), [""; 0], "one control that held is not its whole layer");
    let mut sure = Story::new();
    sure.upload("Ada", "log.jsonl");
    held(&mut sure, &[]);
    assert_eq!(passed(&sure), [""; 0], "that it held is only said");
    held(&mut story, &[log]);
    assert!(!passed(&story).contains(&"tools".to_string()), "it was bypassed, whatever else is said of it");
    let mut shown = Story::new();
    let log = shown.upload("Ada", "log.jsonl");
    held(&mut shown, std::slice::from_ref(&log));
    // No control asks after instructions and partners: their layers stay open.
    assert_eq!(passed(&shown), ["model", "safeguards", "tools", "environment", "monitoring", "human_operations"]);
    let status = json!({ "status": "withdrawn", "reason": "the wrong week" });
    shown.enter("Ada", |entry| entry.set_evidence_status(&log, serde_json::from_value(status).unwrap())).unwrap();
    assert_eq!(passed(&shown), [""; 0], "withdrawn evidence shows nothing");
}

#[test]
fn no_severity_says_that_nothing_has_to_be_done() {
    for sev in Sev::ALL.map(Some).into_iter().chain([None]) {
        let (id, caption) = crate::interchange::ocsf::severity(sev);
        assert!(id != 1 && caption != "Informational");
        assert_eq!(id == 0, sev.is_none());
    }
}
