//! Uploads in pieces: kept, counted once, put together once, and swept away.

use bytes::Bytes;
use domain::Key;
use serde_json::json;
use store::{Description, Error};

use crate::world::{World, ada, grace, opened, refusal};

on_both_engines!(
    pieces_are_put_together_once,
    of_two_senders_of_one_piece_one_counts,
    what_gets_nothing_for_a_day_is_swept_away,
    an_account_has_so_many_at_once,
);

async fn filed(world: &World) -> Key {
    world.incident(json!({ "title": "Agent answers in public", "occurred": "2026-03-18 16:00" })).await
}

fn described(name: &str) -> Description {
    Description { name: name.into(), unread: true, ..Description::default() }
}

fn folders(world: &World) -> usize {
    let folders = std::fs::read_dir(world.dir.join("evidence/partial")).into_iter().flatten().flatten();
    folders.map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().count()).sum()
}

async fn pieces_are_put_together_once(world: World) {
    let (store, key) = (&world.store, filed(&world).await);
    let mut partial = opened(store, ada, key).await.begin_partial(6, "{}").await.unwrap();
    store.add_piece(&mut partial, Bytes::from_static(b"abc")).await.unwrap();
    assert_eq!((opened(store, ada, key).await.partial(&partial.id).await.unwrap().received, folders(&world)), (3, 1));
    assert!(refusal(opened(store, grace, key).await.partial(&partial.id).await).sentence.contains("upload"));
    // It is not whole yet, and cannot be put together.
    assert!(matches!(store.finish_partial(&ada(), key, &partial, described("a")).await, Err(Error::Internal(_))));
    store.add_piece(&mut partial, Bytes::from_static(b"def")).await.unwrap();
    let (id, dossier) = store.finish_partial(&ada(), key, &partial, described("a")).await.unwrap();
    assert_eq!((dossier.evidence.get(&id).unwrap().bytes, folders(&world)), (6, 0));
    let again = opened(store, ada, key).await.partial(&partial.id).await.unwrap();
    assert_eq!(store.finish_partial(&ada(), key, &again, described("a")).await.unwrap().0, id);
    opened(store, ada, key).await.drop_partial(&partial.id).await.unwrap();
    assert_eq!(store.dossier(&ada(), key).await.unwrap().evidence.len(), 1, "what it became stays");
}

async fn of_two_senders_of_one_piece_one_counts(world: World) {
    let (store, key) = (&world.store, filed(&world).await);
    let mut first = opened(store, ada, key).await.begin_partial(6, "{}").await.unwrap();
    let mut second = first.clone();
    store.add_piece(&mut first, Bytes::from_static(b"abc")).await.unwrap();
    let crossed = store.add_piece(&mut second, Bytes::from_static(b"ABCD")).await;
    assert!(matches!(crossed, Err(Error::Held(sentence)) if sentence.contains("at the same time")));
    store.add_piece(&mut first, Bytes::from_static(b"def")).await.unwrap();
    let (id, dossier) = store.finish_partial(&ada(), key, &first, described("a")).await.unwrap();
    // The digest of “abcdef”.
    let sha256 = "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721";
    assert_eq!(dossier.evidence.get(&id).unwrap().sha256, sha256);
}

async fn what_gets_nothing_for_a_day_is_swept_away(world: World) {
    let (store, key) = (&world.store, filed(&world).await);
    let mut partial = opened(store, ada, key).await.begin_partial(6, "{}").await.unwrap();
    store.add_piece(&mut partial, Bytes::from_static(b"abc")).await.unwrap();
    store.clock().advance_seconds(23 * 3600);
    store.add_piece(&mut partial, Bytes::from_static(b"d")).await.unwrap();
    store.clock().advance_seconds(23 * 3600);
    store.sweep().await.unwrap();
    assert_eq!((opened(store, ada, key).await.partials().await.unwrap().len(), folders(&world)), (1, 2));
    store.clock().advance_seconds(2 * 3600);
    store.sweep().await.unwrap();
    assert_eq!((opened(store, ada, key).await.partials().await.unwrap().len(), folders(&world)), (0, 0));
}

async fn an_account_has_so_many_at_once(world: World) {
    let (store, key) = (&world.store, filed(&world).await);
    for _ in 0..16 {
        opened(store, ada, key).await.begin_partial(1 << 20, "{}").await.unwrap();
    }
    assert!(matches!(opened(store, ada, key).await.begin_partial(1, "{}").await, Err(Error::TooMany { .. })));
    opened(store, grace, key).await.begin_partial(store::PARTIAL_BYTES_MAX, "{}").await.unwrap();
    assert!(matches!(opened(store, grace, key).await.begin_partial(1, "{}").await, Err(Error::TooMany { .. })));
}
