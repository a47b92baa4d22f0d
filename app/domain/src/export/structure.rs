//! A document has the headings of its form and no others, whatever anybody types into any field.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use comrak::Arena;
use comrak::nodes::NodeValue;
use proptest::prelude::*;
use serde_json::Value;

use super::tests::{judged, options, world};
use super::{Profile, markdown, postmortem};
use crate::casefile::{Dossier, redact::is_text};
use crate::markdown::tests::{hostile, is_foreign, read, seen};

/// A case file with every text in it replaced; each new one ends with a word that tells its field. Another small word
/// behind it keeps every name a role, which stands for itself, whatever is before it.
fn filled(dossier: &Dossier, mut text: impl FnMut(usize) -> String) -> Dossier {
    let mut filled = Dossier { version: dossier.version, number: dossier.number, ..Dossier::default() };
    let mut count = 0;
    for (noun, _, version, deleted, mut value) in dossier.documents() {
        fill(&mut value, "", &mut |path, old| {
            count += 1;
            is_text(noun, path)
                .then(|| if old.is_empty() { old.to_string() } else { format!("{} zq{count}q so", text(count)) })
        });
        filled.load(noun, version, deleted, &value.to_string()).expect("only texts changed");
    }
    filled
}

fn fill(value: &mut Value, path: &str, text: &mut impl FnMut(&str, &str) -> Option<String>) {
    match value {
        Value::Array(items) => {
            items.iter_mut().filter(|item| !item.is_string()).for_each(|item| fill(item, path, text))
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                fill(field, &path, text);
            }
        }
        Value::String(old) => {
            if let Some(new) = text(path, old) {
                *old = new;
            }
        }
        _ => {}
    }
}

/// The headings of a document with their levels, below which of them each field's word stands, and what stands at its top.
#[derive(Debug, PartialEq)]
struct Shape {
    headings: Vec<(u8, String)>,
    words: BTreeMap<String, BTreeSet<usize>>,
    tables: usize,
    foreign: usize,
    /// All that can be read in it.
    read: String,
}

fn shape(markdown: &str) -> Shape {
    let arena = Arena::new();
    let mut shape = Shape { headings: Vec::new(), words: BTreeMap::new(), tables: 0, foreign: 0, read: String::new() };
    for node in read(&arena, markdown).descendants() {
        let value = &node.data.borrow().value;
        match value {
            NodeValue::Heading(heading) => {
                let said: String = node.descendants().skip(1).map(|part| seen(&part.data.borrow().value)).collect();
                shape.headings.push((heading.level, if said.contains("zq") { String::new() } else { said }));
            }
            NodeValue::Table(_)
                if node.parent().is_some_and(|up| matches!(up.data.borrow().value, NodeValue::Document)) =>
            {
                shape.tables += 1;
            }
            // Sources are cited by footnotes of ours.
            NodeValue::FootnoteDefinition(_) | NodeValue::FootnoteReference(_) => shape.foreign += 1000,
            other => shape.foreign += usize::from(is_foreign(other)),
        }
        let text = seen(value);
        shape.read.push_str(&text);
        for word in small_words(&text) {
            if word.starts_with("zq") && word.ends_with('q') {
                shape.words.entry(word.into()).or_default().insert(shape.headings.len());
            }
        }
    }
    shape
}

/// The words that stand for a field or in one of our texts.
fn small_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 3 && word.starts_with('z'))
}

/// How many rounds: each writes a text of its own into every field. `TEXTS=10000` sends that many through each.
fn rounds() -> u32 {
    std::env::var("TEXTS").ok().and_then(|count| count.parse().ok()).unwrap_or(250)
}

/// The text for a field, every word of which is another one in every field.
fn own(text: &str, field: usize) -> String {
    text.replace("zw", &format!("zf{field}x"))
}

fn written(dossier: &Dossier, profile: Profile) -> String {
    markdown::write(&postmortem(dossier, &dossier.evaluation(), &options(profile)))
}

/// Two case files, with the shape of their documents when nobody writes anything odd.
static PLAIN: LazyLock<Vec<(Dossier, Profile, Shape)>> = LazyLock::new(|| {
    let files = [world().dossier, judged().dossier].into_iter();
    let profiles = |file: Dossier| [Profile::Internal, Profile::Public].map(|profile| (file.clone(), profile));
    files
        .flat_map(profiles)
        .map(|(file, profile)| {
            let shape = shape(&written(&filled(&file, |_| "plain".into()), profile));
            (file, profile, shape)
        })
        .collect()
});

proptest! {
    // Each case writes forty texts into the fields of two case files, in two profiles: 10,000 texts in all.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(rounds()) })]

    #[test]
    fn no_text_changes_the_shape_of_a_document(texts in prop::collection::vec(hostile(), 40)) {
        for (file, profile, expected) in PLAIN.iter() {
            let text = |field: usize| own(&texts[field % texts.len()].0, field);
            let markdown = written(&filled(file, text), *profile);
            let found = shape(&markdown);
            prop_assert_eq!(&found.headings, &expected.headings, "{}", markdown);
            prop_assert_eq!((found.foreign, found.tables >= expected.tables), (expected.foreign, true), "{}", markdown);
            for (word, places) in &found.words {
                let known = expected.words.get(word).cloned().unwrap_or_default();
                prop_assert!(places.is_subset(&known), "{word} stands under {places:?} instead of {known:?}\n{markdown}");
            }
            // Nothing is swallowed: the field is there, and every word that was typed into it.
            for word in expected.words.keys() {
                prop_assert!(found.words.contains_key(word), "{word} is lost\n{markdown}");
                let field = word.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
                for typed in small_words(&text(field)) {
                    prop_assert!(found.read.contains(typed), "{typed} is lost in {profile:?}\n{}\n---\n{markdown}", text(field));
                }
            }
        }
    }
}
