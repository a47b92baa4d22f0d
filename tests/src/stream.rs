//! The live stream as its followers hear it.

use std::time::Duration;

use reqwest::Response;

/// How long a stream may take to say something.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A live stream.
pub struct Stream {
    response: Response,
    read: String,
}

impl Stream {
    /// Reads events from an answer.
    pub fn new(response: Response) -> Self {
        Self { response, read: String::new() }
    }

    /// The id of the next event that has one; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<u64> {
        loop {
            let event = self.event().await?;
            if let Some(id) = event.lines().find_map(|line| line.strip_prefix("id:")) {
                return Some(id.trim().parse().expect("a version"));
            }
        }
    }

    /// The next event as it came, of whatever name; `None` when the stream has ended.
    pub async fn next_event(&mut self) -> Option<String> {
        loop {
            let event = self.event().await?;
            // A comment keeps the connection alive and says nothing.
            if event.lines().any(|line| !line.is_empty() && !line.starts_with(':')) {
                return Some(event);
            }
        }
    }

    /// Waits for an event of that name; answers it as it came.
    pub async fn named(&mut self, name: &str) -> String {
        loop {
            let event = self.event().await.expect("the stream goes on");
            if event.lines().any(|line| line.strip_prefix("event:").is_some_and(|found| found.trim() == name)) {
                return event;
            }
        }
    }

    /// The next event; `None` when the stream has ended.
    async fn event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let event = event.to_string();
                self.read = rest.to_string();
                return Some(event);
            }
            let chunk = tokio::time::timeout(SILENCE_MAX, self.response.chunk())
                .await
                .expect("the stream says something in time");
            match chunk {
                Ok(Some(bytes)) => self.read.push_str(&String::from_utf8_lossy(&bytes)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Waits until the stream tells of this version or a later one.
    pub async fn until(&mut self, version: u64) {
        loop {
            let told = self.next().await.expect("the stream goes on");
            if told >= version {
                return;
            }
        }
    }
}
