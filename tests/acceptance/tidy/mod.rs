//! Rules about the code itself. Each says what to do when it is broken.

mod circles;
mod commands;
mod formats;
mod layers;
mod reach;
mod words;

use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root").to_path_buf()
}

/// Folders that hold what was built, fetched or stored, and no source.
const NOT_OURS: [&str; 6] = ["target", ".git", ".tools", "node_modules", "data", ".cargo"];

/// Every file of source below a folder, by its path from the root.
fn files(below: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_string();
            if path.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let from_root = path.strip_prefix(root()).expect("below the root").to_string_lossy().to_string();
                found.push((from_root, text));
            }
        }
    }
    found.sort();
    found
}

fn rust(below: &str) -> impl Iterator<Item = (String, String)> {
    files(below).into_iter().filter(|(path, _)| path.ends_with(".rs"))
}

/// The lines of a file that contain something, as `path:line`.
fn lines_with(path: &str, text: &str, what: impl Fn(&str) -> bool) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| what(line))
        .map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim()))
        .collect()
}

#[test]
fn a_textarea_is_written_in_one_place() {
    // Leptos writes the children of a textarea unescaped: an open door for scripts.
    let found: Vec<String> = rust("app/ui")
        .filter(|(path, _)| path != "app/ui/src/component/field.rs")
        .flat_map(|(path, text)| lines_with(&path, &text, |line| line.contains(concat!("<text", "area"))))
        .collect();
    assert!(found.is_empty(), "Use the component TextArea, which escapes its text:\n{}", found.join("\n"));
}

#[test]
fn nothing_is_styled_inline() {
    let inline = concat!("style=", "\"");
    let found: Vec<String> = rust("app/ui")
        .flat_map(|(path, text)| {
            lines_with(&path, &text, |line| line.contains(inline) || line.contains(concat!("style", "=", " {")))
        })
        .collect();
    assert!(
        found.is_empty(),
        "The content policy blocks inline styles: use a class or an attribute of SVG:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_file_fits_in_a_head() {
    const LINES_MAX: usize = 400;
    // Each with its reason; there is none so far.
    const EXCEPTIONS: [(&str, &str); 0] = [];
    for (path, text) in files("").into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let lines = text.lines().count();
        let excepted = EXCEPTIONS.iter().any(|(known, _)| *known == path);
        assert!(
            lines <= LINES_MAX || excepted,
            "{path} has {lines} lines, more than {LINES_MAX}: split it by noun, or list it as an exception with the reason."
        );
    }
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut settings = std::collections::BTreeSet::new();
    for (_, text) in rust("server") {
        for piece in text.split("\"INQUEST_").skip(1) {
            settings.insert(format!("INQUEST_{}", piece.split('"').next().unwrap_or_default()));
        }
    }
    assert!(settings.contains("INQUEST_DATA_DIR"), "{settings:?}");
    for setting in settings {
        assert!(
            readme.contains(&format!("`{setting}`")),
            "{setting} is read by the server and not in README.md: add a line to its table of settings."
        );
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |engine: &str| {
        files(&format!("migrations/{engine}"))
            .into_iter()
            .map(|(path, _)| path.rsplit('/').next().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(
        names("sqlite"),
        names("postgres"),
        "A migration has the same file name in migrations/sqlite and migrations/postgres."
    );
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let marks =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let found: Vec<String> = files("")
        .into_iter()
        .filter(|(path, _)| path != "Cargo.lock")
        .flat_map(|(path, text)| lines_with(&path, &text, |line| marks.iter().any(|mark| line.contains(mark))))
        .collect();
    assert!(
        found.is_empty(),
        "A path of one machine, or work left undone: mend it, or open an issue and take the note out:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_root_holds_what_the_plan_names() {
    const KNOWN: [&str; 26] = [
        "Cargo.toml",
        "Cargo.lock",
        "app",
        "server",
        "migrations",
        "style",
        "tests",
        "public",
        "README.md",
        "rust-toolchain.toml",
        "Makefile",
        "LICENSE",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "clippy.toml",
        "deny.toml",
        "rustfmt.toml",
        ".ci",
        ".cargo",
        ".gitignore",
        ".git",
        ".tools",
        "target",
        "data",
    ];
    for entry in std::fs::read_dir(root()).expect("the root") {
        let name = entry.expect("an entry").file_name().to_string_lossy().to_string();
        assert!(
            KNOWN.contains(&name.as_str()),
            "{name} is at the root, where the plan in ARCHITECTURE.md has no place for it: move it below one of the folders."
        );
    }
}

#[test]
fn commands_of_the_readme_are_commands() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_inquest-under-test"))
        .arg("help")
        .output()
        .expect("the binary runs");
    let help = String::from_utf8_lossy(&program.stdout).to_string();
    let named: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `inquest "))
        .filter_map(|rest| rest.split(['`', ' ']).next())
        .collect();
    for command in help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()) && *word != "help")
    {
        assert!(
            named.contains(&command),
            "`inquest {command}` is not in the table of commands in README.md: add a line."
        );
    }
    for command in named {
        assert!(
            help.contains(&format!("  {command} ")),
            "README.md names `inquest {command}`, and there is no such command."
        );
    }
}
