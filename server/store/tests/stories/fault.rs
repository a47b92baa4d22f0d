//! A disk that is full, or fails: what was acknowledged is on it, and what was not is not.

use domain::Key;
use domain::access::Permit;
use domain::claim::ClaimDraft;
use domain::incident::Status;
use serde_json::json;
use store::testing::Fault;
use store::{Error, Store};

use crate::world::{World, ada, claim};

/// What the database holds, seen by somebody who opens it anew.
async fn on_disk(world: &World, key: Key) -> u64 {
    let fresh = Store::open(&world.settings).await.unwrap();
    let version = fresh.version(&ada(), key).await.unwrap();
    let report = fresh.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    fresh.close().await;
    version
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_after_a_full_disk_is_on_the_disk() {
    let (world, faults) = World::on_a_failing_disk().await;
    let key = world.incident(json!({})).await;
    faults.fail_on(Fault::Full);
    world.add::<ClaimDraft>(&ada(), key, claim("The disk is full", "a")).await.unwrap_err();
    assert!(faults.failed() > 0, "the disk was full");
    faults.lift();
    let refused = world.add::<ClaimDraft>(&ada(), key, claim("", "a")).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    let mut acknowledged = 0;
    for number in 0..50 {
        let claim = claim(&format!("There is room again {number}"), "a");
        acknowledged = world.add::<ClaimDraft>(&ada(), key, claim).await.unwrap().version;
    }
    let filed = world.incident(json!({})).await;
    let seen = on_disk(&world, key).await;
    assert_eq!(seen, acknowledged, "of 50 changes that were acknowledged, the disk does not hold all");
    assert!(on_disk(&world, filed).await > 0, "the new incident is there");
}

/// A write is some ten calls of the disk. Whichever fails, the write is stored if and only if it was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_at_any_step_of_a_write_loses_nothing() {
    for fault in [Fault::Full, Fault::Write] {
        let (world, faults) = World::on_a_failing_disk().await;
        let key = world.incident(json!({})).await;
        let mut acknowledged = world.store.version(&ada(), key).await.unwrap();
        for step in 0.. {
            faults.fail(fault, step, 1);
            let written = world.add::<ClaimDraft>(&ada(), key, claim(&format!("Step {step}"), "a")).await;
            let is_through = faults.failed() == 0;
            faults.lift();
            match &written {
                Ok(written) => acknowledged = written.version,
                Err(error) => assert!(!is_through, "{error:?}"),
            }
            assert_eq!(on_disk(&world, key).await, acknowledged, "{fault:?} at step {step}: {written:?}");
            let set = if step % 2 == 0 { Status::Contained } else { Status::Resolved };
            let next = world.store.enter(&ada(), key, Permit::Edit, |entry| entry.set_status(set)).await;
            acknowledged = next.unwrap().version;
            assert_eq!(on_disk(&world, key).await, acknowledged, "after {fault:?} at step {step}");
            if is_through {
                assert!(step > 3, "a write has several steps");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_says_what_to_do_and_lets_everybody_read() {
    let (world, faults) = World::on_a_failing_disk().await;
    let key = world.incident(json!({})).await;
    let new = store::NewUser {
        email: "kim@example.org".into(),
        name: "Kim".into(),
        role: domain::access::Role::Responder,
        password: "a long enough password".into(),
    };
    let kim = world.store.create_user(&ada(), new).await.unwrap();
    let token =
        store::NewToken { name: "reader".into(), scope: domain::access::Scope::Write, agent: None, expires_days: None };
    let secret = world.store.create_token(&kim.actor(), &kim.id, token.clone()).await.unwrap().1;
    faults.fail_on(Fault::Full);
    let written = world.add::<ClaimDraft>(&ada(), key, claim("No room", "a")).await;
    assert!(matches!(written, Err(Error::Full(_))), "{written:?}");
    let created = world.store.create_token(&kim.actor(), &kim.id, token).await;
    assert!(matches!(created, Err(Error::Full(_))), "a token that was shown must be there: {created:?}");
    let reader = world.store.authenticate_token(&secret).await.expect("reading needs no room");
    assert!(world.store.dossier(&reader, key).await.is_ok());
    faults.lift();
    world.add::<ClaimDraft>(&ada(), key, claim("Room", "a")).await.unwrap();
    assert_eq!(world.store.tokens(&kim.actor(), &kim.id).await.unwrap().len(), 1);
}

/// A statement by itself, whose row comes out before it is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_shown_is_stored() {
    let (world, faults) = World::on_a_failing_disk().await;
    let new = store::NewUser {
        email: "kim@example.org".into(),
        name: "Kim".into(),
        role: domain::access::Role::Responder,
        password: "a long enough password".into(),
    };
    let kim = world.store.create_user(&ada(), new).await.unwrap();
    for fault in [Fault::Full, Fault::Write] {
        for step in 0..12 {
            let token = store::NewToken {
                name: format!("{fault:?} {step}"),
                scope: domain::access::Scope::Write,
                agent: None,
                expires_days: None,
            };
            faults.fail(fault, step, 1);
            let created = world.store.create_token(&kim.actor(), &kim.id, token).await;
            faults.lift();
            if let Ok((_, secret)) = created {
                assert!(world.store.authenticate_token(&secret).await.is_ok(), "{fault:?} at step {step}");
            }
        }
    }
}

/// An error while reading leaves no connection behind that reads an old moment for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verifying_works_again_after_reads_that_failed() {
    let (world, faults) = World::on_a_failing_disk().await;
    let key = world.incident(json!({"summary": "s".repeat(50_000)})).await;
    for step in 0..20 {
        let fresh = Store::open(&world.settings).await.unwrap();
        faults.fail(Fault::Read, step, 3);
        let _ = fresh.verify(None).await;
        faults.lift();
        for _ in 0..6 {
            assert!(fresh.verify(None).await.unwrap().is_whole(), "after an error at step {step}");
        }
        world.add::<ClaimDraft>(&ada(), key, claim(&format!("Step {step}"), "a")).await.unwrap();
        assert_eq!(fresh.version(&ada(), key).await.unwrap(), world.store.version(&ada(), key).await.unwrap());
        fresh.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_none_is_named_as_one() {
    let (world, _faults) = World::on_a_failing_disk().await;
    let key = world.incident(json!({"summary": "s".repeat(50_000)})).await;
    world.store.close().await;
    let file = world.dir.join("inquest.db");
    let whole = std::fs::read(&file).unwrap();
    // Not a database at all.
    std::fs::write(&file, vec![b'x'; whole.len()]).unwrap();
    let opened = Store::open(&world.settings).await;
    assert!(matches!(opened, Err(Error::Damaged(_))), "{opened:?}");
    // One whose pages are rubbish behind the first.
    let mut torn = whole.clone();
    torn[4096..].fill(0xA5);
    std::fs::write(&file, torn).unwrap();
    let read = match Store::open(&world.settings).await {
        Ok(store) => store.dossier(&ada(), key).await.map(drop),
        Err(error) => Err(error),
    };
    assert!(matches!(read, Err(Error::Damaged(_))), "{read:?}");
    assert!(read.unwrap_err().to_string().contains("restore the last backup"));
}
