//! The postmortem as one HTML file: made of the Markdown, so that both say the same. No script, nothing is fetched.

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What exports use of Markdown: footnotes name the sources.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// A whole file around a postmortem.
pub fn document_html(markdown: &str) -> String {
    let title = title(markdown);
    let mut escaped = String::new();
    // A title is text, and so is what stands between its tags.
    for c in title.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{escaped}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{}</main>\n</body>\n</html>\n",
        text_html(markdown, 0)
    )
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

/// The words of the first heading.
fn title(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(markdown, OPTIONS) {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            _ => {}
        }
    }
    words
}

/// Light and dark as the reader's system is, and black on white on paper.
const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c1d22; --soft: #555862; --line: #d4d6dd; --page: #ffffff; --code: #f3f4f7; --link: #1f4fbf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7e8ec; --soft: #a7abb6; --line: #3a3d47; --page: #17181c; --code: #23252b; --link: #9dbcff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
h1 { font-size: 1.9rem; margin: 0 0 1rem; }
h2 { font-size: 1.35rem; margin: 2.4rem 0 .8rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
a { color: var(--link); }
code, pre { font: .9em/1.5 ui-monospace, monospace; background: var(--code); border-radius: 3px; }
code { padding: .1em .25em; overflow-wrap: anywhere; }
pre { padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { padding: 0; }
blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 3px solid var(--line); color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--code); }
tr, li, blockquote { break-inside: avoid; }
.footnote-definition { margin: .4rem 0; color: var(--soft); font-size: .9rem; }
.footnote-definition p { display: inline; margin: 0 0 0 .4rem; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --page: #fff; --code: #f4f4f4; --link: #000; }
  main { max-width: none; padding: 0; }
  body { font-size: 10.5pt; }
  @page { margin: 18mm 16mm; }
}
";

#[cfg(test)]
mod tests {
    use super::{document_html, text_html};

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
        let file = document_html("# A \\<b\\> \\& `</title>`\n\n## Summary\n");
        assert!(file.contains("<title>A &lt;b&gt; &amp; &lt;/title&gt;</title>"), "{file}");
    }
}
