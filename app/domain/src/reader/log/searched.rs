//! What a search looks through: the whole raw record, every key and value of it, as it is read by people.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text as texts are compared in a search: without case and accents. What is one letter to its readers is one here.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.to_lowercase().nfkd().filter(|letter| !is_combining_mark(*letter)).nfc() {
        match letter {
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ς' => folded.push('σ'),
            letter => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// The bytes of a record as they are searched: folded, and what JSON writes with a backslash as what it means. Bytes
/// that are no text stand for a letter nobody searches.
pub fn searchable(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    folded(&unescaped(&text))
}

/// The text with JSON's escapes written out; another backslash stays as it is.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let (letter, length) = escape(&rest[at..]);
        plain.push(letter);
        rest = &rest[at + length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The letter that an escape stands for, and how long the escape is; the text begins with a backslash.
fn escape(text: &str) -> (char, usize) {
    match text.as_bytes().get(1) {
        Some(letter @ (b'"' | b'\\' | b'/')) => (char::from(*letter), 2),
        Some(b'n' | b'r' | b't' | b'b' | b'f') => (' ', 2),
        Some(b'u') => {
            let unit = |at: usize| text.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
            let Some(first) = unit(2) else { return ('\\', 1) };
            let second = text.get(6..8).filter(|next| *next == "\\u").and_then(|_| unit(8));
            match char::decode_utf16([first]).next() {
                Some(Ok(letter)) => (letter, 6),
                _ => match second.and_then(|second| char::decode_utf16([first, second]).next()) {
                    Some(Ok(letter)) => (letter, 12),
                    _ => (char::REPLACEMENT_CHARACTER, 6),
                },
            }
        }
        _ => ('\\', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_searched_as_people_read_it() {
        let raw = r#"{"Caf\u00e9":"R\u00C9SUM\u00c9","path":"C:\\Plans\/x","who":"\"Ada\"","face":"\ud83d\ude00","odd":"\q \ud83d"}"#;
        let found = searchable(raw.as_bytes());
        for part in ["cafe", "resume", "c:\\plans/x", "\"ada\"", "\u{1f600}", "\\q"] {
            assert!(found.contains(&folded(part)), "{part}: {found}");
        }
        assert_eq!(folded("Cafe\u{301}"), folded("CAF\u{c9}"));
        assert!(searchable(b"a \xff b").contains("a "));
    }
}
