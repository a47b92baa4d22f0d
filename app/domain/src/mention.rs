//! Mentions: `@Ada Lovelace` or `@ada` in what people write.

use pulldown_cmark::{Event, Tag, TagEnd};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::casefile::Noun;
use crate::{Id, Person};

/// Somebody who can be mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account.
    pub id: Id,
    /// The name shown.
    pub name: String,
    /// What stands before the @ of the address.
    pub local: String,
}

impl Known {
    /// Of an account.
    pub fn new(id: Id, name: &str, email: &str) -> Self {
        let local = email.split('@').next().unwrap_or_default().to_string();
        Self { id, name: name.into(), local }
    }
}

/// A mention in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where it begins, at the @, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// Who is meant: several where accounts share a name.
    pub people: Vec<Id>,
}

/// So many signs of mentions in one text are looked at, each with the names of everybody: for 1,000 accounts some 10 ms.
const SIGNS_MAX: usize = 200;

/// The mentions in a plain text. The longest name wins; an @ inside a word is part of an address.
pub fn mentions(text: &str, known: &[Known]) -> Vec<Mention> {
    let (mut found, mut signs) = (Vec::new(), 0);
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|place| from + place) {
        from = at + 1;
        let part_of_word = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '_');
        if part_of_word {
            continue;
        }
        signs += 1;
        if signs > SIGNS_MAX {
            break;
        }
        let rest = &text[from..];
        let longest = known
            .iter()
            .flat_map(|person| [&person.name, &person.local])
            .filter_map(|name| starts_with(rest, name))
            .max()
            .unwrap_or(0);
        if longest == 0 {
            continue;
        }
        let is_meant = |person: &&Known| {
            [&person.name, &person.local].into_iter().any(|name| starts_with(rest, name) == Some(longest))
        };
        let people = known.iter().filter(is_meant).map(|person| person.id.clone()).collect();
        found.push(Mention { start: at, end: from + longest, people });
        from += longest;
    }
    found
}

/// How many bytes of the text are this name, if it stands at its beginning and ends there as a word.
fn starts_with(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let (mut rest, mut length) = (text.chars(), 0);
    let mut wanted = name.chars().flat_map(letters).peekable();
    while wanted.peek().is_some() {
        let c = rest.next()?;
        for letter in letters(c) {
            if wanted.next() != Some(letter) {
                return None;
            }
        }
        length += c.len_utf8();
    }
    let next = rest.next();
    let word_goes_on = match next {
        Some(c) if c.is_alphanumeric() || c == '_' || is_combining_mark(c) => true,
        // `@ada.lovelace` is not `@ada`; the stop at the end of a sentence is no part of it.
        Some('.' | '-' | '@') => rest.next().is_some_and(char::is_alphanumeric),
        _ => false,
    };
    (!word_goes_on).then_some(length)
}

/// A character as names are compared: taken apart, so that it matters not whether a keyboard composed it, in small
/// letters, and any blank as one.
fn letters(c: char) -> impl Iterator<Item = char> {
    let mut apart = Vec::with_capacity(2);
    match c {
        c if c.is_ascii() => apart.push(c.to_ascii_lowercase()),
        c if c.is_whitespace() => apart.push(' '),
        c => c.to_lowercase().for_each(|c| decompose_canonical(c, |part| apart.push(part))),
    }
    apart.into_iter()
}

/// Whom a Markdown text mentions, each once. Code and links mention nobody.
pub fn mentioned(markdown: &str, known: &[Known]) -> Vec<Id> {
    if !markdown.contains('@') {
        return Vec::new();
    }
    let mut people: Vec<Id> = Vec::new();
    let mut outside = Prose::default();
    for event in crate::markdown::events(markdown) {
        if let Event::Text(text) = &event
            && outside.holds()
        {
            people.extend(mentions(text, known).into_iter().flat_map(|mention| mention.people));
        }
        outside.pass(&event);
    }
    people.sort();
    people.dedup();
    people
}

/// Whether a place in a Markdown text is prose: neither code nor a link.
#[derive(Default)]
pub struct Prose(usize);

impl Prose {
    /// Whether text here is prose.
    pub fn holds(&self) -> bool {
        self.0 == 0
    }

    /// Goes past an event.
    pub fn pass(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => self.0 += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
    }
}

/// What in a record of this noun people write to each other.
pub fn text_of(noun: Noun, body: &serde_json::Value) -> Option<&str> {
    matches!(noun, Noun::Comment | Noun::Narrative).then(|| body.get("body")?.as_str()).flatten()
}

/// Whom a new version of a record mentions who was not mentioned before, without its author.
pub fn newly_mentioned(change: &crate::casefile::Change, known: &[Known]) -> Vec<Id> {
    let people = |side| text_of(change.noun, side).map(|text| mentioned(text, known)).unwrap_or_default();
    let before = people(&change.before);
    let is_new = |id: &Id| !before.contains(id) && !is_author(&change.actor, id);
    people(&change.after).into_iter().filter(is_new).collect()
}

/// Whether a mention is of the one who wrote it. What an agent wrote for somebody may well mean that somebody.
pub(crate) fn is_author(author: &Person, id: &Id) -> bool {
    author.agent.is_none() && &author.id == id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_from_every_keyboard() {
        let known = [Known::new(Id::new("z"), "Zoë Ångström", "z@example.org")];
        for typed in ["@Zoë Ångström", "@Zoe\u{308} A\u{30a}ngstro\u{308}m", "@Zoë\u{a0}Ångström", "@ZOË ÅNGSTRÖM"]
        {
            let found = mentions(&format!("{typed}, look"), &known);
            assert_eq!(found.iter().map(|one| one.end).collect::<Vec<_>>(), [typed.len()], "{typed}");
        }
        assert_eq!(mentions("@Zoe Angstrom", &known), []);
        assert_eq!(mentions("@z\u{301}", &known), [], "ź is no z");
    }

    fn cast() -> Vec<Known> {
        [
            ("1", "Ada", "ada@example.org"),
            ("2", "Ada Lovelace", "lovelace@example.org"),
            ("3", "Grace", "g.hopper@example.org"),
            ("4", "Zoë", "zoe@example.org"),
        ]
        .map(|(id, name, email)| Known::new(id.into(), name, email))
        .into()
    }

    fn told(text: &str) -> Vec<(String, String)> {
        let told = |mention: Mention| {
            let people: Vec<&str> = mention.people.iter().map(Id::as_str).collect();
            (text[mention.start..mention.end].to_string(), people.join(" "))
        };
        mentions(text, &cast()).into_iter().map(told).collect()
    }

    #[test]
    fn the_longest_name_wins_and_words_are_whole() {
        let table: [(&str, &[(&str, &str)]); 12] = [
            ("@Ada look", &[("@Ada", "1")]),
            ("@ada lovelace, look", &[("@ada lovelace", "2")]),
            ("@Ada Lovelacex", &[("@Ada", "1")]),
            ("@Adamant", &[]),
            ("mail ada@example.org", &[]),
            ("(@lovelace) and @g.hopper.", &[("@lovelace", "2"), ("@g.hopper", "3")]),
            ("@ada.", &[("@ada", "1")]),
            ("@ada.b", &[]),
            ("@ZOË!", &[("@ZOË", "4")]),
            ("@@Ada", &[("@Ada", "1")]),
            ("@", &[]),
            ("@Grace@Ada", &[]),
        ];
        for (text, expected) in table {
            let expected: Vec<(String, String)> =
                expected.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn accounts_of_one_name_are_all_meant() {
        let twins = [Known::new("1".into(), "Ada", "a@x.org"), Known::new("2".into(), "ada", "b@x.org")];
        assert_eq!(mentioned("@Ada", &twins), [Id::from("1"), Id::from("2")]);
    }

    #[test]
    fn code_and_links_mention_nobody() {
        let text = "`@Ada` and\n\n```\n@Grace\n```\n\n[@Ada](https://x.org), but **@Grace**";
        assert_eq!(mentioned(text, &cast()), [Id::from("3")]);
    }
}
