//! Markdown from people to HTML that cannot harm its readers.

use std::sync::Arc;

use domain::mention::{Known, Prose, mentions};
use domain::nesting::{NESTING_MAX, OPTIONS, read};
use pulldown_cmark::{CowStr, Event, TextMergeStream, html};

use crate::component::html::Html;
use crate::kept_html::kept_html;

/// Renders Markdown; what could run, load or restyle is taken out.
pub fn to_html(text: &str) -> Arc<str> {
    kept_html(text, &[], || html_of(text))
}

fn html_of(text: &str) -> String {
    let Some(events) = read(text, OPTIONS) else { return as_written(text) };
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    html::push_html(&mut unsafe_html, events.into_iter());
    cleaner().clean(&unsafe_html).to_string()
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
    let Some(events) = read(text, OPTIONS) else { return as_written(text) };
    let mut prose = Prose::default();
    let marked = TextMergeStream::new(events.into_iter()).map(|event| {
        let marked = match &event {
            Event::Text(text) if prose.holds() => mark(text, people),
            _ => None,
        };
        prose.pass(&event);
        marked.unwrap_or(event)
    });
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    html::push_html(&mut unsafe_html, marked);
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

/// A reader's browser must not be sent elsewhere by looking: no images, no frames, links marked.
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
    fn scripts_and_handlers_are_taken_out() {
        let html = to_html(
            "<script>alert(1)</script>\n\n<b onclick=x>bold</b> [x](javascript:alert(1)) <img src=x onerror=alert(1)>",
        );
        for bad in ["script", "onclick", "javascript:", "<img", "onerror"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("<b>bold</b>"));
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
        assert!(!html.contains("script") && !html.contains("onclick"), "{html}");
    }
}
