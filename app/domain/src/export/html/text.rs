//! Text as HTML, and Markdown of a document that was frozen.

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::spelling::shown_text;

/// What exports use of Markdown: footnotes name the sources.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// Text for content and for attributes.
pub(super) fn escaped(text: &str) -> String {
    let text = shown_text(text);
    let (mut out, mut rest) = (String::with_capacity(text.len() + 8), &*text);
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"')) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out + rest
}

/// The text of a postmortem as HTML, without a file around it; its headings so many levels below those of a file.
pub fn text_html(markdown: &str, below: usize) -> String {
    let mut written = String::with_capacity(markdown.len() * 5 / 4);
    let mut links = Vec::new();
    let events = Parser::new_ext(markdown, OPTIONS).filter_map(|event| match event {
        // Ours is none but the mark that keeps two lists apart; another would be a defect of the writer.
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => None,
        // Nothing is fetched: an image is the words that stand for it.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let is_kept = is_address(dest_url);
            links.push(is_kept);
            is_kept.then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then_some(event),
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Some(Event::Start(Tag::Heading { level: lower(level, below), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level, below)))),
        // Aligned cells would be styled inline, which pages forbid.
        Event::Start(Tag::Table(columns)) => Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))),
        event => Some(event),
    });
    html::push_html(&mut written, events);
    written
}

fn lower(level: HeadingLevel, below: usize) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + below).unwrap_or(HeadingLevel::H6)
}

/// Addresses that a reader may follow.
fn is_address(text: &CowStr<'_>) -> bool {
    let small = text.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| small.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::text_html;

    #[test]
    fn nothing_is_run_fetched_or_styled_inline() {
        let table = [
            ("<script>x</script>", ""),
            ("a <b onclick=x>b</b>", "<p>a b</p>\n"),
            ("![words](https://evil.example/x)", "<p>words</p>\n"),
            ("[x](javascript:y)", "<p>x</p>\n"),
            ("[x](https://e.example)", "<p><a href=\"https://e.example\">x</a></p>\n"),
            ("# One", "<h2>One</h2>\n"),
        ];
        for (markdown, expected) in table {
            assert_eq!(text_html(markdown, 1), expected, "{markdown}");
        }
        assert!(!text_html("| a |\n| --: |\n| b |", 0).contains("style"));
    }
}
