//! A server that is killed under writes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Row;
use super::dice::Dice;
use super::model::claim;
use super::postgres;
use crate::{Binary, Program};

/// How many write at once.
const WRITERS: usize = 4;

/// Kills of one incident, before there is a new one: a case file of thousands of claims would measure something else.
const KILLS_EACH: usize = 10;

/// What one writer was answered, by mark.
#[derive(Default)]
struct Answers {
    done: BTreeSet<String>,
    /// The mark, and the key under which it can be sent again.
    unanswered: Vec<(String, String)>,
    wrong: Vec<String>,
}

/// Kills the server so many times under writes, starts it again, and looks for what it acknowledged. What was not
/// answered is sent again under the same Idempotency-Key, and must then be there once.
pub async fn kills(program: &'static str, on_postgres: bool, kills: usize, seed: u64) -> Row {
    let begun = Instant::now();
    let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
    let mut row = Row { fault: "kill -9 of the server".into(), database, ..Row::default() };
    let mut dice = Dice::new(seed);
    let server = if on_postgres { Some(postgres().await) } else { None };
    let node = match &server {
        Some(server) => Binary::on(program, &server.create_database("kills").await.expect("a database")),
        None => Binary::new(program),
    };
    node.add_user("rita@example.org", "Rita", "responder").await;
    let made = node.run(&["token", "create", "--user", "rita@example.org", "--name", "x", "--scope", "write"]).await;
    let token = made.well().split_whitespace().last().expect("a token").to_string();
    let mut serving = node.serve().await;
    let (mut key, mut done, mut unanswered) = (String::new(), BTreeSet::new(), Vec::new());
    for kill in 0..kills {
        let rita = Program::new(&serving.url, &token);
        if kill % KILLS_EACH == 0 {
            let filed = rita.ok("POST", "/incidents", json!({ "title": "Killed in the middle" })).await;
            key = filed["key"].as_str().expect("a key").to_string();
            done.clear();
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(rita.clone(), key.clone(), format!("k{kill:03}w{writer}"))))
            .collect();
        tokio::time::sleep(Duration::from_millis(20 + dice.below(250))).await;
        serving.kill().await;
        row.runs += 1;
        serving = node.serve().await;
        let rita = Program::new(&serving.url, &token);
        for writer in writers {
            let answers = writer.await.expect("a writer ends");
            row.acknowledged += answers.done.len();
            row.wrong.extend(answers.wrong);
            done.extend(answers.done);
            unanswered.extend(answers.unanswered);
        }
        // On PostgreSQL the key of a node that died is free after ten seconds: waited for once for all of them.
        let is_last = kill + 1 == kills || (kill + 1) % KILLS_EACH == 0;
        for (mark, once) in unanswered.drain(..if on_postgres && !is_last { 0 } else { unanswered.len() }) {
            match again(&rita, &key, &mark, &once).await {
                (200 | 201, body) if body["statement"] == mark => {
                    row.acknowledged += 1;
                    done.insert(mark);
                }
                (status, body) => row.wrong.push(format!("{mark} sent again: {status} {body}")),
            }
        }
        look_for(&rita, &key, &done, &mut row).await;
    }
    serving.kill().await;
    let verified = node.run(&["verify"]).await;
    if verified.code != 0 {
        row.wrong.push(format!("{}{}", verified.out, verified.stderr));
    }
    row.took = begun.elapsed();
    row
}

/// Writes until nobody answers.
async fn write(rita: Program, key: String, name: String) -> Answers {
    let mut answers = Answers::default();
    for number in 0..10_000 {
        let (mark, once) = (format!("{name}n{number:04}"), format!("once-{name}-{number}"));
        let headers = [("idempotency-key", once.as_str())];
        let path = format!("/incidents/{key}/claims");
        match rita.try_ask("POST", &path, &headers, claim(&mark)).await {
            Some((201, _)) => drop(answers.done.insert(mark)),
            Some((503, _)) => {}
            Some((status, body)) => answers.wrong.push(format!("{mark}: {status} {body}")),
            None => {
                answers.unanswered.push((mark, once));
                break;
            }
        }
    }
    answers
}

/// Sends it again under its key. Another node may still hold it for a moment.
async fn again(rita: &Program, key: &str, mark: &str, once: &str) -> (u16, Value) {
    let path = format!("/incidents/{key}/claims");
    let mut last = (0, Value::Null);
    for _ in 0..300 {
        last = rita.try_ask("POST", &path, &[("idempotency-key", once)], claim(mark)).await.unwrap_or_default();
        if !matches!(last.0, 409 | 503) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    last
}

async fn look_for(rita: &Program, key: &str, done: &BTreeSet<String>, row: &mut Row) {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = rita.ok("GET", &format!("/incidents/{key}/claims?limit=1000&cursor={cursor}"), Value::Null).await;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        found.extend(items.iter().map(|claim| claim["statement"].as_str().unwrap_or_default().to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_string(),
            None => break,
        }
    }
    let there: BTreeSet<&String> = found.iter().collect();
    row.lost += done.iter().filter(|mark| !there.contains(mark)).count();
    if there.len() != found.len() {
        row.wrong.push(format!("{} claims stand there twice", found.len() - there.len()));
    }
}
