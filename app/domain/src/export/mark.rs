//! Markdown being written: text from people cannot break out of its place.

/// A document being written.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    pub fn finish(self) -> String {
        let mut text = self.0.trim_end().to_string();
        text.push('\n');
        text
    }

    /// A heading; what it says is plain text.
    pub fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {}", "#".repeat(level), esc(text)));
    }

    /// A paragraph that is Markdown already.
    pub fn block(&mut self, markdown: &str) {
        self.0.push_str(markdown.trim_end());
        self.0.push_str("\n\n");
    }

    /// What somebody wrote in Markdown, kept in its place; the words for nothing stand in for a blank text.
    pub fn prose(&mut self, text: &str, nothing: &str) {
        if text.trim().is_empty() {
            self.block(&format!("*{nothing}*"));
        } else {
            self.block(&tame(text));
        }
    }

    /// A list; the items are Markdown already.
    pub fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().map(|item| format!("- {}", indent(item.trim_end()))).collect();
        if !items.is_empty() {
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
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len() + 8);
    for c in line.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    if opens_a_block(&line) { format!("\\{out}") } else { numbered(&out).unwrap_or(out) }
}

fn opens_a_block(line: &str) -> bool {
    line.starts_with(['#', '+', '-', '='])
}

/// `1. x` at the start of a line is a list: its point is escaped.
fn numbered(line: &str) -> Option<String> {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let (head, tail) = line.split_at(digits);
    (digits > 0 && digits <= 9 && tail.starts_with(['.', ')'])).then(|| format!("{head}\\{tail}"))
}

/// Somebody's Markdown inside a document: its headings stay below ours, an open code block is closed, and no HTML begins.
pub(super) fn tame(text: &str) -> String {
    let (mut lines, mut fence): (Vec<String>, Option<String>) = (Vec::new(), None);
    for line in text.trim_end().lines() {
        let bare = line.trim_start();
        let ticks: String = ['`', '~']
            .into_iter()
            .map(|mark| bare.chars().take_while(|c| *c == mark).collect::<String>())
            .find(|run| run.len() >= 3)
            .unwrap_or_default();
        match &fence {
            Some(open) => {
                if ticks.starts_with(open.as_str()) && bare.trim_end() == ticks {
                    fence = None;
                }
                lines.push(line.to_string());
            }
            None if !ticks.is_empty() => {
                fence = Some(ticks);
                lines.push(line.to_string());
            }
            None => lines.push(tame_line(line)),
        }
    }
    lines.extend(fence);
    lines.join("\n")
}

fn tame_line(line: &str) -> String {
    let bare = line.trim_start();
    let hashes = bare.chars().take_while(|c| *c == '#').count();
    let is_heading = (1..=6).contains(&hashes) && bare[hashes..].chars().next().is_none_or(char::is_whitespace);
    if is_heading {
        return format!("{} {}", "#".repeat((hashes + 3).min(6)), bare[hashes..].trim()).replace("<!--", "\\<!--");
    }
    // A line of dashes or equals signs would make a heading of the line above it.
    if !bare.is_empty() && (bare.trim_end().chars().all(|c| c == '=') || bare.trim_end().chars().all(|c| c == '-')) {
        return format!("\\{bare}");
    }
    if bare.starts_with('<') {
        return format!("{}\\{bare}", &line[..line.len() - bare.len()]);
    }
    line.replace("<!--", "\\<!--")
}

/// A share in per cent. It says 100 only of the whole.
pub fn percent(share: f64, whole: bool) -> String {
    let tenths = (share * 1000.0).round() as i64;
    let tenths = if whole { tenths } else { tenths.min(999) };
    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{}.{} %", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::{esc, percent, tame};

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
        ];
        for (text, expected) in table {
            assert_eq!(esc(text), expected);
        }
    }

    #[test]
    fn markdown_from_people_stays_in_its_place() {
        let table = [
            ("# Big", "#### Big"),
            ("text\n===", "text\n\\==="),
            ("```\n# code\n", "```\n# code\n```"),
            ("````\n```\n````", "````\n```\n````"),
            ("<details>", "\\<details>"),
            ("open <!-- comment", "open \\<!-- comment"),
            ("- a\n- b", "- a\n- b"),
        ];
        for (text, expected) in table {
            assert_eq!(tame(text), expected);
        }
    }

    #[test]
    fn a_hundred_per_cent_is_said_only_of_the_whole() {
        assert_eq!(
            (percent(1.0, true), percent(1.0, false), percent(0.917, false)),
            ("100 %".into(), "99.9 %".into(), "91.7 %".into())
        );
    }
}
