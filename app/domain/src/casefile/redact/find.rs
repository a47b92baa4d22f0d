//! Where names stand in texts: whole words, however they are spelt and whatever marks of Markdown are between them.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::reader::log::folded;
use crate::spelling::{alike, is_invisible, is_unspaced};

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
    /// Marks of Markdown between its words, which stay.
    pub marks: String,
}

impl Found<'_> {
    /// What is written in its place.
    pub fn written(&self) -> String {
        format!("{}{}", self.by, self.marks)
    }
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
                words.push((std::mem::take(&mut before), key(piece)));
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
                    let between = pieces[at..=end].iter().filter(|(_, is_word)| !is_word);
                    let marks =
                        between.flat_map(|(piece, _)| text[piece.clone()].chars()).filter(|c| "*_~`".contains(*c));
                    found.push(self.found(pieces[at].0.start..pieces[end].0.end, name, marks.collect()));
                    end + 1
                }
                None => at + 1,
            };
        }
        if !self.inside.is_empty() {
            let (bare, places) = without_blanks(text);
            for name in &self.inside {
                let (shown, _) = without_blanks(&self.names[*name].shown);
                let at = bare.match_indices(&shown).map(|(at, piece)| places[at]..places[at + piece.len() - 1] + 1);
                found.extend(at.map(|at| self.found(at, *name, String::new())));
            }
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

    /// A text with what takes the place of each name; `between` says what becomes of the rest.
    pub fn replaced(&self, text: &str, between: impl Fn(&str) -> String) -> String {
        let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
        for one in &self.find(text) {
            replaced.push_str(&between(&text[end..one.at.start]));
            replaced.push_str(&one.written());
            end = one.at.end;
        }
        replaced + &between(&text[end..])
    }

    fn found(&self, at: Range<usize>, name: usize, marks: String) -> Found<'_> {
        Found { at, name: &self.names[name].shown, by: &self.names[name].by, marks }
    }

    /// The longest name that begins with this piece: its last piece, and which.
    fn begins(&self, text: &str, pieces: &[Piece], at: usize) -> Option<(usize, usize)> {
        let first = key(&text[pieces[at].0.clone()]);
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
                // Words of two scripts may stand beside each other with nothing between them.
                if *is_word != before.is_empty() || (!is_word && !joins(&text[between.clone()], before)) {
                    return None;
                }
                place += if *is_word { 1 } else { 2 };
            }
            let (piece, is_word) = pieces.get(place)?;
            if !is_word || key(&text[piece.clone()]) != *word {
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

/// A word as names are looked for: however it is spelt, and without accents, as searches find it.
fn key(word: &str) -> String {
    folded(&alike(word))
}

/// Whether what stands between two words of a text is what stands between those of a name. Hyphens, points and blanks
/// are one: `Ann-Marie Roe` is also written `Ann Marie Roe`, and `ann.marie.roe` in addresses.
fn joins(between: &str, told: &str) -> bool {
    let bare = |text: &str| {
        let kept = text.chars().filter(|c| !MARKS.contains(c) && !is_invisible(*c)).collect::<String>();
        let one_form = alike(&kept).replace('-', " ");
        one_form.trim().to_string()
    };
    let (between_bare, told_bare) = (bare(between), bare(told));
    let is_point = |text: &str, other: &str| text == "." && other.is_empty();
    // A point with a blank behind it ends a sentence, unless the name has one there.
    between_bare == told_bare
        || is_point(&told_bare, &between_bare)
        || (is_point(&between_bare, &told_bare) && between == ".")
}

/// A text without blanks, and where each of its bytes stood.
fn without_blanks(text: &str) -> (String, Vec<usize>) {
    let (mut bare, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        bare.push(c);
        places.extend(at..at + c.len_utf8());
    }
    (bare, places)
}

type Piece = (Range<usize>, bool);

/// A text cut into words and what stands between them. A word ends where a script begins that puts no blanks.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut unspaced = None;
    for (at, c) in text.char_indices() {
        let goes_on = is_combining_mark(c) || is_invisible(c);
        // An apostrophe that Unicode counts among the letters is one all the same.
        let is_word = (c.is_alphanumeric() && !matches!(c, '\u{2b9}' | '\u{2bc}')) || goes_on;
        let script = if goes_on || !is_word { unspaced } else { Some(is_unspaced(c)) };
        let end = at + c.len_utf8();
        match pieces.last_mut() {
            Some((range, same)) if *same == is_word && (unspaced.is_none() || script == unspaced) => range.end = end,
            _ => pieces.push((at..end, is_word)),
        }
        unspaced = if is_word { script } else { None };
    }
    pieces
}

fn pieces_of(text: &str) -> Vec<Range<usize>> {
    pieces(text).into_iter().filter(|(_, is_word)| *is_word).map(|(piece, _)| piece).collect()
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
        for text in ["Jörg von der Heidelberg", "skunk, bot", "skunk-bots", "Jörg", "skunk. Bot", ""] {
            assert_eq!(found(&name, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_name_is_found_as_other_keyboards_write_it() {
        let table = [
            ("O\u{2019}Brien", "by O'Brien.", "O'Brien"),
            ("O'Brien", "by O\u{2bc}Brien.", "O\u{2bc}Brien"),
            ("Ann-Marie Lee", "by Ann\u{2011}Marie Lee", "Ann\u{2011}Marie Lee"),
            ("Ann-Marie Lee", "by Ann\u{2013}Marie Lee", "Ann\u{2013}Marie Lee"),
            ("Ann-Marie Lee", "by Ann Marie Lee", "Ann Marie Lee"),
            ("Zolt\u{e1}n \u{16c}rnav", "\u{5728}Zolt\u{e1}n \u{16c}rnav\u{8bf4}", "Zolt\u{e1}n \u{16c}rnav"),
            ("Zolt\u{e1}n \u{16c}rnav", "by Zoltan Urnav", "Zoltan Urnav"),
            ("Zolt\u{e1}n \u{16c}rnav", "zolt\u{e1}n.\u{16d}rnav@example.org", "zolt\u{e1}n.\u{16d}rnav"),
            ("\u{c6}sa \u{141}uk", "by Aesa Luk", "Aesa Luk"),
            ("\u{130}pek Ilg\u{131}n", "IPEK ILGIN and ipek \u{131}lg\u{131}n", "IPEK ILGIN"),
            ("J. Roe", "by J Roe", "J Roe"),
            (
                "\u{5c71}\u{7530}\u{592a}\u{90ce}",
                "\u{5c71}\u{7530} \u{592a}\u{90ce}",
                "\u{5c71}\u{7530} \u{592a}\u{90ce}",
            ),
            ("\u{738b}\u{4f1f}", "\u{738b}\u{4f1f}\u{8bf4}", "\u{738b}\u{4f1f}"),
            ("Jos\u{e9}", "by Jose", "Jose"),
        ];
        for (name, text, wanted) in table {
            assert_eq!(found(&[(name, false)], text).first().map(String::as_str), Some(wanted), "{name} in {text}");
        }
        for (name, text) in
            [("Ann Roe", "Ann. Roe"), ("Ann Roe", "Ann, Roe"), ("Ann Roe", "AnnRoe"), ("O'Brien", "O, Brien")]
        {
            assert_eq!(found(&[(name, false)], text), [""; 0], "{name} in {text}");
        }
    }

    #[test]
    fn the_marks_between_words_stay() {
        let mut sought = Names::default();
        sought.add("Zolt\u{e1}n \u{16c}rnav", "person 1", false);
        let replaced = |text: &str| sought.replaced(text, str::to_string);
        assert_eq!(replaced("**Zolt\u{e1}n** \u{16c}rnav left"), "**person 1** left");
    }

    #[test]
    fn words_are_no_names_and_numbers_name_nobody() {
        assert_eq!(found(&[("Will", true)], "Will will see"), ["Will"]);
        assert_eq!(found(&[("Al", false)], "Al, al and AL"), ["Al"]);
        assert_eq!(found(&[("40", false), ("-", false), ("A", false)], "40 in all, A - B"), [""; 0]);
        assert_eq!(found(&[("Ada", false), ("Ada Byron", false)], "Ada Byron and Ada"), ["Ada Byron", "Ada"]);
    }
}
