//! What no agent may do, whatever the role of the account behind its token.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::table::{COMMANDS, PEOPLE_ONLY};
use super::{incident, path, route_of};

/// A body that a person's call would be taken with.
fn body(case: &Case, pattern: &str) -> Value {
    let statement = json!({ "evidence": case.evidence, "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "heartbeat" });
    match pattern.rsplit('/').next().unwrap_or_default() {
        "reviews" => case.attestation(),
        "coverage" => statement,
        "adopt" if pattern.contains("/conflicts/") => json!({ "claim": super::NOWHERE, "reason": "it is the newest" }),
        "resolve" | "wont-fix" => json!({ "reason": "it is settled" }),
        "verify" => json!({ "completion": "I tried it" }),
        "{list}" => json!({ "basis": "I looked" }),
        "tokens" => json!({ "name": "one more", "scope": "admin" }),
        "invitations" => json!({ "email": "friend@example.org", "role": "admin" }),
        "agent" => json!({ "agent": super::NOWHERE }),
        "role" => json!({ "role": "admin" }),
        "account" => json!({ "name": "Overseer" }),
        "password" => json!({ "current": acceptance::world::PASSWORD, "new": "another horse, another battery" }),
        _ if pattern.contains("/coverage/") => statement,
        _ => json!({}),
    }
}

#[tokio::test]
async fn an_agent_may_do_what_its_account_may_but_for_what_is_a_persons() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let admin = world.account("Ada", Role::Admin).await;
    let of_admin = world.program_of(&admin, Some("overseer")).await;
    for (method, pattern) in PEOPLE_ONLY {
        let route = route_of(&(method, pattern, ""));
        for agent in [&case.scribe, &of_admin] {
            // What is deleted stands in its address; a body is for the others.
            let sent = if *method == "DELETE" { json!({}) } else { body(&case, pattern) };
            let (status, answer) = agent.call(method, &path(pattern, &case.key), sent).await;
            assert_eq!(status, 403, "{method} {pattern} for an agent: {answer}. {} is a person's act.", route.path);
        }
    }
    for (method, pattern, may) in
        COMMANDS.iter().filter(|row| row.2.contains("responder") && !PEOPLE_ONLY.contains(&(row.0, row.1)))
    {
        let key = incident(&world, "open").await;
        let (status, answer) = case.scribe.call(method, &path(pattern, &key), json!({})).await;
        assert!(
            status != 401 && status != 403 && status < 500,
            "{method} {pattern} ({may}) for an agent: {status} {answer}. If it is a person's act, list it in PEOPLE_ONLY."
        );
    }
}

#[tokio::test]
async fn an_agent_slips_no_statement_in_with_a_whole_exposure() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let sentence = case.scribe.refused(403, "PUT", &case.at("exposure"), case.exposure()).await;
    assert!(sentence.contains("may not confirm that a list is complete"), "{sentence}");
    let silent =
        store::merge_patch(&case.exposure(), &json!({ "resources_enumerated": null, "principals_enumerated": null }));
    case.scribe.ok("PUT", &case.at("exposure"), silent).await;
    assert_eq!(case.verdict().await, "undetermined");
}

#[tokio::test]
async fn what_an_agent_writes_is_marked_for_good() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.scribe.ok("POST", &case.at("events"), json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "verb": "post" })).await;
    let changes = case.rita.ok("GET", &case.at("changes"), Value::Null).await;
    let last = changes["items"].as_array().and_then(|items| items.last()).expect("a change").clone();
    assert_eq!((&last["actor"]["name"], &last["actor"]["agent"]), (&json!("Rita"), &json!("scribe")));
    let page = world.person("Vera", Role::Viewer).await.get(&format!("/incidents/{}/history", case.key)).await;
    page.has_status(200).says("scribe");
}

#[tokio::test]
async fn a_token_does_no_more_than_its_scope() {
    let world = World::start().await;
    let rita = world.account("Rita", Role::Responder).await;
    let wide = world.program_of(&rita, None).await;
    let key = wide.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await["key"].clone();
    let made = wide.ok("POST", "/tokens", json!({ "name": "reader", "scope": "read" })).await;
    let reader = acceptance::Program::new(&world.url, made["token"].as_str().expect("a token"));
    let path = format!("/incidents/{}", key.as_str().expect("a key"));
    reader.ok("GET", &path, Value::Null).await;
    reader.refused(403, "PATCH", &path, json!({ "title": "Nothing happened" })).await;
    reader.refused(403, "POST", "/tokens", json!({ "name": "wider", "scope": "write" })).await;
    let listed = wide.ok("GET", "/tokens", Value::Null).await;
    assert!(!listed.to_string().contains(made["token"].as_str().expect("a token")), "a token is shown once");
}
