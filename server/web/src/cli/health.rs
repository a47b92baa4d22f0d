//! Asks a server of this machine whether it can serve, for health checks of containers in which nothing else is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Done, Failure};

/// How long the answer may take. Who asks again in half a minute gives up before.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// More is no answer of a health check.
const ANSWER_BYTES_MAX: u64 = 4096;

pub(super) async fn health(listen: SocketAddr) -> Done {
    let address = reachable(listen);
    let answer = tokio::time::timeout(ANSWER_MAX, ask(address))
        .await
        .map_err(|_| Failure::new(1, format!("{address} does not answer within {} seconds", ANSWER_MAX.as_secs())))?
        .map_err(|error| Failure::new(1, format!("{address} does not answer: {error}")))?;
    let status = answer.split_whitespace().nth(1).unwrap_or("nothing");
    if status != "200" {
        return Err(Failure::new(1, format!("{address} is not ready: it answers {status}")));
    }
    println!("{address} is ready.");
    Ok(ExitCode::SUCCESS)
}

/// Where a server that listens there is reached from this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
