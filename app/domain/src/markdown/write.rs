//! Writing events as Markdown that every reader of CommonMark reads the
//! same way: nothing is left to how a mark happens to stand.

pub(crate) mod inline;

use std::iter::Peekable;
use std::slice::Iter;

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

use inline::Line;

type Events<'a> = Peekable<Iter<'a, Event<'static>>>;

/// Events as Markdown.
pub(crate) fn write(events: &[Event<'static>]) -> String {
    let mut events = events.iter().peekable();
    let mut blocks = Vec::new();
    while events.peek().is_some() {
        blocks.extend(gather(&mut events));
        // A closing event without an opening one would be a defect of the parser; it is passed over.
        events.next();
    }
    join(blocks).join("\n")
}

/// A block, written.
struct Block {
    lines: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The words of an item of a list without blank lines.
    Words,
    /// A list, with whether it can follow words without a blank line.
    List {
        numbered: bool,
        follows: bool,
    },
    Other,
}

/// The blocks up to the end of what they stand in.
fn gather(events: &mut Events<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut other_mark = false;
    while let Some(event) = events.peek() {
        if matches!(event, Event::End(_)) {
            break;
        }
        let before = blocks.last().map(|block| block.kind);
        let block = match event {
            Event::Start(Tag::Paragraph) => {
                events.next();
                let lines = words(events, false);
                events.next();
                Block { lines, kind: Kind::Other }
            }
            Event::Start(Tag::BlockQuote(_)) => {
                events.next();
                let inner = join(gather(events));
                events.next();
                let lines = inner.iter().map(|line| format!("> {line}").trim_end().to_string()).collect();
                Block { lines, kind: Kind::Other }
            }
            Event::Start(Tag::CodeBlock(_)) => code(events),
            Event::Start(Tag::List(start)) => {
                let numbered = start.is_some();
                // Two lists beside each other stay two by their marks.
                let is_neighbour = matches!(before, Some(Kind::List { numbered: other, .. }) if other == numbered);
                other_mark = is_neighbour && !other_mark;
                list(events, *start, other_mark)
            }
            Event::Start(Tag::Table(columns)) => table(events, columns),
            Event::Rule => {
                events.next();
                Block { lines: vec!["___".into()], kind: Kind::Other }
            }
            _ => {
                let left = events.len();
                let lines = words(events, false);
                if events.len() == left {
                    // What begins here and is no block we know would stop the writing: it is passed over, its words are not.
                    events.next();
                }
                Block { lines, kind: Kind::Words }
            }
        };
        if !block.lines.is_empty() {
            blocks.push(block);
        }
    }
    blocks
}

fn join(blocks: Vec<Block>) -> Vec<String> {
    let (mut lines, mut before) = (Vec::new(), None);
    for block in blocks {
        let is_close = before == Some(Kind::Words) && matches!(block.kind, Kind::List { follows: true, .. });
        if before.is_some() && !is_close {
            lines.push(String::new());
        }
        before = Some(block.kind);
        lines.extend(block.lines);
    }
    lines
}

/// Text with its marks, up to a block or an end.
fn words(events: &mut Events<'_>, in_table: bool) -> Vec<String> {
    let mut line = Line::new(in_table);
    while let Some(event) = events.peek() {
        let is_inline = match event {
            Event::Start(tag) => {
                matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            }
            Event::End(end) => {
                matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
            }
            Event::Rule => false,
            _ => true,
        };
        if !is_inline {
            break;
        }
        line.take(event);
        events.next();
    }
    line.finish()
}

/// A fenced block, its fence longer than any in it.
fn code(events: &mut Events<'_>) -> Block {
    events.next();
    let mut text = String::new();
    for event in events.by_ref() {
        match event {
            Event::Text(more) => text.push_str(more),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    let fence = "`".repeat(inline::longest_run(&text, '`').max(2) + 1);
    let mut lines = vec![fence.clone()];
    lines.extend(text.lines().map(str::to_string));
    lines.push(fence);
    Block { lines, kind: Kind::Other }
}

fn list(events: &mut Events<'_>, start: Option<u64>, other_mark: bool) -> Block {
    events.next();
    let (mut lines, mut number, mut follows, mut loose) = (Vec::new(), start, false, false);
    let mut items: Vec<Vec<String>> = Vec::new();
    while let Some(Event::Start(Tag::Item)) = events.peek() {
        events.next();
        loose |= matches!(events.peek(), Some(Event::Start(Tag::Paragraph)));
        let inner = join(gather(events));
        events.next();
        let mark = match (number, other_mark) {
            (None, false) => "- ".to_string(),
            (None, true) => "* ".to_string(),
            (Some(number), false) => format!("{}. ", number.min(999_999_999)),
            (Some(number), true) => format!("{}) ", number.min(999_999_999)),
        };
        if items.is_empty() {
            follows = !inner.is_empty() && start.is_none_or(|start| start == 1);
        }
        items.push(inside(&mark, inner));
        number = number.map(|number| number.saturating_add(1));
    }
    events.next();
    for (place, item) in items.into_iter().enumerate() {
        if loose && place > 0 {
            lines.push(String::new());
        }
        lines.extend(item);
    }
    Block { lines, kind: Kind::List { numbered: start.is_some(), follows } }
}

/// An item: its first line behind the mark, the others below it.
fn inside(mark: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return vec![mark.trim_end().to_string()];
    }
    let room = " ".repeat(mark.len());
    lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| match (place, line.is_empty()) {
            (0, _) => format!("{mark}{line}"),
            (_, true) => line,
            (_, false) => format!("{room}{line}"),
        })
        .collect()
}

fn table(events: &mut Events<'_>, columns: &[Alignment]) -> Block {
    events.next();
    let mut rows: Vec<Vec<String>> = Vec::new();
    loop {
        match events.peek() {
            None => break,
            Some(Event::End(TagEnd::Table)) => {
                events.next();
                break;
            }
            Some(Event::Start(Tag::TableHead | Tag::TableRow)) => {
                rows.push(Vec::new());
                events.next();
            }
            Some(Event::Start(Tag::TableCell)) => {
                events.next();
                let cell = words(events, true).join(" ");
                if let Some(row) = rows.last_mut() {
                    row.push(cell);
                }
            }
            _ => {
                events.next();
            }
        }
    }
    let width = columns.len();
    let line = |cells: &[String]| {
        let cells: Vec<&str> = (0..width).map(|place| cells.get(place).map_or("", String::as_str)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let rule: Vec<&str> = columns
        .iter()
        .map(|column| match column {
            Alignment::None => "---",
            Alignment::Left => ":--",
            Alignment::Center => ":-:",
            Alignment::Right => "--:",
        })
        .collect();
    let mut lines: Vec<String> = rows.iter().map(|row| line(row)).collect();
    lines.insert(1.min(lines.len()), format!("| {} |", rule.join(" | ")));
    Block { lines, kind: Kind::Other }
}
