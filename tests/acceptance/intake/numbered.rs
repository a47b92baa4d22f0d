//! A source that numbers its records: what its segments prove as evidence.

use std::time::{Duration, Instant};

use acceptance::{Program, World};
use serde_json::{Value, json};

use super::Sender;

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

/// From the first record to behind the last: ten minutes lie between two of them.
const WINDOW: (&str, &str) = ("2026-03-18T17:00:00Z", "2026-03-18T19:00:00Z");

/// Records of the kernel with these serials.
fn audited(serials: impl Iterator<Item = u32>) -> String {
    let line = |serial: u32| {
        let at = 1_773_853_200 + (serial - 100) * 600;
        format!(
            "type=SYSCALL msg=audit({at}.000:{serial}): arch=c000003e syscall=257 success=yes exit=3 a2=0 auid=1000 key=\"books\"\n"
        )
    };
    serials.map(line).collect()
}

/// The sealed segments, once there are so many.
async fn sealed(sender: &Sender, count: usize) -> Vec<Value> {
    let (began, path) = (Instant::now(), format!("/sources/{}/segments", sender.id));
    loop {
        let segments =
            sender.admin.ok("GET", &path, Value::Null).await["items"].as_array().cloned().unwrap_or_default();
        if segments.len() >= count {
            return segments;
        }
        assert!(began.elapsed() < PATIENCE, "{}", sender.health().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Makes a segment evidence; answers its id once it is read.
async fn attached(admin: &Program, source: &str, number: usize) -> String {
    let draft = json!({ "source": source, "number": number });
    let item = admin.ok("POST", "/incidents/INC-1/evidence/segments", draft).await;
    let (began, id) = (Instant::now(), item["id"].as_str().expect("an id").to_string());
    while admin.ok("GET", &format!("/incidents/INC-1/records?evidence={id}"), Value::Null).await["items"] == json!([]) {
        assert!(began.elapsed() < PATIENCE, "{item}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn segments_are_complete_by_the_numbers_of_their_records_and_show_which_are_missing() {
    let world = World::start().await;
    let sender = Sender::of(&world, json!({ "name": "Host", "format": "auditd", "seal_seconds": 1 })).await;
    assert_eq!(sender.lines(&audited(100..106)).await.status, 200);
    sealed(&sender, 1).await;
    assert_eq!(sender.lines(&audited((106..113).filter(|serial| *serial != 109))).await.status, 200);
    sealed(&sender, 2).await;
    sender.admin.ok("POST", "/incidents", json!({ "title": "Agent reads" })).await;
    let whole = attached(&sender.admin, &sender.id, 1).await;
    let holed = attached(&sender.admin, &sender.id, 2).await;
    let exposure = json!({
        "window": { "start": WINDOW.0, "end": WINDOW.1, "start_evidence": [whole], "end_evidence": [holed] },
        "resources": [{ "id": "books", "class": "restricted", "paths": [{ "id": "way", "op": "read", "channel": "direct_db" }] }],
        "principals": { "names": ["everybody"], "count": 3 },
        "resources_enumerated": "the inventory", "principals_enumerated": "the directory" });
    sender.admin.ok("PUT", "/incidents/INC-1/exposure", exposure).await;
    let proposal = async |item: &str| {
        let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
        sender.admin.ok("GET", &path, Value::Null).await
    };
    let (first, second) = (proposal(&whole).await, proposal(&holed).await);
    assert_eq!((&first["completeness"], &first["gaps"]), (&json!("sequence"), &json!([])), "{first}");
    assert_eq!(second["completeness"], "sequence", "{second}");
    let gap = &second["gaps"][0];
    assert_eq!(
        (&gap["from"], &gap["to"]),
        (&json!("2026-03-18T18:20:00Z"), &json!("2026-03-18T18:40:00Z")),
        "{second}"
    );
    // Neither speaks of the time before or after its own records.
    assert_eq!(first["to"].as_str().map(|to| to < "2026-03-18T18:00:00Z"), Some(true), "{first}");
    assert_eq!(second["from"].as_str().map(|from| from >= "2026-03-18T18:00:00Z"), Some(true), "{second}");
}
