//! Logs over the API: looked at, read, searched, classified, promoted.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

use super::responder;

/// Two reads, one write of an agent, one refused attempt to stop logging, one grant, and a line that is no JSON.
const TRAIL: &str = r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"type":"IAMUser","userName":"Vera"},"requestParameters":{"bucketName":"repo-a","key":"plan.md"},"eventID":"e1","readOnly":true,"managementEvent":false}
{"eventTime":"2026-03-18T17:10:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"type":"IAMUser","userName":"Hugo"},"requestParameters":{"bucketName":"repo-a","key":"plan.md"},"eventID":"e2","readOnly":true,"managementEvent":false}
{"eventTime":"2026-03-18T17:20:00Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","userIdentity":{"type":"IAMUser","userName":"ops-agent"},"requestParameters":{"bucketName":"repo-a","key":"acl.json"},"eventID":"e3","readOnly":false,"managementEvent":false}
this line is torn
{"eventTime":"2026-03-18T17:30:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","userIdentity":{"type":"IAMUser","userName":"ops-agent"},"requestParameters":{"name":"main"},"errorCode":"AccessDenied","eventID":"e4","readOnly":false,"managementEvent":true}
{"eventTime":"2026-03-18T17:40:00Z","eventSource":"iam.amazonaws.com","eventName":"AttachRolePolicy","userIdentity":{"type":"IAMUser","userName":"Asker"},"requestParameters":{"roleName":"engineers"},"eventID":"e5","readOnly":false,"managementEvent":true}
"#;

async fn read(world: &World) -> (acceptance::Program, String) {
    let rita = responder(world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let item = rita.upload("INC-1", "trail.jsonl", TRAIL.as_bytes().to_vec()).await;
    assert_eq!((&item["format"], &item["records"], &item["unreadable"]), (&json!("cloudtrail"), &json!(5), &json!(1)));
    assert_eq!((&item["first_at"], &item["last_at"]), (&json!("2026-03-18T17:00:00Z"), &json!("2026-03-18T17:40:00Z")));
    (rita, format!("/incidents/INC-1/evidence/{}", item["id"].as_str().expect("an id")))
}

#[tokio::test]
async fn a_dry_run_says_what_it_would_be_and_keeps_nothing() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let dry = async |query: &str, body: &str| {
        let path = format!("/incidents/INC-1/evidence?dry_run=true&{query}");
        let answer = rita.request("POST", &path).body(body.to_string()).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let (status, trial) = dry("name=trail.jsonl", TRAIL).await;
    assert_eq!((status, &trial["format"], &trial["summary"]["records"]), (200, &json!("cloudtrail"), &json!(5)));
    assert_eq!(trial["parse_errors"][0]["line"], 4);
    assert_eq!(trial["summary"]["actors"]["ops-agent"], 2);
    let (_, trial) = dry("name=x.csv", "when;who;what\n2026-03-18 17:00;Asker;followed\n").await;
    assert_eq!((&trial["format"], &trial["columns"]), (&json!("csv"), &json!(["when", "who", "what"])));
    assert_eq!(trial["mapping"]["time"], json!(["when"]));
    let (status, refused) = dry("name=x&format=klingon", TRAIL).await;
    assert_eq!(status, 422);
    assert!(refused["fields"]["format"].as_str().is_some_and(|said| said.contains("cloudtrail")), "{refused}");
    assert_eq!(rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await["items"], json!([]));
}

#[tokio::test]
async fn records_are_listed_filtered_and_counted() {
    let world = World::start().await;
    let (rita, item) = read(&world).await;
    let all = rita.ok("GET", &format!("{item}/records"), Value::Null).await;
    assert_eq!((&all["total"], &all["next_cursor"]), (&json!(5), &Value::Null));
    let numbers = |page: &Value| -> Vec<u64> {
        page["items"].as_array().expect("items").iter().filter_map(|item| item["number"].as_u64()).collect()
    };
    assert_eq!(numbers(&all), [1, 2, 3, 4, 5]);
    assert_eq!(all["facets"]["actors"][0], json!(["ops-agent", 2]));
    assert_eq!(all["facets"]["suggestions"]["agent_write"], 2);
    assert_eq!(all["histogram"]["bars"].as_array().map(Vec::len), Some(96));
    for (query, found) in [
        ("verb=grant", vec![5]),
        ("actor=vera", vec![1]),
        ("outcome=denied", vec![4]),
        ("resource=acl.json", vec![3]),
        ("q=e2", vec![2]),
        ("from=2026-03-18T17:10:00Z&to=2026-03-18T17:20:00Z", vec![2]),
        ("kind=agent&effect=mutating", vec![3, 4]),
        ("suggestion=logging_control", vec![4]),
        ("q=nothing", vec![]),
    ] {
        let page = rita.ok("GET", &format!("{item}/records?{query}"), Value::Null).await;
        assert_eq!(numbers(&page), found, "{query}");
    }
    let first = rita.ok("GET", &format!("{item}/records?limit=2"), Value::Null).await;
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let next = rita.ok("GET", &format!("/incidents/INC-1/records?limit=2&cursor={cursor}"), Value::Null).await;
    assert_eq!((numbers(&first), numbers(&next)), (vec![1, 2], vec![3, 4]));
    let one = rita.ok("GET", &format!("{item}/records/3"), Value::Null).await;
    assert_eq!((&one["action"], &one["raw"]["first_line"]), (&json!("PutObject"), &json!(3)));
    let refused = rita.refused(422, "GET", &format!("{item}/records?verb=fly"), Value::Null).await;
    assert!(refused.contains("fly"), "{refused}");
    let parse_errors = rita.ok("GET", &format!("{item}/parse-errors"), Value::Null).await;
    assert_eq!(parse_errors["items"][0]["text"], "this line is torn");
}

#[tokio::test]
async fn a_failed_act_on_logging_opens_a_finding_and_an_effective_one_breaks_completeness() {
    let world = World::start().await;
    let (rita, item) = read(&world).await;
    let findings = rita.ok("GET", "/incidents/INC-1/findings", Value::Null).await;
    let summary = findings["items"][0]["summary"].as_str().expect("a finding");
    assert!(summary.contains("StopLogging by ops-agent"), "{summary}");
    assert_eq!(findings["items"][0]["class"], "denied_attempt");
    assert_eq!(findings["items"][0]["confidence"], "suspected");
    rita.ok(
        "PUT",
        "/incidents/INC-1/exposure",
        json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T18:00:00Z" },
            "resources": [{ "id": "repo-a", "class": "restricted", "paths": [{ "id": "api", "op": "read", "channel": "api" }] }] }),
    )
    .await;
    let settings = rita.upload("INC-1", "selectors.txt", b"Data events of every bucket.".to_vec()).await;
    let cover = json!({ "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z",
        "mode": "all", "completeness": "digest_chain", "mode_evidence": [settings["id"]], "completeness_evidence": [settings["id"]] });
    let grace = world.program("Grace", Role::Reviewer, None).await;
    let gate = async |path: &str| {
        rita.ok("POST", &format!("{path}/coverage"), cover.clone()).await;
        let id = path.rsplit('/').next().expect("an id");
        grace.ok("POST", "/incidents/INC-1/reviews", whole(id)).await;
        let verdict = rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
        let gates = verdict["gates"].as_array().expect("gates").clone();
        gates.into_iter().find(|gate| gate["gate"] == "G6").expect("G6")["passes"].clone()
    };
    assert_eq!(gate(&item).await, json!(true));
    let worse = TRAIL.replace(r#""errorCode":"AccessDenied","#, "").replace("e4", "e4b");
    let second = rita.upload("INC-1", "trail-2.jsonl", worse.into_bytes()).await;
    assert_eq!(second["logging_changes"][0]["action"], "StopLogging");
    let second = format!("/incidents/INC-1/evidence/{}", second["id"].as_str().expect("an id"));
    assert_eq!(gate(&second).await, json!(false), "logging was stopped in the window");
}

fn whole(id: &str) -> Value {
    json!({ "evidence": id, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z",
        "method": "full", "depth": "content", "outcome": "authorised_only" })
}

/// What is stated by hand of a log that was read is held against that log, as an accepted proposal is.
#[tokio::test]
async fn a_statement_by_hand_counts_no_further_than_its_log_until_it_is_backed() {
    let world = World::start().await;
    let (rita, item) = read(&world).await;
    rita.ok(
        "PUT",
        "/incidents/INC-1/exposure",
        json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T18:00:00Z" },
            "resources": [{ "id": "repo-b", "class": "restricted", "paths": [{ "id": "api", "op": "read", "channel": "api" }] }] }),
    )
    .await;
    let logged = async || {
        let verdict = rita.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
        (verdict["coverage"]["logged_min"].as_f64(), verdict["coverage"]["complete_min"].as_f64())
    };
    let stated = rita
        .ok(
            "POST",
            &format!("{item}/coverage"),
            json!({ "resource": "repo-b", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z",
                "mode": "all", "completeness": "digest_chain" }),
        )
        .await;
    assert_eq!(logged().await, (Some(0.0), Some(0.0)), "stated alone");
    let grace = world.program("Grace", Role::Reviewer, None).await;
    grace.ok("POST", "/incidents/INC-1/reviews", whole(item.rsplit('/').next().expect("an id"))).await;
    assert_eq!(logged().await, (Some(0.0), Some(0.0)), "seen by another, with nothing that shows it");
    let settings = rita.upload("INC-1", "selectors.txt", b"Data events of every bucket.".to_vec()).await;
    let path = format!("/incidents/INC-1/coverage/{}", stated["id"].as_str().expect("an id"));
    rita.ok("PATCH", &path, json!({ "mode_evidence": [settings["id"]] })).await;
    assert_eq!(logged().await, (Some(0.0), Some(0.0)), "nothing shows that it is whole");
    rita.ok("PATCH", &path, json!({ "completeness_evidence": [settings["id"]] })).await;
    assert_eq!(logged().await, (Some(1.0), Some(1.0)), "backed");
}

#[tokio::test]
async fn records_become_events_findings_and_principals_once() {
    let world = World::start().await;
    let (rita, item) = read(&world).await;
    let promote = async |body: Value| rita.ok("POST", &format!("{item}/promote"), body).await;
    let first = promote(json!({ "as": "events", "records": [3, 5] })).await;
    assert_eq!((first["made"].as_array().map(Vec::len), &first["known"]), (Some(2), &json!(0)));
    let again = promote(json!({ "as": "events", "filter": { "effect": "mutating" } })).await;
    assert_eq!(again["known"], 1, "{again}");
    let events = rita.ok("GET", "/incidents/INC-1/events", Value::Null).await;
    let put =
        events["items"].as_array().expect("events").iter().find(|event| event["verb"] == "write").expect("a write");
    assert_eq!((&put["actor"]["name"], &put["actor"]["kind"]), (&json!("ops-agent"), &json!("agent")));
    assert_eq!(put["evidence"][0]["lines"], json!([3, 3]));
    assert_eq!(put["evidence"][0]["record"], 3);
    // Another log that tells the same is linked, not told twice.
    let copy = TRAIL.replace("\"eventID\":\"e3\"", "\"eventID\":\"other\"");
    let other = rita.upload("INC-1", "copy.jsonl", copy.into_bytes()).await;
    let path = format!("/incidents/INC-1/evidence/{}/promote", other["id"].as_str().expect("an id"));
    let linked = rita.ok("POST", &path, json!({ "records": [3] })).await;
    assert_eq!(
        (linked["made"].as_array().map(Vec::len), linked["linked"].as_array().map(Vec::len)),
        (Some(0), Some(1))
    );
    let people = promote(json!({ "as": "principals", "filter": { "verb": "read" } })).await;
    assert_eq!(people["made"].as_array().map(Vec::len), Some(2));
    let refused = rita.refused(422, "POST", &format!("{item}/promote"), json!({ "filter": { "q": "nothing" } })).await;
    assert!(refused.contains("Nothing was chosen"), "{refused}");
    let finding = json!({ "as": "findings", "records": [2], "finding": { "facet": "access", "class": "unauthorised_access",
        "confidence": "suspected", "role": "effect" } });
    let found = promote(finding).await;
    assert_eq!(found["made"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_review_counts_and_hashes_what_it_returns() {
    let world = World::start().await;
    let (_rita, item) = read(&world).await;
    let grace = world.program("Grace", Role::Reviewer, None).await;
    let id = item.rsplit('/').next().expect("an id");
    let span = json!({ "evidence": id, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z",
        "method": "query", "depth": "content", "outcome": "authorised_only", "filter": { "verb": "read" } });
    let classify = async |filter: Value, class: &str| {
        grace
            .ok("POST", "/incidents/INC-1/classifications", json!({ "evidence": id, "filter": filter, "class": class }))
            .await
    };
    classify(json!({ "verb": "read" }), "authorised").await;
    let review = grace.ok("POST", "/incidents/INC-1/reviews", span.clone()).await;
    assert_eq!((&review["records"], &review["classes"]["authorised"]), (&json!(2), &json!(2)));
    assert_eq!((&review["query"], review["result_sha256"].as_str().map(str::len)), (&json!("verb is read"), Some(64)));
    // Whoever finds something cannot attest that there was nothing.
    let hugo = classify(json!({ "actor": "Hugo" }), "unauthorised_access").await;
    let refused = grace.refused(422, "POST", "/incidents/INC-1/reviews", span.clone()).await;
    assert!(refused.contains("1 of these records is classified"), "{refused}");
    let taken = format!("/incidents/INC-1/classifications/{}", hugo["id"].as_str().expect("an id"));
    grace.ok("DELETE", &taken, Value::Null).await;
    grace.ok("POST", "/incidents/INC-1/reviews", span).await;
    // What a review rests on stays.
    let admin = world.program("Adam", Role::Admin, None).await;
    let refused = admin.refused(409, "POST", &format!("{item}/reading/undo"), json!({})).await;
    assert!(refused.contains("have that review revoked first"), "{refused}");
    // Whoever acted in the records that became events classifies and reviews nothing.
    admin.ok("POST", &format!("{item}/promote"), json!({ "records": [1] })).await;
    let vera = world.program("Vera", Role::Reviewer, None).await;
    let refused = vera
        .refused(403, "POST", "/incidents/INC-1/classifications", json!({ "evidence": id, "class": "authorised" }))
        .await;
    assert!(refused.contains("actor in this incident"), "{refused}");
}

#[tokio::test]
async fn a_reading_is_undone_and_done_again() {
    let world = World::start().await;
    let (rita, item) = read(&world).await;
    let undone = rita.ok("POST", &format!("{item}/reading/undo"), json!({ "reason": "wrong format" })).await;
    assert_eq!((&undone["records"], &undone["first_at"]), (&Value::Null, &Value::Null));
    rita.refused(404, "GET", &format!("{item}/reading"), Value::Null).await;
    rita.refused(409, "POST", &format!("{item}/reading/cancel"), json!({})).await;
    let (status, _) = rita
        .call(
            "POST",
            &format!("{item}/reading"),
            json!({ "format": "jsonl", "mapping": { "time": "eventTime", "actor": ["eventSource"] } }),
        )
        .await;
    assert_eq!(status, 202);
    let mut reading = Value::Null;
    for _ in 0..100 {
        reading = rita.ok("GET", &format!("{item}/reading"), Value::Null).await;
        if reading["state"] == "read" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(
        (&reading["state"], &reading["format"], &reading["records"]),
        (&json!("read"), &json!("jsonl"), &json!(5))
    );
    let one = rita.ok("GET", &format!("{item}/records/1"), Value::Null).await;
    assert_eq!(one["actor"]["name"], "s3.amazonaws.com");
}
