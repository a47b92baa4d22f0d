//! What people read is in words, not in names of types.

use std::collections::BTreeSet;

use super::rust;

/// Names of two words or more, as types have them: `CaseItem`.
fn type_names(text: &str) -> impl Iterator<Item = &str> {
    let kinds = ["struct ", "enum ", "trait "];
    kinds.into_iter().flat_map(move |kind| text.split(kind).skip(1)).filter_map(|rest| {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let humps = name.chars().filter(char::is_ascii_uppercase).count();
        (name.starts_with(|c: char| c.is_ascii_uppercase()) && humps > 1 && name.len() > humps).then_some(name)
    })
}

/// The texts between quotes in a line of code.
fn literals(line: &str) -> Vec<String> {
    let (mut found, mut open, mut chars) = (Vec::new(), None::<String>, line.chars());
    while let Some(c) = chars.next() {
        match (&mut open, c) {
            (Some(text), '\\') => {
                chars.next();
                text.push(' ');
            }
            (Some(_), '"') => found.extend(open.take()),
            (Some(text), c) => text.push(c),
            (None, '"') => open = Some(String::new()),
            (None, _) => {}
        }
    }
    found
}

/// What is not a test and not a comment.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn nobody_reads_the_name_of_a_type() {
    let ours = || ["app", "server"].into_iter().flat_map(rust).filter(|(path, _)| !path.contains("tests"));
    let sources: Vec<(String, String)> = ours().collect();
    let types: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| type_names(text)).collect();
    assert!(types.contains("CaseItem") && types.len() > 100, "{types:?}");
    let mut found = Vec::new();
    for (path, text) in &sources {
        for (number, line) in code(text) {
            // A literal of one word is a key or an id.
            for literal in literals(line).into_iter().filter(|literal| literal.contains(' ')) {
                let words = literal.split(|c: char| !c.is_ascii_alphanumeric());
                found.extend(words.filter(|word| types.contains(word)).map(|word| format!("{path}:{number}: {word}")));
            }
        }
    }
    assert!(
        found.is_empty(),
        "A name of the code stands in a text that people read; was it renamed there? Say it in words:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_text_is_told_from_code() {
    assert_eq!(literals(r#"say("a \"b\" c", "CaseItem kept")"#), ["a  b  c", "CaseItem kept"]);
    assert_eq!(type_names("pub struct CaseItem<T> {} enum Noun {} struct ID {}").collect::<Vec<_>>(), ["CaseItem"]);
}
