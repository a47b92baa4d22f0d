use serde_json::{Value, json};

use super::{Draft, When};
use crate::cast::Story;
use crate::draft::{ITEMS_MAX, LINKS_MAX, LIST_MAX, tidy_list, typed_items, typed_list};
use crate::evidence::CoverageDraft;
use crate::exposure::{ExposedDraft, ExposureDraft, PathDraft, ResourceDraft, WindowDraft};
use crate::factor::FactorDraft;
use crate::finding::FindingDraft;
use crate::gap::GapDraft;
use crate::incident::IncidentDraft;
use crate::principal::PrincipalDraft;
use crate::remediation::{RemediationDraft, VerificationDraft};
use crate::timeline::EventDraft;
use crate::{Id, Refusal};

mod lines;
mod texts;

fn draft<D: serde::de::DeserializeOwned>(value: Value) -> D {
    serde_json::from_value(value).unwrap()
}

/// What comes of a draft whose list `field` has so many entries.
fn with<D: Draft>(
    story: &mut Story,
    mut value: Value,
    field: &str,
    entry: &Value,
    count: usize,
) -> Result<Id, Refusal> {
    value[field] = Value::Array(vec![entry.clone(); count]);
    let draft: D = draft(value);
    story.enter("Ada", |entry| entry.add(draft))
}

/// A list of as many entries as fit is taken, one more is refused beside its field with the limit in the sentence.
fn holds<D: Draft>(story: &mut Story, value: &Value, field: &str, entry: Value, count_max: usize) {
    assert!(with::<D>(story, value.clone(), field, &entry, count_max).is_ok(), "{field}");
    let refusal = with::<D>(story, value.clone(), field, &entry, count_max + 1).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some(field));
    assert!(refusal.sentence.contains(&format!("at most {count_max} fit")), "{}", refusal.sentence);
}

#[test]
fn every_list_of_a_draft_is_bounded_before_anything_is_done_with_it() {
    let mut story = Story::new();
    let evidence = json!(story.upload("Ada", "agent-log.jsonl"));
    let event = json!({"time": "2026-03-18", "kind": "action", "actor": {"name": "forum-agent"}});
    let event_id = json!(story.add::<EventDraft>("Ada", event.clone()));
    let gap = json!({"control": "authorization", "state": "absent", "statement": "It was too broad."});
    let factor = json!({"statement": "A permission that was too broad."});
    let factor_id = json!(story.add::<FactorDraft>("Ada", factor.clone()));
    let finding = json!({"summary": "It posted.", "facet": "integrity", "class": "misuse", "confidence": "confirmed", "role": "effect"});
    let item = json!({"title": "Narrow it", "kind": "prevent", "enforcement": "hard"});
    let principal = json!({"kind": "agent", "name": "ops-agent"});
    let head = json!({"title": "Agent answers"});
    let gap_id = json!(story.add::<GapDraft>("Ada", gap.clone()));

    holds::<EventDraft>(&mut story, &event, "evidence", json!({"id": evidence}), LINKS_MAX);
    holds::<GapDraft>(&mut story, &gap, "events", event_id.clone(), LINKS_MAX);
    holds::<GapDraft>(&mut story, &gap, "evidence", evidence.clone(), LINKS_MAX);
    holds::<FactorDraft>(&mut story, &factor, "because_of", factor_id, LINKS_MAX);
    holds::<FindingDraft>(&mut story, &finding, "evidence", evidence.clone(), LINKS_MAX);
    holds::<RemediationDraft>(&mut story, &item, "gaps", gap_id, LINKS_MAX);
    holds::<RemediationDraft>(&mut story, &item, "evidence", evidence, LINKS_MAX);
    holds::<PrincipalDraft>(&mut story, &principal, "grants", json!({"scope": "read forum"}), 200);
    for field in ["tags", "systems", "agents"] {
        holds::<IncidentDraft>(&mut story, &head, field, json!("a"), 5 * LIST_MAX);
    }
}

#[test]
fn lists_of_the_exposure_are_bounded() {
    let mut story = Story::new();
    let path = json!({"op": "read", "channel": "api"});
    let paths = |count: usize| {
        let path = |place| json!({"id": format!("p{place}"), "op": "read", "channel": "api"});
        json!((0..count).map(path).collect::<Vec<_>>())
    };
    let resource = |place: usize, count| json!({"id": format!("r{place}"), "class": "public", "paths": paths(count)});
    let set = |story: &mut Story, resources: Vec<Value>| {
        let draft: ExposureDraft = draft(json!({"resources": resources}));
        story.enter("Ada", |entry| entry.set_exposure(draft)).map_err(|refusal| refusal.sentence)
    };
    assert_eq!(set(&mut story, (0..500).map(|place| resource(place, 4)).collect()), Ok(()));
    assert!(set(&mut story, (0..501).map(|place| resource(place, 0)).collect()).unwrap_err().contains("501 entries"));
    assert!(set(&mut story, vec![resource(0, 2_001)]).unwrap_err().contains("2001 entries"));
    assert!(set(&mut story, vec![resource(0, 1_000), resource(1, 1_001)]).unwrap_err().contains("2001 entries"));
    // The exposure has 2,000 access paths and 500 resources: neither grows by one more.
    let more: PathDraft = draft(path);
    assert!(story.enter("Ada", |entry| entry.put_path(&Id::new("r0"), more)).is_err());
    let more: ResourceDraft = draft(resource(500, 0));
    assert!(story.enter("Ada", |entry| entry.put_resource(more, None)).is_err());
    let names: ExposedDraft = draft(json!({"names": vec!["a"; 1_001]}));
    assert!(story.enter("Ada", |entry| entry.set_exposed_principals(names)).is_err());
    let window: WindowDraft = draft(json!({"start_evidence": vec!["x"; LINKS_MAX + 1]}));
    let refusal = story.enter("Ada", |entry| entry.set_window(window)).unwrap_err();
    assert!(refusal.sentence.contains("at most 500 fit"), "{}", refusal.sentence);
}

#[test]
fn what_is_linked_twice_is_linked_once() {
    let mut story = Story::new();
    let evidence = story.upload("Ada", "agent-log.jsonl");
    let item =
        json!({"title": "Narrow it", "kind": "prevent", "enforcement": "hard", "evidence": [evidence, evidence]});
    let id = story.add::<RemediationDraft>("Ada", item);
    assert_eq!(story.dossier.remediations.get(&id).unwrap().evidence, std::slice::from_ref(&evidence));
    for _ in 0..3 {
        let again: VerificationDraft = draft(json!({"completion": "It holds.", "evidence": [evidence]}));
        story.enter("Grace", |entry| entry.verify_remediation(&id, again)).unwrap();
    }
    assert_eq!(story.dossier.remediations.get(&id).unwrap().evidence, [evidence]);
}

#[test]
fn a_list_typed_with_repeats_keeps_each_once_and_in_order() {
    let typed = typed_items("b, a,b\n\na, c ");
    assert_eq!(tidy_list("tags", typed), Ok(vec!["b".into(), "a".into(), "c".into()]));
    let many = (0..150_000).map(|place| format!("tag-{place}")).collect::<Vec<_>>().join(",");
    let refusal = tidy_list("tags", typed_items(&many)).unwrap_err();
    assert!(refusal.sentence.contains("These are 150000 entries"), "{}", refusal.sentence);
}

#[test]
fn an_item_of_a_list_is_one_item_and_is_typed_as_one() {
    let names = ["Roe, Ann", "CN=bot,OU=Agents,DC=example", "plain", "\"quoted\"", "a \"b\", c", "a;b"];
    let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    assert_eq!(tidy_list("tags", names.clone()), Ok(names.clone()));
    assert_eq!(typed_items(&typed_list(&names)), names, "what is shown in a form is read back from it");
    for broken in ["a\nb", "a\rb", "a\u{85}b"] {
        assert!(tidy_list("tags", vec![broken.into()]).is_err(), "{broken:?}");
    }
    assert_eq!(typed_items("\"say\" so, \"open, x"), ["\"say\" so", "\"open", "x"], "quotes may be words");
    assert_eq!(typed_items(" ,\n, "), [""; 0]);
}

proptest::proptest! {
    #[test]
    fn any_list_is_read_back_from_how_it_is_typed(items in proptest::collection::vec("[a,\" ;x]{0,6}", 0..5)) {
        let items: Vec<String> = items.iter().map(|item| item.trim().to_string()).filter(|item| !item.is_empty()).collect();
        proptest::prop_assert_eq!(typed_items(&typed_list(&items)), items);
    }
}

#[test]
fn gaps_of_coverage_are_bounded() {
    let mut story = Story::new();
    let evidence = story.upload("Ada", "agent-log.jsonl");
    let exposure: ExposureDraft = draft(
        json!({"resources": [{"id": "r", "class": "public", "paths": [{"id": "p", "op": "read", "channel": "api"}]}]}),
    );
    story.enter("Ada", |entry| entry.set_exposure(exposure)).unwrap();
    let coverage = json!({"evidence": evidence, "cell": "r/p", "from": "2026-03-18", "to": "2026-03-20", "mode": "all", "completeness": "none"});
    let gap = json!({"from": "2026-03-18 10:00", "to": "2026-03-18 11:00", "reason": "restarted"});
    holds::<CoverageDraft>(&mut story, &coverage, "gaps", gap, 200);
}

#[test]
fn many_new_names_are_made_and_found_without_looking_through_all_of_them() {
    let mut story = Story::new();
    let event = |place: usize| -> EventDraft {
        draft(
            json!({"time": "2026-03-18", "kind": "action", "actor": {"kind": "human", "name": format!("Person {}", place / 2)}}),
        )
    };
    let before = story.dossier.principals.len();
    story
        .enter("Ada", |entry| (0..ITEMS_MAX).map(|place| entry.add(event(place))).collect::<Result<Vec<_>, _>>())
        .unwrap();
    assert_eq!(story.dossier.principals.len() - before, ITEMS_MAX / 2);
    // Any case, any kind where none is said, and a deleted one is no longer found.
    let found = |story: &mut Story, actor: Value| {
        let id = story.add::<EventDraft>("Ada", json!({"time": "unknown", "kind": "note", "actor": actor}));
        story.dossier.events.get(&id).unwrap().actor.clone()
    };
    let seven = found(&mut story, json!({"kind": "human", "name": "Person 7"}));
    assert_eq!(found(&mut story, json!({"name": "PERSON 7"})), seven);
    let agent = found(&mut story, json!({"kind": "agent", "name": "person 7"}));
    assert_ne!(agent, seven);
    story.enter("Ada", |entry| entry.delete::<crate::principal::Principal>(&seven)).unwrap();
    assert_eq!(found(&mut story, json!({"name": "Person 7"})), agent);
}

#[test]
fn names_of_zones_and_accounts_are_no_place_for_long_texts() {
    let mut story = Story::new();
    let long = "x".repeat(1_000_000);
    let when: When = draft(json!({"earliest": null, "latest": null, "zone": long}));
    assert!(story.enter("Ada", |entry| when.read("time", entry)).is_err());
    let principal: PrincipalDraft = draft(json!({"kind": "human", "name": "Rita", "account": long}));
    assert_eq!(story.enter("Ada", |entry| entry.add(principal)).unwrap_err().field.as_deref(), Some("account"));
}
