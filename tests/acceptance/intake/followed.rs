//! `inquest follow`: what is added to a file arrives once, through rotations, kills and a server that is away.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use acceptance::World;
use futures::TryStreamExt;
use serde_json::json;
use store::Actor;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::Sender;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that is followed to a source.
struct Followed {
    folder: TempDir,
    sender: Sender,
    url: String,
}

impl Followed {
    async fn of(world: &World) -> Self {
        let sender = Sender::of(world, json!({ "name": "CI", "format": "jsonl", "seal_seconds": 1 })).await;
        let url = format!("{}/api/v1/sources/{}", world.url, sender.id);
        Self { folder: TempDir::new().expect("a folder"), sender, url }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("agent.log")
    }

    fn add(&self, numbers: std::ops::Range<usize>) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.log()).expect("the log");
        for number in numbers {
            writeln!(file, "{{\"actor\":\"bot\",\"action\":\"read\",\"resource\":\"r{number}\"}}").expect("written");
        }
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .arg("follow")
            .arg(self.log())
            .args(["--source", &self.url, "--state"])
            .arg(self.folder.path().join("state"))
            .args(more)
            .env_clear()
            .env("INQUEST_SOURCE_TOKEN", &self.sender.token)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn begin(&self) -> Child {
        self.command(&[]).spawn().expect("it starts")
    }

    /// Waits until so many records came.
    async fn came(&self, count: usize) {
        let began = Instant::now();
        while self.sender.health().await["records"] != count {
            assert!(began.elapsed() < PATIENCE, "{}", self.sender.health().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What is sealed, in the order in which it came.
    async fn sealed(&self, world: &World, count: usize) -> Vec<String> {
        let began = Instant::now();
        loop {
            let mut segments = world
                .store
                .segments(&Actor::system(), &self.sender.id.as_str().into(), None, 100)
                .await
                .expect("segments");
            segments.reverse();
            let mut lines = Vec::new();
            for segment in &segments {
                let blob = world.store.read_blob(&segment.sha256).await.expect("the bytes");
                let parts: Vec<_> = blob.try_collect().await.expect("the bytes");
                lines.extend(String::from_utf8(parts.concat()).expect("text").lines().map(str::to_string));
            }
            if lines.len() >= count {
                return lines;
            }
            assert!(began.elapsed() < PATIENCE, "{} of {count} are sealed", lines.len());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn expected(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("{{\"actor\":\"bot\",\"action\":\"read\",\"resource\":\"r{number}\"}}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_growing_file_arrives_once_through_rotations_and_kills() {
    let world = World::start().await;
    let followed = Followed::of(&world).await;
    followed.add(0..100);
    let mut following = followed.begin();
    followed.came(100).await;
    followed.add(100..200);
    followed.came(200).await;
    // Killed in the middle, and rotated twice while it is away.
    following.kill().await.expect("killed");
    followed.add(200..250);
    fs::rename(followed.log(), followed.folder.path().join("agent.log.2")).expect("rotated");
    tokio::time::sleep(Duration::from_millis(20)).await;
    followed.add(250..300);
    fs::rename(followed.log(), followed.folder.path().join("agent.log.1")).expect("rotated");
    tokio::time::sleep(Duration::from_millis(20)).await;
    followed.add(300..350);
    let mut following = followed.begin();
    followed.came(350).await;
    // Rotated while it looks.
    fs::rename(followed.log(), followed.folder.path().join("agent.log.0")).expect("rotated");
    followed.add(350..400);
    followed.came(400).await;
    let id = following.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs").success());
    let ended = tokio::time::timeout(PATIENCE, following.wait()).await.expect("it ends in time").expect("a status");
    assert_eq!(ended.code(), Some(0));
    // Nothing is new.
    let again = followed.command(&["--once"]).output().await.expect("it runs");
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stderr).contains("shipped 0 bytes"), "{again:?}");
    assert_eq!(followed.sealed(&world, 400).await, expected(0..400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_kept_without_an_answer_is_not_kept_again() {
    let world = World::start().await;
    let followed = Followed::of(&world).await;
    followed.add(0..50);
    let done = followed.command(&["--once"]).output().await.expect("it runs");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    // As if it had died between the answer and writing down how far it was, and more was added since.
    let sending = fs::metadata(followed.log()).expect("the log").len();
    let state = fs::read_dir(followed.folder.path().join("state")).expect("the state");
    let kept = state
        .filter_map(Result::ok)
        .map(|file| file.path())
        .find(|file| file.extension().is_some_and(|kind| kind == "json"));
    let kept = kept.expect("how far it was");
    let mut told: serde_json::Value = serde_json::from_slice(&fs::read(&kept).expect("read")).expect("JSON");
    told["mark"]["offset"] = json!(0);
    told["sending"] = json!(sending);
    fs::write(&kept, told.to_string()).expect("written");
    followed.add(50..60);
    let done = followed.command(&["--once"]).output().await.expect("it runs");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(followed.sealed(&world, 60).await, expected(0..60));
    let key = ("idempotency-key", "the same");
    let path = format!("/api/v1/sources/{}/records", followed.sender.id);
    let before = followed.sender.health().await["records"].as_u64().expect("a number");
    for _ in 0..3 {
        let request = followed.sender.post(&path, "text/plain").header(key.0, key.1).body("{\"a\":1}\n");
        assert_eq!(followed.sender.sent(request).await.status, 200);
    }
    assert_eq!(followed.sender.health().await["records"].as_u64(), Some(before + 1), "once");
    let other = followed.sender.post(&path, "text/plain").header(key.0, key.1).body("{\"a\":2}\n");
    assert_eq!(followed.sender.sent(other).await.status, 200);
    assert_eq!(followed.sender.health().await["records"].as_u64(), Some(before + 2), "other bytes are another post");
    let long = followed.sender.post(&path, "text/plain").header(key.0, "x".repeat(256)).body("{}\n");
    assert_eq!(followed.sender.sent(long).await.status, 400);
}

#[tokio::test]
async fn what_cannot_be_shipped_is_said_in_a_sentence() {
    let world = World::start().await;
    let followed = Followed::of(&world).await;
    followed.add(0..1);
    let said = async |command: &mut Command| {
        let done = command.output().await.expect("it runs");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (code, told) = said(followed.command(&["--once"]).env("INQUEST_SOURCE_TOKEN", "inqs_wrong")).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("No open source has this token"), "{told}");
    let (code, told) = said(followed.command(&["--once"]).env_remove("INQUEST_SOURCE_TOKEN")).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("INQUEST_SOURCE_TOKEN"), "{told}");
    let mut nowhere = Command::new(PROGRAM);
    nowhere.arg("follow").arg(followed.log()).args(["--source", "inquest.example", "--once"]).env_clear();
    let (code, told) = said(nowhere.env("INQUEST_SOURCE_TOKEN", "x").env("HOME", followed.folder.path())).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("https://inquest.example.org/api/v1/sources/"), "{told}");
    assert_eq!(followed.sender.health().await["records"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_is_waited_for() {
    let world = World::start().await;
    let followed = Followed::of(&world).await;
    followed.add(0..10);
    let address = world.url.trim_start_matches("http://").to_string();
    // A door that is closed at first.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let door = listener.local_addr().expect("an address");
    drop(listener);
    let mut command = Command::new(PROGRAM);
    let source = format!("http://{door}/api/v1/sources/{}", followed.sender.id);
    command.arg("follow").arg(followed.log()).args(["--source", &source, "--once", "--state"]);
    command.arg(followed.folder.path().join("state")).env_clear().env("INQUEST_SOURCE_TOKEN", &followed.sender.token);
    let following = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("it starts");
    tokio::time::sleep(Duration::from_millis(700)).await;
    let opened = tokio::spawn(async move {
        let listener = tokio::net::TcpListener::bind(door).await.expect("the port is free");
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = tokio::net::TcpStream::connect(&address).await.expect("the server");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    let done = tokio::time::timeout(PATIENCE, following.wait_with_output()).await.expect("it ends").expect("an output");
    opened.abort();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("waits: no connection") && told.contains("is shipped again"), "{told}");
    assert_eq!((done.status.code(), followed.sender.health().await["records"].as_u64()), (Some(0), Some(10)));
}
