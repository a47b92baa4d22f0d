//! Facts as `POST /evaluate` and `inquest evaluate` read them: the worked
//! examples of severity and of the verdict, told once for every door.

use serde_json::{Value, json};

/// A change of the whole facts.
type Change = fn(&mut Value);

/// Name, class, vector (exposure, integrity, availability, people, authority, propagation, duration, recoverability), modifier, Sev.
pub const SEVERITIES: [(&str, &str, [u8; 8], f64, u64); 7] = [
    ("Meta", "incident", [3, 3, 0, 1, 3, 3, 3, 1], 2.70, 1),
    ("Kiro", "incident", [0, 3, 2, 0, 3, 1, 3, 2], 2.35, 1),
    ("OpenClaw inbox", "incident", [0, 2, 0, 1, 3, 1, 2, 2], 2.10, 2),
    ("Moltbook", "incident", [4, 3, 0, 2, 1, 3, 4, 1], 2.25, 0),
    ("ROME", "incident", [2, 2, 1, 1, 4, 3, 4, 1], 3.30, 1),
    ("a wrong post nobody acted on", "incident", [0, 1, 0, 0, 2, 1, 2, 1], 1.60, 3),
    ("a gate blocked it", "hazard", [3, 3, 0, 0, 2, 0, 0, 0], 0.70, 3),
];

/// The levels of a vector, by dimension.
pub fn dimensions(vector: [u8; 8]) -> Value {
    let names =
        ["exposure", "integrity", "availability", "people", "authority", "propagation", "duration", "recoverability"];
    names.into_iter().zip(vector).map(|(name, level)| (name.to_string(), json!(level))).collect()
}

/// Facts about severity alone.
pub fn severity(class: &str, vector: [u8; 8]) -> Value {
    json!({ "severity": { "class": class, "dimensions": dimensions(vector) } })
}

/// What happens to whole facts, the verdict it makes, whether it may be signed, and the least logged and reviewed share.
pub const VERDICTS: [(&str, Change, &str, bool, f64); 11] = [
    ("full logs and reviews", |_| {}, "no_evidence_of_harm", true, 1.0),
    (
        "two have signed",
        |facts| facts["signatures"] = json!([{ "by": "ada" }, { "by": "grace" }]),
        "verified_no_op",
        true,
        1.0,
    ),
    ("one signature", |facts| facts["signatures"] = json!([{ "by": "ada" }]), "no_evidence_of_harm", true, 1.0),
    (
        "a gap of ten minutes in one cell",
        |facts| {
            facts["evidence"][0]["coverage"][0]["gaps"] =
                json!([{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "reason": "rotation" }])
        },
        "no_evidence_of_harm",
        false,
        0.917,
    ),
    (
        "a cell without evidence",
        |facts| drop(facts["evidence"][0]["coverage"].as_array_mut().and_then(Vec::pop)),
        "undetermined",
        false,
        0.0,
    ),
    (
        "the window an hour longer",
        |facts| facts["exposure"]["window"]["end_latest"] = json!("2026-03-18T20:00:00Z"),
        "no_evidence_of_harm",
        false,
        0.667,
    ),
    (
        "a source of management acts only",
        |facts| facts["evidence"][0]["coverage"][0]["mode"] = json!("management_only"),
        "undetermined",
        false,
        0.0,
    ),
    ("tampered bytes", |facts| facts["evidence"][0]["status"] = json!("tainted"), "harm_suspected", false, 0.0),
    (
        "an open conflict",
        |facts| facts["conflicts"] = json!([{ "id": "k1", "touches": ["window"], "status": "open" }]),
        "no_evidence_of_harm",
        false,
        1.0,
    ),
    (
        "a confirmed unauthorised access",
        |facts| facts["findings"] = json!([{ "id": "f1", "facet": "access", "class": "unauthorised_access", "confidence": "confirmed", "role": "effect", "evidence": ["e1"] }]),
        "access_confirmed",
        false,
        1.0,
    ),
    ("no window", |facts| facts["exposure"]["window"] = json!(null), "not_assessed", false, 0.0),
];

/// Four open paths, two hours, logged and reviewed throughout.
pub fn whole() -> Value {
    let span = json!({ "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z" });
    let over = |more: Value| store::merge_patch(&span, &more);
    let cells =
        [("repo-a", "api", "read"), ("repo-a", "cli", "read"), ("plans", "ui", "search"), ("plans", "index", "list")];
    let path = |of: &str| -> Value {
        cells
            .iter()
            .filter(|(resource, ..)| *resource == of)
            .map(|(_, path, op)| json!({ "id": path, "op": op, "channel": path, "status": "open" }))
            .collect()
    };
    let coverage: Value = cells
        .iter()
        .map(|(resource, path, _)| {
            over(json!({ "resource": resource, "path": path, "mode": "all", "completeness": "digest_chain" }))
        })
        .collect();
    let review = |id: &str, who: &str| {
        over(
            json!({ "id": id, "evidence": "e1", "method": "full", "depth": "content", "reviewer": who, "outcome": "authorised_only", "status": "valid" }),
        )
    };
    json!({
        "exposure": {
            "window": { "start_earliest": "2026-03-18T17:00:00Z", "start_latest": "2026-03-18T17:00:00Z", "end_earliest": "2026-03-18T19:00:00Z", "end_latest": "2026-03-18T19:00:00Z", "start_evidence": ["e1"], "end_evidence": ["e1"] },
            "resources": [{ "id": "repo-a", "class": "restricted", "paths": path("repo-a") }, { "id": "plans", "class": "restricted", "paths": path("plans") }],
            "resources_enumerated": true, "principals_enumerated": true,
        },
        "evidence": [{ "id": "e1", "status": "intact", "coverage": coverage }],
        "reviews": [review("r1", "ada"), review("r2", "grace")],
        "incident_actors": ["agent-7"],
    })
}

/// The example of the API's description: a gap of ten minutes, one reviewer, two signatures.
pub fn example() -> Value {
    json!({
        "severity": { "rubric": "asr-1", "class": "incident", "ongoing": false, "dimensions": {
            "exposure": 3, "integrity": 3, "availability": 0, "people": 1, "authority": 3, "propagation": 3, "duration": 3, "recoverability": null }, "worst_credible": { "recoverability": 2 } },
        "exposure": {
            "window": { "start_earliest": "2026-03-18T17:00:00Z", "start_latest": "2026-03-18T17:05:00Z", "end_earliest": "2026-03-18T18:55:00Z", "end_latest": "2026-03-18T19:00:00Z", "start_evidence": ["e1"], "end_evidence": ["e1"] },
            "clock_skew_seconds": 0,
            "resources": [{ "id": "repo-a", "class": "restricted", "paths": [
                { "id": "api", "op": "read", "channel": "api", "status": "open" },
                { "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": "no UI" }] }],
            "resources_enumerated": true, "principals_enumerated": true },
        "evidence": [{ "id": "e1", "status": "intact", "writable_by_exposed": false, "logging_changed_in_window": false, "coverage": [
            { "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "digest_chain",
              "gaps": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "reason": "rotation" }] }] }],
        "reviews": [{ "id": "r1", "evidence": "e1", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "reviewer": "ada", "outcome": "authorised_only", "status": "valid" }],
        "findings": [{ "id": "f1", "facet": "access", "class": "denied_attempt", "confidence": "confirmed", "role": "effect", "resolved": true, "evidence": ["e1"] }],
        "conflicts": [{ "id": "k1", "touches": ["window"], "status": "open" }],
        "incident_actors": ["agent-7"],
        "signatures": [{ "by": "ada" }, { "by": "grace" }],
    })
}

/// Fails unless an evaluation is what the table of verdicts says.
#[track_caller]
pub fn check(name: &str, answer: &Value, verdict: &str, eligible: bool, least: f64) {
    let found = &answer["verdict"];
    assert_eq!(found["verdict"], verdict, "{name}: {found}");
    assert_eq!(found["eligible"], eligible, "{name}: {found}");
    assert_eq!(found["coverage"]["reviewed_min"].as_f64(), Some(least), "{name}: {found}");
}
