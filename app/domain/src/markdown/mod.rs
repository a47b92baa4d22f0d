//! Markdown that people write, read for pages and exports alike: it can
//! shape its own text and nothing around it, and nothing of it is lost.
//!
//! Headings become bold paragraphs, because a document has the headings of
//! its form and no others. HTML, images, definitions of links and what else
//! a renderer would swallow or fetch is shown as it was typed.

mod address;
mod source;
#[cfg(test)]
pub(crate) mod tests;
mod write;

use crate::spelling::shown_text;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub(crate) use write::inline::{address_to_mark, opens, push_plain};
pub(crate) use write::write;

/// What of Markdown beyond CommonMark is understood. Footnotes are not: a document has its own.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// How deep quotes and lists may stand in each other. A text that goes deeper is shown as it was typed.
const DEPTH_MAX: usize = 24;

/// What a text says: the events of a parser, without any that would change more than the text itself.
pub fn events(text: &str) -> Vec<Event<'static>> {
    let typed = shown_text(text).replace("\r\n", "\n").replace('\r', "\n");
    if crate::nesting::read(&typed, crate::nesting::OPTIONS).is_none() {
        return literal(&typed);
    }
    let Some(source) = source::without_definitions(&typed) else { return literal(&typed) };
    let mut said = Said::default();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(&source, OPTIONS).into_offset_iter() {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return literal(&typed);
        }
        match event {
            Event::Start(Tag::Table(_)) => said.table = Some(said.place()),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => said.row_ends(&source[range.clone()], range.start),
            Event::End(TagEnd::TableCell) => said.cell_end = range.end,
            _ => {}
        }
        said.take(event, &source[range]);
    }
    said.end_text();
    said.events
}

/// A text as it was typed.
fn literal(text: &str) -> Vec<Event<'static>> {
    vec![
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Event::Text(text.to_string().into()),
        Event::End(TagEnd::CodeBlock),
    ]
}

/// Events being gathered.
#[derive(Default)]
struct Said {
    events: Vec<Event<'static>>,
    /// The text that goes on: a parser tells it in many small pieces.
    text: String,
    /// How each link that is open is to be closed.
    links: Vec<Vec<Event<'static>>>,
    /// Where the table began that is being read.
    table: Option<usize>,
    /// Where in the source its last cell ended.
    cell_end: usize,
    /// Whether a row of it has more cells than its head, which renderers leave out.
    has_more: bool,
}

impl Said {
    fn take(&mut self, event: Event<'_>, source: &str) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                self.put([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
            }
            Event::End(TagEnd::Heading(_)) => self.put([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]),
            Event::Start(Tag::HtmlBlock) => self.put([Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))]),
            Event::End(TagEnd::HtmlBlock) => self.put([Event::End(TagEnd::CodeBlock)]),
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => self.text(&text),
            Event::Start(Tag::CodeBlock(kind)) => self.code_block(&kind),
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                self.text("![");
                self.links.push(vec![Event::Text(address::close(&dest_url, &title).into())]);
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (open, close) = address::link(link_type, &dest_url, &title, &id);
                self.put([open]);
                self.links.push(close);
            }
            Event::End(TagEnd::Image | TagEnd::Link) => {
                let close = self.links.pop().unwrap_or_default();
                self.put(close);
            }
            Event::End(TagEnd::Table) => self.table_ends(source),
            other => self.put([other.into_static()]),
        }
    }

    /// What a code block is marked with would be an attribute nobody sees.
    fn code_block(&mut self, kind: &CodeBlockKind<'_>) {
        if let CodeBlockKind::Fenced(info) = kind
            && !info.trim().is_empty()
        {
            let info = Event::Code(info.split_whitespace().collect::<Vec<_>>().join(" ").into());
            self.put([Event::Start(Tag::Paragraph), info, Event::End(TagEnd::Paragraph)]);
        }
        self.put([Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))]);
    }

    fn row_ends(&mut self, row: &str, start: usize) {
        let rest = row.get(self.cell_end.saturating_sub(start)..).unwrap_or_default();
        self.has_more |= rest.contains(|c: char| c != '|' && !c.is_whitespace());
    }

    fn table_ends(&mut self, source: &str) {
        let start = self.table.take();
        match (std::mem::take(&mut self.has_more), start) {
            (true, Some(start)) => {
                self.text.clear();
                self.events.truncate(start);
                self.put(literal(source));
            }
            _ => self.put([Event::End(TagEnd::Table)]),
        }
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.events.push(Event::Text(std::mem::take(&mut self.text).into()));
        }
    }

    /// Where the next event will stand.
    fn place(&mut self) -> usize {
        self.end_text();
        self.events.len()
    }

    /// Adds events; texts beside each other become one.
    fn put(&mut self, events: impl IntoIterator<Item = Event<'static>>) {
        for event in events {
            if let Event::Text(more) = event {
                self.text(&more);
                continue;
            }
            self.end_text();
            self.events.push(event);
        }
    }
}
