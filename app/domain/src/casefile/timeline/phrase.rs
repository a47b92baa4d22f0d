//! An event as a sentence says it.

use pulldown_cmark::{Event as Mark, TagEnd};

use super::{Event, EventKind, Verb};
use crate::casefile::Dossier;

/// How many characters of a text stand for the whole of it.
const TITLE_CHARS_MAX: usize = 80;

/// How much of a text is read for its first line.
const READ_BYTES_MAX: usize = 4_000;

impl Event {
    /// What the actor does: “posts”, “raises an alert”.
    pub const fn act(&self) -> &'static str {
        match self.verb {
            Verb::Read => "reads",
            Verb::List => "lists",
            Verb::Search => "searches",
            Verb::Write => "writes",
            Verb::Post => "posts",
            Verb::Call => "calls",
            Verb::Execute => "executes",
            Verb::Grant => "grants",
            Verb::Revoke => "revokes",
            Verb::Delete => "deletes",
            Verb::Share => "shares",
            Verb::Login => "logs in",
            Verb::Config => "configures",
            Verb::LoggingControl => "changes logging",
            Verb::Other => self.kind.act(),
        }
    }

    /// What happened in a few words: the first line of what was written about it, else who did what to what.
    pub fn title(&self, dossier: &Dossier) -> String {
        let line = first_line(&self.body);
        if line.is_empty() { self.line(dossier) } else { line }
    }

    /// Who did what to what: `forum-agent posts forum/thread-9`.
    pub fn line(&self, dossier: &Dossier) -> String {
        format!("{} {} {}", dossier.name_of(&self.actor), self.act(), self.resource).trim_end().to_string()
    }
}

impl EventKind {
    const fn act(self) -> &'static str {
        match self {
            Self::Action => "acts",
            Self::Grant => "grants",
            Self::Access => "gains access",
            Self::Message => "says",
            Self::Alert => "raises an alert",
            Self::Decision => "decides",
            Self::Stop => "stops",
            Self::Containment => "contains",
            Self::Note => "notes",
        }
    }
}

/// The words of the first line of a Markdown text, shortened to what a list can show.
pub fn first_line(text: &str) -> String {
    let line = words(text);
    if line.chars().count() <= TITLE_CHARS_MAX {
        return line.to_string();
    }
    let cut: String = line.chars().take(TITLE_CHARS_MAX).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}

/// The words of the first block of a text, without the marks around them.
fn words(text: &str) -> String {
    let text = text.get(..text.floor_char_boundary(READ_BYTES_MAX)).unwrap_or(text);
    let mut words = String::new();
    for mark in crate::markdown::events(text) {
        match mark {
            Mark::Text(text) | Mark::Code(text) => words.push_str(&text),
            Mark::SoftBreak
            | Mark::HardBreak
            | Mark::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock)
                if !words.trim().is_empty() =>
            {
                break;
            }
            _ => {}
        }
    }
    let words = if words.trim().is_empty() { text } else { &words };
    words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn the_first_line_is_told_without_its_marks() {
        let table = [
            ("posts an answer", "posts an answer"),
            ("# Posts\n\nan answer", "Posts"),
            ("- an *item* with `code`\n- another", "an item with code"),
            ("\n\n> quoted\nmore", "quoted"),
            ("```\ncode\nmore\n```", "code"),
            ("<b>x</b> & y", "<b>x</b> & y"),
            ("---", "---"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(first_line(text), expected);
        }
        assert_eq!(first_line(&"word ".repeat(40)).chars().last(), Some('…'));
    }
}
