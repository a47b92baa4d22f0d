//! What sources send: kept, judged once, sealed in a chain, and held by incidents.

use bytes::Bytes;
use domain::watch::{RuleKind, RuleSetting, Source, SourceDraft, link_hash};
use futures::TryStreamExt;
use serde_json::json;
use store::{Error, Store};

use crate::world::{World, ada, grace, refusal};

on_both_engines!(
    what_came_is_sealed_in_a_chain_and_verified,
    of_two_nodes_one_judges_and_the_other_takes_over,
    what_an_incident_holds_is_never_removed,
    a_burst_goes_on_where_another_node_takes_over,
    while_too_much_waits_to_be_judged_senders_wait,
    an_altered_batch_or_segment_is_found,
    many_small_posts_keep_their_order_and_lose_nothing,
    a_silent_source_says_since_when,
);

async fn source(store: &Store, more: serde_json::Value) -> Source {
    let draft = store::merge_patch(&json!({ "name": "CI", "format": "jsonl" }), &more);
    let draft: SourceDraft = store::parse_draft(draft).unwrap();
    store.create_source(&store::Actor::system(), draft).await.unwrap().0
}

fn line(number: usize) -> String {
    format!("{{\"time\":\"2026-03-18T17:00:00Z\",\"actor\":\"bot\",\"action\":\"read\",\"resource\":\"r{number}\"}}\n")
}

async fn send(store: &Store, source: &Source, text: String) {
    store.accept(&source.id, 1, Bytes::from(text)).await.unwrap();
}

async fn finish_reading(world: &World, store: &Store) {
    world.clock.advance_seconds(2);
    while store.watch_sources().await.unwrap() {}
    world.clock.advance_seconds(61);
    while store.watch_sources().await.unwrap() {}
}

async fn bytes_of(store: &Store, sha256: &str) -> Vec<u8> {
    let parts: Vec<Bytes> = store.read_blob(sha256).await.unwrap().try_collect().await.unwrap();
    parts.concat()
}

async fn what_came_is_sealed_in_a_chain_and_verified(world: World) {
    let store = &world.store;
    let source = source(store, json!({})).await;
    for number in 0..3 {
        send(store, &source, line(number)).await;
    }
    finish_reading(&world, store).await;
    send(store, &source, line(3)).await;
    finish_reading(&world, store).await;
    let segments = store.segments(&ada(), &source.id, None, 10).await.unwrap();
    let [second, first] = segments.as_slice() else { panic!("{segments:?}") };
    assert_eq!((first.number, first.first_seq, first.last_seq, first.records), (1, 1, 3, 3));
    let bytes = bytes_of(store, &first.sha256).await;
    assert_eq!(bytes, (0..3).map(line).collect::<String>().into_bytes(), "as it came");
    assert_eq!(first.hash, link_hash("", [bytes.as_slice()]));
    assert_eq!((&second.previous, second.first_seq), (&first.hash, 4));
    let card = store.source(&ada(), &source.id).await.unwrap();
    assert_eq!((card.health.judged, card.health.waiting, card.health.records), (4, 0, 4));
    let report = store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.broken);
    assert_eq!(report.segments, 2);
}

async fn of_two_nodes_one_judges_and_the_other_takes_over(world: World) {
    let store = &world.store;
    let other = Store::open(&world.settings).await.unwrap();
    let source = source(store, json!({})).await;
    send(store, &source, line(0)).await;
    world.clock.advance_seconds(2);
    store.watch_sources().await.unwrap();
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 1);
    // Taken by the other, judged by the one that has it.
    send(&other, &source, line(1)).await;
    world.clock.advance_seconds(2);
    other.watch_sources().await.unwrap();
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 1);
    // The first falls silent: the other goes on where it was, and nothing is judged twice.
    world.clock.advance_seconds(21);
    other.watch_sources().await.unwrap();
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 2);
    send(store, &source, line(2)).await;
    world.clock.advance_seconds(2);
    store.watch_sources().await.unwrap();
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 2, "it is not its own any more");
    other.give_sources_back().await.unwrap();
    world.clock.advance_seconds(1);
    store.watch_sources().await.unwrap();
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 3, "given back, it is taken at once");
    other.close().await;
}

async fn a_burst_goes_on_where_another_node_takes_over(world: World) {
    let store = &world.store;
    let other = Store::open(&world.settings).await.unwrap();
    let source = source(store, json!({ "agents_only": true })).await;
    let delete = |second: usize| {
        format!(
            "{{\"time\":\"2026-03-18T17:00:{second:02}Z\",\"actor\":\"bot\",\"action\":\"delete\",\"resource\":\"r\"}}\n"
        )
    };
    let bursts = async || {
        let filter = store::AlertFilter { rule: Some(RuleKind::Burst), ..store::AlertFilter::default() };
        store.alerts(&ada(), &filter, None, 10).await.unwrap().items.len()
    };
    let count = RuleSetting::default_of(RuleKind::Burst).count as usize;
    for second in 0..count - 1 {
        send(store, &source, delete(second)).await;
    }
    world.clock.advance_seconds(2);
    store.watch_sources().await.unwrap();
    assert_eq!(
        store.source(&ada(), &source.id).await.unwrap().health.judged,
        i64::from(RuleSetting::default_of(RuleKind::Burst).count) - 1
    );
    assert_eq!(bursts().await, 0);
    world.clock.advance_seconds(21);
    send(store, &source, delete(count)).await;
    other.watch_sources().await.unwrap();
    assert_eq!(bursts().await, 1, "what the first node judged counts for the second");
    other.close().await;
}

async fn while_too_much_waits_to_be_judged_senders_wait(world: World) {
    let store = &world.store;
    let source = source(store, json!({})).await;
    send(store, &source, line(0)).await;
    finish_reading(&world, store).await;
    let all_judged = "update source_states set bytes = bytes where bytes = judged_bytes";
    assert_eq!(world.sql(all_judged).await, 1);
    world.sql("update source_states set judged_bytes = judged_bytes - 300000000").await;
    // Whoever comes first learns of it for all; within a second nothing more is taken.
    send(store, &source, line(1)).await;
    let refused = store.accept(&source.id, 1, line(2).into()).await;
    assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
    world.sql("update source_states set judged_bytes = judged_bytes + 300000000").await;
    world.clock.advance_seconds(2);
    send(store, &source, line(2)).await;
    send(store, &source, line(3)).await;
    finish_reading(&world, store).await;
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 4);
    assert_eq!(world.sql(all_judged).await, 1);
    // What a node of an older version judged without counting does not stand in the way once nothing waits.
    world.sql("update source_states set judged_bytes = 0, bytes = 300000000").await;
    send(store, &source, line(4)).await;
    finish_reading(&world, store).await;
    assert_eq!(world.sql(all_judged).await, 1);
    send(store, &source, line(5)).await;
    send(store, &source, line(6)).await;
}

async fn what_an_incident_holds_is_never_removed(world: World) {
    let store = &world.store;
    let source = source(store, json!({ "retention_days": 1 })).await;
    for number in 0..2 {
        send(store, &source, line(number)).await;
        finish_reading(&world, store).await;
    }
    let key = world.incident(json!({ "occurred": "2026-03-18 16:00" })).await;
    let id = store.segment_evidence(&ada(), key, &source.id, 1).await.unwrap();
    let dossier = store.dossier(&ada(), key).await.unwrap();
    let item = &dossier.evidence.get(&id).unwrap().record;
    let segments = store.segments(&ada(), &source.id, None, 10).await.unwrap();
    assert_eq!(item.sha256, segments[1].sha256, "not copied");
    assert!(item.name.contains("segment 1") && item.name.contains(&segments[1].hash[..16]), "{}", item.name);
    world.clock.advance_seconds(3 * 24 * 3600);
    store.sweep().await.unwrap();
    let segments = store.segments(&ada(), &source.id, None, 10).await.unwrap();
    assert_eq!(segments[1].removed_at, None, "an incident holds it");
    assert!(segments[0].removed_at.is_some());
    assert_eq!(store.blob_size(&segments[0].sha256).await.unwrap(), None);
    assert!(store.blob_size(&segments[1].sha256).await.unwrap().is_some());
    let gone = refusal(store.segment_evidence(&ada(), key, &source.id, 2).await);
    assert!(gone.sentence.contains("removed"), "{}", gone.sentence);
    let report = store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.broken);
    let _ = grace();
}

async fn an_altered_batch_or_segment_is_found(world: World) {
    let store = &world.store;
    let source = source(store, json!({})).await;
    for number in 0..2 {
        send(store, &source, line(number)).await;
        finish_reading(&world, store).await;
    }
    send(store, &source, line(2)).await;
    send(store, &source, line(3)).await;
    send(store, &source, line(4)).await;
    let broken = async || {
        let report = store.verify(None).await.unwrap();
        report.broken.iter().map(|broken| broken.sentence.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(broken().await, "");
    for (flip, mend, says) in [
        (
            "update source_segments set previous = 'x' where number = 2",
            "update source_segments set previous = (select g.hash from source_segments g where g.number = 1) where number = 2",
            "segment 2 does not go on",
        ),
        (
            "update source_states set head = 'x'",
            "update source_states set head = (select g.hash from source_segments g where g.number = 2)",
            "does not end",
        ),
        (
            "update source_batches set bytes_sha256 = bytes_sha256 || 'x' where seq = 4",
            "update source_batches set bytes_sha256 = substr(bytes_sha256, 1, 64)",
            "batch 4 is not what came",
        ),
        (
            "update sources set digest = digest || 'x'",
            "update sources set digest = substr(digest, 1, 64)",
            "was altered",
        ),
        (
            "update source_batches set seq = 103 where seq = 3",
            "update source_batches set seq = 3 where seq = 103",
            "batch 3 is gone",
        ),
        (
            "update source_batches set seq = 105 where seq = 5",
            "update source_batches set seq = 5 where seq = 105",
            "batch 5 is gone",
        ),
        ("delete from source_batches where seq = 4", "", "batch 4 is gone"),
    ] {
        sqlx::query(flip).execute(&world.backdoor).await.unwrap();
        let said = broken().await;
        assert!(said.contains(says), "{flip}: {said}");
        if !mend.is_empty() {
            sqlx::query(mend).execute(&world.backdoor).await.unwrap();
            assert_eq!(broken().await, "", "{mend}");
        }
    }
}

async fn many_small_posts_keep_their_order_and_lose_nothing(world: World) {
    let store = &world.store;
    let source = source(store, json!({})).await;
    let posts = (0..200).map(|number| {
        let (store, source) = (store.clone(), source.clone());
        tokio::spawn(async move { send(&store, &source, line(number)).await })
    });
    for post in posts.collect::<Vec<_>>() {
        post.await.unwrap();
    }
    let batches: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from source_batches")
        .fetch_one(&world.backdoor)
        .await
        .unwrap();
    assert!(batches < 200, "they share commits: {batches}");
    finish_reading(&world, store).await;
    let segments = store.segments(&ada(), &source.id, None, 10).await.unwrap();
    let text = String::from_utf8(bytes_of(store, &segments[0].sha256).await).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let mut sent: Vec<String> = (0..200).map(|number| line(number).trim_end().to_string()).collect();
    sent.sort_unstable();
    assert_eq!(lines, sent);
    assert_eq!(store.source(&ada(), &source.id).await.unwrap().health.judged, 200);
}

async fn a_silent_source_says_since_when(world: World) {
    let source = source(&world.store, json!({ "heartbeat_seconds": 60 })).await;
    send(&world.store, &source, line(1)).await;
    let last = world.clock.now();
    world.clock.advance_seconds(60);
    let health = async || world.store.source(&ada(), &source.id).await.unwrap().health;
    assert_eq!(health().await.silent_since, None, "just in time");
    world.clock.advance_seconds(1);
    let silent = health().await;
    assert_eq!((silent.state.word(), silent.silent_since), ("silent", Some(last.plus_micros(60_000_000))));
}
