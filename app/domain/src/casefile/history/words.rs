//! Two versions of a text, compared word by word.

use diffy::{DiffOptions, Line};

use crate::casefile::Effort;

/// Texts that differ in more words than this are compared line by line: the search for the
/// shortest difference grows with the square of what differs.
const TOKENS_MAX: usize = 4_000;

/// A piece of two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Same(String),
    /// Only in the one before.
    Gone(String),
    /// Only in the one after.
    New(String),
}

/// What the second text took out of the first, and what it put in. The finer it is told the more it takes of the
/// effort, which a page has for all its texts together; what is left decides how fine that is.
pub fn word_diff(was: &str, is: &str, effort: &mut Effort) -> Vec<Piece> {
    let (words_before, words_after) = (tokens(was), tokens(is));
    let (head, tail) = shared(&words_before, &words_after);
    let (gone, new) = (&words_before[head..words_before.len() - tail], &words_after[head..words_after.len() - tail]);
    let middle = if gone.len() + new.len() <= TOKENS_MAX && effort.covers(gone, new) {
        compare(gone, new)
    } else {
        let (gone, new) = (gone.concat(), new.concat());
        let (gone, new): (Vec<&str>, Vec<&str>) =
            (gone.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        if gone.len() + new.len() <= TOKENS_MAX && effort.covers(&gone, &new) {
            compare(&gone, &new)
        } else {
            vec![Piece::Gone(gone.concat()), Piece::New(new.concat())]
        }
    };
    let mut pieces = Pieces::default();
    pieces.push(Piece::Same(words_before[..head].concat()));
    middle.into_iter().for_each(|piece| pieces.push(piece));
    pieces.push(Piece::Same(words_before[words_before.len() - tail..].concat()));
    pieces.finish()
}

/// Words, runs of blanks, and every other sign by itself.
fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Word,
        Blank,
        Sign,
    }
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => Kind::Word,
        c if c.is_whitespace() => Kind::Blank,
        _ => Kind::Sign,
    };
    let (mut found, mut start, mut last) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if last.is_some_and(|last| last != now || now == Kind::Sign) {
            found.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// How many tokens two texts share at their beginning and at their end.
fn shared(was: &[&str], is: &[&str]) -> (usize, usize) {
    let head = was.iter().zip(is).take_while(|(was, is)| was == is).count();
    let tail = was[head..].iter().rev().zip(is[head..].iter().rev()).take_while(|(was, is)| was == is).count();
    (head, tail)
}

/// Compares tokens as diffy compares lines: each token is made a line of its own.
fn compare(was: &[&str], is: &[&str]) -> Vec<Piece> {
    let lines = |tokens: &[&str]| tokens.iter().map(|token| escape(token) + "\n").collect::<String>();
    let (before, after) = (lines(was), lines(is));
    let mut options = DiffOptions::new();
    options.set_context_len(was.len() + is.len());
    let patch = options.create_patch(&before, &after);
    let told = |line: &Line<'_, str>| match line {
        Line::Context(text) => Piece::Same(unescape(text)),
        Line::Delete(text) => Piece::Gone(unescape(text)),
        Line::Insert(text) => Piece::New(unescape(text)),
    };
    patch.hunks().iter().flat_map(|hunk| hunk.lines().iter().map(told)).collect()
}

fn escape(token: &str) -> String {
    token.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescape(line: &str) -> String {
    let (mut text, mut chars) = (String::with_capacity(line.len()), line.strip_suffix('\n').unwrap_or(line).chars());
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            (_, Some('n')) => text.push('\n'),
            (_, Some('r')) => text.push('\r'),
            (_, Some(other)) => text.push(other),
            (c, None) => text.push(c),
        }
    }
    text
}

/// Joins pieces of one kind. What lies between two changes and is blank belongs to both, so that
/// a rewritten sentence reads as one.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    gone: String,
    new: String,
    /// Blanks after a change: the next piece decides where they belong.
    blank: String,
}

impl Pieces {
    fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Same(text) if text.is_empty() => {}
            Piece::Same(text) if self.changing() && text.chars().all(|c| c == ' ') => self.blank.push_str(&text),
            Piece::Same(text) => {
                self.close();
                match self.done.last_mut() {
                    Some(Piece::Same(last)) => last.push_str(&text),
                    _ => self.done.push(Piece::Same(text)),
                }
            }
            Piece::Gone(text) => {
                self.join();
                self.gone.push_str(&text);
            }
            Piece::New(text) => {
                self.join();
                self.new.push_str(&text);
            }
        }
    }

    fn changing(&self) -> bool {
        !self.gone.is_empty() || !self.new.is_empty()
    }

    fn join(&mut self) {
        let blank = std::mem::take(&mut self.blank);
        self.gone.push_str(&blank);
        self.new.push_str(&blank);
    }

    fn close(&mut self) {
        let (gone, new, blank) =
            (std::mem::take(&mut self.gone), std::mem::take(&mut self.new), std::mem::take(&mut self.blank));
        self.done.extend((!gone.is_empty()).then_some(Piece::Gone(gone)));
        self.done.extend((!new.is_empty()).then_some(Piece::New(new)));
        self.done.extend((!blank.is_empty()).then_some(Piece::Same(blank)));
    }

    fn finish(mut self) -> Vec<Piece> {
        self.close();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::{Effort, Piece};
    use proptest::prelude::*;

    fn word_diff(was: &str, is: &str) -> Vec<Piece> {
        super::word_diff(was, is, &mut Effort::steps(10_000_000))
    }

    fn told(was: &str, is: &str) -> String {
        let piece = |piece| match piece {
            Piece::Same(text) => text,
            Piece::Gone(text) => format!("[-{text}-]"),
            Piece::New(text) => format!("[+{text}+]"),
        };
        word_diff(was, is).into_iter().map(piece).collect()
    }

    #[test]
    fn words_are_the_unit() {
        let table = [
            ("the agent posts", "the agent posts", "the agent posts"),
            ("it posted twice", "it posts twice", "it [-posted-][+posts+] twice"),
            ("", "new", "[+new+]"),
            ("old", "", "[-old-]"),
            ("one two three", "one four five", "one [-two three-][+four five+]"),
            ("a, b", "a; b", "a[-,-][+;+] b"),
            ("line one\nline two", "line one\nline 2", "line one\nline [-two-][+2+]"),
            ("C:\\new\r\n", "C:\\old\r\n", "C:\\[-new-][+old+]\r\n"),
            ("Prüfung läuft", "Prüfung lief", "Prüfung [-läuft-][+lief+]"),
        ];
        for (was, is, expected) in table {
            assert_eq!(told(was, is), expected, "{was:?} → {is:?}");
        }
    }

    #[test]
    fn long_texts_are_compared_by_line_and_longer_ones_not_at_all() {
        let long = |word: &str, lines: usize| format!("{word} a b c d e f g h\n").repeat(lines);
        let (was, is) = (long("x", 500) + "kept\n" + &long("x", 20), long("y", 500) + "kept\n" + &long("y", 20));
        assert!(word_diff(&was, &is).contains(&Piece::Same("kept\n".into())));
        assert_eq!(word_diff(&long("x", 5_000), &long("y", 5_000)).len(), 3);
    }

    #[test]
    fn a_page_of_texts_that_differ_much_is_told_coarsely_in_the_end() {
        let words = |word: &str| (0..500).map(|place| format!("{word}{place} ")).collect::<String>();
        let mut effort = Effort::steps(3_000_000);
        let first = super::word_diff(&words("a"), &words("b"), &mut effort);
        for _ in 0..20 {
            let told = super::word_diff(&words("a"), &words("b"), &mut effort);
            assert!(told.len() <= first.len(), "{told:?}");
        }
        assert!(!effort.covers(&[1; 10], &[2; 10]), "nothing is left");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off(was in "[ab\\\\ \\n\\rü.]{0,40}", is in "[ab\\\\ \\n\\rü.]{0,40}") {
            let (mut before, mut after) = (String::new(), String::new());
            for piece in word_diff(&was, &is) {
                match piece {
                    Piece::Same(text) => { before += &text; after += &text; }
                    Piece::Gone(text) => before += &text,
                    Piece::New(text) => after += &text,
                }
            }
            prop_assert_eq!((before, after), (was, is));
        }
    }
}
