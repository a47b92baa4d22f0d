//! What the fields of a noun hold. Each noun says so in its own file; histories, the public profile, exports and the
//! pages of readers go by it.

use serde_json::Value;

/// Reads a word of a closed vocabulary as its label; `None` for a word that is not of it.
pub(crate) type Label = fn(&str) -> Option<&'static str>;

/// The fields of a noun that hold words of closed vocabularies: `labels! { "status" => Status }`.
macro_rules! labels {
    ($($path:literal => $type:ty),* $(,)?) => {
        &[$(($path, |word| <$type>::parse(word).ok().map(<$type>::label))),*]
    };
}
pub(crate) use labels;

/// What one field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A word of a closed vocabulary.
    Word,
    /// What people write.
    Text,
    /// One person who did something: the owner of a remediation. Such a person is named nowhere in public.
    Person,
    /// A name, of a person or of something else.
    Name,
    /// A thing that may be a principal: the resource of an event.
    Thing,
    /// The id of an exposed resource or an access path, which people choose.
    Place,
    /// The id of another document.
    Reference,
    /// A point in time.
    Instant,
    /// A digest, a key, a number: nothing that people wrote, and nothing to be read as something else.
    Code,
}

/// The fields of a noun by what they hold. A path goes through lists: `grants.approver` is of each grant. Stamps, people
/// and times are known as what they are and stand in none of the lists.
pub(crate) struct Fields {
    /// [`Holds::Word`], with how a reader reads the words.
    pub words: &'static [(&'static str, Label)],
    /// [`Holds::Text`].
    pub texts: &'static [&'static str],
    /// [`Holds::Person`].
    pub people: &'static [&'static str],
    /// [`Holds::Name`].
    pub names: &'static [&'static str],
    /// [`Holds::Thing`].
    pub things: &'static [&'static str],
    /// [`Holds::Place`].
    pub places: &'static [&'static str],
    /// [`Holds::Reference`].
    pub references: &'static [&'static str],
    /// [`Holds::Instant`].
    pub instants: &'static [&'static str],
    /// [`Holds::Code`].
    pub codes: &'static [&'static str],
    /// Those of the others that are for internal eyes: the public profile shows them empty.
    pub internal: &'static [&'static str],
    /// Those of the texts that documents and readers' pages tell in one line each, with what they are called: `Trace`.
    pub told: &'static [(&'static str, &'static str)],
}

/// Fields that are the same wherever they are: the parts of stamps, people and times.
const PARTS: [(&str, Holds); 9] = [
    ("by.name", Holds::Name),
    ("by.id", Holds::Code),
    ("by.agent", Holds::Text),
    ("at", Holds::Instant),
    ("earliest", Holds::Code),
    ("latest", Holds::Code),
    ("granularity", Holds::Code),
    ("zone", Holds::Code),
    ("id", Holds::Code),
];

impl Fields {
    /// No field at all.
    pub const NONE: Self = Self {
        words: &[],
        texts: &[],
        people: &[],
        names: &[],
        things: &[],
        places: &[],
        references: &[],
        instants: &[],
        codes: &[],
        internal: &[],
        told: &[],
    };

    /// What the field at a path holds; nothing where nobody said so.
    pub fn holds(&self, path: &str) -> Option<Holds> {
        let path = without_places(path);
        let lists = [
            (self.texts, Holds::Text),
            (self.people, Holds::Person),
            (self.names, Holds::Name),
            (self.things, Holds::Thing),
            (self.places, Holds::Place),
            (self.references, Holds::Reference),
            (self.instants, Holds::Instant),
            (self.codes, Holds::Code),
        ];
        let said = lists.into_iter().find(|(paths, _)| paths.contains(&path.as_str())).map(|(_, holds)| holds);
        let is_end = |part: &str| path == part || path.strip_suffix(part).is_some_and(|head| head.ends_with('.'));
        said.or_else(|| self.words.iter().any(|(known, _)| *known == path).then_some(Holds::Word))
            .or_else(|| PARTS.into_iter().find(|(part, _)| is_end(part)).map(|(_, holds)| holds))
    }

    /// What a reader sees for a word in a field.
    pub fn label(&self, path: &str, word: &str) -> Option<&'static str> {
        let path = without_places(path);
        self.words.iter().find(|(known, _)| *known == path).and_then(|(_, label)| label(word))
    }
}

/// A path without the places in lists: `grants.0.approver` is `grants.approver`.
fn without_places(path: &str) -> String {
    let is_place = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    path.split('.').filter(|part| !is_place(part)).collect::<Vec<_>>().join(".")
}

/// The texts at a path, through all lists.
pub(crate) fn at<'a>(value: &'a Value, path: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| at(item, path, found)),
        Value::String(text) if path.is_empty() => found.push(text),
        Value::Object(fields) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            fields.get(name).into_iter().for_each(|field| at(field, rest, found));
        }
        _ => {}
    }
}

/// Empties the field at a path: a text, a list, or what stands there as a whole.
pub(crate) fn empty(value: &mut Value, path: &str) {
    if let Value::Array(items) = value {
        return items.iter_mut().for_each(|item| empty(item, path));
    }
    let Some(fields) = value.as_object_mut() else { return };
    match path.split_once('.') {
        Some((name, rest)) => fields.get_mut(name).into_iter().for_each(|field| empty(field, rest)),
        None => match fields.get_mut(path) {
            Some(Value::String(text)) => text.clear(),
            Some(Value::Array(items)) => items.clear(),
            Some(Value::Object(_)) => drop(fields.remove(path)),
            _ => {}
        },
    }
}

#[cfg(test)]
mod tests;
