//! Connections: taken in up to a limit, watched while nothing comes, and ended in time when the server stops.
//!
//! A connection is idle, or has begun a request, or is being answered. Each of these has a limit of time, and where
//! there are too many connections the one that has least to lose makes room.

mod gate;
mod pulse;
mod wire;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::received::{Leftover, Moving};
use gate::{Entry, Gate};
use pulse::{Answering, Verdict};
use wire::Wire;

/// How many connections are kept, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// At once. Fewer where the system lets the process open fewer files.
    pub connections_max: usize,
    /// Of one address; behind a proxy all come from its address, and this does not count.
    pub connections_each: usize,
    /// How long the head of a request may be on its way.
    pub head: Duration,
    /// How long a connection may be open without a request: longer than proxies keep theirs.
    pub idle: Duration,
    /// How long a body may stand still.
    pub body: Duration,
    /// How long an answer may find no reader.
    pub unread: Duration,
    /// How long answers under way are finished when the server stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 8192,
            connections_each: 1024,
            head: Duration::from_secs(15),
            idle: Duration::from_secs(90),
            body: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            stop: Duration::from_secs(10),
        }
    }
}

/// Files that are open beside connections: the database, evidence, and some to spare.
const OTHER_FILES: usize = 512;
/// The least number of connections, however few files may be open.
const CONNECTIONS_MIN: usize = 64;
/// The longest head of a request, in bytes: an address, cookies, and what proxies add.
const HEAD_BYTES_MAX: u32 = 32 << 10;
/// What is read at once from a connection, at most, in bytes.
const READ_BYTES_MAX: usize = 64 << 10;
/// How often a connection is looked at that does nothing.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait where the system gives no connection, for it has no files left.
const NO_FILES: Duration = Duration::from_millis(100);

/// Lets the process open as many files as the system allows it. Answers how many that are.
pub fn raise_file_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // Some systems refuse a limit that they name themselves; the one that is there is good enough then.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
    let current = getrlimit(Resource::Nofile).current;
    current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// Serves until `stop` resolves; then finishes what is being answered, for a while.
pub async fn run(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    behind_proxy: bool,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let files = raise_file_limit();
    let connections_max = limits.connections_max.min(files.saturating_sub(OTHER_FILES)).max(CONNECTIONS_MIN);
    let each_max = if behind_proxy { connections_max } else { limits.connections_each.min(connections_max) };
    let gate = Arc::new(Gate::new(connections_max, each_max, behind_proxy));
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match gate.enter(peer.ip()) {
                    Some(entry) => {
                        connections.spawn(serve(stream, peer, app.clone(), limits, entry, stopped.clone()));
                    }
                    None => refuse(&stream),
                },
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken in at the moment");
                    tokio::time::sleep(NO_FILES).await;
                }
            }
        }
    }
    drop(listener);
    let _ = stopping.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.stop, all).await.is_err() {
        tracing::warn!(left = connections.len(), "some answers were not finished in time, and are broken off");
        connections.shutdown().await;
    }
    Ok(())
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Says why a connection is not taken in, as far as that can be said at once.
fn refuse(stream: &TcpStream) {
    let words = "There are as many connections as there may be. Try again in a few seconds.\n";
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nretry-after: 5\r\nconnection: close\r\n\r\n{words}",
        words.len()
    );
    let _ = stream.try_write(answer.as_bytes());
}

/// Serves one connection to its end.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: Limits,
    entry: Entry,
    mut stopped: watch::Receiver<bool>,
) {
    // Without TCP_NODELAY a page sent in two pieces waits for an acknowledgement, 40 ms.
    let _ = stream.set_nodelay(true);
    let pulse = entry.pulse.clone();
    let answers = pulse.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (app, answering) = (app.clone(), Answering::begin(&answers));
        async move {
            if answering.is_ambiguous() {
                return Ok::<_, Infallible>(ambiguous());
            }
            // Where a body of chunks ends is known to nobody who watches the bytes: nothing follows it.
            let is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
            let waits = answering.waits();
            let (head, body) = request.into_parts();
            let (body, leftover) = Leftover::lend(Body::new(Moving::new(Body::new(body), limits.body).telling(waits)));
            let mut request = Request::from_parts(head, body);
            request.extensions_mut().insert(ConnectInfo(peer));
            let mut response = app.oneshot(request).await.unwrap_or_else(|never| match never {});
            if !leftover.pass().await || is_last {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| answering.with(body)))
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_header_size(HEAD_BYTES_MAX as usize)
        .max_buf_size(READ_BYTES_MAX);
    let mut connection =
        std::pin::pin!(builder.serve_connection(TokioIo::new(Wire::new(stream, pulse.clone())), service));
    let mut look = tokio::time::interval(LOOK);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = pulse.asked_to_leave() => return,
            _ = stopped.changed(), if !is_stopping => {
                if !pulse.is_answered() {
                    return;
                }
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = look.tick() => match pulse.look(&limits, entry.is_crowded()) {
                Verdict::Goes => {}
                Verdict::Rests => connection.as_mut().graceful_shutdown(),
                Verdict::Hangs => return,
            }
        }
    }
}

/// Two lengths of one body: whoever stands between may have read the other one.
fn ambiguous() -> Response<Body> {
    let mut response =
        Response::new(Body::from("A request has a Content-Length or a Transfer-Encoding, and not both.\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
