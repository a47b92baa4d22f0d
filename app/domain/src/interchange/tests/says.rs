//! What the formats say of a case.

use serde_json::{Value, json};

use super::{WRITERS, rich, write};
use crate::cast::Story;
use crate::interchange::text;
use crate::interchange::veris::length;
use crate::time::DurationRange;

fn told(word: &str) -> Value {
    let story = rich();
    write(word, &story, &story.dossier.evaluation())
}

fn objects<'a>(bundle: &'a Value, kind: &str) -> Vec<&'a Value> {
    bundle["objects"].as_array().unwrap().iter().filter(|object| object["type"] == kind).collect()
}

#[test]
fn the_text_is_the_document_and_the_same_each_time() {
    let story = rich();
    for (word, _) in WRITERS {
        let document = write(word, &story, &story.dossier.evaluation());
        let text = text(&document);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document, "{word}");
        assert_eq!(text, super::super::text(&write(word, &story, &story.dossier.evaluation())), "{word}");
    }
    assert_eq!(
        text(&json!({"b": [], "a": {"d": [1, "\u{1b}"], "c": null}})),
        "{\n  \"a\": {\n    \"c\": null,\n    \"d\": [\n      1,\n      \"\\u001b\"\n    ]\n  },\n  \"b\": []\n}\n"
    );
}

#[test]
fn a_case_of_which_nothing_is_known_is_told_all_the_same() {
    let mut story = Story::new();
    let id = story.dossier.incident().unwrap().id.clone();
    let head = json!({ "title": "Something", "occurred": "unknown" });
    story.revise::<crate::incident::IncidentDraft>("Ada", &id, head);
    for (word, _) in WRITERS {
        let document = write(word, &story, &story.dossier.evaluation());
        assert!(document.as_object().is_some_and(|fields| fields.len() > 2), "{word}: {document}");
    }
    let veris = write("veris", &story, &story.dossier.evaluation());
    assert!(veris["notes"].as_str().unwrap().contains("the year is that in which it was filed"), "{veris}");
    assert_eq!(veris["timeline"]["discovery"], json!({ "unit": "Unknown" }));
    assert!(veris["action"]["unknown"].is_object());
}

#[test]
fn veris_knows_no_time_better_than_it_is_known() {
    let veris = told("veris");
    assert_eq!(veris["timeline"]["incident"], json!({ "year": 2026, "month": 3, "day": 18 }));
    assert_eq!(veris["timeline"]["discovery"], json!({ "unit": "Minutes", "value": 30 }));
    assert_eq!(veris["timeline"]["containment"], json!({ "unit": "Minutes", "value": 30 }));
    assert!(veris["action"]["error"]["notes"].as_str().unwrap().contains("deploy-bot writes repo/a"));
    let minutes = |min: i64, max: i64| DurationRange { min: Some(min * 60_000_000), max: Some(max * 60_000_000) };
    assert_eq!(length(minutes(61, 110)), json!({ "unit": "Hours" }), "a range has no number");
    assert_eq!(length(minutes(50, 70)), json!({ "unit": "Unknown" }), "nor a unit, where its ends are in two");
    assert_eq!(length(minutes(-5, 5)), json!({ "unit": "Unknown" }));
    assert_eq!(length(DurationRange::unknown()), json!({ "unit": "Unknown" }));
}

#[test]
fn names_in_stix_hang_together_and_stay() {
    let bundle = told("stix");
    assert_eq!(bundle["id"], told("stix")["id"]);
    let objects_all = bundle["objects"].as_array().unwrap();
    let mut ids: Vec<&str> = objects_all.iter().map(|object| object["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "each name once");
    for object in objects_all {
        let refs = object.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_ref"));
        for (name, id) in refs {
            assert!(ids.binary_search(&id.as_str().unwrap()).is_ok(), "{name} of {object}");
        }
    }
    assert_eq!(objects(&bundle, "event").len(), 5, "notes are no events");
    let kinds: Vec<&str> = objects(&bundle, "relationship")
        .iter()
        .filter(|one| one["source_ref"].as_str().unwrap().starts_with("event--"))
        .map(|one| one["relationship_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["led-to", "derived-from", "related-to"]);
    let outcomes: Vec<&str> = objects(&bundle, "task").iter().map(|task| task["outcome"].as_str().unwrap()).collect();
    assert!(
        outcomes.iter().filter(|outcome| **outcome == "unknown").count() >= 5 && !outcomes.contains(&"successful"),
        "{outcomes:?}"
    );
}

#[test]
fn what_the_oecd_asks_is_all_there_and_what_is_not_known_is_null() {
    let document = told("aiid");
    let criteria = document["oecd_criteria"].as_array().unwrap();
    assert_eq!(criteria.len(), 29);
    let mandatory: Vec<i64> =
        criteria.iter().filter(|row| row["mandatory"] == true).map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!(mandatory, [1, 2, 3, 4, 7, 10, 11]);
    for row in criteria {
        assert!(!row["value"].is_null() || row["note"].is_string(), "what is left out says why: {row}");
    }
    for name in document["to_fill_in"].as_array().unwrap() {
        assert!(document["aiid_submission"][name.as_str().unwrap()].is_null(), "{name}");
    }
    assert_eq!(document["aiid_submission"]["incident_date"], "2026-03-18");
}

#[test]
fn safe_keeps_its_results_apart() {
    let safe = told("safe");
    let results: Vec<&Value> =
        safe["review"].as_array().unwrap().iter().chain(safe["harm"].as_array().unwrap()).collect();
    assert_eq!(results.len(), 11);
    for word in ["pass", "fail", "insufficient_evidence"] {
        assert_eq!(safe["totals"][word], results.iter().filter(|one| one["result"] == word).count());
    }
    for open in results.iter().filter(|one| one["result"] == "insufficient_evidence") {
        assert!(open["reason"].is_string(), "{open}");
    }
    assert!(safe["notifications"].is_null(), "who was notified is not recorded");
}
