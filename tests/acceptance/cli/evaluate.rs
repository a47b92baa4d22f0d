//! `inquest evaluate`: the rules offline.

use acceptance::{Binary, facts};
use serde_json::{Value, json};

use super::inquest;

async fn evaluate(inquest: &Binary, facts: &Value) -> Value {
    let said = inquest.run_with(&["evaluate", "-"], &facts.to_string()).await.well();
    serde_json::from_str(&said).expect("JSON")
}

#[tokio::test]
async fn the_worked_examples_of_severity() {
    let inquest = inquest();
    for (name, class, vector, modifier, sev) in facts::SEVERITIES {
        let answer = evaluate(&inquest, &facts::severity(class, vector)).await;
        assert_eq!(
            (answer["severity"]["modifier"].as_f64(), answer["severity"]["sev"].as_u64()),
            (Some(modifier), Some(sev)),
            "{name}"
        );
    }
    let meta = evaluate(&inquest, &facts::severity("incident", [3, 3, 0, 1, 3, 3, 3, 1])).await;
    assert_eq!(meta["severity"]["score"], 72.7);
}

#[tokio::test]
async fn the_expected_verdicts() {
    let inquest = inquest();
    for (name, change, verdict, eligible, least) in facts::VERDICTS {
        let mut facts = facts::whole();
        change(&mut facts);
        facts::check(name, &evaluate(&inquest, &facts).await, verdict, eligible, least);
    }
}

#[tokio::test]
async fn a_file_is_read_and_needs_no_instance() {
    let inquest = inquest();
    std::fs::write(inquest.folder().join("facts.json"), facts::example().to_string()).expect("a file");
    let said = inquest.run(&["evaluate", "facts.json"]).await.well();
    let answer: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(answer["verdict"]["coverage"]["reviewed_min"], 0.917);
    assert_eq!(answer["verdict"]["cells"][0]["uncovered"][0]["why"], "gap: rotation");
    assert!(!inquest.folder().join("inquest.db").exists(), "it makes no database");
    assert_eq!(evaluate(&inquest, &json!({})).await["verdict"]["verdict"], "not_assessed");
}

#[tokio::test]
async fn what_cannot_be_read_ends_with_2_and_names_the_place() {
    let inquest = inquest();
    let mut backwards = facts::whole();
    backwards["exposure"]["window"]["end_latest"] = json!("2026-03-18T16:00:00Z");
    let mut unknown = facts::whole();
    unknown["exposure"]["resources"][0]["paths"][0]["colour"] = json!("red");
    let mut word = facts::whole();
    word["reviews"][1]["method"] = json!("glanced");
    for (input, part) in [
        (String::from("not JSON"), "it is not JSON"),
        (backwards.to_string(), "exposure.window.end_latest: "),
        (unknown.to_string(), "exposure.resources.0.paths.0.colour: “colour” is not a field here"),
        (word.to_string(), "reviews.1.method: “glanced” is not a review method: use one of full, query"),
        (json!({ "severity": { "dimensions": { "people": 9 } } }).to_string(), "severity.dimensions.people"),
        (json!({ "severities": {} }).to_string(), "severities: "),
    ] {
        let done = inquest.run_with(&["evaluate", "-"], &input).await;
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{input}");
        assert!(done.stderr.starts_with("inquest: ") && done.stderr.contains(part), "{part}: {}", done.stderr);
    }
    let done = inquest.run(&["evaluate", "no-such-file.json"]).await.with(2);
    assert!(done.contains("no-such-file.json"), "{done}");
}
