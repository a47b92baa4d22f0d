//! What is signed cannot be rewritten unseen by whoever owns the database.

use std::os::unix::fs::PermissionsExt;

use domain::Key;
use domain::access::Permit;
use domain::canonical::canonical;
use domain::casefile::Entry;
use domain::claim::ClaimDraft;
use domain::revision::digest;
use serde_json::json;
use sqlx::AssertSqlSafe;
use store::is_signed;

use crate::world::{World, ada, claim, grace, vera};

on_both_engines!(
    the_key_is_made_once_and_only_its_owner_reads_it,
    a_rotated_key_signs_no_more_and_what_it_signed_stays_signed,
    chains_that_went_on_are_signed_once_a_day,
    a_history_rewritten_with_every_hash_is_found_by_kept_checkpoints,
    a_history_put_back_to_an_older_state_is_found_by_kept_checkpoints,
    a_kept_list_that_was_altered_is_no_proof,
);

async fn sentences(world: &World, kept: Option<&str>) -> Vec<String> {
    let mut report = world.store.verify(None).await.unwrap();
    if let Some(kept) = kept {
        world.store.expect_checkpoints(kept, &mut report).await.unwrap().unwrap();
    }
    report.broken.into_iter().map(|broken| broken.sentence).collect()
}

/// What somebody outside fetched.
async fn fetched(world: &World) -> String {
    serde_json::to_string(&world.store.checkpoints(0).await.unwrap()).unwrap()
}

async fn with_changes(world: &World) -> Key {
    let key = world.incident(json!({})).await;
    for statement in ["One", "Two", "Three"] {
        world.add::<ClaimDraft>(&grace(), key, claim(statement, statement)).await.unwrap();
    }
    key
}

async fn the_key_is_made_once_and_only_its_owner_reads_it(world: World) {
    let key = world.store.signing_key().await.unwrap();
    let file = world.dir.join("signing.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&file).unwrap();
    let again = store::Store::open(&world.settings).await.unwrap();
    assert_eq!(again.signing_key().await.unwrap(), key);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), secret);
    assert!(!secret.contains(&key.public_key));
    let left: Vec<_> = std::fs::read_dir(&world.dir).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.iter().filter(|name| name.to_string_lossy().starts_with("signing")).count(), 1, "{left:?}");
}

async fn a_rotated_key_signs_no_more_and_what_it_signed_stays_signed(world: World) {
    let key = world.incident(json!({})).await;
    world.publish(key).await;
    let old = world.store.signing_key().await.unwrap();
    let new = world.store.rotate_key().await.unwrap();
    assert_ne!(old.id, new.id);
    let keys = world.store.signing_keys().await.unwrap();
    assert_eq!(keys.iter().filter(|key| key.retired_at.is_some()).map(|key| &key.id).collect::<Vec<_>>(), [&old.id]);
    world.store.enter(&ada(), key, Permit::Edit, Entry::reopen_postmortem).await.unwrap();
    world.publish_again(key).await;
    for (number, signer) in [(1, &old), (2, &new)] {
        let manifest = world.store.incident(&vera(), key).await.unwrap().revision(number).await.unwrap();
        let signature = world.store.incident(&vera(), key).await.unwrap().revision_signature(number).await.unwrap();
        assert_eq!(signature.key, signer.id);
        assert!(is_signed(&keys, &signature.key, &manifest.text(), &signature.signature));
        assert!(!is_signed(&keys, &signature.key, &manifest.text().replace("Ada", "Eve"), &signature.signature));
    }
    assert_eq!(sentences(&world, None).await, [""; 0]);
}

async fn chains_that_went_on_are_signed_once_a_day(world: World) {
    let key = with_changes(&world).await;
    with_changes(&world).await;
    // Two incidents, and the instance, whose log the key stands in.
    assert_eq!(world.store.checkpoint_daily().await.unwrap(), 3);
    assert_eq!(world.store.checkpoint_daily().await.unwrap(), 0);
    world.add::<ClaimDraft>(&grace(), key, claim("Four", "d")).await.unwrap();
    world.clock.advance_seconds(23 * 3600);
    assert_eq!(world.store.checkpoint_daily().await.unwrap(), 0, "not a day yet");
    world.clock.advance_seconds(3600);
    assert_eq!(world.store.checkpoint_daily().await.unwrap(), 1, "the one that went on");
    assert_eq!(sentences(&world, Some(&fetched(&world).await)).await, [""; 0]);
}

async fn a_history_rewritten_with_every_hash_is_found_by_kept_checkpoints(world: World) {
    let key = with_changes(&world).await;
    world.store.checkpoint().await.unwrap();
    let kept = fetched(&world).await;
    world.add::<ClaimDraft>(&grace(), key, claim("Later", "d")).await.unwrap();
    assert_eq!(sentences(&world, Some(&kept)).await, [""; 0], "a log that goes on goes through its checkpoints");
    // Somebody else is made the author of the second change, and every hash after it is computed again.
    let mut head = String::new();
    for change in world.store.incident(&ada(), key).await.unwrap().changes(0, 100).await.unwrap() {
        let mut actor = json!(change.actor);
        if change.version == 2 {
            actor["name"] = json!("Mallory");
        }
        let document = json!({"actor": actor, "after": change.after, "at": change.at, "before": change.before,
            "id": change.id, "kind": change.kind, "noun": change.noun, "version": change.version});
        head = digest(format!("{head}{}", canonical(&document)).as_bytes());
        sqlx::query(AssertSqlSafe("update changes set actor = $1, hash = $2 where version = $3"))
            .bind(canonical(&actor))
            .bind(&head)
            .bind(i64::try_from(change.version).unwrap())
            .execute(&world.backdoor)
            .await
            .unwrap();
    }
    sqlx::query(AssertSqlSafe("update incidents set head = $1")).bind(&head).execute(&world.backdoor).await.unwrap();
    let told = sentences(&world, None).await;
    assert!(told.len() == 1 && told[0].contains("the log was rewritten"), "its own checkpoints show it: {told:?}");
    // So those are taken out as well: now nothing in the database shows it.
    world.sql("delete from checkpoints").await;
    world.sql("update counters set value = 0 where name = 'checkpoints'").await;
    assert_eq!(sentences(&world, None).await, [""; 0]);
    let told = sentences(&world, Some(&kept)).await;
    assert!(
        told.len() == 1
            && told[0].starts_with(
                "INC-1: change 4 is not the one of checkpoint 1, signed at 2026-03-18T17:00:00Z: the log was rewritten."
            ),
        "{told:?}"
    );
}

async fn a_history_put_back_to_an_older_state_is_found_by_kept_checkpoints(world: World) {
    const TABLES: [&str; 7] =
        ["incidents", "records", "changes", "counters", "checkpoints", "subjects", "subject_changes"];
    let key = with_changes(&world).await;
    world.store.signing_key().await.unwrap();
    for table in TABLES {
        let statement = format!("create table kept_{table} as select * from {table}");
        sqlx::query(AssertSqlSafe(statement)).execute(&world.backdoor).await.unwrap();
    }
    world.add::<ClaimDraft>(&grace(), key, claim("What nobody shall know", "d")).await.unwrap();
    with_changes(&world).await;
    world.store.checkpoint().await.unwrap();
    let kept = fetched(&world).await;
    world.open_backdoor().await;
    for table in TABLES {
        for statement in [format!("delete from {table}"), format!("insert into {table} select * from kept_{table}")] {
            sqlx::query(AssertSqlSafe(statement)).execute(&world.backdoor).await.unwrap();
        }
    }
    assert_eq!(sentences(&world, None).await, [""; 0], "nothing in the database shows it");
    let told = sentences(&world, Some(&kept)).await;
    assert!(told.iter().any(|told| told.contains("INC-1: change 5 is gone") && told.contains("shortened")), "{told:?}");
    assert!(told.iter().any(|told| told.contains("an incident or an agent was taken out")), "{told:?}");
}

async fn a_kept_list_that_was_altered_is_no_proof(world: World) {
    with_changes(&world).await;
    world.store.checkpoint().await.unwrap();
    let mut list = world.store.checkpoints(0).await.unwrap();
    list.checkpoints[0].changes -= 1;
    let altered = serde_json::to_string(&list).unwrap();
    let told = sentences(&world, Some(&altered)).await;
    assert!(told.len() == 1 && told[0].starts_with("Checkpoint 1 is not signed by the key it names"), "{told:?}");
    let mut report = world.store.verify(None).await.unwrap();
    for text in ["", "{}", "INC-1", r#"{"form":"inquest-checkpoints/2","keys":[],"checkpoints":[],"next":null}"#] {
        assert!(world.store.expect_checkpoints(text, &mut report).await.unwrap().is_err(), "{text}");
    }
}
