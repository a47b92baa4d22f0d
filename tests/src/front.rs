//! What stands before several nodes: it passes connections on to the first one that takes them.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is answered when no node can be reached, as proxies do.
const NOBODY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// One address for several nodes.
pub struct Front {
    /// Where it answers.
    pub url: String,
    nodes: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Front {
    /// Stands before nodes; the first of them that takes a connection gets it.
    pub async fn before(urls: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let nodes = Arc::new(Mutex::new(Vec::new()));
        let known = nodes.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let nodes = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
                tokio::spawn(carry(client, nodes));
            }
        });
        let front = Self { url, nodes, accepting };
        front.set(urls);
        front
    }

    /// From now on these are the nodes; connections that are open stay where they are.
    pub fn set(&self, urls: &[&str]) {
        let hosts = urls.iter().map(|url| url.trim_start_matches("http://").to_string()).collect();
        *self.nodes.lock().unwrap_or_else(PoisonError::into_inner) = hosts;
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(mut client: TcpStream, nodes: Vec<String>) {
    let _ = client.set_nodelay(true);
    for node in nodes {
        if let Ok(mut server) = TcpStream::connect(&node).await {
            let _ = server.set_nodelay(true);
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
    let _ = client.read(&mut [0; 4096]).await;
    let _ = client.write_all(NOBODY).await;
}
