//! The blocks of a document, each in the style of its kind.

use super::body::{Body, Look, Stand, TAB, run};
use super::prose;
use crate::document::{
    Act, Block, Check, Document, Fact, Flag, FlagKind, Inline, Level, Section, Side, Source, Table, Written,
};
use crate::time::{Zone, show_clock, show_time};

/// The styles of headings, by how deep their sections stand.
const STYLES: [&str; 3] = ["Heading1", "Heading2", "Heading3"];

/// Writes a document.
pub(super) fn write(document: &Document, body: &mut Body) {
    let mut writer = Writer { zone: &document.zone, body };
    writer.paragraph("Title", &plain(&document.title));
    writer.blocks(&document.head, 0);
    for section in &document.sections {
        writer.section(section, 0);
    }
    writer.sources(&document.sources);
}

/// A document being written.
struct Writer<'a> {
    zone: &'a Zone,
    body: &'a mut Body,
}

impl Writer<'_> {
    fn paragraph(&mut self, style: &str, runs: &str) {
        self.body.paragraph(Stand::style(style), runs);
    }

    fn section(&mut self, section: &Section, level: usize) {
        let style = STYLES[level.min(STYLES.len() - 1)];
        self.paragraph(style, &plain(&section.heading));
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
            Block::Paragraph { words } => self.said("", words),
            Block::Notice { level: Level::Aside, words } => self.said("Aside", words),
            Block::Notice { level: Level::Warning, words } => self.said("Warning", words),
            Block::Notice { level: Level::Stop, words } => self.said("Stop", words),
            Block::List { items } => items.iter().for_each(|item| self.said("ListBullet", item)),
            Block::Factors { items } => {
                let list = self.body.numbers(1);
                for item in items {
                    let words = self.line(item, Look::default());
                    self.body.paragraph(Stand { list: Some((list, 0)), ..Stand::style("ListNumber") }, &words);
                }
            }
            Block::Facts { facts } => facts.iter().for_each(|fact| self.fact(fact)),
            Block::Across { facts } => self.across(facts),
            Block::Table(table) => self.table(table),
            Block::Written(written) => self.written(written),
            Block::Statement { verdict, words } => {
                self.paragraph("", &strong(verdict.label()));
                self.said("Quote", words);
            }
            Block::Checks { checks } => checks.iter().for_each(|check| self.check(check)),
            Block::Sides { sides } => sides.iter().for_each(|side| self.side(side)),
            Block::Acts { acts } => acts.iter().for_each(|act| self.act(act)),
        }
    }

    fn said(&mut self, style: &str, words: &[Inline]) {
        let words = self.line(words, Look::default());
        self.paragraph(style, &words);
    }

    fn fact(&mut self, fact: &Fact) {
        let words = format!("{}{TAB}{}", strong(&fact.name), self.line(&fact.words, Look::default()));
        self.paragraph("Fact", &words);
    }

    fn across(&mut self, facts: &[Fact]) {
        let fact = |fact: &Fact| plain(&format!("{}: ", fact.name)) + &self.line(&fact.words, Look::default());
        let words = facts.iter().map(fact).collect::<Vec<_>>().join(&plain(" · "));
        self.paragraph("", &words);
    }

    fn written(&mut self, written: &Written) {
        if !prose::write(&written.text, "", self.body) {
            self.paragraph("Aside", &plain(&written.nothing));
        }
    }

    /// What is said of the first column's thing stands there in small.
    fn table(&mut self, table: &Table) {
        let cell = |runs: &str| format!("<w:p>{runs}</w:p>");
        let shown = |at: usize| at == 0 || table.columns.get(at).is_some_and(|column| !column.is_detail);
        let columns = || table.columns.iter().enumerate();
        let head: Vec<String> =
            columns().filter(|(at, _)| shown(*at)).map(|(_, column)| cell(&plain(&column.name))).collect();
        let row = |row: &Vec<Vec<Inline>>| {
            let words = |at: usize| row.get(at).map(|words| self.line(words, Look::default())).unwrap_or_default();
            let details: Vec<String> = columns()
                .filter(|(at, _)| !shown(*at) && row.get(*at).is_some_and(|words| !words.is_empty()))
                .map(|(at, column)| plain(&format!("{}: ", column.name)) + &words(at))
                .collect();
            let details = match details.is_empty() {
                true => String::new(),
                false => {
                    format!("<w:p><w:pPr><w:pStyle w:val=\"Detail\"/></w:pPr>{}</w:p>", details.join(&plain(" · ")))
                }
            };
            let first = cell(&words(0)) + &details;
            let others = columns().skip(1).filter(|(at, _)| shown(*at)).map(|(at, _)| cell(&words(at)));
            std::iter::once(first).chain(others).collect::<Vec<String>>()
        };
        let rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
        self.body.table(&table.name, &head, &rows);
    }

    fn check(&mut self, check: &Check) {
        let detail = self.line(&check.detail, Look::default());
        let words = strong(&check.mark) + &plain(&format!(" {}: ", check.name)) + &detail;
        self.paragraph("ListBullet", &words);
    }

    fn side(&mut self, side: &Side) {
        let line = |words: &[Inline]| self.line(words, Look::default());
        let adopted = side.adopted.as_ref().map(|why| plain(" ") + &strong("Adopted") + &line(why)).unwrap_or_default();
        let words =
            line(&side.value) + &plain(" (") + &line(&side.source) + &plain("): ") + &line(&side.statement) + &adopted;
        self.paragraph("ListBullet", &words);
    }

    fn act(&mut self, act: &Act) {
        let mut words = strong(&show_clock(&act.time, self.zone)) + TAB + &self.line(&act.words, Look::default());
        if !act.flags.is_empty() {
            let flags: Vec<String> = act.flags.iter().map(|flag| self.flag(flag, Look::default())).collect();
            words.push_str(&format!("{}{}{}", plain(" ("), flags.join(&plain("; ")), plain(")")));
        }
        if !act.confirmed.is_empty() {
            let confirmed = self.line(&act.confirmed, Look::default());
            words.push_str(&format!("{}{confirmed}{}", plain(" (confirmed by "), plain(")")));
        }
        for number in &act.sources {
            let mark = run(&format!("[{number}]"), Look { style: "SourceNumber", ..Look::default() });
            words.push_str(&format!("<w:hyperlink w:anchor=\"{}\">{mark}</w:hyperlink>", place(*number)));
        }
        self.paragraph("Event", &words);
        prose::write(&act.text, "EventText", self.body);
    }

    /// What the numbers behind acts lead to.
    fn sources(&mut self, sources: &[Source]) {
        if sources.is_empty() {
            return;
        }
        self.paragraph("Heading1", &plain("Sources"));
        for (source, number) in sources.iter().zip(1..) {
            let words = plain(&format!("{number}.")) + TAB + &self.line(&source.words, Look::default());
            self.body.paragraph(Stand { place: Some(&place(number)), ..Stand::style("Source") }, &words);
        }
    }

    fn line(&self, words: &[Inline], look: Look<'_>) -> String {
        words.iter().map(|piece| self.inline(piece, look)).collect()
    }

    fn inline(&self, piece: &Inline, look: Look<'_>) -> String {
        match piece {
            Inline::Text(text) => run(text, look),
            Inline::Strong(words) => self.line(words, Look { is_strong: true, ..look }),
            Inline::Emphasis(words) => self.line(words, Look { is_emphasis: true, ..look }),
            Inline::Code(text) => run(text, Look { style: "CodeWords", ..look }),
            Inline::Time(time) => run(&show_time(time, self.zone), look),
            Inline::Severity(sev) => run(sev.label(), look),
            Inline::Verdict(verdict) => run(verdict.label(), look),
            Inline::Flag(flag) => self.flag(flag, look),
            // The incident's own places are not in the file.
            Inline::Link { words, .. } => self.line(words, look),
        }
    }

    fn flag(&self, flag: &Flag, look: Look<'_>) -> String {
        let is_loud = matches!(flag.kind, FlagKind::Mark | FlagKind::Alarm);
        self.line(&flag.words, Look { is_strong: look.is_strong || is_loud, ..look })
    }
}

fn plain(text: &str) -> String {
    run(text, Look::default())
}

fn strong(text: &str) -> String {
    run(text, Look { is_strong: true, ..Look::default() })
}

/// The name of the place where a source stands.
fn place(number: usize) -> String {
    format!("source_{number}")
}
