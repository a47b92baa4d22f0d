//! What a merge takes in, what it never does, and that it can be undone.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{MergeDraft, PartDraft, Plan};
use crate::casefile::{Dossier, Noun};
use crate::cast::{Story, person};
use crate::claim::{AdoptionDraft, ClaimDraft};
use crate::comment::CommentDraft;
use crate::evidence::{CoverageDraft, StatusDraft};
use crate::exposure::{EnumerationDraft, ExposureDraft};
use crate::finding::FindingDraft;
use crate::incident::{IncidentDraft, Visibility};
use crate::postmortem::NarrativeDraft;
use crate::principal::{Principal, PrincipalDraft};
use crate::rating::RatingDraft;
use crate::review::ReviewDraft;
use crate::timeline::{EventDraft, MarkDraft};
use crate::verdict::Verdict;
use crate::{Id, Key, Ruled};

fn draft<D: serde::de::DeserializeOwned>(value: Value) -> D {
    serde_json::from_value(value).unwrap()
}

fn event(actor: &str, body: &str) -> Value {
    json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": actor}, "verb": "post", "body": body})
}

fn exposure(end: &str, class: &str, path: &str) -> Value {
    json!({
        "window": {"start": "2026-03-18T17:00:00Z", "end": end},
        "resources": [{"id": "repo-a", "class": class, "paths": [{"id": "api", "op": path, "channel": "api"}]}],
        "principals": {"names": ["engineers"]},
        "resources_enumerated": "the list of repositories", "principals_enumerated": "the directory",
    })
}

fn coverage(evidence: &Id) -> Value {
    json!({"evidence": evidence, "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "heartbeat"})
}

fn review(evidence: &Id) -> Value {
    json!({"evidence": evidence, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "depth": "content", "method": "full", "outcome": "none"})
}

/// Two that were filed of one incident: INC-3 stays, INC-7 goes.
fn pair() -> (Story, Story) {
    (Story::filed(7, 500), Story::filed(3, 100))
}

fn merge(from: &mut Story, into: &mut Story) -> Ruled<Plan> {
    let (other, key) = (from.dossier.clone(), into.dossier.key());
    let plan = into.enter("Ada", |entry| entry.take_in(&other))?;
    from.enter("Ada", |entry| entry.merge_into(key))?;
    Ok(plan)
}

fn part(from: &mut Story, into: &mut Story, take_edited: bool) -> super::Parting {
    let key = from.dossier.key();
    let parting = into.enter("Ada", |entry| entry.give_back(key, &PartDraft { take_edited })).unwrap();
    from.enter("Ada", |entry| entry.part()).unwrap();
    parting
}

/// What stands, without what only tells of changes.
fn standing(dossier: &Dossier) -> BTreeMap<(Noun, Id), Value> {
    let told = [Noun::Merge, Noun::VerdictEntry];
    let documents = dossier.documents().into_iter();
    let stands = documents.filter(|(noun, _, _, deleted, _)| deleted.is_none() && !told.contains(noun));
    stands.map(|(noun, id, _, _, body)| ((noun, id), body)).collect()
}

fn sentence<T: std::fmt::Debug>(ruled: Ruled<T>) -> String {
    ruled.unwrap_err().sentence
}

#[test]
fn records_keep_their_ids_and_what_they_refer_to() {
    let (mut from, mut into) = pair();
    let log = from.upload("Ada", "agent.jsonl");
    from.enter("Ada", |entry| {
        entry.set_exposure(draft::<ExposureDraft>(exposure("2026-03-18T19:00:00Z", "internal", "read")))
    })
    .unwrap();
    let covered = from.add::<CoverageDraft>("Ada", coverage(&log));
    let reviewed = from.add::<ReviewDraft>("Grace", review(&log));
    let posted = from.add::<EventDraft>("Ada", event("Forum-Agent", "posts an answer"));
    let said = from.add::<CommentDraft>("Ada", json!({"about": format!("event/{posted}"), "body": "Who asked it?"}));
    let plan = merge(&mut from, &mut into).unwrap();
    let dossier = &into.dossier;
    assert_eq!(dossier.evidence.get(&log).unwrap().record, from.dossier.evidence.get(&log).unwrap().record);
    assert_eq!(
        (&dossier.coverage.get(&covered).unwrap().evidence, &dossier.reviews.get(&reviewed).unwrap().evidence),
        (&log, &log)
    );
    assert_eq!(dossier.comments.get(&said).unwrap().about, format!("event/{posted}"));
    // The agent is known in both, by names that differ in case: it is one, and acted here.
    let agent = dossier.events.get(&posted).unwrap().actor.clone();
    assert_eq!(dossier.principals.len(), 1);
    assert_eq!(dossier.name_of(&agent), "forum-agent");
    assert_eq!(plan.joined.len(), 1);
    assert_eq!((plan.moved["event"], plan.moved["evidence"], plan.moved["review"]), (1, 1, 1));
    // Each is a line of the log that says where it is from.
    let line = into.log.iter().find(|change| change.id == posted).unwrap();
    assert_eq!((line.kind.as_str(), line.actor.name.as_str()), ("merged from INC-7", "Ada"));
    assert!(crate::history::sentence(line, dossier).contains("took over the event “posts an answer” from INC-7"));
}

#[test]
fn what_was_merged_is_read_only_until_that_is_undone() {
    let (mut from, mut into) = pair();
    merge(&mut from, &mut into).unwrap();
    assert_eq!(from.dossier.merged_into(), Some(Key(3)));
    let add = |story: &mut Story| story.enter("Grace", |entry| entry.add(draft::<EventDraft>(event("a", "b"))));
    assert!(sentence(add(&mut from)).starts_with("INC-7 was merged into INC-3 and is read-only"));
    let private = json!({"title": "x", "visibility": "private"});
    let id = from.dossier.incident().unwrap().id.clone();
    let closed = from.enter("Ada", |entry| entry.revise(&id, draft::<IncidentDraft>(private.clone())));
    assert!(sentence(closed).contains("the same people must see both"));
    let id = into.dossier.incident().unwrap().id.clone();
    let closed = into.enter("Ada", |entry| entry.revise(&id, draft::<IncidentDraft>(private)));
    assert!(sentence(closed).contains("the same people must see both"));
    part(&mut from, &mut into, false);
    add(&mut from).unwrap();
}

#[test]
fn nobody_learns_of_a_private_incident_by_a_merge() {
    let (mut from, mut into) = pair();
    let hide = |story: &mut Story| {
        let mut incident = story.dossier.incident().unwrap().clone();
        incident.visibility = Visibility::Private;
        story
            .enter("Ada", |entry| {
                entry.put(incident);
                Ok(())
            })
            .unwrap();
    };
    hide(&mut from);
    assert!(sentence(merge(&mut from, &mut into)).contains("INC-7 is private and INC-3 is open"));
    assert!(sentence(merge(&mut into, &mut from)).contains("INC-7 is private and INC-3 is open"));
    hide(&mut into);
    into.enter("Ada", |entry| entry.add_member(person("Grace"))).unwrap();
    assert!(sentence(merge(&mut from, &mut into)).contains("Grace is no member of INC-7"));
    from.enter("Ada", |entry| entry.add_member(person("Grace"))).unwrap();
    merge(&mut from, &mut into).unwrap();
}

#[test]
fn pairs_that_make_no_sense_are_refused() {
    let (mut from, mut into) = pair();
    let same = into.dossier.clone();
    assert!(sentence(into.enter("Ada", |entry| entry.take_in(&same))).contains("is this incident itself"));
    let other = from.dossier.clone();
    let mut agent = person("Grace");
    agent.agent = Some("scribe".into());
    assert!(into.enter_as(agent, |entry| entry.take_in(&other)).is_err());
    merge(&mut from, &mut into).unwrap();
    assert!(sentence(merge(&mut from, &mut into)).contains("was merged into INC-3 already"));
    let mut third = Story::filed(9, 900);
    assert!(sentence(merge(&mut third, &mut from)).contains("was itself merged into INC-3"));
    let seen = MergeDraft { into: "INC-3".into(), from_version: None, into_version: Some(1) };
    assert!(sentence(seen.refuse_unseen(&third.dossier, &into.dossier)).contains("INC-3 changed since"));
}

#[test]
fn two_windows_are_the_wider_one_and_a_person_settles_it() {
    let (mut from, mut into) = pair();
    let set = |story: &mut Story, value: Value| {
        story.enter("Ada", |entry| entry.set_exposure(draft::<ExposureDraft>(value))).unwrap()
    };
    set(&mut into, exposure("2026-03-18T19:00:00Z", "internal", "read"));
    set(&mut from, exposure("2026-03-18T20:00:00Z", "restricted", "write"));
    let log = from.upload("Ada", "agent.jsonl");
    let covered = from.add::<CoverageDraft>("Ada", coverage(&log));
    merge(&mut from, &mut into).unwrap();
    let united = into.dossier.exposure();
    assert_eq!(united.end.and_then(|end| end.latest).unwrap().rfc3339(), "2026-03-18T20:00:00Z");
    assert_eq!(united.resources[0].class, crate::vocabulary::ResourceClass::Restricted);
    // Both call an access path “api”, and mean different ones: coverage goes with the one it was stated for.
    assert_eq!(united.resources[0].paths.len(), 2);
    let path = into.dossier.coverage.get(&covered).unwrap().path.clone();
    assert_eq!(path.as_str(), "api (INC-7)");
    assert!(united.resources_enumerated.is_none() && united.principals_enumerated.is_none());
    let told = into.dossier.comments.iter().map(|kept| kept.body.clone()).collect::<String>();
    assert!(told.contains("The window was") && told.contains("it is Restricted now"), "{told}");
    assert_eq!(into.dossier.evaluation().verdict.verdict, Verdict::Undetermined);
}

#[test]
fn sections_of_both_stand_and_judgements_stay_behind() {
    let (mut from, mut into) = pair();
    let text = |body: &str| json!({"section": "summary", "body": body});
    into.add::<NarrativeDraft>("Ada", text("It posted."));
    from.add::<NarrativeDraft>("Ada", text("It posted twice."));
    into.add::<NarrativeDraft>("Ada", json!({"section": "impact", "body": "```\nnever closed"}));
    from.add::<NarrativeDraft>("Ada", json!({"section": "impact", "body": "Nobody read it."}));
    from.add::<RatingDraft>("Ada", json!({"dimensions": {"exposure": 4, "integrity": 0, "availability": 0, "people": 4, "authority": 1, "propagation": 0, "duration": 1, "recoverability": 1}}));
    merge(&mut from, &mut into).unwrap();
    assert_eq!(
        into.dossier.section(crate::postmortem::Section::Summary),
        "It posted.\n\n**From INC-7**\n\nIt posted twice."
    );
    // What would be swallowed by a block of code that is never closed stands beside it.
    assert_eq!(into.dossier.section(crate::postmortem::Section::Impact), "```\nnever closed");
    assert!(into.dossier.comments.iter().any(|kept| kept.about == "section/impact" && kept.body == "Nobody read it."));
    assert!(into.dossier.ratings.is_empty());
    let severity = into.dossier.severities(Verdict::NotAssessed);
    assert_eq!(severity.peak.unwrap().number(), 0);
}

#[test]
fn people_of_one_name_with_different_accounts_stay_two() {
    let (mut from, mut into) = pair();
    let named = |account: &str| json!({"kind": "human", "name": "Alex", "account": account});
    into.add::<PrincipalDraft>("Ada", named("account-one"));
    let other = from.add::<PrincipalDraft>("Ada", named("account-two"));
    merge(&mut from, &mut into).unwrap();
    let kept: &Principal = &into.dossier.principals.get(&other).unwrap().record;
    assert_eq!((kept.name.as_str(), kept.former_names.as_slice()), ("Alex (INC-7)", &["Alex".to_string()][..]));
}

#[test]
fn a_conflict_that_was_settled_is_open_when_a_claim_speaks_against_it() {
    let (mut from, mut into) = pair();
    let claim = |value: &str| json!({"statement": value, "field": "readers", "value": value, "source": "Press", "source_kind": "press"});
    let put = |story: &mut Story, value: &str| {
        story.enter("Ada", |entry| entry.put_claim(None, draft::<ClaimDraft>(claim(value)))).unwrap()
    };
    let one = put(&mut from, "nobody");
    put(&mut from, "two");
    let conflict = from.dossier.conflicts.iter().next().unwrap().id.clone();
    let chosen: AdoptionDraft = draft(json!({"claim": one, "reason": "The log says so."}));
    from.enter("Ada", |entry| entry.adopt_claim(&conflict, chosen)).unwrap();
    put(&mut into, "everybody");
    merge(&mut from, &mut into).unwrap();
    let conflict = into.dossier.conflicts.iter().next().unwrap();
    assert!(into.dossier.is_open(&conflict.record));
    assert!(!from.dossier.is_open(&from.dossier.conflicts.iter().next().unwrap().record));
}

#[test]
fn undoing_leaves_what_was_edited_since_and_what_is_referred_to() {
    let (mut from, mut into) = pair();
    let edited = from.add::<EventDraft>("Ada", event("forum-agent", "posts an answer"));
    let plain = from.add::<EventDraft>("Ada", event("forum-agent", "posts another"));
    let log = from.upload("Ada", "agent.jsonl");
    merge(&mut from, &mut into).unwrap();
    into.revise::<EventDraft>("Grace", &edited, event("forum-agent", "posts a wrong answer"));
    into.add::<FindingDraft>("Grace", json!({"summary": "It was read", "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect", "evidence": [log]}));
    let parting = part(&mut from, &mut into, false);
    assert_eq!(parting.edited, ["event “posts a wrong answer”"]);
    assert_eq!(parting.held, ["evidence item “agent.jsonl”"]);
    assert!(into.dossier.events.get(&edited).is_some() && into.dossier.events.get(&plain).is_none());
    assert!(into.dossier.evidence.get(&log).is_some());
    // All of it still is where it came from.
    assert_eq!((from.dossier.events.len(), from.dossier.evidence.len()), (2, 1));
}

#[test]
fn undoing_takes_what_was_edited_where_somebody_says_so() {
    let (mut from, mut into) = pair();
    let edited = from.add::<EventDraft>("Ada", event("forum-agent", "posts an answer"));
    merge(&mut from, &mut into).unwrap();
    into.revise::<EventDraft>("Grace", &edited, event("forum-agent", "posts a wrong answer"));
    part(&mut from, &mut into, true);
    assert!(into.dossier.events.get(&edited).is_none());
    assert_eq!(from.dossier.events.get(&edited).unwrap().body, "posts an answer");
    // A second merge brings it back as it is there.
    merge(&mut from, &mut into).unwrap();
    assert_eq!(into.dossier.events.get(&edited).unwrap().body, "posts an answer");
}

/// Something that people do, by number.
fn step(story: &mut Story, what: u8) {
    let log = story.dossier.evidence.iter().next_back().map(|kept| kept.id.clone());
    let has_way = story.dossier.has_path(&"repo-a".into(), &"api".into());
    let class = ["internal", "confidential"][usize::from(what / 16 % 2)];
    match (what % 16, log) {
        (0, _) => drop(story.upload("Ada", &format!("{}-{what}.jsonl", story.dossier.number))),
        (1 | 2, _) => {
            let end = ["2026-03-18T18:00:00Z", "2026-03-18T19:00:00Z"][usize::from(what / 32 % 2)];
            let whole = draft::<ExposureDraft>(exposure(end, class, "read"));
            story.enter("Ada", |entry| entry.set_exposure(whole)).unwrap();
        }
        (3 | 4, Some(log)) if has_way => drop(story.add::<CoverageDraft>("Ada", coverage(&log))),
        (5 | 6, Some(log)) => {
            let who = ["Grace", "Linus"][usize::from(what / 16 % 2)];
            let _ = story.enter(who, |entry| entry.add(draft::<ReviewDraft>(review(&log))));
        }
        (7, Some(log)) => drop(story.add::<FindingDraft>("Grace", json!({"summary": "Somebody looked", "facet": "access", "class": if what > 127 { "unauthorised_access" } else { "unknown" }, "confidence": if what > 63 { "confirmed" } else { "suspected" }, "role": "effect", "evidence": [log]}))),
        (8, _) => {
            let value = ["nobody", "two"][usize::from(what / 16 % 2)];
            let claim = draft::<ClaimDraft>(json!({"statement": value, "field": "readers", "value": value, "source": "Press", "source_kind": "press", "touches": "window"}));
            story.enter("Ada", |entry| entry.put_claim(None, claim)).unwrap();
        }
        (9, _) => drop(story.add::<EventDraft>("Ada", event(["forum-agent", "FORUM-AGENT", "Grace"][usize::from(what / 16 % 3)], "posts"))),
        (10, _) => drop(story.add::<NarrativeDraft>("Ada", json!({"section": "summary", "body": format!("Text {what}.")}))),
        (11, _) => {
            let event = story.dossier.events.iter().next().map(|kept| kept.id.clone());
            if let Some(event) = event {
                let mark: MarkDraft = draft(json!({"mark": "detected", "event": event}));
                story.enter("Ada", |entry| entry.add(mark)).unwrap();
            }
        }
        (12, Some(log)) => story.enter("Ada", |entry| entry.set_evidence_status(&log, draft::<StatusDraft>(json!({"status": "tainted", "reason": "it was altered"})))).unwrap_or_default(),
        (13, _) => story.enter("Ada", |entry| entry.set_enumeration(true, draft::<EnumerationDraft>(json!({})))).unwrap_or_default(),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_merge_judges_no_better_and_undone_leaves_all_as_it_was(one in prop::collection::vec(any::<u8>(), 0..14), other in prop::collection::vec(any::<u8>(), 0..14)) {
        let (mut from, mut into) = pair();
        one.iter().for_each(|what| step(&mut from, *what));
        other.iter().for_each(|what| step(&mut into, *what));
        let before = [standing(&from.dossier), standing(&into.dossier)];
        let judged = |story: &Story| story.dossier.evaluation().verdict.verdict;
        let (first, second) = (judged(&from), judged(&into));
        merge(&mut from, &mut into).unwrap();
        let is = judged(&into);
        // To record the first of an exposure is no gain; and one of which nothing is assessed speaks for nothing.
        let is_first = second == Verdict::NotAssessed && is == Verdict::Undetermined;
        prop_assert!(is_first || !is.is_better_than(second), "{second:?} became {is:?}");
        prop_assert!(first == Verdict::NotAssessed || !is.is_better_than(first), "{first:?} became {is:?}");
        let whole = standing(&into.dossier);
        let moved = [Noun::Evidence, Noun::Event, Noun::Coverage, Noun::Review, Noun::Finding, Noun::Claim];
        for (noun, id) in before[0].keys().filter(|(noun, _)| moved.contains(noun)) {
            prop_assert!(whole.contains_key(&(*noun, id.clone())), "{noun} {id} is not there");
        }
        for event in into.dossier.events.iter() {
            prop_assert!(event.parts().all(|part| into.dossier.principals.get(part).is_some()));
        }
        let parting = part(&mut from, &mut into, false);
        prop_assert!(parting.edited.is_empty() && parting.held.is_empty());
        prop_assert_eq!(&before[0], &standing(&from.dossier));
        prop_assert_eq!(&before[1], &standing(&into.dossier));
        prop_assert_eq!((first, second), (judged(&from), judged(&into)));
    }
}
