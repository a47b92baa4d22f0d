//! The description of the API: complete, valid for others, and true of what is answered.

use std::collections::BTreeSet;

use acceptance::{Case, Program, World};
use domain::access::Role;
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

/// Holds each answer against what the description says of it.
const FITS: &str = r##"
import json, sys
from jsonschema import Draft202012Validator
document = json.load(open(sys.argv[1]))
wrong = 0
for place, body in json.load(open(sys.argv[2])):
    schema = document["paths"][place]["get"]["responses"]["2XX"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({"components": document["components"], **schema})
    for error in list(validator.iter_errors(body))[:3]:
        wrong += 1
        at = "/".join(str(part) for part in error.absolute_path)
        print(f"GET {place}: {at}: {error.message[:300]}")
sys.exit(1 if wrong else 0)
"##;

/// The paths of a description that are read and answer JSON.
fn read_paths(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().expect("paths");
    let is_read = |calls: &Value| calls["get"]["responses"]["2XX"]["content"]["application/json"].is_object();
    // A schema that is read is one, and not described by another.
    paths
        .iter()
        .filter(|(path, calls)| is_read(calls) && !path.starts_with("/schema/"))
        .map(|(path, _)| path.clone())
        .collect()
}

#[tokio::test]
async fn what_is_read_is_as_it_is_described() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    server::library::load(&world.store).await.expect("the library loads");
    let ada = world.program("Ada", Role::Admin, None).await;
    let document = described(&world).await;
    let mut answers = Vec::new();
    let keys = std::iter::once(case.key.clone()).chain((2..=6).map(|number| format!("INC-{number}")));
    let keys: Vec<String> = keys.collect();
    for place in read_paths(&document) {
        let keys: &[String] = if place.contains("{key}") { &keys } else { &keys[..1] };
        for key in keys {
            let Some(path) = filled(&ada, &place.replace("{key}", key)).await else { continue };
            if let Some((200, body)) = ada.try_ask("GET", &path, &[], Value::Null).await {
                answers.push(json!([place, body]));
            }
        }
    }
    let reached: BTreeSet<&str> = answers.iter().filter_map(|one| one[0].as_str()).collect();
    println!("{} answers of {} of {} paths", answers.len(), reached.len(), read_paths(&document).len());
    assert!(reached.len() > 50, "{} paths were reached: {reached:?}", reached.len());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, value: Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, value.to_string()).expect("written");
        path.display().to_string()
    };
    let (document, answers) = (file("openapi.json", document), file("answers.json", Value::from(answers)));
    let ran = python::run("python", &["-c", FITS, &document, &answers]).await;
    assert!(ran.status.success(), "{}", python::printed(&ran));
}

/// A path with the first id of the list before it in the place of `{id}`; nothing where there is none, or where another
/// part is asked for.
async fn filled(program: &Program, path: &str) -> Option<String> {
    let Some((list, rest)) = path.split_once("/{id}") else { return (!path.contains('{')).then(|| path.to_string()) };
    let (_, body) = program.try_ask("GET", list, &[], Value::Null).await?;
    let id = body["items"].as_array()?.first()?["id"].as_str()?.to_string();
    let path = format!("{list}/{id}{rest}");
    (!path.contains('{')).then_some(path)
}
