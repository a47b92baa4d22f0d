//! Events, edits that cross, deletion, and the log of it all.

use acceptance::{Program, World};
use serde_json::{Value, json};

use super::responder;

const EVENTS: &str = "/incidents/INC-1/events";

async fn filed(world: &World) -> Program {
    let rita = responder(world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    rita
}

fn event(more: Value) -> Value {
    let whole = json!({
        "time": { "earliest": "2026-03-18T17:04:00Z", "latest": "2026-03-18T17:09:00Z", "granularity": "minute", "zone": "Europe/Berlin" },
        "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "on_behalf_of": { "kind": "human", "name": "Invoker" },
        "verb": "post", "effect": "mutating", "resource": "forum/thread-9", "outcome": "success", "requested": "no", "authorised": "unknown", "confirmed": "no",
        "output_mode": "direct", "provenance_label": "none", "reversibility": "manual", "prevented_by": null, "body": "Markdown"
    });
    store::merge_patch(&whole, &more)
}

#[tokio::test]
async fn an_event_names_its_principals_inline() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let evidence = rita.upload("INC-1", "log.jsonl", b"{}\n".repeat(50)).await["id"].clone();
    let sent = event(json!({ "evidence": [{ "id": evidence, "lines": [41, 41] }] }));
    let answer = rita.ask("POST", EVENTS, &[], sent.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let first = answer.json();
    for field in [
        "time",
        "kind",
        "verb",
        "effect",
        "resource",
        "outcome",
        "requested",
        "authorised",
        "confirmed",
        "output_mode",
        "provenance_label",
        "reversibility",
        "body",
        "evidence",
    ] {
        assert_eq!(first[field], sent[field], "{field}");
    }
    assert_eq!((&first["actor"]["kind"], &first["actor"]["name"]), (&json!("agent"), &json!("forum-agent")));
    // The same name again is the same principal; only time, kind and actor are required.
    let second = rita
        .ok(
            "POST",
            EVENTS,
            json!({ "time": "unknown", "kind": "note", "actor": { "kind": "agent", "name": "Forum-Agent" } }),
        )
        .await;
    assert_eq!(second["actor"]["id"], first["actor"]["id"]);
    let third = rita
        .ok("POST", EVENTS, json!({ "time": "unknown", "kind": "note", "actor": { "id": first["actor"]["id"] } }))
        .await;
    assert_eq!(third["actor"], first["actor"]);
    assert_eq!(
        (&third["requested"], &third["outcome"], &third["verb"]),
        (&json!("unknown"), &json!("unknown"), &json!("other"))
    );
    let principals = rita.ok("GET", "/incidents/INC-1/principals", Value::Null).await;
    assert_eq!(principals["items"].as_array().map(Vec::len), Some(2), "{principals}");
}

#[tokio::test]
async fn a_list_of_events_is_added_whole_or_not_at_all() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let (status, added) = rita
        .call("POST", EVENTS, json!({ "items": [event(json!({ "body": "one" })), event(json!({ "body": "two" }))] }))
        .await;
    assert_eq!(status, 201);
    assert_eq!(
        added["items"].as_array().map(|items| items.iter().map(|item| item["body"].clone()).collect::<Vec<_>>()),
        Some(vec![json!("one"), json!("two")])
    );
    let (status, problem) = rita
        .call(
            "POST",
            EVENTS,
            json!({ "items": [event(json!({})), event(json!({ "verb": "shout" })), event(json!({}))] }),
        )
        .await;
    assert_eq!(status, 422);
    assert!(
        problem["fields"]["items.1.verb"]
            .as_str()
            .is_some_and(|text| text.starts_with("“shout” is not a verb: use one of read, list")),
        "{problem}"
    );
    assert_eq!(rita.ok("GET", EVENTS, Value::Null).await["items"].as_array().map(Vec::len), Some(2));
    let (status, problem) = rita.call("POST", EVENTS, json!({ "items": [event(json!({ "actor": null }))] })).await;
    assert_eq!(status, 422);
    assert_eq!(
        problem["fields"].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["items.0.actor".to_string()]),
        "{problem}"
    );
}

#[tokio::test]
async fn edits_of_different_fields_both_stand() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let added = rita.ok("POST", EVENTS, event(json!({}))).await;
    let (path, seen) = (format!("{EVENTS}/{}", added["id"].as_str().expect("an id")), added["version"].as_u64());
    let (status, _) = rita.call_seen("PATCH", &path, json!({ "body": "It posted the answer itself." }), seen).await;
    assert_eq!(status, 200);
    let (status, merged) = rita.call_seen("PATCH", &path, json!({ "confirmed": "yes" }), seen).await;
    assert_eq!(status, 200, "{merged}");
    assert_eq!((&merged["body"], &merged["confirmed"]), (&json!("It posted the answer itself."), &json!("yes")));
    assert!(merged["version"].as_u64() > seen);
}

#[tokio::test]
async fn a_version_that_never_was_is_no_version() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let added = rita.ok("POST", EVENTS, event(json!({ "body": "as reported" }))).await;
    let event = format!("{EVENTS}/{}", added["id"].as_str().expect("an id"));
    let agent = rita.ok("POST", "/agents", json!({ "name": "forum-agent" })).await;
    let agent = format!("/agents/{}", agent["id"].as_str().expect("an id"));
    let window = json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" } });
    let calls = [
        ("PATCH", event.clone(), json!({ "body": "mine" })),
        ("PATCH", "/incidents/INC-1".into(), json!({ "title": "Another" })),
        ("PUT", "/incidents/INC-1/exposure".into(), window),
        ("PATCH", agent, json!({ "purpose": "It answers." })),
        ("DELETE", event.clone(), Value::Null),
    ];
    for (method, path, body) in calls {
        let answer = rita.ask(method, &path, &[("if-match", "\"999\"")], body).await;
        assert!(
            answer.status == 412 && answer.body.contains("There is no version 999"),
            "{method} {path}: {}",
            answer.body
        );
    }
    assert_eq!(rita.ok("GET", &event, Value::Null).await["body"], "as reported");
}

#[tokio::test]
async fn json_may_begin_with_the_mark_of_its_encoding() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let request = rita.request("POST", "/incidents").header("content-type", "application/json");
    let answer = request.body("\u{feff}{\"title\": \"From a script on Windows\"}").send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
}

#[tokio::test]
async fn edits_of_one_field_are_a_conflict_that_shows_both_sides() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let added = rita.ok("POST", EVENTS, event(json!({ "body": "as reported" }))).await;
    let (path, seen) = (format!("{EVENTS}/{}", added["id"].as_str().expect("an id")), added["version"].as_u64());
    let theirs = rita.ok("PATCH", &path, json!({ "body": "theirs" })).await;
    let answer = rita
        .ask("PATCH", &path, &[("if-match", &format!("\"{}\"", added["version"]))], json!({ "body": "mine" }))
        .await;
    let conflict = answer.json();
    assert_eq!((answer.status, answer.header("content-type")), (412, "application/problem+json"));
    assert_eq!(
        [&conflict["base"]["body"], &conflict["theirs"]["body"], &conflict["mine"]["body"]],
        [&json!("as reported"), &json!("theirs"), &json!("mine")]
    );
    assert_eq!((&conflict["conflicting"], &conflict["current_version"]), (&json!(["body"]), &theirs["version"]));
    assert_eq!(rita.ok("GET", &path, Value::Null).await["body"], "theirs", "nothing was written");
    let (status, settled) =
        rita.call_seen("PATCH", &path, json!({ "body": "mine" }), conflict["current_version"].as_u64()).await;
    assert_eq!((status, &settled["body"]), (200, &json!("mine")));
    let (status, _) =
        rita.call_seen("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" }), seen).await;
    assert_eq!(status, 200, "the head is a record of its own");
    let refused = rita.ask("PATCH", &path, &[("if-match", "\"yesterday\"")], json!({ "body": "x" })).await;
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn a_deleted_event_keeps_its_history_and_comes_back() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let added = rita.ok("POST", EVENTS, event(json!({}))).await;
    let path = format!("{EVENTS}/{}", added["id"].as_str().expect("an id"));
    rita.ok("DELETE", &path, Value::Null).await;
    rita.refused(404, "GET", &path, Value::Null).await;
    rita.refused(404, "DELETE", &path, Value::Null).await;
    assert_eq!(rita.ok("GET", EVENTS, Value::Null).await["items"], json!([]));
    let back = rita.ok("POST", &format!("{path}/restore"), json!({})).await;
    assert_eq!((&back["id"], &back["body"]), (&added["id"], &added["body"]));
    let changes = rita.ok("GET", "/incidents/INC-1/changes", Value::Null).await;
    let subject = format!("event/{}", added["id"].as_str().expect("an id"));
    let kinds: Vec<&str> = changes["items"]
        .as_array()
        .expect("changes")
        .iter()
        .filter(|change| change["subject"] == subject.as_str())
        .filter_map(|change| change["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["added", "deleted", "restored"]);
}

#[tokio::test]
async fn every_change_is_a_link_of_the_chain() {
    let world = World::start().await;
    let rita = filed(&world).await;
    let added = rita.ok("POST", EVENTS, event(json!({}))).await;
    rita.ok("PATCH", &format!("{EVENTS}/{}", added["id"].as_str().expect("an id")), json!({ "body": "edited" })).await;
    let whole = rita.ok("GET", "/incidents/INC-1/changes", Value::Null).await;
    let items = whole["items"].as_array().expect("changes");
    let versions: Vec<u64> = items.iter().filter_map(|change| change["version"].as_u64()).collect();
    assert_eq!(versions, (1..=items.len() as u64).collect::<Vec<_>>());
    for change in items {
        let mut names: Vec<&str> = change.as_object().expect("an object").keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["actor", "after", "at", "before", "hash", "kind", "subject", "version"]);
        assert_eq!(change["hash"].as_str().map(str::len), Some(64));
        assert!(change["at"].as_str().is_some_and(|at| at.ends_with('Z')));
        assert_eq!(change["actor"]["name"], "Rita");
    }
    let last = items.last().expect("a change");
    assert_eq!(
        (&last["kind"], &last["before"]["body"], &last["after"]["body"]),
        (&json!("edited"), &json!("Markdown"), &json!("edited"))
    );
    let tail = rita.ok("GET", &format!("/incidents/INC-1/changes?since={}", versions.len() - 1), Value::Null).await;
    assert_eq!(tail["items"], json!([last]), "since is exclusive");
    let first = rita.ok("GET", "/incidents/INC-1/changes?since=0&limit=1", Value::Null).await;
    assert_eq!((&first["items"][0], &first["next_cursor"]), (&items[0], &json!("1")));
    assert!(world.store.verify(None).await.expect("verified").is_whole());
}

#[tokio::test]
async fn marks_make_the_clock() {
    let world = World::start().await;
    let rita = filed(&world).await;
    for (mark, time) in [
        ("impact_start", "2026-03-18T17:04:00Z"),
        ("detected", "2026-03-18T18:50:00Z"),
        ("contained", "2026-03-18T19:00:00Z"),
    ] {
        let added = rita.ok("POST", EVENTS, event(json!({ "time": time }))).await;
        rita.ok("PUT", &format!("/incidents/INC-1/marks/{mark}"), json!({ "event": added["id"] })).await;
    }
    let marks = rita.ok("GET", "/incidents/INC-1/marks", Value::Null).await;
    assert_eq!(marks["items"].as_array().map(Vec::len), Some(3));
    let metrics = rita.ok("GET", "/incidents/INC-1/metrics", Value::Null).await;
    assert!(metrics["items"].as_array().is_some_and(|items| items.len() >= 10), "{metrics}");
    assert_eq!(metrics["warnings"], json!([]));
    rita.refused(422, "PUT", "/incidents/INC-1/marks/noticed", json!({ "event": "x" })).await;
    rita.ok("DELETE", "/incidents/INC-1/marks/detected", Value::Null).await;
    assert_eq!(rita.ok("GET", "/incidents/INC-1/marks", Value::Null).await["items"].as_array().map(Vec::len), Some(2));
    let events = rita.ok("GET", EVENTS, Value::Null).await;
    let (one, two) = (&events["items"][0]["id"], &events["items"][1]["id"]);
    rita.ok("POST", "/incidents/INC-1/edges", json!({ "from": two, "to": one, "kind": "triggered_by" })).await;
    rita.refused(422, "POST", "/incidents/INC-1/edges", json!({ "from": one, "to": one, "kind": "triggered_by" }))
        .await;
}
