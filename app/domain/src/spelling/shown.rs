//! A text as it leaves the case file for a reader: what acts instead of being seen stands there by its number.

use std::borrow::Cow;

use super::code_point;

/// A text with a visible mark in place of what would act on a terminal or on what stands beside it: controls, and signs
/// that turn the direction of writing beyond their own text. What scripts need stays: joiners, marks of direction, and
/// signs of direction that are closed again in their line. What is kept does not change, only how it is shown.
pub fn shown_text(text: &str) -> Cow<'_, str> {
    shown_with(text, |c| format!("[{}]", code_point(c)))
}

/// The same with another mark.
pub fn shown_with(text: &str, mark: impl Fn(char) -> String) -> Cow<'_, str> {
    if !may_act(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let marked = marked(line);
        for (at, c) in line.char_indices() {
            if marked.contains(&at) { shown.push_str(&mark(c)) } else { shown.push(c) }
        }
    }
    Cow::Owned(shown)
}

/// Whether there may be something to mark, from the bytes: nearly every text and page has nothing.
pub fn may_act(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut from = 0;
    for chunk in bytes.chunks(CHUNK) {
        // Without a branch for each byte, so that many bytes are looked at in one step.
        let has_first = chunk.iter().fold(false, |found, byte| found | begins(*byte));
        if has_first && (from..from + chunk.len()).any(|at| acts_at(bytes, at)) {
            return true;
        }
        from += chunk.len();
    }
    false
}

/// So many bytes are looked at in one go.
const CHUNK: usize = 64;

/// Whether what acts may begin with this byte.
const fn begins(byte: u8) -> bool {
    (byte < 0x20) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2) | (byte == 0xf3)
}

fn acts_at(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' | b'\r' | b'\t' => false,
        0..0x20 | 0x7f => true,
        // U+0080 to U+009F, U+202A to U+202E and U+2066 to U+2069, U+E0000 to U+E007F.
        0xc2 => matches!(bytes.get(at + 1), Some(0x80..=0x9f)),
        0xe2 => matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xaa..=0xae] | [0x81, 0xa6..=0xa9])),
        0xf3 => matches!(bytes.get(at + 1..at + 3), Some([0xa0, 0x80 | 0x81])),
        _ => false,
    }
}

/// Line ends and tabs belong to a text.
fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Where in a line there is something to mark.
fn marked(line: &str) -> Vec<usize> {
    let (mut marked, mut open) = (Vec::new(), Vec::<(usize, char)>::new());
    let mut is_flag = false;
    for (at, c) in line.char_indices() {
        // Flags of regions are a black flag and letters that are not seen.
        is_flag = c == '\u{1f3f4}' || (is_flag && matches!(c, '\u{e0020}'..='\u{e007f}'));
        match c {
            '\u{202a}' | '\u{202b}' | '\u{2066}'..='\u{2068}' => open.push((at, c)),
            // An override turns its own letters, so that they read as others.
            '\u{202d}' | '\u{202e}' => {
                marked.push(at);
                open.push((at, c));
            }
            '\u{202c}' => match open.pop_if(|(_, opened)| !matches!(opened, '\u{2066}'..='\u{2068}')) {
                Some((_, '\u{202a}' | '\u{202b}')) => {}
                _ => marked.push(at),
            },
            '\u{2069}' => match open.iter().rposition(|(_, opened)| matches!(opened, '\u{2066}'..='\u{2068}')) {
                Some(place) => marked.extend(open.drain(place..).skip(1).map(|(at, _)| at)),
                None => marked.push(at),
            },
            '\u{e0000}'..='\u{e007f}' if !is_flag => marked.push(at),
            c if is_control(c) => marked.push(at),
            _ => {}
        }
    }
    // What is still open would turn what stands behind the text.
    marked.extend(open.into_iter().map(|(at, _)| at));
    marked
}

#[cfg(test)]
mod tests {
    use super::{may_act, shown_text};

    #[test]
    fn what_acts_is_marked_and_what_scripts_need_is_not() {
        for (text, shown) in [
            (
                "shown \u{1b}[8mhidden\u{1b}[0m \u{8}\u{8}back",
                "shown [U+001B][8mhidden[U+001B][0m [U+0008][U+0008]back",
            ),
            ("c1 \u{9b}2J, del \u{7f}, bell \u{7}", "c1 [U+009B]2J, del [U+007F], bell [U+0007]"),
            ("f \u{202e}gpj.exe", "f [U+202E]gpj.exe"),
            ("a \u{202e}b\u{202c} c", "a [U+202E]b[U+202C] c"),
            ("open \u{2067}isolate", "open [U+2067]isolate"),
            ("closed twice \u{2067}a\u{2069}\u{2069}", "closed twice \u{2067}a\u{2069}[U+2069]"),
            (
                "an isolate ends what is open in it \u{2066}\u{202b}a\u{2069}",
                "an isolate ends what is open in it \u{2066}[U+202B]a\u{2069}",
            ),
            ("over a line \u{2067}a\nb\u{2069}", "over a line [U+2067]a\nb[U+2069]"),
            ("smuggled \u{e0041}\u{e0042}", "smuggled [U+E0041][U+E0042]"),
            // What stays.
            ("lines\r\nand\ttabs", "lines\r\nand\ttabs"),
            (
                "\u{2067}שלום\u{2069}, \u{202b}مرحبا\u{202c}\u{200f}",
                "\u{2067}שלום\u{2069}, \u{202b}مرحبا\u{202c}\u{200f}",
            ),
            ("می\u{200c}خواهم 👩\u{200d}💻 ❤\u{fe0f}", "می\u{200c}خواهم 👩\u{200d}💻 ❤\u{fe0f}"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            ),
        ] {
            assert_eq!(shown_text(text), shown);
            assert_eq!(shown_text(shown), shown, "once is enough");
            // Wherever in a page it stands, also where one piece of it ends.
            for before in 0..70 {
                let page = format!("{}{text}{}", "a".repeat(before), "b".repeat(70));
                assert_eq!(may_act(&page), may_act(text), "{page}");
            }
        }
    }
}
