//! A change of logging breaks what follows it until it is explained and accepted.

use serde_json::json;

use super::ExplanationDraft;
use crate::cast::Story;
use crate::evidence::{CoverageDraft, Evidence};
use crate::exposure::{ResourceDraft, WindowDraft};
use crate::reader::log::LoggingChange;
use crate::review::ReviewDraft;
use crate::timeline::{EventDraft, Outcome};
use crate::{Id, Instant, Refusal};

fn change(action: &str, at: &str, line: u64) -> LoggingChange {
    LoggingChange {
        at: Some(Instant::parse(at).unwrap()),
        action: action.into(),
        actor: "robot".into(),
        resource: "data".into(),
        outcome: Outcome::Success,
        line,
        command: None,
        place: None,
    }
}

/// A log of two hours, stopped after one of them, that two people reviewed.
fn stopped() -> (Story, Id) {
    let mut story = Story::new();
    let log = story.upload("Ada", "trail.jsonl");
    let window: WindowDraft = serde_json::from_value(json!({"start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [log], "end_evidence": [log]})).unwrap();
    story.enter("Ada", |entry| entry.set_window(window)).unwrap();
    let resource: ResourceDraft = serde_json::from_value(
        json!({"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}),
    )
    .unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    story.add::<CoverageDraft>("Ada", json!({"evidence": log, "cell": "repo-a/api-read", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "sequence"}));
    for reader in ["Grace", "Alan"] {
        story.add::<ReviewDraft>(reader, json!({"evidence": log, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "depth": "content", "method": "full", "outcome": "authorised_only"}));
    }
    let id = log.clone();
    story
        .enter("Ada", move |entry| {
            let mut item: Evidence = entry.get(&id)?.record;
            item.logging_changes = vec![change("StopLogging", "2026-03-18T18:00:00Z", 7)];
            entry.put(item);
            Ok(())
        })
        .unwrap();
    (story, log)
}

fn complete(story: &Story) -> f64 {
    story.dossier.evaluation().verdict.coverage.complete_min
}

fn g6(story: &Story) -> bool {
    let evaluation = story.dossier.evaluation();
    evaluation.verdict.gates.iter().find(|gate| gate.gate.word() == "G6").unwrap().passes
}

fn explain(story: &mut Story, who: &str, draft: serde_json::Value) -> Result<Id, Refusal> {
    let draft: ExplanationDraft = serde_json::from_value(draft).unwrap();
    story.enter(who, |entry| entry.add(draft))
}

#[test]
fn what_follows_a_change_of_logging_is_whole_once_two_people_say_why() {
    let (mut story, log) = stopped();
    assert_eq!((complete(&story), g6(&story)), (0.5, false));
    let ticket = story.upload("Ada", "change-ticket.txt");
    let draft = |shown_by: serde_json::Value, line: u64| json!({"evidence": log, "line": line, "reason": "Another trail took over.", "shown_by": shown_by});
    for (shown_by, line, field) in
        [(json!([]), 7, "shown_by"), (json!([log]), 7, "shown_by"), (json!([ticket]), 8, "line")]
    {
        let refusal = explain(&mut story, "Ada", draft(shown_by, line)).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some(field), "{refusal}");
    }
    let id = explain(&mut story, "Ada", draft(json!([ticket]), 7)).unwrap();
    assert_eq!(complete(&story), 0.5, "one person's word changes nothing");
    assert!(story.enter("Ada", |entry| entry.accept_explanation(&id)).unwrap_err().sentence.contains("somebody else"));
    story.enter("Grace", |entry| entry.accept_explanation(&id)).unwrap();
    assert_eq!((complete(&story), g6(&story)), (1.0, true));
    // What showed it is withdrawn: it no longer counts.
    let mut without = story.dossier.clone();
    assert!(!without.evidence_explained().iter().any(|item| !item.logging_changes.is_empty()));
    let (noun, _, version, _, mut document) =
        without.documents().into_iter().find(|(_, id, ..)| *id == ticket).expect("the ticket");
    document["status"] = json!("withdrawn");
    without.load(noun, version, None, &document.to_string()).unwrap();
    assert_eq!(without.evaluation().verdict.coverage.complete_min, 0.5);
    // Nor does it count once who accepted it turns out to have taken part.
    story.add::<EventDraft>("Ada", json!({"time": "2026-03-18T17:30:00Z", "kind": "action", "actor": {"kind": "human", "name": "Grace"}, "body": "helped"}));
    assert_eq!(complete(&story), 0.5);
}

#[test]
fn who_states_more_than_the_log_shows_is_not_its_only_reviewer() {
    for (reader, reviewed) in [("Ada", 0.0), ("Grace", 1.0)] {
        let mut story = Story::new();
        let log = story.upload("Ada", "trail.jsonl");
        let window: WindowDraft =
            serde_json::from_value(json!({"start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z"})).unwrap();
        story.enter("Ada", |entry| entry.set_window(window)).unwrap();
        let resource: ResourceDraft = serde_json::from_value(
            json!({"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}),
        )
        .unwrap();
        story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
        story.add::<CoverageDraft>("Ada", json!({"evidence": log, "cell": "repo-a/api-read", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "sequence"}));
        story.add::<ReviewDraft>(reader, json!({"evidence": log, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "depth": "content", "method": "full", "outcome": "authorised_only"}));
        assert_eq!(story.dossier.evaluation().verdict.coverage.reviewed_min, reviewed, "{reader}");
    }
}

/// A whole case, and beside its log an item that was to be read and could not be.
fn beside_unread() -> (Story, Id) {
    let (mut story, log) = stopped();
    let other = story.upload("Ada", "acts.log");
    story
        .enter("Ada", move |entry| {
            let mut item: Evidence = entry.get(&log)?.record;
            item.logging_changes.clear();
            entry.put(item);
            Ok(())
        })
        .unwrap();
    (story, other)
}

#[test]
fn what_nobody_could_read_may_tell_of_a_change_until_somebody_looks_through_it() {
    let (mut story, other) = beside_unread();
    assert!(g6(&story), "nobody asked for it to be read");
    let id = other.clone();
    story.enter("Ada", move |entry| entry.set_unreadable(&id, "none of the known formats")).unwrap();
    assert_eq!((g6(&story), complete(&story)), (false, 0.0));
    let evaluation = story.dossier.evaluation();
    let gate = evaluation.verdict.gates.iter().find(|gate| gate.gate.word() == "G6").unwrap();
    assert!(gate.detail.contains("nobody could read “acts.log”"), "{}", gate.detail);
    // Who acted, or who looked at a part of it, has not looked.
    let review = |method: &str, depth: &str, outcome: &str| json!({"evidence": other, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "depth": depth, "method": method, "outcome": outcome});
    for (method, depth, outcome) in
        [("sampled", "content", "none"), ("full", "metadata", "none"), ("full", "content", "inconclusive")]
    {
        story.add::<ReviewDraft>("Grace", review(method, depth, outcome));
        assert!(!g6(&story), "{method} {depth} {outcome}");
    }
    story.add::<ReviewDraft>("Grace", review("full", "content", "none"));
    assert_eq!((g6(&story), complete(&story)), (true, 1.0));
}

#[test]
fn a_log_whose_reading_was_taken_back_is_one_that_nobody_read() {
    use crate::reader::log::{Format, Summary};
    let (mut story, other) = beside_unread();
    let mut summary = Summary::new(Format::Okta);
    summary.records = 2;
    let (id, read) = (other.clone(), summary.clone());
    story.enter("Ada", move |entry| entry.set_import(&id, &read, "ab")).unwrap();
    assert!(g6(&story));
    let id = other.clone();
    story.enter("Ada", move |entry| entry.undo_reading(&id, "by mistake".into())).unwrap();
    assert!(!g6(&story));
    // Read again, it is read; where more of it is reported as unreadable than read, it is not.
    for (records, unreadable, without_time, strange, whole) in
        [(2, 1, 0, 0, true), (1, 2, 0, 0, false), (0, 0, 0, 0, true), (1, 0, 1, 1, false), (3, 0, 0, 3, true)]
    {
        let (id, mut read) = (other.clone(), summary.clone());
        (read.records, read.unreadable, read.without_time) = (records, unreadable, without_time);
        read.strange = [("novel".to_string(), strange)].into();
        story.enter("Ada", move |entry| entry.set_import(&id, &read, "cd")).unwrap();
        assert_eq!(g6(&story), whole, "{records} {unreadable} {without_time} {strange}");
    }
}
