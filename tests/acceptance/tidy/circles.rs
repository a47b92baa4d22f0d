//! Which parts of a crate import which: a part is a file or folder directly below `src`. Parts below others know nothing of
//! them; where parts stand in a circle, all that stand in it are named here, and no other may join.

use std::collections::{BTreeMap, BTreeSet};

use super::rust;

type Imports = BTreeMap<String, BTreeSet<String>>;

/// The parts that import one another, by crate. In `domain` there are none: what refers to each other by nature, a case file
/// and its nouns, is one part, `casefile`.
const TOGETHER: [(&str, &[&[&str]]); 4] = [
    ("app/domain/src", &[]),
    (
        "server/store/src",
        &[
            &[
                "blob",
                "change",
                "documents",
                "dossier",
                "grant",
                "import",
                "inbox",
                "incident",
                "incoming",
                "live",
                "lock",
                "log",
                "names",
                "opened",
                "registry",
                "revision",
                "signing",
                "store",
                "subject",
                "unsaved",
                "upload",
                "watch",
                "write",
            ],
            &["engine", "error"],
            &["mentioned", "user"],
        ],
    ),
    (
        "server/web/src",
        &[
            &["bundle", "command", "export", "form", "library", "once", "page", "presence", "unsaved", "upload"],
            &["connections", "door", "fields", "problem", "received", "site", "unsent", "watch"],
        ],
    ),
    ("app/ui/src", &[]),
];

/// Parts of `domain` that stand below the case file: words and values, what reads logs, the registry of agents, and the engine.
const BELOW: [&str; 20] = [
    "access",
    "agent",
    "canonical",
    "cell",
    "counted",
    "draft",
    "facts",
    "id",
    "interval",
    "limits",
    "markdown",
    "nesting",
    "reader",
    "refusal",
    "severity",
    "spelling",
    "table",
    "time",
    "verdict",
    "vocabulary",
];

/// The names at the beginning of what follows `crate::`, one or several in braces.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let (mut found, mut depth, mut begins) = (Vec::new(), 1, true);
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => begins = true,
            sign if begins && !sign.is_whitespace() => {
                found.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// The code of a file without its comments and its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Which part imports which.
fn imports(source: &str) -> Imports {
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("tests.rs");
    let files: Vec<(String, String)> = rust(source)
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path[source.len() + 1..].to_string(), code(&text)))
        .collect();
    let part_of = |path: &str| path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_string();
    let parts: BTreeSet<String> =
        files.iter().map(|(path, _)| part_of(path)).filter(|part| part != "lib" && part != "main").collect();
    // What the root gives out under its own name.
    let root = files.iter().find(|(path, _)| path == "lib.rs").map(|(_, text)| text.as_str()).unwrap_or_default();
    let given: BTreeMap<String, String> = root
        .split("use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next()?.split_once("::"))
        .flat_map(|(part, names)| heads(names).into_iter().map(move |name| (name, part.to_string())))
        .collect();
    let mut found: Imports = parts.iter().map(|part| (part.clone(), BTreeSet::new())).collect();
    for (path, text) in &files {
        let own = part_of(path);
        let mut named: Vec<String> = text.split("crate::").skip(1).flat_map(heads).collect();
        if !path.contains('/') {
            named.extend(text.split("super::").skip(1).flat_map(heads));
        }
        let of =
            named.into_iter().map(|name| given.get(&name).filter(|_| !parts.contains(&name)).cloned().unwrap_or(name));
        if let Some(all) = found.get_mut(&own) {
            all.extend(of.filter(|part| parts.contains(part) && *part != own));
        }
    }
    found
}

/// All that a part reaches.
fn reached(from: &str, imports: &Imports) -> BTreeSet<String> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from.to_string()]);
    while let Some(part) = next.pop() {
        for other in imports.get(&part).into_iter().flatten() {
            if found.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    found
}

/// The circles, each as the parts that stand in it.
fn circles(imports: &Imports) -> BTreeSet<Vec<String>> {
    let all: BTreeMap<&String, BTreeSet<String>> = imports.keys().map(|part| (part, reached(part, imports))).collect();
    let is_in = |part: &String| all[part].contains(part);
    all.keys()
        .filter(|part| is_in(part))
        .map(|part| all.keys().filter(|o| all[*part].contains(**o) && all[*o].contains(*part)).map(|o| (*o).clone()))
        .map(Iterator::collect)
        .collect()
}

#[test]
fn no_part_joins_a_circle() {
    for (source, known) in TOGETHER {
        let found = circles(&imports(source));
        println!("{source}: {} circles, of {:?} parts", found.len(), found.iter().map(Vec::len).collect::<Vec<_>>());
        let known: BTreeSet<Vec<String>> =
            known.iter().map(|circle| circle.iter().map(ToString::to_string).collect()).collect();
        for circle in &found {
            let is_known = known.iter().any(|known| circle.iter().all(|part| known.contains(part)));
            assert!(
                is_known,
                "{source}: these import one another: {circle:?}. Move what both need to the part below (ARCHITECTURE.md, The layers of the rules)."
            );
        }
        assert_eq!(found, known, "{source}: a circle has become smaller: take out of TOGETHER who left it.");
    }
}

#[test]
fn what_is_below_the_case_file_does_not_know_it() {
    let imports = imports("app/domain/src");
    for part in BELOW {
        assert!(imports.contains_key(part), "{part} is no part of app/domain/src any more: see what became of it.");
        let above: Vec<String> = reached(part, &imports).into_iter().filter(|other| *other == "casefile").collect();
        assert!(
            above.is_empty(),
            "app/domain/src/{part} reaches {above:?}, which stands above it: move what it needs below, to vocabulary, limits or the like."
        );
    }
}

#[test]
fn a_circle_is_found() {
    let imports = |pairs: &[(&str, &str)]| {
        let mut found = Imports::new();
        for (from, to) in pairs {
            found.entry(from.to_string()).or_default().insert(to.to_string());
            found.entry(to.to_string()).or_default();
        }
        found
    };
    assert_eq!(
        circles(&imports(&[("a", "b"), ("b", "c"), ("c", "b")])),
        BTreeSet::from([vec!["b".into(), "c".into()]])
    );
    assert!(circles(&imports(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    assert_eq!(heads("{a::{b, c}, d::E, f}"), ["a", "d", "f"]);
    assert_eq!(heads("reader::log"), ["reader"]);
}
