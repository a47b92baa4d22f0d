//! A document as Markdown.

use super::mark::{Page, esc, tame};
use crate::document::{Act, Block, Check, Document, Fact, Flag, FlagKind, Inline, Level, Section, Side, Table};
use crate::time::{Zone, show_clock, show_time};

/// Writes a document.
pub(super) fn write(document: &Document) -> String {
    let mut writer = Writer { zone: &document.zone, page: Page::default() };
    writer.page.heading(1, &document.title);
    writer.blocks(&document.head, 2);
    for section in &document.sections {
        writer.section(section, 2);
    }
    for (source, number) in document.sources.iter().zip(1..) {
        let words = writer.line(&source.words);
        writer.page.block(&format!("{}: {words}", mark(number)));
    }
    writer.page.finish()
}

/// A document being written.
struct Writer<'a> {
    zone: &'a Zone,
    page: Page,
}

impl Writer<'_> {
    fn section(&mut self, section: &Section, level: usize) {
        self.page.heading(level, &section.heading);
        self.blocks(&section.blocks, level + 1);
    }

    fn blocks(&mut self, blocks: &[Block], level: usize) {
        for block in blocks {
            self.block(block, level);
        }
    }

    fn block(&mut self, block: &Block, level: usize) {
        match block {
            Block::Section(section) => self.section(section, level),
            Block::Paragraph { words } => self.page.block(&self.line(words)),
            Block::Notice { level: Level::Aside, words } => self.page.block(&format!("*{}*", self.line(words))),
            Block::Notice { words, .. } => self.page.block(&self.line(words)),
            Block::List { items } | Block::Factors { items } => self.list(items, |writer, item| writer.line(item)),
            Block::Facts { facts } => {
                self.list(facts, |writer, fact| format!("**{}:** {}", esc(&fact.name), writer.line(&fact.words)));
            }
            Block::Across { facts } => {
                let fact = |fact: &Fact| format!("{}: {}", esc(&fact.name), self.line(&fact.words));
                let line = facts.iter().map(fact).collect::<Vec<_>>().join(" · ");
                self.page.block(&line);
            }
            Block::Table(table) => self.table(table),
            Block::Written(written) => self.page.prose(&written.text, &written.nothing),
            Block::Statement { verdict, words } => {
                self.page.block(&format!("**{verdict}.** {}", self.line(words)));
            }
            Block::Checks { checks } => self.list(checks, Self::check),
            Block::Sides { sides } => self.list(sides, Self::side),
            Block::Acts { acts } => self.list(acts, Self::act),
        }
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&Self, &T) -> String) {
        let items: Vec<String> = items.iter().map(|item| write(self, item)).collect();
        self.page.list(items);
    }

    fn table(&mut self, table: &Table) {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let rows = table.rows.iter().map(|row| row.iter().map(|cell| self.line(cell)).collect()).collect();
        self.page.table(&names, rows);
    }

    fn check(&self, check: &Check) -> String {
        format!("**{}** {}: {}", check.mark, esc(&check.name), self.line(&check.detail))
    }

    fn side(&self, side: &Side) -> String {
        let adopted = side.adopted.as_ref().map(|why| format!(" **Adopted**{}", self.line(why))).unwrap_or_default();
        let (value, source) = (self.line(&side.value), self.line(&side.source));
        format!("{value} ({source}): {}{adopted}", self.line(&side.statement))
    }

    fn act(&self, act: &Act) -> String {
        let mut line = format!("**{}** {}", esc(&show_clock(&act.time, self.zone)), self.line(&act.words));
        if !act.flags.is_empty() {
            let flags: Vec<String> = act.flags.iter().map(|flag| self.flag(flag)).collect();
            line.push_str(&format!(" ({})", flags.join("; ")));
        }
        if !act.confirmed.is_empty() {
            line.push_str(&format!(" (confirmed by {})", self.line(&act.confirmed)));
        }
        line.extend(act.sources.iter().map(|number| mark(*number)));
        if act.text.trim().is_empty() { line } else { format!("{line}\n\n{}", tame(&act.text)) }
    }

    fn line(&self, words: &[Inline]) -> String {
        words.iter().map(|piece| self.inline(piece)).collect()
    }

    fn inline(&self, piece: &Inline) -> String {
        match piece {
            Inline::Text(text) => plain(text),
            Inline::Strong(words) => format!("**{}**", self.line(words)),
            Inline::Emphasis(words) => format!("*{}*", self.line(words)),
            Inline::Code(text) => format!("`{text}`"),
            Inline::Time(time) => esc(&show_time(time, self.zone)),
            Inline::Severity(sev) => sev.label().into(),
            Inline::Verdict(verdict) => verdict.label().into(),
            Inline::Flag(flag) => self.flag(flag),
            Inline::Link { words, .. } => self.line(words),
        }
    }

    fn flag(&self, flag: &Flag) -> String {
        let words = self.line(&flag.words);
        if matches!(flag.kind, FlagKind::Mark | FlagKind::Alarm) { format!("**{words}**") } else { words }
    }
}

/// Where a source is cited.
fn mark(number: usize) -> String {
    format!("[^source-{number}]")
}

/// Plain words, with the blanks at their ends that part them from others.
fn plain(text: &str) -> String {
    let blank = |is: bool| if is { " " } else { "" };
    let words = esc(text);
    if words.is_empty() {
        return blank(!text.is_empty()).into();
    }
    format!("{}{words}{}", blank(text.starts_with(' ')), blank(text.ends_with(' ')))
}
