//! The incident page with 200 events: 16 connections for five seconds, after
//! one second of warming up. Client and server share this machine.
//!
//! `bench BINARY…` measures each binary in turn, three rounds of them, so that what else this machine does falls on all of
//! them alike; of every binary but the first it says how its median of requests compares with the first one's.

use std::time::{Duration, Instant};

use acceptance::binary::Serving;
use acceptance::{Binary, Program};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 16;
const EVENTS: usize = 200;
const SECONDS: u64 = 5;
const ROUNDS: usize = 3;

/// A binary that serves an incident to somebody who signed in.
struct Measured {
    program: &'static str,
    // Its folder goes with it.
    _binary: Binary,
    server: Serving,
    key: String,
    cookie: String,
}

impl Measured {
    async fn start(program: &'static str) -> Self {
        let binary = Binary::new(program);
        binary.add_user(&acceptance::world::email("Ada"), "Ada", "admin").await;
        let email = acceptance::world::email("Ada");
        let made = binary.run(&["token", "create", "--user", &email, "--name", "bench", "--scope", "admin"]).await;
        let token = made.well().split_whitespace().last().expect("a token").to_string();
        let server = binary.serve().await;
        let key = fill(&Program::new(&server.url, &token)).await;
        let cookie = session(&server.url).await;
        Self { program, _binary: binary, server, key, cookie }
    }

    /// Requests per second.
    async fn measure(&self, page: &str) -> u64 {
        let path = format!("/incidents/{}{page}", self.key);
        let host = self.server.url.trim_start_matches("http://");
        run(host, &path, &self.cookie, Duration::from_secs(1)).await;
        let (mut times, bytes) = run(host, &path, &self.cookie, Duration::from_secs(SECONDS)).await;
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        let per_second = times.len() as u64 / SECONDS;
        println!(
            "{}: {path}: {EVENTS} events, {bytes} bytes, {CONNECTIONS} connections: {per_second} requests/s, median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            self.program,
            at(0.5),
            at(0.95),
            at(0.99)
        );
        per_second
    }
}

#[tokio::main]
async fn main() {
    let mut all = Vec::new();
    for program in std::env::args().skip(1) {
        all.push(Measured::start(program.leak()).await);
    }
    assert!(!all.is_empty(), "name the binaries to measure");
    for page in ["", "/timeline", "/postmortem"] {
        let mut seen = vec![Vec::new(); all.len()];
        for _ in 0..ROUNDS {
            for (measured, seen) in all.iter().zip(&mut seen) {
                seen.push(measured.measure(page).await);
            }
        }
        let median = |seen: &mut Vec<u64>| {
            seen.sort();
            seen[seen.len() / 2]
        };
        let medians: Vec<u64> = seen.iter_mut().map(median).collect();
        for (measured, requests) in all.iter().zip(&medians).skip(1) {
            let ratio = *requests as f64 / medians[0] as f64;
            println!("{}: {ratio:.3} times the requests of {}", measured.program, all[0].program);
        }
    }
}

async fn fill(program: &Program) -> String {
    let incident = program.ok("POST", "/incidents", json!({"title": "An agent posted two hundred times", "occurred": "2026-03-18 17:00 UTC", "declared_severity": 1})).await;
    let key = incident["key"].as_str().expect("a key").to_string();
    let evidence = program.upload(&key, "agent-log.jsonl", b"{\"line\":1}\n".repeat(500)).await;
    let items: Vec<_> = (0..EVENTS)
        .map(|n| {
            json!({ "time": format!("2026-03-18T17:{:02}:{:02}Z", n / 60, n % 60), "kind": "action", "actor": { "kind": (["agent", "human", "system"][n % 3]), "name": format!("actor-{}", n % 7) },
                "verb": "post", "effect": "mutating", "resource": format!("forum/thread-{n}"), "outcome": "success", "requested": "no", "authorised": "unknown", "confirmed": "no",
                "output_mode": "direct", "provenance_label": "none", "body": "Posted an answer to the **public** thread.", "evidence": [{ "id": evidence["id"], "lines": [n + 1, n + 2] }] })
        })
        .collect();
    program.ok("POST", &format!("/incidents/{key}/events"), json!({ "items": items })).await;
    program.ok("PUT", &format!("/incidents/{key}/exposure"), json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z" }, "resources": [{ "id": "repo-a", "class": "restricted", "paths": [{ "op": "read", "channel": "api" }] }] })).await;
    program.ok("POST", &format!("/incidents/{key}/ratings"), json!({ "dimensions": { "exposure": 3, "integrity": 3, "availability": 0, "people": 1, "authority": 3, "propagation": 3, "duration": 3, "recoverability": 1 } })).await;
    key
}

async fn session(url: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let form = [("email", acceptance::world::email("Ada")), ("password", acceptance::world::PASSWORD.to_string())];
    let response = client.post(format!("{url}/sign-in")).form(&form).send().await.expect("an answer");
    let set = response.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    assert!(!pairs.is_empty(), "signing in gives a cookie");
    pairs.join("; ")
}

async fn run(host: &str, path: &str, cookie: &str, span: Duration) -> (Vec<Duration>, usize) {
    let until = Instant::now() + span;
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(worker(host.to_string(), path.to_string(), cookie.to_string(), until)))
        .collect();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for worker in workers {
        let (some, size) = worker.await.expect("the worker ends");
        times.extend(some);
        bytes = size;
    }
    (times, bytes)
}

/// One connection, kept alive: asks, reads to the end of the body, asks again.
async fn worker(host: String, path: String, cookie: String, until: Instant) -> (Vec<Duration>, usize) {
    let mut stream = TcpStream::connect(&host).await.expect("a connection");
    stream.set_nodelay(true).expect("nodelay");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
    let (mut times, mut buffer, mut size) = (Vec::new(), vec![0; 256 * 1024], 0);
    while Instant::now() < until {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("sent");
        size = answer(&mut stream, &mut buffer).await;
        times.push(start.elapsed());
    }
    (times, size)
}

async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    let (mut read, mut whole) = (0, None);
    loop {
        if read == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let got = stream.read(&mut buffer[read..]).await.expect("read");
        assert!(got > 0, "the server closed the connection");
        read += got;
        if whole.is_none()
            && let Some(end) = buffer[..read].windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next())
                .and_then(|length| length.trim().parse::<usize>().ok());
            whole = Some(end + 4 + length.expect("a length"));
        }
        if whole.is_some_and(|whole| read >= whole) {
            return read;
        }
    }
}
