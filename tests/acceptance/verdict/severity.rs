//! How bad it was: ratings, their range, and overrides.

use acceptance::{Case, World, facts};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_unknown_makes_a_range_and_its_worse_end_counts() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let path = case.at("ratings");
    let rated = case.rita.ok("POST", &path, json!({ "dimensions": facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]), "rationale": { "authority": "It was told to wait." } })).await;
    assert_eq!(
        (&rated["severity"]["sev"], &rated["severity"]["score"], &rated["severity"]["label"]),
        (&json!(1), &json!(72.7), &json!("Sev 1 (2nd of 5)"))
    );
    assert_eq!(
        (&rated["facts"]["rubric"], &rated["rationale"]["authority"]),
        (&json!("asr-1"), &json!("It was told to wait."))
    );
    let unknown = store::merge_patch(&facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]), &json!({ "exposure": null }));
    let rated =
        case.rita.ok("POST", &path, json!({ "dimensions": unknown, "worst_credible": { "exposure": 4 } })).await;
    assert_eq!((&rated["severity"]["sev"], &rated["severity"]["range"]), (&json!(0), &json!([0, 1])));
    let shown = case.rita.ok("GET", &case.at("severity"), Value::Null).await;
    assert_eq!((&shown["computed"]["sev"], &shown["final"], &shown["peak"]), (&json!(0), &json!(0), &json!(0)));
    case.rita.ok("POST", &path, json!({ "dimensions": facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) })).await;
    let shown = case.rita.ok("GET", &case.at("severity"), Value::Null).await;
    assert_eq!((&shown["final"], &shown["peak"]), (&json!(1), &json!(0)), "the peak is never lowered");
    assert_eq!(
        case.rita.ok("GET", &path, Value::Null).await["items"].as_array().map(Vec::len),
        Some(3),
        "every rating stays"
    );
    let (status, problem) = case.rita.call("POST", &path, json!({ "dimensions": { "exposure": 5 } })).await;
    assert_eq!(status, 422);
    assert!(problem["fields"].get("dimensions.exposure").is_some(), "{problem}");
    case.rita.refused(422, "POST", &path, json!({ "dimensions": { "mood": 1 } })).await;
}

#[tokio::test]
async fn an_override_moves_one_step_and_needs_somebody_else() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.rita.refused(409, "POST", &case.at("overrides"), json!({ "to": 2, "reason": "nothing was rated yet" })).await;
    case.rita
        .ok("POST", &case.at("ratings"), json!({ "dimensions": facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) }))
        .await;
    case.rita.refused(422, "POST", &case.at("overrides"), json!({ "to": 3, "reason": "two steps" })).await;
    case.rita.refused(422, "POST", &case.at("overrides"), json!({ "to": 2, "reason": "" })).await;
    let ada = world.program("Ada", Role::Admin, None).await;
    let wish = ada.ok("POST", &case.at("overrides"), json!({ "to": 2, "reason": "the systems held test data" })).await;
    let approve = case.at(&format!("overrides/{}/approve", wish["id"].as_str().expect("an id")));
    let sentence = case.rita.refused(403, "POST", &approve, json!({})).await;
    assert!(sentence.contains("neither the rater nor whoever asks"), "{sentence}");
    ada.refused(403, "POST", &approve, json!({})).await;
    let severities = async || case.rita.ok("GET", &case.at("severity"), Value::Null).await;
    assert_eq!(severities().await["final"], 1, "a wish changes nothing");
    case.grace.ok("POST", &approve, json!({})).await;
    let shown = severities().await;
    assert_eq!((&shown["computed"]["sev"], &shown["final"], &shown["peak"]), (&json!(1), &json!(2), &json!(1)));
    case.rita
        .ok("POST", &case.at("ratings"), json!({ "dimensions": facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) }))
        .await;
    assert_eq!(severities().await["final"], 1, "a new rating needs a new override");
}

#[tokio::test]
async fn only_a_verified_verdict_lowers_the_final_severity() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    case.rita
        .ok("POST", &case.at("ratings"), json!({ "dimensions": facts::dimensions([3, 0, 0, 0, 0, 0, 0, 0]) }))
        .await;
    let severities = async || case.rita.ok("GET", &case.at("severity"), Value::Null).await;
    assert_eq!(severities().await["final"], 1);
    for signer in [&case.grace, &case.alan] {
        signer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    }
    let shown = severities().await;
    assert_eq!((&shown["computed"]["sev"], &shown["final"], &shown["peak"]), (&json!(1), &json!(2), &json!(1)));
    case.rita
        .ok("POST", &case.at(&format!("evidence/{}/withdraw", case.evidence)), json!({ "reason": "wrong week" }))
        .await;
    assert_eq!(severities().await["final"], 1);
}
