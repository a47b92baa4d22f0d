//! What records are called when a sentence speaks of them.

use crate::Id;
use crate::record::{Dossier, Kept, Noun, Record};
use crate::timeline::first_line;

/// What a record of any noun is called; `None` when the case file has no record of that id.
/// Deleted records keep their names.
pub fn name_of(dossier: &Dossier, id: &Id) -> Option<String> {
    fn named<T: Record>(dossier: &Dossier, id: &Id, name: impl Fn(&T) -> String) -> Option<String> {
        T::table(dossier).find(id).map(|kept: &Kept<T>| name(&kept.record))
    }
    named(dossier, id, |known: &crate::principal::Principal| known.name.clone())
        .or_else(|| named(dossier, id, |known: &crate::evidence::Evidence| known.name.clone()))
        .or_else(|| named(dossier, id, |known: &crate::timeline::Event| known.title(dossier)))
        .or_else(|| named(dossier, id, |known: &crate::gap::Gap| known.control.label().into()))
        .or_else(|| named(dossier, id, |known: &crate::finding::Finding| first_line(&known.summary)))
        .or_else(|| named(dossier, id, |known: &crate::claim::Claim| first_line(&known.statement)))
        .or_else(|| named(dossier, id, |known: &crate::claim::Conflict| known.field.clone()))
        .or_else(|| named(dossier, id, |known: &crate::factor::Factor| first_line(&known.statement)))
        .or_else(|| named(dossier, id, |known: &crate::remediation::Remediation| known.title.clone()))
        .or_else(|| named(dossier, id, |known: &crate::review::Review| format!("by {}", known.attested.by.name)))
        .or_else(|| named(dossier, id, |known: &crate::rating::Rating| format!("by {}", known.rated.by.name)))
}

/// A sentence of the engine with the names of things in place of their ids.
pub fn spell_out(sentence: &str, dossier: &Dossier) -> String {
    let mut said = sentence.to_string();
    for noun in [Noun::Evidence, Noun::Finding, Noun::Conflict, Noun::Factor, Noun::Review] {
        for id in ids(dossier, noun) {
            if !said.contains(id.as_str()) {
                continue;
            }
            if let Some(name) = name_of(dossier, &id) {
                said = replace_word(&said, id.as_str(), &format!("“{name}”"));
            }
        }
    }
    said
}

fn ids(dossier: &Dossier, noun: Noun) -> Vec<Id> {
    fn of<T: Record>(dossier: &Dossier) -> Vec<Id> {
        T::table(dossier).all().map(|kept| kept.id().clone()).collect()
    }
    match noun {
        Noun::Evidence => of::<crate::evidence::Evidence>(dossier),
        Noun::Finding => of::<crate::finding::Finding>(dossier),
        Noun::Conflict => of::<crate::claim::Conflict>(dossier),
        Noun::Factor => of::<crate::factor::Factor>(dossier),
        Noun::Review => of::<crate::review::Review>(dossier),
        _ => Vec::new(),
    }
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
