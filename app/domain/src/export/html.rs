//! A document as HTML: blocks for every page, and one file for itself. No script, nothing is fetched.

mod blocks;
mod text;

use crate::document::{Document, Place};

pub use blocks::{Audience, block, line};
use text::escaped;
pub use text::text_html;

/// The reader of a file: there is nowhere to go.
struct Alone;

impl Audience for Alone {
    fn href(&self, _: &Place) -> Option<String> {
        None
    }

    fn prose(&self, markdown: &str) -> String {
        text_html(&super::mark::tame(markdown), 0)
    }
}

/// Writes a whole file around a document.
pub(super) fn write(document: &Document) -> String {
    let (title, zone) = (escaped(&document.title), &document.zone);
    let mut body = format!("<h1>{title}</h1>\n");
    for part in &document.head {
        body.push_str(&block(part, zone, &Alone));
    }
    for section in &document.sections {
        body.push_str(&blocks::section(section, 2, zone, &Alone));
    }
    body.push_str(&sources(document, &Alone));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The sources that a document cites, to which its numbers lead; nothing where there are none.
pub fn sources(document: &Document, reader: &dyn Audience) -> String {
    if document.sources.is_empty() {
        return String::new();
    }
    let item = |(number, source): (usize, &crate::document::Source)| {
        format!("<li id=\"source-{number}\">{}</li>\n", line(&source.words, &document.zone, reader))
    };
    let items: String = (1..).zip(&document.sources).map(item).collect();
    format!("<section class=\"footnotes\" aria-label=\"Sources\">\n<ol>\n{items}</ol>\n</section>\n")
}

/// Light and dark as the reader's system is, and black on white on paper.
const STYLE: &str = include_str!("html/style.css");

#[cfg(test)]
mod tests {
    use crate::export::tests::{judged, options, text, world};
    use crate::export::{Format, Profile};

    #[test]
    fn a_file_stands_alone_and_says_what_the_markdown_says() {
        for story in [world(), judged()] {
            for profile in [Profile::Internal, Profile::Public] {
                let [html, markdown] =
                    [Format::Html, Format::Markdown].map(|format| text(&story.dossier, format, &options(profile)));
                for fetched in ["<script", "<img", "<link", "src=", "url(", "href=\"/", " style="] {
                    assert!(!html.contains(fetched), "{fetched} in\n{html}");
                }
                for said in ["Undetermined", "Not assessed", "Failed gates", "Detection target: 60 s."] {
                    assert_eq!(html.contains(said), markdown.contains(said), "{said}");
                }
                let headings = markdown.lines().filter(|line| line.starts_with('#')).count();
                let found = ["<h1", "<h2", "<h3"].map(|tag| html.matches(tag).count()).iter().sum::<usize>();
                // What people write between fences is no heading of the document.
                assert_eq!(found, headings, "{markdown}\n---\n{html}");
            }
        }
        let html = text(&world().dossier, Format::Html, &options(Profile::Internal));
        assert!(html.contains("<title>INC-12: Agent answers | in public</title>"), "{html}");
        assert!(html.contains("href=\"#source-1\"") && html.contains("id=\"source-1\""), "{html}");
    }
}
