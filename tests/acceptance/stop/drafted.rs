//! From a record that comes in over OTLP to an incident that stands with its evidence, without a person in between.

use acceptance::Person;

use super::*;

/// A span of an agent that deletes, now.
fn span(resource: &str) -> Value {
    let nanoseconds = format!("{}000", store::Clock::system().now().micros());
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "delete_memory",
        "startTimeUnixNano": nanoseconds, "endTimeUnixNano": nanoseconds, "status": {"code": 1},
        "attributes": [text("gen_ai.operation.name", "delete_memory"), text("gen_ai.agent.name", "app-payroll"), text("url.path", resource)]
    }]}]}]})
}

async fn send(instance: &Instance, token: &str, resource: &str) {
    let request = reqwest::Client::new().post(format!("{}/v1/traces", instance.serving.url));
    let request = request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let answer = request.body(span(resource).to_string()).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
}

/// What a program reads, once it is so.
async fn once(instance: &Instance, path: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let found = instance.rita.ok_or_null("GET", path, Value::Null).await;
        if is_so(&found) {
            return found;
        }
        assert!(began.elapsed() < 3 * SOON, "{what} not in time: {found:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().map_or(&[], Vec::as_slice)
}

/// An agent that may read the payroll, a rule that suspends, and a source; answers agent and token.
async fn ready(instance: &Instance, adapter: &Adapter) -> (String, String) {
    let agent = instance.agent("payroll").await;
    instance.ada.ok("PATCH", &format!("/agents/{agent}"), json!({ "may_be_suspended_by_rules": true })).await;
    let grant = json!({ "verbs": ["read"], "resources": ["payroll/*"], "ceiling": "read", "rule": "none", "rationale": "It answers.", "from": "2026-01-01" });
    instance.ada.ok("POST", &format!("/agents/{agent}/grants"), grant).await;
    let url = format!("{}/stop", adapter.listed());
    let stop = json!({ "name": "Gateway", "url": url, "secret": "INQUEST_SECRET_STOP", "quiet_seconds": 1, "agents": [agent] });
    instance.ada.ok("POST", "/stops", stop).await;
    instance.ada.ok("PATCH", "/rules/out_of_scope", json!({ "response": "suspend" })).await;
    instance.ada.ok("PATCH", "/rules/destructive_unconfirmed", json!({ "on": false })).await;
    let made = instance.ada.ok("POST", "/sources", json!({ "name": "Tools", "agents": [agent] })).await;
    (agent, made["token"].as_str().expect("a token").to_string())
}

#[tokio::test]
async fn an_act_that_came_over_otlp_is_an_incident_within_seconds() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let (agent, token) = ready(&instance, &adapter).await;
    let began = Instant::now();
    send(&instance, &token, "payroll/records").await;
    let found = once(&instance, "/incidents?drafted=drafted", "an incident", |found| items(found).len() == 1).await;
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    let card = &items(&found)[0];
    assert_eq!(card["title"], "payroll deleted payroll/records outside its grants");
    let key = card["key"].as_str().expect("a key").to_string();
    let at = |below: &str| format!("/incidents/{key}/{below}");
    // What is known of it.
    let head = instance.rita.ok("GET", &format!("/incidents/{key}"), Value::Null).await;
    assert_eq!((&head["drafted"]["rule"], &head["verdict"]), (&json!("out_of_scope"), &json!("undetermined")));
    assert!(!head["severity"]["computed"].is_null(), "{head:#}");
    let marks = instance.rita.ok("GET", &at("marks"), Value::Null).await;
    let marked: Vec<&str> = items(&marks).iter().filter_map(|mark| mark["mark"].as_str()).collect();
    for mark in ["action_executed", "impact_start", "alert_fired", "detected"] {
        assert!(marked.contains(&mark), "{mark} in {marked:?}");
    }
    let metrics = instance.rita.ok("GET", &at("metrics"), Value::Null).await;
    let detected = items(&metrics).iter().find(|metric| metric["name"] == "time_to_detect").expect("a metric").clone();
    let micros = detected["state"]["recorded"]["max"].as_i64();
    assert!(micros.is_some_and(|micros| (0..5_000_000).contains(&micros)), "{detected:#}");
    let trends = instance.rita.ok("GET", "/trends", Value::Null).await;
    assert_eq!(trends["whole"]["by_rule"]["detection"]["within"], 1, "{trends:#}");
    assert_eq!(trends["whole"]["by_people"]["incidents"], 0, "{trends:#}");
    let exposure = instance.rita.ok("GET", &at("exposure"), Value::Null).await;
    assert_eq!((exposure["resources"][0]["id"].as_str(), exposure["end"].is_null()), (Some("payroll-records"), true));
    let gaps = instance.rita.ok("GET", &at("gaps/suggestions"), Value::Null).await;
    assert!(gaps.to_string().contains("authorization"), "{gaps:#}");
    // The segment is evidence, and shows the act; the agent was told to stop.
    let shown = |events: &Value| items(events).iter().any(|event| event["evidence"][0]["record"] == 1);
    let events = once(&instance, &at("events"), "a record behind the act", shown).await;
    assert!(began.elapsed() < 2 * SOON, "{:?}", began.elapsed());
    let act = items(&events).iter().find(|event| event["verb"] == "delete").expect("the act");
    let principals = instance.rita.ok("GET", &at("principals"), Value::Null).await;
    let id = act["actor"]["id"].as_str().or(act["actor"].as_str()).expect("an actor");
    let actor = items(&principals).iter().find(|principal| principal["id"] == id).expect("who acted");
    assert_eq!((&actor["pin"]["agent"], &actor["pin"]["grants"][0]["ceiling"]), (&json!(agent), &json!("read")));
    let is_marked = |marks: &Value| {
        let marked: Vec<&str> = items(marks).iter().filter_map(|mark| mark["mark"].as_str()).collect();
        marked.contains(&"stop_sent") && marked.contains(&"revoked")
    };
    once(&instance, &at("marks"), "the marks of the stop", is_marked).await;
    // It goes on with something else: the same incident.
    send(&instance, &token, "payroll/bank").await;
    let two = |alerts: &Value| items(alerts).len() >= 2;
    once(&instance, &format!("/alerts?incident={key}"), "the second alert", two).await;
    let found = instance.rita.ok("GET", "/incidents", Value::Null).await;
    assert_eq!(items(&found).len(), 1, "{found:#}");
    assert_eq!(items(&found)[0]["drafted"], "drafted");
    instance.inquest.run(&["verify"]).await.well();
}

/// Everything that a person does with a draft, with forms alone.
#[tokio::test]
async fn people_adopt_or_discard_what_a_rule_drafted() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let (agent, token) = ready(&instance, &adapter).await;
    send(&instance, &token, "payroll/records").await;
    let found = once(&instance, "/incidents?drafted=drafted", "an incident", |found| items(found).len() == 1).await;
    let key = items(&found)[0]["key"].as_str().expect("a key").to_string();
    let containment = |alerts: &Value| items(alerts).iter().any(|one| one["incident_key"] == json!(key));
    once(&instance, "/containments", "the containment", containment).await;
    let rita = Person::sign_in(&instance.serving.url, "rita@example.org").await;
    rita.get("/incidents").await.says("drafted by a rule, not adopted yet");
    let page = rita.get(&format!("/incidents/{key}")).await;
    page.says("Drafted by the rule “Act beyond its grants”").says("Is this an incident?");
    let timeline = rita.get(&format!("/incidents/{key}/timeline")).await;
    timeline.says("Alert: Act beyond its grants").says("Containment of payroll");
    assert!(timeline.html.contains("href=\"/watch#alert-"), "a link to the alert");
    assert!(timeline.html.contains(&format!("href=\"/agents/{agent}#containment-")), "a link to the containment");
    let export = rita.get(&format!("/incidents/{key}/export?format=md")).await;
    assert!(export.html.contains("**Drafted:** by the rule “Act beyond its grants”; nobody has adopted it yet"));
    // Without a reason it is refused, and what was ticked stays.
    let refused = rita.submit(&page, "discard", &[("reason", " "), ("false_alarms:b", "true")]).await;
    refused.has_status(422).says("Say why this is no incident");
    let discarded = rita.submit(&refused, "discard", &[("reason", "A drill.")]).await;
    discarded.has_status(200).says("discarded by rita").says("A drill.").says("It was discarded");
    assert!(!rita.get("/incidents").await.html.contains(&format!("id=\"incident-{key}\"")));
    rita.get("/incidents?drafted=discarded").await.says("drafted by a rule and discarded");
    let alerts = instance.rita.ok("GET", &format!("/alerts?incident={key}"), Value::Null).await;
    assert!(items(&alerts).iter().all(|alert| alert["state"] == "false_alarm"), "{alerts:#}");
    // It is one after all.
    let adopted = rita.press(&discarded, "Adopt it").await;
    adopted.has_status(200).says("adopted by rita").says_not("Is this an incident?").says_not("It was discarded");
    assert!(rita.get("/incidents").await.html.contains(&format!("id=\"incident-{key}\"")));
    let sentence =
        instance.rita.refused(409, "POST", &format!("/incidents/{key}/discard"), json!({"reason": "x"})).await;
    assert!(sentence.contains("close it as any other"), "{sentence}");
    instance.inquest.run(&["verify"]).await.well();
}
