//! What stands before several nodes: it passes connections on to the first one that takes them, counts what is sent,
//! and breaks the line when it is told to.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is answered when no node can be reached, as proxies do.
const NOBODY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// One address for several nodes.
pub struct Front {
    /// Where it answers.
    pub url: String,
    nodes: Arc<Mutex<Vec<String>>>,
    line: Arc<Line>,
    accepting: JoinHandle<()>,
}

/// The line from the browsers to the nodes.
#[derive(Default)]
struct Line {
    sent: AtomicU64,
    /// So many bytes still pass before the connection that carries them breaks; none or less, nothing is to break.
    left: AtomicI64,
    /// Once it broke, nobody answers any more.
    is_lost_then: AtomicBool,
    is_lost: AtomicBool,
}

impl Line {
    /// Notes what passes, and answers whether it is the end of its connection.
    fn breaks(&self, bytes: usize) -> bool {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.sent.fetch_add(bytes.unsigned_abs(), Ordering::SeqCst);
        let left = self.left.load(Ordering::SeqCst);
        let breaks = left > 0 && self.left.fetch_sub(bytes, Ordering::SeqCst) <= bytes;
        if breaks && self.is_lost_then.swap(false, Ordering::SeqCst) {
            self.is_lost.store(true, Ordering::SeqCst);
        }
        breaks || self.is_lost.load(Ordering::SeqCst)
    }
}

impl Front {
    /// Stands before nodes; the first of them that takes a connection gets it.
    pub async fn before(urls: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let nodes = Arc::new(Mutex::new(Vec::new()));
        let line = Arc::new(Line::default());
        let (known, told) = (nodes.clone(), line.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let nodes = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
                tokio::spawn(carry(client, nodes, told.clone()));
            }
        });
        let front = Self { url, nodes, line, accepting };
        front.set(urls);
        front
    }

    /// From now on these are the nodes; connections that are open stay where they are.
    pub fn set(&self, urls: &[&str]) {
        self.line.is_lost.store(false, Ordering::SeqCst);
        let hosts = urls.iter().map(|url| url.trim_start_matches("http://").to_string()).collect();
        *self.nodes.lock().unwrap_or_else(PoisonError::into_inner) = hosts;
    }
}

impl Front {
    /// Lets so many bytes from browsers pass, then breaks the connection that carries them, once.
    pub fn cut_after(&self, bytes: u32) {
        self.line.left.store(i64::from(bytes), Ordering::SeqCst);
    }

    /// The same, and nobody answers after that until there are nodes again.
    pub fn lose_after(&self, bytes: u32) {
        self.line.is_lost_then.store(true, Ordering::SeqCst);
        self.cut_after(bytes);
    }

    /// How many bytes browsers have sent.
    pub fn sent(&self) -> u64 {
        self.line.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(mut client: TcpStream, nodes: Vec<String>, line: Arc<Line>) {
    let _ = client.set_nodelay(true);
    let nodes = if line.is_lost.load(Ordering::SeqCst) { Vec::new() } else { nodes };
    for node in nodes {
        if let Ok(server) = TcpStream::connect(&node).await {
            let _ = server.set_nodelay(true);
            return join(client, server, &line).await;
        }
    }
    let _ = client.read(&mut [0; 4096]).await;
    let _ = client.write_all(NOBODY).await;
}

async fn join(client: TcpStream, server: TcpStream, line: &Line) {
    let ((mut asks, mut client), (mut answers, mut server)) = (client.into_split(), server.into_split());
    let there = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = asks.read(&mut buffer).await {
            if line.breaks(length) {
                return true;
            }
            if server.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
        let _ = server.shutdown().await;
        false
    };
    let back = async {
        let _ = copy(&mut answers, &mut client).await;
        let _ = client.shutdown().await;
    };
    // A line that breaks takes both ways with it.
    let mut back = std::pin::pin!(back);
    tokio::select! {
        true = there => {}
        () = &mut back => {}
        else => back.await,
    }
}
