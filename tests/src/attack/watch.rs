//! What everybody else notices while a case runs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;
use tokio::task::JoinHandle;

use super::{HEALTH_MAX, MEMORY_MAX, Stage, WRITES_MAX};
use crate::Program;

/// How often the server is asked how it is.
const HEALTH_EVERY: Duration = Duration::from_millis(20);
/// How often somebody writes to the other incident.
const WRITE_EVERY: Duration = Duration::from_millis(50);
/// What does not answer for so long is counted as that long.
const ANSWER_MAX: Duration = Duration::from_secs(100);

/// What a case cost.
#[derive(Debug)]
pub struct Cost {
    /// What the attacker was answered.
    pub answer: String,
    /// The most memory, in megabytes.
    pub megabytes: u64,
    /// How long `/healthz` took at most.
    pub health: Duration,
    /// How long 95 of 100 writes to the other incident took.
    pub writes: Duration,
    /// How long the slowest of them took.
    pub write: Duration,
    /// How many of them were not answered with success.
    pub refused: usize,
    /// Whether the process is still there.
    pub lives: bool,
}

impl Cost {
    /// The bounds that it breaks.
    pub fn broken(&self) -> Vec<&'static str> {
        let bounds = [
            (!self.lives, "the process ended"),
            (self.megabytes > MEMORY_MAX, "memory"),
            (self.health > HEALTH_MAX, "healthz"),
            (self.writes > WRITES_MAX, "writes"),
            (self.refused > 0, "writes refused"),
        ];
        bounds.into_iter().filter(|(broken, _)| *broken).map(|(_, what)| what).collect()
    }
}

#[derive(Default)]
struct Seen {
    health: Vec<Duration>,
    writes: Vec<Duration>,
    refused: usize,
}

pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    tasks: [JoinHandle<()>; 2],
}

impl Watch {
    pub(super) fn begin(stage: &Stage) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let health = tokio::spawn(ask(format!("{}/healthz", stage.url()), seen.clone()));
        let writes = tokio::spawn(write(stage.worker.clone(), seen.clone()));
        Self { seen, tasks: [health, writes] }
    }

    pub(super) async fn end(self, stage: &Stage, answer: String) -> Cost {
        // What was asked last is answered first, if it is answered at all.
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.health.sort();
        seen.writes.sort();
        let at = |times: &[Duration], share: f64| {
            times.get((times.len().saturating_sub(1) as f64 * share) as usize).copied().unwrap_or(ANSWER_MAX)
        };
        Cost {
            answer,
            megabytes: stage.peak_megabytes(),
            health: at(&seen.health, 1.0),
            writes: at(&seen.writes, 0.95),
            write: at(&seen.writes, 1.0),
            refused: seen.refused,
            lives: stage.lives(),
        }
    }
}

/// Notes a time even where whoever measures it is stopped before the answer is there.
struct Timer<'a> {
    begun: Instant,
    seen: &'a Mutex<Seen>,
    times: fn(&mut Seen) -> &mut Vec<Duration>,
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (self.times)(&mut seen).push(self.begun.elapsed());
    }
}

async fn ask(url: String, seen: Arc<Mutex<Seen>>) {
    let client = Client::builder().timeout(ANSWER_MAX).build().expect("a client");
    loop {
        {
            let _timer = Timer { begun: Instant::now(), seen: &seen, times: |seen| &mut seen.health };
            let well = client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200);
            if !well {
                // It is asked again at once: what counts is how long nobody was told that it is well.
                let _ = client.get(&url).send().await;
            }
        }
        tokio::time::sleep(HEALTH_EVERY).await;
    }
}

async fn write(worker: Program, seen: Arc<Mutex<Seen>>) {
    for number in 0_u64.. {
        let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "verb": "post", "body": format!("Worked {number}"), "actor": { "kind": "agent", "name": "worker" } });
        let title = json!({ "title": format!("Worked on {number}") });
        let done = {
            let _timer = Timer { begun: Instant::now(), seen: &seen, times: |seen| &mut seen.writes };
            // An event now and then, and mostly a change that leaves the incident as large as it is.
            match number % 20 {
                0 => worker.try_ask("POST", "/incidents/INC-2/events", &[], event).await,
                _ => worker.try_ask("PATCH", "/incidents/INC-2", &[], title).await,
            }
        };
        if !done.is_some_and(|(status, _)| (200..300).contains(&status)) {
            seen.lock().unwrap_or_else(PoisonError::into_inner).refused += 1;
        }
        tokio::time::sleep(WRITE_EVERY).await;
    }
}
