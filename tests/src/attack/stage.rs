//! The server that is attacked, and those who do it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::binary::Serving;
use crate::raw::head;
use crate::world::email;
use crate::{Binary, Person, Program, Raw};

/// So many answers are waited for at once.
const AT_ONCE: usize = 200;
/// How long an answer is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A server with two incidents: the first is attacked, the second is worked on.
pub struct Stage {
    serving: Serving,
    binary: Binary,
    /// Who attacks.
    pub viewer: Program,
    /// The same at a browser.
    pub viewer_page: Person,
    /// Who attacks and may write.
    pub responder: Program,
    /// The same at a browser.
    pub responder_page: Person,
    /// Who may comment.
    pub reviewer: Program,
    /// Somebody who only works.
    pub worker: Program,
    turns: Semaphore,
}

impl Stage {
    /// Starts a server with its accounts.
    pub async fn set(binary: Binary) -> Self {
        let mut tokens = Vec::new();
        for (name, role) in [("Vera", "viewer"), ("Rita", "responder"), ("Grace", "reviewer"), ("Wanda", "responder")] {
            binary.add_user(&email(name), name, role).await;
            let made = binary
                .run(&["token", "create", "--user", &email(name), "--name", "attack", "--scope", "admin"])
                .await
                .well();
            tokens.push(made.split_whitespace().last().expect("a token").to_string());
        }
        let serving = binary.serve().await;
        let program = |number: usize| Program::new(&serving.url, &tokens[number]);
        let worker = program(3);
        for title in ["Attacked", "Worked on"] {
            worker.ok("POST", "/incidents", json!({ "title": title, "occurred": "2026-03-18 17:00 UTC" })).await;
        }
        Self {
            viewer: program(0),
            responder: program(1),
            reviewer: program(2),
            worker,
            viewer_page: Person::sign_in(&serving.url, &email("Vera")).await,
            responder_page: Person::sign_in(&serving.url, &email("Rita")).await,
            turns: Semaphore::new(AT_ONCE),
            serving,
            binary,
        }
    }

    /// Where the server is.
    pub fn url(&self) -> &str {
        &self.serving.url
    }

    /// The size of the data folder, in megabytes.
    pub fn megabytes_on_disk(&self) -> u64 {
        fn size(path: &std::path::Path) -> u64 {
            let Ok(entries) = std::fs::read_dir(path) else { return 0 };
            let of = |entry: std::fs::DirEntry| match entry.metadata() {
                Ok(data) if data.is_dir() => size(&entry.path()),
                Ok(data) => data.len(),
                Err(_) => 0,
            };
            entries.filter_map(Result::ok).map(of).sum()
        }
        size(self.binary.folder()) / 1_000_000
    }

    /// Whether the process is still there.
    pub fn lives(&self) -> bool {
        self.status("State").is_some_and(|state| !state.contains('Z'))
    }

    /// The most memory the process has had, in megabytes.
    pub fn peak_megabytes(&self) -> u64 {
        let kilobytes = self.status("VmHWM").and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() / 1024
    }

    /// What the process holds in memory now, in kilobytes.
    pub fn resident_kilobytes(&self) -> u64 {
        self.status("VmRSS").and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }

    /// Counts the peak anew from what is used now.
    pub(super) fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.serving.id()), "5");
    }

    fn status(&self, name: &str) -> Option<String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.serving.try_id()?)).ok()?;
        status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(|rest| rest.trim().to_string()))
    }

    /// Calls the API; the status, or 0 where none came.
    pub async fn call(&self, who: &Program, method: &str, path: &str, body: Value) -> u16 {
        let _turn = self.turns.acquire().await;
        let called = who.try_ask(method, path, &[], body);
        tokio::time::timeout(PATIENCE, called).await.ok().flatten().map_or(0, |(status, _)| status)
    }

    /// Sends bytes as a body; the status, or 0 where none came.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
        let _turn = self.turns.acquire().await;
        let length = body.len().to_string();
        let headers: Vec<(&str, &str)> = [("content-length", length.as_str())].iter().chain(headers).copied().collect();
        let Some(mut raw) = Raw::open_from(self.url(), "127.0.0.1").await else { return 0 };
        let _ = tokio::time::timeout(PATIENCE, async {
            if raw.send(head(method, path, &headers)).await {
                raw.send(body).await;
            }
        })
        .await;
        raw.status(PATIENCE).await
    }
}

/// The statuses that came, each with how often.
pub(super) fn told(statuses: &[u16]) -> String {
    let mut counts = std::collections::BTreeMap::<u16, usize>::new();
    for status in statuses {
        *counts.entry(*status).or_default() += 1;
    }
    let word = |(status, count): (u16, usize)| match status {
        0 => format!("{count}×none"),
        status => format!("{count}×{status}"),
    };
    counts.into_iter().map(word).collect::<Vec<_>>().join(" ")
}
