//! An agent's acts against what it was granted, from the registry to the gap.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

fn event(minute: u32, with: Value) -> Value {
    let mut event = json!({ "time": format!("2026-03-18T17:{minute:02}:00Z"), "kind": "action",
        "actor": { "kind": "agent", "name": "forum-agent" }, "verb": "read", "effect": "read", "resource": "forum/1",
        "outcome": "success", "confirmed": "no" });
    with.as_object().expect("fields").iter().for_each(|(field, value)| event[field] = value.clone());
    event
}

#[tokio::test]
async fn acts_are_weighed_against_the_grants_as_they_stood() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = &case.rita;
    let agent = json!({ "name": "Forum answers", "identifiers": ["forum-*"], "owner_name": "Community team", "default_on_unconfirmable": "ask" });
    let agent = rita.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    rita.ok("PUT", &format!("/agents/{agent}/status"), json!({ "status": "active" })).await;
    let grant = json!({ "verbs": ["read"], "resources": ["forum/*"], "ceiling": "read", "rationale": "It reads questions.", "from": "2026-03-01" });
    let grant =
        rita.ok("POST", &format!("/agents/{agent}/grants"), grant).await["id"].as_str().expect("an id").to_string();
    for happened in [
        event(1, json!({ "verb": "post", "effect": "mutating" })),
        event(2, json!({ "resource": "payroll/7" })),
        event(3, json!({})),
    ] {
        rita.ok("POST", &case.at("events"), happened).await;
    }

    // The registry is suggested by the name under which logs know the agent; a person says that it is so.
    let principals = rita.ok("GET", &case.at("principals"), Value::Null).await;
    let principal = principals["items"].as_array().expect("items").iter().find(|one| one["name"] == "forum-agent");
    let principal = principal.expect("the agent");
    assert_eq!(principal["suggested_agent"], json!({ "id": agent, "name": "Forum answers" }));
    let link = case.at(&format!("principals/{}/agent", principal["id"].as_str().expect("an id")));
    rita.refused(422, "POST", &link, json!({ "agent": "nobody" })).await;
    let program = world.program("Robot", Role::Responder, Some("robot")).await;
    program.refused(403, "POST", &link, json!({ "agent": agent })).await;
    let linked = rita.ok("POST", &link, json!({ "agent": "forum answers" })).await;
    assert_eq!((&linked["pin"]["agent"], &linked["pin"]["grants"][0]["id"]), (&json!(agent), &json!(grant)));

    let rule = async |control: &str| {
        let suggested = rita.ok("GET", &case.at("gaps/suggestions"), Value::Null).await;
        let found = suggested["items"].as_array().expect("items").iter().find(|one| one["control"] == control).cloned();
        found.unwrap_or_default()
    };
    let before = rule("authorization").await;
    let text = before["rule"].as_str().expect("a rule");
    assert!(text.contains("“post” is not among read") && text.contains("payroll/7 is not among forum/*"), "{text}");
    assert_eq!(before["events"].as_array().map(Vec::len), Some(2), "{before}");
    assert!(
        rule("failure_mode_default").await["rule"]
            .as_str()
            .is_some_and(|text| text.contains("declared so that it asks"))
    );

    // What the registry says later changes nothing here.
    rita.ok("POST", &format!("/agents/{agent}/grants/{grant}/revoke"), json!({ "reason": "no longer needed" })).await;
    assert_eq!(rule("authorization").await, before);
    rita.ok("DELETE", &link, Value::Null).await;
    assert_eq!(rule("authorization").await, Value::Null);
    rita.refused(409, "DELETE", &link, Value::Null).await;
}

/// A post of an agent that was active, and nothing was granted to it.
#[tokio::test]
async fn a_grant_that_is_recorded_after_an_act_does_not_make_it_within() {
    let world = World::start_frozen("2026-03-01T12:00:00Z").await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let agent = json!({ "name": "Forum answers", "identifiers": ["forum-agent"], "owner_name": "Community team" });
    let agent = rita.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    rita.ok("PUT", &format!("/agents/{agent}/status"), json!({ "status": "active" })).await;
    world.store.clock().advance_seconds(30 * 24 * 3600);
    rita.ok("POST", "/incidents", json!({ "title": "It answered in public" })).await;
    let at = |path: &str| format!("/incidents/INC-1/{path}");
    let posted = event(1, json!({ "verb": "post", "effect": "mutating" }));
    let posted = rita.ok("POST", &at("events"), posted).await;
    assert_eq!(posted["scope_decision"], Value::Null, "nothing is pinned");
    let log = json!({ "time": "2026-03-18T17:01:00Z", "actor": { "kind": "agent", "name": "forum-agent" }, "action": "post", "resource": "forum/1", "outcome": "success" });
    rita.upload("INC-1", "forum.jsonl", format!("{log}\n").into_bytes()).await;
    let link = at(&format!("principals/{}/agent", posted["actor"]["id"].as_str().expect("an id")));
    let decided = async |scope: &str, parts: Value, says: &str| {
        rita.ok("POST", &link, json!({ "agent": agent })).await;
        let one = rita.ok("GET", &at(&format!("events/{}", posted["id"].as_str().expect("an id"))), Value::Null).await;
        let decided = &one["scope_decision"];
        assert_eq!((&decided["scope"], &decided["parts"]), (&json!(scope), &parts), "{decided}");
        assert!(decided["sentence"].as_str().is_some_and(|text| text.starts_with(says)), "{decided}");
        let all = rita.ok("GET", &at("events"), Value::Null).await;
        assert_eq!(&all["items"][0]["scope_decision"], decided);
        let records = rita.ok("GET", &at("records"), Value::Null).await;
        assert_eq!(records["items"][0]["scope_decision"]["scope"], scope, "{records}");
        let suggested = rita.ok("GET", &at("gaps/suggestions"), Value::Null).await;
        suggested["items"].as_array().expect("items").iter().any(|one| one["control"] == "authorization")
    };
    assert!(decided("outside", json!([]), "The agent was granted nothing").await);
    let grant = json!({ "verbs": ["post"], "resources": ["forum/*"], "ceiling": "mutating", "rationale": "It answers.", "from": "2026-01-01" });
    let granted = rita.ok("POST", &format!("/agents/{agent}/grants"), grant).await;
    assert_eq!(granted["recorded"], "2026-03-31T12:00:00Z", "{granted}");
    assert!(decided("expired", json!(["record"]), "Granted afterwards").await, "authorization is suggested still");
    // Whoever sends back what was read changes nothing.
    let mut one = rita.ok("GET", &at("events"), Value::Null).await["items"][0].take();
    one["body"] = json!("It answered.");
    rita.ok("PATCH", &at(&format!("events/{}", posted["id"].as_str().expect("an id"))), one).await;
}

#[tokio::test]
async fn two_different_people_confirm_an_act_that_needs_two() {
    let world = World::start_frozen("2026-03-01T12:00:00Z").await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let agent = json!({ "name": "Forum answers", "identifiers": ["forum-agent"], "owner_name": "Community team" });
    let agent = rita.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    rita.ok("PUT", &format!("/agents/{agent}/status"), json!({ "status": "active" })).await;
    let grant = json!({ "verbs": ["post"], "resources": ["forum/*"], "ceiling": "mutating", "rule": "two_people", "rationale": "It answers." });
    rita.ok("POST", &format!("/agents/{agent}/grants"), grant).await;
    world.store.clock().advance_seconds(30 * 24 * 3600);
    rita.ok("POST", "/incidents", json!({ "title": "It answered in public" })).await;
    let events = "/incidents/INC-1/events";
    let posted = |with: Value| {
        let mut posted = event(1, json!({ "verb": "post", "effect": "mutating", "confirmed": "yes" }));
        with.as_object().expect("fields").iter().for_each(|(field, value)| posted[field] = value.clone());
        posted
    };
    let (ada, grace) = (json!({ "name": "Ada" }), json!({ "name": "Grace" }));
    let one = rita.ok("POST", events, posted(json!({ "confirmed_by": [ada] }))).await;
    assert_eq!(one["confirmed_by"][0]["kind"], "human", "{one}");
    let link = format!("/incidents/INC-1/principals/{}/agent", one["actor"]["id"].as_str().expect("an id"));
    rita.ok("POST", &link, json!({ "agent": agent })).await;
    let at = format!("{events}/{}", one["id"].as_str().expect("an id"));
    let scope = async || rita.ok("GET", &at, Value::Null).await["scope_decision"]["scope"].clone();
    assert_eq!(scope().await, "unconfirmed");
    let both = json!({ "confirmed_by": [ada, grace, ada] });
    assert_eq!(rita.ok("PATCH", &at, both).await["confirmed_by"].as_array().map(Vec::len), Some(2));
    assert_eq!(scope().await, "within");
    // The same names in other letters are one person.
    rita.ok("PATCH", &at, json!({ "confirmed_by": [ada, { "name": "ADA" }] })).await;
    assert_eq!(scope().await, "unconfirmed");
    // Only people confirm, and only an act that was confirmed; what was there before can be sent without them.
    let by_agent = json!({ "confirmed_by": [{ "id": one["actor"]["id"] }] });
    let refused = rita.refused(422, "PATCH", &at, by_agent).await;
    assert!(refused.contains("only people"), "{refused}");
    rita.refused(422, "PATCH", &at, json!({ "confirmed": "no" })).await;
    rita.ok("PATCH", &at, json!({ "confirmed": "no", "confirmed_by": [] })).await;
    let bare = rita.ok("POST", events, posted(json!({}))).await;
    assert_eq!(bare.get("confirmed_by"), None, "{bare}");
}

/// Two reads by a person, and what an agent did: a write, a deletion, a refused attempt to stop logging.
const TRAIL: &str = r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"type":"IAMUser","userName":"Vera"},"requestParameters":{"bucketName":"repo-a","key":"plan.md"},"eventID":"e1","readOnly":true,"managementEvent":false}
{"eventTime":"2026-03-18T17:10:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"type":"IAMUser","userName":"Hugo"},"requestParameters":{"bucketName":"repo-a","key":"plan.md"},"eventID":"e2","readOnly":true,"managementEvent":false}
{"eventTime":"2026-03-18T17:20:00Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","userIdentity":{"type":"IAMUser","userName":"ops-agent"},"requestParameters":{"bucketName":"repo-a","key":"acl.json"},"eventID":"e3","readOnly":false,"managementEvent":false}
{"eventTime":"2026-03-18T17:25:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteObject","userIdentity":{"type":"IAMUser","userName":"ops-agent"},"requestParameters":{"bucketName":"repo-b","key":"old.md"},"eventID":"e4","readOnly":false,"managementEvent":false}
{"eventTime":"2026-03-18T17:30:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","userIdentity":{"type":"IAMUser","userName":"ops-agent"},"requestParameters":{"name":"main"},"errorCode":"AccessDenied","eventID":"e5","readOnly":false,"managementEvent":true}
"#;

#[tokio::test]
async fn every_number_of_the_map_leads_to_its_records() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    rita.upload("INC-1", "trail.jsonl", TRAIL.as_bytes().to_vec()).await;
    let map = rita.ok("GET", "/incidents/INC-1/confirmations", Value::Null).await;
    let rows = map["rows"].as_array().expect("rows");
    assert_eq!((rows.len(), &map["total"], &map["left_out"]), (3, &json!(3), &json!(0)), "{map}");
    assert_eq!((&rows[0]["verb"], &rows[0]["effect"]), (&json!("delete"), &json!("destructive")), "{map}");
    let ways = ["human", "standing", "automatic", "refused", "none", "unknown"];
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_string();
        let narrowed = format!("kind=agent&verb={}&effect={}&group={}", text("verb"), text("effect"), text("group"));
        for (way, count) in ways.iter().zip(row["counts"].as_array().expect("counts")) {
            let found =
                rita.ok("GET", &format!("/incidents/INC-1/records?{narrowed}&confirmation={way}"), Value::Null).await;
            assert_eq!(&found["total"], count, "{narrowed} {way}");
        }
    }
    // A person read, so that the log would show reads of the agent: none is zero. Nobody granted: that is dark.
    let dark = map["dark"].to_string();
    assert!(!dark.contains("\"read\"") && dark.contains("\"grant\""), "{dark}");
    let each = rita.ok("GET", "/incidents/INC-1/confirmations?by=agent", Value::Null).await;
    assert_eq!(each["rows"][0]["actor"], "ops-agent");
    rita.refused(422, "GET", "/incidents/INC-1/confirmations?by=nobody", Value::Null).await;
    let nobody = rita.ok("GET", "/incidents/INC-1/confirmations?actor=nobody", Value::Null).await;
    assert_eq!((&nobody["rows"], &nobody["dark"]), (&json!([]), &map["dark"]));
}
