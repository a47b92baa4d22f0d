//! Rows that are written by hand, because a page has hundreds of them.
//!
//! Marks can only be text of the program itself; everything else is escaped.

use super::to_html;

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
        self.0.push_str(&to_html(text));
        self
    }

    /// The HTML.
    pub fn finish(self) -> String {
        self.0
    }
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
