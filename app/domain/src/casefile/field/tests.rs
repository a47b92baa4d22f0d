//! Every field of every noun is said to hold something, and what is said of a field that is none is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::casefile::Noun;

/// The fields of a schema that hold texts or words, by their paths, with the names of their types.
fn leaves(schema: &Value, types: &Value, path: &str, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        let has_fields = ["properties", "oneOf", "anyOf"].iter().any(|part| !types[name][part].is_null());
        match name {
            "Stamp" | "TimeRange" => {}
            "Person" if path.ends_with("by") => {}
            _ if has_fields => leaves(&types[name], types, path, found),
            _ => drop(found.insert(path.into(), name.into())),
        }
        return;
    }
    for part in ["anyOf", "oneOf", "allOf"] {
        schema[part].as_array().into_iter().flatten().for_each(|one| leaves(one, types, path, found));
    }
    schema["properties"].as_object().into_iter().flatten().for_each(|(name, field)| {
        leaves(field, types, &below(name), found);
    });
    if !schema["items"].is_null() {
        leaves(&schema["items"], types, path, found);
    } else if schema["type"].to_string().contains("string") {
        found.insert(path.into(), "string".into());
    }
}

fn fields_of(noun: Noun) -> BTreeMap<String, String> {
    let (schema, mut found) = (noun.schema(), BTreeMap::new());
    leaves(&schema, &schema["$defs"], "", &mut found);
    found
}

#[test]
fn every_field_of_every_noun_is_said_to_hold_something() {
    for noun in Noun::ALL {
        let fields = noun.definition().fields();
        for (path, kind) in fields_of(*noun) {
            assert!(fields.holds(&path).is_some(), "{}: say what {path} ({kind}) holds, in its FIELDS", noun.word());
        }
    }
}

#[test]
fn no_list_names_a_field_that_is_none_or_names_one_twice() {
    for noun in Noun::ALL {
        let fields = noun.definition().fields();
        let known: BTreeSet<String> = fields_of(*noun).into_keys().collect();
        let lists = [fields.texts, fields.people, fields.names, fields.things, fields.places];
        let more = [fields.references, fields.instants, fields.codes];
        let said = lists.into_iter().chain(more).flatten().copied();
        let said: Vec<&str> = said.chain(fields.words.iter().map(|(path, _)| *path)).collect();
        for path in &said {
            assert!(known.contains(*path), "{}: {path} is no field", noun.word());
            assert_eq!(said.iter().filter(|other| other == &path).count(), 1, "{}: {path} stands twice", noun.word());
        }
        for (path, _) in fields.told {
            assert!(fields.texts.contains(path), "{}: {path} is told, and no text", noun.word());
        }
    }
}

#[test]
fn a_path_is_known_with_and_without_places_in_lists() {
    let fields = Noun::Principal.definition().fields();
    assert_eq!(fields.holds("grants.0.approver"), Some(Holds::Person));
    assert_eq!(fields.holds("grants.approver"), Some(Holds::Person));
    assert_eq!(fields.holds("pin.pinned.by.name"), Some(Holds::Name));
    assert_eq!(fields.holds("nothing.of_it"), None);
}

#[test]
fn what_is_emptied_stays_of_its_kind() {
    let mut value = json!({ "note": "x", "custody": [1], "pin": { "a": 1 }, "list": [{ "note": "y" }], "n": 3 });
    ["note", "custody", "pin", "list.note", "n", "absent"].iter().for_each(|path| empty(&mut value, path));
    assert_eq!(value, json!({ "note": "", "custody": [], "list": [{ "note": "" }], "n": 3 }));
}
