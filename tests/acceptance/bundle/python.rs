//! The second verifier, and the independent reader of the schema: both in Python.

use std::process::{Command, Stdio};

use acceptance::{Program, World};
use serde_json::Value;

use super::alter::flips;
use super::published;

const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/domain/src/bundle/verify.py");

/// Whether Python has a module; says so where it has not.
fn has(module: &str) -> bool {
    let asked = Command::new("python3").args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status();
    let found = asked.is_ok_and(|status| status.success());
    if !found {
        eprintln!("left out: this machine's python3 has no module {module}");
    }
    found
}

/// Runs Python; answers exit code, what it said and what it reported.
fn python(arguments: &[&str]) -> (i32, String, String) {
    let done = Command::new("python3").args(["-B"]).args(arguments).output().expect("python3");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (done.status.code().unwrap_or(-1), text(done.stdout), text(done.stderr))
}

#[tokio::test]
async fn the_second_verifier_finds_every_flip_too() {
    if !has("cryptography") {
        return;
    }
    let world = World::start().await;
    let (_, bundle) = published(&world).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_string();
    std::fs::write(path("case.inquest"), &bundle).expect("a file");
    let (code, said, stderr) = python(&[VERIFIER, &path("case.inquest")]);
    assert_eq!(code, 0, "{said}{stderr}");
    assert!(said.contains("verdict verified_no_op") && said.contains("all whole."), "{said}");
    let list: Vec<String> = flips(bundle.len()).map(|(place, with)| format!("{place} {with}")).collect();
    std::fs::write(path("flips"), list.join("\n")).expect("a file");
    // One process for all: most of a run of its own would be the start of Python.
    let driver = "
import importlib.util, io, sys
spec = importlib.util.spec_from_file_location('verify', sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
bundle = open(sys.argv[2], 'rb').read()
for line in open(sys.argv[3]):
    place, by = map(int, line.split())
    altered = bytearray(bundle)
    altered[place] ^= by
    try:
        verify.verify(io.BytesIO(bytes(altered)))
        print(f'MISSED {place}')
    except (verify.Broken, verify.Unreadable) as error:
        print(f'FOUND {error}')
";
    let (code, said, stderr) = python(&["-c", driver, VERIFIER, &path("case.inquest"), &path("flips")]);
    assert_eq!(code, 0, "{stderr}");
    let missed: Vec<&str> = said.lines().filter(|line| !line.starts_with("FOUND ") || line.len() < 26).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(said.lines().count(), super::alter::FLIPS);
    std::fs::write(path("case.inquest"), &bundle[..bundle.len() - 1]).expect("a file");
    assert_eq!(python(&[VERIFIER, &path("case.inquest")]).0, 1);
    assert_eq!(python(&[VERIFIER, &path("nothing")]).0, 2);
}

#[tokio::test]
async fn the_history_is_as_the_published_schema_says() {
    let world = World::start().await;
    let nobody = Program::new(&world.url, "");
    let schema = nobody.ok("GET", "/schema/bundle-1.json", Value::Null).await;
    if !has("jsonschema") {
        return;
    }
    let (_, bundle) = published(&world).await;
    let files = store::forge::files_of(&bundle);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_string();
    std::fs::write(path("schema.json"), schema.to_string()).expect("a file");
    let check = "
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2]))))
print(len(errors), *(error.message[:200] for error in errors[:3]))
";
    let judge = |case: &Value| {
        std::fs::write(path("case.json"), case.to_string()).expect("a file");
        let (code, said, stderr) = python(&["-c", check, &path("schema.json"), &path("case.json")]);
        assert_eq!(code, 0, "{stderr}");
        said
    };
    let case: Value = serde_json::from_slice(&files["case.json"]).expect("JSON");
    assert_eq!(judge(&case).trim(), "0");
    for pointer in
        ["/form", "/changes/0/hash", "/changes/0/change/noun", "/changes/0/change/after", "/verdict/verdict", "/facts"]
    {
        let mut other = case.clone();
        *other.pointer_mut(pointer).expect("a place") = serde_json::json!("nothing of the kind");
        assert_ne!(judge(&other).trim(), "0", "{pointer}");
    }
}
