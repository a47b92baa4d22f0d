//! How names are spelt: what is kept of what was typed, which names are the same, and which look the same.

mod person;
mod shown;

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use crate::limits::{NAME_CHARS_MAX, bounded};
use crate::{Refusal, Ruled};

pub(crate) use person::{has_several_capitals, names_somebody};
pub use shown::{may_act, shown_text, shown_with};

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
    alike(one) == alike(other)
}

/// Whether two names of logs are the same: what tells programs apart may be a single sign.
pub fn same_folded(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// A name as it is compared where somebody is not to pass for somebody else by how they are spelt: beside what [`fold`]
/// takes away, the forms of apostrophes and hyphens, the width of letters, and the dots of Turkish letters. What tables
/// keep is folded; this is for comparing only.
pub fn alike(name: &str) -> String {
    if name.is_ascii() {
        return fold(&name.replace('`', "'"));
    }
    // An acute accent alone is an apostrophe, and only by itself: composed for width it would be a mark on a blank.
    let one_form = name.nfc().map(one_mark).nfkc().map(one_mark).map(|c| if matches!(c, 'İ' | 'ı') { 'i' } else { c });
    let folded = fold(&one_form.collect::<String>());
    // A dotted capital that is written with a mark: `I` and U+0307.
    let mut alike = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c != '\u{307}' || !alike.ends_with('i') {
            alike.push(c);
        }
    }
    alike.nfc().collect()
}

/// One sign for all apostrophes, and one for all hyphens.
fn one_mark(c: char) -> char {
    match c {
        '`' | '´' | '‘' | '’' | '‛' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ˈ' | '՚' | '׳' | '′' | 'ꞌ' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '−' | '﹘' | '﹣' | '－' => '-',
        c => c,
    }
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
    if !shows_something(&name) {
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
    if !shows_something(&title) {
        return Err(Refusal::field(field, missing));
    }
    Ok(one_line(&title))
}

/// A line that names something, such as an id, a tag, a place or a source: composed, and with nothing in it that is not
/// seen. Unlike in a title nothing falls away, for such a line is looked up and compared. A blank one is left to the caller.
pub fn parse_line(field: &str, text: String, chars_max: usize) -> Ruled<String> {
    let text = bounded(field, text, chars_max)?;
    let line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).nfc().collect();
    if let Some(unseen) = unseen(&line).next() {
        return Err(Refusal::field(
            field,
            format!(
                "This line has a character in it that nobody sees, or that turns the direction of writing ({}): type it again without it.",
                code_point(unseen)
            ),
        ));
    }
    if !line.is_empty() && !shows_something(&line) {
        return Err(Refusal::field(field, "There is nothing to see in this line: type it again, or leave it empty."));
    }
    Ok(line)
}

/// A line that comes from elsewhere and is never refused, such as the name of a file: what is not seen in it stands there
/// by its number, as in `log[U+202E]gpj.exe`. One that is too long loses its middle, so that its ending stays.
pub fn shown_line(text: &str, chars_max: usize) -> String {
    let text: String = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').nfc().collect();
    let bare = !shows_something(&text);
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_seen = (c == ' ' || !is_unseen(&text, at, c)) && (!bare || c.is_whitespace());
        if is_seen { shown.push(c) } else { shown.push_str(&format!("[{}]", code_point(c))) }
    }
    let count = shown.chars().count();
    if count <= chars_max {
        return shown;
    }
    let tail = chars_max / 4;
    let middle = ['…'].into_iter();
    shown.chars().take(chars_max - tail - 1).chain(middle).chain(shown.chars().skip(count - tail)).collect()
}

/// Whether there is anything to see in a text: a mark upon no letter is nothing.
pub fn shows_something(text: &str) -> bool {
    text.chars().any(|c| !is_invisible(c) && !c.is_whitespace() && !c.is_control() && !is_combining_mark(c))
}

/// A letter of a script that puts no blanks between words: of East Asia, of Tibet, and of Southeast Asia.
pub const fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19ff}' | '\u{1a20}'..='\u{1aaf}'
            | '\u{1b00}'..='\u{1b7f}' | '\u{2e80}'..='\u{a4cf}' | '\u{a960}'..='\u{a9ff}' | '\u{aa60}'..='\u{aadf}'
            | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}'
    ) && !matches!(c, '\u{10a0}'..='\u{10ff}')
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// The characters of a line that nobody sees.
fn unseen(line: &str) -> impl Iterator<Item = char> {
    line.char_indices().filter(|(at, c)| is_unseen(line, *at, *c)).map(|(_, c)| c)
}

/// Whether nobody sees a character where it stands: a joiner is seen by what it makes of its neighbours, and only scripts
/// and pictures beyond ASCII have such.
fn is_unseen(line: &str, at: usize, c: char) -> bool {
    if !JOINERS.contains(&c) {
        return is_invisible(c) || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    }
    let before = line[..at].chars().next_back();
    let after = line[at + c.len_utf8()..].chars().next();
    let is_beyond = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && (!is_invisible(c) || JOINERS.contains(&c)));
    match c {
        // Pictures are chosen after signs of ASCII as well: 1, # and * are keys.
        '\u{fe0e}' | '\u{fe0f}' => {
            !(is_beyond(before) || before.is_some_and(|c| c.is_ascii_digit() || "#*".contains(c)))
        }
        '\u{200d}' => !(is_beyond(before) && is_beyond(after)),
        // Persian puts it between parts of a word, and some at the end of one.
        _ => !is_beyond(before),
    }
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

/// A text as people write it: trimmed, and blank where there is nothing to see in it, so that whoever asks whether
/// something was written hears the same as a reader.
pub fn written(field: &str, text: String, chars_max: usize) -> Ruled<String> {
    let text = bounded(field, text, chars_max)?;
    // PostgreSQL cannot keep a zero byte: what is kept says that there was one.
    Ok(if shows_something(&text) { text.replace('\0', "[U+0000]") } else { String::new() })
}

#[cfg(test)]
mod tests;
