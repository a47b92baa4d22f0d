//! Cases that travel as one file.

mod alter;
mod import;
mod python;

use acceptance::{Binary, Case, World};
use domain::access::Role;
use serde_json::{Value, json};
use store::check_bundle;
use store::forge::files_of;

fn inquest() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_inquest-under-test"))
}

/// A bundle over the API.
pub async fn taken(case: &Case, query: &str) -> Vec<u8> {
    let path = case.at(&format!("export?format=bundle{query}"));
    let response = case.rita.request("GET", &path).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    let length = response.content_length();
    let bytes = response.bytes().await.expect("bytes").to_vec();
    assert_eq!(length, Some(bytes.len() as u64), "the length is told");
    bytes
}

/// A case with logs in it that were read, and a published revision.
pub async fn published(world: &World) -> (Case, Vec<u8>) {
    let case = crate::revision::published(world).await;
    let bundle = taken(&case, "").await;
    (case, bundle)
}

#[tokio::test]
async fn a_bundle_is_the_same_bytes_by_every_door() {
    let world = World::start().await;
    let (case, bundle) = published(&world).await;
    assert!(taken(&case, "").await == bundle, "the same version, the same bytes");
    let files: Vec<String> = files_of(&bundle).into_keys().collect();
    assert!(files.contains(&format!("evidence/{}", case.sha256)), "{files:?}");
    assert_eq!(files.iter().filter(|name| name.starts_with("revisions/1/")).count(), 22, "{files:?}");
    let folder = world.folder().to_str().expect("text").to_string();
    let inquest = inquest();
    let out = inquest.folder().join("out.inquest");
    let told = ["export", "--data-dir", &folder, &case.key, "--format", "bundle", "--out", out.to_str().expect("text")];
    inquest.run(&told).await.well();
    assert!(std::fs::read(&out).expect("a file") == bundle, "for the command line");
    let person = world.person("Vera", Role::Viewer).await;
    let page = person.get(&format!("/incidents/{}/postmortem", case.key)).await;
    assert!(page.html.contains("export?format=bundle"), "the page offers it");
    let stranger = world.program("Walter", Role::Viewer, None).await;
    let sentence = stranger.refused(422, "GET", &case.at("export?format=bundle&profile=public"), Value::Null).await;
    assert!(sentence.contains("export another format for the public"), "{sentence}");
}

#[tokio::test]
async fn a_bundle_is_verified_where_there_are_no_data() {
    let world = World::start().await;
    let (case, bundle) = published(&world).await;
    let inquest = inquest();
    let file = inquest.folder().join("case.inquest");
    std::fs::write(&file, &bundle).expect("a file");
    let file = file.to_str().expect("text");
    let said = inquest.run(&["verify", file]).await.well();
    for words in [
        &format!("{} as of", case.key),
        "1 of 1 pieces of evidence",
        "verified_no_op",
        "all whole.",
        "Not proven: whose key",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let made: Vec<_> = std::fs::read_dir(inquest.folder()).expect("a folder").collect();
    assert_eq!(made.len(), 1, "it opens no data: {made:?}");
    let key = inquest.run(&["verify", file, "--signer", "0123456789abcdef"]).await.with(1);
    assert!(key.contains("is not the one you named"), "{key}");
    let missing = inquest.run(&["verify", "./nothing.inquest"]).await.with(2);
    assert!(missing.contains("cannot read ./nothing.inquest"), "{missing}");
    std::fs::write(file, "no bundle at all, only text").expect("a file");
    assert!(inquest.run(&["verify", file]).await.with(1).contains("The bundle: broken"), "text is no bundle");
}

#[tokio::test]
async fn digests_alone_are_signed_by_the_same_signature() {
    let world = World::start().await;
    let (case, bundle) = published(&world).await;
    let light = taken(&case, "&evidence=digests").await;
    let (mut all, some) = (files_of(&bundle), files_of(&light));
    all.retain(|name, _| !name.starts_with("evidence/"));
    assert!(all == some, "nothing else differs");
    let found = check_bundle(&light[..]).expect("a bundle");
    assert!(found.is_whole(), "{:?}", found.findings);
    assert!(found.notes.iter().any(|note| note.contains("digests of its evidence only")), "{:?}", found.notes);
    let odd = case.rita.refused(422, "GET", &case.at("export?format=bundle&evidence=some"), Value::Null).await;
    assert!(odd.contains("write all"), "{odd}");
}

#[tokio::test]
async fn bytes_that_are_not_as_received_stay_out() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    world.alter(&case.sha256);
    let bundle = taken(&case, "").await;
    assert!(!files_of(&bundle).contains_key(&format!("evidence/{}", case.sha256)));
    let found = check_bundle(&bundle[..]).expect("a bundle");
    assert!(found.is_whole(), "{:?}", found.findings);
    assert!(found.notes.iter().any(|note| note.contains("no longer had the bytes")), "{:?}", found.notes);
}

#[tokio::test]
async fn a_hidden_case_gives_no_bundle() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Between us", "visibility": "private" })).await;
    let kim = world.program("Kim", Role::Responder, None).await;
    kim.refused(404, "GET", "/incidents/INC-1/export?format=bundle", Value::Null).await;
}
