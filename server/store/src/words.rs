//! The words to find an incident by.

use std::collections::BTreeSet;

use domain::casefile::Dossier;
use domain::reader::log::folded;
use domain::spelling::is_unspaced;

/// Distinct words kept of one incident: with 8 letters on average about 180 KB,
/// well below the megabyte that a text-search vector of PostgreSQL may have.
const WORDS_MAX: usize = 20_000;

/// Longer runs of letters are encoded data, not words. A SHA-512 is one: people look for digests.
const WORD_CHARS_MAX: usize = 128;

/// Words of a query that count.
const QUERY_WORDS_MAX: usize = 12;

/// The words of a text as they are found: without case and accents, composed the same way however they were typed.
///
/// This is done here and not by the databases, so that both find the same: neither ICU nor a tokenizer of one of them
/// is needed. A run of a script that is written without blanks becomes its pieces of three letters, and a symbol such as
/// an emoji a word of its own.
fn words(text: &str, of: Of) -> Vec<String> {
    let folded = folded(text);
    let mut found = Vec::new();
    let mut run = String::new();
    let close = |run: &mut String, found: &mut Vec<String>| {
        let run = std::mem::take(run);
        let length = run.chars().count();
        if length == 0 || (length > WORD_CHARS_MAX && !run.chars().any(is_unspaced)) {
            return;
        }
        cut(&run, of, found);
    };
    for letter in folded.chars() {
        if letter.is_alphanumeric() {
            run.push(letter);
            continue;
        }
        close(&mut run, &mut found);
        if is_symbol(letter) {
            found.push(format!("symbol{:x}", u32::from(letter)));
        }
    }
    close(&mut run, &mut found);
    found
}

/// Signs that are looked for though they are no letters: emoji and their like.
const fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// What words are made of.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Text,
    Query,
}

/// How many letters of a run that is written without blanks are one word.
const PIECE: usize = 3;

/// A run of letters as words. What is written without blanks becomes every piece of three letters of it, so that it is
/// found from its middle, and only where its letters follow each other. A shorter query looks for what begins with it,
/// so that the last letters of a text are words as well.
fn cut(run: &str, of: Of, found: &mut Vec<String>) {
    let mut plain = String::new();
    let mut unspaced: Vec<char> = Vec::new();
    let pieces = |unspaced: &mut Vec<char>, found: &mut Vec<String>| {
        let whole = unspaced.windows(PIECE).map(|piece| piece.iter().collect::<String>());
        found.extend(whole);
        let ends = match of {
            Of::Text => 1..PIECE.min(unspaced.len() + 1),
            Of::Query if unspaced.len() < PIECE => unspaced.len().max(1)..unspaced.len() + 1,
            Of::Query => 0..0,
        };
        found.extend(ends.map(|length| unspaced[unspaced.len() - length..].iter().collect::<String>()));
        unspaced.clear();
    };
    for letter in run.chars() {
        if is_unspaced(letter) {
            if !plain.is_empty() {
                found.push(std::mem::take(&mut plain));
            }
            unspaced.push(letter);
        } else {
            pieces(&mut unspaced, found);
            plain.push(letter);
        }
    }
    pieces(&mut unspaced, found);
    if !plain.is_empty() {
        found.push(plain);
    }
}

/// The words of a query.
pub(crate) fn query(text: &str) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for word in words(text, Of::Query) {
        if !distinct.contains(&word) && distinct.len() < QUERY_WORDS_MAX {
            distinct.push(word);
        }
    }
    distinct
}

/// How many of the words of a query a text has, each as itself or as a beginning.
pub(crate) fn count_in(text: &str, query: &[String]) -> usize {
    let words = words(text, Of::Text);
    query.iter().filter(|asked| words.iter().any(|word| word.starts_with(asked.as_str()))).count()
}

/// The distinct words of a case file, separated by blanks. What is short and
/// telling comes first, so that a huge timeline cannot push it out.
pub(crate) fn index(dossier: &Dossier) -> String {
    let mut distinct = BTreeSet::new();
    for text in dossier.searched() {
        if distinct.len() >= WORDS_MAX {
            break;
        }
        distinct.extend(words(text, Of::Text));
    }
    // The key in one word and in two: INC-12 is typed both ways.
    distinct.insert(format!("inc{}", dossier.number));
    distinct.insert("inc".to_string());
    distinct.insert(dossier.number.to_string());
    distinct.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_split_like_the_texts() {
        assert_eq!(query("  Forum-Agent’s “Müller” forum 2026 "), ["forum", "agent", "s", "muller", "2026"]);
        assert!(query("\"* OR 1=1\"").iter().all(|word| word.chars().all(char::is_alphanumeric)));
    }

    #[test]
    fn words_are_found_however_they_are_typed() {
        for (typed, found) in [
            ("Cafe\u{301} Ω", "café ω"),
            ("ÇALIŞMA", "calisma"),
            ("İzmir", "izmir"),
            ("Straße", "STRASSE"),
            ("Łódź", "lodz"),
            ("ｶﾅ", "カナ"),
        ] {
            assert_eq!(query(typed), query(found), "{typed}");
        }
        assert_eq!(query("大阪支店"), ["大阪支", "阪支店"]);
        assert_eq!(words("大阪支店", Of::Text), ["大阪支", "阪支店", "店", "支店"]);
        assert_eq!(words("障害", Of::Text), ["害", "障害"]);
        assert_eq!((query("支店"), query("店")), (vec!["支店".to_string()], vec!["店".to_string()]));
        assert_eq!(query("v2の障害 🔥"), ["v2", "の障害", "symbol1f525"]);
    }
}
