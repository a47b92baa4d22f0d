//! Names are replaced where they refer to somebody; what people wrote stands, or waits for a decision.

use proptest::prelude::*;
use serde_json::json;

use super::{LEFT_OUT, UNDECIDED, public};
use crate::Id;
use crate::casefile::Noun;
use crate::cast::Story;
use crate::export::tests::{options, text};
use crate::export::{Format, Profile, timeline_csv};
use crate::postmortem::NarrativeDraft;
use crate::principal::PrincipalDraft;
use crate::remediation::RemediationDraft;
use crate::timeline::EventDraft;
use crate::wording::{PrivateText, WordingDraft};

fn written(story: &Story) -> String {
    text(&story.dossier, Format::Markdown, &options(Profile::Public))
}

fn event(story: &mut Story, kind: &str, name: &str, body: &str) -> Id {
    story.add::<EventDraft>(
        "Ada",
        json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": kind, "name": name}, "body": body}),
    )
}

fn decide(story: &mut Story, text: &PrivateText, choice: &str) -> Result<Id, crate::Refusal> {
    let draft =
        json!({"noun": text.noun, "record": text.record, "field": text.field, "digest": text.digest, "choice": choice});
    story.enter("Ada", |entry| entry.decide_wording(serde_json::from_value::<WordingDraft>(draft).unwrap()))
}

#[test]
fn a_word_that_is_also_a_name_stays_in_prose() {
    let mut story = Story::new();
    for name in ["engineers", "not published", "all", "40", "Security team"] {
        story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": name}));
    }
    let body = "The engineers saw it, 40 in all; how many more is not published. The Security team was told.";
    let id = event(&mut story, "human", "engineers", body);
    story.add::<NarrativeDraft>("Ada", json!({"section": "summary", "body": body}));
    let (shown, removed) = public(&story.dossier);
    assert_eq!(shown.events.get(&id).unwrap().body, body);
    assert_eq!(removed.texts, []);
    let text = written(&story);
    assert_eq!(text.matches("The engineers saw it, 40 in all; how many more is not published.").count(), 2, "{text}");
    assert!(!text.contains("engineers (human)"), "referred to, it is replaced: {text}");
}

#[test]
fn several_who_are_only_counted_are_a_number() {
    let mut story = Story::new();
    let draft = serde_json::from_value(json!({ "names": ["Wilhelmina Asker", "Bea"], "count": 40 })).unwrap();
    story.enter("Ada", |entry| entry.set_exposed_principals(draft)).unwrap();
    let (shown, _) = public(&story.dossier);
    let listed = &shown.exposures.iter().next().unwrap().principals;
    let listed: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.count)).collect();
    assert_eq!(listed, [("withheld", None), ("withheld", None), ("in all", Some(40))]);
}

#[test]
fn a_text_with_a_private_name_waits_for_a_decision_that_is_remembered() {
    let mut story = Story::new();
    story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Wilhelmina Asker", "private": true}));
    let body = "Then *Wilhelmina Asker* followed the advice.";
    let id = event(&mut story, "human", "Wilhelmina Asker", body);
    let open = story.dossier.private_texts();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].noun, &open[0].record, open[0].field.as_str()), (Noun::Event, &id, "body"));
    let text = written(&story);
    assert!(text.contains("this text holds a private name") && !text.contains("Asker"), "{text}");
    assert!(text.contains("**Not decided:** 1 text holds") && text.contains(": body"), "{text}");
    for (choice, said) in
        [("replace", "Then *private human 1* followed the advice."), ("remove", LEFT_OUT), ("keep", body)]
    {
        let text = story.dossier.private_texts().remove(0);
        decide(&mut story, &text, choice).unwrap();
        let shown = public(&story.dossier).0;
        assert_eq!(shown.events.get(&id).unwrap().body, said, "{choice}");
        assert!(!written(&story).contains("Not decided"), "{choice}");
    }
    let text = written(&story);
    assert_eq!(text.matches("Wilhelmina").count(), text.matches("Then *Wilhelmina Asker* followed").count(), "{text}");
    // Whoever changes the text, or makes another name in it private, is asked again.
    let old = story.dossier.private_texts().remove(0);
    story.revise::<EventDraft>(
        "Ada",
        &id,
        json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"name": "Wilhelmina Asker"}, "body": "Wilhelmina Asker left with Bea."}),
    );
    assert_eq!(story.dossier.private_texts()[0].choice, None);
    let refusal = decide(&mut story, &old, "keep").unwrap_err();
    assert!(refusal.sentence.contains("changed meanwhile"), "{refusal}");
    let text = story.dossier.private_texts().remove(0);
    decide(&mut story, &text, "keep").unwrap();
    story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Bea", "private": true}));
    assert_eq!(story.dossier.private_texts()[0].choice, None);
    assert_eq!(story.dossier.private_texts()[0].names, ["Bea", "Wilhelmina Asker"]);
}

/// What is worked out from the case file repeats what people wrote: the reason of a hole, the names of paths.
#[test]
fn a_name_that_is_also_a_word_changes_no_sentence_of_ours() {
    let mut story = Story::new();
    let before = story.dossier.evaluation().verdict;
    for name in ["No", "Window", "The", "Resources", "known", "open"] {
        story.add::<crate::principal::PrincipalDraft>("Ada", json!({"kind": "human", "name": name, "private": true}));
    }
    let said = written(&story);
    assert!(said.contains(&before.statement), "{} is not in {said}", before.statement);
    let case = crate::export::case_json(&story.dossier, &story.dossier.evaluation(), &options(Profile::Public));
    for gate in &before.gates {
        assert!(case.contains(&gate.detail), "{} is not in {case}", gate.detail);
    }
}

#[test]
fn what_is_computed_names_nobody_either() {
    let mut story = Story::new();
    story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Wilhelmina Asker", "private": true}));
    story.add::<PrincipalDraft>("Ada", json!({"kind": "agent", "name": "bot", "model": "tuned by Wilhelmina Asker"}));
    let log = story.upload("Ada", "log.jsonl");
    let resource = json!({ "id": "Wilhelmina Asker mailbox", "class": "internal", "note": "of Wilhelmina Asker",
        "paths": [{ "id": "Asker api", "op": "read", "channel": "api" },
            { "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": "Wilhelmina Asker closed it." }] });
    story.enter("Ada", |entry| entry.put_resource(serde_json::from_value(resource).unwrap(), None)).unwrap();
    let window = json!({ "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" });
    story.enter("Ada", |entry| entry.set_window(serde_json::from_value(window).unwrap())).unwrap();
    story.add::<crate::evidence::CoverageDraft>(
        "Ada",
        json!({ "resource": "Wilhelmina Asker mailbox", "path": "Asker api", "evidence": log, "from": "2026-03-18T17:00:00Z",
            "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "none",
            "gaps": [{ "from": "2026-03-18T17:10:00Z", "to": "2026-03-18T17:20:00Z", "reason": "Wilhelmina Asker rotated it" }] }),
    );
    let draft = json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": "bot"}, "trace": "sess-Wilhelmina Asker-7"});
    story.add::<EventDraft>("Ada", draft);
    let options = options(Profile::Public);
    let case = crate::export::case_json(&story.dossier, &story.dossier.evaluation(), &options);
    for text in [written(&story), case, timeline_csv(&story.dossier, &options)] {
        assert!(!text.to_lowercase().contains("asker") && !text.contains("Wilhelmina"), "{text}");
    }
    assert!(written(&story).contains("private human 1 mailbox"), "{}", written(&story));
    // Inside, it says all of it.
    let whole = text(&story.dossier, Format::Markdown, &crate::export::tests::options(Profile::Internal));
    for said in
        ["Wilhelmina Asker rotated it", "Wilhelmina Asker closed it.", "of Wilhelmina Asker", "sess-Wilhelmina Asker-7"]
    {
        assert!(whole.contains(said), "{said} in\n{whole}");
    }
}

#[test]
fn two_places_that_differ_only_in_a_private_name_stay_two() {
    let mut story = Story::new();
    for name in ["Wilhelmina Asker", "Wilhelmina"] {
        story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": name, "private": true}));
    }
    story.add::<PrincipalDraft>("Ada", json!({"kind": "agent", "name": "skunk-bot", "private": true}));
    let log = story.upload("Ada", "log.jsonl");
    let ids = ["skunk-bot inbox", "Skunk-Bot inbox", "SKUNK-BOT inbox", "private agent 3 inbox", "open"];
    for id in ids {
        let resource = json!({ "id": id, "class": "internal", "paths": [
            { "id": "skunk-bot api", "op": "read", "channel": "api" }, { "id": "Skunk-bot api", "op": "write", "channel": "api" }] });
        story.enter("Ada", |entry| entry.put_resource(serde_json::from_value(resource).unwrap(), None)).unwrap();
    }
    let window = json!({ "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" });
    story.enter("Ada", |entry| entry.set_window(serde_json::from_value(window).unwrap())).unwrap();
    story.add::<crate::evidence::CoverageDraft>(
        "Ada",
        json!({ "resource": "Skunk-Bot inbox", "path": "Skunk-bot api", "evidence": log, "from": "2026-03-18T17:00:00Z",
            "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "none" }),
    );
    let (shown, _) = public(&story.dossier);
    let listed = &shown.exposures.iter().next().unwrap().resources;
    let names: std::collections::BTreeSet<&str> = listed.iter().map(|resource| resource.id.as_str()).collect();
    assert_eq!(names.len(), ids.len(), "{names:?}");
    assert!(names.contains("open") && names.iter().all(|name| !name.to_lowercase().contains("skunk")), "{names:?}");
    assert!(listed.iter().all(|resource| resource.paths[0].id != resource.paths[1].id), "{listed:?}");
    // What refers to one still refers to the same, also in what is worked out.
    let coverage = shown.coverage.iter().next().unwrap();
    assert_eq!((&coverage.resource, &coverage.path), (&listed[1].id, &listed[1].paths[1].id));
    let case = crate::export::case_json(&story.dossier, &story.dossier.evaluation(), &options(Profile::Public));
    let case: serde_json::Value = serde_json::from_str(&case).unwrap();
    let cells = case["verdict"]["cells"].as_array().unwrap();
    let cells: Vec<_> = cells.iter().map(|cell| (cell["resource"].as_str(), cell["path"].as_str())).collect();
    let ways = listed
        .iter()
        .flat_map(|resource| resource.paths.iter().map(|path| (Some(resource.id.as_str()), Some(path.id.as_str()))));
    let sorted = |ways: Vec<(Option<&str>, Option<&str>)>| {
        ways.into_iter().map(|(one, other)| format!("{one:?} {other:?}")).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sorted(cells), sorted(ways.collect()));
    let text = written(&story);
    for name in &names {
        assert!(text.contains(*name), "{name} in {text}");
    }
}

/// Names of planted people, which stand in no other text.
fn planted() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["Zorba Quell", "Ümit Ötzi", "vexbot-9", "Кира Лис", "梅小路", "O’Nyx Prill", "Ixmul"])
        .prop_map(str::to_string)
}

/// A sentence, with a place for a name; and whether it takes one.
fn sentence() -> impl Strategy<Value = (String, bool)> {
    let plain = prop::sample::select(vec![
        "The engineers were paged, 40 in all.",
        "Who read it is not published.",
        "An *agent* posted `rm -rf`; the asker followed.",
        "| a | b |\n|---|---|\n| engineers | all |",
        "```\nengineers = 40\n```",
        "See <redacted> and [all](https://example.org/all).",
        "Security team\n\n- engineers\n- all",
    ]);
    let naming = prop::sample::select(vec![
        "Then {} answered.",
        "It was **{}**, and nobody else.",
        "Ask ({}), said the engineers.",
        "- one\n- {}\n- 40 in all",
        "> {} wrote this",
    ]);
    prop_oneof![plain.prop_map(|text| (text.to_string(), false)), naming.prop_map(|text| (text.to_string(), true)),]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn prose_stands_as_written_and_planted_names_are_gone_or_listed(
        name in planted(),
        kind in prop::sample::select(vec!["human", "agent", "service"]),
        sentences in prop::collection::vec(sentence(), 1..8),
        raise in any::<bool>(),
    ) {
        let mut story = Story::new();
        for word in ["engineers", "all", "asker", "Security team", "not published"] {
            story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": word}));
        }
        story.add::<PrincipalDraft>("Ada", json!({"kind": kind, "name": name, "private": true}));
        let mut texts = Vec::new();
        for (place, (text, names)) in sentences.iter().enumerate() {
            let spelt = if raise && !name.contains('小') { name.to_uppercase() } else { name.clone() };
            let body = text.replace("{}", &spelt);
            let id = match place {
                0 => story.add::<NarrativeDraft>("Ada", json!({"section": "what_happened", "body": body})),
                1 => story.add::<RemediationDraft>("Ada", json!({"title": "Gate", "kind": "prevent", "enforcement": "hard", "owner": name, "acceptance_test": body})),
                _ => story.add::<EventDraft>("Ada", json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": kind, "name": name}, "resource": name, "body": body})),
            };
            texts.push((id, body, *names));
        }
        let (shown, removed) = public(&story.dossier);
        for (place, (id, body, names)) in texts.iter().enumerate() {
            let is = match place {
                0 => shown.narratives.get(id).unwrap().body.clone(),
                1 => shown.remediations.get(id).unwrap().acceptance_test.clone(),
                _ => shown.events.get(id).unwrap().body.clone(),
            };
            let listed = removed.texts.iter().any(|text| text.record == *id && text.choice.is_none());
            prop_assert_eq!(listed, *names, "{}", body);
            prop_assert_eq!(is.as_str(), if *names { UNDECIDED } else { body.as_str() });
        }
        let everything = written(&story) + &timeline_csv(&story.dossier, &options(Profile::Public));
        let lowered = everything.to_lowercase();
        for part in name.split([' ', '-']).filter(|part| part.chars().count() > 2) {
            prop_assert!(!lowered.contains(&part.to_lowercase()), "{part} in\n{everything}");
        }
    }
}

#[test]
fn names_that_are_withheld_elsewhere_are_asked_about_in_prose() {
    let mut story = Story::new();
    let claim = json!({"statement": "It began.", "field": "start", "source": "Zadkiel Orm", "source_kind": "anonymous", "touches": "window"});
    story.add::<crate::claim::ClaimDraft>("Ada", claim);
    let draft = serde_json::from_value(json!({ "names": ["Wilhelmina Asker", "engineers"] })).unwrap();
    story.enter("Ada", |entry| entry.set_exposed_principals(draft)).unwrap();
    let gone = story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Tove Quist", "private": true}));
    story.enter("Ada", |entry| entry.remove::<crate::principal::Principal>(&gone)).unwrap();
    for (body, names) in [
        ("Zadkiel Orm told us.", vec!["Zadkiel Orm"]),
        ("zadkiel órm told us.", vec!["Zadkiel Orm"]),
        ("Then **Wilhelmina** Asker saw it.", vec!["Wilhelmina Asker"]),
        ("Tove Quist was asked.", vec!["Tove Quist"]),
        ("The engineers saw it; anonymous posts followed.", vec![]),
    ] {
        let known = story.dossier.clone();
        let mut story = Story::filed(12, 40);
        story.dossier = known;
        let id = event(&mut story, "agent", "forum-agent", body);
        let found: Vec<_> = public(&story.dossier).1.texts.into_iter().filter(|text| text.record == id).collect();
        assert_eq!(found.iter().flat_map(|text| text.names.clone()).collect::<Vec<_>>(), names, "{body}");
        assert_eq!(written(&story).contains(body), names.is_empty(), "{body}");
    }
}

#[test]
fn an_id_that_is_a_private_name_is_not_shown_either() {
    let mut story = Story::new();
    let asker = json!({"kind": "human", "name": "Wilhelmina Asker", "private": true});
    story.add::<PrincipalDraft>("Ada", asker);
    let bot = story.add::<PrincipalDraft>("Ada", json!({"kind": "agent", "name": "bot"}));
    let known = story.dossier.principals.get(&bot).unwrap().record.clone();
    let named = crate::principal::Principal { account: Some(Id::new("Wilhelmina Asker")), ..known };
    story
        .enter("Ada", |entry| {
            entry.put(named);
            Ok(())
        })
        .unwrap();
    let (shown, _) = public(&story.dossier);
    let account = shown.principals.get(&bot).unwrap().account.clone().unwrap();
    assert!(!account.as_str().contains("Asker"), "{account}");
}
