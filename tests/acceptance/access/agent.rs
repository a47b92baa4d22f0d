//! What no agent may do, whatever the role of the account behind its token.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn an_agent_attests_nothing_and_settles_nothing() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let admin = world.account("Ada", Role::Admin).await;
    let of_admin = world.program_of(&admin, Some("overseer")).await;
    let acts = forbidden(&case);
    for agent in [&case.scribe, &of_admin] {
        for (method, path, body) in &acts {
            let (status, answer) = agent.call(method, &case.at(path), body.clone()).await;
            assert_eq!(status, 403, "{method} {path} for an agent: {answer}");
        }
    }
    assert!(world.store.dossier(&store::Actor::system(), domain::Key(1)).await.expect("the case").signatures.is_empty());
}

/// Acts with a body that would be taken from a person.
fn forbidden(case: &Case) -> Vec<(&'static str, String, Value)> {
    let nowhere = super::NOWHERE;
    let statement = json!({ "evidence": case.evidence, "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "heartbeat" });
    let reason = json!({ "reason": "it is settled" });
    vec![
        ("POST", "verdict/signatures".into(), json!({})),
        ("POST", "postmortem/publish".into(), json!({})),
        ("POST", "postmortem/approve".into(), json!({})),
        ("POST", format!("overrides/{nowhere}/approve"), json!({})),
        ("POST", "reviews".into(), case.attestation()),
        ("POST", "coverage".into(), statement.clone()),
        ("POST", format!("evidence/{}/coverage", case.evidence), statement.clone()),
        ("PATCH", format!("coverage/{nowhere}"), statement),
        ("PUT", "exposure/enumeration/resources".into(), json!({ "basis": "I looked" })),
        ("PUT", "exposure/enumeration/principals".into(), json!({ "basis": "I looked" })),
        ("PUT", "exposure".into(), case.exposure()),
        ("POST", format!("conflicts/{nowhere}/adopt"), json!({ "claim": nowhere, "reason": "it is the newest" })),
        ("POST", format!("findings/{nowhere}/resolve"), reason.clone()),
        ("POST", format!("remediations/{nowhere}/verify"), json!({ "completion": "I tried it" })),
        ("POST", format!("remediations/{nowhere}/wont-fix"), reason),
    ]
}

#[tokio::test]
async fn an_agent_touches_no_account() {
    let world = World::start().await;
    let admin = world.account("Ada", Role::Admin).await;
    let agent = world.program_of(&admin, Some("overseer")).await;
    let id = &admin.id;
    let acts = [
        ("POST", "/tokens".to_string(), json!({ "name": "one more", "scope": "admin" })),
        ("GET", "/tokens".into(), Value::Null),
        ("POST", "/invitations".into(), json!({ "email": "friend@example.org", "role": "admin" })),
        ("POST", format!("/users/{}/role", super::NOWHERE), json!({ "role": "admin" })),
        ("POST", format!("/users/{}/disable", super::NOWHERE), json!({})),
        ("PUT", "/account".into(), json!({ "name": "Overseer" })),
        ("PUT", "/account/password".into(), json!({ "current": acceptance::world::PASSWORD, "new": "another horse, another battery" })),
        ("DELETE", format!("/tokens/{id}"), Value::Null),
    ];
    for (method, path, body) in acts {
        let (status, answer) = agent.call(method, &path, body).await;
        assert_eq!(status, 403, "{method} {path} for an agent: {answer}");
    }
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
