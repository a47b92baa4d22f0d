//! Every kind of change, told.

use serde_json::json;

use super::{field_changes, sentence};
use crate::casefile::Noun;
use crate::cast::{Story, berlin};
use crate::claim::{AdoptionDraft, ClaimDraft};
use crate::evidence::StatusDraft;
use crate::exposure::{ResourceDraft, WindowDraft};
use crate::gap::GapDraft;
use crate::incident::Status;
use crate::postmortem::NarrativeDraft;
use crate::remediation::{RemediationDraft, RemediationStatus};
use crate::timeline::{EdgeDraft, EventDraft, MarkDraft};
use crate::vocabulary::EvidenceStatus;

fn told(story: &Story) -> String {
    sentence(story.last(), &story.dossier)
}

fn fields(story: &Story) -> Vec<(String, String, String)> {
    let changes = field_changes(story.last(), &story.dossier, &berlin());
    changes.into_iter().map(|change| (change.field, change.before, change.after)).collect()
}

fn event(body: &str) -> serde_json::Value {
    json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "verb": "post", "resource": "forum/thread-9", "body": body})
}

#[test]
fn the_timeline_is_told_with_names() {
    let mut story = Story::new();
    assert_eq!(
        sentence(story.last_of(Noun::Incident), &story.dossier),
        "Ada filed the incident “Agent answers | in public”"
    );
    let post = story.add::<EventDraft>("Ada", event("posts an answer to the thread"));
    assert_eq!(told(&story), "Ada added the event “posts an answer to the thread”");
    let read = story.add::<EventDraft>("Grace", json!({"time": "unknown", "kind": "note", "actor": {"kind": "human", "name": "Asker"}, "verb": "read", "resource": "forum"}));
    assert_eq!(sentence(story.last_of(Noun::Event), &story.dossier), "Grace added the event “Asker reads forum”");
    story.add::<EdgeDraft>("Ada", json!({"from": read, "to": post, "kind": "relied_on"}));
    assert_eq!(told(&story), "Ada noted that “Asker reads forum” relied on “posts an answer to the thread”");
    story.add::<MarkDraft>("Ada", json!({"mark": "detected", "event": read}));
    assert_eq!(told(&story), "Ada marked “Asker reads forum” as “detected”");
    story.revise::<EventDraft>("Ada", &post, json!({"time": "2026-03-18 17:00-17:09 CET", "kind": "action", "actor": read_actor(&story), "verb": "post", "resource": "forum/thread-9", "body": "posts an answer to the thread", "requested": "no"}));
    assert_eq!(told(&story), "Ada changed actor, requested and time of the event “posts an answer to the thread”");
    assert_eq!(
        fields(&story),
        [
            ("actor".to_string(), "forum-agent".to_string(), "Asker".to_string()),
            ("requested".into(), "unknown".into(), "no".into()),
            ("time".into(), "18 March 2026, 17:04:00".into(), "18 March 2026, 17:00–17:09".into()),
        ]
    );
    story.enter("Grace", |entry| entry.delete::<crate::timeline::Event>(&post)).unwrap();
    assert_eq!(told(&story), "Grace deleted the event “posts an answer to the thread”");
    story.enter("Grace", |entry| entry.restore::<crate::timeline::Event>(&post)).unwrap();
    assert_eq!(told(&story), "Grace brought the event “posts an answer to the thread” back");
}

fn read_actor(story: &Story) -> serde_json::Value {
    let asker = story.dossier.principals.iter().find(|known| known.name == "Asker").unwrap();
    json!({"id": asker.id})
}

#[test]
fn acts_are_told_as_acts() {
    let mut story = Story::new();
    let log = story.upload("Ada", "agent-log.jsonl");
    assert_eq!(told(&story), "Ada added evidence item agent-log.jsonl");
    let withdrawn = StatusDraft { status: EvidenceStatus::Withdrawn, reason: "wrong host".into() };
    story.enter("Grace", |entry| entry.set_evidence_status(&log, withdrawn)).unwrap();
    assert_eq!(told(&story), "Grace withdrew evidence item agent-log.jsonl");
    assert_eq!(
        fields(&story)[0],
        ("custody".into(), String::new(), "act withdrawn, note wrong host, stamp Grace, 20 March 2026, 10:03".into())
    );
    let gap = story.add::<GapDraft>(
        "Ada",
        json!({"control": "authorization", "state": "bypassed", "statement": "It could write."}),
    );
    assert_eq!(told(&story), "Ada recorded the control gap “Authorization” as bypassed");
    let item = story.add::<RemediationDraft>(
        "Ada",
        json!({"title": "Gate every write", "gaps": [gap], "kind": "prevent", "enforcement": "hard"}),
    );
    assert_eq!(told(&story), "Ada added the remediation “Gate every write”");
    assert!(fields(&story).contains(&("gaps".into(), String::new(), "Authorization".into())));
    story.enter("Ada", |entry| entry.set_remediation_status(&item, RemediationStatus::Done)).unwrap();
    assert_eq!(told(&story), "Ada marked the remediation “Gate every write” as done");
    story.add::<NarrativeDraft>("Ada", json!({"section": "summary", "body": "An agent answered."}));
    assert_eq!(told(&story), "Ada wrote the section “Summary”");
    story.enter("Ada", |entry| entry.submit_postmortem()).unwrap();
    assert_eq!(told(&story), "Ada sent the postmortem to review");
    story.enter("Ada", |entry| entry.set_status(Status::Contained)).unwrap();
    assert_eq!(told(&story), "Ada moved the incident from declared to contained");
    story.enter("Ada", |entry| entry.add_member(crate::cast::person("Grace"))).unwrap();
    assert_eq!(told(&story), "Ada made Grace a member");
}

#[test]
fn claims_and_their_conflicts_are_told() {
    let mut story = Story::new();
    let claim = |value: &str, source: &str| json!({"statement": format!("It was {value}."), "field": "start", "value": value, "source": source, "source_kind": "press"});
    let draft = |value: serde_json::Value| serde_json::from_value::<ClaimDraft>(value).unwrap();
    let first = story.enter("Ada", |entry| entry.put_claim(None, draft(claim("Tuesday", "A")))).unwrap();
    assert_eq!(told(&story), "Ada recorded the claim “It was Tuesday.”");
    story.enter("Ada", |entry| entry.put_claim(None, draft(claim("Wednesday", "B")))).unwrap();
    assert_eq!(sentence(story.last_of(Noun::Conflict), &story.dossier), "Ada entered claims that disagree on “start”");
    let conflict = story.dossier.conflicts.iter().next().unwrap().id.clone();
    let adoption: AdoptionDraft = serde_json::from_value(json!({"claim": first, "reason": "the log says so"})).unwrap();
    story.enter("Grace", |entry| entry.adopt_claim(&conflict, adoption)).unwrap();
    assert_eq!(told(&story), "Grace adopted the claim “It was Tuesday.” on “start”");
    assert!(fields(&story).contains(&("adopted claim".into(), String::new(), "It was Tuesday.".into())));
}

#[test]
fn the_verdict_is_told_with_its_cause() {
    let mut story = Story::new();
    let window: WindowDraft =
        serde_json::from_value(json!({"start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z"})).unwrap();
    story.enter("Ada", |entry| entry.set_window(window)).unwrap();
    assert_eq!(sentence(story.last_of(Noun::Exposure), &story.dossier), "Ada recorded the exposure window");
    let resource: ResourceDraft = serde_json::from_value(
        json!({"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}),
    )
    .unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    assert_eq!(sentence(story.last_of(Noun::Exposure), &story.dossier), "Ada changed the exposed resources");
    assert_eq!(
        sentence(story.last_of(Noun::VerdictEntry), &story.dossier),
        "The verdict rose from not assessed to undetermined: Ada changed something"
    );
}

#[test]
fn an_agent_is_named_as_one() {
    let mut story = Story::new();
    let mut change = story.last().clone();
    change.actor.agent = Some("scribe".into());
    assert!(sentence(&change, &story.dossier).starts_with("scribe (agent, for Ada) "));
    story.log.clear();
}
