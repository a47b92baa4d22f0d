//! Where the writers write, and what happens to it meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use store::testing::{Postgres, Stop};
use store::{Settings, Store};
use tokio::task::spawn_blocking;

use super::{Plan, Tally, enrol, run};
use crate::binary::Serving;
use crate::{Binary, Front};

/// How long a node may take to finish what it was answering.
const STOP_MAX: Duration = Duration::from_secs(10);
/// How long a database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How many write, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Writers.
    pub writers: usize,
    /// Edits of each.
    pub edits: usize,
}

/// What happens when half of the edits are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// Nothing.
    None,
    /// One of the two nodes is killed.
    Kill,
    /// One node after the other is stopped as a supervisor does, and started anew; both are behind one address.
    Roll,
    /// The database is stopped and started.
    Restart(Stop),
}

/// Lets them write to one node on SQLite.
pub async fn one_node(program: &'static str, size: Size) -> Tally {
    let node = Binary::new(program);
    let settings = Settings::in_dir(node.folder());
    let tokens = enrolled(&settings, size).await;
    let serving = node.serve().await;
    let tally = run(plan(&[&serving.url], tokens, size)).await;
    serving.kill().await;
    verified(tally, &settings).await
}

/// Lets them write to two nodes that share a PostgreSQL.
pub async fn two_nodes(program: &'static str, size: Size, disturbance: Disturbance) -> Tally {
    let server = spawn_blocking(Postgres::start_durable).await.expect("it runs").expect("PostgreSQL starts");
    let url = server.create_database("writers").await.expect("a database");
    let nodes = [Binary::on(program, &url), Binary::on(program, &url)];
    let settings = Settings { database_url: Some(url), ..Settings::in_dir(nodes[0].folder()) };
    let tokens = enrolled(&settings, size).await;
    let serving = [nodes[0].serve().await, nodes[1].serve().await];
    let front = Front::before(&[&serving[0].url, &serving[1].url]).await;
    let plan = match disturbance {
        Disturbance::Roll => plan(&[&front.url], tokens, size),
        _ => plan(&[&serving[0].url, &serving[1].url], tokens, size),
    };
    let half = half(plan.sent.clone(), size);
    let disturbed = tokio::spawn(async move {
        half.await;
        (disturb(disturbance, server, nodes, serving, &front).await, front)
    });
    let tally = run(plan).await;
    let _deployed = disturbed.await.expect("the disturbance ends");
    verified(tally, &settings).await
}

type Deployed = (Postgres, [Binary; 2], Vec<Serving>);

async fn disturb(
    disturbance: Disturbance,
    mut server: Postgres,
    nodes: [Binary; 2],
    serving: [Serving; 2],
    front: &Front,
) -> Deployed {
    let [first, second] = serving;
    let serving = match disturbance {
        Disturbance::None => vec![first, second],
        Disturbance::Kill => {
            second.kill().await;
            vec![first]
        }
        Disturbance::Roll => {
            assert_eq!(first.terminate(STOP_MAX).await, 0, "the first node stops well");
            let first = nodes[0].serve().await;
            front.set(&[&first.url, &second.url]);
            assert_eq!(second.terminate(STOP_MAX).await, 0, "the second node stops well");
            let second = nodes[1].serve().await;
            front.set(&[&first.url, &second.url]);
            vec![first, second]
        }
        Disturbance::Restart(how) => {
            let restart = move || server.restart(how, AWAY).map(|()| server);
            server = spawn_blocking(restart).await.expect("it runs").expect("PostgreSQL is back");
            vec![first, second]
        }
    };
    (server, nodes, serving)
}

fn plan(urls: &[&str], tokens: Vec<String>, size: Size) -> Plan {
    let urls = urls.iter().map(|url| url.to_string()).collect();
    Plan { urls, tokens, edits: size.edits, sent: Arc::new(AtomicUsize::new(0)) }
}

async fn enrolled(settings: &Settings, size: Size) -> Vec<String> {
    let store = Store::open(settings).await.expect("the store opens");
    let tokens = enrol(&store, size.writers).await;
    store.close().await;
    tokens
}

/// Waits until half of the edits are sent.
async fn half(sent: Arc<AtomicUsize>, size: Size) {
    while sent.load(Ordering::Relaxed) < size.writers * size.edits / 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Walks the chain of changes besides.
async fn verified(mut tally: Tally, settings: &Settings) -> Tally {
    let store = Store::open(settings).await.expect("the store opens");
    if !store.verify(None).await.expect("verified").is_whole() {
        tally.wrong.push("the chain of changes is broken".into());
    }
    store.close().await;
    tally
}
