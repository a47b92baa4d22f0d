//! Signed webhooks, and requests of a vendor's API.

use std::process::Command;

use super::*;

#[tokio::test]
async fn a_signed_suspension_arrives_within_seconds_and_once() {
    let adapter = Adapter::start(&["503 Service Unavailable"]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let (agent, stop) = (instance.agent("forum").await, instance.webhook(&format!("{}/stop", adapter.listed())).await);
    let began = Instant::now();
    let id = instance.contain(&agent, &stop).await;
    // The registry knows at once, whatever the adapter does.
    assert_eq!(instance.status(&agent).await, "suspended");
    let asked = adapter.after(2, SOON).await;
    assert!(began.elapsed() < SOON);
    let shown = instance.until(&id, "acknowledged").await;
    assert_eq!(shown["claim"], "It answered 204.");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(adapter.asked().len(), 2, "not again");
    // It was asked twice under one id, so that it does it once.
    for asked in &asked {
        assert_eq!((asked.line.as_str(), asked.headers["webhook-id"].as_str()), ("POST /stop HTTP/1.1", id.as_str()));
        let body: Value = serde_json::from_str(&asked.body).expect("JSON");
        assert_eq!(body["type"], "agent.suspend");
        assert_eq!(body["data"]["agent"]["identifiers"], json!(["app-forum"]));
        verify(asked);
    }
    assert_eq!(asked[0].body, asked[1].body);
    // A reviewer who took no part restores it, and the adapter is told.
    let path = format!("/containments/{id}/restore");
    let said = instance.rita.refused(403, "POST", &path, json!({"reason": "It is well."})).await;
    assert!(said.contains("ask another reviewer"), "{said}");
    instance.alan.ok("POST", &path, json!({"reason": "Its grants were narrowed."})).await;
    assert_eq!(instance.status(&agent).await, "active");
    let asked = adapter.after(3, SOON).await;
    assert_eq!(asked[2].headers["webhook-id"], format!("{id}-restore"));
    assert!(asked[2].body.contains("agent.restore"), "{}", asked[2].body);
    verify(&asked[2]);
    instance.inquest.run(&["verify"]).await.well();
}

/// The verifier of Standard Webhooks says that it is signed, and that another body is not.
pub(super) fn verify(asked: &super::adapter::AdapterRequest) {
    let check = "
import sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
key, body = sys.argv[1:3]
headers = dict(zip(('webhook-id', 'webhook-timestamp', 'webhook-signature'), sys.argv[3:6]))
hook = Webhook(key)
hook.verify(body, headers)
for other, changed in ((body + ' ', headers), (body, {**headers, 'webhook-id': 'another'})):
    try:
        hook.verify(other, changed)
        sys.exit('an altered message was taken')
    except WebhookVerificationError:
        pass
print('signed')
";
    let header = |name: &str| asked.headers[name].as_str();
    let done = Command::new(crate::python::tool("python"))
        .args([
            "-c",
            check,
            KEY,
            &asked.body,
            header("webhook-id"),
            header("webhook-timestamp"),
            header("webhook-signature"),
        ])
        .output()
        .expect("python");
    let said = String::from_utf8_lossy(&done.stdout);
    assert_eq!(said.trim(), "signed", "{}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test]
async fn an_api_is_asked_with_a_secret_that_nobody_sees() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let agent = instance.agent("tickets").await;
    let sent = json!({
        "name": "Directory", "kind": "http", "method": "PATCH", "agents": [agent],
        "url": format!("{}/v1/apps/{{{{agent.identifier}}}}?disable=1", adapter.listed()),
        "headers": [{"name": "Authorization", "value": "Bearer {{secret:INQUEST_SECRET_API}}"}],
        "template": r#"{"enabled": false, "why": "{{containment.why}}", "names": "{{agent.identifiers}}"}"#,
        "undone_by": "Enable the app in the directory.",
    });
    let stop = instance.ada.ok("POST", "/stops", sent).await;
    let stop = stop["id"].as_str().expect("an id");
    let tried = instance.ada.ok("POST", &format!("/stops/{stop}/test"), json!({})).await;
    assert_eq!(tried["headers"][0]["value"], "Bearer {{secret:INQUEST_SECRET_API}}");
    assert_eq!((&tried["secrets_not_set"], &tried["sent"]), (&json!([]), &json!(false)));
    assert!(adapter.asked().is_empty());
    let id = instance.contain(&agent, stop).await;
    let asked = adapter.after(1, SOON).await;
    assert_eq!(asked[0].line, "PATCH /v1/apps/app-tickets?disable=1 HTTP/1.1");
    assert_eq!(asked[0].headers["authorization"], format!("Bearer {TOKEN}"));
    let body: Value = serde_json::from_str(&asked[0].body).expect("JSON");
    assert_eq!(body, json!({"enabled": false, "why": "It posts where it may not.", "names": ["app-tickets"]}));
    instance.until(&id, "acknowledged").await;
    // Neither secret is in anything that is answered or kept.
    let changes = format!("/agents/{agent}/changes");
    for path in ["/stops", "/containments", changes.as_str()] {
        let all = instance.ada.ok("GET", path, Value::Null).await.to_string();
        assert!(!all.contains(TOKEN) && !all.contains(KEY), "{path}");
    }
    let backup = instance.inquest.folder().join("all.backup");
    instance.inquest.run(&["backup", backup.to_str().expect("text")]).await.well();
    for file in ["inquest.db", "inquest.db-wal"] {
        let bytes = std::fs::read(instance.inquest.folder().join(file)).unwrap_or_default();
        let holds = |secret: &str| bytes.windows(secret.len()).any(|piece| piece == secret.as_bytes());
        assert!(!holds(TOKEN) && !holds(&KEY[6..]), "{file}");
    }
}
