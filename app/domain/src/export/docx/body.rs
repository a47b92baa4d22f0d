//! The body of a file as it grows, with what the other parts have to hold for it.

use std::fmt::Write as _;

use super::{NAMES, XML};
use crate::spelling::shown_text;

/// The list of the style `ListBullet`, and that of `ListNumber` while nothing counts anew.
const BULLETS: usize = 1;
const NUMBERS: usize = 2;
/// A level of a list is so much further to the right than the one around it, in twentieths of a point.
const STEP: usize = 357;
/// So many levels a list has in Word.
const LEVELS: usize = 9;

/// What has been written so far.
#[derive(Default)]
pub(super) struct Body {
    pub xml: String,
    /// The addresses that links lead to.
    addresses: Vec<String>,
    /// Where each list with numbers begins to count: each is one of its own.
    numbered: Vec<u64>,
    /// How many places have a name.
    places: usize,
}

/// How a paragraph stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Stand<'a> {
    pub style: &'a str,
    /// The list it is an item of, with the level from 0.
    pub list: Option<(usize, usize)>,
    /// How many levels of lists it stands in without being the head of an item.
    pub inside: usize,
    /// The name by which it is found.
    pub place: Option<&'a str>,
}

impl<'a> Stand<'a> {
    pub fn style(style: &'a str) -> Self {
        Self { style, ..Self::default() }
    }
}

impl Body {
    /// A paragraph of runs that are written already.
    pub fn paragraph(&mut self, stand: Stand<'_>, runs: &str) {
        self.xml.push_str("<w:p>");
        let mut how = String::new();
        if !stand.style.is_empty() {
            let _ = write!(how, "<w:pStyle w:val=\"{}\"/>", stand.style);
        }
        if let Some((list, level)) = stand.list {
            let level = level.min(LEVELS - 1);
            let _ = write!(how, "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>");
        }
        if stand.inside > 0 {
            let _ = write!(how, "<w:ind w:left=\"{}\"/>", STEP * stand.inside.min(LEVELS));
        }
        if !how.is_empty() {
            let _ = write!(self.xml, "<w:pPr>{how}</w:pPr>");
        }
        match stand.place {
            None => self.xml.push_str(runs),
            Some(name) => {
                self.places += 1;
                let id = self.places;
                let name = escaped(name);
                let _ = write!(
                    self.xml,
                    "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{runs}<w:bookmarkEnd w:id=\"{id}\"/>"
                );
            }
        }
        self.xml.push_str("</w:p>");
    }

    /// A table; its first row is repeated on every page.
    pub fn table(&mut self, name: &str, head: &[String], rows: &[Vec<String>]) {
        let columns: String = widths(head, rows).iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
        let caption = match escaped(name) {
            name if name.is_empty() => String::new(),
            name => format!("<w:tblCaption w:val=\"{name}\"/>"),
        };
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"InquestTable\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/>\
             <w:tblLook w:val=\"0420\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"0\" w:noVBand=\"1\"/>\
             {caption}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        );
        self.row("<w:cantSplit/><w:tblHeader/>", head);
        for row in rows {
            self.row("<w:cantSplit/>", row);
        }
        self.xml.push_str("</w:tbl>");
        // What follows would stick to it, and another table would become part of it.
        self.paragraph(Stand::style("AfterTable"), "");
    }

    fn row(&mut self, how: &str, cells: &[String]) {
        let _ = write!(self.xml, "<w:tr><w:trPr>{how}</w:trPr>");
        for cell in cells {
            let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/></w:tcPr>{cell}</w:tc>");
        }
        self.xml.push_str("</w:tr>");
    }

    /// A list whose items have no numbers.
    pub fn bullets(&self) -> usize {
        BULLETS
    }

    /// A list that counts from a number on.
    pub fn numbers(&mut self, start: u64) -> usize {
        self.numbered.push(start);
        NUMBERS + self.numbered.len()
    }

    /// Runs that lead to an address; where it is none that Word can follow, it stands behind them to be read.
    pub fn link(&mut self, address: &str, runs: &str) -> String {
        let Some(address) = followed(address) else {
            return runs.to_string() + &run(&format!(" ({address})"), Look::default());
        };
        let place = self.addresses.iter().position(|known| *known == address).unwrap_or_else(|| {
            self.addresses.push(address);
            self.addresses.len() - 1
        });
        format!("<w:hyperlink r:id=\"rIdLink{}\" w:history=\"1\">{runs}</w:hyperlink>", place + 1)
    }

    /// What the document refers to outside of its own part.
    pub fn relations(&self) -> String {
        const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let part = |id: &str, kind: &str, file: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{KIND}/{kind}\" Target=\"{file}\"/>\n")
        };
        let mut all = [
            part("rIdStyles", "styles", "styles.xml"),
            part("rIdNumbering", "numbering", "numbering.xml"),
            part("rIdSettings", "settings", "settings.xml"),
            part("rIdHeader", "header", "header1.xml"),
            part("rIdFooter", "footer", "footer1.xml"),
        ]
        .concat();
        for (address, number) in self.addresses.iter().zip(1..) {
            let address = escaped(address);
            let _ = writeln!(
                all,
                "<Relationship Id=\"rIdLink{number}\" Type=\"{KIND}/hyperlink\" Target=\"{address}\" TargetMode=\"External\"/>"
            );
        }
        format!(
            "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n{all}</Relationships>\n"
        )
    }

    /// The lists: how their levels look, and where each begins to count.
    pub fn numbering(&self) -> String {
        let level = |level: usize, format: &str, text: &str| {
            let left = STEP * (level + 1);
            format!(
                "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/>\
                 <w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{left}\" w:hanging=\"{STEP}\"/></w:pPr></w:lvl>\n"
            )
        };
        let bullets: String = (0..LEVELS).map(|at| level(at, "bullet", ["•", "–"][at % 2])).collect();
        let numbers: String = (0..LEVELS).map(|at| level(at, "decimal", &format!("%{}.", at + 1))).collect();
        let shape = |id: usize, levels: &str| {
            format!(
                "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>\n{levels}</w:abstractNum>\n"
            )
        };
        let mut lists = format!(
            "<w:num w:numId=\"{BULLETS}\"><w:abstractNumId w:val=\"0\"/></w:num>\n<w:num w:numId=\"{NUMBERS}\"><w:abstractNumId w:val=\"1\"/></w:num>\n"
        );
        for (start, number) in self.numbered.iter().zip(NUMBERS + 1..) {
            // Word counts to 2^31 - 1.
            let start = (*start).min(u64::from(u32::MAX / 2));
            let anew: String = (0..LEVELS)
                .map(|at| {
                    format!("<w:lvlOverride w:ilvl=\"{at}\"><w:startOverride w:val=\"{start}\"/></w:lvlOverride>")
                })
                .collect();
            let _ = writeln!(lists, "<w:num w:numId=\"{number}\"><w:abstractNumId w:val=\"1\"/>{anew}</w:num>");
        }
        format!("{XML}<w:numbering {NAMES}>\n{}{}{lists}</w:numbering>\n", shape(0, &bullets), shape(1, &numbers))
    }
}

/// The widths of columns, by the longest cell of each within bounds, so that a column of figures leaves room to a column of
/// sentences.
fn widths(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    const LINE: usize = 9638;
    let length = |cell: &String| -> usize {
        cell.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.chars().count()).sum()
    };
    let longest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).chain(head.get(at)).map(length).max().unwrap_or_default();
    // A few characters more stand for the space between columns.
    let weights: Vec<usize> = (0..head.len()).map(|at| (longest(at) + 4).clamp(11, 44)).collect();
    let all = weights.iter().sum::<usize>().max(1);
    weights.into_iter().map(|weight| LINE * weight / all).collect()
}

/// How words look.
#[derive(Clone, Copy, Default)]
pub(super) struct Look<'a> {
    /// A style of characters; blank for none.
    pub style: &'a str,
    pub is_strong: bool,
    pub is_emphasis: bool,
    pub is_struck: bool,
}

/// Words as a run.
pub(super) fn run(text: &str, look: Look<'_>) -> String {
    let mut how = String::new();
    if !look.style.is_empty() {
        let _ = write!(how, "<w:rStyle w:val=\"{}\"/>", look.style);
    }
    for (is_so, mark) in
        [(look.is_strong, "<w:b/><w:bCs/>"), (look.is_emphasis, "<w:i/><w:iCs/>"), (look.is_struck, "<w:strike/>")]
    {
        how.push_str(if is_so { mark } else { "" });
    }
    let how = if how.is_empty() { how } else { format!("<w:rPr>{how}</w:rPr>") };
    let mut words = String::new();
    for (line, place) in shown_text(text).replace("\r\n", "\n").replace('\r', "\n").split('\n').zip(0..) {
        words.push_str(if place > 0 { "<w:br/>" } else { "" });
        for (piece, place) in line.split('\t').zip(0..) {
            words.push_str(if place > 0 { "<w:tab/>" } else { "" });
            if !piece.is_empty() {
                let _ = write!(words, "<w:t xml:space=\"preserve\">{}</w:t>", escaped(piece));
            }
        }
    }
    format!("<w:r>{how}{words}</w:r>")
}

/// Where the style of a paragraph has its tab.
pub(super) const TAB: &str = "<w:r><w:tab/></w:r>";

/// Text for content and for attributes, of characters that XML may hold.
pub(super) fn escaped(text: &str) -> String {
    let text = shown_text(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// An address as Word takes it: a file with one that it cannot read, it does not open at all.
fn followed(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let named = match scheme.as_str() {
        "https" | "http" => {
            let host = rest.strip_prefix("//")?.split(['/', '?', '#']).next().unwrap_or_default();
            let (name, port) = host.split_once(':').unwrap_or((host, "1"));
            let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
            is_name && !name.contains("..") && port.parse::<u16>().is_ok()
        }
        "mailto" => rest.split_once('@').is_some_and(|(name, host)| {
            let is_plain = |text: &str| {
                !text.is_empty()
                    && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
            };
            is_plain(name) && is_plain(host)
        }),
        _ => false,
    };
    if !named {
        return None;
    }
    let mut out = format!("{scheme}:");
    for c in rest.chars() {
        let is_plain = c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
        if is_plain {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    let is_coded = |part: &str| part.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let well = out.split('%').skip(1).all(is_coded) && out.matches('#').count() <= 1;
    well.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::followed;

    #[test]
    fn an_address_that_word_cannot_read_leads_nowhere() {
        let table = [
            ("https://e.example/a b?c=\"d\"#e", Some("https://e.example/a%20b?c=%22d%22#e")),
            ("HTTP://e.example:8080", Some("http://e.example:8080")),
            ("https://e.example/ä", Some("https://e.example/%C3%A4")),
            ("mailto:a.b+c@e.example", Some("mailto:a.b+c@e.example")),
            ("https://[::1", None),
            ("https://", None),
            ("https://e..example/", None),
            ("https://e.example:99999/", None),
            ("https://e.example/%zz", None),
            ("https://e.example/%é", None),
            ("https://e.example/#a#b", None),
            ("mailto:a@b@c", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("relative", None),
        ];
        for (address, expected) in table {
            assert_eq!(followed(address).as_deref(), expected, "{address}");
        }
    }
}
