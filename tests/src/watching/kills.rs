//! Two nodes of which one dies every so often, while records come in: what was acknowledged is there once, and nothing
//! raises two alerts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store::testing::Postgres;
use store::{Actor, AlertFilter, Clock, Settings, Store};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{Sender, register_many, used};
use crate::Binary;
use crate::binary::Serving;

/// So many agents act; one in so many posts is outside of what its agent may do.
const AGENTS: usize = 500;
const OUTSIDE: usize = 50;
/// Records of one post.
const EACH: usize = 20;
const SENDERS: usize = 4;
/// How long a sender waits after each post.
const PAUSE: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(180);

/// What was sent.
#[derive(Default)]
struct Sent {
    next: AtomicUsize,
    ended: AtomicBool,
    /// Posts that were acknowledged, by their numbers.
    acknowledged: Mutex<Vec<usize>>,
    /// Posts without an answer that were sent again.
    again: AtomicUsize,
    /// Where the nodes are now.
    nodes: Mutex<[String; 2]>,
}

/// Kills one of two nodes every so many seconds, for so long; answers whether nothing was lost or told twice.
pub async fn kills(inquest: &'static str, lasting: Duration, every: Duration) -> bool {
    let server = spawn_blocking(Postgres::start_durable).await.expect("it runs").expect("PostgreSQL starts");
    let url = server.create_database("watched").await.expect("a database");
    let evidence = TempDir::new().expect("a folder");
    let binaries = [(); 2].map(|()| Binary::on(inquest, &url).sharing(evidence.path()));
    let settings = Settings {
        database_url: Some(url),
        evidence_url: Some(format!("file://{}", evidence.path().display())),
        ..Settings::in_dir(binaries[0].folder())
    };
    let store = Store::open(&settings).await.expect("the store opens");
    register_many(&store, AGENTS).await;
    let draft = json!({ "name": "CI", "format": "jsonl", "agents_only": true, "seal_seconds": 2 });
    let draft = store::parse_draft(draft).expect("a draft");
    let (source, token) = store.create_source(&Actor::system(), draft).await.expect("a source");
    let mut nodes = [binaries[0].serve().await, binaries[1].serve().await];
    let sent = Arc::new(Sent { nodes: Mutex::new(urls(&nodes)), ..Sent::default() });
    let senders: Vec<_> =
        (0..SENDERS).map(|at| tokio::spawn(send(sent.clone(), source.id.to_string(), token.clone(), at))).collect();
    let (began, mut killed) = (Instant::now(), 0);
    while began.elapsed() < lasting {
        tokio::time::sleep(every).await;
        let place = killed % 2;
        let fresh = binaries[place].serve();
        let dead = std::mem::replace(&mut nodes[place], fresh.await);
        dead.kill().await;
        *sent.nodes.lock().expect("the nodes") = urls(&nodes);
        killed += 1;
    }
    sent.ended.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.await.expect("it sends");
    }
    settled(&store, &source.id).await;
    let is_well = counted(&store, &source.id, evidence.path(), &sent, killed).await;
    let report = store.verify(None).await.expect("a report");
    println!("  verify: {}", if report.is_whole() { "whole".into() } else { format!("{:?}", report.broken) });
    let peak = nodes.iter().map(|node| used(node.id()).0).max().unwrap_or_default();
    println!("  memory of the nodes that are left: at most {peak} MB");
    store.close().await;
    is_well && report.is_whole()
}

fn urls(nodes: &[Serving; 2]) -> [String; 2] {
    [nodes[0].url.clone(), nodes[1].url.clone()]
}

/// The lines of a post. Its first record is outside of what its agent may do, in one of so many posts.
fn lines(post: usize) -> String {
    let time = Clock::system().now().rfc3339();
    let line = |place: usize| {
        let number = post * EACH + place;
        let is_outside = place == 0 && post.is_multiple_of(OUTSIDE);
        // In turn: of one agent only so many resources have an alert of their own.
        let agent = if is_outside { post / OUTSIDE % AGENTS } else { number % AGENTS };
        let (action, resource) = if is_outside {
            ("delete", format!("payroll/{number}"))
        } else {
            ("read", format!("area-{}/{number}", agent % 50))
        };
        format!(
            "{{\"time\":\"{time}\",\"actor\":{{\"type\":\"agent\",\"name\":\"app-{agent}\"}},\"action\":\"{action}\",\"resource\":\"{resource}\"}}\n"
        )
    };
    (0..EACH).map(line).collect()
}

/// Posts to the nodes in turn; what has no answer is sent again under the same key.
async fn send(sent: Arc<Sent>, source: String, token: String, mut turn: usize) {
    while !sent.ended.load(Ordering::Relaxed) {
        let post = sent.next.fetch_add(1, Ordering::Relaxed);
        let (body, key) = (lines(post).into_bytes(), format!("post-{post}"));
        loop {
            turn += 1;
            let node = sent.nodes.lock().expect("the nodes")[turn % 2].clone();
            if Sender::lines(&node, &source, &token).post(body.clone(), Some(&key)).await == Some(200) {
                sent.acknowledged.lock().expect("the list").push(post);
                break;
            }
            sent.again.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(PAUSE).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits until all is judged and sealed.
async fn settled(store: &Store, source: &domain::Id) {
    let began = Instant::now();
    loop {
        let health = store.source(&Actor::system(), source).await.expect("the source").health;
        let sealed = segments(store, source).await;
        let records: i64 = sealed.iter().map(|segment| segment.records).sum();
        if records == health.records && health.waiting == 0 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{health:?}, {records} sealed");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn segments(store: &Store, source: &domain::Id) -> Vec<domain::watch::Segment> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = store.segments(&Actor::system(), source, before, 500).await.expect("segments");
        let Some(last) = page.last() else { return all };
        before = Some(last.number);
        all.extend(page);
    }
}

/// Holds what is sealed and what was told against what was acknowledged.
async fn counted(store: &Store, source: &domain::Id, evidence: &Path, sent: &Sent, killed: usize) -> bool {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for segment in segments(store, source).await {
        let path = evidence.join(&segment.sha256[..2]).join(&segment.sha256[2..]);
        for line in std::fs::read_to_string(path).expect("the bytes").lines() {
            let record: Value = serde_json::from_str(line).expect("a whole line");
            *times.entry(record["resource"].as_str().unwrap_or_default().to_string()).or_default() += 1;
        }
    }
    let acknowledged = sent.acknowledged.lock().expect("the list").clone();
    let (mut missing, mut twice, mut untold) = (0, 0, 0);
    let mut alerts: BTreeMap<String, usize> = BTreeMap::new();
    for (rule, resource) in told(store).await {
        *alerts.entry(format!("{rule} {resource}")).or_default() += 1;
    }
    for post in &acknowledged {
        for number in post * EACH..(post + 1) * EACH {
            let is_outside = number % EACH == 0 && post.is_multiple_of(OUTSIDE);
            let resource = if is_outside {
                format!("payroll/{number}")
            } else {
                format!("area-{}/{number}", number % AGENTS % 50)
            };
            let count = times.get(&resource).copied().unwrap_or_default();
            missing += usize::from(count == 0);
            twice += usize::from(count > 1);
            untold += usize::from(is_outside && !alerts.contains_key(&format!("out_of_scope {resource}")));
        }
    }
    let double = alerts.values().filter(|count| **count > 1).count();
    println!(
        "{killed} kills of one of two nodes: {} records acknowledged, {} posts sent again; {missing} missing from the sealed segments, {twice} there twice; {} alerts, {double} double, {untold} acts without one",
        acknowledged.len() * EACH,
        sent.again.load(Ordering::Relaxed),
        alerts.values().sum::<usize>(),
    );
    missing + twice + double + untold == 0
}

/// The alerts, by rule and resource.
async fn told(store: &Store) -> Vec<(&'static str, String)> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page =
            store.alerts(&Actor::system(), &AlertFilter::default(), cursor.as_deref(), 200).await.expect("alerts");
        all.extend(page.items.iter().map(|alert| (alert.rule.word(), alert.resource.clone())));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}
