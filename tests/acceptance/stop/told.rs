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
    // Taken the second time.
    let asked = adapter.after(2, 3 * SOON).await;
    let body: Value = serde_json::from_str(&asked[1].body).expect("JSON");
    assert_eq!((&body["type"], &body["data"]["rule"]), (&json!("alert.raised"), &json!("unknown_agent")), "{body:#}");
    assert_eq!(
        (&body["data"]["agent"]["name"], &body["data"]["resource"]),
        (&json!("nobody-knows-it"), &json!("wiki/home"))
    );
    assert_eq!(asked[0].headers["webhook-id"], asked[1].headers["webhook-id"]);
    verify(&asked[1]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let alerts = instance.ada.ok("GET", "/alerts", Value::Null).await["items"].as_array().map_or(0, Vec::len);
    assert_eq!(adapter.asked().len(), alerts + 1, "each alert once, and one of them tried again");
    instance.inquest.run(&["verify"]).await.well();
}
