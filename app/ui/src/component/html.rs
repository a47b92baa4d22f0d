//! Rows that are written by hand, because a page has hundreds of them.
//!
//! Marks can only be text of the program itself; everything else is escaped.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::markdown;

/// The longest text whose HTML is remembered, in bytes, and how many are: 2 000 × 2 000 bytes and their HTML.
const REMEMBERED_BYTES_MAX: usize = 2_000;
const REMEMBERED_MAX: usize = 2_000;

/// HTML being written.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// Room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Writes marks: text that stands in the program.
    pub fn raw(&mut self, marks: &'static str) -> &mut Self {
        self.0.push_str(marks);
        self
    }

    /// Writes text, escaped for content and for attributes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// Writes a number.
    pub fn number(&mut self, number: usize) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// Writes Markdown as HTML that cannot harm. Plain sentences take the short way.
    pub fn prose(&mut self, text: &str) -> &mut Self {
        if is_plain(text) {
            return self.raw("<p>").text(text).raw("</p>");
        }
        self.0.push_str(&remembered(text));
        self
    }

    /// The HTML.
    pub fn finish(self) -> String {
        self.0
    }
}

/// Markdown as HTML. Reading and cleaning it costs more than the rest of a row, and the same
/// rows are asked for again and again, so the last ones are remembered.
fn remembered(text: &str) -> Arc<str> {
    static RENDERED: RwLock<Option<HashMap<String, Arc<str>>>> = RwLock::new(None);
    let known =
        RENDERED.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|known| known.get(text).cloned());
    if let Some(html) = known {
        return html;
    }
    let html: Arc<str> = markdown::to_html(text).into();
    if text.len() <= REMEMBERED_BYTES_MAX {
        let mut rendered = RENDERED.write().unwrap_or_else(PoisonError::into_inner);
        let known = rendered.get_or_insert_with(HashMap::new);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(text.into(), html.clone());
    }
    html
}

/// Whether a text has nothing in it that Markdown could read as a mark.
fn is_plain(text: &str) -> bool {
    let marks = |c: char| {
        matches!(c, '\n' | '\r' | '\t' | '*' | '_' | '[' | ']' | '`' | '~' | '\\' | '<' | '>' | '&' | '|' | '#')
    };
    let list = text.starts_with(['-', '+', '=', ' ']) || text.starts_with(|c: char| c.is_ascii_digit());
    !list && !text.contains(marks) && !text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn text_is_escaped_and_prose_is_cleaned() {
        let mut html = Html::default();
        html.raw("<p title=\"")
            .text("a\"b")
            .raw("\">")
            .text("<b> & ü")
            .raw("</p>")
            .prose("plain sentence.")
            .prose("*so* <script>x</script>");
        let html = html.finish();
        assert!(html.starts_with("<p title=\"a&quot;b\">&lt;b&gt; &amp; ü</p><p>plain sentence.</p>"), "{html}");
        assert!(html.contains("<em>so</em>") && !html.contains("<script"), "{html}");
    }
}
