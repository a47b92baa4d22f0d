//! Nobody can change what was written without being found out.

use domain::Key;
use domain::access::Permit;
use domain::claim::{Claim, ClaimDraft};
use serde_json::json;

use crate::world::{World, ada, claim, grace};

on_both_engines!(
    a_whole_chain_is_verified,
    an_altered_change_breaks_the_chain,
    a_removed_change_is_missed,
    a_cut_off_end_is_missed,
    an_altered_record_is_found,
    a_smuggled_record_is_found,
    a_record_added_and_deleted_in_one_entry_was_never_there,
);

async fn with_changes(world: &World) -> Key {
    let key = world.incident(json!({"summary": "Grüße, “quoted”\n\\ and 1e400"})).await;
    let id = world.add::<ClaimDraft>(&grace(), key, claim("One", "a")).await.unwrap().value;
    world.add::<ClaimDraft>(&grace(), key, claim("Two", "b")).await.unwrap();
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Claim>(&id)).await.unwrap();
    key
}

async fn broken(world: &World) -> String {
    let report = world.store.verify(None).await.unwrap();
    assert_eq!(report.broken.len(), 1, "{report:?}");
    report.broken[0].sentence.clone()
}

async fn a_whole_chain_is_verified(world: World) {
    let key = with_changes(&world).await;
    with_changes(&world).await;
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.incidents, report.changes), (2, 8));
    assert_eq!(world.store.verify(Some(key)).await.unwrap().incidents, 1);
    let changes = world.store.changes(&ada(), key, 0, 2).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.version).collect::<Vec<_>>(), [1, 2]);
}

async fn an_altered_change_breaks_the_chain(world: World) {
    with_changes(&world).await;
    assert_eq!(world.sql("update changes set at = at + 1 where version = 2").await, 1);
    let sentence = broken(&world).await;
    assert!(sentence.starts_with("INC-1: change 2 (added claim"), "{sentence}");
}

async fn a_removed_change_is_missed(world: World) {
    with_changes(&world).await;
    world.sql("delete from changes where version = 3").await;
    assert_eq!(broken(&world).await, "INC-1: change 3 is missing from the log.");
}

async fn a_cut_off_end_is_missed(world: World) {
    with_changes(&world).await;
    world.sql("delete from changes where version = 4").await;
    assert!(broken(&world).await.contains("the log ends at change 3, but the incident is at version 4"));
}

async fn an_altered_record_is_found(world: World) {
    with_changes(&world).await;
    assert_eq!(
        world.sql("update records set body = replace(body, 'Two', 'Too') where noun = 'claim' and version = 3").await,
        1
    );
    assert!(broken(&world).await.ends_with("is not what change 3 made of it: the record was altered."));
}

async fn a_smuggled_record_is_found(world: World) {
    with_changes(&world).await;
    world.sql("insert into records (incident_id, noun, id, version, body) select id, 'factor', 'f', 4, '{\"id\":\"f\",\"statement\":\"x\"}' from incidents").await;
    assert_eq!(broken(&world).await, "INC-1: factor f is in no change: it was put there behind the log's back.");
}

async fn a_record_added_and_deleted_in_one_entry_was_never_there(world: World) {
    let key = world.incident(json!({})).await;
    let draft = store::parse_draft::<ClaimDraft>(claim("Oops", "a")).unwrap();
    let entered = world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| {
            let id = entry.add(draft)?;
            entry.delete::<Claim>(&id)
        })
        .await
        .unwrap();
    let fresh = store::Store::open(&world.settings).await.unwrap();
    assert_eq!(fresh.dossier(&ada(), key).await.unwrap().version, entered.version);
    assert!(fresh.verify(None).await.unwrap().is_whole());
}
