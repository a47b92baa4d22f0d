//! Claims that disagree.

use serde_json::{Value, json};

use super::ClaimDraft;
use crate::Id;
use crate::cast::Story;
use crate::verdict::GateName;

/// Adds a claim as the API does; `touches` is left out where it is empty.
fn claim(story: &mut Story, field: &str, value: &str, touches: &str) -> Id {
    let mut sent = json!({ "statement": "So they say.", "field": field, "value": value, "source": "Press", "source_kind": "press" });
    if !touches.is_empty() {
        sent["touches"] = json!(touches);
    }
    let draft: ClaimDraft = serde_json::from_value(sent).unwrap();
    story.enter("Ada", |entry| entry.put_claim(None, draft)).unwrap()
}

/// What the one conflict touches, as the verdict sees it.
fn touched(story: &Story) -> Vec<Value> {
    let facts = story.dossier.facts();
    assert_eq!(facts.conflicts.len(), 1, "{:?}", facts.conflicts);
    facts.conflicts[0].touches.iter().map(|touches| json!(touches)).collect()
}

fn passes(story: &Story) -> bool {
    let gates = story.dossier.evaluation().verdict.gates;
    gates.iter().find(|gate| gate.gate == GateName::G10).unwrap().passes
}

#[test]
fn a_conflict_touches_what_any_of_its_claims_touches_in_whatever_order_they_come() {
    for order in [["window", ""], ["", "window"]] {
        let mut story = Story::new();
        let first = claim(&mut story, "end", "a", order[0]);
        claim(&mut story, "end", "b", order[1]);
        assert!(touched(&story).contains(&json!("window")) && !passes(&story), "{order:?}");
        // One that is saved as it is changes nothing.
        let was = touched(&story);
        let mut same = json!({ "statement": "So they say.", "field": "end", "value": "a", "source": "Press", "source_kind": "press" });
        if !order[0].is_empty() {
            same["touches"] = json!(order[0]);
        }
        let draft: ClaimDraft = serde_json::from_value(same).unwrap();
        story.enter("Ada", |entry| entry.put_claim(Some(&first), draft)).unwrap();
        assert_eq!(touched(&story), was, "{order:?}");
    }
    for order in [["window", "resources"], ["resources", "window"]] {
        let mut story = Story::new();
        claim(&mut story, "end", "a", order[0]);
        claim(&mut story, "end", "b", order[1]);
        assert!(order.iter().all(|touches| touched(&story).contains(&json!(touches))), "{order:?}");
    }
}

#[test]
fn a_matter_is_the_same_however_it_is_spelt() {
    let table = [
        ("gr\u{f6}\u{df}e", "gro\u{308}\u{df}e"),
        ("exposure end", "Exposure  End"),
        ("end", "\u{ff25}\u{ff2e}\u{ff24}"),
        ("end", "END "),
    ];
    for (one, other) in table {
        let mut story = Story::new();
        claim(&mut story, one, "a", "window");
        claim(&mut story, other, "b", "window");
        assert!(story.dossier.conflicts.len() == 1 && !passes(&story), "{one} {other}");
    }
    // And equal values are no conflict.
    let mut story = Story::new();
    claim(&mut story, "size", "gr\u{f6}\u{df}e", "window");
    claim(&mut story, "size", "Gro\u{308}\u{df}e", "window");
    assert_eq!(story.dossier.conflicts.len(), 0);
}

#[test]
fn claims_are_compared_by_the_rule_for_names() {
    for (one, other) in
        [("exposure end", "exposure  end"), ("Kim’s count", "kim's count"), ("İ", "i"), ("end-time", "end‑time")]
    {
        let open = |claims: [(&str, &str); 2]| {
            let mut story = Story::new();
            claims.iter().for_each(|(field, value)| {
                claim(&mut story, field, value, "");
            });
            let conflicts = story.dossier.conflicts.iter();
            conflicts.filter(|conflict| story.dossier.is_open(&conflict.record)).count()
        };
        assert_eq!(open([(one, "1"), (other, "2")]), 1, "{one} {other}");
        assert_eq!(open([("matter", one), ("matter", other)]), 0, "{one} {other} are one value");
    }
}

#[test]
fn a_matter_is_kept_as_it_was_written() {
    let mut story = Story::new();
    let claim = json!({"statement": "s", "field": "Größe", "value": "ＧＲＯẞ", "source": "A", "source_kind": "press"});
    let id = story.add::<ClaimDraft>("Ada", claim);
    let kept = story.dossier.claims.get(&id).unwrap();
    assert_eq!((kept.field.as_str(), kept.value.as_str()), ("größe", "ＧＲＯẞ"));
}
