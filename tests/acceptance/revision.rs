//! Published revisions, as programs, people and the command line get them.

use acceptance::{Binary, Case, World};
use domain::access::Role;
use domain::checkpoint::Checkpoints;
use domain::revision::digest;
use serde_json::{Value, json};

const FORMATS: [&str; 10] = ["md", "html", "docx", "json", "csv", "safe", "ocsf", "veris", "stix", "aiid"];

pub async fn publish(case: &Case) {
    case.rita.ok("POST", &case.at("postmortem/submit"), json!({})).await;
    case.grace.ok("POST", &case.at("postmortem/approve"), json!({})).await;
    case.rita.ok("POST", &case.at("postmortem/publish"), json!({})).await;
}

pub async fn published(world: &World) -> Case {
    let case = Case::signed(world).await;
    case.written_up().await;
    publish(&case).await;
    case
}

/// Every file of the first revision.
async fn files(case: &Case) -> Vec<String> {
    let mut found = Vec::new();
    for format in FORMATS {
        for profile in ["internal", "public"] {
            let path = case.at(&format!("revisions/1/export?format={format}&profile={profile}"));
            let answer = case.rita.ask("GET", &path, &[], Value::Null).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            found.push(answer.body);
        }
    }
    found
}

#[tokio::test]
async fn a_revision_is_the_same_bytes_after_later_edits_and_by_every_door() {
    let world = World::start().await;
    let case = published(&world).await;
    let first = files(&case).await;
    case.rita.ok("POST", &case.at("postmortem/reopen"), json!({})).await;
    case.rita.ok("PATCH", &format!("/incidents/{}", case.key), json!({ "title": "Another title" })).await;
    for number in 0..30 {
        let text = json!({ "body": format!("Nobody stood between the agent and the forum, take {number}.") });
        case.rita.ok("PUT", &case.at("sections/summary"), text).await;
    }
    publish(&case).await;
    assert!(files(&case).await == first, "the first revision changed");
    let person = world.person("Vera", Role::Viewer).await;
    let folder = world.folder().to_str().expect("text").to_string();
    let inquest = Binary::new(env!("CARGO_BIN_EXE_inquest-under-test"));
    let (out, mut expected) = (format!("{folder}/export"), first.iter());
    for format in FORMATS {
        for profile in ["internal", "public"] {
            let expected = expected.next().expect("a file");
            let path = case.at(&format!("revisions/1/export?format={format}&profile={profile}"));
            assert!(person.peek(&path).await.body == *expected, "{path}: for a person");
            let told = [
                "export",
                "--data-dir",
                &folder,
                &case.key,
                "--revision",
                "1",
                "--format",
                format,
                "--profile",
                profile,
                "--out",
                &out,
            ];
            inquest.run(&told).await.well();
            assert!(String::from_utf8_lossy(&std::fs::read(&out).expect("a file")) == *expected, "{told:?}");
        }
    }
    let verified = inquest.run(&["verify", "--data-dir", &folder]).await.well();
    assert!(verified.contains("2 published revisions"), "{verified}");
}

#[tokio::test]
async fn revisions_are_listed_with_those_who_stand_for_them() {
    let world = World::start().await;
    let case = published(&world).await;
    let list = case.rita.ok("GET", &case.at("revisions"), Value::Null).await;
    let one = &list["items"][0];
    let alone = case.rita.ok("GET", &case.at("revisions/1"), Value::Null).await;
    assert_eq!((&alone["manifest_sha256"], &alone["files"]), (&one["manifest_sha256"], &one["files"]));
    let signature = &alone["signature"];
    let text = |field: &str| signature[field].as_str().expect("text").to_string();
    assert_eq!(json!(digest(text("signed_text").as_bytes())), one["manifest_sha256"], "the manifest is what is signed");
    let list = reqwest::get(format!("{}/.well-known/inquest/checkpoints", world.url)).await.expect("an answer");
    let list: Checkpoints = list.json().await.expect("JSON");
    assert!(store::is_signed(&list.keys, &text("key"), &text("signed_text"), &text("signature")));
    assert!(!store::is_signed(&list.keys, &text("key"), &text("signed_text").replace('1', "2"), &text("signature")));
    let last = list.checkpoints.last().expect("publishing signs the head of the chain");
    assert!(store::is_signed(&list.keys, &last.key, &last.text(), &last.signature));
    assert!(!serde_json::to_string(&list).expect("JSON").contains("INC-"), "it names no incident");
    assert_eq!((&one["number"], &one["verdict"]), (&json!(1), &json!("verified_no_op")));
    assert_eq!((&one["published"]["by"]["name"], &one["approved"]["by"]["name"]), (&json!("Rita"), &json!("Grace")));
    let signed: Vec<&str> =
        one["signed"].as_array().expect("a list").iter().filter_map(|act| act["by"].as_str()).collect();
    assert_eq!(signed, ["Grace", "Alan"]);
    assert_eq!(one["files"].as_array().map(Vec::len), Some(20));
    let document: Value = serde_json::from_str(&files(&case).await[6]).expect("JSON");
    assert_eq!(document["verdict"]["verdict"], "verified_no_op", "the facts it stands on are in it");
    assert!(
        document["facts"]["evidence"].is_array() && document["records"].as_array().is_some_and(|all| all.len() > 20)
    );
    for (path, status) in [
        ("revisions/2", 404),
        ("revisions/x", 404),
        ("revisions/1/export?format=doc", 422),
        ("revisions/1/export?zone=UTC", 422),
    ] {
        assert_eq!(case.rita.call("GET", &case.at(path), Value::Null).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn two_revisions_are_compared_word_by_word() {
    let world = World::start().await;
    let case = published(&world).await;
    case.rita.ok("POST", &case.at("postmortem/reopen"), json!({})).await;
    case.rita
        .ok("PUT", &case.at("sections/summary"), json!({ "body": "Somebody stood between the agent and the forum." }))
        .await;
    publish(&case).await;
    let told = case.rita.ok("GET", &case.at("revisions/2/difference?from=1"), Value::Null).await;
    let has = |kind: &str, text: &str| {
        told["items"].as_array().is_some_and(|items| items.contains(&json!({ "kind": kind, "text": text })))
    };
    assert!(has("gone", "Nobody") && has("new", "Somebody"), "{told}");
    let sentence = case.rita.refused(422, "GET", &case.at("revisions/1/difference"), Value::Null).await;
    assert!(sentence.contains("Say which revision"), "{sentence}");
    let vera = world.person("Vera", Role::Viewer).await;
    vera.get(&case.at("revisions")).await.has_status(200).says("Revision 2").says("Compare with revision 1");
    let page = vera.get(&case.at("revisions/2?with=1")).await;
    page.has_status(200);
    assert!(page.html.contains("Nobody") && page.html.contains("Somebody"), "{}", page.html);
    vera.get(&case.at("revisions/1")).await.has_status(200).says("Nobody stood between").says_not("Somebody stood");
    vera.get(&case.at("postmortem")).await.says("All revisions");
}

#[tokio::test]
async fn the_html_is_one_file_that_fetches_nothing() {
    let world = World::start().await;
    let case = published(&world).await;
    let answer = case.rita.ask("GET", &case.at("export?format=html"), &[], Value::Null).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let html = answer.body;
    assert!(
        html.starts_with("<!doctype html>") && html.contains("<title>INC-1: Agent answered in public, unasked</title>")
    );
    for foreign in ["<script", "src=", "<link", "@import", "url("] {
        assert!(!html.contains(foreign), "{foreign} is in the file");
    }
    assert!(html.contains("@media print") && html.contains("prefers-color-scheme: dark"));
    let markdown = case.rita.ask("GET", &case.at("export?format=md"), &[], Value::Null).await.body;
    let headings = markdown.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(html.matches("<h2>").count(), headings, "it has the parts of the Markdown");
}
