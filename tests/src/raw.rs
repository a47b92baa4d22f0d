//! Connections as no browser makes them: bytes are sent as they are, or not at all.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A connection to a server.
pub struct Raw(TcpStream);

/// The address of a server's URL.
pub fn address_of(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("an address")
}

impl Raw {
    /// Connects.
    pub async fn open(url: &str) -> Self {
        Self::open_from(url, "127.0.0.1").await.expect("a connection")
    }

    /// Connects from one of this machine's own addresses; `None` when it is not taken in.
    pub async fn open_from(url: &str, from: &str) -> Option<Self> {
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind(format!("{from}:0").parse().ok()?).ok()?;
        Some(Self(socket.connect(address_of(url)).await.ok()?))
    }

    /// Sends bytes; `false` when the other end has gone.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Sends bytes and answers the connection.
    pub async fn saying(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.send(bytes).await;
        self
    }

    /// What comes until the other end closes, or until nothing came for so long.
    pub async fn answer(&mut self, patience: Duration) -> String {
        let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        while let Ok(Ok(length)) = tokio::time::timeout(patience, self.0.read(&mut buffer)).await {
            if length == 0 {
                break;
            }
            all.extend_from_slice(&buffer[..length]);
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Whether these words come before nothing came for so long.
    pub async fn answer_with(&mut self, words: &str, patience: Duration) -> bool {
        let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 12]);
        while let Ok(Ok(length)) = tokio::time::timeout(patience, self.0.read(&mut buffer)).await {
            all.extend_from_slice(&buffer[..length]);
            if String::from_utf8_lossy(&all).contains(words) {
                return true;
            }
            if length == 0 {
                return false;
            }
        }
        false
    }

    /// The status of the answer; 0 when none comes.
    pub async fn status(&mut self, patience: Duration) -> u16 {
        let mut first = Vec::new();
        while first.len() < 12 {
            let mut byte = [0];
            match tokio::time::timeout(patience, self.0.read(&mut byte)).await {
                Ok(Ok(1)) => first.push(byte[0]),
                _ => return 0,
            }
        }
        String::from_utf8_lossy(&first[9..]).parse().unwrap_or_default()
    }

    /// Whether the other end closes within that time, whatever it says before.
    pub async fn is_closed_within(&mut self, patience: Duration) -> bool {
        let mut buffer = vec![0; 1 << 16];
        let to_the_end = async { while self.0.read(&mut buffer).await.is_ok_and(|length| length > 0) {} };
        tokio::time::timeout(patience, to_the_end).await.is_ok()
    }
}

/// The first part of a request with a body.
pub fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", headers.concat())
}
