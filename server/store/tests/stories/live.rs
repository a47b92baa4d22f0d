//! The news that something changed.

use std::time::Duration;

use domain::access::Permit;
use domain::incident::Status;
use serde_json::json;
use store::{Store, Topic};

use crate::world::{World, ada};

on_both_engines!(a_change_is_announced, a_store_is_opened_again);

async fn a_change_is_announced(world: World) {
    let key = world.incident(json!({})).await;
    // A second node, where there can be one: it shares the database and nothing else.
    let other = if world.settings.database_url.is_some() {
        Store::open(&world.settings).await.unwrap()
    } else {
        world.store.clone()
    };
    let mut news = other.subscribe();
    let entered =
        world.store.enter(&ada(), key, Permit::Edit, |entry| entry.set_status(Status::Contained)).await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), news.recv()).await.unwrap().unwrap();
    assert_eq!(heard, (Topic::Incident(key), entered.version));
    assert_eq!(other.version(&ada(), key).await.unwrap(), entered.version);
}

async fn a_store_is_opened_again(world: World) {
    let key = world.incident(json!({})).await;
    assert!(world.store.healthy().await);
    world.store.close().await;
    assert!(!world.store.healthy().await);
    let again = Store::open(&world.settings).await.unwrap();
    assert!(again.healthy().await);
    assert_eq!(again.dossier(&ada(), key).await.unwrap().key(), key);
}
