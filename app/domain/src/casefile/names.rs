//! What records are called when a sentence speaks of them.

use crate::Id;
use crate::casefile::{Dossier, Noun};

/// What a record of any noun is called; `None` when the case file has no record of that id.
/// Deleted records keep their names.
pub fn name_of(dossier: &Dossier, id: &Id) -> Option<String> {
    Noun::ALL.iter().find_map(|noun| noun.definition().name(dossier, id))
}

/// A sentence of the engine with the names of things in place of their ids.
pub fn spell_out(sentence: &str, dossier: &Dossier) -> String {
    let mut said = sentence.to_string();
    let spoken_of = Noun::ALL.iter().map(|noun| noun.definition()).filter(|noun| noun.is_in_sentences());
    for id in spoken_of.flat_map(|noun| noun.ids(dossier)) {
        if !said.contains(id.as_str()) {
            continue;
        }
        if let Some(name) = name_of(dossier, &id) {
            said = replace_word(&said, id.as_str(), &format!("“{name}”"));
        }
    }
    said
}

/// Replaces a word where it stands alone: `e1` is not in `e10`, nor `Ada` in `Adapter`.
pub fn replace_word(text: &str, word: &str, by: &str) -> String {
    if word.is_empty() {
        return text.to_string();
    }
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (mut out, mut rest, mut before) = (String::with_capacity(text.len()), text, None);
    while let Some(at) = rest.find(word) {
        let (head, tail) = (&rest[..at], &rest[at + word.len()..]);
        let alone = !part(head.chars().next_back().or(before)) && !part(tail.chars().next());
        out.push_str(head);
        out.push_str(if alone { by } else { word });
        before = word.chars().next_back();
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::replace_word;

    #[test]
    fn a_word_is_replaced_only_where_it_stands_alone() {
        let table = [
            ("e1 is tainted", "“log” is tainted"),
            ("e10 and xe1, e1.", "e10 and xe1, “log”."),
            ("e1e1 e1", "e1e1 “log”"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(replace_word(text, "e1", "“log”"), expected);
        }
    }
}
