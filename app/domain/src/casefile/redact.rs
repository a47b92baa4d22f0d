//! What the public profile takes out: private principals and people where they are referred to, internal notes.
//! What people wrote stands as they wrote it; where it holds a private name, a person decides.

mod find;
mod people;
mod places;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

use self::people::People;
use self::places::Places;
use crate::Id;
use crate::casefile::{Dossier, Holds, Noun, empty};
use crate::verdict::Evaluation;
use crate::wording::{Choice, PrivateText, digest};

/// What stands for a text on which nobody has decided.
pub const UNDECIDED: &str = "[withheld: this text holds a private name, and nobody has decided about it yet]";

/// What stands for a text that somebody left out.
pub const LEFT_OUT: &str = "[left out of the public profile]";

/// Whether a field of a record is free text.
#[cfg(test)]
pub(crate) fn is_text(noun: Noun, path: &str) -> bool {
    let is_written = |holds| matches!(holds, Holds::Text | Holds::Person | Holds::Name | Holds::Thing);
    noun != Noun::Wording && noun.definition().fields().holds(path).is_some_and(is_written)
}

/// What was taken out, to say so.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// Principals marked private.
    pub principals: usize,
    /// People whose names were replaced.
    pub people: usize,
    /// Notes on the timeline and comments.
    pub notes: usize,
    /// Texts that hold a private name.
    pub texts: Vec<PrivateText>,
}

/// The case file for everybody's eyes.
pub(crate) fn public(dossier: &Dossier) -> (Dossier, Removed) {
    let (redacted, removed, _) = with_names(dossier);
    (redacted, removed)
}

/// What was worked out from the whole case file, with the stand-ins in its sentences and names. Verdicts and figures stay.
///
/// Its sentences are built anew from what is shown, so that a name that is also a word, such as No or Window, changes
/// none of them. Only where that would say something else are the names looked for in the sentences themselves.
pub(crate) fn evaluation(evaluation: &Evaluation, shown: &Dossier, people: &People) -> Evaluation {
    let mut told = evaluation.clone();
    let anew = shown.evaluation();
    let scrub = |text: &mut String| *text = people.scrubbed(text);
    let place = |id: &mut Id| {
        if let Some(shown) = people.places.of(id.as_str()) {
            *id = Id::new(shown);
        }
    };
    if is_same(&told, &anew) {
        told.verdict.statement = anew.verdict.statement;
        told.verdict.gates = anew.verdict.gates;
    } else {
        scrub(&mut told.verdict.statement);
        told.verdict.gates.iter_mut().for_each(|gate| scrub(&mut gate.detail));
    }
    told.severity.iter_mut().for_each(|severity| severity.reasons.iter_mut().for_each(scrub));
    for cell in &mut told.verdict.cells {
        place(&mut cell.resource);
        place(&mut cell.path);
        cell.uncovered.iter_mut().for_each(|hole| scrub(&mut hole.why));
    }
    told
}

/// Whether two evaluations come to the same, but for their sentences.
fn is_same(one: &Evaluation, other: &Evaluation) -> bool {
    let passes = |told: &Evaluation| told.verdict.gates.iter().map(|gate| (gate.gate, gate.passes)).collect::<Vec<_>>();
    one.verdict.verdict == other.verdict.verdict
        && one.verdict.facets == other.verdict.facets
        && one.verdict.coverage == other.verdict.coverage
        && one.verdict.cells.len() == other.verdict.cells.len()
        && passes(one) == passes(other)
}

/// The same with who is not to be named, for what is computed from the whole.
pub(crate) fn with_names(dossier: &Dossier) -> (Dossier, Removed, People) {
    let documents = standing(dossier);
    let mut people = People::of(documents.iter().map(|(noun, _, _, value)| (*noun, value)));
    let gone = dossier
        .documents()
        .into_iter()
        .filter(|(noun, _, _, deleted, _)| *noun == Noun::Principal && deleted.is_some());
    gone.for_each(|(_, _, _, _, value)| people.gone(&value));
    people.places = Places::gather(&documents, &people);
    let mut removed = Removed { principals: people.principals, people: people.people, ..Removed::default() };
    let mut redacted = Dossier { version: dossier.version, number: dossier.number, ..Dossier::default() };
    for (noun, id, version, mut value) in documents {
        let definition = noun.definition();
        if definition.stays_inside() {
            continue;
        }
        definition.fields().internal.iter().for_each(|path| empty(&mut value, path));
        let Some(mut value) = definition.public(value) else {
            removed.notes += 1;
            continue;
        };
        let mut pen = Pen { dossier, people: &people, noun, id: &id, texts: &mut removed.texts };
        pen.go(&mut value, "");
        // Only texts changed, so what could be written can be read again; a record that could not is left out.
        drop(redacted.load(noun, version, None, &value.to_string()));
    }
    (redacted, removed, people)
}

/// Every text that a public document would hold and that names somebody who is not to be named.
pub(crate) fn private_texts(dossier: &Dossier) -> Vec<PrivateText> {
    public(dossier).1.texts
}

/// The names to look for that stand in a public record where somebody reads them. A field of which nothing is known is
/// text.
pub(crate) fn names_in(people: &People, noun: Option<Noun>, value: &Value) -> BTreeSet<String> {
    fn go(people: &People, noun: Option<Noun>, value: &Value, path: &str, found: &mut BTreeSet<String>) {
        let below = |part: &str| if path.is_empty() { part.to_string() } else { format!("{path}.{part}") };
        match value {
            Value::String(text) => {
                let holds = noun.and_then(|noun| noun.definition().fields().holds(path)).unwrap_or(Holds::Text);
                if !matches!(holds, Holds::Word | Holds::Instant | Holds::Code) {
                    found.extend(people.sought.find(text).into_iter().map(|one| one.name.to_string()));
                }
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| go(people, noun, item, &below(&at.to_string()), found));
            }
            Value::Object(fields) => fields.iter().for_each(|(name, item)| go(people, noun, item, &below(name), found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    go(people, noun, value, "", &mut found);
    found
}

fn standing(dossier: &Dossier) -> Vec<(Noun, Id, u64, Value)> {
    let documents = dossier.documents().into_iter();
    documents
        .filter(|(_, _, _, deleted, _)| deleted.is_none())
        .map(|(noun, id, version, _, value)| (noun, id, version, value))
        .collect()
}

/// Writes one record anew.
struct Pen<'a> {
    dossier: &'a Dossier,
    people: &'a People,
    noun: Noun,
    id: &'a Id,
    texts: &'a mut Vec<PrivateText>,
}

impl Pen<'_> {
    /// Goes through a value at `path`. A field of which no noun says what it holds is text.
    fn go(&mut self, value: &mut Value, path: &str) {
        let below = |part: &str| if path.is_empty() { part.to_string() } else { format!("{path}.{part}") };
        match value {
            Value::String(text) => match self.people.places.of(text) {
                Some(place) => *text = place.to_string(),
                None => match self.noun.definition().fields().holds(path).unwrap_or(Holds::Text) {
                    Holds::Word | Holds::Instant | Holds::Code => {}
                    Holds::Person | Holds::Name => self.text(text, path, self.people.stand_in(text, false)),
                    Holds::Thing | Holds::Place => self.text(text, path, self.people.stand_in(text, true)),
                    // An id of another instance is whatever somebody there chose.
                    Holds::Text | Holds::Reference => self.text(text, path, None),
                },
            },
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.go(item, &below(&index.to_string()));
                }
            }
            Value::Object(fields) => {
                for (name, item) in fields.iter_mut() {
                    self.go(item, &below(name));
                }
            }
            _ => {}
        }
    }

    /// Writes a text anew; one that is somebody's name and nothing else becomes what stands for them.
    fn text(&mut self, text: &mut String, path: &str, stand_in: Option<&str>) {
        if let Some(alias) = stand_in {
            *text = alias.into();
            return;
        }
        let found = self.people.sought.find(text);
        if found.is_empty() {
            return;
        }
        let mut names: Vec<String> = found.iter().map(|one| one.name.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
        for one in &found {
            replaced.push_str(&text[end..one.at.start]);
            replaced.push_str(&one.written());
            end = one.at.end;
        }
        replaced.push_str(&text[end..]);
        let digest = digest(text, &names);
        let choice = self.dossier.wording(self.noun, self.id, path).filter(|known| known.digest == digest);
        let choice = choice.map(|known| known.choice);
        let written = match choice {
            None => UNDECIDED.to_string(),
            Some(Choice::Keep) => text.clone(),
            Some(Choice::Replace) => replaced.clone(),
            Some(Choice::Remove) => LEFT_OUT.to_string(),
        };
        self.texts.push(PrivateText {
            noun: self.noun,
            record: self.id.clone(),
            field: path.into(),
            text: std::mem::replace(text, written),
            names,
            replaced,
            digest,
            choice,
        });
    }
}
