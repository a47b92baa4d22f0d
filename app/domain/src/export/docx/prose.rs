//! What people wrote in Markdown, as paragraphs.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::body::{Body, Look, Stand, run};
use crate::markdown;

/// Writes a text in paragraphs of a style; tells whether there was anything.
pub(super) fn write(text: &str, style: &str, body: &mut Body) -> bool {
    let events = markdown::events(text);
    let mut prose = Prose { style, ..Prose::default() };
    for event in &events {
        prose.take(event, body);
    }
    prose.end_paragraph(body);
    !events.is_empty()
}

/// A text being written.
#[derive(Default)]
struct Prose<'a> {
    style: &'a str,
    /// The runs of the paragraph that is open.
    runs: String,
    strong: usize,
    emphasis: usize,
    struck: usize,
    quotes: usize,
    /// The lists around it, each with whether the paragraph that comes is the head of an item.
    lists: Vec<(usize, bool)>,
    /// The addresses of links that are open, with where their runs begin.
    links: Vec<(String, usize)>,
    code: Option<String>,
    /// The rows of a table, while one is open.
    table: Option<Vec<Vec<String>>>,
}

impl Prose<'_> {
    fn take(&mut self, event: &Event<'static>, body: &mut Body) {
        match event {
            Event::Start(tag) => self.begin(tag, body),
            Event::End(end) => self.end(end, body),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => match &mut self.code {
                Some(code) => code.push_str(text),
                None => self.say(text, ""),
            },
            Event::Code(text) => self.say(text, "CodeWords"),
            Event::SoftBreak => self.say(" ", ""),
            Event::HardBreak => self.say("\n", ""),
            Event::Rule => {
                self.end_paragraph(body);
                self.say("⁂", "");
                self.end_paragraph(body);
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str, style: &str) {
        let style = if style.is_empty() && !self.links.is_empty() { "Hyperlink" } else { style };
        let look =
            Look { style, is_strong: self.strong > 0, is_emphasis: self.emphasis > 0, is_struck: self.struck > 0 };
        self.runs.push_str(&run(text, look));
    }

    fn begin(&mut self, tag: &Tag<'static>, body: &mut Body) {
        match tag {
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.links.push((dest_url.to_string(), self.runs.len())),
            Tag::TableRow | Tag::TableHead => self.table.get_or_insert_default().push(Vec::new()),
            Tag::TableCell => self.runs.clear(),
            // Whatever is a block ends the words before it.
            _ => self.end_paragraph(body),
        }
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::List(None) => self.lists.push((body.bullets(), false)),
            Tag::List(Some(start)) => self.lists.push((body.numbers(*start), false)),
            Tag::Item => {
                if let Some(list) = self.lists.last_mut() {
                    list.1 = true;
                }
            }
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Table(_) => self.table = Some(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, end: &TagEnd, body: &mut Body) {
        match end {
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link => {
                if let Some((address, begins)) = self.links.pop() {
                    let words = self.runs.split_off(begins.min(self.runs.len()));
                    self.runs.push_str(&body.link(&address, &words));
                }
            }
            TagEnd::TableCell => {
                let cell = format!("<w:p>{}</w:p>", std::mem::take(&mut self.runs));
                if let Some(row) = self.table.get_or_insert_default().last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.end_table(body),
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.runs = run(code.strip_suffix('\n').unwrap_or(&code), Look::default());
                self.put(Stand { inside: self.lists.len(), ..Stand::style("Code") }, body);
            }
            TagEnd::Item => {
                // An item in which there is nothing is still one.
                if self.runs.is_empty() && self.lists.last().is_some_and(|(_, is_head)| *is_head) {
                    self.say("", "");
                }
                self.end_paragraph(body);
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph(body);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Paragraph => self.end_paragraph(body),
            _ => {}
        }
    }

    /// Ends the paragraph that is open, if one is.
    fn end_paragraph(&mut self, body: &mut Body) {
        if self.runs.is_empty() {
            return;
        }
        let level = self.lists.len().saturating_sub(1);
        let around = self.lists.last_mut().map(|(list, is_head)| (*list, std::mem::take(is_head)));
        let stand = match around {
            Some((list, true)) => {
                let style = if list == body.bullets() { "ListBullet" } else { "ListNumber" };
                Stand { list: Some((list, level)), ..Stand::style(style) }
            }
            Some((_, false)) => Stand { inside: level + 1, ..Stand::style("ListContinue") },
            None if self.quotes > 0 => Stand::style("Quote"),
            None => Stand::style(self.style),
        };
        self.put(stand, body);
    }

    fn put(&mut self, stand: Stand<'_>, body: &mut Body) {
        body.paragraph(stand, &std::mem::take(&mut self.runs));
        self.links.iter_mut().for_each(|(_, begins)| *begins = 0);
    }

    fn end_table(&mut self, body: &mut Body) {
        let mut rows = self.table.take().unwrap_or_default();
        if rows.is_empty() {
            return;
        }
        let head = rows.remove(0);
        for row in &mut rows {
            row.resize(head.len(), "<w:p/>".into());
        }
        body.table("", &head, &rows);
    }
}
