//! Cases that come from elsewhere: all of what they say, and nothing of what was judged there.

use std::path::Path;

use acceptance::{Binary, Case, Program, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::forge::{files_of, signed_anew, zipped};
use store::testing::Postgres;

use super::{inquest, published, taken};

/// Sends a bundle; answers status and body.
async fn send(who: &Program, bundle: Vec<u8>, query: &str) -> (u16, Value) {
    let request = who.request("POST", &format!("/incidents/import{query}")).body(bundle);
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

/// How many files of evidence there are.
fn blobs(world: &World) -> usize {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&world.folder().join("evidence"))
}

#[tokio::test]
async fn nobody_gains_by_an_import() {
    let world = World::start().await;
    let (case, bundle) = published(&world).await;
    let there = World::start().await;
    let kim = there.program("Kim", Role::Responder, None).await;
    let (status, plan) = send(&kim, bundle.clone(), "?dry_run=true").await;
    assert_eq!((status, &plan["key"], &plan["imported"]), (200, &Value::Null, &json!(false)), "{plan}");
    let all = plan.to_string();
    for words in ["2 reviews, 2 signatures", "1 published revision", "was “verified_no_op”", "is none of this instance"]
    {
        assert!(all.contains(words), "{words}: {all}");
    }
    let none = kim.ok("GET", "/incidents", Value::Null).await;
    assert_eq!((none["items"].as_array().map(Vec::len), blobs(&there)), (Some(0), 0), "a dry run stores nothing");
    let (status, done) = send(&kim, bundle.clone(), "").await;
    assert_eq!((status, &done["key"], &done["imported"]), (201, &json!("INC-1"), &json!(true)), "{done}");
    let verdict = kim.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!(verdict["verdict"], "undetermined", "{verdict}");
    let failing = |gate: &str| {
        let gates = verdict["gates"].as_array().expect("gates");
        gates.iter().any(|one| one["gate"] == gate && one["passes"] == false)
    };
    assert!(failing("G2") && failing("G3") && failing("G8"), "{verdict}");
    let page = there.person("Vera", Role::Viewer).await.get("/incidents/INC-1").await;
    page.says("Imported from INC-1").says("which this instance does not know");
    let again = send(&kim, bundle.clone(), "").await;
    assert_eq!((again.0, &again.1["key"], &again.1["imported"]), (200, &json!("INC-1"), &json!(false)));
    // Where the accounts of the reviewers are the very same, they have not reviewed this incident either.
    let (status, own) = send(&case.rita, bundle.clone(), "").await;
    assert_eq!(status, 201, "{own}");
    assert!(own["exists"].to_string().contains("INC-1 is this case"), "{own}");
    let verdict = case.rita.ok("GET", "/incidents/INC-2/verdict", Value::Null).await;
    assert_eq!(verdict["verdict"], "undetermined", "{verdict}");
    let agent = send(&case.scribe, bundle, "").await;
    assert_eq!(agent.0, 403, "{}", agent.1);
    for world in [&world, &there] {
        let folder = world.folder().to_str().expect("text").to_string();
        let said = inquest().run(&["verify", "--data-dir", &folder]).await.well();
        assert!(said.contains("all whole."), "{said}");
    }
}

#[tokio::test]
async fn what_speaks_against_a_case_comes_with_it() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let mut review = case.attestation();
    review["outcome"] = json!("inconclusive");
    case.grace.ok("POST", &case.at("reviews"), review).await;
    let finding = json!({ "summary": "Somebody read it", "facet": "access", "class": "unauthorised_access", "confidence": "suspected", "role": "effect", "evidence": [case.evidence] });
    let found = case.rita.ok("POST", &case.at("findings"), finding).await;
    let resolve = case.at(&format!("findings/{}/resolve", found["id"].as_str().expect("an id")));
    case.grace.ok("POST", &resolve, json!({ "reason": "it was the owner" })).await;
    let bundle = taken(&case, "").await;
    let there = World::start().await;
    let kim = there.program("Kim", Role::Responder, None).await;
    assert_eq!(send(&kim, bundle, "").await.0, 201);
    let verdict = kim.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!(verdict["verdict"], "harm_suspected", "{verdict}");
    let findings = kim.ok("GET", "/incidents/INC-1/findings", Value::Null).await;
    let findings = findings["items"].as_array().expect("findings").clone();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings.iter().all(|finding| finding["resolved"].is_null()), "{findings:?}");
}

#[tokio::test]
async fn a_bundle_without_bytes_opens_no_evidence() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let light = taken(&case, "&evidence=digests").await;
    let kim = world.program("Kim", Role::Responder, None).await;
    let (status, done) = send(&kim, light, "").await;
    assert_eq!(status, 201, "{done}");
    assert!(done["unproven"].to_string().contains("1 piece of evidence came without bytes"), "{done}");
    let key = done["key"].as_str().expect("a key");
    let evidence = kim.ok("GET", &format!("/incidents/{key}/evidence"), Value::Null).await;
    let names: Vec<&str> =
        evidence["items"].as_array().expect("items").iter().filter_map(|item| item["name"].as_str()).collect();
    assert_eq!(names, [format!("{}.inquest", case.key)], "bytes that are here are not got by their digest");
}

#[tokio::test]
async fn a_bundle_that_is_not_whole_is_refused_and_nothing_is_stored() {
    let world = World::start().await;
    let (_, bundle) = published(&world).await;
    let there = World::start().await;
    let kim = there.program("Kim", Role::Responder, None).await;
    let files = files_of(&bundle);
    let with = |name: &str, body: &[u8]| {
        let mut files = files.clone();
        files.insert(name.to_string(), body.to_vec());
        zipped(&files)
    };
    let newer = String::from_utf8(files["manifest.json"].clone()).expect("text").replace("bundle/1", "bundle/2");
    let mut lying = files.clone();
    let case = String::from_utf8(lying["case.json"].clone()).expect("text");
    lying.insert("case.json".into(), case.replace("\"eligible\":true", "\"eligible\":false").into_bytes());
    let hostile = [
        ("zip slip", with("../../../tmp/x", b"x"), "which no bundle has"),
        ("a digest that is wrong", with(&format!("evidence/{}", "0".repeat(64)), b"x"), "another SHA-256"),
        ("cut off", bundle[..bundle.len() / 2].to_vec(), "a part of it is missing"),
        ("newer", with("manifest.json", newer.as_bytes()), "a newer Inquest wrote"),
        ("a verdict that does not follow", signed_anew(lying), "The verdict is not the one"),
        ("nothing", Vec::new(), "a part of it is missing"),
        ("another zip", b"PK\x03\x04\x14\0\0\0\x08\0".repeat(40), "was altered"),
    ];
    for (what, bundle, words) in hostile {
        let (status, answer) = send(&kim, bundle, "").await;
        assert_eq!(status, 422, "{what}: {answer}");
        assert!(answer["detail"].as_str().is_some_and(|said| said.contains(words)), "{what}: {answer}");
    }
    let none = kim.ok("GET", "/incidents", Value::Null).await;
    assert_eq!((none["items"].as_array().map(Vec::len), blobs(&there)), (Some(0), 0));
}

/// Exports a case; answers the bytes.
async fn export(from: &Binary, key: &str) -> Vec<u8> {
    let out = from.folder().join("out.inquest");
    let path = out.to_str().expect("text");
    from.run(&["export", key, "--format", "bundle", "--out", path]).await.well();
    std::fs::read(&out).expect("a file")
}

async fn import(into: &Binary, bundle: &[u8]) -> String {
    let file = into.folder().join("in.inquest");
    std::fs::write(&file, bundle).expect("a file");
    into.run(&["import", file.to_str().expect("text")]).await.well()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_travel_from_sqlite_to_postgresql_and_back() {
    let server = Postgres::shared().expect("a server");
    let url = server.create_database("travel").await.expect("a database");
    let program = env!("CARGO_BIN_EXE_inquest-under-test");
    let (from, over, back) = (inquest(), Binary::on(program, &url), inquest());
    from.run(&["demo"]).await.well();
    for number in 1..=5 {
        let key = format!("INC-{number}");
        let first = export(&from, &key).await;
        let said = import(&over, &first).await;
        assert!(said.contains(&format!("was imported as {key}")), "{said}");
        let second = export(&over, &key).await;
        assert!(first == second, "{key} is not the same after PostgreSQL");
        import(&back, &second).await;
        assert!(first == export(&back, &key).await, "{key} is not the same after SQLite again");
    }
    for place in [&over, &back] {
        let said = place.run(&["verify"]).await.well();
        assert!(said.contains("5 incidents") && said.contains("all whole."), "{said}");
    }
}
