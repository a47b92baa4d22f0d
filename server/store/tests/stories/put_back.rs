//! Older versions come back, and people undo what they just did.

use domain::access::{Permit, Role};
use domain::casefile::Noun;
use domain::claim::{Claim, ClaimDraft};
use domain::comment::CommentDraft;
use domain::history::Undo;
use domain::{Id, Key, RefusalKind};
use serde_json::json;

use crate::world::{World, ada, claim, grace, refusal, revise, vera};

on_both_engines!(
    every_version_of_a_record_is_listed_and_comes_back,
    an_undo_takes_back_one_entry,
    an_undo_stops_where_somebody_was_faster,
    who_may_not_edit_may_not_put_back,
);

async fn edit(world: &World, actor: &store::Actor, key: Key, id: &Id, value: &str) {
    world.clock.advance_seconds(1);
    let patch = json!({ "value": value });
    revise::<ClaimDraft>(&world.store, actor, key, id, None, &patch).await.unwrap();
}

async fn every_version_of_a_record_is_listed_and_comes_back(world: World) {
    let key = world.incident(json!({})).await;
    let id = world.add::<ClaimDraft>(&ada(), key, claim("Nobody read it", "readers")).await.unwrap().value;
    edit(&world, &grace(), key, &id, "none").await;
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Claim>(&id)).await.unwrap();
    let versions = world.store.incident(&vera(), key).await.unwrap().versions(Noun::Claim, &id).await.unwrap();
    let kinds: Vec<&str> = versions.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(kinds, ["deleted", "edited", "added"]);
    let restored = world.store.restore_version(&grace(), key, versions[1].version).await.unwrap();
    assert_eq!(restored.value, (Noun::Claim, id.clone()));
    assert_eq!(restored.dossier.claims.get(&id).unwrap().value, "none");
    let versions = world.store.incident(&vera(), key).await.unwrap().versions(Noun::Claim, &id).await.unwrap();
    assert_eq!((versions[0].kind.as_str(), versions[0].actor.name.as_str()), ("restored", "Grace"));
    assert_eq!(refusal(world.store.restore_version(&grace(), key, 999).await).kind, RefusalKind::Absent);
    assert!(world.store.incident(&vera(), key).await.unwrap().versions(Noun::Event, &id).await.unwrap().is_empty());
    assert!(world.store.verify(Some(key)).await.unwrap().is_whole());
}

async fn an_undo_takes_back_one_entry(world: World) {
    let key = world.incident(json!({})).await;
    world.clock.advance_seconds(1);
    let drafts = ["one", "two"].map(|field| store::parse_draft::<ClaimDraft>(claim(field, field)).unwrap());
    let add = |entry: &mut domain::casefile::Entry| {
        drafts.into_iter().map(|draft| entry.add(draft)).collect::<domain::Ruled<Vec<Id>>>()
    };
    world.store.enter(&grace(), key, Permit::Edit, add).await.unwrap();
    edit(&world, &ada(), key, &world.add::<ClaimDraft>(&ada(), key, claim("Other", "other")).await.unwrap().value, "x")
        .await;
    let Undo::Ready(changes) = world.store.incident(&grace(), key).await.unwrap().undoable().await.unwrap() else {
        panic!("it can be undone")
    };
    assert_eq!(changes.len(), 2);
    let undone = world.store.undo(&grace(), key, None).await.unwrap();
    assert_eq!((undone.value.len(), undone.dossier.claims.len()), (2, 1));
    assert!(world.store.verify(Some(key)).await.unwrap().is_whole());
}

async fn an_undo_stops_where_somebody_was_faster(world: World) {
    let key = world.incident(json!({})).await;
    world.clock.advance_seconds(1);
    let id = world.add::<ClaimDraft>(&grace(), key, claim("Nobody read it", "readers")).await.unwrap().value;
    edit(&world, &ada(), key, &id, "none").await;
    let before = world.store.version(&ada(), key).await.unwrap();
    let refused = refusal(world.store.undo(&grace(), key, None).await);
    assert_eq!(refused.kind, RefusalKind::State);
    assert!(refused.sentence.starts_with("Ada changed the claim “Nobody read it” since"), "{refused}");
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), before, "a refusal writes nothing");
}

async fn who_may_not_edit_may_not_put_back(world: World) {
    let key = world.incident(json!({})).await;
    world.clock.advance_seconds(1);
    let id = world.add::<ClaimDraft>(&ada(), key, claim("Nobody read it", "readers")).await.unwrap().value;
    edit(&world, &ada(), key, &id, "none").await;
    let first = world.store.incident(&ada(), key).await.unwrap().versions(Noun::Claim, &id).await.unwrap()[1].version;
    let mut reviewer = vera();
    reviewer.role = Role::Reviewer;
    for actor in [vera(), reviewer.clone()] {
        assert_eq!(refusal(world.store.restore_version(&actor, key, first).await).kind, RefusalKind::Forbidden);
    }
    // A reviewer undoes a comment of their own.
    world.clock.advance_seconds(1);
    let about = format!("claim/{id}");
    let draft = store::parse_draft::<CommentDraft>(json!({"about": about, "body": "Says who?"})).unwrap();
    world.store.enter(&reviewer, key, Permit::Review, |entry| entry.add(draft)).await.unwrap();
    assert!(world.store.undo(&reviewer, key, None).await.unwrap().dossier.comments.is_empty());
    let private = world.incident(json!({"visibility": "private"})).await;
    assert_eq!(refusal(world.store.undo(&grace(), private, None).await).kind, RefusalKind::Absent);
    assert_eq!(refusal(world.store.incident(&grace(), private).await.map(drop)).kind, RefusalKind::Absent);
}
