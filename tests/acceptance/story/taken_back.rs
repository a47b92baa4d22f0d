//! Whatever is deleted on a page can be taken back there, and for longer in the history.

use acceptance::{Case, Person, World};
use serde_json::{Value, json};

/// Makes one record of each kind that can be deleted; answers where each is deleted.
async fn things(case: &Case) -> Vec<String> {
    let made = async |path: &str, body: Value| {
        let made = case.rita.ok("POST", &case.at(path), body).await;
        made["id"].as_str().expect("an id").to_string()
    };
    let event = |body: &str| json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": body });
    let (first, second) = (made("events", event("posts")).await, made("events", event("follows")).await);
    let edge = made("edges", json!({ "from": second, "to": first, "kind": "triggered_by" })).await;
    case.rita.ok("PUT", &case.at("marks/detected"), json!({ "event": first })).await;
    let principal = made("principals", json!({ "kind": "human", "name": "Bystander" })).await;
    let claim = made(
        "claims",
        json!({ "statement": "nothing happened", "source": "a spokesperson", "source_kind": "official", "field": "harm", "value": "none" }),
    )
    .await;
    let gap = made(
        "gaps",
        json!({ "control": "authorization", "state": "absent", "enforcement": "soft", "statement": "nobody asked" }),
    )
    .await;
    let item = made("remediations", json!({ "title": "ask first", "kind": "prevent", "enforcement": "hard" })).await;
    let factor = made("factors", json!({ "statement": "nobody was asked" })).await;
    let decision =
        made("decisions", json!({ "time": "unknown", "statement": "stop it", "decided_by": "Ines Roe" })).await;
    let comment = made("comments", json!({ "about": format!("event/{first}"), "body": "is that so?" })).await;
    let finding = made("findings", json!({ "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect", "summary": "somebody looked" })).await;
    let coverage = case.cover().await["id"].as_str().expect("an id").to_string();
    [
        format!("edges/{edge}"),
        "marks/detected".into(),
        format!("events/{second}"),
        format!("principals/{principal}"),
        format!("claims/{claim}"),
        format!("gaps/{gap}"),
        format!("remediations/{item}"),
        format!("factors/{factor}"),
        format!("decisions/{decision}"),
        format!("comments/{comment}"),
        format!("findings/{finding}"),
        format!("coverage/{coverage}"),
        "exposure/resources/repo-a/paths/ui".into(),
        "exposure/resources/repo-a".into(),
    ]
    .into()
}

async fn everything(case: &Case) -> Value {
    let mut all = json!({});
    for list in [
        "events",
        "edges",
        "principals",
        "claims",
        "gaps",
        "remediations",
        "factors",
        "decisions",
        "comments",
        "findings",
        "exposure",
        "marks",
        "verdict",
    ] {
        let mut found = case.rita.ok("GET", &case.at(list), Value::Null).await;
        strip(&mut found);
        all[list] = found;
    }
    all
}

/// Without the versions, which grow with every change.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !name.contains("version") && !name.ends_with("_at") && name != "resources_enumerated"
            });
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[tokio::test]
async fn whatever_is_deleted_can_be_taken_back_on_the_spot() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    for thing in things(&case).await {
        let before = everything(&case).await;
        let page = rita.post(&case.at(&format!("{thing}/delete")), &[("form", "x")]).await;
        page.has_status(200);
        assert!(everything(&case).await != before, "{thing} is gone");
        let page = rita.submit(&page, "undo-just-now", &[]).await;
        page.has_status(200);
        let after = everything(&case).await;
        // That a list is complete is somebody's word on that list: it is not given again by an undo.
        let is_word = |list: &str| thing.starts_with("exposure") && list == "verdict";
        for (list, then) in before.as_object().expect("lists").iter().filter(|(list, _)| !is_word(list)) {
            assert_eq!(&after[list], then, "{thing} is back: {list}");
        }
        assert!(!page.html.contains("undo-just-now"), "{thing}: it is not offered again");
    }
}

#[tokio::test]
async fn the_offer_ends_after_a_minute_and_undoes_only_what_it_names() {
    let world = World::start_frozen("2026-03-19T09:00:00Z").await;
    let case = Case::exposed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let things = things(&case).await;
    // The changes of one moment are one act.
    world.store.clock().advance_seconds(1);
    let deleted = rita.post(&case.at(&format!("{}/delete", things[4])), &[("form", "x")]).await;
    world.store.clock().advance_seconds(61);
    let late = rita.get(&case.at("claims?undo=1")).await;
    assert!(!late.html.contains("undo-just-now"), "after a minute the history has it");
    rita.post(&case.at(&format!("{}/delete", things[5])), &[("form", "x")]).await;
    let refused = rita.submit(&deleted, "undo-just-now", &[]).await;
    refused.has_status(409).says("You changed something else since");
}
