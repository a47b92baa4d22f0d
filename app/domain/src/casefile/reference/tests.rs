use serde_json::json;

use crate::Id;
use crate::cast::Story;
use crate::claim::{Claim, ClaimDraft, Conflict};
use crate::evidence::{Coverage, CoverageDraft};
use crate::exposure::ResourceDraft;
use crate::gap::{Gap, GapDraft};
use crate::principal::Principal;
use crate::remediation::RemediationDraft;
use crate::timeline::{Edge, EdgeDraft, Event, EventDraft, Mark, MarkDraft};

/// Two events of an agent, the later linked to the earlier, which is marked.
fn story() -> (Story, Id, Id) {
    let mut story = Story::new();
    let event = |body: &str| json!({"time": "2026-03-18 17:05", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "body": body});
    let first = story.add::<EventDraft>("Ada", event("answers in public"));
    let then = story.add::<EventDraft>("Ada", event("opens access lists"));
    story.add::<EdgeDraft>("Ada", json!({"from": then, "to": first, "kind": "triggered_by"}));
    story.add::<MarkDraft>("Ada", json!({"mark": "action_executed", "event": first}));
    (story, first, then)
}

#[test]
fn who_is_named_is_not_deleted_and_the_refusal_says_by_what() {
    let (mut story, first, _) = story();
    let agent = story.dossier.principals.iter().next().unwrap().id.clone();
    let refused = story.enter("Ada", |entry| entry.remove::<Principal>(&agent)).unwrap_err();
    let said = &refused.sentence;
    assert!(said.starts_with("This principal is not deleted, because the event “"), "{said}");
    assert!(said.contains("“answers in public”") && said.contains(" name it: change those first."), "{said}");

    let gap =
        json!({"control": "authorization", "state": "absent", "statement": "Nobody asked it.", "events": [first]});
    let gap = story.add::<GapDraft>("Ada", gap);
    let refused = story.enter("Ada", |entry| entry.remove::<Event>(&first)).unwrap_err();
    assert!(refused.sentence.contains("the control gap “"), "{}", refused.sentence);
    let item = json!({"title": "Ask before it posts", "gaps": [gap], "owner": "Ada", "kind": "prevent", "enforcement": "hard"});
    story.add::<RemediationDraft>("Ada", item);
    let refused = story.enter("Ada", |entry| entry.remove::<Gap>(&gap)).unwrap_err();
    assert!(refused.sentence.contains("the remediation “Ask before it posts” names it"), "{}", refused.sentence);
}

#[test]
fn a_claim_that_was_adopted_stays_until_the_conflict_is_open_again() {
    let mut story = Story::new();
    let claim = |value: &str| json!({"statement": format!("It lasted {value}"), "source": "the report", "source_kind": "press", "field": "duration", "value": value});
    let two = story.add::<ClaimDraft>("Ada", claim("two hours"));
    let three = story.add::<ClaimDraft>("Ada", claim("three hours"));
    story.enter("Ada", |entry| entry.compare_claim(&three)).unwrap();
    let conflict = story.dossier.conflicts.iter().next().unwrap().id.clone();
    let adopt = serde_json::from_value(json!({"claim": two, "reason": "It is from the log."})).unwrap();
    story.enter("Ada", |entry| entry.adopt_claim(&conflict, adopt)).unwrap();
    let refused = story.enter("Ada", |entry| entry.remove::<Claim>(&two)).unwrap_err();
    assert!(refused.sentence.contains("the conflict “duration” names it"), "{}", refused.sentence);
    story.enter("Ada", |entry| entry.remove::<Claim>(&three)).unwrap();
    story.enter("Ada", |entry| entry.reopen_conflict(&conflict)).unwrap();
    story.enter("Ada", |entry| entry.remove::<Claim>(&two)).unwrap();
    assert!(
        story
            .dossier
            .conflicts
            .get(&conflict)
            .is_some_and(|kept: &crate::casefile::CaseItem<Conflict>| kept.adopted.is_none())
    );
}

#[test]
fn what_is_part_of_an_event_goes_and_comes_back_with_it() {
    let (mut story, first, then) = story();
    story.enter("Ada", |entry| entry.remove::<Event>(&first)).unwrap();
    assert!(story.dossier.edges.is_empty() && story.dossier.marks.is_empty());
    // All of it is one act: it is undone as one.
    let changes: Vec<_> = story.log.iter().rev().take(3).rev().cloned().collect();
    story.enter("Ada", |entry| entry.undo(&changes)).unwrap();
    let table = |story: &Story| {
        (story.dossier.events.len(), story.dossier.edges.iter().count(), story.dossier.marks.iter().count())
    };
    assert_eq!(table(&story), (2, 1, 1));

    story.enter("Ada", |entry| entry.remove::<Event>(&first)).unwrap();
    story.enter("Grace", |entry| entry.bring_back::<Event>(&first)).unwrap();
    assert_eq!(table(&story), (2, 1, 1));
    // A link whose other end went meanwhile stays away, and a mark that stands elsewhere stays there.
    story.enter("Ada", |entry| entry.remove::<Event>(&first)).unwrap();
    story.add::<MarkDraft>("Ada", json!({"mark": "action_executed", "event": then}));
    story.enter("Ada", |entry| entry.remove::<Event>(&then)).unwrap();
    story.enter("Ada", |entry| entry.bring_back::<Event>(&first)).unwrap();
    let (edges, marks): (Vec<&Edge>, Vec<&Mark>) = (
        story.dossier.edges.iter().map(|kept| &kept.record).collect(),
        story.dossier.marks.iter().map(|kept| &kept.record).collect(),
    );
    assert!(edges.is_empty() && marks.is_empty(), "{edges:?} {marks:?}");
}

#[test]
fn an_agent_deletes_no_coverage_by_whatever_door() {
    let mut story = Story::new();
    let log = story.upload("Ada", "access.log");
    let resource: ResourceDraft = serde_json::from_value(
        json!({"id": "repo-a", "class": "internal", "paths": [{"op": "read", "channel": "api"}]}),
    )
    .unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    let coverage = json!({"evidence": log, "cell": "repo-a/api-read", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:30:00Z", "mode": "all", "completeness": "sequence"});
    let id = story.add::<CoverageDraft>("Ada", coverage);
    let agent = crate::Person { agent: Some("helper".into()), ..crate::cast::person("Ada") };
    let refused = story.enter_as(agent, |entry| entry.remove::<Coverage>(&id)).unwrap_err();
    assert_eq!(refused.kind, crate::RefusalKind::Forbidden, "{}", refused.sentence);
    story.enter("Ada", |entry| entry.remove::<Coverage>(&id)).unwrap();
}
