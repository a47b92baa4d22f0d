//! What the public profile takes out: private principals, the names of
//! people, internal notes. The same person keeps the same stand-in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::names::replace_word;
use crate::record::{Dossier, Noun};
use crate::timeline::EventKind;
use crate::vocabulary::PrincipalKind;

/// A name shorter than this is replaced only where it stands for itself: “A” is also a word.
const NAME_CHARS_MIN: usize = 3;

/// Fields of free text. All others are words of vocabularies, ids, numbers and times.
const TEXTS: [&str; 32] = [
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

/// Whether a field of a record is free text. A coverage statement names its resource by id.
pub(super) fn is_text(noun: Noun, field: &str) -> bool {
    TEXTS.contains(&field) && (noun, field) != (Noun::Coverage, "resource")
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
}

/// The case file for everybody's eyes.
pub(super) fn public(dossier: &Dossier) -> (Dossier, Removed) {
    let (redacted, removed, _) = with_names(dossier);
    (redacted, removed)
}

/// The same with the stand-ins, to put them into what is computed from the whole.
pub(super) fn with_names(dossier: &Dossier) -> (Dossier, Removed, Aliases) {
    let documents: Vec<_> = dossier.documents().into_iter().filter(|(.., deleted, _)| deleted.is_none()).collect();
    let mut aliases = Aliases::default();
    let mut removed = Removed::default();
    for (noun, _, _, _, value) in &documents {
        aliases.gather(*noun, value, &mut removed);
    }
    removed.people = aliases.people;
    let mut redacted = Dossier { version: dossier.version, number: dossier.number, ..Dossier::default() };
    for (noun, _, version, _, mut value) in documents {
        if noun == Noun::Comment || (noun == Noun::Event && value["kind"] == EventKind::Note.word()) {
            removed.notes += 1;
            continue;
        }
        blank(noun, &mut value);
        aliases.replace(noun, &mut value, false);
        // Only texts changed, so what could be written can be read again; a record that could not is left out.
        drop(redacted.load(noun, version, None, &value.to_string()));
    }
    (redacted, removed, aliases)
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
    match noun {
        Noun::Principal if value["private"] == true => value["grants"] = json!([]),
        Noun::Evidence => {
            value["custody"] = json!([]);
            if let Some(taint) = value.get_mut("taint").and_then(Value::as_object_mut) {
                taint.insert("note".into(), json!(""));
            }
        }
        Noun::Exposure => {
            let listed = value["principals"].as_array().cloned().unwrap_or_default();
            let counts = listed.iter().map(|one| json!({ "name": "withheld", "count": one["count"] }));
            value["principals"] = Value::Array(counts.collect());
        }
        Noun::Claim if matches!(value["source_kind"].as_str(), Some("internal" | "anonymous")) => {
            value["source"] = json!("withheld");
        }
        _ => {}
    }
}

/// Stand-ins by name.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    of: BTreeMap<String, String>,
    people: usize,
}

impl Aliases {
    fn gather(&mut self, noun: Noun, value: &Value, removed: &mut Removed) {
        let text = |field: &str| value[field].as_str().unwrap_or_default().trim().to_string();
        if noun == Noun::Principal {
            let kind = PrincipalKind::parse(&text("kind")).unwrap_or(PrincipalKind::Unknown);
            if value["private"] == true {
                removed.principals += 1;
                let kind = if kind == PrincipalKind::Unknown { "principal" } else { kind.word() };
                self.add(&text("name"), format!("private {kind} {}", removed.principals));
            } else if kind == PrincipalKind::Human {
                self.person(&text("name"), &text("part"));
            }
            self.person(&text("owner"), "");
            value["grants"]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|grant| self.person(grant["approver"].as_str().unwrap_or_default(), ""));
        }
        match noun {
            Noun::Remediation => self.person(&text("owner"), ""),
            Noun::Evidence => self.person(&text("collector"), ""),
            _ => {}
        }
        self.accounts(value);
    }

    /// Everybody who did something here: stamps and members.
    fn accounts(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.accounts(item)),
            Value::Object(fields) => {
                let stamp = fields.get("by").and_then(|by| by.get("name")).and_then(Value::as_str);
                let members = fields
                    .get("members")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(|member| member["name"].as_str());
                stamp.into_iter().chain(members).for_each(|name| self.person(name, ""));
                fields.values().for_each(|field| self.accounts(field));
            }
            _ => {}
        }
    }

    /// A person: by their part in the incident where that is known, else by a number.
    fn person(&mut self, name: &str, part: &str) {
        if name.trim().is_empty() || self.of.contains_key(name.trim()) {
            return;
        }
        self.people += 1;
        let part = part.trim();
        let alias = if part.is_empty() || self.of.values().any(|known| known == part) {
            format!("person {}", self.people)
        } else {
            part.to_string()
        };
        self.add(name, alias);
    }

    fn add(&mut self, name: &str, alias: String) {
        if !name.trim().is_empty() {
            self.of.entry(name.trim().to_string()).or_insert(alias);
        }
    }

    /// Puts the stand-ins in place of the names, wherever people write freely.
    fn replace(&self, noun: Noun, value: &mut Value, free: bool) {
        match value {
            Value::String(text) if free => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(noun, item, free)),
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    self.replace(
                        noun,
                        field,
                        is_text(noun, name) || (free && field.is_string() && name != "id" && name != "at"),
                    );
                }
            }
            _ => {}
        }
    }

    /// Puts the stand-ins into every text, whatever its field is.
    pub(super) fn scrub(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.scrub(item)),
            Value::Object(fields) => {
                fields.iter_mut().filter(|(name, _)| *name != "id").for_each(|(_, field)| self.scrub(field));
            }
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        if let Some(alias) = self.of.get(text.trim()) {
            return alias.clone();
        }
        // The longest name first: “Ada Byron” before “Ada”. Stand-ins are marked until all are in, so that none is replaced again.
        let mut names: Vec<(&String, &String)> = self
            .of
            .iter()
            .filter(|(name, _)| name.chars().count() >= NAME_CHARS_MIN && text.contains(name.as_str()))
            .collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mark = |place: usize| format!("\u{1}{place}\u{1}");
        let marked = names
            .iter()
            .enumerate()
            .fold(text.to_string(), |text, (place, (name, _))| replace_word(&text, name, &mark(place)));
        names.iter().enumerate().fold(marked, |text, (place, (_, alias))| text.replace(&mark(place), alias))
    }
}
