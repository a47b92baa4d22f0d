//! What goes back, what does not, and who was faster.

use serde_json::json;

use super::{Undo, permit_to_put_back};
use crate::casefile::{CaseDocument, Change, Noun};
use crate::cast::{Story, person};
use crate::claim::ClaimDraft;
use crate::comment::CommentDraft;
use crate::exposure::{EnumerationDraft, ResourceDraft, WindowDraft};
use crate::gap::GapDraft;
use crate::incident::{IncidentDraft, Status, Visibility};
use crate::remediation::{Remediation, RemediationDraft, RemediationStatus, VerificationDraft};
use crate::timeline::{Event, EventDraft};
use crate::{Id, Ruled};

fn event(body: &str) -> serde_json::Value {
    json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "verb": "post", "body": body})
}

fn gap() -> serde_json::Value {
    json!({"control": "authorization", "state": "absent", "statement": "Nobody asked."})
}

fn item(title: &str) -> serde_json::Value {
    json!({"title": title, "kind": "prevent", "enforcement": "hard", "owner": "Ada"})
}

impl Story {
    fn restore(&mut self, who: &str, version: u64) -> Ruled<()> {
        let change = self.log.iter().find(|change| change.version == version).unwrap().clone();
        self.enter(who, |entry| entry.restore_version(&change))
    }

    fn undo(&mut self, who: &str) -> Result<(), String> {
        match Undo::of(&self.log, &person(who), &self.dossier) {
            Undo::Ready(changes) => self.enter(who, |entry| entry.undo(&changes)).map_err(|refusal| refusal.sentence),
            Undo::Nothing => Err("nothing".into()),
            Undo::Overtaken { sentence, .. } | Undo::Refused { sentence, .. } => Err(sentence),
        }
    }

    fn version_of<T: CaseDocument>(&self, id: &Id) -> u64 {
        T::table(&self.dossier).find(id).unwrap().version
    }
}

#[test]
fn an_older_version_comes_back_as_a_new_change() {
    let mut story = Story::new();
    let id = story.add::<EventDraft>("Ada", event("posts an answer"));
    let first = story.version_of::<Event>(&id);
    story.revise::<EventDraft>("Grace", &id, event("posts nothing"));
    story.restore("Grace", first).unwrap();
    assert_eq!(story.dossier.events.get(&id).unwrap().body, "posts an answer");
    let last: &Change = story.last_of(Noun::Event);
    assert_eq!((last.kind.as_str(), last.actor.name.as_str()), ("edited", "Grace"));
    let again = story.restore("Grace", first).unwrap_err();
    assert!(again.sentence.starts_with("The record is like that already."), "{again}");
}

#[test]
fn a_deleted_record_comes_back_in_any_of_its_versions() {
    let mut story = Story::new();
    let id = story.add::<EventDraft>("Ada", event("posts an answer"));
    let first = story.version_of::<Event>(&id);
    story.revise::<EventDraft>("Ada", &id, event("posts two answers"));
    story.enter("Ada", |entry| entry.delete::<Event>(&id)).unwrap();
    let deletion = story.version_of::<Event>(&id);
    assert!(story.restore("Ada", deletion).unwrap_err().sentence.contains("That change deleted the record"));
    story.restore("Ada", first).unwrap();
    assert_eq!(story.dossier.events.get(&id).unwrap().body, "posts an answer");
    assert_eq!(story.last_of(Noun::Event).kind, "restored");
}

#[test]
fn what_a_version_names_has_to_be_there() {
    let mut story = Story::new();
    let gap = story.add::<GapDraft>("Ada", gap());
    let id = story.add::<RemediationDraft>(
        "Ada",
        json!({"title": "Ask first", "kind": "prevent", "enforcement": "hard", "gaps": [gap]}),
    );
    let first = story.version_of::<Remediation>(&id);
    story.revise::<RemediationDraft>("Ada", &id, item("Ask first"));
    story.enter("Ada", |entry| entry.delete::<crate::gap::Gap>(&gap)).unwrap();
    assert!(story.restore("Ada", first).unwrap_err().sentence.contains("no longer there"));
}

#[test]
fn restoring_the_head_opens_no_door() {
    let mut story = Story::new();
    let id = story.dossier.incident().unwrap().id.clone();
    let first = story.version_of::<crate::incident::Incident>(&id);
    story.revise::<IncidentDraft>("Ada", &id, json!({"title": "Another title", "visibility": "private"}));
    story.enter("Ada", |entry| entry.add_member(person("Grace"))).unwrap();
    story.enter("Ada", |entry| entry.set_status(Status::Contained)).unwrap();
    story.restore("Ada", first).unwrap();
    let head = story.dossier.incident().unwrap();
    assert_eq!(
        (head.title.as_str(), head.visibility, head.status),
        ("Agent answers | in public", Visibility::Private, Status::Contained)
    );
    assert_eq!(head.members.len(), 2);
}

#[test]
fn a_verification_is_not_restored() {
    let mut story = Story::new();
    let id = story.add::<RemediationDraft>("Ada", item("Ask first"));
    let draft: VerificationDraft = serde_json::from_value(json!({"completion": "Tried it"})).unwrap();
    story.enter("Grace", |entry| entry.verify_remediation(&id, draft)).unwrap();
    let verified = story.version_of::<Remediation>(&id);
    assert!(story.undo("Grace").unwrap_err().contains("are approvals"));
    story.enter("Ada", |entry| entry.reopen_remediation(&id)).unwrap();
    let refused = story.restore("Ada", verified);
    let item = story.dossier.remediations.get(&id).unwrap();
    assert_eq!((item.status, item.verified.is_none()), (RemediationStatus::Open, true), "{refused:?}");
}

#[test]
fn a_statement_that_a_list_is_whole_never_comes_back() {
    let mut story = Story::new();
    let window: WindowDraft = serde_json::from_value(json!({"start": "2026-03-18T16:00:00Z"})).unwrap();
    story.enter("Ada", |entry| entry.set_window(window)).unwrap();
    let resource = |id: &str| {
        serde_json::from_value::<ResourceDraft>(json!({"id": id, "class": "internal", "paths": []})).unwrap()
    };
    story.enter("Ada", |entry| entry.put_resource(resource("repo"), None)).unwrap();
    let basis: EnumerationDraft = serde_json::from_value(json!({"basis": "From the list of repositories."})).unwrap();
    story.enter("Grace", |entry| entry.set_enumeration(true, basis)).unwrap();
    let stated = story.last_of(Noun::Exposure).version;
    assert!(story.undo("Grace").unwrap_err().contains("statement with a name"));
    story.enter("Ada", |entry| entry.put_resource(resource("wiki"), None)).unwrap();
    story.restore("Ada", stated).unwrap();
    let exposure = story.dossier.exposure();
    assert_eq!((exposure.resources.len(), exposure.resources_enumerated), (1, None));
}

#[test]
fn one_undoes_ones_own_last_act_with_all_that_it_made() {
    let mut story = Story::new();
    assert_eq!(story.undo("Grace"), Err("nothing".into()));
    let id = story.add::<EventDraft>(
        "Grace",
        json!({"time": "unknown", "kind": "note", "actor": {"kind": "human", "name": "Asker"}}),
    );
    story.add::<EventDraft>("Ada", event("posts an answer"));
    let people = story.dossier.principals.len();
    story.undo("Grace").unwrap();
    assert!(story.dossier.events.get(&id).is_none());
    assert_eq!(story.dossier.principals.len(), people - 1, "the principal was made with it");
    story.undo("Grace").unwrap();
    assert!(story.dossier.events.get(&id).is_some(), "an undo is an act like any other");
    assert_eq!(story.dossier.principals.len(), people);
}

#[test]
fn an_undo_stops_where_somebody_was_faster() {
    let mut story = Story::new();
    let id = story.add::<EventDraft>("Ada", event("posts an answer"));
    story.revise::<EventDraft>("Grace", &id, event("posts two answers"));
    let sentence = story.undo("Ada").unwrap_err();
    assert_eq!(
        sentence,
        "Grace changed the event “posts two answers” since, so your change of it is not undone by itself: choose a version in its history."
    );
    story.undo("Grace").unwrap();
    assert_eq!(story.dossier.events.get(&id).unwrap().body, "posts an answer");
}

#[test]
fn settling_a_comment_is_undone_and_so_is_a_move_of_the_incident() {
    let mut story = Story::new();
    let id = story.add::<EventDraft>("Ada", event("posts an answer"));
    let comment = story.add::<CommentDraft>("Ada", json!({"about": format!("event/{id}"), "body": "Who asked?"}));
    story.enter("Grace", |entry| entry.resolve_comment(&comment)).unwrap();
    story.undo("Grace").unwrap();
    assert!(story.dossier.comments.get(&comment).unwrap().resolved.is_none());
    story.enter("Grace", |entry| entry.set_status(Status::Resolved)).unwrap();
    story.undo("Grace").unwrap();
    assert_eq!(story.dossier.incident().unwrap().status, Status::Declared);
    story.enter("Grace", |entry| entry.add_member(person("Alan"))).unwrap();
    story.undo("Grace").unwrap();
    assert_eq!(story.dossier.incident().unwrap().members.len(), 1);
}

#[test]
fn a_comment_of_somebody_else_comes_back_but_keeps_its_words() {
    let mut story = Story::new();
    let comment = story.add::<CommentDraft>("Ada", json!({"about": "section/summary", "body": "Who asked?"}));
    let first = story.last().version;
    story.revise::<CommentDraft>("Ada", &comment, json!({"about": "section/summary", "body": "Who?"}));
    story.enter("Grace", |entry| entry.delete::<crate::comment::Comment>(&comment)).unwrap();
    story.undo("Grace").unwrap();
    assert_eq!(story.dossier.comments.get(&comment).unwrap().body, "Who?");
    assert!(story.restore("Grace", first).unwrap_err().sentence.contains("by the one who wrote it"));
    story.restore("Ada", first).unwrap();
}

#[test]
fn an_entry_is_undone_whole_or_not_at_all() {
    let mut story = Story::new();
    let add = |entry: &mut crate::casefile::Entry| {
        for number in 0..5 {
            entry.add::<EventDraft>(serde_json::from_value(event(&format!("post {number}"))).unwrap())?;
        }
        Ok(())
    };
    story.enter("Grace", add).unwrap();
    let latest = &story.log[story.log.len() - 3..];
    let Undo::Refused { sentence, .. } = Undo::of(latest, &person("Grace"), &story.dossier) else {
        panic!("cut in two")
    };
    assert!(sentence.contains("more than the 3 records"), "{sentence}");
    story.undo("Grace").unwrap();
    assert!(story.dossier.events.is_empty());
}

#[test]
fn undoing_a_claim_takes_the_conflict_along() {
    let mut story = Story::new();
    let claim = |value: &str| -> ClaimDraft {
        serde_json::from_value(json!({"statement": format!("It was {value}"), "field": "duration", "value": value, "source": "Press", "source_kind": "press"})).unwrap()
    };
    story.enter("Ada", |entry| entry.put_claim(None, claim("2 h"))).unwrap();
    story.enter("Grace", |entry| entry.put_claim(None, claim("3 h"))).unwrap();
    assert_eq!(story.dossier.conflicts.len(), 1);
    story.undo("Grace").unwrap();
    assert_eq!((story.dossier.claims.len(), story.dossier.conflicts.len()), (1, 0));
}

#[test]
fn what_bears_a_name_says_what_to_do_instead() {
    for noun in [
        Noun::Signature,
        Noun::Review,
        Noun::VerdictEntry,
        Noun::Evidence,
        Noun::Override,
        Noun::Postmortem,
        Noun::Rating,
    ] {
        let refusal = permit_to_put_back(noun).unwrap_err();
        assert!(refusal.sentence.ends_with('.') && refusal.sentence.contains([':', ',']), "{noun}: {refusal}");
    }
    let mut story = Story::new();
    story.upload("Ada", "agent-log.jsonl");
    assert!(story.undo("Ada").unwrap_err().contains("withdraw the item"));
    let (mut fresh, version) = (Story::new(), 1);
    assert!(fresh.undo("Ada").unwrap_err().contains("An incident that was filed stays"));
    assert!(fresh.restore("Ada", version).is_err() || fresh.dossier.version > 0);
}
