//! Browser sessions.

use std::collections::HashMap;

use domain::access::Role;
use serde_json::json;
use store::{NewUser, SESSION_USER};
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::world::{World, ada};

on_both_engines!(a_session_makes_the_round, an_expired_session_is_gone, a_closed_account_ends_its_sessions);

fn session(world: &World, user: &str) -> Record {
    let now = OffsetDateTime::from_unix_timestamp(world.store.clock().now().micros() / 1_000_000).unwrap();
    let data = HashMap::from([(SESSION_USER.to_string(), json!(user)), ("flash".to_string(), json!(["Saved."]))]);
    Record { id: Id::default(), data, expiry_date: now + Duration::hours(1) }
}

async fn a_session_makes_the_round(world: World) {
    let mut record = session(&world, "ada");
    SessionStore::create(&world.store, &mut record).await.unwrap();
    assert_eq!(world.store.load(&record.id).await.unwrap(), Some(record.clone()));
    record.data.remove("flash");
    world.store.save(&record).await.unwrap();
    assert_eq!(world.store.load(&record.id).await.unwrap(), Some(record.clone()));
    let (taken, mut second) = (record.id, session(&world, "grace"));
    second.id = taken;
    SessionStore::create(&world.store, &mut second).await.unwrap();
    assert_ne!(second.id, taken, "a name that is taken is not given twice");
    world.store.delete(&record.id).await.unwrap();
    assert_eq!(world.store.load(&record.id).await.unwrap(), None);
    assert!(world.store.load(&second.id).await.unwrap().is_some());
}

async fn an_expired_session_is_gone(world: World) {
    let mut record = session(&world, "ada");
    SessionStore::create(&world.store, &mut record).await.unwrap();
    world.clock.advance_seconds(3601);
    assert_eq!(world.store.load(&record.id).await.unwrap(), None);
    world.store.sweep().await.unwrap();
    assert_eq!(world.sql("delete from sessions").await, 0);
}

async fn a_closed_account_ends_its_sessions(world: World) {
    let new =
        NewUser { email: "g@example.org".into(), name: "G".into(), role: Role::Viewer, password: "long enough".into() };
    let user = world.store.create_user(&ada(), new.clone()).await.unwrap();
    world
        .store
        .create_user(&ada(), NewUser { email: "a@example.org".into(), name: "A".into(), role: Role::Admin, ..new })
        .await
        .unwrap();
    let mut record = session(&world, user.id.as_str());
    SessionStore::create(&world.store, &mut record).await.unwrap();
    world.store.disable_user(&ada(), &user.id).await.unwrap();
    assert_eq!(world.store.load(&record.id).await.unwrap(), None);
}
