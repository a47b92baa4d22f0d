//! From a record that comes in to an agent that is stopped, and what the log says of it, without a person in between.

use super::*;

/// Makes a source that shows what an agent does; answers its path and its token.
async fn source(instance: &Instance, agent: &str) -> (String, String) {
    let sent = json!({ "name": "Forum", "format": "jsonl", "agents": [agent], "agents_only": true, "seal_seconds": 1 });
    let made = instance.ada.ok("POST", "/sources", sent).await;
    let word = |field: &str| made[field].as_str().expect("a text").to_string();
    (format!("{}{}", instance.serving.url, word("records")), word("token"))
}

/// An act of the agent, now.
async fn act(to: &(String, String), verb: &str, resource: &str) {
    let time = store::Clock::system().now().rfc3339();
    let line = json!({ "time": time, "actor": "app-forum", "action": verb, "resource": resource }).to_string() + "\n";
    let request = reqwest::Client::new().post(&to.0).header("authorization", format!("Bearer {}", to.1));
    let answer = request.header("content-type", "application/x-ndjson").body(line).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
}

/// The alerts of a rule, once there are so many.
async fn alerts(instance: &Instance, rule: &str, count: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = instance.rita.ok("GET", &format!("/alerts?rule={rule}"), Value::Null).await;
        let items = found["items"].as_array().cloned().unwrap_or_default();
        if items.len() == count {
            return items;
        }
        assert!(began.elapsed() < 3 * SOON, "not {count} alerts of {rule}: {found:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_act_outside_its_grants_is_told_and_stops_the_agent() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let agent = instance.agent("forum").await;
    let allow = json!({ "may_be_suspended_by_rules": true });
    instance.ada.ok("PATCH", &format!("/agents/{agent}"), allow).await;
    let grant = json!({ "verbs": ["read"], "resources": ["forum/*"], "ceiling": "none", "rule": "none", "rationale": "It answers.", "from": "2026-01-01" });
    instance.ada.ok("POST", &format!("/agents/{agent}/grants"), grant).await;
    let url = format!("{}/stop", adapter.listed());
    let stop = json!({ "name": "Gateway", "url": url, "secret": "INQUEST_SECRET_STOP", "quiet_seconds": 2, "agents": [agent] });
    instance.ada.ok("POST", "/stops", stop).await;
    instance.ada.ok("PATCH", "/rules/out_of_scope", json!({ "on": true, "response": "suspend" })).await;
    let source = source(&instance, &agent).await;
    let began = Instant::now();
    act(&source, "post", "forum/thread-9").await;
    let alert = &alerts(&instance, "out_of_scope", 1).await[0];
    assert_eq!(
        (&alert["state"], &alert["count"], &alert["resource"]),
        (&json!("open"), &json!(1), &json!("forum/thread-9"))
    );
    let asked = adapter.after(1, SOON).await;
    assert!(asked[0].body.contains("agent.suspend"), "{}", asked[0].body);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert_eq!(instance.status(&agent).await, "suspended");
    let found = instance.rita.ok("GET", &format!("/containments?agent={agent}"), Value::Null).await;
    let containment = found["items"][0]["id"].as_str().expect("a containment").to_string();
    instance.until(&containment, "acknowledged").await;
    // It says that it stopped, and goes on.
    act(&source, "post", "forum/thread-10").await;
    instance.until(&containment, "not_effective").await;
    alerts(&instance, "act_after_stop", 1).await;
    let back = json!({ "reason": "Its grants were looked at." });
    instance.alan.ok("POST", &format!("/containments/{containment}/restore"), back).await;
    assert_eq!(instance.status(&agent).await, "active");
    instance.inquest.run(&["verify"]).await.well();
}
