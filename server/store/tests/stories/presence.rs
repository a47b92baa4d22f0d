//! Who is here.

use std::time::Duration;

use domain::RefusalKind;
use serde_json::json;
use store::{Present, Store};

use crate::world::{World, ada, grace, opened, refusal};

on_both_engines!(
    who_looks_and_edits_is_known_and_forgotten,
    only_what_is_new_is_told,
    arrivals_are_told_on_other_nodes,
    a_private_incident_shows_nobody,
);

fn at(person: &str, name: &str, place: &str) -> Present {
    Present { person: person.into(), name: name.into(), place: place.into(), at: "/incidents/INC-1/timeline".into() }
}

const PAGE: &str = "/incidents/INC-1/timeline";

async fn who_looks_and_edits_is_known_and_forgotten(world: World) {
    let key = world.incident(json!({})).await;
    let (store, before) = (&world.store, world.store.version(&ada(), key).await.unwrap());
    opened(store, ada, key).await.be_present("a", "", PAGE).await.unwrap();
    opened(store, grace, key).await.be_present("g", "events/e1", PAGE).await.unwrap();
    assert_eq!(
        opened(store, ada, key).await.present().await.unwrap(),
        [at("ada", "Ada", ""), at("grace", "Grace", "events/e1")]
    );
    // A page belongs to whoever opened it.
    opened(store, ada, key).await.be_present("g", "events/e2", PAGE).await.unwrap();
    opened(store, ada, key).await.leave("g").await.unwrap();
    assert_eq!(opened(store, ada, key).await.present().await.unwrap()[1], at("grace", "Grace", "events/e1"));
    opened(store, ada, key).await.leave("a").await.unwrap();
    assert_eq!(opened(store, ada, key).await.present().await.unwrap(), [at("grace", "Grace", "events/e1")]);
    world.clock.advance_seconds(26);
    assert_eq!(opened(store, ada, key).await.present().await.unwrap(), []);
    store.sweep().await.unwrap();
    assert_eq!(world.sql("delete from presence").await, 0);
    assert_eq!(store.version(&ada(), key).await.unwrap(), before, "nothing of it is in the case file");
}

async fn only_what_is_new_is_told(world: World) {
    let key = world.incident(json!({})).await;
    let mut news = world.store.subscribe_presence();
    // On PostgreSQL the word comes once more, through the database.
    let mut told = async || {
        let mut count = 0;
        while tokio::time::timeout(Duration::from_millis(300), news.recv()).await.is_ok() {
            count += 1;
        }
        count > 0
    };
    let be = async |page: &str, place: &str| {
        opened(&world.store, ada, key).await.be_present(page, place, PAGE).await.unwrap()
    };
    be("a", "").await;
    assert!(told().await, "somebody arrives");
    world.clock.advance_seconds(10);
    be("a", "").await;
    assert!(!told().await, "somebody stays");
    be("a", "events/e1").await;
    assert!(told().await, "somebody begins to edit");
    be("b", "").await;
    assert!(told().await);
    world.clock.advance_seconds(20);
    be("b", "").await;
    assert!(!told().await);
    world.clock.advance_seconds(10);
    be("b", "").await;
    assert!(told().await, "the other page has said nothing for half a minute");
    assert_eq!(opened(&world.store, ada, key).await.present().await.unwrap().len(), 1);
    opened(&world.store, ada, key).await.leave("b").await.unwrap();
    assert!(told().await, "somebody leaves");
}

async fn arrivals_are_told_on_other_nodes(world: World) {
    let key = world.incident(json!({})).await;
    let other = if world.settings.database_url.is_some() {
        Store::open(&world.settings).await.unwrap()
    } else {
        world.store.clone()
    };
    let mut news = other.subscribe_presence();
    opened(&world.store, grace, key).await.be_present("g", "events/e1", PAGE).await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), news.recv()).await.unwrap().unwrap();
    assert_eq!(heard, key.0);
    assert_eq!(opened(&other, ada, key).await.present().await.unwrap(), [at("grace", "Grace", "events/e1")]);
}

async fn a_private_incident_shows_nobody(world: World) {
    let key = world.incident(json!({ "visibility": "private" })).await;
    opened(&world.store, ada, key).await.be_present("a", "", PAGE).await.unwrap();
    // Who looks at an incident hangs on the incident, opened.
    assert_eq!(refusal(world.store.incident(&grace(), key).await.map(drop)).kind, RefusalKind::Absent);
}
