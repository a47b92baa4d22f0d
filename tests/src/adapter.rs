//! An adapter that notes what it is asked, and answers what it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct AdapterRequest {
    /// The first line.
    pub line: String,
    /// Its headers, with their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
    /// When it had come.
    pub at: Instant,
}

/// No answer at all.
pub const HANG: &str = "hang";

#[derive(Default)]
struct Inner {
    asked: Vec<AdapterRequest>,
    answers: VecDeque<String>,
}

/// A server on a free port of this machine.
pub struct Adapter {
    /// Where it listens, such as `127.0.0.1:40123`.
    pub host: String,
    inner: Arc<Mutex<Inner>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Adapter {
    /// Answers these, one after another, and `204` from then on.
    pub async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = listener.local_addr().expect("an address").to_string();
        let answers = answers.iter().map(|answer| answer.to_string()).collect();
        let inner = Arc::new(Mutex::new(Inner { asked: Vec::new(), answers }));
        let shared = inner.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, shared.clone()));
            }
        });
        Self { host, inner, listening }
    }

    /// As the list of hosts names it.
    pub fn listed(&self) -> String {
        format!("http://{}", self.host)
    }

    /// What came until now.
    pub fn asked(&self) -> Vec<AdapterRequest> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }

    /// What came, once it was so much.
    pub async fn after(&self, count: usize, within: Duration) -> Vec<AdapterRequest> {
        let began = Instant::now();
        loop {
            let asked = self.asked();
            if asked.len() >= count {
                return asked;
            }
            assert!(began.elapsed() < within, "{} of {count} requests came in time", asked.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn answer(mut stream: TcpStream, inner: Arc<Mutex<Inner>>) {
    let Some(asked) = read(&mut stream).await else { return };
    let answer = {
        let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.asked.push(asked);
        inner.answers.pop_front().unwrap_or_else(|| "204 No Content".into())
    };
    if answer == HANG {
        return std::future::pending().await;
    }
    let head = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<AdapterRequest> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let line = lines.next()?.to_string();
            let headers: BTreeMap<String, String> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
                .collect();
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(AdapterRequest { line, headers, body: body.to_string(), at: Instant::now() });
            }
        }
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
}
