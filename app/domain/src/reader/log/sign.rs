//! By what the formats are told: the signs that each one names, the clearest first.

use std::cmp::Reverse;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::format::Format;

/// Of a text so many lines are looked at.
const LINES_LOOKED_AT: usize = 12;

/// By what a format is told. A number says how clear a sign is, out of 100: of several that are seen the clearest
/// counts, and of equally clear ones that of the format which stands first in the list.
pub(super) enum Sign {
    /// The file begins with these bytes.
    Start(&'static [u8]),
    /// What a record looks like as an object.
    Record(u8, fn(&Sample<'_>) -> bool),
    /// What the first lines look like.
    Lines(u8, fn(&Lines<'_>) -> bool),
    /// What the columns of a table are called.
    Columns(u8, fn(&Columns) -> bool),
}

/// An object that may be a record. Its names are compared in any case.
pub(super) struct Sample<'r>(pub &'r Map<String, Value>);

impl<'r> Sample<'r> {
    /// The value under a name.
    pub fn get(&self, wanted: &str) -> Option<&'r Value> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    /// Whether there is such a name.
    pub fn has(&self, wanted: &str) -> bool {
        self.get(wanted).is_some()
    }

    /// Whether there is one of these names.
    pub fn any(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|key| self.has(key))
    }

    /// Whether there are all of these names.
    pub fn all(&self, wanted: &[&str]) -> bool {
        wanted.iter().all(|key| self.has(key))
    }

    /// The text under a name, or an empty one.
    pub fn text(&self, wanted: &str) -> &'r str {
        self.get(wanted).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the object under a name has another name in it, as it is written.
    pub fn inside(&self, outer: &str, inner: &str) -> bool {
        self.get(outer).and_then(|value| value.get(inner)).is_some()
    }

    /// Whether there is one of these names, as it is written.
    pub fn exactly(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|key| self.0.contains_key(*key))
    }
}

/// The beginning of a text.
pub(super) struct Lines<'t>(pub &'t str);

impl<'t> Lines<'t> {
    /// Its first lines that are not blank.
    pub fn all(&self) -> impl Iterator<Item = &'t str> + Clone {
        self.0.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT)
    }

    /// The first of them.
    pub fn first(&self) -> &'t str {
        self.all().next().unwrap_or_default()
    }

    /// The same, unless it is a comment.
    pub fn record(&self) -> &'t str {
        Some(self.first()).filter(|line| !line.starts_with('#')).unwrap_or_default()
    }

    /// Whether most of them are such lines.
    pub fn most(&self, is: impl Fn(&str) -> bool) -> bool {
        self.all().filter(|line| is(line)).count() * 2 > self.all().count()
    }
}

/// The names of the columns of a table, in small letters.
pub(super) struct Columns(pub Vec<String>);

impl Columns {
    /// Whether there is a column of this name.
    pub fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|name| name == wanted)
    }

    /// Whether there is one of these columns.
    pub fn any(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|name| self.has(name))
    }

    /// Whether there are all of these columns.
    pub fn all(&self, wanted: &[&str]) -> bool {
        wanted.iter().all(|name| self.has(name))
    }
}

/// The signs of one kind of all formats, the clearest first.
fn by_clarity<Test>(of: impl Fn(&'static Sign) -> Option<(u8, Test)>) -> Vec<(Format, Test)> {
    let all = Format::ALL.iter().flat_map(|format| format.signs().iter().map(move |sign| (*format, sign)));
    let mut found: Vec<_> =
        all.filter_map(|(format, sign)| of(sign).map(|(clarity, test)| (clarity, format, test))).collect();
    found.sort_by_key(|(clarity, ..)| Reverse(*clarity));
    found.into_iter().map(|(_, format, test)| (format, test)).collect()
}

type Tests<Seen> = LazyLock<Vec<(Format, Seen)>>;

static OF_RECORDS: Tests<fn(&Sample<'_>) -> bool> = LazyLock::new(|| {
    by_clarity(|sign| match sign {
        Sign::Record(clarity, test) => Some((*clarity, *test)),
        _ => None,
    })
});

static OF_LINES: Tests<fn(&Lines<'_>) -> bool> = LazyLock::new(|| {
    by_clarity(|sign| match sign {
        Sign::Lines(clarity, test) => Some((*clarity, *test)),
        _ => None,
    })
});

static OF_COLUMNS: Tests<fn(&Columns) -> bool> = LazyLock::new(|| {
    by_clarity(|sign| match sign {
        Sign::Columns(clarity, test) => Some((*clarity, *test)),
        _ => None,
    })
});

/// The format of which a record looks like one.
pub(super) fn of_record(record: &Map<String, Value>) -> Option<Format> {
    let object = Sample(record);
    OF_RECORDS.iter().find(|(_, is)| is(&object)).map(|(format, _)| *format)
}

/// The format of a text whose lines are told by their shape.
pub(super) fn of_lines(text: &str) -> Option<Format> {
    let lines = Lines(text);
    OF_LINES.iter().find(|(_, is)| is(&lines)).map(|(format, _)| *format)
}

/// The format of a table, by the names of its columns.
pub(super) fn of_columns(names: Vec<String>) -> Option<Format> {
    let columns = Columns(names);
    OF_COLUMNS.iter().find(|(_, is)| is(&columns)).map(|(format, _)| *format)
}

/// The format of a file that begins with bytes of its own.
pub(super) fn of_start(bytes: &[u8]) -> Option<Format> {
    let begins = |sign: &Sign| matches!(sign, Sign::Start(start) if bytes.starts_with(start));
    Format::ALL.iter().copied().find(|format| format.signs().iter().any(begins))
}
