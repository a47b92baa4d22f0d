//! Evidence: bytes in, the same bytes out, and what they cover.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::responder;

#[tokio::test]
async fn bytes_come_back_as_they_went_in() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let item = rita.upload("INC-1", "abc.txt", b"abc".to_vec()).await;
    assert_eq!(item["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (field, value) in [
        ("bytes", json!(3)),
        ("format", json!("text")),
        ("records", json!(null)),
        ("unreadable", json!(0)),
        ("first_at", json!(null)),
        ("last_at", json!(null)),
        ("status", json!("intact")),
    ] {
        assert_eq!(item[field], value, "{field}");
    }
    // Every byte there is, and more than one part of the stream.
    let bytes: Vec<u8> = (0..=255).cycle().take(6 << 20).collect();
    let large = rita.upload("INC-1", "every-byte.bin", bytes.clone()).await;
    assert_eq!((&large["bytes"], &large["format"]), (&json!(bytes.len()), &json!("binary")));
    let path = format!("/incidents/INC-1/evidence/{}", large["id"].as_str().expect("an id"));
    let response = rita.request("GET", &format!("{path}/content")).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"every-byte.bin\"");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert!(response.bytes().await.expect("bytes") == bytes, "the bytes differ");
    assert_eq!(rita.ok("GET", &path, Value::Null).await["sha256"], large["sha256"]);
    assert_eq!(
        rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await["items"].as_array().map(Vec::len),
        Some(2)
    );
    // The same bytes of the same name are one item, with another line of custody; from elsewhere they are another.
    let name = item["name"].as_str().expect("a name").to_string();
    let again = rita.upload("INC-1", &name, b"abc".to_vec()).await;
    assert_eq!((&again["id"], again["custody"].as_array().map(Vec::len)), (&item["id"], Some(2)));
    let other = rita.upload("INC-1", "other-host.txt", b"abc".to_vec()).await;
    assert_eq!((other["id"] == item["id"], &other["sha256"]), (false, &item["sha256"]));
}

#[tokio::test]
async fn an_upload_that_may_not_be_leaves_nothing() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    let send = async |who: &acceptance::Program, path: &str, body: Vec<u8>| {
        who.request("POST", path).body(body).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(send(&vera, "/incidents/INC-1/evidence?name=x", b"abc".to_vec()).await, 403);
    assert_eq!(send(&rita, "/incidents/INC-9/evidence?name=x", b"abc".to_vec()).await, 404);
    assert_eq!(rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await["items"], json!([]));
}

#[tokio::test]
async fn an_empty_file_is_evidence_and_what_was_withdrawn_says_so() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let empty = rita.upload("INC-1", "quiet.log", Vec::new()).await;
    assert_eq!((&empty["bytes"], &empty["status"]), (&json!(0), &json!("intact")));
    let item = rita.upload("INC-1", "Überblick.csv", b"0123456789".to_vec()).await;
    let path = format!("/incidents/INC-1/evidence/{}", item["id"].as_str().expect("an id"));
    let part =
        rita.request("GET", &format!("{path}/content")).header("range", "bytes=2-4").send().await.expect("an answer");
    assert_eq!((part.status().as_u16(), part.headers()["content-range"].to_str().ok()), (206, Some("bytes 2-4/10")));
    assert!(
        part.headers()["content-disposition"].to_str().expect("text").ends_with("filename*=UTF-8''%C3%9Cberblick.csv")
    );
    let tag = part.headers()["etag"].clone();
    assert_eq!(part.bytes().await.expect("bytes"), "234");
    let known =
        rita.request("GET", &format!("{path}/content")).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(known.status().as_u16(), 304);
    let head = rita.request("HEAD", &format!("{path}/content")).send().await.expect("an answer");
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().ok()), (200, Some("10")));
    let beyond =
        rita.request("GET", &format!("{path}/content")).header("range", "bytes=10-").send().await.expect("an answer");
    assert_eq!(beyond.status().as_u16(), 416);
    rita.ok("POST", &format!("{path}/withdraw"), json!({ "reason": "wrong host" })).await;
    let again = rita
        .request("POST", "/incidents/INC-1/evidence?name=%C3%9Cberblick.csv")
        .body("0123456789")
        .send()
        .await
        .expect("an answer");
    assert_eq!(again.status().as_u16(), 409);
    assert!(again.text().await.expect("text").contains("was withdrawn here (wrong host)"));
    let other = rita.upload("INC-1", "other.csv", b"0123456789".to_vec()).await;
    let said = other["custody"].as_array().and_then(|lines| lines.last()).expect("custody")["note"].clone();
    assert_eq!(
        (&other["status"], said),
        (&json!("intact"), json!("the same bytes as “Überblick.csv”, which was withdrawn: wrong host"))
    );
}

#[tokio::test]
async fn a_name_that_is_not_known_is_refused() {
    let world = World::start().await;
    let rita = responder(&world).await;
    let refused = async |method: &str, path: &str, body: serde_json::Value, field: &str| {
        let (status, problem) = rita.call(method, path, body).await;
        assert_eq!(status, 422, "{method} {path}: {problem}");
        assert!(problem["fields"].get(field).is_some(), "{method} {path}: {problem}");
        problem["fields"][field].as_str().unwrap_or_default().to_string()
    };
    let sentence =
        refused("POST", "/incidents", json!({ "title": "Quiet", "visibilty": "private" }), "visibilty").await;
    assert!(sentence.contains("did you mean “visibility”"), "{sentence}");
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let incident = rita.ok("GET", "/incidents/INC-1", Value::Null).await;
    rita.ok("PATCH", "/incidents/INC-1", incident).await;
    refused("PATCH", "/incidents/INC-1", json!({ "tittle": "x" }), "tittle").await;
    refused("PUT", "/incidents/INC-1/exposure/window", json!({ "end_latest": "2026-03-18" }), "end_latest").await;
    let event = json!({ "time": "unknown", "kind": "note", "actor": { "name": "Ann" }, "authorized": "no" });
    assert!(refused("POST", "/incidents/INC-1/events", event, "authorized").await.contains("“authorised”"));
    for (query, field) in
        [("limit=0", "limit"), ("limit=many", "limit"), ("cursor=x", "cursor"), ("tags=a", "tags"), ("limt=3", "limt")]
    {
        refused("GET", &format!("/incidents?{query}"), Value::Null, field).await;
    }
    refused("GET", "/incidents/INC-1/records?actr=x", Value::Null, "actr").await;
    // Also where its value is null, inside of a time or an actor, and where nothing is to be said at all.
    refused("POST", "/incidents", json!({ "title": "Quiet", "visibilty": null }), "visibilty").await;
    refused("PATCH", "/incidents/INC-1", json!({ "tittle": null }), "tittle").await;
    let range = json!({ "earliest": "2026-03-18T17:00:00Z", "lates": "2026-03-18T17:10:00Z", "granularity": "minute", "zone": "UTC" });
    let event = json!({ "time": range, "kind": "note", "actor": { "name": "Ann" } });
    assert!(refused("POST", "/incidents/INC-1/events", event, "time.lates").await.contains("“latest”"));
    let event = json!({ "time": "unknown", "kind": "note", "actor": { "nmae": "Ann" } });
    assert!(refused("POST", "/incidents/INC-1/events", event, "actor.nmae").await.contains("“name”"));
    refused("POST", "/incidents/INC-1/undo", json!({ "chnge": 3 }), "chnge").await;
    let event = json!({ "time": "unknown", "kind": "note", "actor": { "name": "Ann" }, "trace": null });
    let event = rita.ok("POST", "/incidents/INC-1/events", event).await["id"].as_str().expect("an id").to_string();
    refused("DELETE", &format!("/incidents/INC-1/events/{event}"), json!({ "reson": "x" }), "reson").await;
    refused("GET", "/remediations?overdue=maybe", Value::Null, "overdue").await;
    refused("GET", "/incidents/INC-1/export?profil=public", Value::Null, "profil").await;
}

#[tokio::test]
async fn coverage_is_stated_over_a_recorded_path() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let stated = case.cover().await;
    assert_eq!(
        (&stated["evidence"], &stated["resource"], &stated["path"]),
        (&json!(case.evidence), &json!("repo-a"), &json!("api"))
    );
    assert_eq!(
        (&stated["mode"], &stated["completeness"], &stated["gaps"]),
        (&json!("all"), &json!("digest_chain"), &json!([]))
    );
    let path = case.at(&format!("coverage/{}", stated["id"].as_str().expect("an id")));
    let holed = case
        .rita
        .ok(
            "PATCH",
            &path,
            json!({ "gaps": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "reason": "rotation" }] }),
        )
        .await;
    assert_eq!(holed["gaps"][0]["reason"], "rotation");
    assert_eq!(case.judgement().await["coverage"]["logged_min"], 0.917);
    let statement = |more: Value| {
        store::merge_patch(
            &json!({ "evidence": case.evidence, "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "heartbeat" }),
            &more,
        )
    };
    for (more, field) in [
        (json!({ "path": "replica" }), "cell"),
        (json!({ "evidence": "e-none" }), "evidence"),
        (json!({ "to": "2026-03-18T16:00:00Z" }), "to"),
        (json!({ "from": "unknown" }), "from"),
        (json!({ "mode": "some" }), "mode"),
        (
            json!({ "gaps": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z" }, { "from": "2026-03-18T18:10:00Z", "to": "2026-03-18T18:00:00Z" }] }),
            "gaps.1.to",
        ),
    ] {
        let (status, problem) = case.rita.call("POST", &case.at("coverage"), statement(more)).await;
        assert_eq!(status, 422);
        assert!(problem["fields"].get(field).is_some(), "{field}: {problem}");
    }
    case.rita.ok("DELETE", &path, Value::Null).await;
    assert_eq!(case.judgement().await["coverage"]["logged_min"], 0.0);
}

#[tokio::test]
async fn an_exposure_is_replaced_whole_or_by_its_parts() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let exposure = case.rita.ok("GET", &case.at("exposure"), Value::Null).await;
    assert_eq!(exposure["resources"][0]["paths"].as_array().map(Vec::len), Some(2));
    assert_eq!(exposure["resources_enumerated"]["basis"], "the list of repositories of that day");
    let (status, problem) = case
        .rita
        .call("PUT", &case.at("exposure"), json!({ "resources": [{ "id": "plans", "class": "secret" }] }))
        .await;
    assert_eq!(status, 422);
    assert!(problem["fields"].get("resources.0.class").is_some(), "{problem}");
    let unjustified = json!({ "resources": [{ "id": "plans", "class": "internal", "paths": [{ "op": "read", "channel": "ui", "status": "impossible" }] }] });
    let (_, problem) = case.rita.call("PUT", &case.at("exposure"), unjustified).await;
    assert!(problem["fields"].get("resources.0.paths.0.justification").is_some(), "{problem}");
    assert_eq!(
        case.rita.ok("GET", &case.at("exposure"), Value::Null).await,
        exposure,
        "a refused write changes nothing"
    );
    case.rita.ok("POST", &case.at("exposure/resources"), json!({ "id": "plans", "class": "internal" })).await;
    case.rita
        .ok("POST", &case.at("exposure/resources/plans/paths"), json!({ "op": "search", "channel": "index" }))
        .await;
    let replaced = case
        .rita
        .ok("PUT", &case.at("exposure/resources/plans"), json!({ "id": "plans", "class": "confidential" }))
        .await;
    assert_eq!(
        (&replaced["resources"][1]["class"], &replaced["resources"][1]["paths"][0]["id"]),
        (&json!("confidential"), &json!("index-search")),
        "its paths stay"
    );
    case.rita.ok("DELETE", &case.at("exposure/resources/plans/paths/index-search"), Value::Null).await;
    let emptied = case.rita.ok("DELETE", &case.at("exposure/resources/plans"), Value::Null).await;
    assert_eq!(emptied["resources"].as_array().map(Vec::len), Some(1));
}
