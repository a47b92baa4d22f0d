//! Whether a text is the name of a person, or a role that people write in its place.

use super::alike;

/// Words that may stand small within a name.
const PARTICLES: &[&str] =
    &["von", "van", "der", "den", "de", "di", "da", "del", "la", "le", "bin", "al", "el", "ter", "zu", "y", "e", "dos"];

/// What people write where they know no name.
const NOBODY: &[&str] = &["unknown", "nobody", "none", "n/a", "withheld"];

/// Whether it may be a person's name, and not a role such as “Security team” or “not published”.
pub(crate) fn names_somebody(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_role = words.len() > 1
        && words.iter().any(|word| {
            word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase) && !PARTICLES.contains(word)
        });
    !is_role && !words.is_empty() && !NOBODY.contains(&alike(name).as_str())
}

/// Whether it has two words that begin as names do.
pub(crate) fn has_several_capitals(name: &str) -> bool {
    let begins = |word: &&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    names_somebody(name) && name.split_whitespace().filter(begins).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_names() {
        for name in ["Jane Roe", "Vincent van Gogh", "Dana", "jdoe", "Engineers"] {
            assert!(names_somebody(name), "{name}");
        }
        for role in ["Security team", "engineers without clearance", "not published", "unknown", "", "Agent’s user"] {
            assert!(!names_somebody(role), "{role}");
        }
        assert!(has_several_capitals("Vincent van Gogh") && !has_several_capitals("Engineers"));
    }
}
