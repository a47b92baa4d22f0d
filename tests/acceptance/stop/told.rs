//! An alert that is told by a signed webhook.

use super::signed::verify;
use super::*;

#[tokio::test]
async fn an_alert_is_told_by_a_signed_webhook_once() {
    let adapter = Adapter::start(&["503 Service Unavailable"]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let url = format!("{}/alerts", adapter.listed());
    let told = json!({ "webhook_url": url, "webhook_secret": "INQUEST_SECRET_STOP" });
    instance.ada.ok("PATCH", "/notices", told).await;
    let draft = json!({ "name": "Forum", "format": "jsonl", "agents_only": true });
    let made = instance.ada.ok("POST", "/sources", draft).await;
    let word = |field: &str| made[field].as_str().expect("a text").to_string();
    let time = store::Clock::system().now().rfc3339();
    let line = json!({ "time": time, "actor": "nobody-knows-it", "action": "delete", "resource": "wiki/home" });
    for _ in 0..2 {
        let request = reqwest::Client::new().post(format!("{}{}", instance.serving.url, word("records")));
        let request = request.header("authorization", format!("Bearer {}", word("token")));
        let answer = request.header("content-type", "application/x-ndjson").body(format!("{line}\n")).send().await;
        assert_eq!(answer.expect("an answer").status(), 200);
    }
    // Two rules speak of it; the first webhook is not taken, and comes again under its id.
    let asked = adapter.after(3, 3 * SOON).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(adapter.asked().len(), asked.len(), "not again");
    let mut ids: Vec<&String> = asked.iter().map(|asked| &asked.headers["webhook-id"]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2);
    let mut rules = Vec::new();
    for asked in &asked[1..] {
        let body: Value = serde_json::from_str(&asked.body).expect("JSON");
        assert_eq!(
            (&body["type"], &body["data"]["resource"]),
            (&json!("alert.raised"), &json!("wiki/home")),
            "{body:#}"
        );
        assert_eq!(body["data"]["agent"]["name"], "nobody-knows-it", "{body:#}");
        rules.push(body["data"]["rule"].as_str().unwrap_or_default().to_string());
        verify(asked);
    }
    rules.sort();
    assert_eq!(rules, ["destructive_unconfirmed", "unknown_agent"]);
    instance.inquest.run(&["verify"]).await.well();
}
