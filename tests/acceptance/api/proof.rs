//! Whether a proof is one: each log is uploaded, its proposal accepted as it is, reviewed whole by two and signed by two.

use acceptance::{Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// What is done with the files of one incident.
struct Tried {
    world: World,
    rita: Program,
    readers: [Program; 2],
}

impl Tried {
    async fn start() -> Self {
        let world = World::start().await;
        let rita = world.program("Rita", Role::Responder, None).await;
        let readers =
            [world.program("Grace", Role::Reviewer, None).await, world.program("Alan", Role::Reviewer, None).await];
        rita.ok("POST", "/incidents", json!({ "title": "Was it read?" })).await;
        Self { world, rita, readers }
    }

    async fn upload(&self, name: &str, text: &str) -> String {
        let item = self.rita.upload("INC-1", name, text.as_bytes().to_vec()).await;
        item["id"].as_str().expect("an id").to_string()
    }

    /// A log of CloudTrail, and the digest of the two hours that lists it.
    async fn digested(&self, name: &str, text: &str) -> String {
        let item = self.rita.upload("INC-1", name, text.as_bytes().to_vec()).await;
        self.upload("digest.json", &digest(&item["sha256"])).await;
        item["id"].as_str().expect("an id").to_string()
    }

    /// One open path in a window, with whole lists.
    async fn expose(&self, item: &str, resource: &str, channel: &str, (start, end): (&str, &str)) {
        self.rita.ok("PUT", "/incidents/INC-1/exposure", json!({
            "window": { "start": start, "end": end, "start_evidence": [item], "end_evidence": [item] },
            "resources": [{ "id": resource, "class": "restricted", "paths": [{ "id": "way", "op": "read", "channel": channel }] }],
            "principals": { "names": ["everybody"], "count": 3 },
            "resources_enumerated": "the inventory", "principals_enumerated": "the directory" })).await;
    }

    async fn proposal(&self, item: &str) -> Value {
        self.rita.ok("GET", &format!("/incidents/INC-1/evidence/{item}/coverage/proposal"), Value::Null).await
    }

    /// Accepts it as it is, reviews and signs; answers the verdict.
    async fn believe(&self, item: &str, resource: &str, span: (&str, &str)) -> Value {
        let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
        self.rita.ok("POST", &path, json!({ "cells": [format!("{resource}/way")] })).await;
        for reader in &self.readers {
            reader
                .ok(
                    "POST",
                    "/incidents/INC-1/reviews",
                    json!({ "evidence": item, "from": span.0, "to": span.1,
                "method": "full", "depth": "content", "outcome": "none" }),
                )
                .await;
        }
        for reader in &self.readers {
            // Where it is not eligible, a signature is refused or does not help.
            let _ = reader.ask("POST", "/incidents/INC-1/verdict/signatures", &[], json!({})).await;
        }
        self.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await
    }
}

fn gate(verdict: &Value, name: &str) -> Value {
    let gates = verdict["gates"].as_array().expect("gates");
    gates.iter().find(|gate| gate["gate"] == name).expect("the gate").clone()
}

pub const SPAN: (&str, &str) = ("2026-03-18T17:00:00Z", "2026-03-18T19:00:00Z");

pub fn trail(time: &str, source: &str, name: &str, request: Value, category: &str) -> Value {
    json!({ "eventTime": time, "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
        "userIdentity": { "type": "IAMUser", "userName": "robot" }, "requestParameters": request, "eventCategory": category })
}

pub fn read(time: &str, bucket: &str) -> Value {
    trail(time, "s3", "GetObject", json!({ "bucketName": bucket, "key": "k" }), "Data")
}

pub fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// The digest of the two hours that lists a log file.
pub fn digest(hash: &Value) -> String {
    json!({ "awsAccountId": "1", "digestStartTime": SPAN.0, "digestEndTime": "2026-03-18T20:00:00Z",
        "digestS3Object": "AWSLogs/1/CloudTrail-Digest/r/2026/03/18/1_CloudTrail-Digest_r_t_r_20260318T200000Z.json.gz",
        "logFiles": [{ "s3Object": "AWSLogs/1/CloudTrail/x.json.gz", "hashValue": hash, "hashAlgorithm": "SHA-256" }] })
    .to_string()
}

pub fn audit(serial: u32, rest: &str) -> String {
    format!("type=SYSCALL msg=audit({}.000:{serial}): {rest}\n", 1_773_853_200 + (serial - 100) * 600)
}

/// A log of two hours in which a trail was stopped, that its digest proves whole; and the names of its two parts.
#[tokio::test]
async fn what_follows_a_stopped_trail_is_whole_once_two_people_say_why() {
    let tried = Tried::start().await;
    let stop = trail("2026-03-18T18:00:00Z", "cloudtrail", "StopLogging", json!({ "name": "data" }), "Management");
    let log = lines(&[read(SPAN.0, "south"), stop, read("2026-03-18T18:30:00Z", "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let proposal = tried.proposal(&item).await;
    assert_eq!(proposal["completeness"], "none");
    let parts = proposal["parts"].as_array().expect("parts").clone();
    let told: Vec<_> = parts.iter().map(|part| (&part["from"], &part["completeness"], &part["is_broken"])).collect();
    let (whole, broken) = (
        (json!(SPAN.0), json!("digest_chain"), json!(false)),
        (json!("2026-03-18T18:00:00Z"), json!("none"), json!(true)),
    );
    assert_eq!(told, [(&whole.0, &whole.1, &whole.2), (&broken.0, &broken.1, &broken.2)], "{proposal}");
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!((&verdict["coverage"]["complete_min"], &verdict["eligible"]), (&json!(0.5), &json!(false)), "{verdict}");
    let stated = tried.rita.ok("GET", "/incidents/INC-1/coverage", Value::Null).await["items"].clone();
    assert_eq!(stated.as_array().map(Vec::len), Some(2), "one statement for each part: {stated}");
    // One person says why, and shows it; another accepts.
    let ticket = tried.upload("ticket.txt", "2026-03-18 17:59 the other trail records the same").await;
    let said = json!({ "evidence": item, "line": 2, "reason": "Another trail took over.", "shown_by": [ticket] });
    let explained = tried.rita.ok("POST", "/incidents/INC-1/explanations", said).await;
    let accept = format!("/incidents/INC-1/explanations/{}/accept", explained["id"].as_str().expect("an id"));
    assert!(tried.rita.refused(403, "POST", &accept, json!({})).await.contains("somebody else"));
    let verdict = tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!(verdict["coverage"]["complete_min"], 0.5, "one person's word is not enough");
    tried.readers[0].ok("POST", &accept, json!({})).await;
    assert_eq!(tried.proposal(&item).await["completeness"], "digest_chain");
    let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
    tried.rita.ok("POST", &path, json!({ "cells": ["south/way"] })).await;
    let verdict = tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!((&verdict["coverage"]["complete_min"], &verdict["eligible"]), (&json!(1.0), &json!(true)), "{verdict}");
    let stated = tried.rita.ok("GET", "/incidents/INC-1/coverage", Value::Null).await["items"].clone();
    assert_eq!(stated.as_array().map(Vec::len), Some(1), "{stated}");
    drop(tried.world);
}

pub const OPEN: &str = "arch=c000003e syscall=257 success=yes exit=3 a2=0 auid=1000 key=\"books\"";
pub const LOGIN: &str = "auid=1000 acct=\"v\" res=success";

#[tokio::test]
async fn whole_logs_that_show_the_path_are_believed() {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "south"), read("2026-03-18T18:00:00Z", "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let proposal = tried.proposal(&item).await;
    assert_eq!((&proposal["mode"], &proposal["completeness"]), (&json!("all"), &json!("digest_chain")), "{proposal}");
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!((&verdict["verdict"], &verdict["eligible"]), (&json!("verified_no_op"), &json!(true)), "{verdict}");
    drop(tried.world);
}

#[tokio::test]
async fn data_events_of_another_bucket_are_no_proof() {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "north"), trail(SPAN.1, "iam", "ListUsers", Value::Null, "Management")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let proposal = tried.proposal(&item).await;
    assert_eq!((&proposal["mode"], &proposal["completeness"]), (&json!("management_only"), &json!("digest_chain")));
    assert!(proposal["mode_reason"].as_str().is_some_and(|said| said.contains("south")), "{proposal}");
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!((&verdict["verdict"], &gate(&verdict, "G5")["passes"]), (&json!("undetermined"), &json!(false)));
    // Whoever knows better has to show it.
    let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
    let beyond = |shown_by: Value| json!({ "cells": ["south/way"], "mode": "all", "note": "The selectors name it.", "mode_evidence": shown_by });
    for shown_by in [json!([]), json!([item])] {
        let refused = tried.rita.refused(422, "POST", &path, beyond(shown_by)).await;
        assert!(refused.contains("configuration"), "{refused}");
    }
    let selectors = tried.upload("selectors.txt", "2026-03-18 16:00 selectors: every bucket").await;
    tried.rita.ok("POST", &path, beyond(json!([selectors]))).await;
    let verdict = tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!(verdict["eligible"], true, "{verdict}");
    drop(tried.world);
}

#[tokio::test]
async fn sign_ins_and_serials_out_of_order_are_no_proof() {
    let tried = Tried::start().await;
    let whole: String = (100..=112).map(|serial| audit(serial, LOGIN).replace("SYSCALL", "USER_ACCT")).collect();
    let item = tried.upload("logins.log", &whole).await;
    tried.expose(&item, "books", "direct_db", SPAN).await;
    let verdict = tried.believe(&item, "books", SPAN).await;
    assert_eq!((&verdict["eligible"], &gate(&verdict, "G5")["passes"]), (&json!(false), &json!(false)), "{verdict}");
    // Newest first, with one record lost.
    let lost: String = (100..=112).rev().filter(|serial| *serial != 105).map(|serial| audit(serial, OPEN)).collect();
    let item = tried.upload("newest-first.log", &lost).await;
    let proposal = tried.proposal(&item).await;
    assert_eq!((&proposal["mode"], &proposal["completeness"]), (&json!("all"), &json!("sequence")));
    let gaps = proposal["gaps"].as_array().expect("gaps");
    assert!(
        gaps.len() == 1 && gaps[0]["reason"].as_str().is_some_and(|said| said.contains("serial 105 is missing")),
        "{proposal}"
    );
    let verdict = tried.believe(&item, "books", SPAN).await;
    assert_eq!(
        (&verdict["verdict"], &verdict["eligible"]),
        (&json!("no_evidence_of_harm"), &json!(false)),
        "{verdict}"
    );
    drop(tried.world);
}

#[tokio::test]
async fn a_change_of_logging_in_another_file_is_named() {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail-b.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!(verdict["verdict"], "verified_no_op", "{verdict}");
    // The other file comes later: what was signed no longer stands.
    let stopped = trail("2026-03-18T17:30:00Z", "cloudtrail", "DeleteTrail", json!({ "name": "data" }), "Management");
    tried.upload("trail-a.jsonl", &lines(&[stopped])).await;
    let verdict = tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    let said = gate(&verdict, "G6")["detail"].as_str().expect("a sentence").to_string();
    assert_eq!(verdict["eligible"], false);
    for part in
        ["DeleteTrail", "2026-03-18T17:30:00Z", "trail-a.jsonl", "south/way is not known to be complete 17:30–19:00"]
    {
        assert!(said.contains(part), "{said}");
    }
    let proposal = tried.proposal(&item).await;
    let objection = proposal["objection"].as_str().expect("an objection");
    assert!(
        objection.contains("DeleteTrail") && objection.contains("17:30") && objection.contains("trail-a.jsonl"),
        "{objection}"
    );
    drop(tried.world);
}

#[tokio::test]
async fn a_query_that_could_not_show_the_path_is_no_review_of_it() {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
    tried.rita.ok("POST", &path, json!({ "cells": ["south/way"] })).await;
    let review = async |reader: &Program, filter: Value| {
        reader
            .ok(
                "POST",
                "/incidents/INC-1/reviews",
                json!({ "evidence": item, "from": SPAN.0, "to": SPAN.1,
            "method": "query", "depth": "content", "outcome": "none", "filter": filter }),
            )
            .await;
        tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await["coverage"]["reviewed_min"].clone()
    };
    for filter in [
        json!({ "resource": "north" }),
        json!({ "verb": "delete" }),
        json!({ "outcome": "denied" }),
        json!({ "q": "payroll" }),
        json!({ "actor": "nobody" }),
    ] {
        assert_eq!(review(&tried.readers[0], filter.clone()).await, json!(0.0), "{filter}");
    }
    assert_eq!(review(&tried.readers[0], json!({ "resource": "sout" })).await, json!(1.0));
    drop(tried.world);
}

#[tokio::test]
async fn a_query_by_name_that_leaves_out_what_names_it_elsewhere_is_no_review_of_it() {
    let tried = Tried::start().await;
    // A copy stands under the bucket it goes to, and names the one it comes from in its source.
    let copy = trail(
        "2026-03-18T17:40:00Z",
        "s3",
        "CopyObject",
        json!({ "bucketName": "elsewhere", "key": "q3", "x-amz-copy-source": "south/q3" }),
        "Data",
    );
    let log = lines(&[read(SPAN.0, "south"), copy, read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let path = format!("/incidents/INC-1/evidence/{item}/coverage/proposal");
    tried.rita.ok("POST", &path, json!({ "cells": ["south/way"] })).await;
    let review = async |filter: Value| {
        let draft = json!({ "evidence": item, "from": SPAN.0, "to": SPAN.1, "method": "query", "depth": "content", "outcome": "none", "filter": filter });
        tried.readers[0].ok("POST", "/incidents/INC-1/reviews", draft).await
    };
    let reviewed = async || {
        tried.rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await["coverage"]["reviewed_min"].clone()
    };
    let named = review(json!({ "resource": "south" })).await;
    assert_eq!(named["passed_over"], json!([{ "resource": "south", "records": 1, "renamed": 0 }]), "{named}");
    // What returns nothing shows nothing either.
    let empty =
        review(json!({ "resource": "south", "verb": "read", "q": "sou", "effect": "read", "actor": "everybody" }))
            .await;
    assert_eq!(empty["records"], 0, "{empty}");
    assert_eq!(reviewed().await, json!(0.0));
    let anywhere = review(json!({ "q": "SOUTH" })).await;
    assert_eq!((&anywhere["records"], anywhere.get("passed_over")), (&json!(2), None), "{anywhere}");
    assert_eq!(reviewed().await, json!(1.0));
    drop(tried.world);
}

/// A trail that its digest proves whole, and another file of the incident.
async fn beside(name: &str, text: &str) -> (Value, Value) {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "south"), read("2026-03-18T18:00:00Z", "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.upload(name, text).await;
    tried.expose(&item, "south", "api", SPAN).await;
    let proposal = tried.proposal(&item).await;
    let verdict = tried.believe(&item, "south", SPAN).await;
    drop(tried.world);
    (proposal, verdict)
}

#[tokio::test]
async fn a_change_of_logging_in_any_other_file_is_refused() {
    const RUN: &str = "aws cloudtrail stop-logging --name data";
    let ocsf = json!({ "class_uid": 6003, "class_name": "API Activity", "activity_id": 99, "time": 1_773_855_000_000_i64, "status_id": 1,
        "status": "Success", "api": { "operation": "StopLogging", "service": { "name": "cloudtrail.amazonaws.com" } },
        "actor": { "user": { "name": "robot" } }, "metadata": { "version": "1.1.0" } });
    let sudo = json!({ "__REALTIME_TIMESTAMP": "1773855000000000", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "sudo",
        "MESSAGE": format!("robot : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/{RUN}") });
    let shell = json!({ "id": "resp_2", "object": "response", "created_at": 1_773_855_000, "model": "m", "output": [
        { "type": "shell_call", "id": "x", "call_id": "k", "action": { "commands": [RUN] }, "status": "completed" }] });
    for (name, text) in [
        ("ocsf.jsonl", format!("{ocsf}\n")),
        ("journal.jsonl", format!("{sudo}\n")),
        ("response.json", shell.to_string()),
        ("runs.csv", format!("time,user,command\n2026-03-18T17:30:00Z,robot,{RUN}\n")),
    ] {
        let (proposal, verdict) = beside(name, &text).await;
        let said = proposal["objection"].as_str().unwrap_or_default();
        assert!(said.contains(name) && said.contains("17:30"), "{name}: {proposal}");
        assert_eq!(
            (&verdict["eligible"], verdict["verdict"] == "verified_no_op"),
            (&json!(false), false),
            "{name}: {verdict}"
        );
    }
}

#[tokio::test]
async fn an_audit_log_that_shows_its_own_end_or_lost_messages_is_refused() {
    let log: String = (100..=112).map(|serial| audit(serial, OPEN)).collect();
    let stop = "pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=auditd comm=\"systemd\" res=success'";
    let stopped: String =
        (100..=112)
            .map(|serial| {
                if serial == 104 { audit(serial, stop).replace("SYSCALL", "SERVICE_STOP") } else { audit(serial, OPEN) }
            })
            .collect();
    let lost = json!({ "__REALTIME_TIMESTAMP": "1773855000000000", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "kernel",
        "MESSAGE": "audit: audit_lost=42 audit_rate_limit=0 audit_backlog_limit=64" });
    for (log, other) in [(stopped, None), (log, Some(format!("{lost}\n")))] {
        let tried = Tried::start().await;
        let item = tried.upload("audit.log", &log).await;
        if let Some(other) = other {
            tried.upload("journal.jsonl", &other).await;
        }
        tried.expose(&item, "books", "direct_db", SPAN).await;
        assert!(tried.proposal(&item).await["objection"].is_string());
        let verdict = tried.believe(&item, "books", SPAN).await;
        assert_eq!((&verdict["eligible"], verdict["verdict"] == "verified_no_op"), (&json!(false), false), "{verdict}");
        drop(tried.world);
    }
}

/// Beside a log that its digest proves, a file that was to be read and is in no known format.
#[tokio::test]
async fn what_nobody_could_read_may_tell_of_anything_until_somebody_looks_through_it() {
    let tried = Tried::start().await;
    let log = lines(&[read(SPAN.0, "south"), read("2026-03-18T18:00:00Z", "south"), read(SPAN.1, "south")]);
    let item = tried.digested("trail.jsonl", &log).await;
    tried.expose(&item, "south", "api", SPAN).await;
    // A letter and settings are no records.
    tried.upload("letter.txt", "Dear Ada,\nnothing happened.\nYours, Grace\n").await;
    tried.upload("selectors.json", "{\"EventSelectors\":[{\"ReadWriteType\":\"All\"}]}").await;
    assert_eq!(tried.proposal(&item).await["completeness"], "digest_chain");
    let acts = "who=robot did=unhook target=south\nwho=robot did=leave target=north\n";
    let other = tried.upload("acts.txt", acts).await;
    let proposal = tried.proposal(&item).await;
    assert_eq!(proposal["completeness"], "none", "{proposal}");
    let objection = proposal["objection"].as_str().expect("an objection");
    assert!(objection.contains("“acts.txt” was to be read as a log, and could not be"), "{objection}");
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!(verdict["eligible"], false, "{verdict}");
    let review = json!({ "evidence": other, "from": SPAN.0, "to": SPAN.1, "method": "full", "depth": "content", "outcome": "none" });
    tried.readers[0].ok("POST", "/incidents/INC-1/reviews", review).await;
    assert_eq!(tried.proposal(&item).await["completeness"], "digest_chain");
    let verdict = tried.believe(&item, "south", SPAN).await;
    assert_eq!(verdict["eligible"], true, "{verdict}");
    drop(tried.world);
}
