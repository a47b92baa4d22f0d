//! The description of the API: complete, valid for others, and true of what is answered.

use acceptance::{Program, World};
use serde_json::{Value, json};

use crate::python;

async fn described(world: &World) -> Value {
    Program::new(&world.url, "").ok("GET", "/openapi.json", Value::Null).await
}

/// Every schema in a description, with the place where it stands.
fn bodies(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        for (method, call) in calls.as_object().expect("calls") {
            let answers = call["responses"].as_object().into_iter().flatten().map(|(_, answer)| answer);
            for content in answers.chain([&call["requestBody"]]).filter_map(|body| body["content"].as_object()) {
                found.extend(
                    content.iter().map(|(media, told)| (format!("{method} {path} {media}"), told["schema"].clone())),
                );
            }
        }
    }
    found
}

#[tokio::test]
async fn no_body_is_described_as_just_an_object() {
    let world = World::start().await;
    let document = described(&world).await;
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let bodies = bodies(&document);
    for (place, schema) in &bodies {
        let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/components/schemas/"));
        let told = name.map_or(schema, |name| schemas.get(name).unwrap_or_else(|| panic!("{place}: no schema {name}")));
        let is_told =
            ["properties", "anyOf", "oneOf", "allOf", "items", "format"].iter().any(|part| !told[part].is_null());
        assert!(is_told || told["type"] == "string", "{place} is described as {told}");
    }
    assert!(schemas.len() > 150 && bodies.len() > 300, "{} schemas, {} bodies", schemas.len(), bodies.len());
    println!("{} schemas, {} bodies", schemas.len(), bodies.len());
}

#[tokio::test]
async fn another_validator_takes_the_description() {
    let world = World::start().await;
    let file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    std::fs::write(file.path(), described(&world).await.to_string()).expect("written");
    let path = file.path().display().to_string();
    let output = python::run("openapi-spec-validator", &["--schema", "3.1", &path]).await;
    assert!(output.status.success(), "{}", python::printed(&output));
}

/// Files an incident, adds an event, and reads it back.
const STORY: &str = r#"
import sys
sys.path.insert(0, sys.argv[1])
from inquest_client import AuthenticatedClient
from inquest_client.api.default import post_incidents, post_incidents_key_events, get_incidents_key_events, get_incidents_key
from inquest_client.models import IncidentDraft, EventDraft

client = AuthenticatedClient(base_url=sys.argv[2] + "/api/v1", token=sys.argv[3])
filed = post_incidents.sync(client=client, body=IncidentDraft.from_dict({"title": "Filed by a generated client", "occurred": "2026-03-18 17:05 UTC"}))
event = post_incidents_key_events.sync(filed.key, client=client, body=EventDraft.from_dict({"kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "time": "2026-03-18 17:05 UTC", "verb": "post", "body": "It posts"}))
listed = get_incidents_key_events.sync(filed.key, client=client)
again = get_incidents_key.sync(filed.key, client=client)
print(filed.key, len(listed.items), listed.items[0].verb.value, again.title, again.verdict.value)
"#;

#[tokio::test]
async fn a_generated_client_files_an_incident() {
    let world = World::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("openapi.json"), described(&world).await.to_string()).expect("written");
    std::fs::write(
        path("config.yml"),
        json!({ "package_name_override": "inquest_client", "post_hooks": [], "content_type_overrides": { "application/offset+octet-stream": "application/octet-stream", "application/x-ndjson": "application/octet-stream" } }).to_string(),
    )
    .expect("written");
    let (document, config, out) = (path("openapi.json"), path("config.yml"), path("client"));
    let arguments = [
        "generate",
        "--path",
        &document,
        "--config",
        &config,
        "--output-path",
        &out,
        "--meta",
        "none",
        "--overwrite",
        "--fail-on-warning",
    ];
    let generated = python::run("openapi-python-client", &arguments).await;
    assert!(generated.status.success(), "{}", python::printed(&generated));
    std::fs::rename(path("client"), path("inquest_client")).expect("renamed");
    let rita = world.program("Rita", domain::access::Role::Responder, None).await;
    let root = folder.path().display().to_string();
    let ran = python::run("python", &["-c", STORY, &root, &world.url, rita.token()]).await;
    assert!(ran.status.success(), "{}", python::printed(&ran));
    assert_eq!(python::printed(&ran).trim(), "INC-1 1 post Filed by a generated client not_assessed");
}
