//! A long day in short: readers, writers, imports and open pages at once, and what the server holds in memory meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::attack::Stage;
use crate::{Binary, Program};

/// People who look at pages, each at a page every second.
const READERS: usize = 200;
/// People who write, each an edit every half second, each in an incident of their own.
const WRITERS: usize = 20;
/// Pages that are open and follow their incident.
const STREAMS: usize = 60;
/// How often a log is imported.
const IMPORT_EVERY: Duration = Duration::from_secs(10);
/// The lines of a log that is imported, some 2 MB.
const LOG_LINES: usize = 10_000;
/// How often the memory is looked at for the report; what counts is a mean of the last ones.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// So many looks are one measure: what an import under way takes evens out.
const LOOKS: usize = 15;
/// How much more than after the first sixth may be held in the end, in percent.
pub const GROWTH_PERCENT_MAX: f64 = 10.0;

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Answers of success by what was done.
    pub done: BTreeMap<&'static str, u64>,
    /// What was not answered with success: what was done, and the status.
    pub errors: BTreeMap<(&'static str, u16), u64>,
    /// Resident memory after a sixth of the time (five minutes of half an hour), in megabytes.
    pub early_megabytes: f64,
    /// The same in the end.
    pub late_megabytes: f64,
    /// How often streams told of a change.
    pub told: u64,
}

impl Seen {
    /// How much more is held in the end, in percent.
    pub fn growth_percent(&self) -> f64 {
        (self.late_megabytes / self.early_megabytes - 1.0) * 100.0
    }
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Seen>>);

impl Notes {
    /// An answer, or 0 where none came.
    fn note(&self, what: &'static str, status: u16) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match status {
            200..300 => *seen.done.entry(what).or_default() += 1,
            other => *seen.errors.entry((what, other)).or_default() += 1,
        }
    }
}

/// Runs it for so long against a server of its own, and prints the memory once a minute.
pub async fn run(binary: Binary, length: Duration) -> Seen {
    let stage = Arc::new(Stage::set(binary).await);
    let keys = incidents(&stage.worker).await;
    let (notes, told, mut crowd) = (Notes::default(), Arc::new(AtomicU64::new(0)), JoinSet::new());
    for number in 0..READERS {
        let person = if number % 2 == 0 { &stage.viewer_page } else { &stage.responder_page };
        crowd.spawn(read(person.clone(), keys.clone(), number, notes.clone()));
    }
    for (number, (key, events)) in keys.iter().enumerate() {
        crowd.spawn(write(stage.worker.clone(), key.clone(), events.clone(), number, notes.clone()));
    }
    for number in 0..STREAMS {
        let who = if number % 2 == 0 { &stage.viewer } else { &stage.responder };
        crowd.spawn(follow(who.clone(), keys[number % keys.len()].0.clone(), told.clone()));
    }
    crowd.spawn(import(stage.responder.clone(), notes.clone()));
    let (early, late) = watch(&stage, length).await;
    crowd.abort_all();
    while crowd.join_next().await.is_some() {}
    let mut seen = std::mem::take(&mut *notes.0.lock().unwrap_or_else(PoisonError::into_inner));
    (seen.early_megabytes, seen.late_megabytes) = (early, late);
    seen.told = told.load(Ordering::Relaxed);
    seen
}

/// An incident for each writer, with twenty events to edit.
async fn incidents(worker: &Program) -> Vec<(String, Vec<String>)> {
    let mut keys = Vec::new();
    for number in 0..WRITERS {
        let title = json!({ "title": format!("Soaked {number}"), "occurred": "2026-03-18 17:00 UTC" });
        let key = worker.ok("POST", "/incidents", title).await["key"].as_str().expect("a key").to_string();
        let mut events = Vec::new();
        for minute in 0..20 {
            let event = json!({ "time": format!("2026-03-18T17:{minute:02}:00Z"), "kind": "action", "body": "as filed", "actor": { "kind": "agent", "name": "forum-agent" } });
            let made = worker.ok("POST", &format!("/incidents/{key}/events"), event).await;
            events.push(made["id"].as_str().expect("an id").to_string());
        }
        keys.push((key, events));
    }
    keys
}

async fn read(person: crate::Person, keys: Vec<(String, Vec<String>)>, number: usize, notes: Notes) {
    let pages = ["", "/timeline", "/postmortem", "/verdict", "/history", "/records"];
    // They do not all come in the same moment.
    tokio::time::sleep(Duration::from_millis(number as u64 * 5)).await;
    for turn in number.. {
        let (key, _) = &keys[(number + turn / pages.len()) % keys.len()];
        let path = format!("/incidents/{key}{}", pages[turn % pages.len()]);
        let answer = person.request("GET", &path).send().await;
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        let whole = match answer {
            Ok(answer) => answer.bytes().await.is_ok(),
            Err(_) => false,
        };
        notes.note("pages", if whole { status } else { 0 });
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn write(worker: Program, key: String, events: Vec<String>, number: usize, notes: Notes) {
    for turn in number.. {
        let path = format!("/incidents/{key}/events/{}", events[turn % events.len()]);
        let edit = json!({ "body": format!("edit {turn} of {number}: {}", "the agent answers. ".repeat(turn % 20)) });
        let answer = worker.try_ask("PATCH", &path, &[], edit).await;
        notes.note("edits", answer.map_or(0, |(status, _)| status));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Opens the stream again when it ends, as a browser does.
async fn follow(who: Program, key: String, told: Arc<AtomicU64>) {
    loop {
        let mut stream = who.follow(&key).await;
        while stream.next().await.is_some() {
            told.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn import(who: Program, notes: Notes) {
    for number in 0_usize.. {
        let line = |line: usize| {
            format!(
                "{{\"time\":\"2026-03-18T17:{:02}:{:02}Z\",\"actor\":\"agent-{number}\",\"action\":\"read\",\"resource\":\"repo/{line}\",\"outcome\":\"success\",\"trace\":\"t-{number}-{line}\"}}\n",
                line / 60 % 60,
                line % 60
            )
        };
        let log: String = (0..LOG_LINES).map(line).collect();
        let sent = who.request("POST", &format!("/incidents/INC-1/evidence?name=soak-{number}.jsonl")).body(log);
        let status = sent.send().await.map_or(0, |answer| answer.status().as_u16());
        notes.note("imports", status);
        tokio::time::sleep(IMPORT_EVERY).await;
    }
}

/// Looks at the memory until the time is over: what is held after a sixth of it, and in the end.
async fn watch(stage: &Stage, length: Duration) -> (f64, f64) {
    let (begun, mut looks, mut early, mut minute) = (Instant::now(), Vec::new(), None, 0);
    let mean = |looks: &[u64]| {
        let last = &looks[looks.len().saturating_sub(LOOKS)..];
        last.iter().sum::<u64>() as f64 / last.len().max(1) as f64 / 1024.0
    };
    while begun.elapsed() < length {
        tokio::time::sleep(LOOK_EVERY).await;
        looks.push(stage.resident_kilobytes());
        if early.is_none() && begun.elapsed() > length / 6 {
            early = Some(mean(&looks));
        }
        if begun.elapsed().as_secs() / 60 > minute {
            minute = begun.elapsed().as_secs() / 60;
            println!("after {minute} min: {:.0} MB resident", mean(&looks));
        }
    }
    (early.unwrap_or_default(), mean(&looks))
}

/// One line for the report.
pub fn line(seen: &Seen) -> String {
    let done: Vec<String> = seen.done.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let errors: Vec<String> =
        seen.errors.iter().map(|((what, status), count)| format!("{count} {what} answered {status}")).collect();
    let Seen { early_megabytes, late_megabytes, told, .. } = seen;
    format!(
        "{}, {told} times told of a change; errors: {}; resident {early_megabytes:.1} MB after a sixth of the time, {late_megabytes:.1} MB in the end ({:+.1} %)",
        done.join(", "),
        if errors.is_empty() { "none".into() } else { errors.join(", ") },
        seen.growth_percent()
    )
}

/// Whether everything held.
pub fn holds(seen: &Seen) -> bool {
    let names: Vec<&str> = seen.done.keys().copied().collect();
    seen.errors.is_empty()
        && names == ["edits", "imports", "pages"]
        && seen.told > 0
        && seen.growth_percent() <= GROWTH_PERCENT_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> Seen {
        let done = ["edits", "imports", "pages"].map(|what| (what, 1)).into();
        Seen { done, early_megabytes: 100.0, late_megabytes: 109.0, told: 1, ..Seen::default() }
    }

    #[test]
    fn what_grows_or_fails_does_not_hold() {
        assert!(holds(&well()));
        assert!(!holds(&Seen { late_megabytes: 111.0, ..well() }));
        assert!(!holds(&Seen { errors: [(("pages", 500), 1)].into(), ..well() }));
        assert!(!holds(&Seen { told: 0, ..well() }), "streams that say nothing");
        assert!(!holds(&Seen { done: [("pages", 9)].into(), ..well() }), "nobody wrote");
    }
}
