//! Logs: read as they arrive, found again, taken over when a process dies.

use bytes::Bytes;
use domain::access::Permit;
use domain::evidence::Evidence;
use domain::import::ImportState;
use domain::reader::log::{Filter, Format, Terms, read_all, resource_group};
use domain::timeline::{Outcome, Verb};
use domain::vocabulary::Confirmation;
use domain::{Id, Key};
use serde_json::json;
use store::{Actor, Description, Store};

use crate::world::{World, ada, grace, refusal, vera};

on_both_engines!(
    a_log_is_read_as_it_arrives,
    records_are_found_by_what_they_say,
    the_same_log_twice_is_one_item,
    packed_logs_are_unpacked_and_a_letter_is_no_log,
    bad_lines_are_kept_with_their_reasons,
    of_much_that_cannot_be_read_the_beginning_is_kept_and_all_is_counted,
    a_reading_is_undone_and_done_again_in_another_way,
    a_reading_whose_process_died_is_finished_by_the_next,
    an_upload_that_breaks_off_leaves_nothing,
    what_a_failed_reading_left_does_not_stand_in_the_way
);

/// So many records that several segments and blocks are filled.
const MANY: usize = 10_000;

/// CloudTrail-shaped lines, one a second; every hundredth is denied, every thousandth grants.
fn trail(lines: usize) -> String {
    let mut text = String::new();
    for number in 0..lines {
        let (name, error) = match number {
            n if n % 1000 == 0 => ("AttachRolePolicy", ""),
            n if n % 100 == 0 => ("GetObject", r#","errorCode":"AccessDenied""#),
            _ => ("GetObject", ""),
        };
        let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60);
        text += &format!(
            r#"{{"eventVersion":"1.08","eventTime":"2026-03-18T{hour:02}:{minute:02}:{second:02}Z","eventSource":"s3.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"10.0.0.{}","userIdentity":{{"type":"IAMUser","userName":"user-{}"}},"requestParameters":{{"bucketName":"repo-a","key":"file-{number}"}},"eventID":"id-{number}"{error}}}"#,
            number % 7,
            number % 5
        );
        text.push('\n');
    }
    text
}

async fn upload(store: &Store, key: Key, name: &str, bytes: &[u8]) -> Id {
    let described = Description { name: name.into(), ..Description::default() };
    let mut upload = store.begin_evidence(&ada(), key, described).await.unwrap();
    for chunk in bytes.chunks(10_000) {
        upload.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    upload.finish().await.unwrap().0
}

async fn item(store: &Store, key: Key, id: &Id) -> Evidence {
    store.dossier(&ada(), key).await.unwrap().evidence.get(id).unwrap().record.clone()
}

/// Waits until nobody reads any more.
pub async fn finish_reading(store: &Store, key: Key, id: &Id) -> ImportState {
    for _ in 0..600 {
        let reading = store.incident(&ada(), key).await.unwrap().reading(id).await.unwrap();
        if let Some(reading) = reading.filter(|reading| !reading.is_under_way()) {
            return reading.state;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the reading did not end in 30 s");
}

async fn a_log_is_read_as_it_arrives(world: World) {
    let key = world.incident(json!({})).await;
    let text = trail(MANY);
    let id = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    assert_eq!(finish_reading(&world.store, key, &id).await, ImportState::Read);
    let item = item(&world.store, key, &id).await;
    assert_eq!((item.format.as_str(), item.records, item.unreadable), ("cloudtrail", Some(MANY as u64), 0));
    assert_eq!(item.first_at.unwrap().rfc3339(), "2026-03-18T00:00:00Z");
    let acts: Vec<&str> = item.custody.iter().map(|line| line.act.word()).collect();
    assert_eq!(acts, ["collected", "read"]);
    let reading = world.store.incident(&vera(), key).await.unwrap().reading(&id).await.unwrap().unwrap();
    assert_eq!((reading.bytes_read, reading.records), (text.len() as u64, MANY as u64));
}

async fn records_are_found_by_what_they_say(world: World) {
    let key = world.incident(json!({})).await;
    let text = trail(MANY);
    let id = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    finish_reading(&world.store, key, &id).await;
    let all = read_all(text.as_bytes(), "trail.jsonl").records;
    let filters = [
        Filter::default(),
        Filter { verb: Some(Verb::Grant), ..Filter::default() },
        Filter { outcome: Some(Outcome::Denied), actor: Some("USER-0".into()), ..Filter::default() },
        Filter { resource: Some("FILE-99".into()), ..Filter::default() },
        Filter { q: Some("id-123".into()), ..Filter::default() },
        Filter { q: Some("attachrole".into()), ..Filter::default() },
        Filter { action: Some("getobject".into()), from: all[100].time, to: all[205].time, ..Filter::default() },
        Filter { q: Some("nowhere".into()), ..Filter::default() },
        Filter { confirmation: Some(Confirmation::Unknown), ..Filter::default() },
        Filter { confirmation: Some(Confirmation::Human), ..Filter::default() },
        Filter { group: Some(resource_group(&all[7].resource).to_uppercase()), ..Filter::default() },
        Filter { group: Some("no such group".into()), ..Filter::default() },
    ];
    for filter in filters {
        let wanted: Vec<u64> =
            (1..).zip(&all).filter(|(_, record)| filter.matches(record)).map(|(number, _)| number).collect();
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = world
                .store
                .incident(&vera(), key)
                .await
                .unwrap()
                .log_records(Some(&id), &filter, cursor.as_deref(), 400)
                .await
                .unwrap();
            assert_eq!(page.total, wanted.len() as u64, "{filter:?}");
            assert_eq!(page.facets.verbs.values().sum::<u64>(), page.total);
            for found in &page.items {
                assert_eq!(found.record, all[usize::try_from(found.number).unwrap() - 1]);
            }
            found.extend(page.items.iter().map(|found| found.number));
            cursor = page.next_cursor;
            if cursor.is_none() || found.len() > 1200 {
                break;
            }
        }
        assert_eq!(found, wanted[..found.len()], "{filter:?}");
    }
    let page =
        world.store.incident(&vera(), key).await.unwrap().log_records(None, &Filter::default(), None, 1).await.unwrap();
    let bars = page.histogram.unwrap().bars;
    assert_eq!(bars.iter().sum::<u64>(), MANY as u64);
    assert_eq!(page.facets.actors.len(), 5);
    let one = world.store.incident(&vera(), key).await.unwrap().log_record(&id, 4097).await.unwrap();
    assert_eq!(one.record, all[4096]);
    assert!(world.store.incident(&vera(), key).await.unwrap().log_record(&id, 10_001).await.is_err());
}

async fn the_same_log_twice_is_one_item(world: World) {
    let key = world.incident(json!({})).await;
    let text = trail(50);
    let first = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    let second = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    assert_eq!(first, second);
    let item = item(&world.store, key, &first).await;
    assert_eq!((item.records, item.custody.len()), (Some(50), 3));
    assert_eq!(world.store.incident(&ada(), key).await.unwrap().readings().await.unwrap().len(), 1);
    assert_eq!(world.sql("update log_segments set records = records").await, 1);
}

async fn packed_logs_are_unpacked_and_a_letter_is_no_log(world: World) {
    use std::io::Write;
    let key = world.incident(json!({})).await;
    let text = trail(300);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let whole = upload(&world.store, key, "trail.json.gz", &gzip).await;
    assert_eq!(item(&world.store, key, &whole).await.records, Some(300));
    let cut = upload(&world.store, key, "cut.json.gz", &gzip[..gzip.len() * 2 / 3]).await;
    let cut_item = item(&world.store, key, &cut).await;
    assert!(cut_item.records.is_some_and(|records| records < 300), "{:?}", cut_item.records);
    assert!(cut_item.unreadable > 0);
    let letter = upload(&world.store, key, "letter.txt", b"Dear Ada,\nnothing happened.\nYours, Grace\n").await;
    let letter = item(&world.store, key, &letter).await;
    assert_eq!((letter.format.as_str(), letter.records), ("text", None));
    let image = upload(&world.store, key, "cat.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await;
    assert_eq!(item(&world.store, key, &image).await.format, "binary");
}

async fn bad_lines_are_kept_with_their_reasons(world: World) {
    let key = world.incident(json!({})).await;
    let good = trail(20);
    let text = good.replace("\"eventID\":\"id-7\"", "\"eventID\":id-7").replace("\"eventID\":\"id-9\"", "\"eventID\":");
    let id = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    let item = item(&world.store, key, &id).await;
    assert_eq!((item.records, item.unreadable), (Some(18), 2));
    let (parse_errors, next) = world.store.incident(&vera(), key).await.unwrap().parse_errors(&id, 0).await.unwrap();
    assert_eq!(parse_errors.iter().map(|parse_error| parse_error.line).collect::<Vec<_>>(), [8, 10]);
    assert_eq!(next, None);
}

async fn of_much_that_cannot_be_read_the_beginning_is_kept_and_all_is_counted(world: World) {
    let key = world.incident(json!({})).await;
    let text = trail(50) + &"no record\n".repeat(12_345);
    let id = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    assert_eq!(finish_reading(&world.store, key, &id).await, ImportState::Read);
    let item = item(&world.store, key, &id).await;
    assert_eq!((item.records, item.unreadable), (Some(50), 12_345));
    let (mut from, mut kept) = (Some(0), 0);
    while let Some(cursor) = from {
        let (parse_errors, next) =
            world.store.incident(&vera(), key).await.unwrap().parse_errors(&id, cursor).await.unwrap();
        (from, kept) = (next, kept + parse_errors.len());
    }
    assert_eq!(kept, 10_000);
    let unknown = world.store.incident(&vera(), key).await.unwrap().parse_errors(&Id::new("nowhere"), 0).await;
    assert!(refusal(unknown).sentence.contains("no evidence item"));
}

async fn a_reading_is_undone_and_done_again_in_another_way(world: World) {
    let key = world.incident(json!({})).await;
    let csv = "when;who;what\n2026-03-18 17:00:00;ops-agent;posted\n2026-03-18 17:01:00;Asker;followed\n";
    let id = upload(&world.store, key, "notes.csv", csv.as_bytes()).await;
    assert_eq!(item(&world.store, key, &id).await.records, Some(2));
    let no = world.store.undo_reading(&vera(), key, &id, String::new()).await;
    assert!(refusal(no).sentence.contains("viewer"));
    world.store.undo_reading(&grace(), key, &id, "wrong columns".into()).await.unwrap();
    assert_eq!(item(&world.store, key, &id).await.records, None);
    assert_eq!(world.store.incident(&ada(), key).await.unwrap().reading(&id).await.unwrap(), None);
    assert_eq!(world.sql("update log_blocks set number = number").await, 0);
    let mapping = serde_json::from_value(json!({"time": ["when"], "actor": ["what"]})).unwrap();
    world.store.read_evidence(&grace(), key, &id, Some(Format::Csv), Some(mapping), Terms::default()).await.unwrap();
    assert_eq!(finish_reading(&world.store, key, &id).await, ImportState::Read);
    let page = world
        .store
        .incident(&vera(), key)
        .await
        .unwrap()
        .log_records(Some(&id), &Filter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(page.items[0].record.actor.name, "posted");
}

async fn a_reading_whose_process_died_is_finished_by_the_next(world: World) {
    let key = world.incident(json!({})).await;
    let text = trail(MANY);
    let id = upload(&world.store, key, "trail.jsonl", text.as_bytes()).await;
    finish_reading(&world.store, key, &id).await;
    let whole = world
        .store
        .incident(&ada(), key)
        .await
        .unwrap()
        .log_records(Some(&id), &Filter::default(), None, 500)
        .await
        .unwrap();
    // As if the process had died after the first segment, before it could tell the case file.
    world.store.undo_reading(&ada(), key, &id, String::new()).await.unwrap();
    world.store.read_evidence(&ada(), key, &id, None, None, Terms::default()).await.unwrap();
    finish_reading(&world.store, key, &id).await;
    world.sql("delete from log_segments where number >= 1").await;
    world.sql("delete from log_blocks where number >= 20").await;
    world
        .sql("update readings set state = 'reading', node = 'dead', records = 4096, summary = null, updated_at = 0")
        .await;
    let other = Store::open(&world.settings).await.unwrap();
    assert_eq!(other.resume_readings().await.unwrap(), 1);
    assert_eq!(finish_reading(&other, key, &id).await, ImportState::Read);
    let again =
        other.incident(&ada(), key).await.unwrap().log_records(Some(&id), &Filter::default(), None, 500).await.unwrap();
    assert_eq!(again, whole);
    assert_eq!(other.resume_readings().await.unwrap(), 0);
    other.close().await;
}

async fn an_upload_that_breaks_off_leaves_nothing(world: World) {
    let key = world.incident(json!({})).await;
    let described = Description { name: "trail.jsonl".into(), ..Description::default() };
    let mut upload = world.store.begin_evidence(&ada(), key, described).await.unwrap();
    upload.write(Bytes::from(trail(5000))).await.unwrap();
    drop(upload);
    for _ in 0..200 {
        if world.store.incident(&ada(), key).await.unwrap().readings().await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(world.store.incident(&ada(), key).await.unwrap().readings().await.unwrap(), []);
    assert_eq!(world.sql("update log_segments set number = number").await, 0);
    assert!(world.store.dossier(&ada(), key).await.unwrap().evidence.is_empty());
    let described = Description { name: "trail.jsonl".into(), ..Description::default() };
    assert!(refusal(world.store.begin_evidence(&vera(), key, described).await).sentence.contains("viewer"));
}

async fn what_a_failed_reading_left_does_not_stand_in_the_way(world: World) {
    let key = world.incident(json!({})).await;
    let id = upload(&world.store, key, "trail.jsonl", trail(5000).as_bytes()).await;
    finish_reading(&world.store, key, &id).await;
    world.store.undo_reading(&ada(), key, &id, String::new()).await.unwrap();
    world.store.read_evidence(&ada(), key, &id, None, None, Terms::default()).await.unwrap();
    finish_reading(&world.store, key, &id).await;
    // As if it had failed half way: its segments are there, and the case file knows of no record.
    let system = Actor::system();
    let forget = |entry: &mut domain::casefile::Entry| entry.undo_reading(&id, String::new());
    world.store.enter(&system, key, Permit::Edit, forget).await.unwrap();
    world.sql("update readings set state = 'failed'").await;
    world.store.read_evidence(&ada(), key, &id, None, None, Terms::default()).await.unwrap();
    assert_eq!(finish_reading(&world.store, key, &id).await, ImportState::Read);
    assert_eq!(item(&world.store, key, &id).await.records, Some(5000));
    // Of two who ask at once, one is told to wait.
    world.sql("update readings set state = 'reading', node = 'another'").await;
    let refused = refusal(world.store.read_evidence(&ada(), key, &id, None, None, Terms::default()).await);
    assert!(refused.sentence.contains("being read already"), "{refused}");
}
