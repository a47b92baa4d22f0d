//! What stands around the words of a line: bullets, numbers, marks of Markdown, and zones that are told.

use super::leading_stamp;
use crate::reader::zone_line;
use crate::time::Zone;

/// The zone that a line gives for the times below: `All times are PDT.`, `Timezone: Europe/Berlin`.
/// An error is why that zone is none.
pub(super) fn zone_told(text: &str) -> Option<Result<Zone, String>> {
    if let Some(told) = zone_line(text) {
        return Some(told);
    }
    let small = text.to_lowercase();
    if text.len() > 120
        || !["times", "timezone", "time zone", "timestamps", "clock"].iter().any(|word| small.contains(word))
    {
        return None;
    }
    let words = text.split(|letter: char| letter.is_whitespace() || "()[]:;,".contains(letter));
    let words = words.map(|word| word.trim_end_matches('.').trim_matches('*')).filter(|word| word.len() >= 2);
    words.filter(|word| !word.chars().all(|letter| letter.is_ascii_lowercase())).find_map(|word| {
        let is_name = word.contains('/')
            || word.starts_with(['+', '-', '−'])
            || word.chars().all(|letter| letter.is_ascii_uppercase() || "+-0123456789".contains(letter));
        is_name.then(|| Zone::parse(word).map(Ok).ok().or_else(|| Zone::neither(word).map(Err))).flatten()
    })
}

/// The zone that is all of a text, in brackets or not: `(UTC-7)`, `[Europe/Berlin]`, `CET`.
pub(super) fn zone_alone(text: &str) -> Option<Zone> {
    let bare = text.trim().trim_matches(['(', ')', '[', ']', ',', '.']).trim();
    let is_name =
        bare.contains('/') || bare.starts_with(['+', '-']) || bare.chars().any(|letter| letter.is_ascii_uppercase());
    is_name.then(|| Zone::parse(bare).ok()).flatten()
}

/// The line without the number that a list gives it, where a time follows: `12. March` is a day.
pub(super) fn unnumbered(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?.strip_prefix(['.', ')'])?;
    let body = rest.strip_prefix(' ')?.trim_start();
    let is_time = |text: &str| matches!(leading_stamp(text), Ok(Some(_)));
    ((1..=3).contains(&digits) && is_time(body) && !is_time(text)).then_some(body)
}

/// Marks that editors put before the items of lists, those of word processors among them.
const BULLETS: &[char] = &[
    '-', '*', '+', '•', '◦', '‣', '⁃', '–', '—', '·', '▪', '▫', '■', '□', '●', '○', '◆', '◇', '►', '▶', '➢', '➤', '❖',
    '✓', '✔', '✗', '☐', '☑', '☒', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}', '\u{f0fc}', '\u{f02d}',
];

/// Characters that nobody sees and that copying leaves in texts.
const UNSEEN: &[char] = &[
    '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{ad}', '\u{202a}',
    '\u{202c}', '\u{2066}', '\u{2069}',
];

/// The line without the marks of Markdown and of word processors around it, and whether it was a bullet.
pub(super) fn bare(raw: &str) -> (String, bool) {
    let is_space = |letter: char| letter.is_whitespace() || UNSEEN.contains(&letter);
    let mut text =
        raw.trim_matches(is_space).trim_start_matches(['>', '#', '|']).trim_end_matches('|').trim_matches(is_space);
    // The second level of Word's lists is a small letter and a tab.
    let mark = text.strip_prefix(BULLETS).or_else(|| text.strip_prefix('o').filter(|rest| rest.starts_with('\t')));
    let bullet = mark.filter(|rest| rest.starts_with(is_space));
    text = bullet.unwrap_or(text).trim_start_matches(is_space);
    let numbered = bullet.is_none().then(|| unnumbered(text)).flatten();
    text = numbered.unwrap_or(text);
    for checkbox in ["[ ] ", "[x] ", "[X] "] {
        text = text.strip_prefix(checkbox).unwrap_or(text).trim_start();
    }
    for mark in ["**", "__", "`"] {
        if let Some(inner) = text.strip_prefix(mark) {
            return (inner.replacen(mark, "", 1), bullet.is_some());
        }
    }
    (text.to_string(), bullet.is_some())
}
