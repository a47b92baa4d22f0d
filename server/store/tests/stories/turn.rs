//! Many who write to one incident leave the others alone.

use std::time::{Duration, Instant};

use domain::access::Permit;
use domain::claim::ClaimDraft;
use domain::incident::Status;
use serde_json::json;
use sqlx::Connection;
use store::Error;
use tokio::time::{sleep, timeout};

use crate::world::{World, ada, claim, vera};

on_both_engines!(a_slow_rule_holds_up_nobody_else, a_rule_that_was_overtaken_is_not_written);

/// Whatever a rule or a merge takes, it takes before the lock that all incidents share.
async fn a_slow_rule_holds_up_nobody_else(world: World) {
    let (slow, other) = (world.incident(json!({})).await, world.incident(json!({})).await);
    let store = world.store.clone();
    let writer = tokio::spawn(async move {
        let act = |entry: &mut domain::casefile::Entry| {
            std::thread::sleep(Duration::from_secs(3));
            entry.set_status(Status::Contained)
        };
        store.enter(&ada(), slow, Permit::Edit, act).await
    });
    sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    world.add::<ClaimDraft>(&ada(), other, claim("Meanwhile", "a")).await.unwrap();
    world.incident(json!({})).await;
    assert!(begun.elapsed() < Duration::from_millis(1500), "waited {:?} for another incident", begun.elapsed());
    writer.await.unwrap().unwrap();
}

/// Another process wrote while the rule ran: nothing of what it wrote may be lost.
async fn a_rule_that_was_overtaken_is_not_written(world: World) {
    let key = world.incident(json!({})).await;
    let (ours, theirs) = (world.store.clone(), store::Store::open(&world.settings).await.unwrap());
    let writer = tokio::spawn(async move {
        let act = |entry: &mut domain::casefile::Entry| {
            std::thread::sleep(Duration::from_secs(1));
            entry.set_status(Status::Contained)
        };
        ours.enter(&ada(), key, Permit::Edit, act).await
    });
    sleep(Duration::from_millis(300)).await;
    let draft = store::parse_draft::<ClaimDraft>(claim("Meanwhile", "a")).unwrap();
    let other = theirs.enter(&ada(), key, Permit::Edit, |entry| entry.add(draft)).await;
    let written = writer.await.unwrap();
    assert!(matches!(written, Ok(_) | Err(Error::Busy(_))), "{written:?}");
    assert!(matches!(other, Ok(_) | Err(Error::Busy(_))), "{other:?}");
    let stored = u64::from(written.is_ok()) + u64::from(other.is_ok());
    assert!(stored >= 1);
    let dossier = theirs.dossier(&ada(), key).await.unwrap();
    assert_eq!(dossier.claims.len(), usize::from(other.is_ok()));
    assert_eq!(dossier.incident().unwrap().status == Status::Contained, written.is_ok());
    assert!(theirs.verify(None).await.unwrap().is_whole());
}

/// On PostgreSQL writers that wait for each other once took every connection, and nobody could read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_that_wait_leave_reading_alone() {
    let world = World::on_postgres().await;
    let (stuck, other) = (world.incident(json!({})).await, world.incident(json!({})).await);
    let mut backdoor = world.backdoor.acquire().await.unwrap();
    let mut holder = backdoor.begin().await.unwrap();
    sqlx::query("update incidents set version = version where number = $1")
        .bind(stuck.0)
        .execute(&mut *holder)
        .await
        .unwrap();
    let writers: Vec<_> = (0..40)
        .map(|number| {
            let (store, draft) = (world.store.clone(), claim(&format!("Writer {number}"), "a"));
            tokio::spawn(async move {
                let draft = store::parse_draft::<ClaimDraft>(draft).unwrap();
                store.enter(&ada(), stuck, Permit::Edit, |entry| entry.add(draft)).await
            })
        })
        .collect();
    sleep(Duration::from_millis(500)).await;
    let second = Duration::from_secs(1);
    for key in [stuck, other] {
        let read = timeout(second, world.store.dossier(&vera(), key)).await;
        assert!(matches!(read, Ok(Ok(_))), "{key} cannot be read while others wait to write: {read:?}");
    }
    let written = timeout(second, world.add::<ClaimDraft>(&ada(), other, claim("Meanwhile", "a"))).await;
    assert!(matches!(written, Ok(Ok(_))), "another incident cannot be written: {written:?}");
    holder.rollback().await.unwrap();
    let mut stored = 0;
    for writer in writers {
        stored += usize::from(writer.await.unwrap().is_ok());
    }
    assert_eq!(stored, 40, "all of them were stored once there was room");
}

/// Whoever waits too long is told so, and whoever comes to a queue that is too long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_has_an_end() {
    let world = World::on_postgres().await;
    let stuck = world.incident(json!({})).await;
    let mut backdoor = world.backdoor.acquire().await.unwrap();
    let mut holder = backdoor.begin().await.unwrap();
    sqlx::query("update incidents set version = version where number = $1")
        .bind(stuck.0)
        .execute(&mut *holder)
        .await
        .unwrap();
    let writers: Vec<_> = (0..80)
        .map(|number| {
            let (store, draft) = (world.store.clone(), claim(&format!("Writer {number}"), "a"));
            tokio::spawn(async move {
                let draft = store::parse_draft::<ClaimDraft>(draft).unwrap();
                store.enter(&ada(), stuck, Permit::Edit, |entry| entry.add(draft)).await
            })
        })
        .collect();
    for writer in writers {
        let answer = timeout(Duration::from_secs(20), writer).await.expect("an end").unwrap();
        assert!(matches!(answer, Err(Error::Busy(_))), "{answer:?}");
    }
    holder.rollback().await.unwrap();
    world.add::<ClaimDraft>(&ada(), stuck, claim("Room", "a")).await.unwrap();
}
