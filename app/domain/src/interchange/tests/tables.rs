//! The tables: every fact has its fate, and every place of a document is named.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{WRITERS, held, rich, write};
use crate::casefile::Noun;
use crate::cast::Story;
use crate::interchange::table::{Fate, Mapping, NOWHERE, Row};
use crate::interchange::{MAPPINGS, page};
use crate::verdict::Verdict;

fn parts(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(", ").filter(|part| !part.is_empty())
}

/// The facts of a case: the fields of each noun, and what they come to.
fn facts() -> Vec<String> {
    let mut facts = Vec::new();
    for noun in Noun::ALL {
        let schema = noun.schema();
        let fields = schema["properties"].as_object().unwrap().keys();
        facts.extend(fields.map(|field| format!("{}.{field}", noun.word())));
    }
    let judged = serde_json::to_value(rich().dossier.evaluation()).unwrap();
    for (name, of) in [("judgement", &judged["verdict"]), ("severity", &judged["severity"])] {
        facts.extend(of.as_object().unwrap().keys().map(|field| format!("{name}.{field}")));
    }
    facts
}

fn rows(mapping: &'static Mapping) -> impl Iterator<Item = &'static Row> {
    mapping.rows.iter().chain(NOWHERE)
}

#[test]
fn every_fact_has_its_fate_in_every_format() {
    let facts = facts();
    for mapping in MAPPINGS {
        let named: BTreeSet<&str> = rows(mapping).flat_map(|row| parts(row.fact)).collect();
        for fact in &facts {
            let rest = format!("{}.*", fact.split_once('.').unwrap().0);
            let is_named = named.contains(fact.as_str()) || named.contains(rest.as_str());
            assert!(is_named, "{fact} has no row in the table of {}: say what becomes of it", mapping.word);
        }
        for name in named {
            let is_fact = facts
                .iter()
                .any(|fact| fact == name || name.strip_suffix('*').is_some_and(|noun| fact.starts_with(noun)));
            assert!(is_fact, "{}: {name} is no fact", mapping.word);
        }
        for row in rows(mapping) {
            assert!(row.why.ends_with('.'), "{}: a sentence: {row:?}", mapping.word);
            assert_eq!(
                row.place.is_empty(),
                row.fate == Fate::Lost || (row.fate == Fate::Asked && row.place.is_empty()),
                "{row:?}"
            );
        }
    }
}

/// The places of values in a document; of a bundle, by the type of the object.
fn places(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    let below = |name: &str| if place.is_empty() { name.to_string() } else { format!("{place}/{name}") };
    match value {
        Value::Object(fields) if place.is_empty() && fields.contains_key("objects") => {
            for object in fields["objects"].as_array().unwrap() {
                places(object, object["type"].as_str().unwrap(), found);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().for_each(|(name, field)| places(field, &below(name), found));
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().for_each(|item| places(item, &format!("{place}[]"), found));
        }
        _ => drop(found.insert(place.to_string())),
    }
}

/// Every place of every sample, whatever it comes to.
fn written(word: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut shown = Story::new();
    let log = shown.upload("Ada", "log.jsonl");
    held(&mut shown, &[log]);
    for story in [rich(), shown, crate::export::tests::world()] {
        for verdict in Verdict::ALL {
            let mut judged = story.dossier.evaluation();
            let facets = &mut judged.verdict.facets;
            (facets.access, facets.integrity, facets.availability) = (*verdict, *verdict, *verdict);
            judged.verdict.verdict = *verdict;
            places(&write(word, &story, &judged), "", &mut found);
        }
    }
    found
}

#[test]
fn every_place_of_a_document_is_in_its_table() {
    for (mapping, (word, _)) in MAPPINGS.iter().zip(WRITERS) {
        assert_eq!(mapping.word, word);
        let written = written(word);
        let named: BTreeSet<&str> = mapping.rows.iter().flat_map(|row| parts(row.place)).collect();
        let is_below = |place: &str, of: &str| {
            place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('['))
        };
        for place in &written {
            assert!(named.iter().any(|of| is_below(place, of)), "{word}: {place} is in no row of the table");
        }
        for of in named.iter().filter(|of| **of != "bundle") {
            assert!(written.iter().any(|place| is_below(place, of)), "{word}: nothing is written to {of}");
        }
    }
}

#[test]
fn the_page_is_written_from_the_tables() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/interchange/FORMATS.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page(), "FORMATS.md is not what the tables say: run the test with UPDATE_GOLDEN=1");
}
