//! Many hands: no edit is lost, on one machine or several. `make bench-writers` runs the same with more of everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acceptance::writers::{Plan, enrol, run};
use acceptance::{Binary, World};
use store::testing::Postgres;
use store::{Settings, Store};

const WRITERS: usize = 6;
const EDITS: usize = 10;

fn plan(urls: &[&str], tokens: Vec<String>) -> Plan {
    let urls = urls.iter().map(|url| url.to_string()).collect();
    Plan { urls, tokens, edits: EDITS, sent: Arc::new(AtomicUsize::new(0)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_on_one_node() {
    let world = World::start().await;
    let tokens = enrol(&world.store, WRITERS).await;
    let tally = run(plan(&[&world.url], tokens)).await;
    assert!(tally.is_whole(), "{tally}");
    assert_eq!(tally.acknowledged + tally.conflicts, WRITERS * EDITS, "{tally}");
    assert!(world.store.verify(None).await.expect("verified").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_between_two_nodes() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("writers").await.expect("a database");
    let (one, other) = (World::start_on(&url).await, World::start_on(&url).await);
    let tokens = enrol(&one.store, WRITERS).await;
    let tally = run(plan(&[&one.url, &other.url], tokens)).await;
    assert!(tally.is_whole(), "{tally}");
    assert_eq!(tally.acknowledged + tally.conflicts, WRITERS * EDITS, "{tally}");
    assert!(other.store.verify(None).await.expect("verified").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_takes_no_edit_with_it() {
    let server = Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("killed").await.expect("a database");
    let program = env!("CARGO_BIN_EXE_inquest-under-test");
    let (one, other) = (Binary::on(program, &url), Binary::on(program, &url));
    let settings = Settings { database_url: Some(url), ..Settings::in_dir(one.folder()) };
    let store = Store::open(&settings).await.expect("the store opens");
    let tokens = enrol(&store, WRITERS).await;
    let (stays, goes) = (one.serve().await, other.serve().await);
    let plan = plan(&[&stays.url, &goes.url], tokens);
    let sent = plan.sent.clone();
    tokio::spawn(async move {
        while sent.load(Ordering::Relaxed) < WRITERS * EDITS / 2 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        goes.kill().await;
    });
    let tally = run(plan).await;
    assert!(tally.is_whole(), "{tally}");
    assert!(tally.acknowledged > 0, "{tally}");
    assert!(store.verify(None).await.expect("verified").is_whole());
}
