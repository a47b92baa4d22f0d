//! Watching, measured: how soon an act is told and its agent stopped, how much is taken in, and what nodes that die cost.

mod benign;
mod kills;
mod otlp;
mod story;

use std::time::Duration;

use serde_json::{Value, json};
use store::Actor;

use crate::binary::Serving;
use crate::{Binary, Program};

pub use benign::{Form, benign};
pub use kills::kills;
pub use story::story;

/// How often something is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A program of a new account.
async fn program(inquest: &Binary, url: &str, name: &str, role: &str) -> Program {
    let email = format!("{name}@example.org");
    inquest.add_user(&email, name, role).await;
    let said = inquest.run(&["token", "create", "--user", &email, "--name", "x", "--scope", "admin"]).await.well();
    Program::new(url, said.split_whitespace().last().expect("a token"))
}

/// A source: its id and its token.
async fn source(admin: &Program, draft: Value) -> (String, String) {
    let made = admin.ok("POST", "/sources", draft).await;
    let word = |field: &str| made[field].as_str().expect("a text").to_string();
    (word("id"), word("token"))
}

/// What a client needs to send to a source.
#[derive(Clone)]
struct Sender {
    http: reqwest::Client,
    url: String,
    kind: &'static str,
    token: String,
}

impl Sender {
    fn otlp(node: &Serving, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            url: format!("{}/v1/traces", node.url),
            kind: "application/x-protobuf",
            token: token.into(),
        }
    }

    fn lines(url: &str, id: &str, token: &str) -> Self {
        let url = format!("{url}/api/v1/sources/{id}/records");
        Self { http: reqwest::Client::new(), url, kind: "application/x-ndjson", token: token.into() }
    }

    /// Posts; answers the status, and nothing where no answer came.
    async fn post(&self, body: Vec<u8>, key: Option<&str>) -> Option<u16> {
        let request = self.http.post(&self.url).header("content-type", self.kind);
        let mut request = request.header("authorization", format!("Bearer {}", self.token)).body(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        // To its end, so that the connection is used again.
        answer.bytes().await.ok()?;
        Some(status)
    }
}

/// The value at which so many percent of them are not larger.
fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    let place = (times.len() * percent).div_ceil(100).max(1) - 1;
    times.get(place).copied().unwrap_or_default()
}

/// As people read it.
fn shown(name: &str, times: &mut [Duration]) -> String {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let (half, most) = (percentile(times, 50), percentile(times, 95));
    let last = times.last().copied().unwrap_or_default();
    format!("{name}: p50 {:.0} ms, p95 {:.0} ms, most {:.0} ms of {}", ms(half), ms(most), ms(last), times.len())
}

/// Numbers of a process: its highest resident set in megabytes, and its processor time in seconds.
fn used(process: u32) -> (u64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes: u64 = peak.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    // By proc(5): user and system time are the 14th and 15th field, in ticks of which a second has a hundred.
    (kilobytes / 1024, (ticks(11) + ticks(12)) / 100.0)
}

/// A million acts of these agents are within what they may do: agents, each with two grants.
async fn register_many(store: &store::Store, count: usize) {
    let actor = Actor::system();
    for number in 0..count {
        let act = |entry: &mut domain::agent::AgentEntry| {
            let draft = json!({ "name": format!("agent {number}"), "identifiers": [format!("app-{number}")], "owner_name": "Olga" });
            let id = entry.register(store::parse_draft(draft)?)?;
            let draft = json!({ "verbs": ["read", "list"], "resources": [format!("area-{}/**", number % 50)],
                "ceiling": "read", "rule": "none", "rationale": "Its task needs it.", "from": "2026-01-01" });
            entry.grant(store::parse_draft(draft)?)?;
            let active = json!({ "status": "active", "reason": "It is at work." });
            entry.set_agent_status(store::parse_draft(active)?)?;
            Ok(id)
        };
        store.register(&actor, domain::access::Permit::Edit, act).await.expect("it is registered");
    }
}
