//! Twenty writers, fifty edits each, on one incident over HTTP: on one node with SQLite, on two nodes with one
//! PostgreSQL, and on two of which one is killed in the middle. Ends with 1 when an edit is missing.
//!
//! `writers BINARY [WRITERS] [EDITS]`

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acceptance::Binary;
use acceptance::binary::Serving;
use acceptance::writers::{Plan, Tally, enrol, run};
use store::testing::Postgres;
use store::{Settings, Store};

const WRITERS: usize = 20;
const EDITS: usize = 50;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to run, as the first argument").leak();
    let mut number = |default| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let (writers, edits) = (number(WRITERS), number(EDITS));
    println!("{writers} writers, {edits} edits each");
    let server = Postgres::start().expect("PostgreSQL starts");
    let mut whole = true;
    let mut say = |what: &str, tally: Tally| {
        println!("{what}: {tally}");
        whole &= tally.is_whole();
    };

    let one = Binary::new(program);
    let tokens = enrolled(&Settings::in_dir(one.folder()), writers).await;
    let node = one.serve().await;
    say("one node on SQLite", write(&[&node], tokens, edits, None).await);
    drop(node);

    for (what, database, kill) in
        [("two nodes on PostgreSQL", "two", false), ("two nodes, one of them killed", "killed", true)]
    {
        let url = server.create_database(database).await.expect("a database");
        let (first, second) = (Binary::on(program, &url), Binary::on(program, &url));
        let settings = Settings { database_url: Some(url), ..Settings::in_dir(first.folder()) };
        let tokens = enrolled(&settings, writers).await;
        let (stays, goes) = (first.serve().await, second.serve().await);
        let nodes = [&stays, &goes];
        let tally = if kill {
            write(&nodes, tokens, edits, Some(goes.id())).await
        } else {
            write(&nodes, tokens, edits, None).await
        };
        say(what, tally);
    }
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn enrolled(settings: &Settings, writers: usize) -> Vec<String> {
    let store = Store::open(settings).await.expect("the store opens");
    let tokens = enrol(&store, writers).await;
    store.close().await;
    tokens
}

/// Lets everybody write; the process of that number is killed when half of the edits are sent.
async fn write(nodes: &[&Serving], tokens: Vec<String>, edits: usize, kill: Option<u32>) -> Tally {
    let (sent, half) = (Arc::new(AtomicUsize::new(0)), tokens.len() * edits / 2);
    let plan = Plan { urls: nodes.iter().map(|node| node.url.clone()).collect(), tokens, edits, sent: sent.clone() };
    if let Some(id) = kill {
        tokio::spawn(async move {
            while sent.load(Ordering::Relaxed) < half {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let killed = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
            assert!(killed.is_ok_and(|killed| killed.success()), "the node is killed");
        });
    }
    run(plan).await
}
