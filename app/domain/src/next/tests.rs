use serde_json::json;

use super::*;
use crate::cast::Story;
use crate::exposure::ExposureDraft;

fn acts(story: &Story) -> Vec<NextAct> {
    next_acts(&story.dossier, &story.dossier.evaluation())
}

#[test]
fn a_new_case_begins_with_the_window_and_what_was_exposed() {
    let acts = acts(&Story::new());
    let what: Vec<&str> = acts.iter().map(|act| act.what.as_str()).collect();
    assert_eq!(what[..2], ["Say when the access opened and closed", "List what was exposed"]);
    assert!(what.contains(&"Rate the severity"), "{what:?}");
    assert!(acts.iter().any(|act| act.what.starts_with("Write “Summary”, ")), "{what:?}");
    assert!(acts.iter().all(|act| !act.effect.is_empty() && act.effect.ends_with('.') && !act.what.ends_with('.')));
}

#[test]
fn paths_without_logs_are_one_act() {
    let mut story = Story::new();
    let draft: ExposureDraft = serde_json::from_value(json!({
        "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" },
        "resources": [
            { "id": "repo-a", "class": "restricted", "paths": [{ "op": "read", "channel": "api" }, { "op": "write", "channel": "api" }] },
            { "id": "repo-b", "class": "internal", "paths": [{ "op": "read", "channel": "api" }] },
            { "id": "repo-c", "class": "internal", "paths": [{ "op": "read", "channel": "api" }] },
        ],
    }))
    .unwrap();
    story.enter("Ada", |entry| entry.set_exposure(draft)).unwrap();
    let acts = acts(&story);
    assert_eq!(acts[0].what, "Attach the access logs of “repo-a”, “repo-b” and 1 more");
    assert_eq!(acts[0].effect, "4 of 4 access paths are not logged for the whole window.");
    assert_eq!(acts.iter().filter(|act| act.page == "evidence").count(), 1);
}

#[test]
fn names_are_two_and_a_count() {
    let of = |count: usize| names(&["a", "b", "c", "d"].map(String::from)[..count]);
    assert_eq!(
        (of(0), of(1), of(2), of(4)),
        (String::new(), "“a”".into(), "“a” and “b”".into(), "“a”, “b” and 2 more".into())
    );
}
