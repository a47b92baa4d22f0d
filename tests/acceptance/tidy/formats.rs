//! A log format is one file: nothing outside the list and the formats' own files asks which format it is.

use std::collections::BTreeSet;

use super::{lines_with, root, rust};

const LIST: &str = "app/domain/src/reader/log/format.rs";

/// The names of the formats, from their list.
fn formats() -> BTreeSet<String> {
    let list = std::fs::read_to_string(root().join(LIST)).expect("the list of formats");
    let from = list.find("\nformats! {").expect("the list");
    let lines = list[from..].lines().skip(2).take_while(|line| *line != "}");
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_string).collect()
}

/// Whether a line of code compares with one of the formats: in an arm, in a pattern, or by `==`.
fn asks(line: &str, formats: &BTreeSet<String>) -> bool {
    line.match_indices("Format::").any(|(place, _)| {
        let (before, behind) = (line[..place].trim_end(), &line[place + "Format::".len()..]);
        let name: String = behind.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
        let behind = behind[name.len()..].trim_start();
        let before = before.trim_end_matches(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':');
        let compared = ["==", "!="].iter().any(|sign| before.trim_end().ends_with(sign) || behind.starts_with(sign));
        let in_pattern = behind.trim_start_matches(')').trim_start().starts_with("=>")
            || behind.starts_with("| ")
            || before.ends_with('|')
            || line.contains("matches!");
        formats.contains(&name) && (compared || in_pattern)
    })
}

#[test]
fn nothing_but_the_list_asks_which_log_format_it_is() {
    let formats = formats();
    assert!(formats.len() > 40 && formats.contains("Cloudtrail") && formats.contains("Text"), "{formats:?}");
    // The test sees what it is to see.
    for line in [
        "Format::Okta => 1,",
        "matches!(format, Format::Okta)",
        "if format == Format::Okta {",
        "Some(Format::Okta) => {}",
        "None | Some(log::Format::Okta) => Ok(()),",
        "| Format::Okta",
    ] {
        assert!(asks(line, &formats), "{line}");
    }
    assert!(!asks("let format = known.unwrap_or(Format::Text);", &formats));
    let found: Vec<String> = rust("app")
        .chain(rust("server"))
        .filter(|(path, _)| path != LIST && !path.contains("/tests") && !path.contains("/benches/"))
        // Exports have formats of their own.
        .filter(|(path, text)| path.starts_with("app/domain/src/reader/log/") || text.contains("reader::log::"))
        .flat_map(|(path, text)| {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_string();
            lines_with(&path, &code, |line| !line.trim_start().starts_with("//") && asks(line, &formats))
        })
        .collect();
    assert!(
        found.is_empty(),
        "What is special about a log format stands in its own file: add a question to LogFormat in reader/log/definition.rs, answer it there, and ask it here:\n{}",
        found.join("\n")
    );
}
