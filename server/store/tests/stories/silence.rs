//! Sources that fall silent beyond their heartbeat.

use bytes::Bytes;
use domain::watch::{Alert, AlertState, RuleKind, Source, SourceDraft};
use serde_json::json;
use store::{Actor, Store, parse_draft};

use super::alert::{alerts, set};
use super::registry::is_whole;
use crate::world::World;

on_both_engines!(
    one_silence_raises_one_alert_that_closes_when_the_source_speaks,
    of_two_nodes_one_says_so_and_a_node_that_just_woke_waits,
    nothing_is_said_where_nobody_asked_for_it,
);

async fn source(world: &World, seconds: Option<i64>) -> Source {
    let draft: SourceDraft =
        parse_draft(json!({"name": "Tools", "format": "jsonl", "heartbeat_seconds": seconds})).unwrap();
    world.store.create_source(&Actor::system(), draft).await.unwrap().0
}

async fn speaks(world: &World, source: &Source) {
    world.store.accept(&source.id, 1, Bytes::from_static(b"{}\n")).await.unwrap();
}

async fn later(world: &World, seconds: i64) -> Vec<Alert> {
    world.clock.advance_seconds(seconds);
    world.store.watch_silence().await.unwrap();
    alerts(world).await
}

async fn one_silence_raises_one_alert_that_closes_when_the_source_speaks(world: World) {
    let source = source(&world, Some(60)).await;
    assert_eq!(later(&world, 0).await, []);
    speaks(&world, &source).await;
    assert_eq!(later(&world, 60).await, []);
    let found = later(&world, 1).await;
    assert_eq!(found.len(), 1);
    let alert = &found[0];
    assert_eq!((alert.rule, alert.name.as_str(), &alert.source), (RuleKind::SourceSilent, "Tools", &source.id));
    assert_eq!((alert.state, alert.agent.is_none(), alert.incident), (AlertState::Open, true, None));
    assert_eq!(later(&world, 3_600).await.len(), 1, "one silence, one alert");
    assert_eq!(later(&world, 24 * 3_600).await.len(), 1);
    // It drafts nothing, whatever is asked.
    assert_eq!(world.store.draft_incidents().await.unwrap(), 0);
    speaks(&world, &source).await;
    let found = later(&world, 1).await;
    assert_eq!((found[0].state, found[0].steps[0].reason.as_str()), (AlertState::Closed, "The source speaks again."));
    // The next silence is another one.
    let found = later(&world, 61).await;
    assert_eq!((found.len(), found[0].state, found[1].state), (2, AlertState::Open, AlertState::Closed));
    world.store.close_source(&Actor::system(), &source.id).await.unwrap();
    assert_eq!(later(&world, 1).await[0].state, AlertState::Closed);
    is_whole(&world).await;
}

async fn of_two_nodes_one_says_so_and_a_node_that_just_woke_waits(world: World) {
    let source = source(&world, Some(60)).await;
    speaks(&world, &source).await;
    // Nobody was awake for an hour: the source may have tried all the time.
    world.clock.advance_seconds(3_600);
    assert_eq!(later(&world, 0).await, []);
    assert_eq!(later(&world, 59).await, []);
    let other = Store::open(&world.settings).await.unwrap();
    other.watch_silence().await.unwrap();
    world.clock.advance_seconds(62);
    let (one, two) = tokio::join!(world.store.watch_silence(), other.watch_silence());
    one.and(two).unwrap();
    assert_eq!(alerts(&world).await.len(), 1);
    // A third one that wakes does not take it back.
    let third = Store::open(&world.settings).await.unwrap();
    third.watch_silence().await.unwrap();
    assert_eq!(alerts(&world).await[0].state, AlertState::Open);
}

async fn nothing_is_said_where_nobody_asked_for_it(world: World) {
    let quiet = source(&world, None).await;
    assert_eq!(later(&world, 0).await, []);
    assert_eq!(later(&world, 7 * 24 * 3_600).await, []);
    world.store.close_source(&Actor::system(), &quiet.id).await.unwrap();
    set(&world, RuleKind::SourceSilent, json!({"on": false})).await;
    source(&world, Some(60)).await;
    assert_eq!(later(&world, 3_600).await, []);
    set(&world, RuleKind::SourceSilent, json!({"on": true, "level": "critical"})).await;
    let found = later(&world, 1).await;
    assert_eq!((found.len(), found[0].level.word()), (1, "critical"));
}
