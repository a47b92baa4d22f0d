//! How names are spelt: what is kept of what was typed, which names are the same, and which look the same.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::draft::{NAME_CHARS_MAX, bounded};
use crate::{Refusal, Ruled};

/// Joins letters and pictures where scripts and emoji need it: shows nothing, and belongs to the text.
const JOINERS: [char; 4] = ['\u{200c}', '\u{200d}', '\u{fe0e}', '\u{fe0f}'];

/// A name as names are compared: composed, without case, without what nobody sees, with single blanks.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return one_line(&name.to_ascii_lowercase());
    }
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).nfc().collect();
    let folded: String = UniCase::unicode(seen).to_folded_case().nfc().collect();
    one_line(&folded)
}

/// A text with its letters composed, so that it is the same from every keyboard.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Whether two names are the same, however they are spelt.
pub fn same_name(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// What a name looks like, by the confusables of Unicode (UTS 39): two names that share one of these are
/// taken for each other. Both orders are needed: `AIan` looks like `Alan` as it is typed, `АDА` in Cyrillic
/// like `ada` in small letters.
pub fn looks(name: &str) -> [String; 2] {
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).nfkc().collect();
    let shape = |text: &str| skeleton(text).collect::<String>();
    [fold(&shape(&seen)), one_line(&shape(&fold(&seen)))]
}

/// A name somebody goes by: one line, composed, with nothing in it that is not seen.
pub fn parse_name(field: &str, text: String, missing: &str) -> Ruled<String> {
    let name: String = bounded(field, text, NAME_CHARS_MAX)?.nfc().collect();
    let name = one_line(&name);
    if name.chars().all(is_invisible) {
        return Err(Refusal::field(field, missing));
    }
    if name.chars().any(|c| is_invisible(c) || c.is_control()) {
        return Err(Refusal::field(
            field,
            "This name has characters in it that nobody sees, or that turn the direction of writing: type it again without them.",
        ));
    }
    Ok(name)
}

/// A name out of a log or an older document: what is not seen falls away.
pub fn clean_name(text: &str) -> String {
    let seen: String = text.chars().map(as_blank).filter(|c| !is_invisible(*c)).nfc().collect();
    one_line(&seen)
}

/// A title: one line, composed, with something to see in it.
pub fn parse_title(field: &str, text: String, chars_max: usize, missing: &str) -> Ruled<String> {
    let text = bounded(field, text, chars_max)?;
    if text.chars().any(turns_direction) {
        return Err(Refusal::field(
            field,
            "This line has characters in it that turn the direction of writing, so that it reads as something else: type it again without them.",
        ));
    }
    let kept = |c: &char| !is_invisible(*c) || JOINERS.contains(c);
    let title: String = text.chars().map(as_blank).filter(kept).nfc().collect();
    if title.chars().all(|c| is_invisible(c) || c.is_whitespace()) {
        return Err(Refusal::field(field, missing));
    }
    Ok(one_line(&title))
}

fn as_blank(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The controls of bidirectional writing.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing by themselves: the default ignorable ones of Unicode, and the empty braille pattern.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_the_same_however_they_are_spelt() {
        let table = [
            ("Jürg", "JÜRG", true),
            ("Jürg", "Ju\u{308}rg", true),
            ("Weiß", "WEISS", true),
            ("  Ada   Lovelace ", "ada lovelace", true),
            ("Ada\u{200b}", "Ada", true),
            ("ΣΟΦΟΣ", "σοφος", true),
            ("Jorg", "Jörg", false),
            ("Ada", "Adam", false),
            ("", "Ada", false),
        ];
        for (one, other, same) in table {
            assert_eq!(same_name(one, other), same, "{one:?} {other:?}");
            assert_eq!(same_name(other, one), same, "{other:?} {one:?}");
        }
    }

    #[test]
    fn names_that_look_alike_share_a_look() {
        let alike = [
            ("Ada", "Аdа"),
            ("ADA", "АDА"),
            ("Alan", "AIan"),
            ("Grace", "ｇｒａｃｅ"),
            ("Grace", "Gra\u{200d}ce"),
            ("Jürg", "Ju\u{308}rg"),
            ("paypal", "раураӏ"),
        ];
        for (one, other) in alike {
            let (one_looks, other_looks) = (looks(one), looks(other));
            assert!(
                one_looks.iter().any(|look| other_looks.contains(look)),
                "{one} {other}: {one_looks:?} {other_looks:?}"
            );
        }
        for (one, other) in [("Ada", "Adam"), ("Jürg", "Jurg"), ("Grace", "Graze"), ("王芳", "王方")] {
            let (one_looks, other_looks) = (looks(one), looks(other));
            assert!(!one_looks.iter().any(|look| other_looks.contains(look)), "{one} {other}");
        }
    }

    #[test]
    fn a_name_has_nothing_in_it_that_is_not_seen() {
        let name = |text: &str| parse_name("name", text.into(), "Give a name.").map_err(|refusal| refusal.sentence);
        assert_eq!(name(" Ju\u{308}rg  Müller\n"), Ok("Jürg Müller".into()));
        assert_eq!(name("王芳"), Ok("王芳".into()));
        for blank in ["", " ", "\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{2800}"] {
            assert_eq!(name(blank), Err("Give a name.".into()), "{blank:?}");
        }
        for hidden in
            ["Ada\u{200b}", "A\u{202e}da", "\u{2066}Ada", "Ada\u{ad}", "A\u{7}da", "Ada\u{e0041}", "Ada\u{fe0f}"]
        {
            assert!(name(hidden).is_err_and(|sentence| sentence.contains("nobody sees")), "{hidden:?}");
        }
        assert_eq!(clean_name("ops\u{200b}-agent\t7"), "ops-agent 7");
    }

    #[test]
    fn a_title_is_one_line_that_reads_as_it_is_written() {
        let title =
            |text: &str| parse_title("title", text.into(), 300, "Give a title.").map_err(|refusal| refusal.sentence);
        assert_eq!(title("a\nb\tc"), Ok("a b c".into()));
        assert_eq!(title("Cafe\u{301}"), Ok("Café".into()));
        assert_eq!(title("\u{feff}Agent\u{200b} posts"), Ok("Agent posts".into()));
        assert_eq!(title("👩\u{200d}💻 ❤\u{fe0f}"), Ok("👩\u{200d}💻 ❤\u{fe0f}".into()));
        assert_eq!(title("\u{200b}"), Err("Give a title.".into()));
        assert_eq!(title("\u{200d}"), Err("Give a title.".into()));
        for turned in ["\u{202e}gnp.exe", "a\u{2067}b", "a\u{200f}b"] {
            assert!(title(turned).is_err_and(|sentence| sentence.contains("direction")), "{turned:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_taken_is_taken_again_as_it_is(text in "\\PC{1,40}") {
            if let Ok(name) = parse_name("name", text.clone(), "") {
                prop_assert_eq!(parse_name("name", name.clone(), ""), Ok(name.clone()));
                prop_assert!(same_name(&name, &text));
            }
            if let Ok(title) = parse_title("title", text, 300, "") {
                prop_assert_eq!(parse_title("title", title.clone(), 300, ""), Ok(title));
            }
        }

        #[test]
        fn folding_settles(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(same_name(&text.nfd().collect::<String>(), &text));
            prop_assert!(looks(&text)[1] == looks(&text.nfd().collect::<String>())[1]);
        }
    }
}
