//! The marks within a line.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// Lines being written.
pub(super) struct Line {
    lines: Vec<String>,
    line: String,
    /// Whether nothing but marks stands on the line.
    at_start: bool,
    in_table: bool,
    /// The marks that are open, with where they began.
    open: Vec<(&'static str, usize, usize)>,
    /// How the link ends that is open.
    link: Option<String>,
}

impl Line {
    pub fn new(in_table: bool) -> Self {
        Self { lines: Vec::new(), line: String::new(), at_start: true, in_table, open: Vec::new(), link: None }
    }

    pub fn finish(mut self) -> Vec<String> {
        self.end_line();
        self.lines
    }

    pub fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Code(code) => self.code(code),
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak if self.in_table => self.soft_break(),
            Event::HardBreak => {
                self.line.push('\\');
                self.end_line();
            }
            Event::Start(Tag::Emphasis) => self.begin("*"),
            Event::Start(Tag::Strong) => self.begin("**"),
            Event::Start(Tag::Strikethrough) => self.begin("~~"),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => self.end(),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                // A bang before a link would make an image of it.
                if self.line.ends_with('!') {
                    self.line.insert(self.line.len() - 1, '\\');
                }
                self.line.push('[');
                let is_bare_mail = *link_type == LinkType::Email && !dest_url.starts_with("mailto:");
                let scheme = if is_bare_mail { "mailto:" } else { "" };
                self.link = Some(format!("]({scheme}{})", encoded(dest_url)));
            }
            Event::End(TagEnd::Link) => {
                let end = self.link.take().unwrap_or_default();
                self.line.push_str(&end);
            }
            _ => {}
        }
    }

    fn soft_break(&mut self) {
        if self.in_table {
            self.line.push(' ');
        } else {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end_matches([' ', '\t']);
        if !line.is_empty() {
            self.lines.push(line.to_string());
        }
        self.at_start = true;
    }

    /// A mark within the same mark is left out: it would end it.
    fn begin(&mut self, mark: &'static str) {
        let mark = if self.open.iter().any(|(open, ..)| *open == mark) { "" } else { mark };
        self.open.push((mark, self.lines.len(), self.line.len()));
        self.line.push_str(mark);
    }

    fn end(&mut self) {
        let Some((mark, line, column)) = self.open.pop() else { return };
        let is_empty = line == self.lines.len() && self.line.len() == column + mark.len();
        if is_empty {
            self.line.truncate(column);
        } else {
            self.line.push_str(mark);
        }
    }

    fn code(&mut self, code: &str) {
        // A bar ends a cell even within code, and readers differ on how it is escaped there.
        if self.in_table && code.contains('|') {
            return self.text(code);
        }
        // Many readers make a link of a bare address and take into it whatever is not a space.
        if let Some(at) = bare_address(&self.line) {
            self.line.insert(at, '\\');
        }
        let fence = "`".repeat(longest_run(code, '`') + 1);
        let is_blank = code.trim_matches(' ').is_empty();
        let needs_room =
            code.starts_with('`') || code.ends_with('`') || (!is_blank && code.starts_with(' ') && code.ends_with(' '));
        let room = if needs_room { " " } else { "" };
        self.line.push_str(&format!("{fence}{room}{code}{room}{fence}"));
        self.at_start = false;
    }

    fn text(&mut self, text: &str) {
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\n' | '\r' => self.line.push_str(&format!("&#{};", u32::from(c))),
                ' ' | '\t' if self.at_start => {
                    self.line.push_str(&format!("&#{};", u32::from(c)));
                    self.at_start = false;
                }
                _ => {
                    let after = rest.as_str();
                    let whole = &text[text.len() - after.len() - c.len_utf8()..];
                    // A link has no other link in it.
                    if let Some(address) = address_to_mark(&self.line, whole).filter(|_| self.link.is_none()) {
                        self.line.push_str(&format!("<{address}>"));
                        rest = whole[address.len()..].chars();
                        self.at_start = false;
                        continue;
                    }
                    if self.at_start && opens(c) {
                        self.line.push('\\');
                    }
                    push_plain(&mut self.line, c, after.chars().next());
                    if self.at_start && c.is_ascii_digit() {
                        rest = self.number(after).chars();
                    }
                    self.at_start = false;
                }
            }
        }
    }

    /// The rest of a number at the start of a line: with a point it would begin a list.
    fn number<'a>(&mut self, rest: &'a str) -> &'a str {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at(digits);
        self.line.push_str(number);
        if rest.starts_with(['.', ')']) {
            self.line.push('\\');
        }
        rest
    }
}

/// Adds a character that stands for itself.
pub(crate) fn push_plain(line: &mut String, c: char, after: Option<char>) {
    let is_mark = match c {
        // An address takes the escape into itself and ends here.
        '<' if bare_address(line).is_some() => return line.push_str("&lt;"),
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '&' | '~' => true,
        // Within a word it is a letter.
        '_' => {
            let before = line.chars().next_back();
            !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
        }
        _ => false,
    };
    if is_mark {
        line.push('\\');
    }
    line.push(c);
}

/// An address at the beginning of a text that has to be marked as one: many readers make a link of a bare address, and
/// take what escapes a mark in it into the link.
pub(crate) fn address_to_mark<'a>(line: &str, text: &'a str) -> Option<&'a str> {
    let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    if !(begins("http://") || begins("https://")) || line.ends_with(|c: char| c.is_alphanumeric() || c == '!') {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"|\\`".contains(c);
    let whole = &text[..text.find(ends).unwrap_or(text.len())];
    let address = without_end(whole);
    if address.len() < "https://".len() {
        return None;
    }
    let after = text[address.len()..].chars().next();
    let mut plain = String::with_capacity(address.len());
    let mut rest = address.chars();
    while let Some(c) = rest.next() {
        push_plain(&mut plain, c, rest.as_str().chars().next());
    }
    (plain != address || after.is_some_and(|c| "*[]&~_<>|\\`".contains(c))).then_some(address)
}

/// An address without what ends the sentence around it.
fn without_end(address: &str) -> &str {
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let count = |wanted: char| address.chars().filter(|c| *c == wanted).count();
        let is_outside = match last {
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => true,
            _ => false,
        };
        if !is_outside {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Where the mark is that makes an address of what stands at the end of a line. One that is marked has ended.
fn bare_address(line: &str) -> Option<usize> {
    let ends = |(at, c): &(usize, char)| c.is_ascii_whitespace() || (*c == '>' && !line[..*at].ends_with('\\'));
    let word = line.char_indices().rev().find(ends).map_or(0, |(at, c)| at + c.len_utf8());
    let word_at = |mark: &str, place: usize| line.get(word..)?.rfind(mark).map(|at| word + at + place);
    word_at("://", 0).or_else(|| word_at("www.", 3))
}

/// Whether a character at the start of a line begins a block.
pub(crate) const fn opens(c: char) -> bool {
    matches!(c, '#' | '+' | '-' | '=')
}

/// How many of a character stand beside each other at most.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// An address in which nothing ends a link or a cell.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '(' | ')' | '<' | '>' | '|' | '`' | '[' | ']' | '"' => out.push_str(&format!("%{:02X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}
