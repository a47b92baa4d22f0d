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
    // The same bytes are one item, with another line of custody.
    let again = rita.upload("INC-1", "again.txt", b"abc".to_vec()).await;
    assert_eq!((&again["id"], again["custody"].as_array().map(Vec::len)), (&item["id"], Some(2)));
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
    assert_eq!(send(&rita, "/incidents/INC-1/evidence?name=x", Vec::new()).await, 422);
    assert_eq!(rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await["items"], json!([]));
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
