//! What a person or program sends, before the rules have looked at it.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::spelling::parse_line;
use crate::time::{TimeRange, Zone, read_time};
use crate::{Id, Instant, Refusal, Ruled};

pub use crate::limits::{ITEMS_MAX, LINE_CHARS_MAX, LINKS_MAX, LIST_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
pub(crate) use crate::limits::{TYPED_MAX, bounded};
pub use crate::spelling::written;

/// What is sent as a text or as an object. Not an untagged enum: that would say of a misspelt name only that nothing fits.
pub(crate) enum TextOr<T> {
    Text(String),
    Object(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = TextOr<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text or an object")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOr::Text(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(TextOr::Object)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// A time as sent: text that people type, or the exact shape of the API.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// Free entry, read in the person's zone.
    Text(String),
    /// A range as the API writes it.
    Range(TimeRange),
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match TextOr::deserialize(deserializer)? {
            TextOr::Text(text) => Self::Text(text),
            TextOr::Object(range) => Self::Range(range),
        })
    }
}

impl When {
    /// Reads the time as somebody in a zone means it now.
    pub fn read_at(self, field: &str, now: Instant, zone: &Zone) -> Ruled<TimeRange> {
        match self {
            Self::Text(text) => read_time(&text, now, zone).map_err(|sentence| Refusal::field(field, sentence)),
            Self::Range(range) if matches!((range.earliest, range.latest), (Some(a), Some(b)) if a > b) => {
                Err(Refusal::field(field, "This time ends before it begins: swap “earliest” and “latest”."))
            }
            Self::Range(range) => {
                let zone = Zone::parse(&range.zone).map_err(|sentence| Refusal::field(field, sentence))?;
                Ok(TimeRange { zone: zone.name().into(), ..range })
            }
        }
    }
}

/// A text that must not be empty; `missing` is the sentence that asks for it.
pub fn required(field: &str, text: String, chars_max: usize, missing: &str) -> Ruled<String> {
    let text = written(field, text, chars_max)?;
    if text.is_empty() { Err(Refusal::field(field, missing)) } else { Ok(text) }
}

/// A line that names something and must not be empty; `missing` is the sentence that asks for it.
pub fn required_line(field: &str, text: String, chars_max: usize, missing: &str) -> Ruled<String> {
    let line = parse_line(field, text, chars_max)?;
    if line.is_empty() { Err(Refusal::field(field, missing)) } else { Ok(line) }
}

/// A line that names something; a blank one is none.
pub fn optional_line(field: &str, text: Option<String>, chars_max: usize) -> Ruled<Option<String>> {
    let line = parse_line(field, text.unwrap_or_default(), chars_max)?;
    Ok((!line.is_empty()).then_some(line))
}

/// A text that may be left out; a blank one is none.
pub fn optional(field: &str, text: Option<String>, chars_max: usize) -> Ruled<Option<String>> {
    let text = written(field, text.unwrap_or_default(), chars_max)?;
    Ok((!text.is_empty()).then_some(text))
}

/// Refuses a list of more entries than fit, before anything is done with them.
pub fn few(field: &str, count: usize, count_max: usize) -> Ruled<()> {
    if count > count_max {
        return Err(Refusal::field(
            field,
            format!("These are {count} entries; at most {count_max} fit here. Leave some out."),
        ));
    }
    Ok(())
}

/// A list as it is sent; blanks and repeats fall away. An item is one item: one that has a comma in it, as names of
/// directories do, stays whole.
pub fn tidy_list(field: &str, items: Vec<String>) -> Ruled<Vec<String>> {
    few(field, items.iter().filter(|item| !item.trim().is_empty()).count(), TYPED_MAX)?;
    let (mut tidy, mut seen) = (Vec::new(), BTreeSet::new());
    for item in items {
        // A line break inside would become a blank, and two entries one.
        if item.trim().contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
            return Err(Refusal::field(
                field,
                "An entry of this list has a line break in it: send each entry as one line of its own.",
            ));
        }
        let item = parse_line(field, item, NAME_CHARS_MAX)?;
        if !item.is_empty() && seen.insert(item.clone()) {
            tidy.push(item);
        }
    }
    few(field, tidy.len(), LIST_MAX)?;
    Ok(tidy)
}

/// The items of a list as it is typed: with commas or line breaks between them, and quotes around an item that has a
/// comma in it.
pub fn typed_items(text: &str) -> Vec<String> {
    items_between(text, &LIST_MARKS)
}

/// The same with other marks between the items.
pub(crate) fn items_between(text: &str, marks: &[char]) -> Vec<String> {
    let begin = |c: char| c.is_whitespace() || marks.contains(&c);
    let (mut items, mut rest) = (Vec::new(), text.trim_start_matches(begin));
    while !rest.is_empty() {
        let (item, behind) = quoted_item(rest, marks).unwrap_or_else(|| {
            let end = rest.find(marks).unwrap_or(rest.len());
            (rest[..end].trim().to_string(), &rest[end..])
        });
        if !item.is_empty() {
            items.push(item);
        }
        rest = behind.trim_start_matches(begin);
    }
    items
}

/// A list as it is typed, so that reading it gives the same items.
pub fn typed_list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| one_item(item.as_ref(), &LIST_MARKS)).collect::<Vec<_>>().join(", ")
}

/// An item as it stands in a list, in quotes where a mark in it would part it.
pub(crate) fn one_item(item: &str, marks: &[char]) -> String {
    let is_plain = !item.starts_with('"') && !item.contains(marks);
    if is_plain { item.to_string() } else { format!("\"{}\"", item.replace('"', "\"\"")) }
}

/// What stands between the items of a list that is typed.
const LIST_MARKS: [char; 2] = [',', '\n'];

/// An item in quotes at the beginning of a text, and what is behind it; `None` where the quotes belong to the words.
fn quoted_item<'t>(text: &'t str, marks: &[char]) -> Option<(String, &'t str)> {
    let inner = text.strip_prefix('"')?;
    let mut quotes = inner.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.peek() == Some(&(at + 1)) {
            quotes.next();
            continue;
        }
        let behind = inner[at + 1..].trim_start_matches([' ', '\t', '\r']);
        let ends = behind.is_empty() || behind.starts_with(marks);
        return ends.then(|| (inner[..at].replace("\"\"", "\"").trim().to_string(), behind));
    }
    None
}

/// A list of records that something is linked to, each once; all of them have to be there.
pub fn links(field: &str, ids: Vec<Id>, is_there: impl Fn(&Id) -> bool, missing: &str) -> Ruled<Vec<Id>> {
    few(field, ids.len(), LINKS_MAX)?;
    if !ids.iter().all(is_there) {
        return Err(Refusal::field(field, missing));
    }
    let mut seen = BTreeSet::new();
    Ok(ids.into_iter().filter(|id| seen.insert(id.clone())).collect())
}

/// The name of a record elsewhere, such as an account: one that is longer than any name is none.
pub fn elsewhere(field: &str, id: Option<Id>) -> Ruled<Option<Id>> {
    match id {
        Some(id) if id.as_str().len() > LINE_CHARS_MAX => {
            Err(Refusal::field(field, "There is nothing of that name: choose from the list."))
        }
        Some(id) => Ok(Some(Id::new(parse_line(field, id.as_str().to_string(), LINE_CHARS_MAX)?))),
        None => Ok(None),
    }
}

/// Numbers of records, also as a form sends them.
pub fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    let sent: Vec<serde_json::Value> = Vec::deserialize(deserializer)?;
    let read = |value: &serde_json::Value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    sent.iter()
        .map(|value| read(value).ok_or_else(|| serde::de::Error::custom("Name records by their numbers, such as 41.")))
        .collect()
}
