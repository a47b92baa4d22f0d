//! The tree of a postmortem is whole, and can be handed on as it is.

use serde_json::{Value, json};

use super::postmortem;
use super::tests::{judged, options, world};
use crate::document::{Block, Document, Part, Profile, Section};

fn document(profile: Profile) -> Document {
    let story = world();
    postmortem(&story.dossier, &story.dossier.evaluation(), &options(profile))
}

#[test]
fn every_part_is_there_in_its_order_and_can_be_found() {
    let document = document(Profile::Internal);
    let parts: Vec<(&str, &str)> = Part::ALL.iter().map(|part| (part.word(), part.label())).collect();
    let found: Vec<(&str, &str)> =
        document.sections.iter().map(|part| (part.anchor.as_str(), part.heading.as_str())).collect();
    assert_eq!(found, parts);
    let mut anchors: Vec<&str> = Vec::new();
    let mut open: Vec<&Section> = document.sections.iter().collect();
    while let Some(section) = open.pop() {
        anchors.push(&section.anchor);
        open.extend(section.blocks.iter().filter_map(|block| match block {
            Block::Section(inner) => Some(inner),
            _ => None,
        }));
    }
    let count = anchors.len();
    anchors.sort_unstable();
    anchors.dedup();
    assert_eq!(anchors.len(), count, "each anchor is one place: {anchors:?}");
}

#[test]
fn a_row_has_a_cell_for_each_column() {
    let story = judged();
    let told = postmortem(&story.dossier, &story.dossier.evaluation(), &options(Profile::Internal));
    let other = document(Profile::Internal);
    let mut open: Vec<&Block> = told.sections.iter().chain(&other.sections).flat_map(|part| &part.blocks).collect();
    let mut tables = 0;
    while let Some(block) = open.pop() {
        match block {
            Block::Section(inner) => open.extend(&inner.blocks),
            Block::Table(table) => {
                tables += 1;
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.name);
            }
            _ => {}
        }
    }
    assert!(tables > 8, "{tables}");
}

#[test]
fn handed_on_as_json_it_names_who_may_be_named() {
    let (internal, public) = (json!(document(Profile::Internal)), json!(document(Profile::Public)));
    let holds = |value: &Value, text: &str| value.to_string().contains(text);
    for secret in ["Jane Roe", "Ada", "John Doe", "skunkworks", "Jim Leak", "between us", "tracker.example"] {
        assert!(!holds(&public, secret), "{secret} in {public:#}");
    }
    assert!(holds(&internal, "Jane Roe") && holds(&public, "asker"));
    assert_eq!(internal["sections"][0]["blocks"][0]["block"], "written");
    assert_eq!(internal["sections"][0]["blocks"][0]["section"], "summary");
}
