//! Evidence bytes come in, stay as they are, and are found out when they do not.

use domain::access::Permit;
use domain::vocabulary::EvidenceStatus;
use domain::{Id, Key};
use futures::TryStreamExt;
use serde_json::json;

use crate::world::{World, ada, refusal};

on_both_engines!(
    bytes_stream_in_and_out,
    the_same_bytes_are_kept_once,
    an_upload_given_up_leaves_nothing,
    tampered_bytes_are_found,
    evidence_is_kept_where_its_url_says,
    what_a_killed_upload_left_is_swept_away,
);

async fn upload(world: &World, chunks: &[&[u8]]) -> store::Received {
    let mut upload = world.store.begin_upload().await.unwrap();
    for chunk in chunks {
        upload.write(chunk).await.unwrap();
    }
    upload.finish().await.unwrap()
}

async fn read(world: &World, sha256: &str) -> Vec<u8> {
    let chunks: Vec<_> = world.store.read_blob(sha256).await.unwrap().try_collect().await.unwrap();
    chunks.concat()
}

async fn bytes_stream_in_and_out(world: World) {
    let small = upload(&world, &[b"abc"]).await;
    assert_eq!(small.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((small.bytes, small.lines, small.looks_text), (3, Some(1), true));
    assert!(world.dir.join("evidence/ba/7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").exists());
    // Twelve megabytes: more than two parts.
    let line = b"{\"verb\":\"post\",\"resource\":\"forum/thread-9\"}\n".repeat(100);
    let chunks: Vec<&[u8]> = std::iter::repeat_n(line.as_slice(), 2800).collect();
    let large = upload(&world, &chunks).await;
    assert_eq!((large.bytes, large.lines), (line.len() as u64 * 2800, Some(280_000)));
    assert_eq!(read(&world, &large.sha256).await, line.repeat(2800));
    let part = world.store.read_blob_range(&large.sha256, 1..5).await.unwrap();
    assert_eq!(&part[..], b"\"ver");
    assert_eq!(world.store.read_blob_range(&small.sha256, 2..900).await.unwrap().len(), 1);
    assert!(world.store.read_blob_range(&small.sha256, 900..901).await.unwrap().is_empty());
    let empty = upload(&world, &[]).await;
    assert_eq!((empty.bytes, empty.lines), (0, Some(0)));
    assert!(read(&world, &empty.sha256).await.is_empty());
    assert!(!upload(&world, &[&[0x1f, 0x8b, 0, 255]]).await.looks_text);
    refusal(world.store.read_blob("../../etc/passwd").await);
    let nowhere = "0".repeat(64);
    let missing = world.store.read_blob(&nowhere).await;
    assert!(matches!(missing, Err(store::Error::Missing(digest)) if digest == nowhere), "what is missing is named");
}

async fn the_same_bytes_are_kept_once(world: World) {
    let first = upload(&world, &[b"same"]).await;
    let second = upload(&world, &[b"sa", b"me"]).await;
    assert_eq!(first, second);
    assert_eq!(read(&world, &first.sha256).await, b"same");
}

async fn an_upload_given_up_leaves_nothing(world: World) {
    let mut upload = world.store.begin_upload().await.unwrap();
    upload.write(b"half").await.unwrap();
    upload.abort().await.unwrap();
    let left = std::fs::read_dir(world.dir.join("evidence/incoming")).map(Iterator::count).unwrap_or_default();
    assert_eq!(left, 0);
}

async fn item(world: &World) -> (Key, Id, std::path::PathBuf) {
    let key = world.incident(json!({})).await;
    let received = upload(world, &[b"line one\nline two\n"]).await;
    let path = world.dir.join("evidence").join(&received.sha256[..2]).join(&received.sha256[2..]);
    let upload = received.named("agent-log.jsonl", "jsonl");
    let id = world.store.enter(&ada(), key, Permit::Edit, |entry| entry.add_evidence(upload)).await.unwrap().value;
    (key, id, path)
}

async fn tampered_bytes_are_found(world: World) {
    let (key, id, path) = item(&world).await;
    assert!(world.store.check_evidence(key, &id).await.unwrap());
    let report = world.store.verify(None).await.unwrap();
    assert_eq!((report.is_whole(), report.evidence), (true, 1));
    std::fs::write(&path, b"line one\nline 2\n").unwrap();
    let report = world.store.verify(None).await.unwrap();
    assert_eq!(report.broken.len(), 1);
    assert_eq!(report.broken[0].evidence, Some(id.clone()));
    assert!(report.broken[0].sentence.contains("agent-log.jsonl"), "{report:?}");
    assert!(!world.store.check_evidence(key, &id).await.unwrap());
    let version = world.store.version(&ada(), key).await.unwrap();
    assert!(!world.store.check_evidence(key, &id).await.unwrap());
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), version, "a taint is noted once");
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    let item = dossier.evidence.get(&id).unwrap();
    assert_eq!(item.status, EvidenceStatus::Tainted);
    assert_eq!(item.taint.as_ref().unwrap().stamp.by.id, "system".into());
    // The true bytes, uploaded again, mend the store; the taint stays on the record.
    upload(&world, &[b"line one\nline two\n"]).await;
    assert!(world.store.check_evidence(key, &id).await.unwrap());
    std::fs::remove_file(&path).unwrap();
    assert!(!world.store.check_evidence(key, &id).await.unwrap());
    assert_eq!(
        world.store.dossier(&ada(), key).await.unwrap().evidence.get(&id).unwrap().status,
        EvidenceStatus::Missing
    );
}

async fn evidence_is_kept_where_its_url_says(world: World) {
    let elsewhere = world.dir.join("elsewhere");
    let of = |url: &str| store::Settings { evidence_url: Some(url.into()), ..world.settings.clone() };
    let store = store::Store::open(&of(&format!("file://{}", elsewhere.display()))).await.unwrap();
    let mut upload = store.begin_upload().await.unwrap();
    upload.write(b"abc").await.unwrap();
    let received = upload.finish().await.unwrap();
    assert!(elsewhere.join(&received.sha256[..2]).join(&received.sha256[2..]).exists());
    for (url, sentence) in [
        ("ftp://x", "begins with file:/// or s3://"),
        ("evidence", "begins with file:/// or s3://"),
        ("file://evidence", "from the root on"),
        ("s3:///prefix", if cfg!(feature = "s3") { "names no bucket" } else { "build it with --features s3" }),
    ] {
        let error = store::Store::open(&of(url)).await.unwrap_err();
        assert!(error.to_string().contains(sentence) || format!("{error:?}").contains(sentence), "{url}: {error:?}");
    }
}

async fn what_a_killed_upload_left_is_swept_away(world: World) {
    let incoming = world.dir.join("evidence/incoming");
    let files = || {
        let mut names: Vec<String> = std::fs::read_dir(&incoming)
            .unwrap()
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let hours_old = |name: &str, hours: u64| {
        let now = std::time::UNIX_EPOCH
            + std::time::Duration::from_micros(u64::try_from(world.store.clock().now().micros()).unwrap());
        let file = std::fs::File::options().append(true).create(true).open(incoming.join(name)).unwrap();
        file.set_modified(now - std::time::Duration::from_secs(hours * 3600)).unwrap();
    };
    // An upload under way through another node.
    let other = store::Store::open(&world.settings).await.unwrap();
    let mut under_way = other.begin_upload().await.unwrap();
    under_way.write(&[7; 6 << 20]).await.unwrap();
    let live = files();
    assert_eq!(live.len(), 1);
    hours_old(&live[0], 23);
    // A process that was killed leaves its parts, or a whole file that never got its name.
    hours_old("dead#1", 25);
    hours_old("whole", 25);
    world.store.sweep().await.unwrap();
    assert_eq!(files(), live);
    assert_eq!(under_way.finish().await.unwrap().bytes, 6 << 20);
    world.store.sweep().await.unwrap();
    assert_eq!(files(), [""; 0]);
    other.close().await;
}
