//! What the public profile takes out: private principals and people where they are referred to, internal notes.
//! What people wrote stands as they wrote it; where it holds a private name, a person decides.

mod find;
mod people;
mod places;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use self::people::People;
use self::places::Places;
use crate::casefile::{Dossier, Noun};
use crate::timeline::EventKind;
use crate::verdict::Evaluation;
use crate::wording::{Choice, PrivateText, digest};
use crate::{Id, exposure};

/// What stands for a text on which nobody has decided.
pub const UNDECIDED: &str = "[withheld: this text holds a private name, and nobody has decided about it yet]";

/// What stands for a text that somebody left out.
pub const LEFT_OUT: &str = "[left out of the public profile]";

/// Fields of text that people write.
#[cfg(test)]
const TEXTS: [&str; 39] = [
    "actor",
    "group",
    "declared",
    "trace",
    "model",
    "agent_version",
    "framework",
    "name",
    "part",
    "owner",
    "title",
    "summary",
    "tags",
    "systems",
    "resource",
    "body",
    "note",
    "source",
    "collector",
    "justification",
    "basis",
    "query",
    "statement",
    "value",
    "scope",
    "field",
    "granted_scope",
    "needed_scope",
    "done_scope",
    "signal",
    "relied_by",
    "verified",
    "completion",
    "acceptance_test",
    "reason",
    "cause",
    "rationale",
    "approver",
    "task",
];

/// Fields that refer to somebody by name, if they hold nothing else.
const REFERENCES: [&str; 6] = ["name", "owner", "collector", "approver", "source", "actor"];

/// Fields that may refer to a principal as to a thing: `resource: deploy-bot`.
const THINGS: [&str; 5] = ["resource", "relied_by", "systems", "value", "group"];

/// Fields that hold a word of a vocabulary, a time or a digest. All others are looked through for names: a field that is
/// new is text until it stands here.
const WORDS: [&str; 51] = [
    "id",
    "at",
    "kind",
    "verb",
    "effect",
    "outcome",
    "requested",
    "authorised",
    "confirmed",
    "confirmation",
    "output_mode",
    "provenance_label",
    "reversibility",
    "prevented_by",
    "granularity",
    "zone",
    "earliest",
    "latest",
    "status",
    "state",
    "control",
    "enforcement",
    "priority",
    "due",
    "section",
    "rubric",
    "touches",
    "role",
    "class",
    "facet",
    "confidence",
    "source_kind",
    "channel",
    "op",
    "visibility",
    "mark",
    "default_on_unconfirmable",
    "collected_at",
    "sha256",
    "digest",
    "choice",
    "noun",
    "format",
    "completeness",
    "mode",
    "method",
    "depth",
    "act",
    "turn",
    "hash",
    "manifest",
];

/// Whether a field of a record is free text.
#[cfg(test)]
pub(super) fn is_text(noun: Noun, field: &str) -> bool {
    // A coverage statement names its resource by id, and an event its actor.
    let is_id = (noun, field) == (Noun::Coverage, "resource") || (field == "actor" && noun != Noun::Postmortem);
    TEXTS.contains(&field) && !is_id && noun != Noun::Wording
}

/// What was taken out, to say so.
#[derive(Debug, Default)]
pub(super) struct Removed {
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
pub(super) fn public(dossier: &Dossier) -> (Dossier, Removed) {
    let (redacted, removed, _) = with_names(dossier);
    (redacted, removed)
}

/// What was worked out from the whole case file, with the stand-ins in its sentences and names. Verdicts and figures stay.
///
/// Its sentences are built anew from what is shown, so that a name that is also a word, such as No or Window, changes
/// none of them. Only where that would say something else are the names looked for in the sentences themselves.
pub(super) fn evaluation(evaluation: &Evaluation, shown: &Dossier, people: &People) -> Evaluation {
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
pub(super) fn with_names(dossier: &Dossier) -> (Dossier, Removed, People) {
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
        if [Noun::Wording, Noun::Merge].contains(&noun) {
            continue;
        }
        if noun == Noun::Comment || (noun == Noun::Event && value["kind"] == EventKind::Note.word()) {
            removed.notes += 1;
            continue;
        }
        blank(noun, &mut value);
        let mut pen = Pen { dossier, people: &people, noun, id: &id, texts: &mut removed.texts };
        pen.go(&mut value, "", "");
        // Only texts changed, so what could be written can be read again; a record that could not is left out.
        drop(redacted.load(noun, version, None, &value.to_string()));
    }
    (redacted, removed, people)
}

/// Every text that a public document would hold and that names somebody who is not to be named.
pub(crate) fn private_texts(dossier: &Dossier) -> Vec<PrivateText> {
    public(dossier).1.texts
}

fn standing(dossier: &Dossier) -> Vec<(Noun, Id, u64, Value)> {
    let documents = dossier.documents().into_iter();
    documents
        .filter(|(_, _, _, deleted, _)| deleted.is_none())
        .map(|(noun, id, version, _, value)| (noun, id, version, value))
        .collect()
}

/// Empties the fields that are for internal eyes.
fn blank(noun: Noun, value: &mut Value) {
    // What people were called before is for nobody outside.
    ["former_names", "former_owners", "names"].iter().for_each(|field| {
        if value.get(*field).is_some_and(Value::is_array) {
            value[*field] = json!([]);
        }
    });
    let fields: &[&str] = match noun {
        Noun::Principal if value["private"] == true => &["part", "owner", "model", "agent_version", "framework"],
        Noun::Coverage | Noun::Review => &["note"],
        Noun::Remediation => &["link", "completion"],
        _ => &[],
    };
    fields.iter().for_each(|field| value[*field] = json!(""));
    // What the registry says of an agent is for the people here; what follows from it for an act is told with the act.
    if noun == Noun::Principal
        && let Some(fields) = value.as_object_mut()
    {
        fields.remove("pin");
    }
    match noun {
        Noun::Principal if value["private"] == true => value["grants"] = json!([]),
        Noun::Evidence => {
            value["custody"] = json!([]);
            if let Some(taint) = value.get_mut("taint").and_then(Value::as_object_mut) {
                taint.insert("note".into(), json!(""));
            }
        }
        Noun::Exposure => {
            // Several who are only counted are a number and nobody's name.
            let name = |one: &Value| {
                if one["name"] == exposure::IN_ALL { exposure::IN_ALL } else { "withheld" }
            };
            let listed = value["principals"].as_array().cloned().unwrap_or_default();
            let counts = listed.iter().map(|one| json!({ "name": name(one), "count": one["count"] }));
            value["principals"] = Value::Array(counts.collect());
        }
        Noun::Claim if matches!(value["source_kind"].as_str(), Some("internal" | "anonymous")) => {
            value["source"] = json!("withheld");
        }
        _ => {}
    }
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
    /// Goes through a value whose last named field is `field`, at `path`.
    fn go(&mut self, value: &mut Value, path: &str, field: &str) {
        let below = |part: &str| if path.is_empty() { part.to_string() } else { format!("{path}.{part}") };
        match value {
            Value::String(text) if self.people.places.of(text).is_some() => {
                *text = self.people.places.of(text).unwrap_or_default().to_string();
            }
            Value::String(text) if !WORDS.contains(&field) => self.text(text, path, field),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.go(item, &below(&index.to_string()), field);
                }
            }
            Value::Object(fields) => {
                for (name, item) in fields.iter_mut() {
                    self.go(item, &below(name), name);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String, path: &str, field: &str) {
        let refers = REFERENCES.contains(&field).then(|| self.people.stand_in(text, false)).flatten();
        let stands = refers.or_else(|| THINGS.contains(&field).then(|| self.people.stand_in(text, true)).flatten());
        if let Some(alias) = stands {
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
