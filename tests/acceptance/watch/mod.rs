//! The pages of the watch, as people without JavaScript use them.

mod alerts;
mod contained;
mod notices;
mod rules;
mod stops;

use std::time::{Duration, Instant};

use acceptance::{Program, World};
use serde_json::{Value, json};

use crate::intake::Sender;

/// How soon an act that came in is judged, at the latest.
const SOON: Duration = Duration::from_secs(15);

/// An agent that may only read in the forum, and a source that shows what it does.
pub struct Watched {
    pub agent: String,
    pub sender: Sender,
}

impl Watched {
    /// Registers both, by an admin's program.
    pub async fn by(admin: Program, world: &World) -> Self {
        let sent = json!({ "name": "thread-agent", "identifiers": ["app-forum"], "owner_name": "Olga" });
        let made = admin.ok("POST", "/agents", sent).await;
        let agent = made["id"].as_str().expect("an id").to_string();
        admin.ok("PUT", &format!("/agents/{agent}/status"), json!({ "status": "active" })).await;
        let grant = json!({ "verbs": ["read"], "resources": ["forum/*"], "ceiling": "read", "rule": "none", "rationale": "It answers.", "from": "2026-01-01" });
        admin.ok("POST", &format!("/agents/{agent}/grants"), grant).await;
        let source = json!({ "name": "Forum", "format": "jsonl", "agents": ["Thread-Agent"], "agents_only": true, "seal_seconds": 1 });
        Self { agent, sender: Sender::by(world, admin, source).await }
    }

    /// The program that made them.
    pub fn admin(&self) -> &Program {
        &self.sender.admin
    }

    /// Acts of somebody, now.
    pub async fn act(&self, who: &str, verb: &str, resources: &[&str]) {
        let time = store::Clock::system().now().rfc3339();
        let line = |resource: &&str| {
            json!({ "time": time, "actor": who, "action": verb, "resource": resource }).to_string() + "\n"
        };
        let answer = self.sender.lines(&resources.iter().map(line).collect::<String>()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// All alerts, once there are so many.
    pub async fn alerts(&self, count: usize) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let found = self.admin().ok("GET", "/alerts?limit=200", Value::Null).await;
            let items = found["items"].as_array().cloned().unwrap_or_default();
            if items.len() == count {
                return items;
            }
            assert!(began.elapsed() < SOON, "not {count} alerts: {found:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The id of something that was answered.
pub fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}
