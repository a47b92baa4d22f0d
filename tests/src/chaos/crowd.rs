//! Many who write to one incident, with edits that are as expensive to merge as can be, while another is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::model::claim;
use super::{Row, postgres};
use crate::{Binary, Program};

/// Writers of the incident that is attacked.
const ATTACKERS: usize = 40;

/// What each write to the other incident may take, for 95 of 100.
const P95_MAX: Duration = Duration::from_millis(100);

/// Lets them attack for so long; measures the writes to another incident, and whether the attacked one can be read.
pub async fn crowd(program: &'static str, on_postgres: bool, lasts: Duration) -> Row {
    let begun = Instant::now();
    let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
    let server = if on_postgres { Some(postgres().await) } else { None };
    let node = match &server {
        Some(server) => Binary::on(program, &server.create_database("crowd").await.expect("a database")),
        None => Binary::new(program),
    };
    node.add_user("rita@example.org", "Rita", "responder").await;
    let made = node.run(&["token", "create", "--user", "rita@example.org", "--name", "x", "--scope", "write"]).await;
    let token = made.well().split_whitespace().last().expect("a token").to_string();
    let serving = node.serve().await;
    let rita = Program::new(&serving.url, &token);
    for title in ["Attacked", "Left alone"] {
        rita.ok("POST", "/incidents", json!({ "title": title })).await;
    }
    rita.ok("PUT", "/incidents/INC-1/sections/impact", json!({ "body": digits(0) })).await;
    let (ends, busy) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let attackers: Vec<_> = (1..=ATTACKERS)
        .map(|number| tokio::spawn(attack(Program::new(&serving.url, &token), number, ends.clone(), busy.clone())))
        .collect();
    let mut row = Row { database, runs: ATTACKERS, ..Row::default() };
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    while begun.elapsed() < lasts {
        let sent = Instant::now();
        let (status, body) = rita.call("POST", "/incidents/INC-2/claims", claim(&format!("c{}", writes.len()))).await;
        writes.push(sent.elapsed());
        row.acknowledged += usize::from(status == 201);
        if status != 201 {
            row.wrong.push(format!("a write to another incident: {status} {body}"));
        }
        let sent = Instant::now();
        let (status, _) = rita.call("GET", "/incidents/INC-1", Value::Null).await;
        reads.push(sent.elapsed());
        if status != 200 {
            row.wrong.push(format!("the attacked incident cannot be read: {status}"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ends.store(true, Ordering::SeqCst);
    let stored = rita.ok("GET", "/incidents/INC-2/claims?limit=1000", Value::Null).await;
    let stored = stored["items"].as_array().map_or(0, Vec::len);
    row.lost = row.acknowledged.min(1000).saturating_sub(stored);
    let (write, read) = (p95(&mut writes), p95(&mut reads));
    row.fault = format!(
        "{ATTACKERS} writers, p95 {} ms, reads {} ms, {} busy",
        write.as_millis(),
        read.as_millis(),
        busy.load(Ordering::SeqCst)
    );
    if write > P95_MAX {
        row.wrong.push(format!("writes to another incident took {write:?} (95 of 100)"));
    }
    // Not waited for: an attacker may have sent something that takes longer than all of this.
    serving.kill().await;
    for attacker in attackers {
        row.wrong.extend(attacker.await.expect("an attacker ends"));
    }
    row.took = begun.elapsed();
    row
}

/// Writes a text of 100 KB that crosses with all the others, again and again.
async fn attack(rita: Program, number: usize, ends: Arc<AtomicBool>, busy: Arc<AtomicUsize>) -> Vec<String> {
    let mut wrong = Vec::new();
    for round in 0.. {
        if ends.load(Ordering::SeqCst) {
            break;
        }
        let path = "/incidents/INC-1/sections/impact";
        let body = json!({ "body": digits(number * 7 + round) });
        match rita.try_ask("PUT", path, &[("if-match", "\"2\"")], body).await {
            Some((200 | 201 | 412 | 422, _)) => {}
            Some((503 | 429, _)) => {
                busy.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None if ends.load(Ordering::SeqCst) => break,
            other => wrong.push(format!("an attacker was answered {other:?}").chars().take(200).collect()),
        }
    }
    wrong
}

/// 50,000 lines of one digit.
fn digits(seed: usize) -> String {
    let mut state = seed as u32 + 1;
    let mut text = String::with_capacity(100_000);
    for _ in 0..50_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(b'0' + (state >> 24) as u8 % 10));
        text.push('\n');
    }
    text
}

fn p95(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took.get(took.len() * 95 / 100).copied().unwrap_or_default()
}
