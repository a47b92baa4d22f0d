//! The registry of agents over the API.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

fn new() -> Value {
    json!({ "name": "forum-agent", "identifiers": ["bot-7", "forum-*"], "owner_name": "Somebody at the vendor",
        "team": "Community", "purpose": "Answers **questions**.", "model": "m-4", "agent_version": "2.1",
        "default_on_unconfirmable": "ask", "stop": { "place": "the console", "who": "on call", "last_drill": "2026-02-01" },
        "critical": true, "review_days": 90 })
}

fn read_only() -> Value {
    json!({ "verbs": ["read"], "resources": ["forum/*"], "ceiling": "read", "rationale": "It reads questions.",
        "task": { "text": "Answer questions", "reference": "T-1" }, "rule": "before_irreversible", "until": "2026-12-31" })
}

#[tokio::test]
async fn an_agent_is_registered_granted_reviewed_and_told_of() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let answer = rita.ask("POST", "/agents", &[], new()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let agent = answer.json();
    let at = |rest: &str| format!("/agents/{}{rest}", agent["id"].as_str().expect("an id"));
    for field in ["name", "identifiers", "team", "purpose", "model", "agent_version", "critical", "review_days"] {
        assert_eq!(agent[field], new()[field], "{field}");
    }
    assert_eq!(
        (&agent["status"], &agent["overdue"], &agent["unowned"]),
        (&json!("proposed"), &json!(false), &json!(false))
    );
    assert_eq!(agent["stop"]["last_drill"], "2026-02-01T00:00:00Z");
    assert_eq!((&agent["version"], answer.header("etag")), (&json!(1), "\"1\""));
    // What was read can be sent back as it is.
    let same = rita.ok("PATCH", &at(""), agent.clone()).await;
    assert_eq!(same, agent);
    let active = rita.ok("PUT", &at("/status"), json!({ "status": "active" })).await;
    assert_eq!((&active["status"], &active["version"]), (&json!("active"), &json!(2)));

    let granted = rita.ok("POST", &at("/grants"), read_only()).await;
    assert_eq!((&granted["live"], &granted["approver_name"]), (&json!(true), &json!("Rita")));
    assert_eq!(granted["until"], json!({ "kind": "time", "at": "2026-12-31T23:59:59.999999Z" }));
    let wide = json!({ "verbs": ["read", "post", "delete"], "resources": ["forum/**"], "ceiling": "destructive", "rationale": "It tidies." });
    let wide = rita.ok("POST", &at("/grants"), wide).await;
    let narrow = |to: Value| json!({ "reason": "it never deletes", "to": to });
    let path = at(&format!("/grants/{}/narrow", wide["id"].as_str().expect("an id")));
    rita.refused(422, "POST", &path, narrow(json!({ "verbs": ["read", "write"] }))).await;
    let narrowed = rita.ok("POST", &path, narrow(json!({ "verbs": ["read", "post"], "ceiling": "mutating" }))).await;
    assert_eq!((&narrowed["narrows"], &narrowed["verbs"]), (&wide["id"], &json!(["read", "post"])));
    rita.refused(409, "POST", &path, narrow(json!({ "verbs": ["read"] }))).await;

    let review = json!({ "grants": [
        { "grant": granted["id"], "outcome": "kept", "reason": "needed" },
        { "grant": narrowed["id"], "outcome": "revoked", "reason": "not used" } ] });
    let reviewed = rita.ok("POST", &at("/reviews"), review).await;
    assert_eq!(reviewed["by"]["name"], "Rita");
    let grants = rita.ok("GET", &at("/grants"), Value::Null).await;
    let live: Vec<&Value> = grants["items"].as_array().expect("items").iter().map(|grant| &grant["live"]).collect();
    assert_eq!(live, [&json!(true), &json!(false), &json!(false)]);
    let now = rita.ok("GET", &at(""), Value::Null).await;
    assert_eq!(now["next_review"], "2026-06-18T12:00:00Z");

    let said = rita.ok("POST", &at("/comments"), json!({ "body": "Ask the vendor." })).await;
    let comment = at(&format!("/comments/{}", said["id"].as_str().expect("an id")));
    assert_eq!(rita.ok("PATCH", &comment, json!({ "body": "Asked." })).await["body"], "Asked.");
    let changes = rita.ok("GET", &at("/changes?since=2&limit=2"), Value::Null).await;
    assert_eq!((&changes["items"][0]["version"], &changes["next_cursor"]), (&json!(3), &json!("4")));
    assert!(world.store.verify(None).await.expect("verifies").is_whole());
}

#[tokio::test]
async fn names_that_are_not_known_are_refused() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let sentence = rita.refused(422, "POST", "/agents", json!({ "name": "a", "idenifiers": ["x"] })).await;
    assert!(sentence.contains("did you mean “identifiers”?"), "{sentence}");
    let id = rita.ok("POST", "/agents", json!({ "name": "a" })).await["id"].clone();
    let at = |rest: &str| format!("/agents/{}{rest}", id.as_str().expect("an id"));
    rita.refused(422, "PATCH", &at(""), json!({ "colour": "red" })).await;
    rita.refused(422, "POST", &at("/grants"), json!({ "verb": ["read"] })).await;
    rita.refused(422, "POST", &at("/grants"), store::merge_patch(&read_only(), &json!({ "verbs": ["other"] }))).await;
    rita.refused(422, "POST", &at("/grants"), store::merge_patch(&read_only(), &json!({ "rationale": "" }))).await;
    rita.refused(422, "POST", &at("/grants"), store::merge_patch(&read_only(), &json!({ "resources": [] }))).await;
    rita.refused(422, "GET", "/agents?ower=x", Value::Null).await;
    rita.refused(422, "GET", "/agents?status=asleep", Value::Null).await;
    rita.refused(404, "GET", "/agents/01900000-0000-7000-8000-000000000000", Value::Null).await;
    // An incident's key is no agent.
    rita.refused(404, "GET", "/agents/INC-1", Value::Null).await;
}

#[tokio::test]
async fn edits_of_agents_that_cross_are_told() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let id = rita.ok("POST", "/agents", new()).await["id"].clone();
    let at = format!("/agents/{}", id.as_str().expect("an id"));
    rita.call_seen("PATCH", &at, json!({ "model": "m-5" }), Some(1)).await;
    let (status, _) = rita.call_seen("PATCH", &at, json!({ "team": "Support" }), Some(1)).await;
    assert_eq!(status, 200);
    let (status, crossed) = rita.call_seen("PATCH", &at, json!({ "model": "m-6" }), Some(1)).await;
    assert_eq!((status, &crossed["conflicting"], &crossed["current_version"]), (412, &json!(["model"]), &json!(3)));
    assert_eq!((&crossed["theirs"]["model"], &crossed["mine"]["model"]), (&json!("m-5"), &json!("m-6")));
}

#[tokio::test]
async fn many_agents_come_and_go_as_a_table() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let csv = "name,identifiers,owner,review_days\ntickets,t-1;t-2,rita@example.org,30\n\"=evil()\",e-1,,\n";
    let done = rita.ok("POST", "/agents/import", json!({ "csv": csv })).await;
    assert_eq!(done["registered"], 2);
    let sentence = rita.refused(422, "POST", "/agents/import", json!({ "csv": "name\nnew\nTickets\n" })).await;
    assert!(sentence.starts_with("Line 3: The agent “tickets”"), "{sentence}");
    // Every line that is wrong is named at once: by itself, beside the others, and against the registry.
    let csv = "name,identifiers,review_days\none,x-1,\ntwo,x-1,\n,y-1,\nthree,,often\nTickets,,\n";
    let sentence = rita.refused(422, "POST", "/agents/import", json!({ "csv": csv })).await;
    let lines: Vec<&str> = sentence.lines().map(|line| line.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(lines, ["Line 3", "Line 4", "Line 5", "Line 6"], "{sentence}");
    let list = rita.ok("GET", "/agents?owner=Rita", Value::Null).await;
    assert_eq!((&list["items"][0]["name"], &list["items"][1]), (&json!("tickets"), &json!(null)));
    assert_eq!(rita.ok("GET", "/agents?unowned=true", Value::Null).await["items"][0]["name"], "=evil()");
    let written = rita.ask("GET", "/agents/export", &[], Value::Null).await;
    assert_eq!((written.status, written.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(written.body.contains("tickets,t-1;t-2,Rita,") && written.body.contains("'=evil()"), "{}", written.body);
    assert!(!written.body.contains("new"));
}

#[tokio::test]
async fn two_agents_become_one_and_an_act_is_taken_back() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let id = |agent: &Value| agent["id"].as_str().expect("an id").to_string();
    let one = id(&rita.ok("POST", "/agents", new()).await);
    let other = id(&rita.ok("POST", "/agents", json!({ "name": "answers", "identifiers": ["app-9"] })).await);
    let stays = rita.ok("POST", &format!("/agents/{other}/merge"), json!({ "into": one })).await;
    assert_eq!((&stays["id"], &stays["merged"]), (&json!(one), &json!([other])));
    rita.refused(409, "PATCH", &format!("/agents/{other}"), json!({ "team": "x" })).await;
    rita.refused(409, "POST", &format!("/agents/{one}/undo"), json!({})).await;
    let third =
        rita.ok("POST", &format!("/agents/{one}/split"), json!({ "name": "third", "identifiers": ["app-9"] })).await;
    assert_eq!((&third["identifiers"], &third["status"]), (&json!(["app-9"]), &json!("proposed")));
    rita.ok("PATCH", &format!("/agents/{one}"), json!({ "team": "Support" })).await;
    let back = rita.ok("POST", &format!("/agents/{one}/undo"), json!({})).await;
    assert_eq!(back["team"], "Community");
    let grant = id(&rita.ok("POST", &format!("/agents/{one}/grants"), read_only()).await);
    rita.ok("POST", &format!("/agents/{one}/undo"), json!({})).await;
    let grants = rita.ok("GET", &format!("/agents/{one}/grants"), Value::Null).await;
    assert_eq!((&grants["items"][0]["id"], &grants["items"][0]["live"]), (&json!(grant), &json!(false)));
    let ada = world.program("Ada", Role::Admin, None).await;
    ada.refused(409, "POST", &format!("/agents/{one}/undo"), json!({})).await;
    // A review is undone whole: what it ended holds again, and it is due again.
    let grant = id(&rita.ok("POST", &format!("/agents/{one}/grants"), read_only()).await);
    let revoked = json!({ "grants": [{ "grant": grant, "outcome": "revoked", "reason": "not needed" }] });
    rita.ok("POST", &format!("/agents/{one}/reviews"), revoked).await;
    // What somebody else does meanwhile to something else is no obstacle; to the same, it is.
    ada.ok("POST", &format!("/agents/{one}/comments"), json!({ "body": "why?" })).await;
    let back = rita.ok("POST", &format!("/agents/{one}/undo"), json!({})).await;
    assert_eq!(back["last_review"], Value::Null);
    let grants = rita.ok("GET", &format!("/agents/{one}/grants"), Value::Null).await;
    let again = grants["items"].as_array().expect("items").iter().find(|kept| kept["id"] == json!(grant));
    assert_eq!(again.expect("the grant")["live"], true);
    let reviews = rita.ok("GET", &format!("/agents/{one}/reviews"), Value::Null).await;
    assert_eq!(reviews["items"][0]["taken_back"]["by"]["name"], "Rita");
    rita.ok("PATCH", &format!("/agents/{one}"), json!({ "identifiers": ["app-7"] })).await;
    ada.ok("PATCH", &format!("/agents/{one}"), json!({ "team": "Other" })).await;
    let told = rita.refused(409, "POST", &format!("/agents/{one}/undo"), json!({})).await;
    assert_eq!(told, "Ada has changed the same agent since: edit what is wrong instead.");
    let back = ada.ok("POST", &format!("/agents/{one}/undo"), json!({})).await;
    assert_eq!((&back["team"], &back["identifiers"]), (&json!("Community"), &json!(["app-7"])));
    assert!(world.store.verify(None).await.expect("verifies").is_whole());
}

#[tokio::test]
async fn nobody_takes_over_an_agent_to_whom_they_granted_grave_things() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let kim = world.program("Kim", Role::Responder, None).await;
    let grace = world.account("Grace", Role::Responder).await;
    let agent = kim.ok("POST", "/agents", json!({ "name": "tidy-bot", "owner_name": "Kim" })).await;
    let at = |rest: &str| format!("/agents/{}{rest}", agent["id"].as_str().expect("an id"));
    let grave =
        json!({ "verbs": ["delete"], "resources": ["forum/*"], "ceiling": "destructive", "rationale": "It tidies." });
    kim.refused(403, "POST", &at("/grants"), grave.clone()).await;
    // To name somebody else for a moment is no way round that, and nor is it to take it back.
    kim.ok("PATCH", &at(""), json!({ "owner": grace.person().id, "owner_name": "" })).await;
    let granted = kim.ok("POST", &at("/grants"), grave.clone()).await;
    let sentence = kim.refused(422, "PATCH", &at(""), json!({ "owner": null, "owner_name": "Kim" })).await;
    assert!(sentence.contains("does not alone approve"), "{sentence}");
    let path = at(&format!("/grants/{}/revoke", granted["id"].as_str().expect("an id")));
    kim.ok("POST", &path, json!({ "reason": "It is not needed." })).await;
    kim.ok("PATCH", &at(""), json!({ "owner": null, "owner_name": "Kim" })).await;
}
