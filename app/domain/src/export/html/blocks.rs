//! The blocks of a document as HTML, the same in a file and on a page.

use super::text::escaped;
use crate::TimeRange;
use crate::document::{Act, Block, Check, Fact, Flag, FlagKind, Inline, Level, Place, Section, Side, Table};
use crate::time::{Zone, day_of, show_clock, show_in_utc, show_time};

/// Columns in so many cells fit on a page; a wider table scrolls by itself.
const COLUMNS_FIT_MAX: usize = 6;

/// Who reads: where they can go, and how what people wrote is shown to them.
pub trait Audience {
    /// The address of a place, for whoever can go there.
    fn href(&self, to: &Place) -> Option<String>;

    /// What somebody wrote in Markdown, as HTML that cannot harm.
    fn prose(&self, markdown: &str) -> String;
}

/// A section with its heading at a level, and those in it below.
pub(super) fn section(section: &Section, level: usize, zone: &Zone, reader: &dyn Audience) -> String {
    let heading = escaped(&section.heading);
    let mut html = format!("<section id=\"part-{}\">\n<h{level}>{heading}</h{level}>\n", escaped(&section.anchor));
    for inner in &section.blocks {
        html.push_str(&match inner {
            Block::Section(inner) => self::section(inner, level + 1, zone, reader),
            inner => block(inner, zone, reader),
        });
    }
    html + "</section>\n"
}

/// A block. A section in it has a heading of the third level.
pub fn block(block: &Block, zone: &Zone, reader: &dyn Audience) -> String {
    Writer { zone, reader }.block(block)
}

/// The words of a line.
pub fn line(words: &[Inline], zone: &Zone, reader: &dyn Audience) -> String {
    Writer { zone, reader }.line(words)
}

/// Blocks being written.
struct Writer<'a> {
    zone: &'a Zone,
    reader: &'a dyn Audience,
}

impl Writer<'_> {
    fn block(&self, block: &Block) -> String {
        match block {
            Block::Section(inner) => section(inner, 3, self.zone, self.reader),
            Block::Paragraph { words } => format!("<p>{}</p>\n", self.line(words)),
            Block::Notice { level, words } => {
                let class = match level {
                    Level::Aside => "muted",
                    Level::Warning => "notice warn",
                    Level::Stop => "notice stop",
                };
                format!("<p class=\"{class}\"><span>{}</span></p>\n", self.line(words))
            }
            Block::List { items } => all("ul", "", items, |item| format!("<li>{}</li>", self.line(item))),
            Block::Factors { items } => all("ol", "", items, |item| format!("<li>{}</li>", self.line(item))),
            Block::Facts { facts } | Block::Across { facts } => all("dl", "facts", facts, |fact| self.fact(fact)),
            Block::Table(table) => self.table(table),
            Block::Written(written) => match self.reader.prose(&written.text) {
                html if html.trim().is_empty() => format!("<p class=\"muted\">{}</p>\n", escaped(&written.nothing)),
                html => format!("<div class=\"md\">{html}</div>\n"),
            },
            Block::Statement { verdict, words } => format!(
                "<p>{}</p>\n<blockquote class=\"quote {}\"><p>{}</p></blockquote>\n",
                self.inline(&Inline::Verdict(*verdict)),
                verdict.word(),
                self.line(words)
            ),
            Block::Checks { checks } => all("ol", "gates", checks, |check| self.check(check)),
            Block::Sides { sides } => {
                let sides = all("div", "sides", sides, |side| self.side(side));
                format!("<div class=\"conflict\">{sides}</div>\n")
            }
            Block::Acts { acts } => all("ol", "tl", acts, |act| self.act(act)),
        }
    }

    fn fact(&self, fact: &Fact) -> String {
        format!("<dt>{}</dt><dd>{}</dd>", escaped(&fact.name), self.line(&fact.words))
    }

    /// What is said of the first column's thing stands there in small; on a narrow page each row is a card.
    fn table(&self, table: &Table) -> String {
        let columns = || table.columns.iter().skip(1).enumerate().map(|(place, column)| (place + 1, column));
        let name = escaped(&table.name);
        let head: String = table
            .columns
            .iter()
            .filter(|column| !column.is_detail)
            .map(|column| format!("<th role=\"columnheader\" scope=\"col\">{}</th>", escaped(&column.name)))
            .collect();
        let row = |row: &Vec<Vec<Inline>>| {
            let cell = |place: usize| row.get(place).map(|cell| self.line(cell)).unwrap_or_default();
            let details = columns().filter(|(_, column)| column.is_detail).map(|(at, column)| (column, cell(at)));
            let details: Vec<String> = details
                .filter(|(_, html)| !html.is_empty())
                .map(|(column, html)| format!("{}: {html}", escaped(&column.name)))
                .collect();
            let details = match details.is_empty() {
                true => String::new(),
                false => format!("<br><small class=\"muted\">{}</small>", details.join(" · ")),
            };
            let cells = columns().filter(|(_, column)| !column.is_detail).map(|(at, column)| {
                format!("<td role=\"cell\" data-label=\"{}\">{}</td>", escaped(&column.name), cell(at))
            });
            let first = cell(0);
            format!(
                "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">{first}{details}</th>{}</tr>\n",
                cells.collect::<String>()
            )
        };
        let rows: String = table.rows.iter().map(row).collect();
        let html = format!(
            "<table class=\"table\" role=\"table\" aria-label=\"{name}\"><thead role=\"rowgroup\"><tr role=\"row\">{head}</tr></thead>\n<tbody role=\"rowgroup\">{rows}</tbody></table>\n"
        );
        if table.columns.iter().filter(|column| !column.is_detail).count() <= COLUMNS_FIT_MAX {
            return html;
        }
        format!("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}, wide\">{html}</div>\n")
    }

    fn check(&self, check: &Check) -> String {
        let (class, word, sign) = if check.passes { ("pass", "passes", "✓") } else { ("fail", "fails", "✗") };
        format!(
            "<li class=\"{class}\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span><b>{}</b><div>{} <span class=\"visually-hidden\">{word}</span><small>{}</small></div></li>",
            escaped(&check.mark),
            escaped(&check.name),
            self.line(&check.detail)
        )
    }

    fn side(&self, side: &Side) -> String {
        let class = match (&side.adopted, side.is_refuted) {
            (Some(_), _) => "claim adopted",
            (None, true) => "claim refuted",
            (None, false) => "claim",
        };
        let adopted = side.adopted.as_ref().map(|why| format!("<p><b>Adopted</b>{}</p>", self.line(why)));
        format!(
            "<div class=\"{class}\"><p><b>{}</b> “{}”</p><footer>{}</footer>{}</div>",
            self.line(&side.value),
            self.line(&side.statement),
            self.line(&side.source),
            adopted.unwrap_or_default()
        )
    }

    fn act(&self, act: &Act) -> String {
        let clock = show_clock(&act.time, self.zone);
        // Under the heading of its day, a day without a time says so.
        let day = day_of(&act.time, self.zone).map(|day| day.format("%-d %B %Y").to_string());
        let clock = if day.as_deref() == Some(&clock) { "that day" } else { &clock };
        let sources: String = act
            .sources
            .iter()
            .map(|number| {
                format!("<sup><a href=\"#source-{number}\" aria-label=\"Source {number}\">{number}</a></sup>")
            })
            .collect::<Vec<_>>()
            .join(" ");
        let flags: String = act.flags.iter().map(|flag| format!("<li>{}</li>", self.flag(flag))).collect();
        let flags = if flags.is_empty() { flags } else { format!("<ul class=\"flags\">{flags}</ul>") };
        let confirmed = match act.confirmed.is_empty() {
            true => String::new(),
            false => format!(" (confirmed by {})", self.line(&act.confirmed)),
        };
        let body = match act.text.trim() {
            "" => String::new(),
            text => format!("<div class=\"ev-body md\">{}</div>", self.reader.prose(text)),
        };
        format!(
            "<li class=\"ev {}\" id=\"act-{}\">{}<i class=\"dot\"></i><div><p class=\"act\">{}{confirmed} {sources}</p>{body}{flags}</div></li>\n",
            act.by.word(),
            escaped(act.event.as_str()),
            time(&act.time, clock),
            self.line(&act.words)
        )
    }

    fn line(&self, words: &[Inline]) -> String {
        words.iter().map(|piece| self.inline(piece)).collect()
    }

    fn inline(&self, piece: &Inline) -> String {
        match piece {
            Inline::Text(text) => escaped(text),
            Inline::Strong(words) => format!("<b>{}</b>", self.line(words)),
            Inline::Emphasis(words) => format!("<em>{}</em>", self.line(words)),
            Inline::Code(text) => format!("<code>{}</code>", escaped(text)),
            Inline::Time(range) => time(range, &show_time(range, self.zone)),
            Inline::Severity(sev) => format!("<span class=\"badge sev{}\">{}</span>", sev.number(), sev.label()),
            Inline::Verdict(verdict) => {
                format!("<span class=\"badge verdict {}\"><span>{}</span></span>", verdict.word(), verdict.label())
            }
            Inline::Flag(flag) => self.flag(flag),
            Inline::Link { to, words } => match self.reader.href(to) {
                Some(href) => format!("<a href=\"{}\">{}</a>", escaped(&href), self.line(words)),
                None => self.line(words),
            },
        }
    }

    fn flag(&self, flag: &Flag) -> String {
        let class = match flag.kind {
            FlagKind::Plain => "flag",
            FlagKind::Yes => "flag yes",
            FlagKind::No | FlagKind::Alarm => "flag no",
            FlagKind::Unknown => "flag un",
            FlagKind::Mark => "flag mark",
        };
        format!("<span class=\"{class}\">{}</span>", self.line(&flag.words))
    }
}

/// A list of any kind.
fn all<T>(tag: &str, class: &str, items: &[T], write: impl Fn(&T) -> String) -> String {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<{tag}{class}>{}</{tag}>\n", items.iter().map(write).collect::<String>())
}

/// A time with its words; what it says in UTC is in its title.
fn time(range: &TimeRange, words: &str) -> String {
    let class = if range.is_exact() { "" } else { " class=\"range\"" };
    let at = range.sort_key().map(|at| format!(" datetime=\"{}\"", at.rfc3339())).unwrap_or_default();
    format!("<time{class}{at} title=\"{}\">{}</time>", escaped(&show_in_utc(range)), escaped(words))
}
