//! From a view to the bytes of a page.

use domain::spelling::{may_act, shown_text};
use leptos::prelude::*;

use crate::fragment::fragment;
use crate::frame::Frame;

/// Renders a whole page inside its frame.
pub fn document(frame: Frame, page: impl FnOnce() -> AnyView) -> String {
    let mut html = String::with_capacity(64 * 1024);
    html.push_str("<!DOCTYPE html>");
    html.push_str(&fragment(frame, || {
        let body = page();
        crate::component::shell::shell(body).into_any()
    }));
    shown_html(html)
}

/// A page with marks in place of what would act instead of being seen, wherever text is read. What stands in tags and in
/// fields is left: a form gives back what is kept.
fn shown_html(html: String) -> String {
    if !may_act(&html) {
        return html;
    }
    let (mut shown, mut rest) = (String::with_capacity(html.len() + 64), html.as_str());
    while let Some(at) = rest.find('<') {
        shown.push_str(&shown_text(&rest[..at]));
        let tag = &rest[at..at + end_of_tag(&rest[at..])];
        let closed = ["textarea", "script", "style"].into_iter().find(|name| tag[1..].starts_with(name));
        let end = at + closed.and_then(|name| rest[at..].find(&format!("</{name}"))).unwrap_or(tag.len());
        shown.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    shown.push_str(&shown_text(rest));
    shown
}

/// Where the tag at the beginning ends: behind the `>` that is in no quotes.
fn end_of_tag(html: &str) -> usize {
    let mut is_quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::{document, shown_html};
    use crate::fragment::fragment;
    use crate::frame::{Assets, Frame};
    use domain::Instant;
    use leptos::prelude::*;

    #[test]
    fn a_part_that_is_made_within_a_page_leaves_the_page_its_frame() {
        let frame = |at: &str| Frame { at: at.into(), ..Frame::anonymous(Assets::default(), Instant::from_micros(0)) };
        let at = || Frame::current().at.clone();
        let seen = std::cell::RefCell::new(Vec::new());
        let see = || seen.borrow_mut().push(at());
        document(frame("/page"), || {
            see();
            fragment(frame("/part"), || {
                see();
                ().into_any()
            });
            see();
            ().into_any()
        });
        assert_eq!(seen.take(), ["/page", "/part", "/page"]);
        assert_eq!(at(), "/", "and nothing is left behind");
    }

    #[test]
    fn what_is_read_is_marked_and_what_is_sent_back_is_not() {
        // In two pieces: views write such a field in one place alone.
        let page = |read: [&str; 2]| {
            format!(
                "<p title=\"a>\u{202e}b\">f {}gpj</p><input value=\"\u{1b}[8m\"><{field}>\n\u{1b}<b></{field}><i>{}</i>",
                read[0],
                read[1],
                field = "textarea"
            )
        };
        assert_eq!(shown_html(page(["\u{202e}", "\u{8}"])), page(["[U+202E]", "[U+0008]"]));
        assert_eq!(shown_html("<!DOCTYPE html><p>“so”</p>".into()), "<!DOCTYPE html><p>“so”</p>");
        assert_eq!(shown_html("torn \u{7}<p".into()), "torn [U+0007]<p");
    }
}
