use serde_json::json;

use crate::cast::{Story, person};
use crate::principal::PrincipalDraft;
use crate::remediation::{Remediation, RemediationDraft, RemediationStatus, VerificationDraft};
use crate::review::{Review, ReviewDraft};
use crate::timeline::EventDraft;
use crate::{Id, RefusalKind, Ruled};

/// An item of evidence, and a person who acts.
fn story(actor: &str) -> (Story, Id, Id) {
    let mut story = Story::new();
    let item = story.upload("Ada", "gateway.jsonl");
    let event = story.add::<EventDraft>(
        "Ada",
        json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": actor}}),
    );
    let principal = story.dossier.events.get(&event).unwrap().actor.clone();
    (story, item, principal)
}

fn review(story: &mut Story, who: &str, item: &Id) -> Ruled<Id> {
    let draft = json!({"evidence": item, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "outcome": "none"});
    let draft: ReviewDraft = serde_json::from_value(draft).unwrap();
    story.enter(who, |entry| entry.add(draft))
}

fn named(story: &mut Story, account: &str, names: &[&str]) {
    story.names.insert(account.into(), names.iter().map(|name| name.to_string()).collect());
}

#[test]
fn an_account_is_held_against_every_name_it_ever_had() {
    let table: [(&str, &[&str], bool); 18] = [
        ("Grace", &[], true),
        ("GRACE", &[], true),
        ("  grace ", &[], true),
        ("Gra\u{200b}ce", &[], true),
        ("G. Hopper", &["G. Hopper"], true),
        ("g. hopper", &["Somebody", "G. Hopper"], true),
        ("grace@example.org", &["grace@example.org"], true),
        ("Kim O\u{2019}Brien", &["Kim O'Brien"], true),
        ("Ann\u{2011}Lee Roe", &["Ann-Lee Roe"], true),
        ("\u{130}PEK AY", &["ipek ay"], true),
        ("Alan", &["G. Hopper"], false),
        ("Gr’ace O’Hopper", &["Gr'ace O'Hopper"], true),
        ("Grace-Anne Hopper", &["Grace‑Anne Hopper"], true),
        ("Ｇｒａｃｅ", &[], true),
        ("İpek Ay", &["ipek ay"], true),
        ("ışıl ay", &["IŞIL Ay"], true),
        ("GRACE\u{a0}HOPPER", &["Grace Hopper"], true),
        ("Grace Anne Hopper", &["Grace Hopper"], false),
    ];
    for (actor, names, refused) in table {
        let mut story = Story::new();
        let item = story.upload("Ada", "gateway.jsonl");
        // Written as an older document would have it, with whatever was typed then.
        let actor = crate::spelling::clean_name(actor);
        story.add::<EventDraft>(
            "Ada",
            json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": actor}}),
        );
        named(&mut story, "Grace", names);
        let outcome = review(&mut story, "Grace", &item);
        assert_eq!(outcome.is_err_and(|refusal| refusal.kind == RefusalKind::Forbidden), refused, "{actor} {names:?}");
    }
}

#[test]
fn a_principal_that_is_renamed_or_linked_is_who_it_was() {
    let (mut story, item, principal) = story("Grace");
    story.revise::<PrincipalDraft>("Ada", &principal, json!({"kind": "human", "name": "asker"}));
    assert!(review(&mut story, "Grace", &item).is_err(), "a role hides nobody");
    assert_eq!(story.dossier.principals.get(&principal).unwrap().former_names, ["Grace"]);
    let (mut story, item, principal) = self::story("asker");
    assert!(review(&mut story, "Grace", &item).is_ok());
    story.revise::<PrincipalDraft>(
        "Ada",
        &principal,
        json!({"kind": "human", "name": "asker", "account": person("Alan").id}),
    );
    named(&mut story, "Alan", &["Alan Turing"]);
    assert!(review(&mut story, "Alan", &item).is_err(), "linked by account");
    let unlink = |draft| {
        move |entry: &mut crate::casefile::Entry| {
            entry.revise::<PrincipalDraft>(&principal, serde_json::from_value(draft).unwrap())
        }
    };
    let off = json!({"kind": "human", "name": "asker"});
    assert!(story.enter("Alan", unlink.clone()(off.clone())).is_err(), "not by himself");
    assert!(story.enter("Ada", unlink(off)).is_ok());
}

#[test]
fn whoever_had_a_name_is_meant_by_it_unless_somebody_has_it_now() {
    use crate::principal::MergeDraft;
    let acts = |story: &mut Story, kind: &str, name: &str| {
        let draft = json!({"time": "unknown", "kind": "note", "actor": {"kind": kind, "name": name}});
        let event = story.add::<EventDraft>("Ada", draft);
        story.dossier.events.get(&event).unwrap().actor.clone()
    };
    let (mut story, _, grace) = story("Grace O’Hopper");
    assert_eq!(acts(&mut story, "human", "grace o'hopper"), grace, "spelt otherwise");
    story.revise::<PrincipalDraft>("Ada", &grace, json!({"kind": "human", "name": "asker"}));
    assert_eq!(acts(&mut story, "human", "Grace O'Hopper"), grace, "renamed");
    assert_ne!(acts(&mut story, "agent", "Grace O'Hopper"), grace, "an agent of that name is nobody's former name");
    let (mut story, _, gil) = self::story("Gil");
    let asker = acts(&mut story, "human", "asker");
    let into: MergeDraft = serde_json::from_value(json!({"into": asker})).unwrap();
    story.enter("Ada", |entry| entry.merge_principals(&gil, into)).unwrap();
    assert_eq!(acts(&mut story, "human", "gil"), asker, "merged");
    let other = story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Gil"}));
    assert_eq!(acts(&mut story, "human", "GIL"), other, "whoever has the name goes before");
}

#[test]
fn a_merge_keeps_what_only_one_tells_and_makes_no_agent_of_a_human() {
    use crate::principal::MergeDraft;
    let (mut story, _, gil) = story("Gil");
    let told = json!({"kind": "human", "name": "Gil", "part": "asker", "owner": "Ops"});
    story.revise::<PrincipalDraft>("Ada", &gil, told);
    let bot = story.add::<PrincipalDraft>("Ada", json!({"kind": "agent", "name": "bot"}));
    let unknown = story.add::<PrincipalDraft>("Ada", json!({"kind": "unknown", "name": "somebody", "owner": "IT"}));
    let into = |id: &Id| serde_json::from_value::<MergeDraft>(json!({"into": id})).unwrap();
    let refusal = story.enter("Ada", |entry| entry.merge_principals(&gil, into(&bot))).unwrap_err();
    assert!(refusal.sentence.contains("a human") && refusal.sentence.contains("an agent"), "{}", refusal.sentence);
    story.enter("Ada", |entry| entry.merge_principals(&gil, into(&unknown))).unwrap();
    let kept = story.dossier.principals.get(&unknown).unwrap();
    assert_eq!((kept.part.as_str(), kept.owner.as_str(), kept.kind.word()), ("asker", "IT", "human"));
}

#[test]
fn two_names_of_one_account_are_one_reader() {
    let (mut story, item, _) = story("Invoker");
    let id = review(&mut story, "Grace", &item).unwrap();
    let second = review(&mut story, "Grace", &item).unwrap();
    let mut renamed = story.dossier.reviews.get(&second).unwrap().record.clone();
    renamed.attested.by.name = "G. Hopper".into();
    story
        .enter("Ada", |entry| {
            entry.put(renamed);
            Ok(())
        })
        .unwrap();
    let facts = story.dossier.facts();
    let names: Vec<&str> = facts.reviews.iter().map(|review| review.reviewer.as_str()).collect();
    assert_eq!(names, ["Grace", "Grace"]);
    // And under either name it is the actor's.
    story.add::<EventDraft>(
        "Ada",
        json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": "g. hopper"}}),
    );
    assert!(story.dossier.facts().incident_actors.contains(&"Grace".to_string()));
    assert!(story.dossier.is_incident_actor(&story.dossier.reviews.get(&id).unwrap().attested.by));
}

#[test]
fn a_name_that_comes_later_tells_who_it_was() {
    let (mut story, item, _) = story("Mary");
    let id = review(&mut story, "Grace", &item).unwrap();
    assert_eq!(story.dossier.facts().incident_actors, ["Mary"]);
    let account = person("Grace").id;
    story
        .enter("Grace", |entry| {
            entry.note_names(&account, &["Grace".into(), "MARY".into()]);
            Ok(())
        })
        .unwrap();
    assert_eq!(story.dossier.reviews.get(&id).unwrap().names, ["MARY"]);
    assert_eq!(story.dossier.facts().incident_actors, ["Mary", "Grace"]);
}

#[test]
fn addresses_are_compared_and_not_told() {
    let (mut story, item, _) = story("Mary");
    named(&mut story, "Grace", &["Grace", "grace@example.org"]);
    let id = review(&mut story, "Grace", &item).unwrap();
    let names = &story.dossier.reviews.get(&id).unwrap().names;
    assert!(names.iter().all(|name| !name.contains("grace@")) && names.len() == 1, "{names:?}");
    story.add::<EventDraft>("Ada", json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": "Grace@Example.org"}}));
    assert!(story.dossier.facts().incident_actors.contains(&"Grace".to_string()));
}

#[test]
fn old_reviews_without_names_are_read() {
    let (mut story, item, _) = story("Mary");
    let id = review(&mut story, "Grace", &item).unwrap();
    let json = serde_json::to_value(&story.dossier.reviews.get(&id).unwrap().record).unwrap();
    assert!(json.get("names").is_none(), "what has one name reads as it always did");
    assert_eq!(serde_json::from_value::<Review>(json).unwrap(), story.dossier.reviews.get(&id).unwrap().record);
}

#[test]
fn nobody_steps_out_of_those_who_acted() {
    let (mut story, item, principal) = story("Grace");
    let event = story.dossier.events.iter().next().unwrap().id.clone();
    let somebody_else: EventDraft = serde_json::from_value(
        json!({"time": "2026-03-18T17:00:00Z", "kind": "action", "actor": {"kind": "human", "name": "Nobody"}}),
    )
    .unwrap();
    let refused = story.enter("Grace", |entry| entry.revise(&event, somebody_else));
    assert!(refused.is_err_and(|refusal| refusal.sentence.contains("take you out of it")));
    let as_system = json!({"kind": "system", "name": "Grace"});
    let draft: PrincipalDraft = serde_json::from_value(as_system).unwrap();
    assert!(story.enter("Grace", |entry| entry.revise(&principal, draft)).is_err());
    // What she wrote she may delete, and it is held against her still; what somebody else deletes is not.
    story.enter("Grace", |entry| entry.delete::<crate::timeline::Event>(&event)).unwrap();
    assert!(review(&mut story, "Grace", &item).is_err());
    story.enter("Ada", |entry| entry.restore::<crate::timeline::Event>(&event)).unwrap();
    story.enter("Ada", |entry| entry.delete::<crate::timeline::Event>(&event)).unwrap();
    assert!(review(&mut story, "Grace", &item).is_ok());
}

fn item(story: &mut Story, owner: serde_json::Value) -> Id {
    let base = json!({"title": "Ask first", "kind": "prevent", "enforcement": "hard", "completion": "done"});
    story.add::<RemediationDraft>("Ada", with(base, owner))
}

fn with(mut base: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

fn hand_over(story: &mut Story, id: &Id, owner: serde_json::Value) {
    let mut now = serde_json::to_value(&story.dossier.remediations.get(id).unwrap().record).unwrap();
    now.as_object_mut().unwrap().retain(|field, value| !value.is_null() && field != "former_owners");
    story.revise::<RemediationDraft>("Ada", id, with(now, owner));
}

fn verify(story: &mut Story, who: &str, id: &Id) -> Ruled<()> {
    let draft = VerificationDraft { completion: Some("I tried it".into()), evidence: Vec::new() };
    story.enter(who, |entry| entry.verify_remediation(id, draft))
}

fn status(story: &Story, id: &Id) -> RemediationStatus {
    let kept: &Remediation = &story.dossier.remediations.get(id).unwrap().record;
    kept.status
}

#[test]
fn whoever_ever_owned_an_item_never_verifies_it() {
    let grace = person("Grace").id;
    let owners =
        [json!({"owner": "Grace"}), json!({"owner": "whoever", "owner_account": grace}), json!({"owner": "GRACE "})];
    let away =
        [json!({"owner": "Alan"}), json!({"owner": ""}), json!({"owner": "Alan", "owner_account": "account-alan"})];
    for owner in &owners {
        for other in &away {
            let mut story = Story::new();
            let id = item(&mut story, owner.clone());
            assert!(verify(&mut story, "Grace", &id).is_err());
            hand_over(&mut story, &id, with(json!({"owner_account": ""}), other.clone()));
            assert!(verify(&mut story, "Grace", &id).is_err(), "{owner} {other}");
            verify(&mut story, "Mary", &id).unwrap();
            assert_eq!(status(&story, &id), RemediationStatus::Verified);
            hand_over(&mut story, &id, owner.clone());
            assert_eq!(status(&story, &id), RemediationStatus::Open, "{owner} {other}");
            assert!(verify(&mut story, "Grace", &id).is_err());
        }
    }
}

#[test]
fn an_owner_is_known_by_former_names_and_the_same_owner_reopens_nothing() {
    let mut story = Story::new();
    let id = item(&mut story, json!({"owner": "Hopper"}));
    named(&mut story, "Grace", &["Hopper"]);
    assert!(verify(&mut story, "Grace", &id).is_err());
    verify(&mut story, "Alan", &id).unwrap();
    hand_over(&mut story, &id, json!({"owner": "hopper", "owner_account": person("Grace").id}));
    assert_eq!(status(&story, &id), RemediationStatus::Verified, "the account only says who she is");
    hand_over(&mut story, &id, json!({"owner": "hopper", "owner_account": person("Alan").id}));
    assert_eq!(status(&story, &id), RemediationStatus::Open);
}

/// A deleted event may come back after its actor was merged into another principal, or deleted as well.
#[test]
fn an_event_that_comes_back_names_who_its_actor_turned_out_to_be() {
    use crate::principal::{MergeDraft, Principal};
    use crate::timeline::Event;

    let (mut story, item, grace) = story("Grace");
    let event = story.dossier.events.iter().next().unwrap().id.clone();
    let team = story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "The asker"}));
    story.enter("Ada", |entry| entry.delete::<Event>(&event)).unwrap();
    let draft: MergeDraft = serde_json::from_value(json!({"into": team})).unwrap();
    story.enter("Ada", |entry| entry.merge_principals(&grace, draft)).unwrap();
    story.enter("Ada", |entry| entry.restore::<Event>(&event)).unwrap();
    assert_eq!(story.dossier.events.get(&event).unwrap().actor, team);
    assert!(review(&mut story, "Grace", &item).is_err(), "she is who acted");
    // Merged once more, the first is the last.
    let last = story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Somebody"}));
    story.enter("Ada", |entry| entry.delete::<Event>(&event)).unwrap();
    let draft: MergeDraft = serde_json::from_value(json!({"into": last})).unwrap();
    story.enter("Ada", |entry| entry.merge_principals(&team, draft)).unwrap();
    story.enter("Ada", |entry| entry.delete::<Principal>(&last)).unwrap();
    story.enter("Ada", |entry| entry.restore::<Event>(&event)).unwrap();
    let actor = story.dossier.events.get(&event).unwrap().actor.clone();
    assert!(story.dossier.principals.get(&actor).is_some(), "whoever was deleted comes back with the event");
}
