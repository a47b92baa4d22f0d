//! Many agents that do what they may: nobody is told of anything, and what comes in is taken as fast as it comes.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use serde_json::json;
use store::{Clock, Settings, Store};

use super::otlp::{Act, request};
use super::{Sender, percentile, program, register_many, source, used};
use crate::Binary;
use crate::Program;

const AGENTS: usize = 10_000;
/// Records of one post.
const EACH: usize = 1_000;
/// So many send at once.
const SENDERS: usize = 4;
/// So many records are sent each second: what is to be sustained, and a little more.
const RATE: f64 = 52_000.0;
/// What is judged each second, at least.
const RATE_MIN: f64 = 50_000.0;
/// How late records are judged, of 95 samples in a hundred.
const LAG_MAX: Duration = Duration::from_secs(1);
/// What the server may take, in megabytes.
const MEMORY_MAX: u64 = 200;
const PATIENCE: Duration = Duration::from_secs(600);

/// What is to be sent, each with when it is due.
type Posts = VecDeque<(Duration, Vec<u8>)>;

/// In which form records come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON in lines.
    Lines,
    /// Spans in protobuf.
    Otlp,
}

/// Sends so many records; answers whether all held. They are sent at a steady rate, or, with a rate of zero, as fast as
/// they are taken: then it is told what is taken and judged, and how late is not weighed.
pub async fn benign(inquest: &'static str, form: Form, records: usize, rate: Option<f64>) -> bool {
    let rate = rate.unwrap_or(RATE);
    let inquest = Binary::new(inquest);
    let store = Store::open(&Settings::in_dir(inquest.folder())).await.expect("the store opens");
    register_many(&store, AGENTS).await;
    store.close().await;
    let serving = inquest.serve().await;
    let admin = program(&inquest, &serving.url, "ada", "admin").await;
    let format = if form == Form::Otlp { "otlp" } else { "jsonl" };
    let (id, token) = source(&admin, json!({ "name": "All of them", "format": format, "agents_only": true })).await;
    let sender = match form {
        Form::Lines => Sender::lines(&serving.url, &id, &token),
        Form::Otlp => Sender::otlp(&serving, &token),
    };
    let posts = (0..records / EACH).map(|post| (due(post, rate), body(form, post))).collect();
    let posts: Arc<Mutex<Posts>> = Arc::new(Mutex::new(posts));
    let began = Instant::now();
    let sending: Vec<_> = (0..SENDERS).map(|_| tokio::spawn(send(sender.clone(), posts.clone(), began))).collect();
    let sampled = tokio::spawn(sample(admin.clone(), format!("/sources/{id}"), records));
    let mut waited = 0;
    for sending in sending {
        waited += sending.await.expect("it sends");
    }
    let taken = began.elapsed();
    let mut lags = sampled.await.expect("it samples");
    let judged = began.elapsed();
    let alerts = admin.ok("GET", "/alerts", Value::Null).await["items"].as_array().map_or(usize::MAX, Vec::len);
    let (memory, processor) = used(serving.id());
    let each_second = |time: Duration| records as f64 / time.as_secs_f64();
    let sent = if rate > 0.0 { format!("sent at {rate:.0}/s") } else { "sent as fast as they are taken".into() };
    let lag = percentile(&mut lags, 95);
    println!(
        "{records} benign records of {AGENTS} agents as {form:?}, {sent}: taken at {:.0}/s ({waited} posts were asked to come again), judged at {:.0}/s, lag p50 {:.2} s, p95 {:.2} s, most {:.2} s; {alerts} alerts; memory at most {memory} MB; {processor:.0} s of processor time of the server; sender and server share this machine",
        each_second(taken),
        each_second(judged),
        percentile(&mut lags, 50).as_secs_f64(),
        lag.as_secs_f64(),
        percentile(&mut lags, 100).as_secs_f64(),
    );
    let is_steady = each_second(judged) >= RATE_MIN && lag <= LAG_MAX && memory < MEMORY_MAX;
    alerts == 0 && (is_steady || rate <= 0.0)
}

fn body(form: Form, post: usize) -> Vec<u8> {
    let at = Clock::system().now().micros();
    let numbers = post * EACH..(post + 1) * EACH;
    let agent = |number: usize| number * 7919 % AGENTS;
    match form {
        Form::Lines => {
            let (mut lines, time) = (String::new(), Clock::system().now().rfc3339());
            for number in numbers {
                let agent = agent(number);
                let area = agent % 50;
                writeln!(lines, r#"{{"time":"{time}","actor":{{"type":"agent","name":"app-{agent}"}},"action":"read","resource":"area-{area}/file-{number}","outcome":"success"}}"#).expect("a line");
            }
            lines.into_bytes()
        }
        Form::Otlp => {
            let told: Vec<(String, String)> = numbers
                .map(|number| (format!("app-{}", agent(number)), format!("area-{}/file-{number}", agent(number) % 50)))
                .collect();
            let acts: Vec<Act<'_>> =
                told.iter().map(|(agent, path)| Act { agent, tool: "read_file", path, at }).collect();
            request(&acts, (post * EACH) as u64)
        }
    }
}

/// When a post is due, after the beginning. Without a rate all are at once.
fn due(post: usize, rate: f64) -> Duration {
    if rate > 0.0 { Duration::from_secs_f64((post * EACH) as f64 / rate) } else { Duration::ZERO }
}

/// Sends until nothing is left; answers how often it was asked to come again.
async fn send(sender: Sender, posts: Arc<Mutex<Posts>>, began: Instant) -> usize {
    let mut again = 0;
    loop {
        let next = posts.lock().expect("the posts").pop_front();
        let Some((due, body)) = next else { return again };
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        loop {
            match sender.post(body.clone(), None).await {
                Some(200) => break,
                Some(429 | 503) => again += 1,
                other => panic!("{other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// How late the last evaluation was, until all is judged.
async fn sample(admin: Program, path: String, records: usize) -> Vec<Duration> {
    let (began, mut lags) = (Instant::now(), Vec::new());
    loop {
        let health = &admin.ok("GET", &path, Value::Null).await["health"];
        let micros = |field: &str| health[field].as_u64().map(Duration::from_micros);
        // What waits now has waited so long already.
        lags.extend(micros("lag_micros").max(micros("waiting_micros")));
        if health["judged"].as_u64() == Some(records as u64) {
            return lags;
        }
        assert!(began.elapsed() < PATIENCE, "{health:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
