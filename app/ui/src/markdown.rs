//! Markdown from people to HTML that cannot harm its readers.

use pulldown_cmark::{Options, Parser, html};

/// Renders Markdown; what could run, load or restyle is taken out.
pub fn to_html(text: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    html::push_html(&mut unsafe_html, Parser::new_ext(text, options));
    cleaner().clean(&unsafe_html).to_string()
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
    use super::to_html;

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
}
