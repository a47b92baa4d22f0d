//! The list of parts: what the format asks for, and everything that the binary itself says it is made of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tempfile::TempDir;

use super::{PROGRAM, package, stripped, text};

/// The binary under test is built with what the tests ask of crates that both share: this is below `reqwest`.
const OF_TESTS: [&str; 1] = ["ipnet"];

#[tokio::test]
async fn the_list_of_parts_is_cyclonedx_and_names_all_that_the_binary_names() {
    let folder = TempDir::new().expect("a folder");
    let binary = stripped(folder.path()).await;
    let path = package("parts", &binary, "0.1.0", folder.path()).await;
    let read = "import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator as V
found = V(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()); print(found or 'valid')";
    let judged = crate::python::run("python", &["-c", read, text(&path)]).await;
    assert_eq!(crate::python::printed(&judged).trim(), "valid");

    let list: Value = serde_json::from_slice(&std::fs::read(&path).expect("a list")).expect("JSON");
    let parts: BTreeMap<&str, &Value> =
        list["components"].as_array().expect("parts").iter().map(|part| (reference(part), part)).collect();
    let named = named_in_the_binary();
    assert!(named.len() > 50, "{named:?}");
    let lacking: Vec<&String> = named
        .iter()
        .filter(|name| parts.get(name.as_str()).is_none_or(|part| part["scope"] != "required"))
        .filter(|name| !OF_TESTS.iter().any(|other| name.starts_with(&format!("pkg:cargo/{other}@"))))
        .collect();
    assert!(lacking.is_empty(), "crates whose code is in the binary are not in its list: {lacking:?}");
    for (reference, part) in &parts {
        let is_crate = reference.starts_with("pkg:cargo/");
        assert!(is_crate || reference.starts_with("pkg:deb/debian/"), "{reference}");
        assert!(
            !is_crate || (part["hashes"][0]["alg"] == "SHA-256" && part["licenses"][0]["expression"].is_string()),
            "{part}"
        );
    }
    assert!(
        parts.keys().any(|part| part.starts_with("pkg:deb/debian/libc6@")),
        "what the image holds beside the binary"
    );
    assert!(!parts.keys().any(|part| part.starts_with("pkg:cargo/domain@")), "our own crates are the binary itself");
    let above = list["dependencies"]
        .as_array()
        .expect("edges")
        .iter()
        .find(|edge| edge["ref"] == "inquest")
        .expect("the binary");
    assert!(
        above["dependsOn"]
            .as_array()
            .expect("parts")
            .iter()
            .any(|part| part.as_str().is_some_and(|part| part.starts_with("pkg:cargo/axum@")))
    );
}

fn reference(part: &Value) -> &str {
    part["bom-ref"].as_str().expect("a reference")
}

/// The crates whose places in the code stand in the binary, where it says where it panicked.
fn named_in_the_binary() -> BTreeSet<String> {
    let bytes = std::fs::read(PROGRAM).expect("the binary");
    let text = String::from_utf8_lossy(&bytes);
    let places =
        text.split("/registry/src/").skip(1).filter_map(|rest| rest.split('/').nth(1).zip(rest.split('/').nth(2)));
    places
        .filter(|(_, folder)| *folder == "src")
        .filter_map(|(name, _)| {
            // The version begins behind the first hyphen that a number and a dot follow: md-5-0.11.0.
            let at = name.match_indices('-').map(|(at, _)| at).find(|at| {
                let number = name[at + 1..].split_once('.').map_or("", |(number, _)| number);
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })?;
            Some(format!("pkg:cargo/{}@{}", &name[..at], name[at + 1..].replace('+', "%2B")))
        })
        .collect()
}
