//! The whole instance in one file, and back.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use acceptance::{Binary, Case, World};
use serde_json::json;
use store::testing::Postgres;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

fn inquest() -> Binary {
    Binary::new(PROGRAM)
}

fn text(path: &std::path::Path) -> String {
    path.to_str().expect("text").to_string()
}

#[tokio::test]
async fn a_backup_under_writers_is_one_moment_of_them() {
    let world = World::start().await;
    let case = crate::revision::published(&world).await;
    let data = text(world.folder());
    let (inquest, other) = (inquest(), inquest());
    let (file, later, place) =
        (inquest.folder().join("a.backup"), inquest.folder().join("b.backup"), text(&other.folder().join("new")));
    let (file, later) = (text(&file), text(&later));
    let write = async {
        for number in 0..60 {
            let event = json!({ "time": "2026-03-18T17:10:00Z", "kind": "note", "actor": { "kind": "human", "name": "Kim" }, "body": format!("Take {number}") });
            case.rita.ok("POST", &case.at("events"), event).await;
            case.rita.upload(&case.key, &format!("note-{number}.txt"), format!("note {number}").into_bytes()).await;
        }
    };
    let back_up = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let arguments = ["backup", "--data-dir", &data, &file];
        inquest.run(&arguments).await.well()
    };
    let (said, ()) = tokio::join!(back_up, write);
    assert!(said.contains("pieces of evidence"), "{said}");
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds a secret");
    let restored = other.run(&["restore", &file, "--into", &place]).await.well();
    assert!(restored.contains("all whole."), "{restored}");
    let key = |folder: &str| std::fs::read_to_string(format!("{folder}/signing.key")).expect("a key");
    assert_eq!(key(&data), key(&place), "it signs with the same key");
    // What was restored is a beginning of the log that went on.
    let heads = other.run(&["verify", "--data-dir", &place, &case.key]).await.well();
    let expect = text(&other.folder().join("heads"));
    std::fs::write(&expect, heads).expect("a file");
    inquest.run(&["verify", "--data-dir", &data, &case.key, "--expect", &expect]).await.well();
    // A second backup has only what is new.
    let said = inquest.run(&["backup", "--data-dir", &data, &later, "--base", &file]).await.well();
    assert!(said.contains("in earlier backups"), "{said}");
    let second = text(&other.folder().join("second"));
    let alone = other.run(&["restore", &later, "--into", &second]).await.with(1);
    assert!(alone.contains("name those with --base"), "{alone}");
    let restored = other.run(&["restore", &later, "--into", &second, "--base", &file]).await.well();
    assert!(restored.contains("all whole."), "{restored}");
}

#[tokio::test]
async fn a_place_with_an_instance_stays_and_a_broken_backup_writes_nothing() {
    let world = World::start().await;
    Case::covered(&world).await;
    let data = text(world.folder());
    let inquest = inquest();
    let file = text(&inquest.folder().join("a.backup"));
    inquest.run(&["backup", "--data-dir", &data, &file]).await.well();
    let whole = std::fs::read(&file).expect("a file");
    let taken = inquest.run(&["restore", &file, "--into", &data]).await.with(1);
    assert!(taken.contains("There is an instance in this place already"), "{taken}");
    let place = text(&inquest.folder().join("new"));
    let bad = text(&inquest.folder().join("bad.backup"));
    let middle = whole.len() / 2;
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    for (what, bytes) in [
        ("cut off", whole[..middle].to_vec()),
        ("without its end", whole[..whole.len() - 20].to_vec()),
        ("altered in the middle", flipped(middle)),
        ("altered at its end", flipped(whole.len() - 40)),
        ("nothing", Vec::new()),
        ("text", b"no backup at all".to_vec()),
    ] {
        std::fs::write(&bad, bytes).expect("a file");
        let said = inquest.run(&["restore", &bad, "--into", &place]).await.with(1);
        assert!(!said.contains("was restored"), "{what}: {said}");
    }
    // The place is as good as new: what a restore left is no instance.
    let said = inquest.run(&["restore", &file, "--into", &place]).await.well();
    assert!(said.contains("all whole."), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_moves_to_postgresql_and_back() {
    let server = Postgres::shared().expect("a server");
    let url = server.create_database("moved").await.expect("a database");
    let world = World::start().await;
    let case = crate::revision::published(&world).await;
    let data = text(world.folder());
    let inquest = inquest();
    inquest.run(&["demo", "--data-dir", &data]).await.well();
    let said = inquest.run(&["copy", "--data-dir", &data, "--to", &url]).await.well();
    assert!(said.contains("6 incidents") && said.contains("all whole."), "{said}");
    let again = inquest.run(&["copy", "--data-dir", &data, "--to", &url]).await.with(1);
    assert!(again.contains("There is an instance in this place already"), "{again}");
    let bundle = async |database: &[&str], data: &str| {
        let out = text(&inquest.folder().join("out.inquest"));
        let mut arguments = vec!["export", &case.key, "--format", "bundle", "--out", &out, "--data-dir", data];
        arguments.extend(database);
        inquest.run(&arguments).await.well();
        std::fs::read(&out).expect("a file")
    };
    let here = bundle(&[], &data).await;
    assert!(here == bundle(&["--database-url", &url], &data).await, "the case is the same on PostgreSQL");
    let (file, place) = (text(&inquest.folder().join("pg.backup")), text(&inquest.folder().join("back")));
    inquest.run(&["backup", "--data-dir", &data, "--database-url", &url, &file]).await.well();
    let said = inquest.run(&["restore", &file, "--into", &place]).await.well();
    assert!(said.contains("6 incidents") && said.contains("all whole."), "{said}");
    assert!(here == bundle(&[], &place).await, "and on SQLite again");
}

/// Runs a command and kills it after a while; answers whether it had ended by itself.
async fn killed(arguments: &[&str], after: Duration) -> bool {
    let mut child = tokio::process::Command::new(PROGRAM)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("a process");
    let ended = tokio::time::timeout(after, child.wait()).await.is_ok();
    child.kill().await.expect("it ends");
    ended
}

#[tokio::test]
async fn what_is_killed_in_its_middle_can_be_done_again() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    for number in 0..10 {
        let bytes = format!("{number}\n").repeat(200_000).into_bytes();
        case.rita.upload(&case.key, &format!("large-{number}.txt"), bytes).await;
    }
    let data = text(world.folder());
    let inquest = inquest();
    let file = text(&inquest.folder().join("a.backup"));
    let mut killed_early = 0;
    for millis in [20, 60, 120, 200, 300, 450] {
        let ended = killed(&["backup", "--data-dir", &data, &file], Duration::from_millis(millis)).await;
        if std::path::Path::new(&file).exists() {
            // Killed behind its last step: a file that is there is whole.
            let place = text(&inquest.folder().join(format!("after-{millis}")));
            inquest.run(&["restore", &file, "--into", &place]).await.well();
            std::fs::remove_file(&file).expect("a file");
        }
        killed_early += usize::from(!ended);
    }
    assert!(killed_early > 0, "none was killed in its middle");
    inquest.run(&["backup", "--data-dir", &data, &file]).await.well();
    let place = text(&inquest.folder().join("new"));
    for millis in [20, 60, 120, 200, 300, 450] {
        if killed(&["restore", &file, "--into", &place], Duration::from_millis(millis)).await {
            std::fs::remove_dir_all(&place).expect("a folder");
        }
    }
    // It may have been killed after its commit, while it verified: then the instance is there.
    let last = inquest.run(&["restore", &file, "--into", &place]).await;
    assert!(last.code == 0 || last.stderr.contains("There is an instance"), "{}{}", last.out, last.stderr);
    let said = inquest.run(&["verify", "--data-dir", &place]).await.well();
    assert!(said.contains("11 evidence items") && said.contains("all whole."), "{said}");
}
