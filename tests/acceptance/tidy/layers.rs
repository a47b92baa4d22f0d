//! Who may import what, from the manifests and from the code.

use std::collections::BTreeMap;

use super::{root, rust};

/// Package, its folder, and those of ours it may name.
const OURS: [(&str, &str, &[&str]); 6] = [
    ("domain", "app/domain", &[]),
    ("app", "app/ui", &["domain"]),
    ("hydrate", "app/hydrate", &["app"]),
    ("store", "server/store", &["domain"]),
    ("server", "server/web", &["app", "domain", "store"]),
    ("acceptance", "tests", &["domain", "server", "store"]),
];

/// What `domain` may name from elsewhere: nothing with input, output, a clock or chance.
const OF_DOMAIN: [&str; 12] = [
    "chrono",
    "chrono-tz",
    "diffy",
    "pulldown-cmark",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "unicase",
    "unicode-normalization",
    "unicode-security",
    "uuid",
];

/// The names below the headings of dependencies, by heading.
fn dependencies(folder: &str) -> BTreeMap<String, Vec<String>> {
    let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
    let (mut found, mut heading) = (BTreeMap::<String, Vec<String>>::new(), String::new());
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            heading = name.trim_end_matches(']').to_string();
        } else if heading.ends_with("dependencies")
            && let Some((name, _)) = line.split_once(['.', '=', ' '])
            && !name.is_empty()
            && !name.starts_with('#')
        {
            found.entry(heading.clone()).or_default().push(name.to_string());
        }
    }
    found
}

#[test]
fn manifests_keep_to_the_layers() {
    for (package, folder, may) in OURS {
        for (heading, names) in dependencies(folder) {
            for name in names.iter().filter(|name| OURS.iter().any(|(known, ..)| known == name)) {
                // The store's own tests use its feature for tests.
                let itself = name == package && heading == "dev-dependencies";
                assert!(
                    itself || may.contains(&name.as_str()),
                    "{folder}/Cargo.toml names {name}, but {package} may only name {may:?}: move the code to the layer it belongs to (ARCHITECTURE.md)."
                );
            }
        }
    }
}

#[test]
fn the_rules_depend_on_nothing_that_acts() {
    for name in dependencies("app/domain").get("dependencies").expect("dependencies") {
        assert!(
            OF_DOMAIN.contains(&name.as_str()),
            "app/domain names {name}. The rules have no input, output, clock or chance; if {name} has none either, add it to OF_DOMAIN in this test with a word in ARCHITECTURE.md."
        );
    }
}

#[test]
fn only_the_store_speaks_sql() {
    for (package, folder, _) in OURS.iter().filter(|(package, ..)| *package != "store") {
        let names: Vec<String> = dependencies(folder).into_values().flatten().collect();
        assert!(
            !names
                .iter()
                .any(|name| name.starts_with("sqlx") || name.starts_with("rusqlite") || name == "tokio-postgres"),
            "{package} names a database: put the statement into server/store, in the file of its noun."
        );
        for (path, text) in rust(folder) {
            assert!(
                !mentions(&text, concat!("sq", "lx")),
                "{path} uses a database: put the statement into server/store, in the file of its noun."
            );
        }
    }
}

/// Whether code names a crate: `name::` that is no part of a longer path or word.
fn mentions(text: &str, name: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let needle = format!("{name}::");
    code.into_iter().any(|line| {
        line.match_indices(&needle).any(|(place, _)| {
            let before = line[..place].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        })
    })
}

#[test]
fn code_keeps_to_the_layers() {
    for (package, folder, may) in OURS {
        for (path, text) in rust(folder) {
            // Modules of the same name are not crates.
            let own_module = |name: &str| text.contains(&format!("mod {name};"));
            for (other, ..) in OURS.iter().filter(|(other, ..)| *other != package && !may.contains(other)) {
                // The tests' second binary is the server's own file, listed under its own folder.
                assert!(
                    own_module(other) || !mentions(&text, other),
                    "{path} names {other}, but {package} may only name {may:?}: move the code to the layer it belongs to (ARCHITECTURE.md)."
                );
            }
        }
    }
}

#[test]
fn only_hydrate_wakes_the_browser() {
    for (package, folder, _) in OURS.iter().filter(|(package, ..)| *package != "hydrate") {
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let turned_on = manifest.lines().any(|line| line.starts_with("app") && line.contains("hydrate"));
        assert!(
            !turned_on,
            "{package} turns the feature `hydrate` on: built together with `ssr`, effects would run on the server."
        );
    }
    let hydrate = dependencies("app/hydrate");
    assert!(
        hydrate.keys().all(|heading| heading.contains("wasm32")),
        "All of app/hydrate's dependencies stand under the wasm32 target: {:?}",
        hydrate.keys()
    );
}
