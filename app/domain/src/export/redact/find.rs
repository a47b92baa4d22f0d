//! Where names stand in texts: whole words, however they are spelt and whatever marks of Markdown are between them.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::spelling::{fold, is_invisible};

/// A name shorter than this is found only as it is spelt: “Al” is a name, “al” may be a word.
const FOLDED_CHARS_MIN: usize = 3;

/// Marks of Markdown that may stand between the words of a name.
const MARKS: &[char] = &['*', '_', '~', '`', '>', '\\', '[', ']', '(', ')', '"'];

/// Names to look for.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Name>,
    /// By their first word.
    by_word: HashMap<String, Vec<usize>>,
    /// Names in scripts that put no blanks between words.
    inside: Vec<usize>,
}

#[derive(Debug)]
struct Name {
    /// As it is told to people.
    shown: String,
    /// What takes its place.
    by: String,
    /// Its words, each with what stands before it.
    words: Vec<(String, String)>,
    /// Whether capitals matter.
    exact: bool,
}

/// A name found in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Where.
    pub at: Range<usize>,
    /// The name.
    pub name: &'a str,
    /// What takes its place.
    pub by: &'a str,
}

impl Names {
    /// A name to look for, and what takes its place. Numbers name nobody.
    pub fn add(&mut self, name: &str, by: &str, exact: bool) {
        let name: String = name.trim().nfc().collect();
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters == 0 || name.chars().count() < 2 || self.names.iter().any(|known| known.shown == name) {
            return;
        }
        let exact = exact || name.chars().count() < FOLDED_CHARS_MIN;
        let pieces = pieces(&name);
        let mut words: Vec<(String, String)> = Vec::new();
        let mut before = String::new();
        for (at, is_word) in pieces {
            let piece = &name[at];
            if is_word {
                words.push((std::mem::take(&mut before), fold(piece)));
            } else if !words.is_empty() {
                before = piece.to_string();
            }
        }
        let place = self.names.len();
        if name.chars().all(|c| is_unspaced(c) || !c.is_alphabetic()) {
            self.inside.push(place);
        } else if let Some((_, first)) = words.first() {
            self.by_word.entry(first.clone()).or_default().push(place);
        }
        self.names.push(Name { shown: name, by: by.into(), words, exact });
    }

    /// Every name in a text, the longest where several begin at one place.
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        let mut found: Vec<Found> = Vec::new();
        if self.names.is_empty() {
            return found;
        }
        let pieces = pieces(text);
        let mut at = 0;
        while at < pieces.len() {
            let longest = pieces[at].1.then(|| self.begins(text, &pieces, at)).flatten();
            at = match longest {
                Some((end, name)) => {
                    found.push(self.found(pieces[at].0.start..pieces[end].0.end, name));
                    end + 1
                }
                None => at + 1,
            };
        }
        for name in &self.inside {
            let places = text.match_indices(&self.names[*name].shown);
            found.extend(places.map(|(at, piece)| self.found(at..at + piece.len(), *name)));
        }
        found.sort_by_key(|one| (one.at.start, std::cmp::Reverse(one.at.end)));
        let mut end = 0;
        found.retain(|one| {
            let is_free = one.at.start >= end;
            end = if is_free { one.at.end } else { end };
            is_free
        });
        found
    }

    fn found(&self, at: Range<usize>, name: usize) -> Found<'_> {
        Found { at, name: &self.names[name].shown, by: &self.names[name].by }
    }

    /// The longest name that begins with this piece: its last piece, and which.
    fn begins(&self, text: &str, pieces: &[Piece], at: usize) -> Option<(usize, usize)> {
        let first = fold(&text[pieces[at].0.clone()]);
        let candidates = self.by_word.get(&first)?;
        let ends = candidates.iter().filter_map(|name| Some((self.names[*name].ends(text, pieces, at)?, *name)));
        ends.max()
    }
}

impl Name {
    /// The last piece of this name, where it stands from that piece on.
    fn ends(&self, text: &str, pieces: &[Piece], at: usize) -> Option<usize> {
        let mut place = at;
        for (index, (before, word)) in self.words.iter().enumerate() {
            if index > 0 {
                let (between, is_word) = pieces.get(place + 1)?;
                if *is_word || !joins(&text[between.clone()], before) {
                    return None;
                }
                place += 2;
            }
            let (piece, is_word) = pieces.get(place)?;
            if !is_word || fold(&text[piece.clone()]) != *word {
                return None;
            }
        }
        let spelt = || pieces[at..=place].iter().filter(|(_, is_word)| *is_word).map(|(piece, _)| &text[piece.clone()]);
        let own = || {
            let own = pieces_of(&self.shown);
            own.into_iter().map(|piece| &self.shown[piece])
        };
        let same = |(one, other): (&str, &str)| one.nfc().filter(|c| !is_invisible(*c)).eq(other.chars());
        (!self.exact || spelt().zip(own()).all(same)).then_some(place)
    }
}

/// Whether what stands between two words of a text is what stands between those of a name.
fn joins(between: &str, told: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !MARKS.contains(c) && !is_invisible(*c)).collect::<String>();
    let (between_bare, told_bare) = (bare(between), bare(told));
    if told_bare.trim().is_empty() {
        return between_bare.trim().is_empty() && !between.is_empty();
    }
    between_bare.trim() == told_bare.trim()
}

type Piece = (Range<usize>, bool);

/// A text cut into words and what stands between them.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c);
        let end = at + c.len_utf8();
        match pieces.last_mut() {
            Some((range, same)) if *same == is_word => range.end = end,
            _ => pieces.push((at..end, is_word)),
        }
    }
    pieces
}

fn pieces_of(text: &str) -> Vec<Range<usize>> {
    pieces(text).into_iter().filter(|(_, is_word)| *is_word).map(|(piece, _)| piece).collect()
}

/// A letter of a script that puts no blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[(&str, bool)], text: &str) -> Vec<String> {
        let mut sought = Names::default();
        names.iter().for_each(|(name, exact)| sought.add(name, "somebody", *exact));
        sought.find(text).into_iter().map(|one| text[one.at].to_string()).collect()
    }

    #[test]
    fn a_name_is_found_however_it_is_spelt() {
        let name = [("Jörg von der Heide", false), ("skunk-bot", false), ("王小明", false)];
        for (text, wanted) in [
            ("Then Jörg von der Heide left.", "Jörg von der Heide"),
            ("JÖRG VON DER HEIDE", "JÖRG VON DER HEIDE"),
            ("Jo\u{308}rg  von\nder Heide's", "Jo\u{308}rg  von\nder Heide"),
            ("**Jörg** von der *Heide*", "Jörg** von der *Heide"),
            ("Jö\u{200b}rg von der Heide", "Jö\u{200b}rg von der Heide"),
            ("by `skunk-bot`", "skunk-bot"),
            ("by Skunk\\-Bot.", "Skunk\\-Bot"),
            ("昨日王小明が来た", "王小明"),
        ] {
            assert_eq!(found(&name, text), [wanted], "{text}");
        }
        for text in ["Jörg von der Heidelberg", "Jorg von der Heide", "skunk bot", "skunk-bots", "Jörg", ""] {
            assert_eq!(found(&name, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_are_no_names_and_numbers_name_nobody() {
        assert_eq!(found(&[("Will", true)], "Will will see"), ["Will"]);
        assert_eq!(found(&[("Al", false)], "Al, al and AL"), ["Al"]);
        assert_eq!(found(&[("40", false), ("-", false), ("A", false)], "40 in all, A - B"), [""; 0]);
        assert_eq!(found(&[("Ada", false), ("Ada Byron", false)], "Ada Byron and Ada"), ["Ada Byron", "Ada"]);
    }
}
