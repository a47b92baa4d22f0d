//! Markdown being written: text from people cannot break out of its place.

use pulldown_cmark::{Event, TagEnd};

use crate::markdown;
use crate::spelling::shown_text;

/// A document being written.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    /// Whether somebody's own list was written last: ours must not become part of it.
    after_list: bool,
}

impl Page {
    pub fn finish(self) -> String {
        let mut text = shown_text(self.text.trim_end()).into_owned();
        text.push('\n');
        text
    }

    /// A heading; what it says is plain text.
    pub fn heading(&mut self, level: usize, text: &str) {
        let text = esc(text);
        // Marks at the end of a heading would be taken for its end.
        let text = text.strip_suffix('#').map_or_else(|| text.clone(), |head| format!("{head}\\#"));
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    /// A paragraph that is Markdown already.
    pub fn block(&mut self, markdown: &str) {
        self.text.push_str(markdown.trim_end());
        self.text.push_str("\n\n");
        self.after_list = false;
    }

    /// What somebody wrote in Markdown, kept in its place; the words for nothing stand in for a blank text.
    pub fn prose(&mut self, text: &str, nothing: &str) {
        let events = markdown::events(text);
        if events.is_empty() {
            self.block(&format!("*{nothing}*"));
        } else {
            self.block(&markdown::write(&events));
            self.after_list = matches!(events.last(), Some(Event::End(TagEnd::List(_))));
        }
    }

    /// A list; the items are Markdown already.
    pub fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().map(|item| format!("- {}", indent(item.trim_end()))).collect();
        if !items.is_empty() {
            if self.after_list {
                self.block("<!-- -->");
            }
            self.block(&items.join("\n"));
        }
    }

    /// A table; the cells are Markdown on one line already.
    pub fn table(&mut self, heads: &[&str], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let heads: Vec<String> = heads.iter().map(|head| head.to_string()).collect();
        let rule: Vec<String> = heads.iter().map(|_| "---".into()).collect();
        let mut lines = vec![line(&heads), line(&rule)];
        lines.extend(rows.iter().map(|row| line(row)));
        self.block(&lines.join("\n"));
    }
}

/// Lines after the first move in under their item.
fn indent(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
        .trim_start()
        .to_string()
}

/// A text on one line, as plain words: nothing in it is Markdown any more.
pub(super) fn esc(text: &str) -> String {
    let line = shown_text(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        let whole = &line[line.len() - rest.as_str().len() - c.len_utf8()..];
        if let Some(address) = markdown::address_to_mark(&out, whole) {
            out.push_str(&format!("<{address}>"));
            rest = whole[address.len()..].chars();
            continue;
        }
        markdown::push_plain(&mut out, c, rest.as_str().chars().next());
    }
    if line.starts_with(markdown::opens) { format!("\\{out}") } else { numbered(&out).unwrap_or(out) }
}

/// `1. x` at the start of a line is a list: its point is escaped.
fn numbered(line: &str) -> Option<String> {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let (head, tail) = line.split_at(digits);
    (digits > 0 && digits <= 9 && tail.starts_with(['.', ')'])).then(|| format!("{head}\\{tail}"))
}

/// Somebody's Markdown inside a document: written anew, so that all readers read it the same way, and in its place.
pub(super) fn tame(text: &str) -> String {
    markdown::write(&markdown::events(text))
}

#[cfg(test)]
mod tests {
    use super::esc;

    #[test]
    fn text_on_one_line_is_plain() {
        let table = [
            ("a | b", "a \\| b"),
            ("two\nlines", "two lines"),
            ("*so* _so_ `so`", "\\*so\\* \\_so\\_ \\`so\\`"),
            ("<script>", "\\<script\\>"),
            ("[x](javascript:y)", "\\[x\\](javascript:y)"),
            ("# not a heading", "\\# not a heading"),
            ("- not a list", "\\- not a list"),
            ("1. not a list", "1\\. not a list"),
            ("plain: a/b-c (d)", "plain: a/b-c (d)"),
            ("see https://e.example/foo?x=1&y=2*3~4.", "see <https://e.example/foo?x=1&y=2*3~4>."),
            ("(https://e.example/a_(b)_c)", "(<https://e.example/a_(b)_c>)"),
            ("<https://e.example/>", "\\<<https://e.example/>\\>"),
            ("https://e.example/a[0]=1", "<https://e.example/a[0]=1>"),
            ("https://e.example/a|b", "<https://e.example/a>\\|b"),
            ("https://e.example/plain_one, so", "https://e.example/plain_one, so"),
            ("https://e.example/plain, so", "https://e.example/plain, so"),
            ("xhttps://e.example/?a&b", "xhttps://e.example/?a\\&b"),
        ];
        for (text, expected) in table {
            assert_eq!(esc(text), expected);
        }
    }
}
