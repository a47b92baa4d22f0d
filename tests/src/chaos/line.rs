//! A line to PostgreSQL that breaks when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Passes everything on, until one message is to be the last of its connection.
pub(super) struct Line {
    pub(super) url: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// Messages that still pass; below zero, nothing is to break.
    left: AtomicI64,
    broken: AtomicU64,
    answer_is_lost: AtomicU64,
}

impl Line {
    /// In front of the database of that URL.
    pub(super) async fn to(database_url: &str) -> Self {
        let (_, rest) = database_url.split_once('@').expect("a URL with a user");
        let (server, database) = rest.split_once('/').expect("a URL with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("postgres://postgres@{}/{database}", listener.local_addr().expect("an address"));
        let state = Arc::new(State { left: AtomicI64::new(-1), ..State::default() });
        let (told, server) = (state.clone(), server.to_string());
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                tokio::spawn(carry(client, server, told.clone()));
            }
        });
        Self { url, state, serving }
    }

    /// Lets so many messages pass, then breaks the connection: before the next one arrives, or before its answer does.
    pub(super) fn cut(&self, after: u64, answer_is_lost: bool) {
        self.state.broken.store(0, Ordering::SeqCst);
        self.state.answer_is_lost.store(u64::from(answer_is_lost), Ordering::SeqCst);
        self.state.left.store(i64::try_from(after).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    pub(super) fn lift(&self) {
        self.state.left.store(-1, Ordering::SeqCst);
    }

    pub(super) fn broken(&self) -> u64 {
        self.state.broken.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, state: Arc<State>) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut asks, mut client) = client.into_split();
    let (mut answers, mut server) = server.into_split();
    let back = tokio::spawn(async move { copy(&mut answers, &mut client).await });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = asks.read(&mut buffer).await {
        let is_last = state.left.load(Ordering::SeqCst) >= 0 && state.left.fetch_sub(1, Ordering::SeqCst) == 0;
        let answer_is_lost = state.answer_is_lost.load(Ordering::SeqCst) == 1;
        if is_last {
            state.broken.fetch_add(1, Ordering::SeqCst);
            back.abort();
            if answer_is_lost {
                let _ = server.write_all(&buffer[..length]).await;
            }
            break;
        }
        if server.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
    back.abort();
}
