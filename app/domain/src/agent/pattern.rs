//! Which resources a grant speaks of.

use serde::{Deserialize, Serialize};

use crate::draft::LINE_CHARS_MAX;
use crate::{Refusal, Ruled};

/// The longest pattern, in characters.
pub const PATTERN_CHARS_MAX: usize = LINE_CHARS_MAX;

/// A pattern of resources: `*` stands for any characters within one segment, `**` for any characters at all; both also
/// for none. Segments end at `/`, and at `:` in ARNs and URNs. Case counts.
///
/// A resource with a segment `.` or `..` names another place than it seems to: only the very same text matches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    /// How many bytes stand before the first wildcard.
    head: usize,
    shape: Shape,
}

/// What follows the head of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// Nothing: it is the name of one resource.
    Plain,
    /// One wildcard and no more, as in most patterns.
    One(Part),
    /// These.
    Many(Vec<Part>),
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// This very text.
    Text(String),
    /// Anything within a segment.
    Star,
    /// Anything.
    Stars,
}

impl Pattern {
    /// Reads a pattern; a refusal belongs to `field`.
    pub fn parse(field: &str, text: &str) -> Ruled<Self> {
        Self::read(text).map_err(|sentence| Refusal::field(field, sentence))
    }

    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Write which resources: a name, or a pattern such as forum/*.".into());
        }
        if text.chars().count() > PATTERN_CHARS_MAX {
            return Err(format!("This pattern is too long: at most {PATTERN_CHARS_MAX} characters fit here."));
        }
        if text.chars().any(char::is_control) {
            return Err("This pattern has characters in it that nobody sees: write it again without them.".into());
        }
        let head = text.find('*').unwrap_or(text.len());
        let mut parts = parts_of(&text[head..]);
        let shape = match parts.len() {
            0 => Shape::Plain,
            1 => Shape::One(parts.remove(0)),
            _ => Shape::Many(parts),
        };
        Ok(Self { text: text.to_string(), head, shape })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before its first wildcard.
    pub(super) fn head(&self) -> &str {
        &self.text[..self.head]
    }

    /// Whether it speaks of this resource.
    pub fn matches(&self, resource: &str) -> bool {
        let Some(rest) = resource.strip_prefix(&self.text[..self.head]) else { return false };
        if resource.is_empty() {
            return false;
        }
        let separators = Separators::of(resource);
        let is_elsewhere = || leads_elsewhere(resource, separators) && self.text != resource;
        match &self.shape {
            Shape::Plain => rest.is_empty(),
            Shape::One(Part::Star) => !separators.any(rest.as_bytes()) && !is_elsewhere(),
            Shape::One(_) => !is_elsewhere(),
            Shape::Many(parts) => has_texts(parts, rest) && walk(parts, rest.as_bytes(), separators) && !is_elsewhere(),
        }
    }

    /// Whether it speaks of everything that the other speaks of. A wildcard of the other is a letter here that only a
    /// wildcard as strong can take, so that a yes is always true.
    pub fn covers(&self, other: &Self) -> bool {
        if self.text == other.text {
            return true;
        }
        let could_be_arn = Separators::of(&other.text).colon || other.text.find('*').is_some_and(|at| at < 4);
        let text: String = parts_of(&other.text).iter().map(Part::as_letter).collect();
        let separators = Separators { colon: could_be_arn };
        !leads_elsewhere(&other.text, separators) && walk(&parts_of(&self.text), text.as_bytes(), separators)
    }
}

/// Stands for a `**` where two patterns are compared. No pattern has such a character.
const ANYTHING: &str = "\u{1}";

impl Part {
    fn as_letter(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Star => "*",
            Self::Stars => ANYTHING,
        }
    }
}

fn parts_of(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('*') {
        if at > 0 {
            parts.push(Part::Text(rest[..at].to_string()));
        }
        let after = rest[at..].trim_start_matches('*');
        parts.push(if rest.len() - at - after.len() > 1 { Part::Stars } else { Part::Star });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_string()));
    }
    parts
}

/// Where the segments of a resource end.
#[derive(Debug, Clone, Copy)]
struct Separators {
    colon: bool,
}

impl Separators {
    fn of(resource: &str) -> Self {
        let begins = |scheme: &str| resource.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
        Self { colon: begins("arn:") || begins("urn:") }
    }

    fn has(self, byte: u8) -> bool {
        matches!(byte, b'/' | 1) || (self.colon && byte == b':')
    }

    fn any(self, text: &[u8]) -> bool {
        text.iter().any(|byte| self.has(*byte))
    }
}

/// Whether a segment says “here” or “one up”.
fn leads_elsewhere(resource: &str, separators: Separators) -> bool {
    let bytes = resource.as_bytes();
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| separators.has(*byte));
    let begins = |at: usize| at == 0 || separators.has(bytes[at - 1]);
    resource.match_indices('.').any(|(at, _)| {
        let two = bytes.get(at + 1) == Some(&b'.');
        begins(at) && ends(if two { at + 2 } else { at + 1 })
    })
}

/// Whether every text of a pattern is somewhere in the rest of a resource, the last one at its end: most resources of
/// which a pattern does not speak are told by that.
fn has_texts(parts: &[Part], rest: &str) -> bool {
    let ends = match parts.last() {
        Some(Part::Text(text)) => rest.ends_with(text.as_str()),
        _ => true,
    };
    ends && parts.iter().all(|part| !matches!(part, Part::Text(text) if !rest.contains(text.as_str())))
}

/// Every place that can be reached in the text after each part: the time is bounded by the product of the two lengths.
fn walk(parts: &[Part], text: &[u8], separators: Separators) -> bool {
    // Most resources are short: for them nothing is allocated.
    let (mut few, mut many) = ([false; 256], Vec::new());
    let reached = match few.get_mut(..=text.len()) {
        Some(few) => few,
        None => {
            many.resize(text.len() + 1, false);
            many.as_mut_slice()
        }
    };
    reached[0] = true;
    for part in parts {
        match part {
            Part::Text(piece) => follow(reached, piece.as_bytes(), text),
            Part::Star => spread(reached, |at| !separators.has(text[at])),
            Part::Stars => spread(reached, |_| true),
        }
    }
    reached[text.len()]
}

/// Moves every reached place behind the piece, where the text has it there.
fn follow(reached: &mut [bool], piece: &[u8], text: &[u8]) {
    for end in (0..reached.len()).rev() {
        reached[end] = end >= piece.len() && reached[end - piece.len()] && &text[end - piece.len()..end] == piece;
    }
}

/// From every reached place on, as far as each next byte may be taken.
fn spread(reached: &mut [bool], may_take: impl Fn(usize) -> bool) {
    for at in 1..reached.len() {
        reached[at] = reached[at] || (reached[at - 1] && may_take(at - 1));
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
