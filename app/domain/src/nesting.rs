//! How much of Markdown is read: no text costs more than its length is worth.

use pulldown_cmark::{Event, Options, Parser, TagEnd};

use crate::limits::TEXT_CHARS_MAX;
use crate::{Refusal, Ruled, spelling};

/// What of Markdown's extensions people may use.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// How many quotes, lists, footnotes, links and emphases stand in one another at most. People use five or six;
/// to clean HTML takes the square of it, and browsers give up at some hundred.
pub const NESTING_MAX: usize = 20;

/// Every line may belong to all that is open, so that reading takes as many steps as there are lines, times the
/// marks before the longest: ten million are some 6 ms.
const STEPS_MAX: usize = 10_000_000;

/// Reads a Markdown text; nothing where it nests deeper than anybody can follow. Such a text is shown as it was
/// written.
pub fn read(text: &str, options: Options) -> Option<Vec<Event<'_>>> {
    if steps(text) > STEPS_MAX {
        return None;
    }
    let (mut events, mut nesting) = (Vec::new(), 0_usize);
    for event in Parser::new_ext(text, options) {
        match &event {
            Event::Start(tag) if nests(tag.to_end()) => nesting += 1,
            Event::End(end) if nests(*end) => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        if nesting > NESTING_MAX {
            return None;
        }
        events.push(event);
    }
    Some(events)
}

/// Bounds a Markdown text that somebody writes: its length, and how deep it nests.
pub fn written(field: &str, text: String) -> Ruled<String> {
    let text = spelling::written(field, text, TEXT_CHARS_MAX)?;
    if read(&text, OPTIONS).is_some() {
        return Ok(text);
    }
    Err(Refusal::field(
        field,
        format!(
            "Lists, quotes or emphasis stand more than {NESTING_MAX} deep in one another here: take out some of these marks, or put a line of ``` before and after the text."
        ),
    ))
}

/// The same for a text that must not be empty; `missing` is the sentence that asks for it.
pub fn required(field: &str, text: String, missing: &str) -> Ruled<String> {
    let text = written(field, text)?;
    if text.is_empty() { Err(Refusal::field(field, missing)) } else { Ok(text) }
}

/// The same for a text that may be left out.
pub fn optional(field: &str, text: Option<String>) -> Ruled<String> {
    written(field, text.unwrap_or_default())
}

fn nests(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// How many steps finding the blocks of a text takes at most. Whatever opens a block stands at the beginning of a
/// line, behind blanks and other such marks.
fn steps(text: &str) -> usize {
    let is_mark = |byte: &u8| matches!(byte, b'>' | b'-' | b'*' | b'+' | b'.' | b')' | b'0'..=b'9');
    let before = |line: &[u8]| {
        let run = line.iter().take_while(|byte| is_mark(byte) || matches!(byte, b' ' | b'\t')).count();
        line[..run].iter().rposition(is_mark).map_or(0, |last| last + 1)
    };
    let lines = || text.as_bytes().split(|byte| matches!(byte, b'\n' | b'\r'));
    lines().map(before).max().unwrap_or(0).saturating_mul(lines().count())
}

#[cfg(test)]
mod tests {
    use super::{NESTING_MAX, OPTIONS, read, written};

    #[test]
    fn a_text_that_nests_deeper_than_anybody_follows_is_refused_beside_its_field() {
        let deep = |mark: &str, depth: usize| format!("{}x", mark.repeat(depth));
        for mark in ["> ", "- ", "1. ", "* "] {
            assert_eq!(written("body", deep(mark, NESTING_MAX)), Ok(deep(mark, NESTING_MAX)));
            let refused = written("body", deep(mark, NESTING_MAX + 1)).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some("body"));
            assert!(refused.sentence.contains("20 deep"), "{}", refused.sentence);
        }
        let steps: String = (0..30).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
        assert!(read(&steps, OPTIONS).is_none());
        assert!(read(&("*a ".repeat(30) + &" b*".repeat(30)), OPTIONS).is_none());
        assert!(read(&("![".repeat(30) + &"](x)".repeat(30)), OPTIONS).is_none());
    }

    #[test]
    fn what_only_looks_deep_is_read() {
        for text in [
            "- ".repeat(40),
            "*".repeat(200),
            format!("```\n{}\n```", "> ".repeat(60)),
            "* * *\n\nword\n\n".repeat(500),
            format!("{}x", " ".repeat(300)),
            "[".repeat(1_000),
            "a **b** *c* ".repeat(2_000),
        ] {
            assert!(written("body", text.clone()).is_ok(), "{text:.40}");
        }
    }

    #[test]
    fn lines_that_belong_to_many_blocks_are_not_followed() {
        // Each of 25,000 lines would be held against 50,000 quotes.
        assert!(read(&format!("{}{}", ">".repeat(50_000), "a\n".repeat(25_000)), OPTIONS).is_none());
        assert!(super::steps(&"- one\n  - two\n".repeat(5_000)) < super::STEPS_MAX / 100);
    }
}
