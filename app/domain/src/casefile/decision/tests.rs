use serde_json::{Value, json};

use super::*;
use crate::cast::Story;

fn decided(time: &str, statement: &str) -> Value {
    json!({ "time": time, "statement": statement, "decided_by": "Ines Roe", "grounds": "It **posts** again." })
}

#[test]
fn decisions_stand_in_the_order_of_their_time() {
    let mut story = Story::new();
    story.add::<DecisionDraft>("Ada", decided("unknown", "Tell the press"));
    story.add::<DecisionDraft>("Ada", decided("2026-03-18 17:40", "Stop it"));
    story.add::<DecisionDraft>("Ada", decided("2026-03-18 17:10", "Leave it running"));
    let order: Vec<&str> = story.dossier.decisions_in_order().iter().map(|one| one.statement.as_str()).collect();
    assert_eq!(order, ["Leave it running", "Stop it", "Tell the press"]);
}

#[test]
fn what_and_who_are_asked_for() {
    let mut story = Story::new();
    for (field, value) in [("statement", ""), ("decided_by", " ")] {
        let mut sent = decided("2026-03-18 17:40", "Stop it");
        sent[field] = json!(value);
        let draft: DecisionDraft = serde_json::from_value(sent).unwrap();
        assert_eq!(story.enter("Ada", |entry| entry.add(draft)).unwrap_err().field.as_deref(), Some(field));
    }
}

#[test]
fn who_decided_is_not_named_in_public() {
    let mut story = Story::new();
    story.add::<DecisionDraft>("Ada", decided("2026-03-18 17:40", "Stop it, says Ines Roe"));
    let open = story.dossier.private_texts();
    assert_eq!(open.len(), 1, "the sentence waits for a decision about the name in it");
    assert_eq!(open[0].names, ["Ines Roe"]);
}

#[test]
fn a_document_tells_it_and_names_nobody_in_public() {
    use crate::export::tests::{options, text};
    use crate::export::{Format, Profile};
    let mut story = Story::new();
    story.add::<DecisionDraft>("Ada", decided("2026-03-18 17:40", "Stop it"));
    let told = |profile| text(&story.dossier, Format::Markdown, &options(profile));
    let (internal, public) = (told(Profile::Internal), told(Profile::Public));
    assert!(
        internal.contains("Stop it, decided by Ines Roe") && internal.contains("It **posts** again."),
        "{internal}"
    );
    assert!(public.contains("Stop it, decided by person ") && !public.contains("Ines"), "{public}");
}
