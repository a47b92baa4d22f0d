//! Two incidents become one, with what was read of their logs, and two again.

use bytes::Bytes;
use domain::merging::{MergeDraft, PartDraft};
use domain::reader::log::Filter;
use domain::remediation::RemediationDraft;
use domain::timeline::EventDraft;
use domain::{Id, Key, RefusalKind};
use serde_json::{Value, json};
use store::{BoardFilter, Description};

use crate::world::{World, ada, grace, refusal, revise, scribe, vera};

on_both_engines!(
    a_merge_takes_logs_along_and_every_chain_stays_whole,
    an_undone_merge_leaves_no_row_behind,
    what_was_merged_takes_nothing_in,
    nobody_learns_of_a_private_incident_by_naming_it,
    of_two_merges_against_each_other_one_is_done,
    what_is_to_be_done_is_asked_once,
    a_merge_of_another_version_is_refused,
);

/// So many records that several blocks are filled.
const MANY: usize = 1_000;

fn log(lines: usize) -> String {
    (0..lines)
        .map(|number| {
            json!({"ts": 1_773_853_200 + number, "actor": format!("user-{}", number % 5), "action": "read", "resource": format!("file-{number}")}).to_string() + "\n"
        })
        .collect()
}

async fn upload(world: &World, key: Key, name: &str, bytes: &[u8]) -> Id {
    let described = Description { name: name.into(), ..Description::default() };
    let mut upload = world.store.begin_evidence(&ada(), key, described).await.unwrap();
    upload.write(Bytes::copy_from_slice(bytes)).await.unwrap();
    let id = upload.finish().await.unwrap().0;
    for _ in 0..600 {
        let reading = world.store.incident(&ada(), key).await.unwrap().reading(&id).await.unwrap();
        if reading.is_some_and(|reading| !reading.is_under_way()) {
            return id;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the reading did not end in 30 s");
}

fn into(key: Key) -> MergeDraft {
    MergeDraft { into: key.to_string(), from_version: None, into_version: None }
}

fn event(body: &str) -> Value {
    json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "verb": "post", "body": body})
}

/// Two incidents, the one that stays first, and a log in the other.
async fn pair(world: &World) -> (Key, Key, Id) {
    let stays = world.incident(json!({})).await;
    let goes = world.incident(json!({"title": "The same once more"})).await;
    let item = upload(world, goes, "agent.jsonl", log(MANY).as_bytes()).await;
    (stays, goes, item)
}

async fn whole(world: &World) {
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.broken);
}

async fn rows(world: &World, key: Key) -> i64 {
    let mut rows = 0;
    for table in ["readings", "log_segments", "log_blocks", "log_raws", "log_complaints"] {
        let count = format!(
            "select cast(count(*) as bigint) from {table} where incident_id = (select id from incidents where number = {})",
            key.0
        );
        rows += sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count)).fetch_one(&world.backdoor).await.unwrap();
    }
    rows
}

async fn a_merge_takes_logs_along_and_every_chain_stays_whole(world: World) {
    let (stays, goes, item) = pair(&world).await;
    let kept = rows(&world, goes).await;
    whole(&world).await;
    let merged = world.store.merge_incidents(&grace(), goes, into(stays)).await.unwrap();
    assert_eq!(merged.from.dossier.merged_into(), Some(stays));
    let found = world
        .store
        .incident(&vera(), stays)
        .await
        .unwrap()
        .log_records(Some(&item), &Filter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!((found.total, found.items.len()), (MANY as u64, 10));
    let filter = Filter { resource: Some("file-999".into()), ..Filter::default() };
    assert_eq!(
        world
            .store
            .incident(&vera(), stays)
            .await
            .unwrap()
            .log_records(Some(&item), &filter, None, 10)
            .await
            .unwrap()
            .total,
        1
    );
    // The one that went has all it had.
    assert_eq!((rows(&world, goes).await, rows(&world, stays).await), (kept, kept));
    let found = world
        .store
        .incident(&vera(), goes)
        .await
        .unwrap()
        .log_records(Some(&item), &Filter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(found.total, MANY as u64);
    whole(&world).await;
    // The log of the one that stays says of each record where it is from.
    let changes = world.store.incident(&vera(), stays).await.unwrap().changes(0, 1000).await.unwrap();
    let line = changes.iter().find(|change| change.id == item).unwrap();
    assert_eq!((line.kind.as_str(), line.actor.name.as_str()), ("merged from INC-2", "Grace"));
    let cards = world.store.incidents(&vera(), &store::Filter::default(), None, 10).await.unwrap().items;
    assert_eq!(cards.iter().map(|card| card.merged_into).collect::<Vec<_>>(), [Some(stays), None]);
    // What is altered behind the log's back is found in the copy as well.
    world.sql("delete from log_blocks where incident_id = (select id from incidents where number = 1)").await;
    assert!(!world.store.verify(Some(stays)).await.unwrap().is_whole());
    assert!(world.store.verify(Some(goes)).await.unwrap().is_whole());
}

async fn an_undone_merge_leaves_no_row_behind(world: World) {
    let (stays, goes, item) = pair(&world).await;
    let (edited, plain) = (
        world.add::<EventDraft>(&ada(), goes, event("posts")).await.unwrap().value,
        world.add::<EventDraft>(&ada(), goes, event("posts again")).await.unwrap().value,
    );
    for round in 0..2 {
        world.store.merge_incidents(&grace(), goes, into(stays)).await.unwrap();
        whole(&world).await;
        if round == 1 {
            let patch = event("posts nothing");
            revise::<EventDraft>(&world.store, &ada(), stays, &edited, None, &patch).await.unwrap();
        }
        let (plan, named) = world.store.parting_plan(&vera(), goes, &PartDraft::default()).await.unwrap();
        let parted = world.store.part_incidents(&grace(), goes, PartDraft::default()).await.unwrap();
        assert_eq!((&plan, named), (&parted.value, stays));
        assert_eq!(parted.value.edited.len(), round);
        let dossier = &parted.into.dossier;
        assert!(dossier.evidence.get(&item).is_none() && dossier.events.get(&plain).is_none());
        assert_eq!(dossier.events.get(&edited).is_some(), round == 1);
        assert_eq!((rows(&world, stays).await, parted.from.dossier.merged_into()), (0, None));
        whole(&world).await;
    }
    world.add::<EventDraft>(&grace(), goes, event("is written to again")).await.unwrap();
    let nothing = refusal(world.store.part_incidents(&grace(), goes, PartDraft::default()).await);
    assert_eq!(nothing.kind, RefusalKind::State);
}

async fn what_was_merged_takes_nothing_in(world: World) {
    let (stays, goes, item) = pair(&world).await;
    assert_eq!(refusal(world.store.merge_incidents(&vera(), goes, into(stays)).await).kind, RefusalKind::Forbidden);
    assert_eq!(refusal(world.store.merge_incidents(&scribe(), goes, into(stays)).await).kind, RefusalKind::Forbidden);
    world.store.merge_incidents(&grace(), goes, into(stays)).await.unwrap();
    let sentences = [
        refusal(world.add::<EventDraft>(&ada(), goes, event("posts")).await),
        refusal(world.store.begin_evidence(&ada(), goes, Description::default()).await.map(drop)),
        refusal(world.store.read_evidence(&ada(), goes, &item, None, None, Default::default()).await),
        refusal(world.store.undo_reading(&ada(), goes, &item, "to read it again".into()).await),
        refusal(world.store.undo(&grace(), goes, None).await),
    ];
    for refusal in &sentences[..4] {
        assert_eq!((refusal.kind, refusal.sentence.contains("is read-only")), (RefusalKind::State, true), "{refusal}");
    }
    assert!(sentences[4].sentence.contains("undone with its button"), "{}", sentences[4]);
    // Inquest itself goes on looking after it.
    assert!(world.store.check_evidence(goes, &item).await.unwrap());
    whole(&world).await;
}

async fn nobody_learns_of_a_private_incident_by_naming_it(world: World) {
    let hidden = world.incident(json!({"visibility": "private"})).await;
    let open = world.file(&grace(), json!({})).await.unwrap().dossier.key();
    let told = |answer| refusal(answer);
    let of_hidden = told(world.store.merge_incidents(&grace(), open, into(hidden)).await);
    assert_eq!(of_hidden, told(world.store.merge_incidents(&grace(), open, into(Key(99))).await));
    assert_eq!(of_hidden, refusal(world.store.merge_plan(&grace(), open, hidden).await));
    let absent = told(world.store.merge_incidents(&grace(), hidden, into(open)).await);
    assert_eq!(absent, told(world.store.merge_incidents(&grace(), Key(99), into(open)).await));
    for (from, to) in [(hidden, open), (open, hidden)] {
        let sentence = told(world.store.merge_incidents(&ada(), from, into(to)).await).sentence;
        assert!(sentence.contains("is private and"), "{sentence}");
    }
}

async fn of_two_merges_against_each_other_one_is_done(world: World) {
    let (one, other, _) = pair(&world).await;
    for _ in 0..5 {
        let (ada, grace) = (ada(), grace());
        let (first, second) = tokio::join!(
            world.store.merge_incidents(&ada, one, into(other)),
            world.store.merge_incidents(&grace, other, into(one))
        );
        assert_eq!(u8::from(first.is_ok()) + u8::from(second.is_ok()), 1);
        let gone = if first.is_ok() { one } else { other };
        whole(&world).await;
        world.store.part_incidents(&grace, gone, PartDraft::default()).await.unwrap();
    }
    whole(&world).await;
}

async fn what_is_to_be_done_is_asked_once(world: World) {
    let (stays, goes, _) = pair(&world).await;
    let item = json!({"title": "Let a person post", "kind": "prevent", "enforcement": "hard", "owner": "Ada", "due": "2026-03-19"});
    world.add::<RemediationDraft>(&ada(), goes, item).await.unwrap();
    let board = async || {
        let page = world.store.remediations_board(&vera(), &BoardFilter::default(), None, 10).await.unwrap();
        page.items.iter().map(|item| item.incident).collect::<Vec<_>>()
    };
    assert_eq!(board().await, [goes]);
    world.store.merge_incidents(&grace(), goes, into(stays)).await.unwrap();
    assert_eq!(board().await, [stays]);
    assert_eq!(world.store.inbox(&ada()).await.unwrap().due.len(), 1);
    world.store.part_incidents(&grace(), goes, PartDraft::default()).await.unwrap();
    assert_eq!(board().await, [goes]);
}

async fn a_merge_of_another_version_is_refused(world: World) {
    let (stays, goes, _) = pair(&world).await;
    let (plan, dossier) = world.store.merge_plan(&grace(), goes, stays).await.unwrap();
    assert_eq!(plan.moved.get("evidence"), Some(&1));
    world.add::<EventDraft>(&ada(), stays, event("posts")).await.unwrap();
    let draft = MergeDraft { into_version: Some(dossier.version), ..into(stays) };
    let refusal = refusal(world.store.merge_incidents(&grace(), goes, draft).await);
    assert!(refusal.sentence.contains("changed since you looked"), "{refusal}");
    whole(&world).await;
}
