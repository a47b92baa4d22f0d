//! A case as far as a story needs it, made through the API.

use domain::access::Role;
use serde_json::{Value, json};

use crate::{Program, World};

/// The log of the system that lay open.
pub const LOG: &[u8] = b"{\"at\":\"2026-03-18T17:04:00Z\",\"verb\":\"read\",\"who\":\"nobody\"}\n{\"at\":\"2026-03-18T18:55:00Z\",\"verb\":\"read\",\"who\":\"owner\"}\n";

/// A log with what logs have: an agent that acts for somebody, a grant, a refusal, an attempt on logging, a record
/// without a time, and a line that breaks off.
pub const ACTS: &str = r#"{"time":"2026-03-18T17:04:00Z","actor":"ops-agent","on_behalf_of":"Invoker","action":"delete","resource":"wiki/7","outcome":"success","trace":"t-1"}
{"time":"2026-03-18T17:05:10Z","actor":"ops-agent","action":"grant","resource":"repo-a","outcome":"success","message":"access for everybody"}
{"time":"2026-03-18T17:20:00","actor":"Alan","action":"read","resource":"repo-a/secrets","outcome":"denied"}
{"time":"2026-03-18T17:40:00Z","actor":"Asker","action":"read","resource":"repo-a/readme","outcome":"success"}
{"actor":"backup","action":"read","resource":"repo-a"}
{"time":"2026-03-18T18:00:00Z","actor":
"#;

/// An incident under way and those who work on it.
pub struct Case {
    /// Its key.
    pub key: String,
    /// The one evidence item.
    pub evidence: String,
    /// The item's digest.
    pub sha256: String,
    /// Rita responds to it.
    pub rita: Program,
    /// Grace reviews.
    pub grace: Program,
    /// Alan reviews as well.
    pub alan: Program,
    /// An agent that works for Rita.
    pub scribe: Program,
}

impl Case {
    /// Rita files an incident and uploads the log.
    pub async fn filed(world: &World) -> Self {
        let user = world.account("Rita", Role::Responder).await;
        let (rita, scribe) = (world.program_of(&user, None).await, world.program_of(&user, Some("scribe")).await);
        let (grace, alan) =
            (world.program("Grace", Role::Reviewer, None).await, world.program("Alan", Role::Reviewer, None).await);
        let incident = rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public, unasked", "occurred": "2026-03-18 17:00 UTC", "agents": ["forum-agent"] })).await;
        let key = incident["key"].as_str().expect("a key").to_string();
        let item = rita.upload(&key, "gateway.jsonl", LOG.to_vec()).await;
        let text = |field: &str| item[field].as_str().expect("text").to_string();
        Self { evidence: text("id"), sha256: text("sha256"), key, rita, grace, alan, scribe }
    }

    /// The same with an exposure of one open path for two hours, whole lists and no coverage.
    pub async fn exposed(world: &World) -> Self {
        let case = Self::filed(world).await;
        case.rita.ok("PUT", &case.at("exposure"), case.exposure()).await;
        case
    }

    /// The same, logged throughout and reviewed by two.
    pub async fn covered(world: &World) -> Self {
        let case = Self::exposed(world).await;
        case.cover().await;
        for reviewer in [&case.grace, &case.alan] {
            case.review(reviewer).await;
        }
        case
    }

    /// The same, signed by both reviewers.
    pub async fn signed(world: &World) -> Self {
        let case = Self::covered(world).await;
        for reviewer in [&case.grace, &case.alan] {
            reviewer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
        }
        assert_eq!(case.verdict().await, "verified_no_op");
        case
    }

    /// A path below the incident.
    pub fn at(&self, below: &str) -> String {
        format!("/incidents/{}/{below}", self.key)
    }

    /// The exposure of the story.
    pub fn exposure(&self) -> Value {
        json!({
            "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [self.evidence], "end_evidence": [self.evidence] },
            "resources": [{ "id": "repo-a", "class": "restricted", "paths": [
                { "id": "api", "op": "read", "channel": "api" },
                { "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": "it has no pages" }] }],
            "principals": { "names": ["all engineers"], "count": 120 },
            "resources_enumerated": "the list of repositories of that day", "principals_enumerated": "the directory of that day",
        })
    }

    /// States that the log recorded everything, all the time.
    pub async fn cover(&self) -> Value {
        let statement = json!({ "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "digest_chain" });
        self.rita.ok("POST", &self.at(&format!("evidence/{}/coverage", self.evidence)), statement).await
    }

    /// A review of the whole log.
    pub fn attestation(&self) -> Value {
        json!({ "evidence": self.evidence, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "outcome": "authorised_only" })
    }

    /// Somebody attests to have read the whole log.
    pub async fn review(&self, who: &Program) -> Value {
        who.ok("POST", &self.at("reviews"), self.attestation()).await
    }

    /// The verdict with its working.
    pub async fn judgement(&self) -> Value {
        self.rita.ok("GET", &self.at("verdict"), Value::Null).await
    }

    /// The verdict's word.
    pub async fn verdict(&self) -> String {
        self.judgement().await["verdict"].as_str().expect("a word").to_string()
    }

    /// The cause of the last change of the verdict, with the words before and after.
    pub async fn last_fall(&self) -> (String, String, String) {
        let history = self.rita.ok("GET", &self.at("verdict/history"), Value::Null).await;
        let last = history["items"].as_array().and_then(|items| items.last()).expect("a change of the verdict").clone();
        let text = |field: &str| last[field].as_str().expect("text").to_string();
        (text("from"), text("to"), text("cause"))
    }

    /// Records what every postmortem has to speak of: a rating, the three mandatory gaps with their remediation, the sections.
    pub async fn written_up(&self) {
        self.rita
            .ok(
                "POST",
                &self.at("ratings"),
                json!({ "dimensions": crate::facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) }),
            )
            .await;
        let mut gaps = Vec::new();
        for control in ["authorization", "human_trust", "detection_delay"] {
            let gap = self
                .rita
                .ok(
                    "POST",
                    &self.at("gaps"),
                    json!({ "control": control, "state": "absent", "statement": "Nothing stood in the way." }),
                )
                .await;
            gaps.push(gap["id"].clone());
        }
        let item = json!({ "title": "Let the agent draft, and a person post", "gaps": gaps, "kind": "prevent", "enforcement": "hard", "owner": "Rita", "due": "2026-12-24" });
        self.rita.ok("POST", &self.at("remediations"), item).await;
        for section in ["summary", "review_bypassed", "testing_bypassed"] {
            self.rita
                .ok(
                    "PUT",
                    &self.at(&format!("sections/{section}")),
                    json!({ "body": "Nobody stood between the agent and the forum." }),
                )
                .await;
        }
    }
}
